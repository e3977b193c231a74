"""`<table>` → grids: spans laid out as a browser does, and nothing lost that stands where HTML has no place for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from extract.model import UNREADABLE, Block, Grid, GridCell, Prose
from extract.outcomes import Unsupported
from extract.read import boxes
from extract.read.bounds import MAX_CELLS, MAX_ROWS

MAX_SPAN = 1_000  # what browsers allow for colspan
MAX_POSITIONS = 200_000  # rows × columns, covered by cells or not: few cells with large spans make many
MAX_LABEL = 120  # characters: a cell with more text around an inner table is a part of the page

_SHORT_NUMBER = re.compile(r"[\d.,，+\-]{1,15}$")
_LEADING = re.compile(r"[ \t\n\f\r]*\+?([0-9]+)")
"""What browsers take of a span: white space, a plus sign and digits; whatever follows (3; 3px 3.0 3") is dropped."""
_CELLS = ("td", "th")
_STRAY = re.compile(rf"[\d{UNREADABLE}]")
_COUNT = etree.XPath("count(.//td) + count(.//th)")


def blocks(table: etree._Element) -> list[Block]:
    """The grid of a table without inner tables; its caption, and text outside of all cells, before it as browsers show it.

    Errors: `Unsupported` beyond `MAX_ROWS`, `MAX_CELLS` or `MAX_POSITIONS`.
    """
    cells, height, width, outside = _cells(table)
    if len(cells) != _COUNT(table):  # cells where HTML has no place for them
        _mend(table)
        cells, height, width, outside = _cells(table)
    out: list[Block] = []
    if (caption := table.find("caption")) is not None:
        outside.insert(0, " ".join("".join(caption.itertext()).split()))
    out += [Prose(text) for text in outside if text]
    if cells:
        out.append(Grid(tuple(cells), height, width, ragged=table.get(boxes.RAGGED) is not None))
    return out


def _cells(table: etree._Element) -> tuple[list[GridCell], int, int, list[str]]:
    """Cells, height, width, and what stands in rows outside of cells: a number there may be that of a cell which has none."""
    cells: list[GridCell] = []
    outside: list[str] = []
    blocked: dict[int, int] = {}  # column → first row in which it is free again
    height = width = 0
    rows = (0, 0)  # where the row before and this one begin
    for row_element in table.iter("tr"):
        row, column = height, 0
        height += 1
        before, rows = len(outside), (rows[1], len(cells))
        if height > MAX_ROWS or len(cells) > MAX_CELLS:
            raise Unsupported(f"the page has a table of more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells")
        for text in (row_element.text, row_element.tail):
            if text and not text.isspace():
                outside.append(" ".join(text.split()))
        for element in row_element:
            if (tail := element.tail) and not tail.isspace():
                outside.append(" ".join(tail.split()))
            if element.tag not in _CELLS:
                if text := _flat(element):
                    outside.append(text)
                continue
            while blocked and blocked.get(column, 0) > row:
                column += 1
            attribute = element.get("colspan")
            colspan = 1 if attribute is None else _span(attribute)
            attribute = element.get("rowspan")
            rowspan = 1 if attribute is None else _span(attribute)
            cells.append(GridCell(_text(element), row, column, rowspan, colspan))
            if rowspan > 1:
                for covered in range(column, column + colspan):
                    blocked[covered] = row + rowspan
            column += colspan
            if column * height > MAX_POSITIONS:
                raise Unsupported(f"the page has a table of more than {MAX_POSITIONS:,} places for cells")
        width = max(width, column)
        if len(outside) > before and any(map(_STRAY.search, outside[before:])):
            cells[rows[0] :] = [cell if cell.text else cell._replace(text=UNREADABLE) for cell in cells[rows[0] :]]
    return cells, height, width, outside


def _span(value: str) -> int:
    """A colspan or rowspan attribute as browsers take it: the digits it begins with, from 1 to `MAX_SPAN`; nonsense is 1."""
    number = _LEADING.match(value)
    if number is None:
        return 1
    digits = number[1].lstrip("0")
    return MAX_SPAN if len(digits) > 6 else max(1, min(int(digits or "0"), MAX_SPAN))


def _text(cell: etree._Element) -> str:
    """The text of a cell: paragraphs and `<br>` give line breaks, white space runs one space.

    The two usual shapes, bare text and one paragraph, are read without a walk: they are nine cells in ten.
    """
    count = len(cell)
    if count == 0:
        text = cell.text
        return " ".join(text.split()) if text else _if_blank(cell)
    if count == 1:
        child = cell[0]
        text, before, after = child.text, cell.text, child.tail
        if text and len(child) == 0 and (not before or before.isspace()) and (not after or after.isspace()):
            return " ".join(text.split())
    text = "\n".join(line for part in cell.itertext() if (line := " ".join(part.split())))
    if text and _SHORT_NUMBER.match(text) and cell.find(".//img") is not None:
        return text + UNREADABLE  # a picture beside digits may be one of them
    return text or _if_blank(cell)


def _if_blank(cell: etree._Element) -> str:
    """What a cell without text shows: a picture, a film, the number of a list; or nothing one can know, where an attribute has swallowed other tags."""
    for element in cell.iter():
        if element.tag in ("img", "embed", "ol") or any("<" in str(value) for value in element.attrib.values()):
            return UNREADABLE
    return ""


def _mend(table: etree._Element) -> None:
    """Cells outside of rows become rows, and cells inside of something inside a row (a form) become the row's own."""
    for row in table.iter("tr"):
        for element in list(row):
            if element.tag not in _CELLS and any(inner.tag in _CELLS for inner in element.iter(*_CELLS)):
                for cell in list(element.iter(*_CELLS)):
                    element.addprevious(cell)
    for cell in list(table.iter(*_CELLS)):
        if any(around.tag == "tr" for around in cell.iterancestors("tr", "table")):
            continue
        row = etree.Element("tr")
        cell.addprevious(row)
        following: etree._Element | None = cell
        while following is not None and following.tag in _CELLS:
            after = following.getnext()
            row.append(following)
            following = after


def has_own_cells(table: etree._Element) -> bool:
    """Whether a table around others is a table itself, not page layout: it has rows of short texts and some numbers, and
    its inner tables stand in cells without much text of their own.
    """
    rows = numbers = 0
    around: list[etree._Element] = []
    for row in _own_rows(table):
        short = 0
        for cell in row:
            if cell.tag not in _CELLS:
                continue
            if len(cell) and _COUNT(cell) > 1:
                around.append(cell)
                continue
            text = _flat(cell)
            short += 0 < len(text) <= MAX_LABEL
            numbers += _SHORT_NUMBER.match(text) is not None
        rows += short >= 2
    return rows >= 2 and numbers >= 2 and all(_own_text(cell) <= MAX_LABEL for cell in around)


def _own_text(cell: etree._Element) -> int:
    """How many characters stand in a cell outside of its inner tables."""
    inner = [table for table in cell.iter("table") if next(table.iterancestors("table", *_CELLS), None) is cell]
    return len(_flat(cell)) - sum(len(_flat(table)) for table in inner)


def _own_rows(table: etree._Element) -> Iterator[etree._Element]:
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is table:
            yield row


def _flat(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def take_out(table: etree._Element) -> list[etree._Element]:
    """Take the inner tables out of a table that is one itself. One that holds a single text leaves it in its place; of
    the others, which are given back, a mark stays: their cell is not blank.
    """
    out: list[etree._Element] = []
    for inner in list(table.iter("table")):
        if inner is table or next(inner.iterancestors("table"), None) is not table:
            continue
        filled = [text for cell in inner.iter(*_CELLS) if (text := _flat(cell))]
        parent = inner.getparent()
        if parent is None:
            continue
        place = etree.Element("div")
        place.text, place.tail, inner.tail = UNREADABLE, inner.tail, None
        if len(filled) > 1:
            out.append(inner)
        elif filled or inner.find(".//img") is None:
            place.text = _flat(inner)
        parent.replace(inner, place)
    return out
