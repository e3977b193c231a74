"""Hanweb's direct endpoint: one address a year and organ, `module/xxgk/xxgkAnnualReport.jsp?area=ORGAN&fbtime=YEAR`.

`fbtime` is the reported year. Years that a source states are asked for one by one; whether a page then holds a report is
told by the page (`in_place`), because the endpoint answers for any year.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from extract.fetch.discover import address
from extract.fetch.discover.listing import Family, Listing
from extract.fetch.discover.view import View
from extract.fetch.model import Link, Source

_ENDPOINT = re.compile(r"xxgkAnnualReport\.jsp", re.IGNORECASE)


def read(view: View, source: Source) -> Listing:
    """Links of the page to the endpoint are reports by their place; the years of the source are pages to look at,
    the newest first."""
    linked = [
        Link(anchor.url, anchor.text, year, follow=True)
        for anchor in view.anchors
        if _ENDPOINT.search(anchor.url) and (year := year_of(anchor.url)) is not None and anchor.url != view.url
    ]
    return Listing(reports=tuple(linked), pages=_enumerated(view, source))


def year_of(url: str) -> int | None:
    """The reported year that an address of the endpoint names."""
    if not _ENDPOINT.search(url):
        return None
    stated = dict(parse_qsl(urlsplit(url).query)).get("fbtime", "")
    return int(stated) if re.fullmatch(r"(?:19|20)[0-9]{2}", stated) else None


def _enumerated(view: View, source: Source) -> tuple[str, ...]:
    parts = urlsplit(view.url)
    fields = dict(parse_qsl(parts.query))
    if source.years is None or not _ENDPOINT.search(parts.path) or "area" not in fields:
        return ()
    first, last = source.years
    addresses = [
        address.absolute(view.url, urlunsplit(parts._replace(query=urlencode(fields | {"fbtime": str(year)}))))
        for year in range(last, max(first, last - 100) - 1, -1)
    ]
    return tuple(url for url in addresses if url is not None and url != view.url)


FAMILY = Family(
    "annual_report", lambda view: _ENDPOINT.search(view.source) is not None or bool(_ENDPOINT.search(view.url)), read
)
