"""Small parts become few: what they say stands in the lake once, whatever ends a merge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transform.given_reports import NOW, VERSION, fill, full_report, star_bytes
from transform import compaction
from transform.build import build
from transform.compaction import compact
from transform.heal import heal
from transform.lake import MERGED, Lake, folders
from transform.register import Intake, take_in, unextracted

REPORTS = [full_report(n) for n in range(8)]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    """Eight parts, of which so many are merged."""
    lake = Lake(tmp_path / "lake")
    with lake.lock():
        fill(lake, [[report] for report in REPORTS])
        yield lake


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MANY", 5)


def parts(lake: Lake) -> list[int]:
    return [len(lake.parts(kind)) for kind in (lake.intake, lake.parts_of(VERSION))]


def test_what_is_built_is_the_same(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    build(lake, VERSION)
    before = star_bytes(lake)
    assert parts(lake) == [8, 8]
    monkeypatch.setattr(compaction, "MANY", 5)
    assert not build(lake, VERSION).rebuilt
    assert parts(lake) == [8, 8]
    assert compact(lake, VERSION) == 16
    assert build(lake, VERSION).reports == 8
    assert parts(lake) == [1, 1]
    assert [len(folders(kind)) for kind in (lake.intake, lake.parts_of(VERSION))] == [1, 1]
    assert star_bytes(lake) == before
    first = REPORTS[0]
    assert take_in(lake, [Intake(first.path, first.sha256, 1000)], NOW) == 0
    assert unextracted(lake, VERSION, [str(report.sha256) for report in REPORTS]) == []


@pytest.mark.usefixtures("few")
def test_a_build_merges_what_the_star_knows_and_sees_what_is_new(lake: Lake) -> None:
    build(lake, VERSION)
    fill(lake, [[full_report(8)]])
    assert build(lake, VERSION).reports == 9
    assert parts(lake) == [2, 2]


@pytest.mark.usefixtures("few")
def test_a_merge_that_is_ended_before_the_old_parts_are_deleted(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(compaction, "rmtree", stop)
    with pytest.raises(KeyboardInterrupt):
        compact(lake, VERSION)
    monkeypatch.undo()
    assert len(folders(lake.intake)) == 9
    assert parts(lake) == [1, 8]
    assert build(lake, VERSION).reports == 8
    assert len(folders(lake.intake)) == 1


@pytest.mark.usefixtures("few")
def test_a_damaged_merged_part_is_set_aside_and_its_documents_are_read_again(lake: Lake) -> None:
    compact(lake, VERSION)
    assert build(lake, VERSION).reports == 8
    (merged,) = lake.parts(lake.parts_of(VERSION))
    assert merged.name.startswith(MERGED)
    (merged / "cell.parquet").write_bytes(b"PAR1")
    heal(lake, VERSION)
    assert len(unextracted(lake, VERSION, [str(report.sha256) for report in REPORTS])) == 8


@pytest.mark.usefixtures("few")
def test_groups_hold_no_more_than_they_may(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MOST", 3)
    assert compact(lake, VERSION) == 16
    assert parts(lake) == [3, 3]
    assert compact(lake, VERSION) == 0
