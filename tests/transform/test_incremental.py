"""A build goes on from the star that stands, and gives what a build from nothing gives, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transform.given_reports import VERSION, built, full_report
from tests.transform.histories import History, anew, star_files, tables_differ
from transform import compaction, star_before
from transform.build import build


def lived_through(home: Path, seed: int, steps: int, compared: int = 6) -> None:
    """A history in which star and database are those of a build from nothing, `compared` every so many steps, though parts are merged now
    and then.
    """
    history = History(home, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compaction, "MANY", 5)
        patch.setattr(star_before, "TOGETHER", 2)
        _live(history, home, seed, steps, compared)


def _live(history: History, home: Path, seed: int, steps: int, compared: int) -> None:
    told: list[str] = []
    with history.lake.lock():
        for step in range(steps):
            told.append(history.go_on())
            if (step + 1) % compared == 0:
                fresh = anew(history.lake, history.version, history.folder, home / f"fresh {step}")
                one, other = star_files(history.lake), star_files(fresh)
                assert one.keys() == other.keys(), (seed, told)
                assert [name for name in one if one[name] != other[name]] == [], (seed, told)
                assert tables_differ(history.lake, fresh) == [], (seed, told)


@pytest.mark.parametrize("seed", range(1))
def test_a_history_ends_where_a_build_from_nothing_does(seed: int, tmp_path: Path) -> None:
    lived_through(tmp_path, seed, 4, 4)


@pytest.mark.services
@pytest.mark.parametrize("seed", range(100, 130))
def test_many_histories(seed: int, tmp_path: Path) -> None:
    lived_through(tmp_path, seed, 12)


def test_files_of_other_partitions_stay_the_same_files(tmp_path: Path) -> None:
    from tests.transform.given_reports import fill

    lake, _ = built(tmp_path, [full_report(n) for n in range(6)])
    before = {file: file.stat().st_ino for file in lake.star.resolve().rglob("*.parquet")}
    old = lake.star.resolve()
    with lake.lock():
        fill(lake, [[full_report(9)]])  # of 2021
        build(lake, VERSION)
    now = lake.star.resolve()
    linked = {
        str(file.relative_to(old))
        for file, place in before.items()
        if (now / file.relative_to(old)).stat().st_ino == place
    }
    assert "fact_request/year=2023/province=350000/part-0.parquet" in linked
    assert "cell_source/year=2022/province=350000/part-0.parquet" in linked
    assert "fact_request/year=2021/province=350000/part-0.parquet" not in linked
