"""What a link, or a file's name, says of the report behind it: whose it is and for which year, without reading it."""

from __future__ import annotations

from extract.identify import site
from extract.identify.identity import host_of, identify
from extract.identify.organ import Organ, in_year, organ


def addressed(text: str, url: str | None, name: str | None = None, year: int | None = None) -> tuple[Organ, int] | None:
    """(organ, year) that a link's text and address name; `name`, `year`: what its listing said of it, where the text says nothing.
    None where either stays open.
    """
    found = identify(text, url)
    name, year = found.organ or name, found.year or year
    if name is None or year is None:
        return None
    who = in_year(organ(name, site.of_url(url), host_of(url), year), year)
    return (who, year) if who.identity is not None else None
