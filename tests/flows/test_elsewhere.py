"""`ogi` from folders that have nothing to do with it: its own code runs, whatever lies there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.flows.conftest import OGI, SAMPLES, environment, run_ogi

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


@pytest.mark.parametrize("command", ["extract", pytest.param("run", marks=pytest.mark.services)])
def test_packages_of_the_same_names_in_the_working_folder_are_passed_by(shadowed: Path, command: str) -> None:
    home = ["--home", "lake"] if command == "run" else []
    paths = [SAMPLES / "pingtan-2022.html", SAMPLES / "qiyi-2023.txt"]
    done = subprocess.run(
        [OGI, command, *paths, *home], cwd=shadowed, env=environment(), capture_output=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    mark = shadowed.parent / "imported"
    assert not mark.exists(), mark.read_text()


@pytest.mark.services
def test_a_run_with_nothing_to_do_starts_no_server_and_says_the_same(tmp_path: Path) -> None:
    """What is new again, is read by a full run: a changed file, a lost copy in the store."""
    home, file = tmp_path / "home", tmp_path / "report.txt"
    file.write_bytes((SAMPLES / "qiyi-2023.txt").read_bytes())
    first, log = run_ogi("run", file, "--home", home), home / "runs" / "prefect" / "server.log"
    assert first.returncode == 0, first.stderr.decode()
    log.unlink()
    second = run_ogi("run", file, "--home", home)
    assert b"(0 read now, 1 unchanged)" in second.stdout, second.stderr.decode()
    assert not log.exists()
    assert len(list(home.glob("runs/*/run.json"))) == 2
    (stored,) = (path for path in (home / "raw").rglob("*") if path.is_file() and len(path.stem) >= 60)
    stored.unlink()
    assert run_ogi("run", file, "--home", home).returncode == 0
    assert log.exists() and stored.exists()
