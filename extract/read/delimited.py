"""CSV → prose and grids: fields in quotes, blank columns kept, tables parted as in a sheet."""

from __future__ import annotations

import csv
import io

from extract.model import Document
from extract.outcomes import Unreadable
from extract.read.decode import decode
from extract.read.sheet import Place, Sheet, blocks_of

MAX_FIELD = 100_000  # characters
MAX_FIELDS = 1_000_000  # most of them empty


def read(content: bytes, prose: bool = False) -> Document:
    """Read comma- or semicolon-separated text. Errors: `Unreadable` beyond `MAX_CELLS` fields, and where quotes do not
    close or do not stand around a whole field.
    """
    text = decode(content)
    mark = max(",;", key=text.count)
    if text.count(mark) > MAX_FIELDS:
        raise Unreadable(f"the text has more than {MAX_FIELDS:,} fields")
    csv.field_size_limit(MAX_FIELD)
    texts: dict[Place, str] = {}
    try:
        for row, fields in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)):
            for column, field in enumerate(fields):
                folded = "\n".join(line for part in field.splitlines() if (line := " ".join(part.split())))
                if folded:
                    texts[row, column] = folded
    except csv.Error as error:
        raise Unreadable(f"the comma-separated text is damaged ({error})") from None
    blocks = tuple(blocks_of(Sheet(texts)))
    if not blocks:
        raise Unreadable("the comma-separated text has no text in its fields")
    return Document("csv", blocks)
