"""A lake that heals itself: whatever derived thing is damaged, the next run ends with the same star and says one line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.transform.given_reports import NOW, VERSION, fill, full_report, report, sha, star_bytes
from transform import partitions, sealed, trusted
from transform.build import build
from transform.heal import damages, heal
from transform.kept import Lost, keep
from transform.lake import Lake
from transform.part_schema import LOST_COPY
from transform.parts import write_part
from transform.register import Intake, pending, take_in

REPORTS = [full_report(n) for n in range(4)]


def night(lake: Lake) -> list[str]:
    """A run: damage set aside, what was not read yet read (here: known beforehand), everything built. Gives what it says."""
    known = {extraction.sha256: extraction for extraction in REPORTS}
    with lake.lock():
        heal(lake, VERSION)
        waiting = [document.sha256 for batch in pending(lake, VERSION) for document in batch]
        if waiting:
            write_part(lake, VERSION, [known[name] for name in waiting], NOW)
        build(lake, VERSION)
        said, lake.healed = lake.healed, []
    return said


@pytest.fixture
def lake(healthy: Path, tmp_path: Path) -> Lake:
    """A copy of the healthy lake, to be damaged."""
    shutil.copytree(healthy, tmp_path / "home", symlinks=True)
    return Lake(tmp_path / "home")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a lake that is built."""
    lake = Lake(tmp_path_factory.mktemp("healthy") / "home")
    with lake.lock():
        for extraction in REPORTS:
            content = extraction.path.encode()
            assert extraction.sha256 is not None
            place = lake.raw_store.path(extraction.sha256)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        fill(lake, [REPORTS[:2], REPORTS[2:]])
        build(lake, VERSION)
    return lake.home


def part(folder: Path) -> Path:
    return sorted(path for path in folder.iterdir() if path.is_dir())[0]


def flip(file: Path, count: int = 1) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + count] = bytes(byte ^ 0xFF for byte in content[middle : middle + count])
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])


def star_without_database(lake: Lake) -> None:
    flip(partitions.files(lake.star, "fact_request")[0])
    lake.database.unlink()


def star_as_folder(lake: Lake) -> None:
    lake.star.unlink()
    lake.star.mkdir()


