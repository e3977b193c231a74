"""Headings that stand askew over their columns: read if one reading is proved by the table's sums, else left out by name."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from extract import Extraction
from extract.check.proof import proved
from extract.forms.match import match
from extract.forms.vocabulary import APPLICANT_CODES
from extract.model import Cell, Document, Grid, GridCell
from extract.read import html
from tests.conftest import read_bytes
from tests.extract.forms.test_page_breaks import grid_of, pages
from tests.extract.pages import APPLICANTS, OUTCOME_ROWS, RESULTS, Figures, report, requests_rows, table, td


def sums(filled: bool = True) -> Figures:
    """Figures of table 三 that add up."""
    rng = random.Random(5)
    leaves = [code for code, _, _ in OUTCOME_ROWS if code not in ("new", "carried_in", "total", "carried_out")]
    rows = {code: [rng.randrange(9) if filled else 0 for _ in range(6)] for code in leaves}
    rows["total"] = [sum(row[n] for row in rows.values()) for n in range(6)]
    rows["carried_out"] = [3 if filled else 0] * 6
    rows["carried_in"] = [2 if filled else 0] * 6
    rows["new"] = [a + b - c for a, b, c in zip(rows["total"], rows["carried_out"], rows["carried_in"], strict=True)]
    return {code: [*rows[code], sum(rows[code])] for code, _, _ in OUTCOME_ROWS}


def askew(values: Mapping[str, Sequence[object]], heads: tuple[str, ...] = APPLICANTS) -> str:
    """自然人 reaches over the half of 商业企业, whose heading stands one row lower."""
    rows = [
        td("项目", rowspan=2) + td(heads[0], colspan=3) + td("法人或其他组织", colspan=9) + td(heads[6], colspan=2),
        td("", colspan=2) + "".join(td(name, colspan=2) for name in heads[1:6]) + td("", colspan=2),
    ]
    group = ""
    for code, own, label in OUTCOME_ROWS:
        first = own if own != group else ""
        group = own
        rows.append(td(f"{first}{label}" if first else label) + "".join(td(v, colspan=2) for v in values[code]))
    return table(rows)


def requests(extraction: Extraction) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for cell in extraction.cells:
        if cell.table == "requests":
            found.setdefault(cell.row, {})[cell.column] = cell.value
    return found


def test_the_one_reading_that_the_sums_prove() -> None:
    values = sums()
    extraction = read_bytes(report(requests=askew(values)))
    assert {row: list(cells.values()) for row, cells in requests(extraction).items()} == values
    assert {c.table: c.proof for c in extraction.cells} == {
        "disclosure": "labels",
        "requests": "arithmetic",
        "proceedings": "labels",
    }
    assert [f for f in extraction.findings if f.check.startswith("reading.")] == []


def test_zeros_are_the_same_in_every_reading() -> None:
    assert len(requests(read_bytes(report(requests=askew(sums(filled=False)))))) == 25


@pytest.mark.parametrize("row", ["new", "granted", "total", "other.other"])
def test_a_sum_that_fails_proves_nothing(row: str) -> None:
    values = sums()
    values[row] = [values[row][0] + 1, *values[row][1:]]
    extraction = read_bytes(report(requests=askew(values)))
    assert requests(extraction) == {}
    assert ("reading.unknown_column", "requests") in [(f.check, f.where) for f in extraction.findings]


def test_a_blank_may_hide_a_number_that_moved() -> None:
    values = sums()
    assert requests(read_bytes(report(requests=askew({**values, "granted": ["", *values["granted"][1:]]})))) == {}


@pytest.mark.parametrize("name", range(7))
def test_every_heading_must_be_there(name: int) -> None:
    heads = tuple("某某" if n == name else head for n, head in enumerate(APPLICANTS))
    assert requests(read_bytes(report(requests=askew(sums(), heads)))) == {}


def test_headings_in_another_order_are_not_proved() -> None:
    heads = (*APPLICANTS[:2], APPLICANTS[3], APPLICANTS[2], *APPLICANTS[4:])
    assert requests(read_bytes(report(requests=askew(sums(), heads)))) == {}


CHANNELS = ("行政复议", "未经复议直接起诉", "复议后起诉")
RESULTS_PRINTED = [[1, 2, 0, 0, 3], [0, 1, 0, 1, 2], [1, 0, 0, 0, 1]]


@pytest.mark.parametrize("off", [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1)])
def test_rules_of_the_proceedings_table_a_hair_off(off: tuple[int, int]) -> None:
    first, second = 20 + off[0], 40 + off[1]
    rows = [
        td("行政复议", colspan=first) + td("行政诉讼", colspan=60 - first),
        td("", colspan=first) + td(CHANNELS[1], colspan=second - first) + td(CHANNELS[2], colspan=60 - second),
        "".join(td(name, colspan=4) for name in RESULTS * 3),
        "".join(td(value, colspan=4) for row in RESULTS_PRINTED for value in row),
    ]
    extraction = read_bytes(report(proceedings=table(rows)))
    cells = [c for c in extraction.cells if c.table == "proceedings"]
    assert [c.value for c in cells] == [value for row in RESULTS_PRINTED for value in row]
    assert {c.proof for c in cells} == {"arithmetic"}
    rows[1] = td("", colspan=first) + td(CHANNELS[2], colspan=second - first) + td("某某", colspan=60 - second)
    assert not [c for c in read_bytes(report(proceedings=table(rows))).cells if c.table == "proceedings"]


def test_a_subtotal_that_the_form_lacks_stands_among_the_headings() -> None:
    values = sums()
    heads = (*APPLICANTS[:6], "小计", APPLICANTS[6])
    rows = [
        td("项目", rowspan=2) + td(heads[0], colspan=3) + td("法人或其他组织", colspan=11) + td(heads[7], colspan=2),
        td("", colspan=2) + "".join(td(name, colspan=2) for name in heads[1:7]) + td("", colspan=2),
    ]
    group = ""
    for code, own, label in OUTCOME_ROWS:
        first, group = (own if own != group else ""), own
        printed = [*values[code][:6], sum(values[code][1:6]), values[code][6]]
        rows.append(td(f"{first}{label}") + "".join(td(v, colspan=2) for v in printed))
    found = requests(read_bytes(report(requests=table(rows))))
    assert {row: list(cells.values()) for row, cells in found.items()} == values


@pytest.mark.parametrize("cut", range(4, 26))
def test_half_a_row_is_no_row_of_blanks(cut: int) -> None:
    """Askew headings, and a page break through a row whose numbers stand above it: the other half has a label and blanks."""
    values = sums()
    grid = grid_of(re.findall(r"<tr>(.*?)</tr>", askew(values)))
    row = [cell for cell in grid.cells if cell.row == cut]
    upper = [c._replace(text=c.text[: len(c.text) // 2] if not c.text.isdigit() else c.text) for c in row]
    lower = [c._replace(text=c.text[len(c.text) // 2 :] if not c.text.isdigit() else "", row=0) for c in row]
    document = replace(pages(grid, cut, upper, lower), by_position=True)
    _, cells = proved(document, "test", match(document, "test"))
    for cell in cells:
        assert cell.value == values[cell.row][APPLICANT_CODES.index(cell.column)]


def continued(values: Figures, at: int, second: tuple[float, ...], drop: int | None = None) -> tuple[Grid, Grid]:
    """Table 三 on two pages, cut before row `at`, the columns of the second page at the places `second`; `drop` leaves out one of its
    columns of values and sets an empty one before the labels.
    """
    (whole,) = html.read(f"<html><body>{table(requests_rows(values))}</body></html>".encode()).blocks
    assert isinstance(whole, Grid)
    upper = [c._replace(rowspan=min(c.rowspan, at - c.row)) for c in whole.cells if c.row < at]
    lower = [c._replace(row=c.row - at) for c in whole.cells if c.row >= at]
    lower += [
        c._replace(row=0, rowspan=c.row + c.rowspan - at, text="")
        for c in whole.cells
        if c.row < at < c.row + c.rowspan
    ]
    if drop is not None:
        lower = [c for c in lower if c.column != drop]
        lower = [c._replace(column=c.column - (c.column > drop)) for c in lower]
        lower += [GridCell("", n, whole.width - 1) for n in range(whole.height - at)]
    lower.sort(key=lambda c: (c.row, c.column))
    first = tuple(60.0 * n for n in range(whole.width + 1))
    return (
        Grid(tuple(upper), at, whole.width, 1, edges=first),
        Grid(tuple(lower), whole.height - at, whole.width, 2, edges=second),
    )


def other_widths(width: int) -> tuple[float, ...]:
    return tuple(35.0 * n if n < width else 60.0 * n for n in range(width + 1))


def proved_requests(grids: tuple[Grid, Grid]) -> dict[tuple[str, str], Cell]:
    document = Document("image", grids, by_position=True)
    _, cells = proved(document, "image", match(document, "image"))
    return {(c.row, c.column): c for c in cells if c.table == "requests"}


def test_a_table_that_goes_on_in_columns_of_other_widths_is_read_by_their_order_if_the_sums_prove_it() -> None:
    values = sums()
    at = 16
    grids = continued(values, at, other_widths(grids_width(values)))
    found = proved_requests(grids)
    assert {row: [found[row, column].value for column in APPLICANT_CODES] for row in values} == values
    assert {c.proof for c in found.values() if c.page == 2} == {"arithmetic"}
    assert {c.proof for c in found.values() if c.page == 1} == {"labels"}


@pytest.mark.parametrize("row", ["not_processed.duplicate", "carried_out"])
def test_where_one_of_its_sums_fails_it_is_left_out(row: str) -> None:
    values = sums()
    values[row] = [values[row][0] + 1, *values[row][1:]]
    found = proved_requests(continued(values, 16, other_widths(grids_width(values))))
    assert {c.page for c in found.values()} == {1}


@pytest.mark.parametrize(("confidence", "pages"), [(0.0, {1, 2}), (0.95, {1})])
def test_a_mark_that_a_picture_does_not_show_surely_leaves_the_rest_of_the_table(
    confidence: float, pages: set[int]
) -> None:
    """A slash was read as 1; not being sure, it waits."""
    values, row = sums(), "not_processed.duplicate"
    lost = values[row][1]
    for code in (row, "total", "new"):
        values[code] = [v - lost * (n in (1, 6)) for n, v in enumerate(values[code])]
    above, below = continued(values, 16, other_widths(grids_width(values)))
    at = next(c.row for c in below.cells if "重复申请" in c.text)
    column = below.width - 6
    cells = [
        c._replace(text="1", confidence=confidence) if (c.row, c.column) == (at, column) else c for c in below.cells
    ]
    found = proved_requests((above, replace(below, cells=tuple(cells))))
    assert {c.page for c in found.values()} == pages
    if 2 in pages:
        assert found[row, APPLICANT_CODES[1]].confidence == confidence
        assert found["total", APPLICANT_CODES[0]].value == values["total"][0]


def test_where_a_column_is_lost_and_another_stands_for_it_it_is_left_out() -> None:
    values = sums()
    width = grids_width(values)
    found = proved_requests(continued(values, 16, other_widths(width), drop=width - 4))
    assert {c.page for c in found.values()} == {1}


def grids_width(values: Figures) -> int:
    (whole,) = html.read(f"<html><body>{table(requests_rows(values))}</body></html>".encode()).blocks
    assert isinstance(whole, Grid)
    return whole.width
