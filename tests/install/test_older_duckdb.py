"""DuckDB 1.1, 1.4 and 1.5, each in an environment of its own, open the database and give what ours gives in every view."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.flows.conftest import SAMPLES
from tests.flows.plain_job import plain_job
from transform.empty_warehouse import view_statements
from transform.lake import Lake

pytestmark = pytest.mark.install

VERSIONS = ["1.1.3", "1.4.5", "1.5.6"]
# Rows in the order of their text: what a view leaves open is open. Floats are compared apart.
ANSWERS = """
import duckdb, json, sys
with duckdb.connect(sys.argv[1], read_only=True) as con:
    views = [n for (n,) in con.execute("select view_name from duckdb_views() where not internal").fetchall()]
    answers = {view: sorted(con.execute(f'select * from "{view}"').fetchall(), key=repr) for view in views}
    notes = con.execute("select table_name, column_name, comment from duckdb_columns() order by all").fetchall()
    notes = [note for note in notes if note[2] is not None]
json.dump([answers, notes], sys.stdout, default=str)
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples' warehouse, under a name that is not the one it was made with."""
    home = tmp_path_factory.mktemp("older") / "home"
    plain_job(str(home), [str(SAMPLES)])
    return Lake(home).database.rename(home / "copied.duckdb")


def answers(python: Path | str, database: Path) -> tuple[dict[str, list[Any]], list[Any]]:
    done = subprocess.run(
        [python, "-I", "-c", ANSWERS, database], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    # on a slow machine some versions draw a progress bar before it
    found, notes = json.loads(done.stdout.rstrip().rpartition("\n")[2])
    return found, notes


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-12)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return bool(ours == theirs)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_view_answers_alike(version: str, database: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", f"duckdb=={version}"]
    subprocess.run(pip, check=True, capture_output=True, cwd=ROOT)
    ours, our_notes = answers(sys.executable, database)
    theirs, their_notes = answers(python, database)
    assert set(ours) == set(theirs) == set(view_statements())
    for view, rows in ours.items():
        assert same(rows, theirs[view]), view
    assert our_notes == their_notes
