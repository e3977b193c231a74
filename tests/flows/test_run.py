"""`ogi run` with its real Prefect: what a user sees of first, second and further runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.flows.conftest import NEWS, OGI, Ogi, environment, given_files, run_ogi
from transform import partitions
from transform.lake import Lake
from transform.schema import TABLES


def parquet(home: Path) -> dict[str, bytes]:
    star = (home / "star").resolve()
    tables = (file for table in TABLES for file in partitions.files(star, table.name))
    return {str(file.relative_to(star)): file.read_bytes() for file in tables}


def last_record(home: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(max((home / "runs").glob("*/run.json")).read_text(encoding="utf-8"))
    return record


def test_runs_follow_each_other(ogi: Ogi, home: Path, tmp_path: Path) -> None:
    """The first reads all, the second nothing and leaves the same bytes, a third only what was added."""
    files = given_files(tmp_path / "given", "pingtan-2022.html", "qiyi-2023.txt")
    first = ogi("run", files, "--home", home)
    assert (first.returncode, first.stderr) == (0, b"")
    assert b"2 files: 2 reports (2 read now, 0 unchanged), 0 without a report" in first.stdout
    assert b"\x1b" not in first.stdout
    before, database = parquet(home), (home / "ogi.duckdb").stat().st_mtime_ns
    assert len(before) >= 14

    second = ogi("run", files, OGI_HOME=str(home))
    assert (second.returncode, second.stderr) == (0, b"")
    assert b"(0 read now, 2 unchanged)" in second.stdout
    assert parquet(home) == before
    assert (home / "ogi.duckdb").stat().st_mtime_ns == database
    record = last_record(home)
    assert record["documents_read_now"] == {}
    assert (record["rebuilt"], record["loaded"]) == (False, False)

    given_files(files, "pingtan-2024.html")
    Path(os.fsdecode(bytes(files) + b"/news-\xff.html")).write_text(NEWS, encoding="utf-8")
    third = ogi(
        "run", bytes(files) + b"/news-\xff.html", files / "pingtan-2024.html", OGI_HOME=str(home), OGI_QUIET="1"
    )
    assert (third.returncode, third.stdout) == (1, b"")
    assert third.stderr.decode() == "ogi: 1 of 2 files gave no report: see `ogi status`.\n"
    assert last_record(home)["documents_read_now"] == {"not_a_report": 1, "ok": 1}
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        assert con.sql("select count(*) from dim_report").fetchall() == [(3,)]
        assert con.sql("select status from document where path like '%news-\\xff.html'").fetchall() == [
            ("not_a_report",)
        ]


@pytest.mark.services
def test_whatever_stands_in_a_folder_has_its_status(ogi: Ogi, home: Path, tmp_path: Path) -> None:
    files = given_files(tmp_path / "given", "pingtan-2022.html")
    (files / "empty.html").touch()
    (files / "loop").symlink_to(files)
    (files / "dangling").symlink_to("nowhere")
    os.mkfifo(files / "pipe")
    with (files / "large.html").open("wb") as large:
        large.truncate(200 * 2**20)
    done = ogi("run", files, "--home", home)
    assert (done.returncode, done.stderr) == (1, b"")
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        rows = con.sql("select parse_filename(path), status, reason is not null from document order by path").fetchall()
    unreadable = [(name, "unreadable", True) for name in ("dangling", "empty.html", "large.html", "loop", "pipe")]
    assert sorted(rows) == sorted([*unreadable, ("pingtan-2022.html", "ok", False)])
    assert b"the file has 200 MB; the limit is 64 MB" in done.stdout


@pytest.mark.services
def test_what_ran_out_of_time_is_read_by_the_next_run_and_what_was_read_only_if_asked(
    ogi: Ogi, home: Path, tmp_path: Path
) -> None:
    files = given_files(tmp_path / "given", "pingtan-2022.html")
    hasty = ogi("run", files, "--home", home, "--seconds", "0.001")
    assert hasty.returncode == 1
    assert "processor time" in hasty.stdout.decode()
    assert "Traceback" not in hasty.stdout.decode()
    assert [item["category"] for item in last_record(home)["left_out"]] == ["limits"]
    assert ogi("run", files, "--home", home).returncode == 0
    assert last_record(home)["documents_read_now"] == {"ok": 1}
    again = ogi("run", "--reread", "all", "--home", home)
    assert (again.returncode, again.stderr) == (0, b"")
    assert last_record(home)["documents_read_now"] == {"ok": 1}
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        assert con.sql("select status, category from document").fetchall() == [("ok", None)]


@pytest.mark.services
def test_second_run_at_once_waits_or_says_who_holds_the_lake(
    ogi: Ogi, prefect: dict[str, str], home: Path, tmp_path: Path
) -> None:
    files = given_files(tmp_path / "given", "qiyi-2023.txt")
    with Lake(home).lock():
        refused = ogi("run", files, "--home", home, "--lock-wait", "0")
        assert refused.returncode == 1
        assert refused.stdout == b""
        said = refused.stderr.decode()
        assert said.count("\n") == 1
        assert f"process {os.getpid()}" in said

        waiting = subprocess.Popen(
            [OGI, "run", files, "--home", home],
            env=environment(OGI_LOCK_WAIT="60", **prefect),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert waiting.stderr is not None
        assert b"waiting" in waiting.stderr.readline()
    output, _ = waiting.communicate(timeout=120)
    assert waiting.returncode == 0
    assert b"1 files: 1 reports" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "Missing argument"),
        (["run", "no-such-file"], "there is no file or folder no-such-file"),
        (["run", "pyproject.toml", "--workers", "0"], "--workers (OGI_WORKERS) is 0"),
        (["run", "pyproject.toml", "--batch-size", "many"], "Invalid value for '--batch-size'"),
        (["extract"], "Missing argument"),
        (["fly"], "No such command"),
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], said: str) -> None:
    done = run_ogi(*arguments)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stdout == b""


def test_help_names_each_environment_variable() -> None:
    from flows.settings import Settings, variable

    shown = run_ogi("run", "--help", COLUMNS="200").stdout.decode()
    assert "Example: ogi run" in shown
    assert [name for name in Settings.model_fields if variable(name) not in shown] == []
    assert run_ogi("--version").stdout.startswith(b"ogi ")


def test_home_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_ogi("run", tmp_path / "file", "--home", tmp_path / "file")
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1


def heed_interrupts() -> None:
    """What runs in the background of a shell inherits that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_interrupted_run_ends_with_one_line(tmp_path: Path) -> None:
    files = given_files(tmp_path / "given", "qiyi-2023.txt")
    run = subprocess.Popen(
        [OGI, "run", files, "--home", tmp_path / "home"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    )
    while not (tmp_path / "home" / "lake.holder.json").exists():
        assert run.poll() is None
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    output, errors = run.communicate(timeout=60)
    assert (run.returncode, output) == (130, b"")
    assert errors.decode().startswith("ogi: stopped.")
    assert errors.decode().count("\n") == 1
    with Lake(tmp_path / "home").lock(0):
        pass
