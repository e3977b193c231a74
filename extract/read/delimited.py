"""CSV → prose and grids: fields in quotes, blank columns kept, tables parted as in a sheet."""

from __future__ import annotations

import csv
import io
from collections import Counter

from extract.model import UNREADABLE, Document
from extract.outcomes import Unreadable, Unsupported
from extract.read.decode import decode
from extract.read.sheet import NUMBER, Place, Sheet, blocks_of, folded

MAX_FIELD = 100_000  # characters
MAX_FIELDS = 1_000_000  # most of them empty
_EQUAL = 0.6  # of the rows: spreadsheet programs write all equally wide
_MANY = 5  # numbers: a row of the tables of requests and proceedings


def read(content: bytes, prose: bool = False) -> Document:
    """Read comma- or semicolon-separated text. Errors: `Unreadable` beyond `MAX_CELLS` fields, and where quotes do not
    close or do not stand around a whole field.
    """
    text = decode(content)
    mark = max(",;", key=text.count)
    if text.count(mark) > MAX_FIELDS:
        raise Unsupported(f"the text has more than {MAX_FIELDS:,} fields")
    csv.field_size_limit(MAX_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise Unreadable(f"the comma-separated text is damaged ({error})") from None
    is_whole = text.endswith(("\n", "\r"))
    blocks = tuple(blocks_of(Sheet(_texts(rows, is_whole))))
    if not blocks:
        raise Unreadable("the comma-separated text has no text in its fields")
    return Document("csv", blocks)


def _texts(rows: list[list[str]], is_whole: bool) -> dict[Place, str]:
    """The fields that are not blank. Numbers of a row that has lost or gained a field cannot be told apart by column, and
    what it lacks at its end is not blank; of the last row of a file that is not `is_whole`, not even its first field.
    """
    usual, figures = _most(rows), _most([row for row in rows if _numbers(row) >= _MANY])
    texts: dict[Place, str] = {}
    for at, row in enumerate(rows):
        fields = [folded(field) for field in row]
        count = _numbers(fields)
        expected = usual or (figures if count >= _MANY else None)
        is_cut = at == len(rows) - 1 and not is_whole
        if expected and len(row) != expected and (count or len(row) > 1 or is_cut):
            first = next((n for n, field in enumerate(fields) if NUMBER.fullmatch(field)), len(fields))
            fields[first:] = [UNREADABLE] * max(len(fields) - first, expected - first)
        texts.update({(at, column): field for column, field in enumerate(fields) if field})
    return texts


def _numbers(row: list[str]) -> int:
    return sum(NUMBER.fullmatch(field.strip()) is not None for field in row)


def _most(rows: list[list[str]]) -> int | None:
    """How many fields most rows have; None where rows are of any length."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    count, times = counts.most_common(1)[0] if counts else (0, 0)
    return count if counts and times >= _EQUAL * counts.total() else None
