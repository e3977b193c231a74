"""A table that a page break cuts anywhere, also through a row: no number moves, and no half row becomes a blank one."""

from __future__ import annotations

import pytest

from extract.forms.match import match
from extract.model import Document, Grid, GridCell
from extract.read import html
from tests.extract.pages import (
    DISCLOSURE,
    DISCLOSURE_ROWS,
    PROCEEDINGS,
    PROCEEDINGS_ROWS,
    figures,
    requests_rows,
    table,
)

STEP = 40.0


def grid_of(rows: list[str]) -> Grid:
    """The table as the HTML reader lays it out."""
    (found,) = html.read(f"<html><body>{table(rows)}</body></html>".encode()).blocks
    assert isinstance(found, Grid)
    return found


def pages(grid: Grid, at: int, upper: list[GridCell] | None = None, lower: list[GridCell] | None = None) -> Document:
    """The grid on two pages, cut before row `at`; `upper` and `lower` are the halves of a row cut in two."""
    first = [cell._replace(rowspan=min(cell.rowspan, at - cell.row)) for cell in grid.cells if cell.row < at]
    skip = 0 if upper is None else 1
    second = []
    for cell in grid.cells:
        if cell.row >= at + skip:
            second.append(cell._replace(row=cell.row - at))
        elif cell.row < at and cell.row + cell.rowspan > at + skip:  # a merged cell goes on without its text
            second.append(cell._replace(text="", row=skip, rowspan=cell.row + cell.rowspan - at - skip))
    first += upper or []
    second += lower or []
    edges = tuple(STEP * i for i in range(grid.width + 1))

    def page(cells: list[GridCell], number: int) -> Grid:
        ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
        return Grid(ordered, max(cell.row + cell.rowspan for cell in ordered), grid.width, number, edges=edges)

    return Document("pdf", (page(first, 1), page(second, 2)))


def values(document: Document) -> dict[tuple[str, str], dict[str, object]]:
    found: dict[tuple[str, str], dict[str, object]] = {}
    for cell in match(document, "test").collected.settle():
        found.setdefault((cell.table, cell.row), {})[cell.column] = cell.value
    return found


@pytest.mark.parametrize("at", range(1, 28))
def test_between_two_rows_of_the_requests_table(at: int) -> None:
    found = values(pages(grid_of(requests_rows(figures())), at))
    assert {row: list(cells.values()) for (_, row), cells in found.items()} == figures()


@pytest.mark.parametrize("at", range(1, 4))
def test_between_two_rows_of_the_proceedings_table(at: int) -> None:
    found = values(pages(grid_of(PROCEEDINGS_ROWS), at))
    assert {row: list(cells.values()) for (_, row), cells in found.items()} == PROCEEDINGS


@pytest.mark.parametrize("numbers", ["above", "below"])
@pytest.mark.parametrize("label", ["above", "below", "first letter above", "last letter below"])
@pytest.mark.parametrize("at", range(3, 28))
def test_through_a_row(at: int, label: str, numbers: str) -> None:
    """One of the halves has the numbers, one the label, or each has some of the label."""
    grid = grid_of(requests_rows(figures()))
    row = [cell for cell in grid.cells if cell.row == at]
    upper, lower = [], []
    for cell in row:
        above, below = cell.text, ""
        if not cell.text.isdigit():
            cut = {
                "above": len(cell.text),
                "below": 0,
                "first letter above": 3,
                "last letter below": len(cell.text) - 1,
            }[label]
            above, below = cell.text[:cut], cell.text[cut:]
        elif numbers == "below":
            above, below = "", cell.text
        upper.append(cell._replace(text=above, rowspan=1))
        lower.append(cell._replace(text=below, row=0))
    want = figures()
    for (_, code), cells in values(pages(grid, at, upper, lower)).items():
        assert list(cells.values()) == want[code], code


def cut_heading(grid: Grid, at: int, cut: int, centred: bool) -> Document:
    """The grid on two pages, the break going through its row `at`, after `cut` letters of each text of the row. Merged cells
    that reach into the row are cut, too: `centred`, after the same letters; else with their whole text above.
    """
    first, second = [], []
    for cell in grid.cells:
        last = cell.row + cell.rowspan - 1
        if last < at:
            first.append(cell)
        elif cell.row > at:
            second.append(cell._replace(row=cell.row - at))
        else:
            here = cut if cell.row == at or centred else len(cell.text)
            first.append(cell._replace(text=cell.text[:here], rowspan=at - cell.row + 1))
            second.append(cell._replace(text=cell.text[here:], row=0, rowspan=last - at + 1))
    edges = tuple(STEP * i for i in range(grid.width + 1))

    def page(cells: list[GridCell], number: int) -> Grid:
        ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
        return Grid(ordered, max(cell.row + cell.rowspan for cell in ordered), grid.width, number, edges=edges)

    return Document("pdf", (page(first, 1), page(second, 2)))


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("cut", range(9))
@pytest.mark.parametrize("at", range(3))
def test_through_a_heading_row_of_the_requests_table(at: int, cut: int, centred: bool) -> None:
    found = values(cut_heading(grid_of(requests_rows(figures())), at, cut, centred))
    assert {row: list(cells.values()) for (_, row), cells in found.items()} == figures()


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("cut", range(9))
@pytest.mark.parametrize("at", range(3))
def test_through_a_heading_row_of_the_proceedings_table(at: int, cut: int, centred: bool) -> None:
    found = values(cut_heading(grid_of(PROCEEDINGS_ROWS), at, cut, centred))
    assert {row: list(cells.values()) for (_, row), cells in found.items()} == PROCEEDINGS


HEADINGS = [at for at, row in enumerate(DISCLOSURE_ROWS) if "信息内容" in row]


@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("cut", range(9))
@pytest.mark.parametrize("at", HEADINGS)
def test_through_a_heading_row_of_the_disclosure_table(at: int, cut: int, centred: bool) -> None:
    found = values(cut_heading(grid_of(DISCLOSURE_ROWS), at, cut, centred))
    assert {row: cells for (_, row), cells in found.items()} == DISCLOSURE


LONG = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"


@pytest.mark.parametrize("numbers", ["above", "below"])
@pytest.mark.parametrize("cut", range(1, len(LONG)))
def test_through_a_long_label(cut: int, numbers: str) -> None:
    grid = grid_of(requests_rows(figures()))
    at = next(cell.row for cell in grid.cells if cell.text == LONG)
    upper, lower = [], []
    for cell in grid.cells:
        if cell.row == at:
            above, below = (cell.text[:cut], cell.text[cut:]) if cell.text == LONG else (cell.text, "")
            if cell.text != LONG and numbers == "below":
                above, below = below, above
            upper.append(cell._replace(text=above, rowspan=1))
            lower.append(cell._replace(text=below, row=0))
    found = values(pages(grid, at, upper, lower))
    assert {row: list(cells.values()) for (_, row), cells in found.items()} == figures()
