"""Plain lists: any page with links. Read on every page; the families of systems add what their scripts hide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from extract.fetch.discover import address, paging
from extract.fetch.discover.column import year_alone
from extract.fetch.discover.listing import Entry, Family, Listing
from extract.fetch.discover.report_links import organ
from extract.fetch.discover.view import Anchor, View, day, squeeze
from extract.fetch.model import Source

_AROUND = frozenset(["li", "tr", "dl", "dd", "p", "div", "td", "article", "section"])
CLIMB = 4  # elements around a link that may hold its date
ITEM = 600  # characters: a longer text around a link is not its item in a list
_OVER = frozenset(
    [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "dt",
        "caption",
        "strong",
        "b",
        "th",
        "legend",
        "summary",
        "div",
        "p",
        "span",
        "td",
        "li",
    ]
)
BELOW = 8  # elements between a link and what stands over it
MAX_FRAMES = 60  # with the <meta> tags among them
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\";\s]+)", re.IGNORECASE)
REACH = 2  # elements around a heading inside which it stands over the links that follow


def read(view: View, source: Source) -> Listing:
    """Each link with the date beside it and the heading over it, and the links to further pages."""
    dates = _Dates()
    over = _headings(view)
    entries = []
    for anchor in view.anchors:
        year, name = over.get(anchor.element, (None, None))
        entries.append(Entry(anchor.url, anchor.text, dates.beside(anchor), year, name))
    return Listing(tuple(entries), pages=(*paging.links(view), *_inside(view)))


def _inside(view: View) -> Iterator[str]:
    """Pages that the page shows inside itself (frames of the same host), or that it only leads on to (refresh)."""
    if view.root is None:
        return
    for _, element in zip(range(MAX_FRAMES), view.root.iter("iframe", "frame", "meta"), strict=False):
        written = element.get("src") or ""
        if element.tag == "meta":
            led = _REFRESH.search(element.get("content") or "")
            written = led[1] if led and (element.get("http-equiv") or "").lower() == "refresh" else ""
        url = address.absolute(view.base, written)
        if url is not None and address.host(url) == address.host(view.url) and not address.is_file(url):
            yield url


class _Dates:
    """The day that stands in a link or beside it: in the smallest element around it that has no other link, and names a day."""

    def __init__(self) -> None:
        self._alone: dict[
            etree._Element, date | None
        ] = {}  # what one element gave; links share the elements around them

    def beside(self, anchor: Anchor) -> date | None:
        inside = day(squeeze(" ".join(anchor.element.itertext()))[:ITEM])
        if inside is not None:
            return inside
        above = anchor.element.getparent()
        for _ in range(CLIMB):
            if above is None:
                return None
            if above.tag in _AROUND:
                if above not in self._alone:
                    self._alone[above] = _own_day(above)
                if self._alone[above] is not None:
                    return self._alone[above]
            above = above.getparent()
        return None


def _own_day(element: etree._Element) -> date | None:
    """The day that an item of a list names; None where it links several places, or is too large to be an item."""
    targets: set[str | None] = set()
    texts: list[str] = []
    for count, child in enumerate(element.iter(etree.Element)):
        if child.tag == "a":
            targets.add(child.get("href"))
        texts += [child.text or "", (child.tail or "") if child is not element else ""]
        if len(targets) > 1 or count > ITEM or sum(map(len, texts[-2:])) > ITEM:
            return None
    text = squeeze(" ".join(texts))
    return day(text) if len(text) <= ITEM else None


def _headings(view: View) -> dict[etree._Element, tuple[int | None, str | None]]:
    """For links under a heading that is a year or an organ: what it says. One walk in document order."""
    if view.root is None:
        return {}
    found: dict[etree._Element, tuple[int | None, str | None]] = {}
    year: tuple[int, list[etree._Element]] | None = None
    name: tuple[str, list[etree._Element]] | None = None
    for element in view.root.iter(etree.Element):
        if element.tag == "a":
            above = {around for around, _ in zip(element.iterancestors(), range(BELOW), strict=False)}
            over_year = year[0] if year and above.intersection(year[1]) else None
            over_name = name[0] if name and above.intersection(name[1]) else None
            if over_year or over_name:
                found[element] = (over_year, over_name)
        elif element.tag in _OVER and (text := squeeze(element.text or "")) and len(text) <= 40:
            reach = [around for around, _ in zip(element.iterancestors(), range(REACH), strict=False)]
            if (stated := year_alone(text)) is not None:
                year = (stated, reach)
            elif (organ_name := organ(text)) is not None:
                name = (organ_name, reach)
    return found


FAMILY = Family("plain", lambda view: True, read)
