"""XLSX, XLS, ET and ODS → a grid a sheet, through calamine.

Empty rows and columns around the used area are cut off; cells merged in the sheet span what they span.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import python_calamine

from extract.model import Block, Document, Grid, GridCell, Prose
from extract.outcomes import Unreadable
from extract.read.package import open_package

MAX_SHEETS = 40
MAX_ROWS = 5_000  # with something in them; the longest statutory table has 28
MAX_CELLS = 60_000
MAX_AREA = 20_000_000  # places between the first and the last used cell: calamine holds them all

Place = tuple[int, int]


def read(content: bytes, prose: bool = False) -> Document:
    """Read every visible sheet. Errors: `Unreadable` for a damaged, locked or overlong book."""
    if content.startswith(b"PK"):
        package = open_package(content)
        for name in package.names:  # unpacked once within bounds before native code unpacks it without
            package.read(name)
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.visible == python_calamine.SheetVisibleEnum.Visible]
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Unreadable(f"the book is damaged or protected by a password ({type(error).__name__})") from None
    if len(sheets) > MAX_SHEETS:
        raise Unreadable(f"the book has {len(sheets)} sheets; the limit is {MAX_SHEETS}")
    blocks: list[Block] = []
    for meta in sheets:
        if meta.typ == python_calamine.SheetTypeEnum.WorkSheet:
            blocks += _sheet(book, meta.name)
    if not blocks:
        raise Unreadable("the book has no text")
    return Document("sheet", tuple(blocks))


def _sheet(book: Any, name: str) -> list[Block]:
    try:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > MAX_AREA:
            raise Unreadable(f"a sheet spreads over {sheet.total_height:,} rows and {sheet.total_width:,} columns")
        rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        merged = sheet.merged_cell_ranges or []
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Unreadable(f"a sheet of the book is damaged ({type(error).__name__})") from None
    spans = {(top, left): (bottom - top + 1, right - left + 1) for (top, left), (bottom, right) in merged}
    covered = {
        (row, column)
        for (top, left), (height, width) in spans.items()
        if height * width <= MAX_CELLS
        for row in range(top, top + height)
        for column in range(left, left + width)
        if (row, column) != (top, left)
    }
    return blocks_of(rows, spans, covered)


def _text(value: object) -> str:
    """A cell as shown: 81.0 is `81`, a number without noise of binary fractions."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 10))
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return "\n".join(line for part in str(value).splitlines() if (line := " ".join(part.split())))


def blocks_of(rows: list[list[str]], spans: dict[Place, Place], covered: set[Place]) -> list[Block]:
    """Runs of rows as grids; a row with one text alone, or none, is a paragraph and parts them."""
    blocks: list[Block] = []
    run: list[tuple[int, list[str]]] = []
    filled = sum(any(row) for row in rows)
    if filled > MAX_ROWS:
        raise Unreadable(f"a sheet has {filled:,} rows; the limit is {MAX_ROWS:,}")
    for index, row in enumerate([*rows, []]):
        texts = [text for text in row if text]
        reached = any((index, column) in covered for column in range(len(row)))
        if len(texts) > 1 or (reached and run):
            run.append((index, row))
            continue
        blocks += _grid(run, spans, covered)
        run = []
        blocks += [Prose(text) for text in texts]
    return blocks


def _grid(run: list[tuple[int, list[str]]], spans: dict[Place, Place], covered: set[Place]) -> list[Block]:
    if not run:
        return []
    first, last = run[0][0], run[-1][0]
    right = max((column for _, row in run for column, text in enumerate(row) if text), default=0)
    right = max(right, *(c + w - 1 for (r, c), (_, w) in spans.items() if first <= r <= last), right)
    left = min(column for _, row in run for column, text in enumerate(row) if text)
    cells: list[GridCell] = []
    for index, row in run:
        for column in range(left, right + 1):
            if (index, column) in covered:
                continue
            height, width = spans.get((index, column), (1, 1))
            text = row[column] if column < len(row) else ""
            cells.append(GridCell(text, index - first, column - left, min(height, last - index + 1), width))
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"a sheet has more than {MAX_CELLS:,} cells")
    return [Grid(tuple(cells), last - first + 1, right - left + 1)]
