"""The rows and cells of a Word table: where each cell stands, and whether the table is one of figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from extract.model import GridCell
from extract.read.wordstyles import is_on
from extract.read.xml import child_of, name_of, value_of

MAX_COLUMNS = 200
MAX_LABEL = 120  # characters of a cell of figures
_SHORT_NUMBER = re.compile(r"[\d.,，+\-]{1,15}")

INSIDE = frozenset([
    "ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "customXml", "fldSimple", "dir", "bdo", "ruby", "rubyBase",
    "oMath", "oMathPara",
])  # fmt: skip
"""Elements that stand around others and say nothing of what is shown."""


class Place(NamedTuple):
    """Where a cell stands in its row. `goes_on`: it is merged with the one above."""

    cell: etree._Element
    column: int
    colspan: int
    goes_on: bool


def places(row: etree._Element) -> list[Place]:
    """The cells of a row; those that go on from their left neighbour (hMerge) make it wider, deleted ones are left out."""
    found: list[Place] = []
    column = int_of(child_of(row, "trPr", "gridBefore"))
    for cell in inside(row, "tc"):
        properties = child_of(cell, "tcPr")
        if child_of(properties, "cellDel") is not None:
            continue
        colspan = max(1, int_of(child_of(properties, "gridSpan")))
        if found and _is_continued(child_of(properties, "hMerge")):
            found[-1] = found[-1]._replace(colspan=found[-1].colspan + colspan)
        else:
            found.append(Place(cell, column, colspan, _is_continued(child_of(properties, "vMerge"))))
        column += colspan
    return found


def _is_continued(merge: etree._Element | None) -> bool:
    return merge is not None and value_of(merge) != "restart"


def reaches(above: GridCell, row: int, colspan: int) -> bool:
    """Whether a cell that is as wide ends right above this row, so that vertical merging goes on from it."""
    return above.row + above.rowspan == row and above.colspan == colspan


def int_of(element: etree._Element | None) -> int:
    """A whole number that an element's `val` gives; 0 where it gives none, and at most `MAX_COLUMNS`."""
    value = value_of(element) or "0"
    return min(int(value), MAX_COLUMNS) if value.isdecimal() and len(value) < 10 else 0


def has_own_cells(rows: list[etree._Element]) -> bool:
    """Whether the rows of a table, leaving out those around inner tables, are those of a table of figures and no page layout."""
    short = numbers = 0
    for row in rows:
        if any(name_of(inner) == "tbl" for inner in row.iter()):
            continue
        texts = ["".join(t.text or "" for t in cell.iter() if name_of(t) == "t").strip() for cell in inside(row, "tc")]
        short += sum(0 < len(text) <= MAX_LABEL for text in texts) >= 2
        numbers += sum(_SHORT_NUMBER.fullmatch(text) is not None for text in texts)
    return short >= 2 and numbers >= 2


def inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children of a name, also inside content controls."""
    for child in parent:
        if name_of(child) == name:
            yield child
        elif name_of(child) in INSIDE:
            yield from inside(child, name)


def rows_of(table: etree._Element) -> Iterator[etree._Element]:
    """The rows that are there when all changes are accepted, and shown."""
    for row in inside(table, "tr"):
        properties = child_of(row, "trPr")
        if child_of(properties, "del") is None and not is_on(child_of(properties, "hidden")):
            yield row
