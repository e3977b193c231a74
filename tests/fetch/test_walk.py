"""A trivial walk over the imitation site: every report of every family exactly once, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from extract.fetch.discover.links import attachments, discover
from extract.fetch.discover.listing import MAX_PAGES
from extract.fetch.discover.soft_errors import refusal
from extract.fetch.model import Link, Page, Refusal, Source
from tests.fetch import hazards
from tests.fetch.site import TestSite

NAMES = [shelf.name for shelf in hazards.every(1)]


@pytest.fixture(scope="module")
def site() -> Iterator[TestSite]:
    with TestSite() as running:
        yield running


def page(answer: httpx.Response) -> Page:
    return Page(str(answer.url), answer.content, answer.headers.get("content-type"))


def walk(source: Source) -> tuple[list[Link], list[Refusal], list[str]]:
    """All links, refusals and pages of a source; each page is looked at once."""
    links: list[Link] = []
    refused: list[Refusal] = []
    seen: dict[str, None] = {}
    waiting = [url.partition("#")[0] for url in source.listings]
    with httpx.Client(follow_redirects=True) as client:
        while waiting:
            url = waiting.pop(0)
            if url in seen:
                continue
            seen[url] = None
            found = discover(page(client.get(url)), source)
            links += found.reports
            refused += found.refused
            waiting += found.pages
    return links, refused, list(seen)


@pytest.mark.parametrize("name", NAMES)
def test_every_report_exactly_once(site: TestSite, name: str) -> None:
    links, _, _ = walk(site.source(name))
    wanted = set(site.reports(name)) | (set(site.refused()) if name == "refused" else set())
    assert wanted
    assert {link.url for link in links} == wanted
    if name != "trs_search":  # whose first page is there twice: static, and from its interface
        assert Counter(link.url for link in links) == Counter(wanted)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "refused"])
def test_years_and_organs_that_the_place_tells(site: TestSite, name: str) -> None:
    links, _, _ = walk(site.source(name))
    reports = site.reports(name)
    assert {link.url: link.year for link in links} == {url: wanted.year for url, wanted in reports.items()}
    assert all(link.organ in (None, reports[link.url].organ) for link in links)
    if name == "table":
        assert all(link.organ for link in links)


def test_no_page_is_looked_at_in_vain(site: TestSite) -> None:
    asked = {source.name: len(walk(source)[2]) for source in site.sources}
    assert asked == {shelf.name: shelf.pages for shelf in hazards.every(1)}


def test_the_hijacked_copy_is_reported(site: TestSite) -> None:
    _, refused, _ = walk(site.source("trs"))
    assert [each.url for each in refused] == ["http://www.example.com/trs/t20240122_1.html"]


def test_what_the_links_lead_to(site: TestSite) -> None:
    """Reports are content, and link their files; what only looks like one is refused, where its content tells."""
    by_content = {"not there", "login", "script", "firewall", "404", "nothing"}
    with httpx.Client(follow_redirects=True) as client:
        for url in site.reports():
            if "reset" in url or "short" in url:  # cut the first time; for the fetching part
                continue
            answer = client.get(url)
            if answer.status_code in (429, 503):
                answer = client.get(url)
            assert refusal(page(answer), answer.status_code) is None, url
        for url, word in site.refused().items():
            if word in by_content:
                answer = client.get(url)
                assert word in (refusal(page(answer), answer.status_code) or ""), url
        files = {
            link.url: parent
            for parent in set(site.files().values())
            for link in attachments(page(client.get(parent)), site.source("plain"))
        }
    assert files == site.files()


def test_a_listing_without_end_is_bounded(site: TestSite) -> None:
    links, _, seen = walk(Source("endless", (site.url("/endless/?page=1"),)))
    assert {link.url for link in links} == {site.url("/endless/t20240122_1.html")}
    assert len(seen) <= 2 * MAX_PAGES + 2


def test_a_page_of_another_domain_is_reported_and_not_read(site: TestSite) -> None:
    url = site.url("/mirror/list.html")
    links, refused, _ = walk(Source("mirror", (url,)))
    assert links == []
    assert [each.url for each in refused] == [url]
    assert "www.sixian.gov.cn" in refused[0].reason
    vouched, refused, _ = walk(Source("mirror", (url,), hosts=("www.sixian.gov.cn",)))
    assert len(vouched) == 1
    assert refused == []
