"""`--runner dask`: the same warehouse, whatever becomes of the workers; and what is said where there is no cluster."""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from extract import extractor_version
from flows.cluster import ClusterFailed, check, read_there
from flows.settings import SettingsWrong, settings
from tests.flows.conftest import OGI, SAMPLES, environment, given_files, run_ogi
from tests.flows.plain_job import plain_job
from tests.flows.test_kill import star
from transform.lake import Lake


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Somebody's scheduler, in a process of its own."""
    known = folder / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    with started([*command, "--no-dashboard", "--scheduler-file", str(known)]) as process:
        wait_until(known.exists)
        client = f"import distributed; print(distributed.Client(scheduler_file={str(known)!r}).scheduler.address)"
        told = subprocess.run([sys.executable, "-c", client], capture_output=True, check=True, timeout=60)
        yield process, told.stdout.decode().strip()


@contextmanager
def worker(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, without a nanny that would start it again."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1"]
    with started([*command, "--no-dashboard"]) as process:
        yield process


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def parts(home: Path) -> int:
    return len(list(home.glob("extracted/*/*/report.parquet")))


def begun(home: Path, address: str, size: int) -> subprocess.Popen[bytes]:
    given = [str(SAMPLES), "--home", str(home), "--batch-size", str(size), "-q"]
    command = [OGI, "run", "--runner", f"dask:{address}", *given]
    return subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.services
def test_workers_that_are_killed_cost_nothing_but_time(tmp_path: Path) -> None:
    home, moments = tmp_path / "home", random.Random(20260131)
    with scheduler(tmp_path) as (_, address), worker(address) as steady:
        ending = threading.Event()
        killed: list[int] = []

        def replace() -> None:
            """A second worker that is killed while it reads, and another in its place, again and again."""
            while not ending.is_set():
                with worker(address) as process:
                    ending.wait(5 + 3 * moments.random())
                    os.kill(process.pid, signal.SIGKILL)
                    killed.append(process.pid)

        killing = threading.Thread(target=replace)
        killing.start()
        try:
            said = begun(home, address, 2).communicate(timeout=300)
        finally:
            ending.set()
            killing.join()
        assert steady.poll() is None
    assert said == (b"", b"")
    assert len(killed) >= 2
    clean = tmp_path / "clean"
    plain_job(str(clean), [str(SAMPLES)])
    expected = star(clean)
    for name, frame in star(home).items():
        pd.testing.assert_frame_equal(frame, expected[name], obj=name)


@pytest.mark.services
def test_a_scheduler_that_goes_away_ends_the_run_with_one_line_and_the_next_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with scheduler(tmp_path) as (process, address), worker(address):
        run = begun(home, address, 2)
        wait_until(lambda: parts(home) >= 2)
        process.kill()
        out, said = run.communicate(timeout=300)
    assert (run.returncode, out, said.count(b"\n")) == (4, b"", 1), said.decode()
    assert b"failed" in said
    assert b"Nothing is lost" in said
    kept = parts(home)
    assert kept >= 2
    assert run_ogi("run", SAMPLES, "--home", home, "--batch-size", "2", "-q").returncode == 0
    assert parts(home) > kept


@pytest.mark.services
def test_a_cluster_on_this_machine_and_nothing_of_it_remains(tmp_path: Path) -> None:
    given = given_files(tmp_path / "given", "pingtan-2022.html", "qiyi-2023.txt")
    done = run_ogi("run", given, "--home", tmp_path / "home", "--runner", "dask", "--workers", "2", "--batch-size", "1")
    assert (done.returncode, done.stderr) == (0, b"")
    assert parts(tmp_path / "home") == 2
    assert left_of(tmp_path) == []


@pytest.mark.services
def test_a_run_that_is_killed_leaves_no_process_of_its_cluster_and_the_next_completes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    given = [str(SAMPLES), "--home", str(home), "--workers", "2", "--batch-size", "2", "-q"]
    command = [OGI, "run", "--runner", "dask", *given]
    run = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
    wait_until(lambda: parts(home) >= 1)
    run.kill()
    run.wait()
    wait_until(lambda: left_of(tmp_path) == [])
    done = subprocess.run(command, env=environment(), capture_output=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert star(home)["dim_report"].shape[0] == 33


def left_of(home: Path) -> list[Path]:
    """The processes that were started by a run in this folder: its Prefect stands in their environment."""
    return [file.parent for file in Path("/proc").glob("[0-9]*/environ") if str(home).encode() in _read(file)]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


@pytest.mark.services
def test_where_nobody_answers_it_is_said_in_one_line(tmp_path: Path) -> None:
    given = given_files(tmp_path / "given", "qiyi-2023.txt")
    done = run_ogi("run", given, "--home", tmp_path / "home", "--runner", "dask:127.0.0.1:9")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (4, b"", 1), done.stderr.decode()
    assert b"127.0.0.1:9" in done.stderr


@pytest.mark.parametrize("runner", ["spark", "dask:", "dask:host", "dask:host:port", "dask:http://host:80", "Dask"])
def test_a_runner_that_cannot_be_is_refused(runner: str) -> None:
    with pytest.raises(SettingsWrong, match="dask:HOST:PORT"):
        check(runner)


def test_without_dask_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    check("local")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    check("local")
    with pytest.raises(SettingsWrong, match=r"pip install 'ogi-reports\[dask\]'"):
        check("dask:tcp://10.0.0.1:8786")


def test_a_worker_that_reads_otherwise_or_sees_another_folder_reads_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "home")
    with lake.lock():
        holder, chosen = lake.holder(), settings(home=lake.home)
        with pytest.raises(ClusterFailed, match="install the same"):
            read_there(str(lake.home), "of-yesterday", holder, chosen, [])
        with pytest.raises(ClusterFailed, match="need the same folder"):
            read_there(str(tmp_path / "elsewhere"), extractor_version(), holder, chosen, [])
