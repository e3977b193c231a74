"""What passes between the parts of collecting: sources, pages, links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Source:
    """One organ or a whole site that publishes reports, as registered in data/sources/."""

    name: str  # unique in the registry
    listings: tuple[str, ...]  # absolute http(s) addresses of pages that list reports
    division: str | None = None  # code of GB/T 2260 (6 or 9 digits)
    organ: str | None = None  # the organ, where all reports of the source are of one
    family: str | None = (
        None  # name of a family of sites in extract/fetch/discover/families/; None = told by the page itself
    )
    hosts: tuple[str, ...] = ()  # further hosts that may be fetched from, beside the listings' own and .gov.cn
    tls: Literal["modern", "old"] = "modern"  # "old": the site offers only ciphers of the past
    rate: float | None = None  # requests a second to each host of the source; None = the default
    years: tuple[int, int] | None = None  # first and last year reported, for addresses that enumerate years
    expected: int | None = None  # the least number of reports that it has: fewer is a fault to be looked at


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page as discovery sees it."""

    url: str  # after redirects
    content: bytes  # decoded of its transfer encoding, not of its charset
    content_type: str | None = None  # the header as sent


@dataclass(frozen=True, slots=True)
class Link:
    """One address that holds a report, or a file that belongs to one."""

    url: str  # absolute, without fragment
    text: str  # the link's text or title, white space collapsed
    year: int | None = None  # the year reported, if the text or place tells it
    published: date | None = None  # if the listing shows it
    organ: str | None = None  # if the place tells it (a column that lists organs)
    attachment: bool = False  # a file linked by a report's page
    follow: bool = False  # a page that may itself only link its report: look for attachments


@dataclass(frozen=True, slots=True)
class Refusal:
    """A link that looks like a report and is not followed, with the reason for a person."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one listing page gave."""

    reports: tuple[Link, ...] = ()
    pages: tuple[str, ...] = ()  # further listing pages (absolute addresses) to look through
    refused: tuple[Refusal, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)  # the site's standard <meta> tags (SiteIDCode, ColumnName, …)
