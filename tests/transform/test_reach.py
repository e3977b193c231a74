"""What a build looks at: what came and what is judged with it; everything, where more than that may differ."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extract.model import Extraction
from tests.transform.given_reports import NOW, VERSION, built, report, requests, sha
from tests.transform.histories import anew, star_files, tables_differ
from transform import clock, compaction, reach
from transform.build import build
from transform.lake import Lake, folders
from transform.parts import write_part
from transform.register import Intake, take_in

A, B, COUNTY = "320506|教育局", "320506|公安局", "320506|"


def of(organ: str, year: int, parent: str | None = COUNTY, **changes: Any) -> Extraction:
    about = {"organ_identity": organ, "organ_parent": parent, "organ_kind": "department", "division_code": "320506"}
    return report(f"{organ} {year}", requests({"new": [1] * 7}), organ=organ, year=year, **{**about, **changes})


ELSEWHERE = of("330103|教育局", 2022, "330103|", division_code="330103")
CENTRE = of("320506|某中心", 2022, "320506|某局")
FIRST = [of(A, 2021), of(A, 2022), of(B, 2021), of(B, 2022), of(B, 2023), ELSEWHERE, CENTRE]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with a star of FIRST; only copied."""
    return built(tmp_path_factory.mktemp("standing") / "lake", FIRST)[0].home


class Night:
    """A lake with a star, and what a further build in it looked at."""

    def __init__(self, home: Path, standing: Path) -> None:
        self.home, self.lake, self.folder = home, Lake(home / "lake"), home / "corrections"
        shutil.copytree(standing, self.lake.home, symlinks=True)
        self.folder.mkdir()

    def goes_on(self, step: Callable[[], object]) -> int:
        with self.lake.lock():
            step()
            build(self.lake, VERSION, self.folder)
        manifest = self.lake.star_manifest()
        assert manifest is not None
        return int(manifest["looked at"])

    def is_as_from_nothing(self) -> None:
        fresh = anew(self.lake, VERSION, self.folder, self.home / "fresh")
        one, other = star_files(self.lake), star_files(fresh)
        assert one.keys() == other.keys()
        assert [name for name in one if one[name] != other[name]] == []
        assert tables_differ(self.lake, fresh) == []


def comes(lake: Lake, *given: Extraction, at: datetime = NOW) -> None:
    take_in(lake, [Intake(e.path, e.sha256, 1000) for e in given], at)
    write_part(lake, VERSION, given, at)


def test_the_documents_of_an_organ_are_looked_at_and_no_others(standing: Path, tmp_path: Path) -> None:
    night = Night(tmp_path, standing)
    assert night.goes_on(lambda: comes(night.lake, of(A, 2023))) == 3
    night.is_as_from_nothing()


def test_the_documents_of_an_address_are_looked_at_with_the_organs_that_they_name(
    standing: Path, tmp_path: Path
) -> None:
    night = Night(tmp_path, standing)
    again = replace(of(A, 2022), sha256=sha("again"), path=FIRST[2].path)
    assert night.goes_on(lambda: comes(night.lake, again)) == 6
    night.is_as_from_nothing()


@pytest.mark.services
def test_a_document_at_another_address_brings_those_of_its_organ(standing: Path, tmp_path: Path) -> None:
    night = Night(tmp_path, standing)
    moved = Intake("/elsewhere.html", FIRST[0].sha256, 1000, "https://other.example.invalid/")
    assert night.goes_on(lambda: take_in(night.lake, [moved], NOW)) == 2
    night.is_as_from_nothing()


def test_merged_parts_are_nothing_new(standing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    night = Night(tmp_path, standing)
    night.goes_on(lambda: comes(night.lake, of(A, 2023)))
    monkeypatch.setattr(compaction, "MANY", 2)
    assert night.goes_on(lambda: comes(night.lake, of(A, 2024))) == 4
    assert [part.name.startswith("merged-") for part in folders(night.lake.intake)] == [False, True]
    night.is_as_from_nothing()


@pytest.mark.services
def test_what_is_gone_has_everything_looked_at(standing: Path, tmp_path: Path) -> None:
    night = Night(tmp_path, standing)
    night.goes_on(lambda: comes(night.lake, of(A, 2023)))
    night.goes_on(lambda: shutil.rmtree(folders(night.lake.parts_of(VERSION))[0]))
    night.is_as_from_nothing()


def test_an_organ_that_leaves_takes_the_governments_above_it_along(standing: Path, tmp_path: Path) -> None:
    night = Night(tmp_path, standing)
    line = (
        f"{ELSEWHERE.sha256},report,organ,,value,江苏省苏州市吴中区教育局,,{ELSEWHERE.title},A. Reader,2026-01-02,seen"
    )
    head = "sha256,table,row,column,decision,value,unit,was,who,when,why"
    corrected = night.goes_on(lambda: (night.folder / "one.csv").write_text(f"{head}\n{line}\n", encoding="utf-8"))
    assert corrected == 7
    night.is_as_from_nothing()


@pytest.mark.services
@pytest.mark.parametrize("parent", ["330105|", None])
def test_an_organ_that_is_under_another_one_now(standing: Path, tmp_path: Path, parent: str | None) -> None:
    night = Night(tmp_path, standing)
    assert night.goes_on(lambda: comes(night.lake, of("330103|教育局", 2023, parent, division_code="330103"))) == 8
    night.is_as_from_nothing()


def test_an_organ_that_others_named_above_them_before_it_came(standing: Path, tmp_path: Path) -> None:
    night = Night(tmp_path, standing)
    assert night.goes_on(lambda: comes(night.lake, of("320506|某局", 2022))) == 8
    night.is_as_from_nothing()


def test_a_moment_that_was_in_the_future_and_is_past(
    standing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a clock was ahead its edition counts as the oldest; once the day has come, as what it is."""
    later = replace(of(A, 2022), sha256=sha("later"))
    night = Night(tmp_path, standing)
    night.goes_on(lambda: comes(night.lake, later, at=datetime.now() + timedelta(days=10)))
    beyond = clock.limit() + timedelta(days=30)
    monkeypatch.setattr(clock, "limit", lambda: beyond)
    assert night.goes_on(lambda: comes(night.lake, of(B, 2024))) == 9
    night.is_as_from_nothing()


@pytest.mark.services
def test_more_documents_than_are_held_in_memory(
    standing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = Night(tmp_path, standing)
    monkeypatch.setattr(reach, "MOST", 2)
    assert night.goes_on(lambda: comes(night.lake, of(A, 2023))) == 8
    night.is_as_from_nothing()


@pytest.mark.services
def test_a_document_at_more_addresses_than_are_held_in_memory(
    standing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = Night(tmp_path, standing)
    monkeypatch.setattr(reach, "MOST", 3)
    places = [Intake(f"/elsewhere/{n}.html", FIRST[0].sha256, 1000) for n in range(4)]
    assert night.goes_on(lambda: take_in(night.lake, places, NOW)) == len(FIRST)
    night.is_as_from_nothing()
