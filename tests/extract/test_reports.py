"""Real published reports against their truth files: every cell, nothing invented, and who, when, for which year."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extract.as_json import to_contract
from tests.conftest import SHARED, read_bytes

TRUTHS = sorted((SHARED / "reports").glob("*.truth.json"))
TABLES = ("disclosure", "requests", "proceedings")


def numbers(table: dict[str, Any] | None) -> dict[tuple[str, Any], Any]:
    """Rows of either shape ({measure: value} or a list) as {(row, column): number}."""
    out = {}
    for row, values in (table or {}).items():
        for column, value in values.items() if isinstance(values, dict) else enumerate(values):
            out[row, column] = value["value"] if isinstance(value, dict) else value
    return out


@pytest.mark.parametrize("truth_file", TRUTHS or [SHARED / "none"], ids=lambda path: path.name.split(".")[0])
def test_real_report(truth_file: Path, real_reports: Path) -> None:
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    name = truth_file.name.removesuffix(".truth.json")
    (document,) = (path for path in real_reports.glob(f"{name}.*") if path != truth_file)
    found = to_contract(read_bytes(document.read_bytes(), document.name))
    for field in ("organ", "year", "form"):
        assert found[field] == truth[field], field
    if truth["published"]:
        assert found["published"] == truth["published"]
    if "division_code" in truth:
        assert found["division_code"] == truth["division_code"]
    for table in TABLES:
        assert numbers(found[table]) == numbers(truth.get(table)), table


def test_hongze_publishes_totals_that_do_not_add_up(real_reports: Path) -> None:
    found = to_contract(read_bytes((real_reports / "hongze-2023.pdf").read_bytes(), "hongze-2023.pdf"))
    failed = [
        (f["check"], f["where"], f["expected"], f["found"]) for f in found["findings"] if f["check"] != "form_mismatch"
    ]
    assert failed == [
        ("proceedings.total", "proceedings.reconsideration", 11, 0),
        ("proceedings.total", "proceedings.litigation_after_reconsideration", 5, 0),
    ]


@pytest.mark.parametrize("name", ["pingtan-2019", "pingtan-2022", "pingtan-2024", "qiyi-2023"])
def test_reports_that_add_up_have_no_finding(name: str, real_reports: Path) -> None:
    (document,) = (p for p in real_reports.glob(f"{name}.*") if not p.name.endswith(".json"))
    found = to_contract(read_bytes(document.read_bytes(), document.name))["findings"]
    assert [f for f in found if f["check"] != "narrative"] == []


def test_shanghai_leaves_cells_blank(real_reports: Path) -> None:
    extraction = read_bytes((real_reports / "shanghai-office-2019.html").read_bytes())
    failed = {f.check for f in extraction.findings if f.result == "failed"}
    assert failed == {"blank_cells", "narrative"}
    undecided = {f.check for f in extraction.findings if f.result == "not_applicable"}
    assert undecided == {"requests.balance", "requests.columns", "requests.outcomes", "proceedings.total", "narrative"}
    told = [f.found for f in extraction.findings if f.check == "blank_cells"]
    assert sum(cell.value is None for cell in extraction.cells) == sum(n for n in told if isinstance(n, int)) > 0


@pytest.mark.parametrize("name", ["pingtan-listing.html", "ordos-listing.html"])
def test_a_listing_page_is_no_report(name: str, real_reports: Path) -> None:
    extraction = read_bytes((real_reports / name).read_bytes(), name)
    assert extraction.status == "not_a_report"
    assert extraction.reason
