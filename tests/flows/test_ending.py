"""How the command ends: with its own words, whatever threads and native objects are alive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.flows.conftest import OGI, SAMPLES, environment, given_files, run_ogi

ALIVE = """
import sys, threading, time
import duckdb
from flows.cli import main

def hold():
    con = duckdb.connect()
    rows = con.sql("select 1")
    ready.set()
    time.sleep(100)

ready = threading.Event()
threading.Thread(target=hold, daemon=True).start()
ready.wait()
sys.argv = ["ogi", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--version"], 0), (["sql", "select 1", "--home", "nowhere"], 1), (["run"], 2)]
)
def test_a_thread_that_holds_a_connection_says_nothing_at_the_end(arguments: list[str], status: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALIVE, *arguments],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == status
    assert b"nanobind" not in done.stderr
    assert len(done.stderr.splitlines()) == min(status, 1)
    assert done.stdout.startswith(b"ogi ") or status


def test_what_is_printed_arrives_also_where_nobody_reads_it() -> None:
    shut = subprocess.run(
        f"'{OGI}' --version >&-", shell=True, env=environment(), capture_output=True, check=False, timeout=120
    )
    assert b"nanobind" not in shut.stderr


@pytest.mark.services
@pytest.mark.parametrize("seconds", [0.5, 2, 5, 9])
def test_an_interrupted_run_says_one_line_and_the_next_goes_on(tmp_path: Path, seconds: float) -> None:
    given = given_files(tmp_path / "given", *(file.name for file in SAMPLES.iterdir()))
    command = [OGI, "run", str(given), "--home", str(tmp_path / "home"), "--batch-size", "2", "--quiet"]
    run = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(seconds)
    os.kill(run.pid, signal.SIGINT)
    said = run.communicate(timeout=120)[1].decode()
    assert "nanobind" not in said and "Traceback" not in said, said
    if run.returncode == 130:
        assert len(said.splitlines()) <= 1, said
    assert run_ogi("run", given, "--home", tmp_path / "home", "--quiet").returncode in (0, 1)
