"""Tables drawn without `<table>`: elements that a role or their style makes rows and cells become rows and cells.

Rows are neighbours; of a row, the elements directly inside are the cells. Where boxes only stand beside each other
(flex), how wide they are is not known, and the table is marked as ragged.
"""

from __future__ import annotations

import re

from lxml import etree

from extract.read.cascade import Styles

RAGGED = "ogi-ragged"  # attribute of such a table: only the order of the cells in a row is certain
MIN_ROWS = 3
MAX_TEXT = 300  # characters of a cell: a longer one is a column of the page

_DISPLAYED = re.compile(rb"display\s*:\s*(?:inline-)?(?:table-row|flex)")
_ROW_ROLE = re.compile(rb"role\s*=\s*[\"']?row\b")
_ROLES = frozenset(["cell", "gridcell", "columnheader", "rowheader"])


def has_boxes(lowered: bytes) -> bool:
    """Whether a page (in lower case) draws rows at all."""
    return _ROW_ROLE.search(lowered) is not None or _DISPLAYED.search(lowered) is not None


def to_tables(body: etree._Element, said: Styles) -> None:
    """Change the tree in place, the innermost tables first."""
    flexible = body.find(".//table") is None  # else flex boxes are only the page's layout
    kinds: dict[etree._Element, str] = {}
    for element in body.iter(etree.Element):
        kind = _kind(element, said)
        if kind == "row" or (kind == "flex" and flexible):
            kinds[element] = kind
    for element in reversed(list(kinds)):
        if element in kinds:
            run = _run(element, kinds)
            for row in run:
                del kinds[row]
            if len(run) >= MIN_ROWS and sum(len(row) > 1 for row in run) >= MIN_ROWS - 1:
                _wrap(run, said)


def _kind(element: etree._Element, said: Styles) -> str | None:
    """`row`, `flex`, or None for anything else."""
    if element.tag in ("tr", "td", "th", "table"):
        return None
    if element.get("role") == "row":
        return "row"
    display = said.display(element)
    if display == "table-row":
        return "row"
    return "flex" if display in ("flex", "inline-flex") else None


def _run(last: etree._Element, kinds: dict[etree._Element, str]) -> list[etree._Element]:
    """The rows that stand one after the other and end with `last`, as far as they are rows of short cells."""
    run: list[etree._Element] = []
    row: etree._Element | None = last
    while row is not None and kinds.get(row) == kinds[last] and (_is_row(row) or row is last):
        run.insert(0, row)
        row = row.getprevious()
    return run if _is_row(last) else [last]


def _is_row(row: etree._Element) -> bool:
    if row.find(".//table") is not None or (row.text and row.text.strip()):
        return False
    return len(row) > 0 and all(len("".join(cell.itertext())) <= MAX_TEXT for cell in row)


def _wrap(rows: list[etree._Element], said: Styles) -> None:
    table = etree.Element("table")
    if _kind(rows[0], said) == "flex":
        table.set(RAGGED, "")
    rows[0].addprevious(table)
    tail = rows[-1].tail
    for row in rows:
        table.append(row)
    table.tail, rows[-1].tail = tail, None
    for row in rows:
        row.tag = "tr"
        for cell in row:
            if cell.tag not in ("td", "th"):
                cell.tag = "td"
            for name in ("colspan", "rowspan"):
                if (count := cell.get(f"aria-{name}")) is not None and cell.get("role") in _ROLES:
                    cell.set(name, count)
