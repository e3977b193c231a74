"""Looking at one listing page as the collector does."""

from __future__ import annotations

from typing import Any

from extract.fetch.discover.families import FAMILIES
from extract.fetch.discover.links import discover
from extract.fetch.discover.listing import Listing
from extract.fetch.discover.view import look
from extract.fetch.model import Found, Link, Page, Source

URL = "https://www.jiaxian.gov.cn/zwgk/zfxxgknb/index.html"


def found(markup: str | bytes, url: str = URL, kind: str | None = "text/html", **source: Any) -> Found:
    content = markup if isinstance(markup, bytes) else markup.encode()
    return discover(Page(url, content, kind), Source("a", (url,), **source))


def reads(family: str, page: Page, source: Source) -> bool:
    """Whether a page is of the family, and the family finds something on it by itself, whatever the others find."""
    view, read = look(page), FAMILIES[family]
    return read.recognises(view) and read.read(view, source) != Listing()


def column(body: str, name: str = "政府信息公开年报") -> str:
    """A page that says that it is a column of annual reports."""
    return f"<html><head><meta charset='utf-8'><meta name='ColumnName' content='{name}'><title>{name}</title></head><body>{body}</body></html>"


def told(links: tuple[Link, ...]) -> list[tuple[str, int | None, str | None]]:
    """Path, year and organ of each link."""
    return [(link.url.partition(".gov.cn")[2], link.year, link.organ) for link in links]
