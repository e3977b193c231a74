"""Safety of the lake: killed runs, two runs at once, readers in between."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.transform.given_reports import VERSION, built, fill, full_report, sha, star_bytes
from transform import partitions
from transform.build import build
from transform.lake import Lake, LakeBusy
from transform.schema import TABLES

HERE = Path(__file__).parent
OLD, NEW = [full_report(n) for n in range(4)], [full_report(n) for n in range(4, 9)]

RUN = """
import os, signal, sys
from pathlib import Path
from tests.transform.given_reports import VERSION, fill, full_report
from transform.build import build
from transform.lake import Lake

home, renames = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)

def die(event, _):
    global renames
    if event == "os.rename":
        renames -= 1
        if not renames:
            os.kill(os.getpid(), signal.SIGKILL)

if renames:
    sys.addaudithook(die)
lake = Lake(home)
with lake.lock():
    fill(lake, [[full_report(n) for n in range(4, 9)]])
    build(lake, VERSION)
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(HERE), str(HERE.parent.parent)])
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": paths}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def readable(lake: Lake) -> tuple[int, int]:
    """Reports in the star and in the database; every file of the star opens and the database answers."""
    rows = {table.name: partitions.table(lake.star, table.name).num_rows for table in TABLES}
    assert rows["cell_source"] == rows["dim_report"] * len(OLD[0].cells)
    with duckdb.connect(str(lake.database), read_only=True) as con:
        counts = con.execute("select (select count(*) from dim_report), (select count(*) from cell_source)").fetchall()
        assert con.execute("select count(*) from v_request_summary").fetchall() == [(counts[0][0],)]
    assert counts[0][1] == counts[0][0] * len(OLD[0].cells)
    return rows["dim_report"], counts[0][0]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return star_bytes(built(tmp_path_factory.mktemp("whole"), [*OLD, *NEW])[0])


@pytest.mark.services
def test_killed_at_every_rename_the_lake_stays_readable_and_the_next_run_goes_on(
    tmp_path: Path, whole: dict[str, bytes]
) -> None:
    lake, _ = built(tmp_path, OLD)
    states = [readable(lake)]
    for rename in (3, 3, 3, 4):  # each run names itself as holder, does one step more than the last, and dies
        process = start(RUN, tmp_path, rename)
        assert process.wait(60) == -signal.SIGKILL
        states.append(readable(lake))
    assert start(RUN, tmp_path, 3).wait(60) == 0
    states.append(readable(lake))
    # taken in, extracted, star moved, star linked, database: what was good stays until the new is complete
    assert states == [(4, 4), (4, 4), (4, 4), (4, 4), (9, 4), (9, 9)]
    assert star_bytes(lake) == whole


def test_killed_at_any_moment_the_next_run_completes(tmp_path: Path, whole: dict[str, bytes]) -> None:
    lake, _ = built(tmp_path, OLD)
    for _ in range(2):
        process = start(RUN, tmp_path, 0)
        assert line(process) == "ready"
        time.sleep(random.uniform(0, 0.8))
        process.kill()
        process.wait(60)
        assert set(readable(lake)) <= {4, 9}
    with lake.lock():
        fill(lake, [NEW])
        assert build(lake, VERSION).reports == 9
        assert readable(lake) == (9, 9)
    assert star_bytes(lake) == whole


def test_a_reader_keeps_its_snapshot(tmp_path: Path) -> None:
    lake, _ = built(tmp_path, OLD)
    reader = start(
        "import duckdb, sys\n"
        "con = duckdb.connect(sys.argv[1], read_only=True)\n"
        "count = lambda: con.execute('select count(*), sum(count) from fact_request').fetchall()\n"
        "print(con.execute('select count(*) from dim_report').fetchall(), flush=True)\n"
        "sys.stdin.readline()\n"
        "print(con.execute('select count(*) from dim_report').fetchall(), count(), flush=True)\n",
        lake.database,
    )
    assert line(reader) == "[(4,)]"
    with duckdb.connect(str(lake.database), read_only=True) as con:
        before = con.execute("select count(*), sum(count) from fact_request").fetchall()
    with lake.lock():
        fill(lake, [NEW])
        build(lake, VERSION)
    assert readable(lake) == (9, 9)
    answer, _ = reader.communicate("go on\n", timeout=60)
    assert answer.strip() == f"[(4,)] {before}"


