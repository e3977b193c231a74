"""`ogi` from folders that have nothing to do with it: its own code runs, whatever lies there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.flows.conftest import OGI, SAMPLES, environment

SHADOWS = (
    "flows/__init__.py",
    "extract/__init__.py",
    "transform/__init__.py",
    "prefect/__init__.py",
    "json.py",
    "signal.py",
)


@pytest.fixture
def shadowed(tmp_path: Path) -> Path:
    """A working folder with packages of the names of ours, each leaving a mark where it is imported."""
    for name in SHADOWS:
        file = tmp_path / "work" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"open({str(tmp_path / 'imported')!r}, 'a').write({name!r})\nraise ImportError({name!r})\n")
    return tmp_path / "work"


@pytest.mark.parametrize("command", ["extract", "run"])
def test_packages_of_the_same_names_in_the_working_folder_are_passed_by(shadowed: Path, command: str) -> None:
    home = ["--home", "lake"] if command == "run" else []
    paths = [SAMPLES / "pingtan-2022.html", SAMPLES / "qiyi-2023.txt"]
    done = subprocess.run(
        [OGI, command, *paths, *home], cwd=shadowed, env=environment(), capture_output=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    mark = shadowed.parent / "imported"
    assert not mark.exists(), mark.read_text()
