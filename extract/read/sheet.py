"""A sheet of a book → prose and grids: each table of the sheet becomes a grid of its own width.

A sheet is one large lattice in which headings, paragraphs and tables stand below each other. Its tables are parted by
empty rows, and by rows with one text alone that head what follows.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from extract.model import Block, Grid, GridCell, Prose
from extract.outcomes import Unsupported
from extract.read.bounds import MAX_CELLS, MAX_ROWS
from extract.read.unmerged import spans

MAX_COLUMNS = 200  # of one table
MAX_COVERED = 1_000_000  # places under merged areas
MAX_SHEETS = 40  # of one book: one for each table, and few with notes
LONG_TEXT = 80  # characters; the longest label of the form has 46
NUMBER = re.compile(r"[+\-−]?\d[\d,.]*")
"""What looks like a value among the texts of a sheet."""

Place = tuple[int, int]

MAX_NAMED = 10  # hidden rows named in a sentence


def folded(text: str) -> str:
    """Line by line, white space runs as one space."""
    return "\n".join(line for part in text.splitlines() if (line := " ".join(part.split())))


class Area(NamedTuple):
    """Places merged into one, all borders included; rows and columns count from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in a sheet: texts that are not blank by (row, column), merged areas, and what is not shown."""

    texts: dict[Place, str]
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Row:
    """A row that has texts or is reached by areas: its texts by column, and the areas that begin in it."""

    index: int
    texts: dict[int, str] = field(default_factory=dict)
    areas: dict[int, Area] = field(default_factory=dict)
    reached: set[int] = field(default_factory=set)  # columns under an area that begins above

    @property
    def only(self) -> str | None:
        """The text that is alone in its row: no second one, no area that goes on below or comes from above."""
        tall = any(area.bottom > self.index for area in self.areas.values())
        return next(iter(self.texts.values())) if len(self.texts) == 1 and not self.reached and not tall else None

    @property
    def left(self) -> int:
        return min([*self.texts, *self.areas, *self.reached])

    @property
    def right(self) -> int:
        """The last column that the row fills."""
        return max([*self.texts, *self.reached, *(area.right for area in self.areas.values())])

    @property
    def has_number(self) -> bool:
        return any(NUMBER.fullmatch(text) for text in self.texts.values())


def blocks_of(sheet: Sheet) -> Iterator[Block]:
    """The tables and paragraphs of a sheet, top down. Errors: `Unreadable` beyond the bounds of this module."""
    if len(sheet.texts) > MAX_CELLS or len(sheet.merged) > MAX_CELLS:
        raise Unsupported(f"a sheet has more than {MAX_CELLS:,} cells")
    shown = _shown(sheet)
    rows = _rows(shown)
    if len(rows) > MAX_ROWS:
        raise Unsupported(f"a sheet has {len(rows):,} rows; the limit is {MAX_ROWS:,}")
    table: list[_Row] = []
    waiting: list[_Row] = []  # texts alone in their rows, of which the next row tells whether the table goes on
    for row, before in zip(rows, [None, *rows], strict=False):
        if before is not None and row.index > before.index + 1:
            yield from _closed(table, waiting)
            table, waiting = [], []
        if row.only is not None:
            waiting.append(row)
            continue
        if waiting and not _goes_on(table, waiting, row):
            yield from _closed(table, [])
            own = 1 if _heads(waiting[-1], row) else 0
            yield from (Prose(text) for each in waiting[: len(waiting) - own] if (text := each.only))
            table, waiting = [], waiting[len(waiting) - own :]
        table += [*waiting, row]
        waiting = []
    yield from _closed(table, waiting)


def _shown(sheet: Sheet) -> Sheet:
    """Hidden rows and columns taken out, the others moved together."""
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return sheet
    rows, columns = sorted(sheet.hidden_rows), sorted(sheet.hidden_columns)
    texts = {
        (_moved(row, rows), _moved(column, columns)): text
        for (row, column), text in sheet.texts.items()
        if row not in sheet.hidden_rows and column not in sheet.hidden_columns
    }
    merged: list[Area] = []
    for area in sheet.merged:
        bottom, right = _moved(area.bottom + 1, rows) - 1, _moved(area.right + 1, columns) - 1
        moved = Area(_moved(area.top, rows), _moved(area.left, columns), bottom, right)
        if moved.top <= moved.bottom and moved.left <= moved.right:
            merged.append(moved)
            text = sheet.texts.get((area.top, area.left))
            if text:  # an area shows its text also where its first row or column is hidden
                texts[moved.top, moved.left] = text
    return Sheet(texts, tuple(merged))


def unread(sheets: Iterable[Sheet]) -> tuple[str, ...]:
    """What hidden rows and columns keep from being read, as a sentence; () where nothing stands in them."""
    rows: list[int] = []
    columns: list[int] = []
    for sheet in sheets:
        rows += sorted({row + 1 for row, _ in sheet.texts} & {row + 1 for row in sheet.hidden_rows})
        columns += sorted({column + 1 for _, column in sheet.texts} & {column + 1 for column in sheet.hidden_columns})
    found = [("row", rows)] if rows else []
    found += [("column", columns)] if columns else []
    said = [f"{name}{'s' if len(at) > 1 else ''} {', '.join(map(str, at[:MAX_NAMED]))}" for name, at in found]
    return (f"the book hides {' and '.join(said)}: what stands there is not read",) if said else ()


def _moved(position: int, hidden: list[int]) -> int:
    """Where a position stands once the hidden ones before it are gone."""
    return position - bisect_left(hidden, position)


def _rows(sheet: Sheet) -> list[_Row]:
    """Rows with texts, top down. Areas without any text in their rows make no row."""
    rows: dict[int, _Row] = {}
    for index, column in sorted(sheet.texts):
        rows.setdefault(index, _Row(index)).texts[column] = sheet.texts[index, column]
    covered = 0
    for area in sheet.merged:
        last = min(area.bottom, area.top + MAX_ROWS)
        covered += (last - area.top) * (area.right - area.left + 1)
        if covered > MAX_COVERED:
            raise Unsupported(f"a sheet merges more than {MAX_COVERED:,} cells")
        has_text = (area.top, area.left) in sheet.texts
        for index in range(area.top, last + 1):
            if has_text:
                rows.setdefault(index, _Row(index))
            if index not in rows:
                continue
            if index == area.top:
                rows[index].areas[area.left] = area
            else:
                rows[index].reached.update(range(area.left, area.right + 1))
    return [rows[index] for index in sorted(rows)]


def _goes_on(table: list[_Row], waiting: list[_Row], row: _Row) -> bool:
    """Whether texts alone in their rows are labels of blank values inside a table, not headings of what follows."""
    if not table:
        return False
    left, right = min(each.left for each in table), max(each.right for each in table)
    for each in waiting:
        text = each.only or ""
        if "。" in text or len(text) > LONG_TEXT or (each.left <= left and each.right >= right):
            return False
    return row.has_number or any(each.right > each.left for each in waiting)


def _heads(above: _Row, row: _Row) -> bool:
    """Whether a text alone in its row may be the first heading of the table below: no sentence, and no wider."""
    text = above.only or ""
    return len(text) <= LONG_TEXT and "。" not in text and row.left <= above.left and above.right <= row.right


def _closed(table: list[_Row], waiting: list[_Row]) -> Iterator[Block]:
    """A table and the texts below it up to an empty row: paragraphs, or labels whose values are all blank."""
    inside = bool(table) and _goes_on(table, waiting, table[-1]) and len(waiting) <= 2
    if table:
        yield from _grid([*table, *waiting] if inside else table)
    if not inside:
        yield from (Prose(text) for each in waiting if (text := each.only))


def _merge_headings(rows: list[_Row], left: int, right: int) -> None:
    """Give headings their areas in a table where nothing is merged."""
    head = list(takewhile(lambda row: not row.has_number, rows))
    if len(head) < 2 or any(row.areas or row.reached for row in head) or head[-1].index - head[0].index >= len(head):
        return
    for (index, column), (height, width) in spans([row.texts for row in head], left, right).items():
        row = head[index]
        row.areas[column] = Area(row.index, column, row.index + height - 1, column + width - 1)
        for below in head[index + 1 : index + height]:
            below.reached.update(range(column, column + width))


def _grid(rows: list[_Row]) -> Iterator[Block]:
    """The rows as a grid; a table that is too wide (the menu of a page that was saved as a book) as paragraphs."""
    top, bottom = rows[0].index, rows[-1].index
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    height, width = bottom - top + 1, right - left + 1
    if width > MAX_COLUMNS or height * width > MAX_CELLS:
        yield from (Prose(" ".join(text for _, text in sorted(row.texts.items()))) for row in rows if row.texts)
        return
    _merge_headings(rows, left, right)
    cells: list[GridCell] = []
    for row in rows:
        column = left
        while column <= right:
            area = row.areas.get(column)
            if column in row.reached:
                column += 1
                continue
            last = area.right if area is not None else column
            deep = min(area.bottom, bottom) - row.index + 1 if area is not None else 1
            cells.append(GridCell(row.texts.get(column, ""), row.index - top, column - left, deep, last - column + 1))
            column = last + 1
    yield Grid(tuple(cells), height, width)
