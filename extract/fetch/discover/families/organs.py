"""A site-wide column of annual reports that lists its organs: each name leads to that organ's reports, or is its report."""

from __future__ import annotations

import re

from lxml import etree

from extract.fetch.discover import address
from extract.fetch.discover.column import place
from extract.fetch.discover.families import plain
from extract.fetch.discover.listing import Family, Listing
from extract.fetch.discover.report_links import link, organ, place_year
from extract.fetch.discover.view import Anchor, View
from extract.fetch.model import Source

_ANNUAL = re.compile(
    r"nb(?:\d*|[_/-].*|bg.*)$|nianbao|annual|ndbg|gknb|xxgknb|/col/col\d+|/public/column/\d+", re.IGNORECASE
)
_COLUMNS = re.compile(r"/public/column/\d+|[?&](?:unit|dept|org|channel|column)\w*=", re.IGNORECASE)
_OUTSIDE = re.compile(r"foot|header|(?:^|[\s_-])(?:top|nav|yqlj|links?)(?:$|[\s_-])|out_links", re.IGNORECASE)
_DEPTH = 12  # elements around a link that may say that it belongs to the site's frame


def read(view: View, source: Source) -> Listing:
    """Organs inside the column: those below its folder, or whose address is that of a column of annual reports."""
    here = place(view)
    if not here.column:
        return Listing()
    reports, pages = [], []
    for anchor, entry in zip(view.anchors, plain.read(view, source).entries, strict=True):
        name = organ(anchor.text)
        if name is None or anchor.url == view.url or not _belongs(view, anchor):
            continue
        if address.is_column(anchor.url) or not _is_article(anchor.url):
            pages.append(anchor.url)
        else:
            reports.append(link(entry._replace(organ=name), place_year(entry, here)))
    return Listing(reports=tuple(reports), pages=tuple(pages))


def _is_article(url: str) -> bool:
    return re.search(r"\.\w{2,5}(?:$|\?)", address.path(url)) is not None and not _COLUMNS.search(url)


def _belongs(view: View, anchor: Anchor) -> bool:
    if address.host(anchor.url) != address.host(view.url) or len(address.path(anchor.url)) < 2:
        return False
    if not (anchor.url.startswith(address.folder(view.url)) or _ANNUAL.search(address.path(anchor.url).rstrip("/"))):
        return False
    return not any(_is_frame(around) for around, _ in zip(anchor.element.iterancestors(), range(_DEPTH), strict=False))


def _is_frame(element: etree._Element) -> bool:
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag in ("footer", "header") or _OUTSIDE.search(named) is not None


FAMILY = Family("organs", lambda view: view.root is not None, read)
