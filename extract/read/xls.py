"""XLS and ET → prose and grids: what a book in the old binary format shows, sheet by sheet.

Read with its formats and fonts, because figures depend on them: a raised note mark beside a number, struck digits, hidden
rows and columns, percent and unit formats.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import xlrd  # type: ignore[import-untyped]
from xlrd.compdoc import CompDocError  # type: ignore[import-untyped]

from extract.model import UNREADABLE, Block, Document
from extract.outcomes import Protected, Unreadable, Unsupported
from extract.read import biff, numberformat
from extract.read.bounds import MAX_CELLS
from extract.read.sheet import MAX_SHEETS, Area, Place, Sheet, blocks_of, folded, unread

_DAMAGED = (
    xlrd.XLRDError, CompDocError, struct.error, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError,
    OSError, OverflowError, RecursionError, TypeError, ValueError, ZeroDivisionError,
)  # fmt: skip
_TEXT, _NUMBERS = (xlrd.XL_CELL_TEXT,), (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE)
_WHITE = (1, 9)  # of the palette
_BLANKS = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def read(content: bytes, prose: bool = False) -> Document:
    """Read every sheet that is shown. Errors: `Unreadable` for a damaged, locked or overlong book."""
    with Path(os.devnull).open("w", encoding="utf-8") as silence:
        try:
            sheets = list(_sheets(content, silence))
        except _DAMAGED as error:
            if "encrypted" in str(error):
                raise Protected("the book is protected by a password") from None
            raise Unreadable(f"the book is damaged ({type(error).__name__})") from None
    blocks: list[Block] = [block for sheet in sheets for block in blocks_of(sheet)]
    if not blocks:
        raise Unreadable("the book has no text")
    return Document("xls", tuple(blocks), unread=unread(sheets))


def _sheets(content: bytes, log: object) -> Iterator[Sheet]:
    book = xlrd.open_workbook(
        file_contents=content, formatting_info=True, on_demand=True, ragged_rows=True, logfile=log
    )
    if book.nsheets > MAX_SHEETS:
        raise Unsupported(f"the book has {book.nsheets} sheets; the limit is {MAX_SHEETS}")
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        if sheet.visibility == 0:
            yield _sheet(book, sheet, biff.lost(book, number))
        book.unload_sheet(number)


def _sheet(book: xlrd.Book, sheet: xlrd.sheet.Sheet, lost: Mapping[int, range]) -> Sheet:
    texts: dict[Place, str] = {(row, column): UNREADABLE for row, columns in lost.items() for column in columns[:256]}
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            text = "" if kind in _BLANKS else _text(book, sheet, row, column)
            if text:
                texts[row, column] = text
        if len(texts) > MAX_CELLS:
            raise Unsupported(f"a sheet of the book has more than {MAX_CELLS:,} cells")
    merged = tuple(Area(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
    if any(area.bottom < area.top or area.right < area.left for area in merged):
        raise Unreadable("the book is damaged (it merges cells that are none)")
    rows = frozenset(row for row, look in sheet.rowinfo_map.items() if look.hidden)
    columns = frozenset(column for column, look in sheet.colinfo_map.items() if look.hidden or look.width == 0)
    return Sheet(texts, merged, rows, columns)


def _text(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int) -> str:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    look = book.xf_list[sheet.cell_xf_index(row, column)]
    is_paper = _is_paper(look.background)
    if book.font_list[look.font_index].struck_out:
        is_number = kind in _NUMBERS or (kind in _TEXT and any(map(str.isdecimal, value)))
        return UNREADABLE if is_number else ""  # with nothing in its place it was not published blank
    if kind in _TEXT:
        runs = sheet.rich_text_runlist_map.get((row, column), ())
        return folded(
            "".join(_shown(book, text, font, is_paper) for text, font in _pieces(value, look.font_index, runs))
        )
    if kind not in _NUMBERS:
        return UNREADABLE
    if value == 0 and not sheet.show_zero_values:
        return ""
    code = numberformat.BUILT_IN.get(look.format_key) or book.format_map[look.format_key].format_str
    text = numberformat.shown(value, code, book.datemode == 1)
    return UNREADABLE if is_paper and "[white]" in code.lower() else _shown(book, text, look.font_index, is_paper)


def _is_paper(ground: xlrd.formatting.XFBackground) -> bool:
    """Whether a cell's ground is white: filled with nothing, or with white."""
    return ground.fill_pattern == 0 or (ground.fill_pattern == 1 and ground.pattern_colour_index in _WHITE)


def _pieces(text: str, font: int, runs: list[tuple[int, int]]) -> Iterator[tuple[str, int]]:
    """The text cut where its font changes. `runs`: position and font from there on; positions count UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    places = [(0, font), *runs, (len(units) // 2, font)]
    for (start, own), (end, _) in pairwise(places):
        yield units[2 * start : 2 * end].decode("utf-16-le", "replace"), own


def _shown(book: xlrd.Book, text: str, font: int, is_paper: bool) -> str:
    look = book.font_list[font]
    if look.struck_out:
        return ""
    if is_paper and look.colour_index in _WHITE and any(map(str.isdecimal, text)):
        return UNREADABLE
    return f"(注{text})" if look.escapement and text.strip() else text