def test_a_second_run_says_who_holds_the_lake(tmp_path: Path) -> None:
    holder = start(
        "import sys\nfrom pathlib import Path\nfrom transform.lake import Lake\n"
        "with Lake(Path(sys.argv[1])).lock():\n    print('held', flush=True)\n    sys.stdin.readline()\n",
        tmp_path,
    )
    assert line(holder) == "held"
    with pytest.raises(LakeBusy, match=rf"process {holder.pid} on .+, since 20\d\d-"), Lake(tmp_path).lock(0.05):
        pass
    holder.communicate("\n", timeout=60)
    with Lake(tmp_path).lock(5):
        assert (found := Lake(tmp_path).holder()) is not None
        assert found.pid == os.getpid()
    assert Lake(tmp_path).holder() is None


def test_junk_of_a_killed_run_is_swept(tmp_path: Path) -> None:
    lake, summary = built(tmp_path, OLD)
    junk = [lake.home / "scratch" / "tmpx" / "half.parquet", lake.builds / "unlinked" / "dim_year.parquet"]
    for file in junk:
        file.parent.mkdir(parents=True)
        file.write_bytes(b"half")
    with lake.lock():
        assert not any(file.exists() for file in junk)
        kept = {folder.name for folder in lake.builds.iterdir()}
        assert summary.build_id in kept
        assert "unlinked" not in kept


def test_the_build_before_is_kept_until_the_next(tmp_path: Path) -> None:
    lake, first = built(tmp_path, OLD[:1])
    ids = [first.build_id]
    for n in (1, 2):
        with lake.lock():
            fill(lake, [[OLD[n]]])
            ids.append(build(lake, VERSION).build_id)
    with lake.lock():
        assert {folder.name for folder in lake.builds.iterdir()} == set(ids[1:])


def test_a_damaged_star_or_database_is_built_again(tmp_path: Path) -> None:
    lake, first = built(tmp_path, OLD)
    before = star_bytes(lake)
    partitions.files(lake.star, "fact_request")[0].write_bytes(b"cut")
    lake.database.write_bytes(b"no database")
    with lake.lock():
        again = build(lake, VERSION)
    assert (again.build_id, again.rebuilt, again.loaded) == (first.build_id, True, True)
    assert star_bytes(lake) == before
    assert readable(lake) == (4, 4)


def test_raw_documents_stand_under_their_hash_and_are_never_overwritten(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    name = sha("text")
    store = lake.raw_store
    assert store.put(b"text", name) == name
    path = store.path(name)
    assert path == tmp_path / "raw" / name[:2] / name
    inode = path.stat().st_ino
    store.put(b"text", name)
    assert path.stat().st_ino == inode
    with pytest.raises(ValueError, match="another SHA-256"):
        store.put(b"other", name)
    path.write_bytes(b"te")  # cut by a power failure
    store.put(b"text", name)
    assert path.read_bytes() == b"text"


def test_a_document_is_stored_though_what_was_unfinished_has_been_swept(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first, second = sha("first"), sha("second")
    lake.raw_store.put(b"first", first)
    with lake.lock():  # sweeps
        lake.raw_store.put(b"second", second)
    assert lake.raw_store.get(second) == b"second"


def test_looking_at_a_lake_does_not_make_one(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "none")
    assert (lake.star_manifest(), lake.holder(), lake.part_files(lake.intake, "document.parquet")) == (None, None, [])
    assert not lake.home.exists()
