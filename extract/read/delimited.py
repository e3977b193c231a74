"""CSV → grids: fields in quotes, blank columns kept, one grid a run of rows."""

from __future__ import annotations

import csv
import io

from extract.model import Block, Document, Prose
from extract.outcomes import Unreadable
from extract.read.decode import decode
from extract.read.sheet import MAX_CELLS, blocks_of

MAX_FIELD = 100_000  # characters


def read(content: bytes, prose: bool = False) -> Document:
    """Read comma-separated text. Errors: `Unreadable` beyond `MAX_CELLS` fields or where the quotes do not close."""
    text = decode(content)
    if text.count(",") > MAX_CELLS:
        raise Unreadable(f"the text has more than {MAX_CELLS:,} fields")
    csv.field_size_limit(MAX_FIELD)
    try:
        rows = [[" ".join(field.split()) for field in row] for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        raise Unreadable(f"the comma-separated text is damaged ({error})") from None
    blocks: list[Block] = blocks_of(rows, {}, set())
    if not blocks:
        blocks = [Prose(" ".join(text.split()))]
    return Document("csv", tuple(blocks))
