"""A published number arrives as it was published, or not at all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.model import Cell
from tests.transform.given_reports import NOW, cell, report, requests
from transform.cell_codes import POSITION
from transform.figures import figure
from transform.keys import key, organ_key, report_key
from transform.lake import Lake
from transform.parts import part_frames, write_part

COUNTS = st.none() | st.integers(-(2**63) + 1, 2**63 - 1)


def rows(frame: Any, *names: str) -> list[tuple[Any, ...]]:
    listed = frame[list(names)].astype(object)
    return list(listed.where(listed.notna(), None).itertuples(index=False, name=None))


@settings(deadline=None)  # the machine may be busy
@given(st.dictionaries(st.sampled_from([code for code in POSITION if code[0] != "disclosure"]), COUNTS))
def test_every_count_is_kept_exactly_blank_stays_blank_and_absent_stays_absent(
    values: dict[tuple[str, str, str], Any],
) -> None:
    extraction = report("counts", [cell(*place, value) for place, value in values.items()])
    frame = part_frames([extraction], "part", NOW)["cell"]
    fact = {"requests": "fact_request", "proceedings": "fact_proceeding"}
    assert rows(frame, "fact_table", "row_code", "column_code", "count", "loadable") == [
        (fact[table], row, column, value, True) for (table, row, column), value in values.items()
    ]


@given(st.decimals(0, 10**11, places=4), st.sampled_from(["元", "千元", "万元", "百万元", "亿元"]))
def test_amounts_are_converted_in_decimal(amount: Decimal, unit: str) -> None:
    factor = {"元": "0.0001", "千元": "0.1", "万元": "1", "百万元": "100", "亿元": "10000"}[unit]
    published = float(amount)  # what a reader hands over
    made = figure(cell("disclosure", "fees", "amount", published, unit=unit))
    assert (made.value, made.unit) == (float(Decimal(str(published)) * Decimal(factor)), "万元")


@pytest.mark.parametrize(
    ("given_cell", "value", "unit"),
    [
        (cell("disclosure", "fees", "amount", 251000, unit="元"), 25.1, "万元"),
        (cell("disclosure", "fees", "amount", 7730.28), 7730.28, "万元"),  # the form says 万元
        (cell("disclosure", "procurement", "amount", 251000), 251000.0, None),  # the form does not
        (cell("disclosure", "procurement", "amount", 1.5, unit="亿元"), 15000.0, "万元"),
        (cell("disclosure", "procurement", "amount", 3, unit="美元"), 3.0, "美元"),  # never scaled by a guess
        (cell("disclosure", "fees", "amount", None, unit="元"), None, "万元"),
        (cell("disclosure", "licensing", "items_change", -2), -2.0, "项"),
        (cell("disclosure", "rules", "issued", 3, unit="件"), 3.0, "件"),
    ],
)
def test_disclosure_value_and_unit(given_cell: Cell, value: float | None, unit: str | None) -> None:
    made = figure(given_cell)
    assert (made.value, made.unit, made.loadable) == (value, unit, True)


@pytest.mark.parametrize("value", [1.5, 2**63, float("inf"), float("nan")])
def test_a_number_that_the_fact_cannot_hold_is_left_out_and_said_so(value: float) -> None:
    odd = cell("requests", "new", "total", value, raw="as printed")
    made = part_frames([report("odd", [odd, cell("requests", "total", "total", 2)])], "part", NOW)
    assert rows(made["cell"], "row_code", "count", "loadable", "raw") == [
        ("new", None, False, "as printed"),
        ("total", 2, True, "2"),
    ]
    assert rows(made["finding"], "check_code", "severity", "where", "found", "result") == [
        ("reading.value", "error", "requests.new.total", "as printed", "failed")
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"year": 20223}, "The reported year 20223 is not between 2000 and 2099."),
        ({"cells": (cell("requests", "new", "nobody", 1),)}, "The cell requests.new.nobody is in no statutory form."),
        ({"cells": (cell("requests", "new", "total", 1),) * 2}, "The cell requests.new.total was read twice."),
    ],
)
def test_what_would_be_ambiguous_waits_in_quarantine(changes: dict[str, Any], reason: str) -> None:
    made = part_frames([report("odd", **changes)], "part", NOW)
    assert rows(made["report"], "status", "reason") == [("quarantined", reason)]
    assert made["cell"].empty


def test_a_part_is_named_by_its_documents_and_written_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first, second = report("a", requests({"new": [1] * 7})), report("b", status="not_a_report", reason="A budget.")
    with lake.lock():
        one = write_part(lake, "v", [first, second], NOW)
        assert write_part(lake, "v", [second, first], NOW) == one
    assert (one.statuses, one.cells) == ({"not_a_report": 1, "ok": 1}, 7)
    assert [folder.name for folder in lake.parts_of("v").iterdir()] == [one.name]


def test_text_that_is_no_utf8_shows_its_bytes() -> None:
    made = part_frames([report("x", title="平\udcb9")], "part", NOW)
    assert rows(made["report"], "title") == [("平\\xb9",)]


def test_a_file_without_a_hash_has_no_part(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"/reports/x\.html"):
        write_part(Lake(tmp_path), "v", [report("x", sha256=None)], NOW)


def test_keys_come_from_identity_alone() -> None:
    # written down once: a change of these numbers breaks every query that analysts have saved
    assert organ_key("平潭县") == 7775471301170013
    assert report_key("平潭县", 2023, "00" * 32) == 3908758360482675


@given(
    st.lists(st.none() | st.integers() | st.text(), max_size=3),
    st.lists(st.none() | st.integers() | st.text(), max_size=3),
)
def test_different_identities_have_different_keys(one: list[Any], other: list[Any]) -> None:
    assert 0 <= key("report", *one) < 2**53
    assert (key("report", *one) == key("report", *other)) == (one == other)