DAMAGES: dict[str, Callable[[Lake], object]] = {
    "a flipped part": lambda lake: flip(part(lake.parts_of(VERSION)) / "cell.parquet"),
    "a cut part": lambda lake: cut(part(lake.parts_of(VERSION)) / "report.parquet"),
    "a part that lost a file": lambda lake: (part(lake.parts_of(VERSION)) / "section.parquet").unlink(),
    "an empty part": lambda lake: (lake.parts_of(VERSION) / "0000").mkdir(),
    "a part whose hashes are garbage": lambda lake: cut(part(lake.parts_of(VERSION)) / "manifest.json"),
    "garbage in the register": lambda lake: (part(lake.intake) / "document.parquet").write_bytes(b"garbage"),
    "an empty folder in the register": lambda lake: (lake.intake / "0000").mkdir(),
    "a cut manifest of the star": lambda lake: cut(lake.star / "manifest.json"),
    "a manifest of the star that is a list": lambda lake: (lake.star / "manifest.json").write_text("[]"),
    "a changed digit in the star's manifest": lambda lake: (lake.star / "manifest.json").write_text(
        (lake.star / "manifest.json").read_text().replace('"dim_report": 4', '"dim_report": 5')
    ),
    "a flip in the star, the database gone": star_without_database,
    "a star that is a folder": star_as_folder,
    "a flip in the database": lambda lake: flip(lake.database, 4096),
    "a cut database": lambda lake: cut(lake.database),
    "a log of somebody's writing": lambda lake: lake.foreign_log.write_bytes(b"WAL of another file"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_damaged_is_set_aside_and_made_again(lake: Lake, damage: Callable[[Lake], object]) -> None:
    before = star_bytes(lake)
    damage(lake)
    assert damages(lake, VERSION)
    said = night(lake)
    assert any("set aside in damaged/" in line and "\n" not in line for line in said)
    assert star_bytes(lake) == before
    with duckdb.connect(str(lake.database), read_only=True) as con:
        assert con.sql("select count(*), count(path) from v_report join document using (report_key)").fetchall() == [
            (4, 4)
        ]
        for (table,) in con.sql("select table_name from duckdb_tables()").fetchall():
            con.sql(f'select * from "{table}"').fetchall()
    assert damages(lake, VERSION) == []
    assert any(lake.damaged.glob("*/*"))
    assert night(lake) == []


def test_a_healthy_lake_is_left_as_it_is(lake: Lake) -> None:
    modified = lake.database.stat().st_mtime_ns
    assert night(lake) == []
    assert not lake.damaged.exists()
    assert lake.database.stat().st_mtime_ns == modified


def test_parts_without_hashes_are_read_through_and_get_theirs(lake: Lake) -> None:
    (part(lake.parts_of(VERSION)) / "manifest.json").unlink()
    assert night(lake) == []
    flip(part(lake.parts_of(VERSION)) / "cell.parquet")
    assert len(night(lake)) == 1


def test_a_lost_part_of_the_register_is_written_again(lake: Lake) -> None:
    before = star_bytes(lake)
    shutil.rmtree(part(lake.intake))
    assert "intake was written again" in night(lake)[0]
    assert star_bytes(lake) == before


def test_without_star_and_register_every_document_stays(lake: Lake) -> None:
    for folder in lake.intake.iterdir():
        (folder / "document.parquet").write_bytes(b"")
    shutil.rmtree(lake.builds)
    said = night(lake)
    assert "4 of them under their place in raw/" in said[0]
    paths = pq.read_table(lake.star / "document.parquet", columns=["path", "status"]).to_pylist()
    assert {row["status"] for row in paths} == {"ok"}
    assert {Path(row["path"]) for row in paths} == {lake.raw_store.path(str(e.sha256)) for e in REPORTS}


def test_a_document_that_is_given_a_name_again_stands_under_it_alone(lake: Lake) -> None:
    before = star_bytes(lake)
    registered = [pq.read_table(folder / "document.parquet").to_pylist() for folder in lake.parts(lake.intake)]
    for folder in lake.intake.iterdir():
        (folder / "document.parquet").write_bytes(b"")
    shutil.rmtree(lake.builds)
    night(lake)
    for rows in registered:
        take_in(
            lake, [Intake(*(row[name] for name in Intake._fields)) for row in rows], [row["fetched_at"] for row in rows]
        )
    night(lake)
    assert star_bytes(lake) == before


WRITER = """
import duckdb, sys
con = duckdb.connect(sys.argv[1])
con.execute("set wal_autocheckpoint = '1GB'")
con.execute("create table notes as select 1 as note")
print("written", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("lives", [True, False], ids=["a living one", "one that was killed"])
def test_somebody_who_writes_does_not_hold_up_the_run(lake: Lake, lives: bool) -> None:
    command = [sys.executable, "-c", WRITER, str(lake.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        if not lives:
            writer.kill()
            writer.wait()
        assert lake.foreign_log.exists()
        said = night(lake)
        assert any("ogi.duckdb.wal was left" in line for line in said)
        with duckdb.connect(str(lake.database), read_only=True) as con:
            assert con.sql("select count(*) from dim_report").fetchall() == [(4,)]
            assert "notes" not in {name for (name,) in con.sql("select table_name from duckdb_tables()").fetchall()}
        writer.kill()


def test_a_record_that_is_garbage_is_set_aside(lake: Lake) -> None:
    run = lake.runs / "20250101T000000.000000Z-1"
    run.mkdir(parents=True)
    for name in ("run.json", "quality.json", "findings.parquet"):
        (run / name).write_bytes(b"\xff\x00")
    (lake.home / "lake.holder.json").write_bytes(b"{")
    assert lake.holder() is None
    assert len(night(lake)) == 4
    assert list(run.iterdir()) == []


def test_raw_documents_that_are_given_again_are_repaired(lake: Lake) -> None:
    name = sha("text")
    path = lake.raw_store.path(lake.raw_store.put(b"text"))
    path.write_bytes(b"tixt")
    assert lake.raw_store.put(b"text") == name
    assert path.read_bytes() == b"text"


# -- the last good reading -------------------------------------------------------------------------------------------


def document(lake: Lake, name: str) -> dict[str, object]:
    rows = pq.read_table(lake.star / "document.parquet").to_pylist()
    return next(row for row in rows if row["sha256"] == sha(name))


def test_the_last_good_reading_stays_marked_until_the_file_is_whole_again(lake: Lake) -> None:
    lost = [Lost(sha("many-0"), "/reports/many-0.html", "its stored copy is damaged")]
    others = REPORTS[1:]
    with lake.lock():
        write_part(lake, "test-2", others, NOW)
        for _ in range(2):
            keep(lake, "test-2", lost, NOW)
            assert [d.sha256 for batch in pending(lake, "test-2") for d in batch] == [sha("many-0")]
        build(lake, "test-2")
    kept = document(lake, "many-0")
    assert (kept["status"], kept["category"]) == ("ok", LOST_COPY)
    assert "its stored copy is damaged; what was read of it before (test-1) stays" in str(kept["reason"])
    with duckdb.connect(str(lake.database), read_only=True) as con:
        by = con.sql(
            "select extractor, count(*), count(distinct report_key) from dim_report join cell_source using (report_key) group by all order by all"
        )
        cells = len(REPORTS[0].cells)
        assert by.fetchall() == [("test-1", cells, 1), ("test-2", 3 * cells, 3)]
    with lake.lock():
        write_part(lake, "test-2", REPORTS[:1], NOW + timedelta(hours=1))
        assert not list(pending(lake, "test-2"))
        build(lake, "test-2")
    assert document(lake, "many-0")["category"] is None


def test_nothing_is_kept_of_a_damaged_part_or_of_what_was_no_report(lake: Lake) -> None:
    for folder in lake.parts_of(VERSION).iterdir():
        flip(folder / "cell.parquet")
    with lake.lock():
        keep(lake, "test-2", [Lost(sha("many-0"), "a", "its stored copy is damaged")], NOW)
        build(lake, "test-2")
    found = document(lake, "many-0")
    assert (found["status"], found["category"], found["reason"], found["report_key"]) == (
        "unreadable", LOST_COPY, "its stored copy is damaged", None,
    )  # fmt: skip


# -- clocks ------------------------------------------------------------------------------------------------------------

FUTURE = datetime(2150, 1, 1)


def test_what_a_clock_ahead_left_does_not_hide_what_comes_later(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    old, new = report("a", organ="平潭县"), report("b", organ="平潭县")
    with lake.lock():
        take_in(
            lake, [Intake("/p.html", old.sha256, 1), Intake("/gone.html", None, None, None, "unreadable", "no")], FUTURE
        )
        write_part(lake, VERSION, [old], FUTURE)
        take_in(lake, [Intake("/p.html", new.sha256, 1), Intake("/gone.html", new.sha256, 1)], NOW)
        write_part(lake, VERSION, [new], NOW)
        write_part(lake, VERSION, [report("a", organ="福州市")], NOW, again=True)
        assert take_in(lake, [Intake("/p.html", new.sha256, 1)], NOW + timedelta(hours=1)) == 0
        heal(lake, VERSION)
        build(lake, VERSION)
    assert [line for line in lake.healed if "2150" in line] == lake.healed
    assert len(lake.healed) == 2
    rows = pq.read_table(lake.star / "document.parquet").to_pylist()
    assert sorted(row["path"] for row in rows) == ["/gone.html", "/p.html", "/p.html"]
    with duckdb.connect(str(lake.database), read_only=True) as con:
        assert con.sql(
            "select name from dim_organ join dim_report using (organ_key) where sha256 = '" + sha("a") + "'"
        ).fetchall() == [("福州市",)]


def test_runs_of_the_future_are_not_the_last(tmp_path: Path) -> None:
    from flows.quality import history
    from flows.record import last_run

    lake = Lake(tmp_path)
    for name in ("21500101T000000.000000Z-1", "20250101T000000.000000Z-1", "20250102T000000.000000Z-1"):
        folder = lake.runs / name
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps({"run": name}))
        (folder / "quality.json").write_text(json.dumps({"build": name, "documents": {}, "by": {"all": []}}))
    last = last_run(lake)
    assert last is not None
    assert last["run"] == "20250102T000000.000000Z-1"
    assert [run[:8] for run, _ in history(lake, 30)] == ["21500101", "20250101", "20250102"]
    with lake.lock():
        heal(lake, VERSION)
    assert "1 runs are dated in the future" in lake.healed[0]


def test_of_a_large_lake_only_what_was_written_is_hashed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake(tmp_path)
    with lake.lock():
        fill(lake, [REPORTS])
        build(lake, VERSION)
    hashed: list[str] = []
    of = sealed.sha256_of

    def noted(file: Path) -> str:
        hashed.append(file.name)
        return of(file)

    monkeypatch.setattr(trusted, "LARGE", 1)
    monkeypatch.setattr(sealed, "sha256_of", noted)
    with lake.lock():
        heal(lake, VERSION)
    first = len(hashed)
    assert first > 10
    hashed.clear()
    flip(part(lake.parts_of(VERSION)) / "cell.parquet")
    with lake.lock():
        heal(lake, VERSION)
        (said,) = lake.healed
        assert "has damaged bytes in cell.parquet" in said
    assert hashed == ["cell.parquet"]
