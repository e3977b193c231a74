"""Trying a site once: what an address gives, and the entry of the registry that fits it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from extract.fetch.discover import address, soft_errors
from extract.fetch.discover.column import is_column_name
from extract.fetch.discover.families import SYSTEMS, annual_report, lonsun
from extract.fetch.discover.links import discover
from extract.fetch.discover.view import View, look
from extract.fetch.model import Found, Link, Page, Refusal, Source
from extract.identify import divisions, title

FURTHER = 5  # pages of the listing that a trial looks at, beside the first
FIRST_YEAR = 2008  # of the reports: the regulation is in force since then
_SITE_SUFFIX = re.compile(r"(?:门户网站|政府网站|官方网站|政务网|网站|网)$")


class Fetch(Protocol):
    """Gets one page. Errors: `OSError` where there is no answer, with what a person needs to know."""

    def __call__(self, url: str) -> Page:
        """Fetch an address, following redirects."""


@dataclass(frozen=True, slots=True)
class Trial:
    """`source`: the proposed entry. `found`: what its listing gave, further pages included. `notes`: what to look at."""

    source: Source
    found: Found
    notes: tuple[str, ...]


def probe(url: str, fetch: Fetch, last_year: int) -> Trial:
    """Fetch a listing and a few of its further pages, and propose an entry. `last_year`: of which reports can be out.

    Errors: `OSError` from `fetch`; `ValueError` where the address is none.
    """
    asked = address.absolute(url, url)
    if asked is None or not url.lower().startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is no address of a page: it begins with http:// or https://.")
    page = fetch(url)
    view = look(page)
    listing = url if "#" in url else page.url
    bare = Source("trial", (listing,), hosts=_domain(view), years=_years(page.url, last_year))
    found = _walk(page, bare, fetch)
    notes = [] if (said := soft_errors.refusal(page, 200)) is None else [said]
    notes += [each.reason if each.url in each.reason else f"{each.url}: {each.reason}" for each in found.refused]
    if not found.reports:
        notes.append(
            "no report was found: is this the column of annual reports? Its own address is wanted, not the home page's."
        )
    return Trial(_entry(bare, view, found), found, tuple(notes))


def written(source: Source) -> str:
    """The proposed entry as YAML, for a file of data/sources/; its years stay open, so that next year's is looked for."""
    lines = [f"- name: {_scalar(source.name)}"]
    for name in ("division", "organ", "family"):
        value = getattr(source, name)
        if value is not None:
            lines.append(f"  {name}: {_scalar(value)}")
    for name in ("listings", "hosts"):
        if values := getattr(source, name):
            lines += [f"  {name}:", *(f"    - {_scalar(value)}" for value in values)]
    if source.years is not None:
        lines.append(f"  years: {source.years[0]}-")
    if source.rate is not None:
        lines.append(f"  rate: {source.rate:g}")
    if source.tls != "modern":
        lines.append(f"  tls: {source.tls}")
    return "\n".join(lines) + "\n"


def _walk(page: Page, source: Source, fetch: Fetch) -> Found:
    """What the page and the first of its further pages give together."""
    first = discover(page, source)
    reports: dict[str, Link] = {link.url: link for link in first.reports}
    refused = list(first.refused)
    waiting, seen = list(first.pages), {page.url}
    while waiting and len(seen) <= FURTHER:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        try:
            more = discover(fetch(url), source)
        except OSError as error:
            refused.append(Refusal(url, str(error)))
            continue
        reports |= {link.url: link for link in more.reports if link.url not in reports}
        refused += more.refused
        waiting += more.pages
    return Found(tuple(reports.values()), first.pages, tuple(dict.fromkeys(refused)), first.meta)


def _entry(bare: Source, view: View, found: Found) -> Source:
    organ = _organ(found)
    site = _SITE_SUFFIX.sub("", view.meta.get("SiteName", ""))
    name = organ or site or address.host(view.url)
    systems = [family.name for family in SYSTEMS.values() if family.recognises(view)]
    return Source(
        name=name if organ else f"{name} {_column(view)}".strip(),
        listings=bare.listings,
        division=_division(view, organ or site),
        organ=organ,
        family=systems[0] if len(systems) == 1 else None,
        hosts=bare.hosts,
        years=bare.years,
    )


def _organ(found: Found) -> str | None:
    """The organ of all reports, if the titles of nearly all name the same one."""
    named = Counter(parsed.organ for link in found.reports if (parsed := title.parse(link.text)) and parsed.organ)
    if not named:
        return None
    organ, count = named.most_common(1)[0]
    return organ if count >= 0.8 * len(found.reports) else None


def _division(view: View, name: str) -> str | None:
    """Of the name; else the first six digits of the site's code, which copied templates may have wrong: a name decides."""
    resolved = divisions.named(name).one if name else None
    if resolved is not None:
        return resolved.code
    code = view.meta.get("SiteIDCode", "")[:6]
    return code if divisions.lookup(code) is not None else None


def _column(view: View) -> str:
    stated = view.meta.get("ColumnName", "")
    return stated if is_column_name(stated) else ""


def _domain(view: View) -> tuple[str, ...]:
    """The page's host, where it is not under .gov.cn: then the registry must name it, and a person must have looked."""
    name = address.host(view.url)
    return () if name.endswith(".gov.cn") or not name else (name,)


def _years(url: str, last_year: int) -> tuple[int, int] | None:
    """For addresses that name a year: all that there can be."""
    fields = dict(parse_qsl(urlsplit(url).query))
    enumerable = (
        annual_report.year_of(url)
        or lonsun.year_of(url)
        or (fields.get("type") == lonsun.ANNUAL and "/public/column/" in url)
    )
    return (FIRST_YEAR, last_year) if enumerable else None


def _scalar(text: str) -> str:
    """A YAML scalar, quoted where it would not read as the same text."""
    plain = re.fullmatch(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n]*", text) and not re.search(r": |\s#|:$|\s$", text)
    if plain and not re.fullmatch(r"[\d.,_+-]+|(?i:true|false|yes|no|on|off|null|~|[\d:]+)", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
