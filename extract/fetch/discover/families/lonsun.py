"""Lonsun (Anhui): `public/column/ORGAN?type=3&action=detail&title=YEAR` is the organ's report of that year.

`type=3` are annual reports (1 rules, 2 guides, 4 the catalogue, 5 requests); `action=list` names the years.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from extract.fetch.discover import address
from extract.fetch.discover.listing import Family, Listing
from extract.fetch.discover.view import View
from extract.fetch.model import Link, Source

_COLUMN = re.compile(r"/public/column/\d+", re.IGNORECASE)
ANNUAL = "3"


def read(view: View, source: Source) -> Listing:
    """Links to a year's report; links to an organ's own list of years; the years that the source states, as pages,
    the newest first."""
    reports, pages = [], []
    for anchor in view.anchors:
        fields = _fields(anchor.url)
        if fields.get("type") != ANNUAL or anchor.url == view.url:
            continue
        year = year_of(anchor.url)
        if year is not None:
            reports.append(Link(anchor.url, anchor.text, year, follow=True))
        else:
            pages.append(anchor.url)
    return Listing(reports=tuple(reports), pages=(*pages, *_enumerated(view, source)))


def year_of(url: str) -> int | None:
    """The reported year that the address of one report names."""
    fields = _fields(url)
    if fields.get("type") != ANNUAL or not re.fullmatch(r"(?:19|20)[0-9]{2}", fields.get("title", "")):
        return None
    return int(fields["title"])


def _fields(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return dict(parse_qsl(parts.query)) if _COLUMN.search(parts.path) else {}


def _enumerated(view: View, source: Source) -> tuple[str, ...]:
    fields = _fields(view.url)
    if source.years is None or fields.get("type") != ANNUAL:
        return ()
    first, last = source.years
    parts = urlsplit(view.url)
    addresses = [
        address.absolute(
            view.url, urlunsplit(parts._replace(query=urlencode(fields | {"action": "detail", "title": str(year)})))
        )
        for year in range(last, max(first, last - 100) - 1, -1)
    ]
    return tuple(url for url in addresses if url is not None and url != view.url)


FAMILY = Family("lonsun", lambda view: _COLUMN.search(view.source) is not None or bool(_COLUMN.search(view.url)), read)
