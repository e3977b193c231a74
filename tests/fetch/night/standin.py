"""Plain reading of the test site's pages, so that what is tested here is fetching and not discovery."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from extract.fetch.model import Found, Link, Page, Refusal, Source
from extract.fetch.night.page_reader import Reading

_LINK = re.compile(r'<a href="([^"]*)"[^>]*>([^<]*)</a>')
_FILE = re.compile(r"\.(pdf|docx?|zip|xlsx?)$")


def links(page: Page) -> list[tuple[str, str]]:
    text = page.content.decode("utf-8", "replace")
    return [(urldefrag(urljoin(page.url, href))[0], name) for href, name in _LINK.findall(text)]


def allowed(url: str, source: Source) -> bool:
    named = {urlsplit(listing).hostname for listing in source.listings} | set(source.hosts)
    host = urlsplit(url).hostname or ""
    return host in named or host.endswith(".gov.cn")


def discover(page: Page, source: Source) -> Found:
    reports, pages, refused = [], [], []
    if b"in place" in page.content:
        reports.append(Link(page.url, "年度报告"))
    for url, name in links(page):
        year = re.search(r"(20\d\d)年", name)
        if not allowed(url, source):
            refused.append(Refusal(url, "foreign host"))
        elif "年度报告" in name:
            reports.append(Link(url, name, int(year[1]) if year else None, follow=not _FILE.search(url)))
        elif "下一页" in name or "栏目" in name:
            pages.append(url)
    return Found(tuple(reports), tuple(pages), tuple(refused), {"SiteIDCode": "3708260001"})


def attachments(page: Page, source: Source) -> tuple[Link, ...]:
    return tuple(
        Link(url, name, attachment=True) for url, name in links(page) if _FILE.search(url) and allowed(url, source)
    )


def refusal(page: Page, status: int) -> str | None:
    text = page.content[:2000].decode("utf-8", "replace")
    if "您访问的页面不存在" in text:
        return "says that it was not found"
    if status in (412, 521) and "<script" in text:
        return "a JavaScript challenge"
    return "asks to log in" if "请登录" in text else None


def mismatch(page: Page, source: Source) -> Refusal | None:
    return Refusal(page.url, "another site's") if b"www.elsewhere.example" in page.content else None


READING = Reading(discover, attachments, refusal, mismatch, allowed, "1")
