"""What a lake keeps of its past is deleted where it is old and nothing needs it; everything else stays to the byte."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extract.fetch.night.collect import held
from flows import template
from flows.server import Server
from tests.flows.conftest import run_ogi

NOW = datetime.now(UTC)


def content(home: Path) -> dict[str, str]:
    """Every file of a home but locks, with its hash."""
    files = (file for file in home.rglob("*") if file.is_file() and file.suffix != ".lock")
    return {str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def run_of(home: Path, days: float, build: str | None) -> Path:
    """A run's record of so many days ago, with a snapshot of quality where it came to a build."""
    folder = home / "runs" / f"{NOW - timedelta(days=days):%Y%m%dT%H%M%S.%fZ}-77"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"ended": "some day"}), encoding="utf-8")
    if build is not None:
        (folder / "quality.json").write_text(json.dumps({"build": build, "documents": {}, "by": {}}), encoding="utf-8")
    return folder


@pytest.fixture
def old(lake: Path, tmp_path: Path) -> Path:
    """A lake whose last run was 40 days ago, with more of the past than anybody needs."""
    home = tmp_path / "home"
    shutil.copytree(lake, home, symlinks=True)
    current = home / "builds" / (home / "star").readlink().name
    earlier = home / "builds" / "earlier"
    shutil.copytree(current, earlier)
    manifest = json.loads((current / "manifest.json").read_text(encoding="utf-8"))
    manifest = {name: value for name, value in manifest.items() if name != "sha256 of the rest"}
    (current / "manifest.json").write_text(json.dumps(manifest | {"previous": "earlier"}), encoding="utf-8")
    month_ago = (NOW - timedelta(days=40)).timestamp()
    os.utime(current / "manifest.json", (month_ago, month_ago))
    for day in ("2024-01-02", f"{NOW:%Y-%m-%d}"):
        (home / "damaged" / day).mkdir(parents=True)
        (home / "damaged" / day / "part").write_bytes(b"x" * 100)
    for kind in ("runs", "fetch"):
        (home / kind / "prefect").mkdir(parents=True, exist_ok=True)
        (home / kind / "prefect" / "prefect.db").write_bytes(b"y" * 1000)
    (home / "fetch" / "history.sqlite").write_bytes(b"no matter what")
    return home


@pytest.mark.services
def test_old_things_that_nothing_needs_are_deleted(old: Path) -> None:
    build = (old / "star").readlink().name
    gone = [run_of(old, 90, "one"), run_of(old, 80, "two"), run_of(old, 70, None)]
    kept = [run_of(old, 60, "three"), run_of(old, 50, build)]
    gone.append(run_of(old, 48, None))
    kept.append(run_of(old, 45, None))  # the last of all
    before = content(old)

    said = run_ogi("prune", "--keep", "30d", "--dry-run", "--home", old)
    assert (said.returncode, said.stderr) == (0, b"")
    assert content(old) == before
    done = run_ogi("prune", "--keep", "30d", "--home", old)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = [one.stdout.decode().splitlines() for one in (said, done)]
    assert lines[0][:-1] == lines[1][:-1]
    after = content(old)
    deleted = sum(len(run.name) > 0 for run in gone)
    assert [run.exists() for run in gone] == [False] * deleted
    assert all(run.exists() for run in kept)
    lost = {name.split("/")[0] + "/" + name.split("/")[1] for name in set(before) - set(after)}
    wanted = {f"runs/{run.name}" for run in gone}
    assert lost == wanted | {"builds/earlier", "damaged/2024-01-02", "runs/prefect", "fetch/prefect"}
    assert {name: after[name] for name in after} == {name: before[name] for name in after}
    freed = int(lines[1][-1].split()[0].replace(",", ""))
    assert lines[0][-1] == f"{freed:,} bytes would be free."
    assert "damaged/2024-01-02: set aside as damaged, and made again since, 100 bytes" in lines[1]
    assert run_ogi("prune", "--home", old).stdout == b"0 bytes are free.\n"
    assert run_ogi("sql", "select count(*) from dim_report", "--home", old).returncode == 0
    verified = run_ogi("verify", "--home", old, "--quiet")
    assert b"star" not in verified.stdout and b"builds" not in verified.stdout


