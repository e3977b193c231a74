"""The wheel as it is built: it carries what the program needs, and finds it from an unpacked copy."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.flows.conftest import environment

LOOK = """
import sys; sys.path.insert(0, sys.argv[1])
from extract.identify.divisions import index
from extract.shipped import is_installed, looked_for, shipped
from flows.cli.app import app
from flows.settings import CollectSettings
from transform import checks, dimensions, empty_warehouse
assert is_installed() and not looked_for("corrections").is_absolute()
print(len(checks.checks()), len(empty_warehouse.view_statements()), dimensions.DIVISIONS.is_file(), index() is not None)
print(len(list(CollectSettings().sources.glob("*.yaml"))), len(list(shipped("data", "samples", "reports").iterdir())))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = f"import os; os.chdir({str(ROOT)!r}); from hatchling.build import build_wheel; build_wheel({str(folder)!r})"
    subprocess.run([sys.executable, "-c", build], check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


def test_it_holds_all_packages_and_what_they_need_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = {name for name in opened.namelist() if ".dist-info/" not in name}
    code = {
        str(file.relative_to(ROOT))
        for room in ("extract", "transform", "flows")
        for file in (ROOT / room).rglob("*.py")
    }
    sql = {f"extract/_shipped/{file.relative_to(ROOT)}" for file in (ROOT / "sql").rglob("*.*")}
    site = {str(file.relative_to(ROOT)) for file in (ROOT / "flows" / "site" / "assets").iterdir()}
    site.add("flows/site/accuracy.csv")
    data = {name for name in names if name.startswith("extract/_shipped/data/")}
    assert names - data == code | sql | site
    assert {name.split("/")[3] for name in data} == {"reference", "sources", "samples"}


def test_an_unpacked_copy_finds_what_it_needs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path / "copy")
    (tmp_path / "empty").mkdir()
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOOK, tmp_path / "copy"],
        cwd=tmp_path / "empty", env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    checks = len(list((ROOT / "sql" / "checks").glob("*.sql")))
    views = len(list((ROOT / "sql" / "views").glob("*.sql")))
    sources = len(list((ROOT / "data" / "sources").glob("*.yaml")))
    samples = len(list((ROOT / "data" / "samples" / "reports").iterdir()))
    assert done.stdout.split() == [str(checks), str(views), "True", "True", str(sources), str(samples)]
