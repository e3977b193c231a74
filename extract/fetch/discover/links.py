"""From a listing page to its reports and its further pages; from a report's page to its files. Nothing is fetched here.

Never raises on what a site sends: a page that cannot be read gives nothing, and what is left out is in `refused`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extract.fetch.discover import address
from extract.fetch.discover.attachments import attachments as attachments
from extract.fetch.discover.column import Place, place
from extract.fetch.discover.families import LAYOUTS, SYSTEMS
from extract.fetch.discover.listing import MAX_PAGES, Entry, Family, Listing
from extract.fetch.discover.report_links import clean, judge
from extract.fetch.discover.soft_errors import is_markup
from extract.fetch.discover.view import MAX_ANCHORS, MAX_BYTES, View, look
from extract.fetch.model import Found, Link, Page, Refusal, Source

MAX_REPORTS = 10_000  # links of one page; a site's whole archive on one page has some 3,000
_DOMAIN = re.compile(r"(?:https?://)?([\w-]+(?:\.[\w-]+)+)(?::\d+)?/?", re.ASCII)
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|php|aspx?)$", re.IGNORECASE)


def discover(page: Page, source: Source) -> Found:
    """What one listing page of a source gives: links to reports, further listing pages, what was refused, its meta tags.

    Only pages that the source may be fetched from are read, and only links to such are given.
    """
    if not address.allowed(page.url, source):
        return Found(refused=(Refusal(page.url, _OUTSIDE),))
    view = look(page)
    foreign = _foreign(view, source)
    if foreign is not None:
        return Found(refused=(foreign,), meta=view.meta)
    read = [family.read(view, source) for family in _families(view, source)]
    here = place(view)
    links, pages = _judged(read, here, view)
    refused = [each for listing in read for each in listing.refused] + _cut(view)
    kept, outside = _split(links.values(), source)
    refused += [Refusal(url, _OUTSIDE) for url in outside]
    order = {anchor.url: number for number, anchor in reversed(list(enumerate(view.anchors)))}
    reports = sorted(kept, key=lambda link: order.get(link.url, len(order)))[:MAX_REPORTS]
    further = _further(view, pages, {link.url for link in reports}, source)
    if len(kept) > MAX_REPORTS:
        refused.append(Refusal(page.url, f"the page links {len(kept)} reports: only {MAX_REPORTS} are taken."))
    if len(further) > MAX_PAGES:
        refused.append(
            Refusal(page.url, f"the page leads to {len(further)} further ones: only {MAX_PAGES} are looked through.")
        )
    return Found(tuple(reports), tuple(further[:MAX_PAGES]), tuple(dict.fromkeys(refused)), view.meta)


def mismatch(page: Page, source: Source) -> Refusal | None:
    """A page whose SiteDomain is another site's: a hijacked mirror, or a template copied with it. Naming that domain
    under the source's `hosts` vouches for the page. For reports' own pages; listings are asked by `discover`. A file
    says nothing.
    """
    return _foreign(look(page), source) if is_markup(page) else None


def _foreign(view: View, source: Source) -> Refusal | None:
    stated = _DOMAIN.fullmatch(view.meta.get("SiteDomain", "").strip().lower())
    if stated is None:
        return None
    domain, name = stated[1], address.host(view.url)
    if address.same_site(domain, name) or domain in address.named(source):
        return None
    return Refusal(
        view.url,
        f"the page says that it belongs to {domain} (SiteDomain), not to {name}: if that is right, name {domain} under hosts.",
    )


_OUTSIDE = "its host is neither under .gov.cn nor one that the source names."


def _families(view: View, source: Source) -> list[Family]:
    """The layouts, and of the systems the source's own, or those that the page shows."""
    if source.family in SYSTEMS:
        systems = [SYSTEMS[source.family]]
    else:
        systems = [family for family in SYSTEMS.values() if family.recognises(view)]
    return [*systems, *(family for family in LAYOUTS.values() if family.recognises(view))]


def _judged(read: Iterable[Listing], here: Place, view: View) -> tuple[dict[str, Link], dict[str, None]]:
    """Each report once, with all that the families know of it; and the pages that they lead to."""
    links: dict[str, Link] = {}
    pages: dict[str, None] = {}
    for listing in read:
        pages |= dict.fromkeys(listing.pages)
        found = list(listing.reports)
        for entry in listing.entries:
            verdict = judge(entry, here)
            if verdict.page is not None and not (verdict.general and _is_of_menu(entry, here, view)):
                pages.setdefault(verdict.page)
            if verdict.link is not None:
                found.append(verdict.link)
        for link in found:
            links[link.url] = _merged(links[link.url], link) if link.url in links else link
    return links, pages


def _is_of_menu(entry: Entry, here: Place, view: View) -> bool:
    """Whether a link to a column, seen from inside one, is the menu's: to the page itself, or to another organ's column."""
    if not here.column:
        return False
    return clean(entry.text) == here.name or not entry.url.startswith(address.folder(view.url))


def _merged(one: Link, other: Link) -> Link:
    """Two readings of one link: the longer text, and whatever either knows. Years that contradict each other cancel."""
    year = one.year or other.year
    if one.year and other.year and one.year != other.year:
        year = None
    text = max(one.text, other.text, key=len)
    return Link(
        one.url,
        text,
        year,
        one.published or other.published,
        one.organ or other.organ,
        follow=one.follow or other.follow,
    )


def _split(links: Iterable[Link], source: Source) -> tuple[list[Link], list[str]]:
    kept, outside = [], []
    for link in links:
        if address.allowed(link.url, source):
            kept.append(link)
        else:
            outside.append(link.url)
    return kept, outside


def _further(view: View, pages: Iterable[str], reports: set[str], source: Source) -> list[str]:
    """Pages to look through: allowed, not this one or a listing of the source under its other name (`/`, `/index.html`),
    not reports.
    """
    known = {_INDEX.sub("/", url) for url in (view.url, *source.listings)}
    return [
        url
        for url in pages
        if (url in source.listings or _INDEX.sub("/", url) not in known)
        and url not in (view.url, *reports)
        and address.allowed(url, source)
    ]


def _cut(view: View) -> list[Refusal]:
    found = []
    if view.cut:
        found.append(Refusal(view.url, f"the page is longer than {MAX_BYTES // 2**20} MB: the rest was not looked at."))
    if len(view.anchors) >= MAX_ANCHORS:
        found.append(Refusal(view.url, f"the page has more than {MAX_ANCHORS} links: the rest was not looked at."))
    return found