@pytest.mark.services
def test_what_is_younger_stays(old: Path) -> None:
    young = [run_of(old, days, str(days)) for days in (12, 11, 3, 2, 1)]
    done = run_ogi("prune", "--keep", "10d", "--home", old, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert [run.exists() for run in young] == [False, False, True, True, True]
    shutil.rmtree(old / "damaged")
    assert run_ogi("prune", "--keep", "1d", "--home", old).returncode == 0
    assert [run.exists() for run in young[2:]] == [False, True, True]


@pytest.mark.parametrize("keep", ["30", "d", "0d", "-1d", "1.5d", "month", "99999999d"])
def test_what_is_no_span_of_days_deletes_nothing(old: Path, keep: str) -> None:
    before = content(old)
    done = run_ogi("prune", f"--keep={keep}", "--home", old)
    assert done.returncode == 2
    assert b"--keep (OGI_KEEP)" in done.stderr
    assert content(old) == before


def test_while_somebody_collects_nothing_is_deleted(old: Path) -> None:
    with held(old):
        done = run_ogi("prune", "--home", old)
    assert done.returncode == 1
    assert b"another process collects" in done.stderr
    assert (old / "builds" / "earlier").exists()
    assert run_ogi("prune", "--home", old / "nowhere").returncode == 1
    assert not (old / "nowhere").exists()


async def _a_run(server: Server) -> None:
    """A deployment with a schedule, and a run of it that has ended."""
    import httpx

    api, secret = server.environment["PREFECT_API_URL"], server.environment["PREFECT_API_AUTH_STRING"]
    user, _, password = secret.partition(":")
    async with httpx.AsyncClient(base_url=api + "/", auth=(user, password), timeout=60) as client:

        async def post(path: str, body: dict[str, object]) -> str:
            answer = await client.post(path, json=body)
            answer.raise_for_status()
            return str(answer.json()["id"])

        flow = await post("flows/", {"name": "nightly"})
        schedule = {"schedule": {"cron": "30 2 * * *", "timezone": "Asia/Shanghai"}, "active": True}
        deployed = await post("deployments/", {"name": "nightly", "flow_id": flow, "schedules": [schedule]})
        state = {"type": "COMPLETED"}
        run = await post("flow_runs/", {"flow_id": flow, "deployment_id": deployed, "state": state})
        line = {"name": "x", "level": 20, "message": "m", "timestamp": NOW.isoformat(), "flow_run_id": run}
        (await client.post("logs/", json=[line])).raise_for_status()


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as con:
        return con.execute(query).fetchall()


@pytest.mark.services
def test_a_served_prefect_forgets_old_runs_and_keeps_its_schedule(old: Path) -> None:
    home = old / "fetch" / "prefect-serve"
    server = Server(home)
    try:
        server.wait()
        for _ in range(2):
            asyncio.run(_a_run(server))
    finally:
        server.stop()
    database = home / "prefect.db"
    with closing(sqlite3.connect(database)) as con, con:
        con.execute(
            "update flow_run set end_time = datetime(end_time, '-50 days') || '.000000' where rowid = (select min(rowid) from flow_run)"
        )
    ended = rows(database, "select end_time from flow_run order by 1")
    assert len(ended) == 2 and all(moment for (moment,) in ended)
    with held(home):  # as `ogi serve` does
        assert b"prefect-serve" not in run_ogi("prune", "--home", old).stdout
    dry = run_ogi("prune", "--dry-run", "--home", old)
    assert b"fetch/prefect-serve/prefect.db: 1 runs by the clock" in dry.stdout
    assert rows(database, "select end_time from flow_run order by 1") == ended
    done = run_ogi("prune", "--home", old)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"fetch/prefect-serve/prefect.db: 1 runs by the clock" in done.stdout
    assert rows(database, "select end_time from flow_run") == ended[1:]
    assert rows(database, "select count(*) from log") == [(1,)]
    assert len(rows(database, "select 1 from deployment_schedule where active")) == 1


@pytest.mark.services
def test_the_database_of_a_server_for_one_run_does_not_grow(tmp_path: Path) -> None:
    home, sizes = tmp_path / "prefect", []
    for _ in range(3):
        server = Server(home)
        try:
            server.wait()
            asyncio.run(_a_run(server))
        finally:
            server.stop()
        assert rows(home / "prefect.db", "select count(*) from flow_run") == [(1,)]
        sizes.append(sum(file.stat().st_size for file in home.glob("prefect.db*")))
    assert template.is_kept()
    assert sizes[2] <= sizes[1] * 1.2


@pytest.mark.services
def test_the_database_of_a_server_by_the_clock_stays(tmp_path: Path) -> None:
    for count in (1, 2):
        server = Server(tmp_path, schedules=True, keep=timedelta(days=30))
        try:
            server.wait()
            asyncio.run(_a_run(server))
        finally:
            server.stop()
        assert rows(tmp_path / "prefect.db", "select count(*) from flow_run where state_type = 'COMPLETED'") == [
            (count,)
        ]
