"""XLS and ET → prose and grids, through calamine.

The binary format's styles are not read: a number stands as it is stored, a day as its date.
"""

from __future__ import annotations

import datetime as dt
import io

import python_calamine

from extract.model import Block, Document
from extract.outcomes import Unreadable
from extract.read.numberformat import plain
from extract.read.sheet import MAX_CELLS, Area, Place, Sheet, blocks_of

MAX_SHEETS = 40
MAX_AREA = 2_000_000  # places between the first and the last used cell: they are all handed over
UNREADABLE = "\ufffd"


def read(content: bytes, prose: bool = False) -> Document:
    """Read every sheet that is shown. Errors: `Unreadable` for a damaged, locked or overlong book."""
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
    except python_calamine.PasswordError:
        raise Unreadable("the book is protected by a password") from None
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Unreadable(f"the book is damaged ({type(error).__name__})") from None
    shown = [
        meta.name
        for meta in book.sheets_metadata
        if meta.visible == python_calamine.SheetVisibleEnum.Visible
        and meta.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    if len(shown) > MAX_SHEETS:
        raise Unreadable(f"the book has {len(shown)} sheets; the limit is {MAX_SHEETS}")
    blocks: list[Block] = []
    for name in shown:
        blocks += blocks_of(_sheet(book, name))
    if not blocks:
        raise Unreadable("the book has no text")
    return Document("xls", tuple(blocks))


def _sheet(book: python_calamine.CalamineWorkbook, name: str) -> Sheet:
    try:
        sheet = book.get_sheet_by_name(name)
        if sheet.height * sheet.width > MAX_AREA:
            raise Unreadable(f"a sheet of the book spreads over {sheet.height:,} rows and {sheet.width:,} columns")
        top, left = sheet.start or (0, 0)
        texts: dict[Place, str] = {}
        for row, values in enumerate(sheet.to_python(skip_empty_area=True), top):
            for column, value in enumerate(values, left):
                text = _text(value)
                if text:
                    texts[row, column] = text
            if len(texts) > MAX_CELLS:
                raise Unreadable(f"a sheet of the book has more than {MAX_CELLS:,} cells")
        merged = tuple(Area(*start, *end) for start, end in sheet.merged_cell_ranges or ())
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Unreadable(f"a sheet of the book is damaged ({type(error).__name__})") from None
    return Sheet(texts, merged)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return UNREADABLE  # a truth value is no number
    if isinstance(value, int | float):
        return plain(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value)
    text = str(value)
    if text.startswith("#") and text.rstrip("!?").isupper():
        return UNREADABLE  # #DIV/0!, #REF!: a formula that failed
    return "\n".join(line for part in text.splitlines() if (line := " ".join(part.split())))
