"""What a family of sites reads from one listing page, before it is told which of it are reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from extract.fetch.discover.view import View
from extract.fetch.model import Link, Refusal, Source

MAX_PAGES = 200
"""Further pages of one listing: the column of a city's 80 organs over 15 years has 80 pages of 15 links."""


class Entry(NamedTuple):
    """One link of a listing, with what its place says. Whether it is a report is told by `wanted`.

    `year` and `organ`: what stands over or beside the link (a heading, a table's row and column).
    `titled`: the text is a title that the system itself gives (a field of its data), not whatever a page shows.
    """

    url: str
    text: str
    published: date | None = None
    year: int | None = None
    organ: str | None = None
    titled: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What one family read: links to be judged, links that are reports by their place, further pages to look through."""

    entries: tuple[Entry, ...] = ()
    reports: tuple[Link, ...] = ()
    pages: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()


class Family(NamedTuple):
    """A family of sites: what it is called in the registry, whether a page is of it, and how such a page is read."""

    name: str
    recognises: Callable[[View], bool]
    read: Callable[[View, Source], Listing]


def bounded(view: View, addresses: list[str | None], count: int) -> Listing:
    """Further pages within `MAX_PAGES`; `count` is how many the site says there are, and what is left out is reported."""
    pages = tuple(dict.fromkeys(url for url in addresses[:MAX_PAGES] if url is not None and url != view.url))
    if count <= MAX_PAGES:
        return Listing(pages=pages)
    return Listing(
        pages=pages,
        refused=(Refusal(view.url, f"the listing says it has {count} pages: only {MAX_PAGES} are looked through."),),
    )
