"""kill -9 at any moment: the last good warehouse stays readable, and the next run completes the work."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from tests.flows import plain_job
from tests.flows.conftest import OGI, environment, given_files, run_ogi
from transform import partitions
from transform.lake import Lake
from transform.schema import TABLES

FIRST = ("pingtan-2022.html", "qiyi-2023.txt")
MORE = ("pingtan-2019.html", "pingtan-2024.html", "shanghai-office-2019.html", "wuyi-2022.html", "wuyi-2023.html")
MOMENTS = {"extracted_at", "fetched_at", "since"}  # what two runs cannot have in common


def star(home: Path) -> dict[str, pd.DataFrame]:
    frames = {table.name: partitions.table(home / "star", table.name).to_pandas() for table in TABLES}
    return {name: frame.drop(columns=list(MOMENTS & set(frame))) for name, frame in frames.items()}


def is_readable(home: Path) -> int:
    """The reports in the database; the star must be whole as well."""
    assert Lake(home).star_manifest() is not None
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        [(reports,)] = con.sql("select count(*) from v_report").fetchall()
    return int(reports)


@pytest.mark.services
def test_killed_at_any_moment_the_next_run_completes(tmp_path: Path) -> None:
    given = given_files(tmp_path / "given", *FIRST)
    home, clean = tmp_path / "home", tmp_path / "clean"
    plain_job.plain_job(str(home), [str(given)])
    given_files(given, *MORE)

    command = [sys.executable, plain_job.__file__]
    began = time.monotonic()
    subprocess.run([*command, clean, given], check=True, env=environment())
    whole = time.monotonic() - began

    moments = random.Random(20240131)
    for part in range(6):
        run = subprocess.Popen([*command, home, given], env=environment())
        time.sleep(whole * (part + moments.random()) / 6)
        run.kill()
        run.wait()
        assert is_readable(home) >= len(FIRST)
    subprocess.run([*command, home, given], check=True, env=environment())
    assert is_readable(home) == len(FIRST) + len(MORE)
    expected = star(clean)
    for name, frame in star(home).items():
        pd.testing.assert_frame_equal(frame, expected[name], obj=name)
    assert not list((home / "scratch").iterdir())


def _ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.services
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for child processes in /proc")
def test_killed_run_with_prefect_leaves_no_process_and_the_next_completes(lake: Path, tmp_path: Path) -> None:
    files, home = given_files(tmp_path / "given", *FIRST), tmp_path / "home"
    shutil.copytree(lake / "runs" / "prefect", home / "runs" / "prefect")  # has run before: starts in half the time
    run = subprocess.Popen([OGI, "run", files, "--home", home], env=environment(), stderr=subprocess.DEVNULL)
    while not list((home / "raw").glob("*/*")):
        assert run.poll() is None, "the run has ended before it could be killed"
        time.sleep(0.02)
    children = [
        int(child)
        for task in Path(f"/proc/{run.pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    assert children
    run.kill()
    run.wait()
    patience = time.monotonic() + 30
    while not all(map(_ended, children)):
        assert time.monotonic() < patience, "a process of the killed run goes on"
        time.sleep(0.1)
    done = run_ogi("run", files, "--home", home)
    assert (done.returncode, done.stderr) == (0, b"")
    assert is_readable(home) == len(FIRST)
