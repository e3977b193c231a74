"""Tables of links: organs down, years across, and 查看 in the cells. Row and column say what a link's text does not."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from extract.fetch.discover.column import is_column_name, normal, place, year_alone
from extract.fetch.discover.listing import Entry, Family, Listing
from extract.fetch.discover.report_links import link, organ
from extract.fetch.discover.view import Anchor, View, day, squeeze
from extract.fetch.model import Link, Source

MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_SPAN = 100
_POINTING = re.compile(
    r"(?:点击|在线|链接|立即)?(?:查看|浏览|阅读|预览|下载|详情|打开|进入|链接|有|已公开|已发布|全文|pdf|word|html|年报|年度报告|报告|√|✓|●|○|◎|>+|更多)?(?:详情|全文|报告|年报)?",
    re.IGNORECASE,
)


class _Cell(NamedTuple):
    """A cell where it begins."""

    element: etree._Element
    row: int
    column: int


def read(view: View, source: Source) -> Listing:
    """Links in the cells of data tables with the year and the organ of their row and column."""
    if view.root is None:
        return Listing()
    by_element = {anchor.element: anchor for anchor in view.anchors}
    column = place(view).column
    entries: list[Entry] = []
    reports: list[Link] = []
    for table in view.root.iter("table"):
        if table.find(".//table") is None:  # one around others lays out the page
            found, told = _table(table, by_element, column)
            entries += found
            reports += told
    return Listing(tuple(entries), tuple(reports))


def _table(
    table: etree._Element, anchors: dict[etree._Element, Anchor], column: bool
) -> tuple[list[Entry], list[Link]]:
    cells, texts = _cells(table)
    named = column or any(is_column_name(text) for (row, _), text in texts.items() if row < 2)
    entries, reports = [], []
    for cell in cells:
        for element in cell.element.iter("a"):
            anchor = anchors.get(element)
            if anchor is None:
                continue
            entry = _entry(anchor, cell, texts)
            if named and entry.year and entry.organ and _points(anchor.text):
                reports.append(link(entry, entry.year))
            elif named and entry.year and not entry.organ and organ(anchor.text):
                reports.append(link(entry._replace(organ=organ(anchor.text)), entry.year))
            elif entry.year or entry.organ:
                entries.append(entry)
    return entries, reports


def _entry(anchor: Anchor, cell: _Cell, texts: dict[tuple[int, int], str]) -> Entry:
    """The year over the column (or of the row), the organ of the row (or over the column), the day in the row."""
    row = [texts.get((cell.row, column), "") for column in range(MAX_COLUMNS) if column != cell.column]
    over = [texts.get((above, cell.column), "") for above in range(min(3, cell.row))]
    years = [year for text in [*over, *row] if (year := year_alone(text)) is not None]
    organs = [name for text in [*row, *over] if (name := organ(text)) is not None]
    published = next((found for text in row if (found := day(text)) is not None), None)
    return Entry(anchor.url, anchor.text, published, years[0] if years else None, organs[0] if organs else None)


def _points(text: str) -> bool:
    """Whether a text says nothing but that there is something behind it, or repeats the year."""
    bare = normal(text)
    return _POINTING.fullmatch(bare) is not None or year_alone(bare) is not None


def _cells(table: etree._Element) -> tuple[list[_Cell], dict[tuple[int, int], str]]:
    """The cells, and the text that stands at each row and column: a cell over several rows stands in each of them."""
    cells: list[_Cell] = []
    texts: dict[tuple[int, int], str] = {}
    for row, line in enumerate(table.iter("tr")):
        if row >= MAX_ROWS:
            break
        at = 0
        for element in line.iterchildren("td", "th"):
            while (row, at) in texts:
                at += 1
            if at >= MAX_COLUMNS:
                break
            cells.append(_Cell(element, row, at))
            text = squeeze("".join(element.itertext()))[:100]
            down, across = _span(element, "rowspan"), _span(element, "colspan")
            texts |= {(row + below, at + right): text for below in range(down) for right in range(across)}
            at += across
    return cells, texts


def _span(element: etree._Element, name: str) -> int:
    stated = (element.get(name) or "1").strip()
    return max(1, min(int(stated), MAX_SPAN)) if stated.isascii() and stated.isdigit() and len(stated) < 6 else 1


FAMILY = Family("tables", lambda view: "<table" in view.source.lower(), read)
