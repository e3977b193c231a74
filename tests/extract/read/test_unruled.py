"""Tables without a rule, over two pages: whatever the cut, a number is read under its own headings or is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extract.forms.match import match
from extract.model import Block, Document, Grid, Prose
from extract.read.layout.blocks import below, blocks
from extract.read.layout.page import Glyph, Page
from tests.extract.forms.test_page_breaks import grid_of, values
from tests.extract.pages import PROCEEDINGS, PROCEEDINGS_ROWS, figures, requests_rows

SIZE = 9.0
LINE = 11.0  # from line to line of one cell
ROW = 30.0  # points: the height of a row of the table
WIDTHS = {10: (60, 60, 130, 30, 40, 40, 50, 50, 30, 30), 15: (34,) * 15}
HEIGHT = 842.0


def written(text: str, middle_x: float, middle_y: float, width: float) -> list[Glyph]:
    """The text centred at a point, wrapped to a width."""
    step = SIZE / 2 if text.isascii() else SIZE
    count = max(1, int(width / step))
    parts = [text[i : i + count] for i in range(0, len(text), count)]
    glyphs = []
    for number, part in enumerate(parts):
        top = middle_y + (number - len(parts) / 2) * LINE
        left = middle_x - len(part) * step / 2
        glyphs += [
            Glyph(c, left + i * step, top, left + (i + 1) * step, top + SIZE) for i, c in enumerate(part) if c.strip()
        ]
    return glyphs


def drawn(grid: Grid, first: int, last: int, top: float, number: int) -> Page:
    """Rows `first` to `last` of a grid as a page of characters; a merged cell's text stands in its middle on the page."""
    widths = WIDTHS[grid.width]
    edges = [50.0 + sum(widths[:n]) for n in range(grid.width + 1)]
    glyphs: list[Glyph] = []
    for cell in grid.cells:
        begin, end = max(cell.row, first), min(cell.row + cell.rowspan, last)
        shown = cell.row >= first or cell.row + cell.rowspan <= last  # a cut cell shows its text on its first page
        if begin >= end or not shown or (cell.row < first):
            continue
        left, right = edges[cell.column], edges[cell.column + cell.colspan]
        y = top + ((begin + end) / 2 - first) * ROW
        glyphs += written(cell.text, (left + right) / 2, y, right - left - 4)
    return Page(number, 595.0, HEIGHT, tuple(glyphs))


def document(grid: Grid, at: int) -> Document:
    """The table cut before row `at`: the upper part at the foot of a page with its number, the rest on the next one."""
    upper = drawn(grid, 0, at, HEIGHT - 40 - at * ROW, 1)
    upper = replace(upper, glyphs=(*upper.glyphs, *written("- 1 -", 300, HEIGHT - 20, 100)))
    found: list[Block] = blocks(upper)
    lower = replace(drawn(grid, at, grid.height, 40.0, 2), above=below(upper, found))
    return Document("pdf", (*found, *blocks(lower)), by_position=True)


@pytest.mark.parametrize("at", range(3, 28))
def test_the_requests_table_cut_before_any_row(at: int) -> None:
    found = values(document(grid_of(requests_rows(figures())), at))
    truth = figures()
    read = {row: list(cells.values()) for (_, row), cells in found.items()}
    assert all(read[row] == truth[row] for row in read)
    assert len(read) >= len(truth) - 1  # a label that stands half a row off its numbers may be left out


def test_headings_alone_at_the_foot_of_a_page() -> None:
    (grid,) = (b for b in document(grid_of(PROCEEDINGS_ROWS), len(PROCEEDINGS_ROWS) - 1).blocks if isinstance(b, Grid))
    under = {(cell.column, cell.text) for cell in grid.cells if cell.row < grid.height - 1}
    results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3
    numbers = [cell for cell in grid.cells if cell.row == grid.height - 1 and cell.text]
    assert [int(cell.text) for cell in numbers] == [value for row in PROCEEDINGS.values() for value in row]
    assert all((cell.column, result) in under for cell, result in zip(numbers, results, strict=True))
    assert all(cell.box is None for cell in grid.cells if cell.row < grid.height - 1)  # they stand on another page


def test_a_page_number_just_below_a_table_is_none_of_its_numbers() -> None:
    grid = grid_of(requests_rows(figures()))
    page = drawn(grid, 0, 12, 40.0, 1)
    numbered = replace(page, glyphs=(*page.glyphs, *written("- 1 -", 300, 40 + 12 * ROW + 5, 100)))
    assert values(Document("pdf", tuple(blocks(numbered)))) == values(Document("pdf", tuple(blocks(page))))
    assert len(values(Document("pdf", tuple(blocks(page))))) == 9


def test_the_sentence_at_the_foot_of_a_page_is_no_heading() -> None:
    grid = grid_of(requests_rows(figures()))
    upper = Page(1, 595.0, HEIGHT, tuple(written("全年共收到申请，均已按时办结。", 200, 780, 400)))
    lower = replace(drawn(grid, 0, grid.height, 40.0, 2), above=below(upper, blocks(upper)))
    read = Document("pdf", tuple(blocks(lower)), by_position=True)
    found = {row: list(cells.values()) for (_, row), cells in values(read).items()}
    assert found == figures()


def test_a_label_beside_several_rows_ends_no_table() -> None:
    page = drawn(grid_of(requests_rows(figures())), 0, 29, 10.0, 1)
    found = blocks(page)
    assert any(isinstance(block, Prose) and block.beside for block in found)
    matched = match(Document("pdf", tuple(found), by_position=True), "test")
    assert not [f for f in matched.collected.findings if f.check == "reading.unknown_column"]


def test_headings_that_fill_their_columns_are_told_apart() -> None:
    """本年制发件数本年废止件数现行有效件数: no more than a third of a character stands between them."""
    lines = ["本年制发件数", "本年废止件数", "现行有效件数"]
    heads = [glyph for n, word in enumerate(lines) for glyph in beside(word, 147 + n * 76.0, 100)]
    rows = [("规章", ("0", "0", "0")), ("行政规范性文件", ("25", "17", "113"))]
    body = [
        glyph
        for n, (label, numbers) in enumerate(rows)
        for word, x in ((label, 58.0), *((number, 147 + k * 76.0) for k, number in enumerate(numbers)))
        for glyph in beside(word, x, 117 + 17.0 * n)
    ]
    page = Page(1, 595, 842, (*beside("信息内容", 58, 100), *heads, *body))
    (found,) = [block for block in blocks(page) if isinstance(block, Grid)]
    texts = {(cell.row, cell.column): cell.text for cell in found.cells}
    assert [texts.get((0, column)) for column in (1, 2, 3)] == lines
    assert [texts.get((2, column)) for column in (0, 1, 2, 3)] == ["行政规范性文件", "25", "17", "113"]


def beside(text: str, x: float, top: float, size: float = 12.0) -> list[Glyph]:
    """A word from `x` on; figures are half as wide."""
    found = []
    for character in text:
        width = size * (0.55 if character.isdecimal() else 1.0)
        found.append(Glyph(character, x, top, x + width, top + size))
        x += width
    return found
