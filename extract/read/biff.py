"""The records of an XLS sheet, walked through beside xlrd, which passes over those that it does not know.

A record of numbers whose kind is damaged would leave its cells blank. So records that no sheet has are told, and rows whose
cells end before the column that the row itself states.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import xlrd  # type: ignore[import-untyped]
from xlrd.biffh import biff_rec_name_dict  # type: ignore[import-untyped]

from extract.outcomes import Unreadable

EXACT = 0.9  # of the rows end where they say: otherwise the writer says it roughly
_LATER = 0x0800  # records of Excel 2000 and after, of which none holds a cell
_LATEST = 0x1100
_ROW, _END, _BIFF8 = 0x0208, 0x000A, 80
_SINGLE = frozenset([0x0006, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x0207, 0x027E])
_SEVERAL = {0x00BD: 6, 0x00BE: 2}  # rows of numbers, and of blanks: bytes of each
_COLUMNS = 256


def lost(book: xlrd.Book, number: int) -> dict[int, range]:
    """Row → columns that it says it has and for which there is no record. Errors: `Unreadable` for an unknown record, and
    for cells that do not follow each other from left to right.
    """
    if book.biff_version != _BIFF8:
        return {}
    stated: dict[int, int] = {}
    ends: dict[int, int] = {}
    for kind, content in _records(book, number):
        if kind == _ROW and len(content) >= 6:
            row, _, end = struct.unpack_from("<HHH", content)
            stated[row] = end
        elif kind in _SINGLE or kind in _SEVERAL:
            row, first, end = _place(kind, content)
            if end <= first or first < ends.get(row, 0) or end > _COLUMNS:
                raise Unreadable("the book is damaged (its cells contradict each other about where they stand)")
            ends[row] = end
    short = {row: range(ends.get(row, 0), end) for row, end in stated.items() if ends.get(row, 0) < end}
    return short if len(stated) - len(short) >= EXACT * len(stated) else {}


def _place(kind: int, content: bytes) -> tuple[int, int, int]:
    """Row, first column, and the column after the last one; the same as the first where the record is no whole one."""
    if len(content) < 6:
        return 0, 0, 0
    row, first = struct.unpack_from("<HH", content)
    if kind in _SINGLE:
        return row, first, first + 1
    (last,) = struct.unpack_from("<H", content, len(content) - 2)
    is_whole = len(content) - 6 == _SEVERAL[kind] * (last - first + 1)
    return row, first, last + 1 if is_whole else first


def _records(book: xlrd.Book, number: int) -> Iterator[tuple[int, bytes]]:
    position, end = book._sh_abs_posn[number], book.base + book.stream_len
    depth = 0  # charts stand inside
    while position + 4 <= end:
        kind, size = struct.unpack_from("<HH", book.mem, position)
        if kind not in biff_rec_name_dict and not _LATER <= kind < _LATEST:
            raise Unreadable(f"the book is damaged (a record of the kind {kind:#06x})")
        depth += kind == 0x0809
        if kind == _END:
            depth -= 1
            if depth < 1:
                return
        if depth == 1:
            yield kind, book.mem[position + 4 : position + 4 + size]
        position += 4 + size
