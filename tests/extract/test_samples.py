"""The samples that the project ships: every cell of every one as its figures say, and the generator still makes them.

Truths are written from data/samples/figures.json, never by reading, and the samples' labels are the generator's own.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract import RawDocument
from extract.as_json import to_contract
from extract.files import GivenFile, LeftOut, find, read
from extract.forms.vocabulary import MEASURE_BY_CODE, OUTCOME_CODES
from tests.conftest import ROOT, read_bytes

SAMPLES = ROOT / "data" / "samples"
sys.path.insert(0, str(SAMPLES))  # the generator is a folder of scripts, not a part of the installed project

bad: Any = importlib.import_module("bad")
bulk: Any = importlib.import_module("samplemaker.bulk")
catalogue: Any = importlib.import_module("samplemaker.catalogue")
document: Any = importlib.import_module("samplemaker.document")
figures: Any = importlib.import_module("samplemaker.figures")
layout: Any = importlib.import_module("samplemaker.layout")
make: Any = importlib.import_module("make")

ALL = {sample.name: sample for sample in catalogue.samples()}
TABLES = ("disclosure", "requests", "proceedings")
IDENTITY = ("organ", "year", "published", "form", "division_code")


def numbers(report: dict[str, Any]) -> dict[tuple[str, str, Any], Any]:
    """Every cell of a truth or of a contract object: (table, row, column) → number or None."""
    out = {}
    for table in TABLES:
        for row, values in (report.get(table) or {}).items():
            for column, value in values.items() if isinstance(values, dict) else enumerate(values):
                out[table, row, column] = value["value"] if isinstance(value, dict) else value
    return out


def extracted(name: str) -> dict[str, Any]:
    path = SAMPLES / "reports" / ALL[name].file_name
    return to_contract(read_bytes(path.read_bytes(), path.name))


def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / "truth" / f"{name}.truth.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", ALL)
def test_every_cell_of_a_sample(name: str) -> None:
    assert numbers(extracted(name)) == numbers(truth(name))


@pytest.mark.parametrize("name", ALL)
def test_who_when_and_for_which_year(name: str) -> None:
    found, expected = extracted(name), truth(name)
    assert found["status"] == "ok"
    assert {field: found[field] for field in IDENTITY} == {field: expected[field] for field in IDENTITY}


@pytest.mark.parametrize("name", [name for name in ALL if truth(name)["scope"]])
def test_whose_figures_a_sample_has(name: str) -> None:
    assert extracted(name)["scope"] == truth(name)["scope"]


@pytest.mark.parametrize("name", [name for name, sample in ALL.items() if sample.kind != "narrative"])
def test_sections_of_prose_end_where_they_end(name: str) -> None:
    """一, 五 and 六 have text, 二 to 四 have tables only, and no section holds the heading of another."""
    sections = extracted(name)["sections"]
    assert sorted(sections) == ["1", "5", "6"]
    assert "其他需要报告" not in sections["5"]
    assert "信息处理费" in sections["6"]


@pytest.mark.parametrize("name", ALL)
def test_the_generator_makes_the_committed_files(name: str) -> None:
    sample = ALL[name]
    assert (SAMPLES / "truth" / f"{name}.truth.json").read_bytes() == make.truth_bytes(sample)
    committed = (SAMPLES / "reports" / sample.file_name).read_bytes()
    if sample.kind in make.PRINTED:
        assert committed.startswith(b"%PDF-")
        assert len(committed) < 150_000
    else:
        assert committed == document.source_of(sample)


def test_the_folders_hold_the_samples_and_nothing_else() -> None:
    assert {path.name for path in (SAMPLES / "reports").iterdir()} == {sample.file_name for sample in ALL.values()}
    assert {path.name for path in (SAMPLES / "truth").iterdir()} == {f"{name}.truth.json" for name in ALL}
    assert set(figures.load()) == set(ALL)
    assert make.README.read_text(encoding="utf-8") == importlib.import_module("samplemaker.readme").write(ALL.values())


def test_truths_are_written_in_the_canonical_codes() -> None:
    for name in ALL:
        for table, row, column in numbers(truth(name)):
            if table == "requests":
                assert row in OUTCOME_CODES
            elif table == "disclosure":
                assert f"{row}.{column}" in MEASURE_BY_CODE


def test_made_up_figures_add_up() -> None:
    """What the samples promise of figures that are not published ones; published ones are kept as they are."""
    for key, own in figures.load().items():
        if own.real or not own.requests:
            continue
        rows = own.requests
        dealt_with = [row for code, row in rows.items() if code not in ("new", "carried_in", "total", "carried_out")]
        for row in (*rows.values(), *own.proceedings.values()):
            assert sum(row[:-1]) == row[-1], key
        for column in range(7):
            assert rows["total"][column] == sum(row[column] for row in dealt_with), key
            due = rows["new"][column] + rows["carried_in"][column]
            assert due == rows["total"][column] + rows["carried_out"][column], key


WAYS = {
    f"{page}-{markup}-{disclosure}-{requests}-{proceedings}-{numbering}-{wording}": {
        "page": page,
        "markup": markup,
        "disclosure": disclosure,
        "requests": requests,
        "proceedings": proceedings,
        "numbering": numbering,
        "wording": wording,
    }
    for page, markup, disclosure, requests, proceedings, numbering, wording in (
        ("trs", "bare", "items", "broken", "tables", "none", "worn"),
        ("jcms", "word", "one", "subtotal", "rows", "parts", "broken"),
        ("boda", "split", "items", "page_break", "fifteen", "arabic", "worn"),
        ("nested", "spans", "one", "broken", "rows", "brackets", "standard"),
        ("xhtml", "revised", "items", "subtotal", "tables", "chinese", "worn"),
        ("wps", "styled", "one", "page_break", "tables", "parts", "standard"),
        ("plain", "p", "items", "one", "rows", "none", "broken"),
        ("word", "word", "one", "broken", "fifteen", "arabic", "worn"),
    )
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", ["pingtan-2019", "pingtan-2024", "hongze-2023", "shanghai-office-2019", "xushui-2021"])
def test_the_same_figures_in_any_layout(key: str, way: str) -> None:
    sample = replace(ALL[key], kind="html", layout=layout.Layout(**WAYS[way]))
    found = to_contract(read_bytes(document.source_of(sample)))
    assert numbers(found) == numbers(document.truth_of(sample))


def test_random_reports_are_read_without_a_finding() -> None:
    for sample in bulk.reports(72, seed=7):
        found = to_contract(read_bytes(document.source_of(sample)))
        expected = document.truth_of(sample)
        assert numbers(found) == numbers(expected), sample.name
        assert {field: found[field] for field in IDENTITY} == {field: expected[field] for field in IDENTITY}
        assert {f["check"] for f in found["findings"]} <= {"blank_cells", "form_mismatch"}, sample.name


def test_random_reports_are_the_same_for_a_seed(tmp_path: Path) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        make.write_bulk(20, tmp_path / folder, seed, None)
    first, again, other = (
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("a", "b", "c")
    )
    assert len(first) == 20
    assert first == again
    assert first != other


def test_a_label_cut_by_a_page_break_is_read_right_or_reported() -> None:
    """A real print of wuyi-2024 with the break inside the heads of table 四: 结果 on one page, 维持 on the next."""
    path = ROOT / "tests" / "extract" / "fixtures" / "head-cut.pdf"
    found, expected = to_contract(read_bytes(path.read_bytes(), path.name)), numbers(truth("wuyi-2024"))
    cells = numbers(found)
    assert cells.items() <= expected.items()
    missing = {table for table, _, _ in expected.keys() - cells.keys()}
    assert missing <= {"proceedings"}
    assert not missing or any(f["where"].startswith("proceedings") for f in found["findings"])


@pytest.fixture(scope="module")
def bad_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    bad.write(folder)
    return folder


@pytest.mark.parametrize("name", [name for name, entry in bad.BAD.items() if entry.statuses])
def test_bad_files_end_in_their_status(name: str, bad_files: Path) -> None:
    if name == "forbidden.html" and os.geteuid() == 0:
        pytest.skip("root reads what is forbidden")
    (given,) = find([bad_files / name])
    raw = given if isinstance(given, LeftOut) else read(given)
    if isinstance(raw, LeftOut):
        status, reason, cells = "unreadable", raw.reason, {}
    else:
        assert isinstance(raw, RawDocument)
        found = to_contract(read_bytes(raw.content, raw.path))
        status, reason, cells = found["status"], found["reason"], numbers(found)
    assert status in bad.BAD[name].statuses
    if status != "ok":
        assert reason
        assert cells == {}


def test_a_link_to_the_folder_above_is_not_followed_forever(bad_files: Path) -> None:
    found = list(find([bad_files]))
    assert sum(isinstance(item, GivenFile) for item in found) <= len(bad.BAD)
    assert any("leads back" in item.reason for item in found if isinstance(item, LeftOut))
