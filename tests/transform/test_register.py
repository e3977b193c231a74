"""What is remembered as read: everything but what ran out of time, memory or room, which is tried three times."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract.model import Extraction
from tests.transform.given_reports import NOW, VERSION, fill, report, sha
from transform.build import build
from transform.lake import Lake
from transform.parts import write_part
from transform.register import Intake, Waiting, any_new, pending, take_in, unextracted


def out_of_time(name: str) -> Extraction:
    return Extraction(f"/reports/{name}.html", sha(name), None, "unreadable", "it took too long", "limits")


def waiting(lake: Lake, reread: str | None = None) -> list[str]:
    return [document.path for batch in pending(lake, VERSION, reread=reread) for document in batch]


def status(lake: Lake) -> dict[str, tuple[str, str | None]]:
    with lake.lock():
        build(lake, VERSION)
    rows = pq.read_table(lake.star / "document.parquet").to_pylist()
    return {Path(row["path"]).stem: (row["status"], row["category"]) for row in rows}


def test_what_ran_out_of_time_is_tried_three_times_and_then_waits_to_be_asked_for(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.lock():
        fill(lake, [[report("good"), out_of_time("slow")]])
    for n in (1, 2):
        assert waiting(Lake(tmp_path)) == ["/reports/slow.html"]  # of a run after this one was killed
        assert unextracted(lake, VERSION, [sha("good"), sha("slow")]) == [sha("slow")]
        with lake.lock():
            write_part(lake, VERSION, [out_of_time("slow")], NOW + timedelta(hours=n))
    assert waiting(lake) == []
    assert status(lake) == {"good": ("ok", None), "slow": ("unreadable", "limits")}
    assert waiting(lake, "limits") == waiting(lake, "unreadable") == ["/reports/slow.html"]
    assert sorted(waiting(lake, "all")) == ["/reports/good.html", "/reports/slow.html"]
    with lake.lock():
        write_part(lake, VERSION, [report("slow")], NOW + timedelta(hours=3), again=True)
    assert waiting(lake, "limits") == []
    assert status(lake)["slow"] == ("ok", None)


def test_what_was_read_is_not_lost_when_a_later_try_runs_out_of_time(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.lock():
        fill(lake, [[report("good")]])
        write_part(lake, VERSION, [out_of_time("good")], NOW + timedelta(hours=1), again=True)
    assert waiting(lake) == []
    assert status(lake) == {"good": ("ok", None)}


def test_what_is_read_again_takes_the_place_of_what_was_read_before(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    damaged = Extraction("/reports/a.html", sha("a"), None, "unreadable", "it is damaged", "damaged")
    odd = report("odd", year=1066)
    with lake.lock():
        fill(lake, [[damaged, odd]])
    assert status(lake) == {"a": ("unreadable", "damaged"), "odd": ("quarantined", None)}
    assert waiting(lake, "quarantined") == ["/reports/odd.html"]
    asked = [document for batch in pending(lake, VERSION, reread="unreadable") for document in batch]
    assert asked == [Waiting(sha("a"), "/reports/a.html", None, True)]
    with lake.lock():
        write_part(lake, VERSION, [report("a"), odd], NOW + timedelta(hours=1), again=True)
    assert status(lake)["a"] == ("ok", None)


def test_nothing_else_can_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        waiting(Lake(tmp_path), "some")


def test_the_index_follows_the_log_and_is_made_again(tmp_path: Path) -> None:
    lake, page = Lake(tmp_path), Intake("/a.html", sha("a"), 5)
    index = lake.state / "register.sqlite"
    with lake.lock():
        assert take_in(lake, [page], NOW) == 1
        assert take_in(lake, [page, page], NOW + timedelta(days=1)) == 0
        other = page._replace(sha256=sha("b"))
        for damage in (
            lambda: index.write_bytes(b"no database" * 999),
            index.unlink,
            lambda: index.write_bytes(index.read_bytes()[:5000]),
        ):
            damage()
            assert (any_new(lake, [page]), any_new(lake, [other])) == (False, True)
        assert [line.split(":")[0] for line in lake.healed] == ["state/register.sqlite is damaged"] * 2
        assert take_in(lake, [other], NOW + timedelta(days=2)) == 1
        # a part of the log is gone: what it said is new again
        newest = max(
            lake.intake.iterdir(),
            key=lambda folder: pq.read_table(folder / "document.parquet")["fetched_at"][0].as_py(),
        )
        shutil.rmtree(newest)
        assert (any_new(lake, [page]), any_new(lake, [other])) == (False, True)


def test_what_a_clock_ahead_has_taken_in_is_not_the_last(tmp_path: Path) -> None:
    lake, page = Lake(tmp_path), Intake("/a.html", sha("a"), 5)
    with lake.lock():
        take_in(lake, [page._replace(sha256=sha("ahead"))], datetime.now(UTC) + timedelta(days=900))
        assert take_in(lake, [page], NOW) == 1
        assert take_in(lake, [page], NOW + timedelta(days=1)) == 0
