"""Reports set on pages: lines, rules and words with their places, in points from a page's upper left corner.

Rows of a table are cut at the foot of a page, and cells that reach over the cut are drawn once on each page, their words
where they find room, as word processors do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from tests.formats.reports import Placed, Report, Table, placed, width_of

SIZE = 9.0  # of the words in tables
PROSE_SIZE = 11.0
LEADING = 1.3
PADDING = 3.0
MARGIN = 50.0


class Words(NamedTuple):
    """A line of text: left end and baseline. `strong`: a heading."""

    text: str
    x: float
    y: float
    size: float
    strong: bool = False


class Rule(NamedTuple):
    """A straight line, horizontal or vertical. `role`: outer, inner, or below a heading row."""

    x0: float
    y0: float
    x1: float
    y1: float


class Box(NamedTuple):
    """A cell as drawn: left, top, right, bottom. `head`: in a heading row."""

    x0: float
    y0: float
    x1: float
    y1: float
    head: bool


@dataclass
class Sheet:
    """One page as set. `tables`: the outer boxes of the tables on it."""

    words: list[Words] = field(default_factory=list)
    cells: list[Box] = field(default_factory=list)
    tables: list[Box] = field(default_factory=list)


@dataclass(frozen=True)
class Setting:
    """`width`, `height` of the page in points. `repeat`: a table's heading rows stand again on its next page.
    `start`: how far down the first page the text begins, which moves the cuts.
    """

    width: float = 595.0
    height: float = 842.0
    repeat: bool = False
    start: float = 0.0


def width_in(text: str, size: float) -> float:
    """How wide a font that has ideographs a full square and digits a half sets a text."""
    return sum(size if ord(c) > 0x2E7F or c in "—“”" else size / 2 for c in text)


def wrapped(text: str, room: float, size: float) -> list[str]:
    """The lines of a text in `room` points; a number is never cut."""
    lines = []
    for part in text.split("\n"):
        line = ""
        for piece in _pieces(part):
            if line and width_in(line + piece, size) > room:
                lines.append(line)
                line = ""
            line += piece
        lines.append(line)
    return lines


def _pieces(text: str) -> list[str]:
    """Ideographs one by one, runs of anything narrow together."""
    pieces: list[str] = []
    for c in text:
        if pieces and ord(c) < 0x2E80 and ord(pieces[-1][-1]) < 0x2E80:
            pieces[-1] += c
        else:
            pieces.append(c)
    return pieces


class Typesetter:
    """Sets one report. `sheets` are the pages, the last one still open."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.sheets = [Sheet()]
        self._y = MARGIN + setting.start

    def set(self, report: Report) -> list[Sheet]:
        """All of a report."""
        self._paragraph(report.title, 15, strong=True)
        for part in report.parts:
            if isinstance(part, str):
                self._paragraph(part, PROSE_SIZE, strong=part[1:2] == "、" and len(part) < 30)
            else:
                self._table(part)
        return self.sheets

    def _room(self) -> float:
        return self._setting.height - MARGIN - self._y

    def _turn(self) -> None:
        self.sheets.append(Sheet())
        self._y = MARGIN

    def _paragraph(self, text: str, size: float, strong: bool) -> None:
        for line in wrapped(text, self._setting.width - 2 * MARGIN, size):
            if self._room() < 2 * size:
                self._turn()
            self.sheets[-1].words.append(Words(line, MARGIN, self._y + size, size, strong))
            self._y += size * LEADING * 1.15
        self._y += size * 0.6

    def _table(self, table: Table) -> None:
        cells = placed(table)
        edges = self._edges(table, cells)
        heights = _heights(table, cells, edges)
        heads = _heading_rows(table)
        top = 0
        while top < len(table):
            again = range(heads) if self._setting.repeat and top >= heads > 0 else range(0)
            shown = [*again, *self._fitting(top, heights, sum(heights[row] for row in again))]
            if len(shown) == len(again):
                self._turn()
                continue
            self._draw(cells, edges, heights, shown, heads)
            top = shown[-1] + 1
            if top < len(table):
                self._turn()
        self._y += 12

    def _fitting(self, top: int, heights: list[float], taken: float) -> list[int]:
        """The rows from `top` that find room; one always does on an empty page."""
        rows: list[int] = []
        room = self._room() - taken
        for row in range(top, len(heights)):
            room -= heights[row]
            if room < 0 and (rows or self._y > MARGIN):
                break
            rows.append(row)
        return rows

    def _edges(self, table: Table, cells: list[Placed]) -> list[float]:
        """Column borders: labels get the room that numbers leave."""
        count = width_of(table)
        needs = [24.0] * count
        for cell, _, column in cells:
            if cell.colspan == 1:
                longest = width_in(max(cell.text.split("\n"), key=len), SIZE)
                share = longest if cell.kind == "number" else min(longest, SIZE * (8 if count > 9 else 14))
                needs[column] = max(needs[column], share + 2 * PADDING)
        room = self._setting.width - 2 * MARGIN
        scale = room / sum(needs)
        edges = [MARGIN]
        for need in needs:
            edges.append(edges[-1] + need * scale)
        return edges

    def _draw(
        self, cells: list[Placed], edges: list[float], heights: list[float], shown: list[int], heads: int
    ) -> None:
        """These rows of a table, from here downwards."""
        tops, y = {}, self._y
        for row in shown:
            tops[row], y = y, y + heights[row]
        sheet = self.sheets[-1]
        sheet.tables.append(Box(edges[0], self._y, edges[-1], y, False))
        for cell, row, column in cells:
            own = [r for r in range(row, row + cell.rowspan) if r in tops]
            if not own:
                continue
            box = Box(
                edges[column], tops[own[0]], edges[column + cell.colspan], tops[own[-1]] + heights[own[-1]], row < heads
            )
            sheet.cells.append(box)
            lines = wrapped(cell.text, box.x1 - box.x0 - 2 * PADDING, SIZE) if cell.text else []
            whole = sum(heights[row : row + cell.rowspan])
            self._set_lines(
                sheet, box, _share_of(lines, own[0] == row, len(own) == cell.rowspan, box, whole), cell.kind
            )
        self._y = y

    def _set_lines(self, sheet: Sheet, box: Box, lines: list[str], kind: str) -> None:
        height = len(lines) * SIZE * LEADING
        y = box.y0 + (box.y1 - box.y0 - height) / 2 + SIZE
        for line in lines:
            x = box.x0 + (box.x1 - box.x0 - width_in(line, SIZE)) / 2
            sheet.words.append(Words(line, x, y, SIZE))
            y += SIZE * LEADING


def _share_of(lines: list[str], is_first: bool, is_whole: bool, box: Box, whole: float) -> list[str]:
    """The lines of a cell that stand in this part of it: what fits into the first part, then the rest."""
    if is_whole:
        return lines
    fitting = int((box.y1 - box.y0 - 2 * PADDING) / (SIZE * LEADING)) if is_first else None
    first = int((whole - (box.y1 - box.y0) - 2 * PADDING) / (SIZE * LEADING))
    return lines[:fitting] if is_first else lines[max(0, first) :]


def _heights(table: Table, cells: list[Placed], edges: list[float]) -> list[float]:
    heights = [SIZE * LEADING + 2 * PADDING] * len(table)
    for cell, row, column in sorted(cells, key=lambda p: p.cell.rowspan):
        room = edges[column + cell.colspan] - edges[column] - 2 * PADDING
        need = len(wrapped(cell.text, room, SIZE)) * SIZE * LEADING + 2 * PADDING
        last = row + cell.rowspan
        heights[last - 1] += max(0.0, need - sum(heights[row:last]))
    return heights


def _heading_rows(table: Table) -> int:
    """How many rows at the top have no number."""
    return next((n for n, row in enumerate(table) if any(cell.kind == "number" for cell in row)), 0)
