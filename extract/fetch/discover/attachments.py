"""The files of a report's page: pages that only carry their report as a file are followed to it.

Links are found as the reader of pages finds them (`extract.read.links`), but no table is read for it: that is the
reader's work, in a process of its own.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from extract.fetch.discover import address
from extract.fetch.discover.column import normal
from extract.fetch.discover.report_links import is_other
from extract.fetch.discover.view import look, parse
from extract.fetch.model import Link, Page, Source
from extract.model import Attachment
from extract.read import links, script_articles

_FORMS = re.compile(r"申请表|流程图|指南|目录|通知|解读|说明书|客户端|浏览器|阅读器|插件|二维码|承诺书|授权委托")
"""Files that stand beside reports on pages on disclosure and are none."""
_VIEWER_FIELDS = ("file", "url", "src", "path", "filepath", "pdf")
_ROWS = 3  # of a table of figures; a page that has one has no pictures of it


def attachments(page: Page, source: Source) -> tuple[Link, ...]:
    """The files that a report's page links or shows, in the order of the page; of several links to one, the first.

    Pictures count where the page has no table: they may be a scan's pages. Never raises; what is no page has no links.
    """
    view = look(page)
    if view.root is None:
        return ()
    found: dict[str, Link] = {}
    for each in _linked(view.root, view.source, len(view.shown)):
        url, text = _file(view.base, each), normal(each.text)
        if url is None or url == view.url or is_other(text) or _FORMS.search(text):
            continue
        if address.allowed(url, source):
            found.setdefault(url, Link(url, each.text, attachment=True))
    return tuple(found.values())


def _linked(root: etree._Element, source: str, shown: int) -> tuple[Attachment, ...]:
    """Of the page, and of the article that its scripts hold."""
    found = links.attachments(root, source.encode("utf-8", "replace"))
    if any(len(table.findall(".//tr")) >= _ROWS for table in root.iter("table")):
        return found
    hidden = script_articles.article(root, shown)
    inner = parse(hidden.markup) if hidden is not None else None
    if hidden is None or inner is None:
        return (*found, *links.pictures(root))
    return (*found, *links.attachments(inner, hidden.markup.encode("utf-8", "replace")), *links.pictures(inner))


def _file(base: str, each: Attachment) -> str | None:
    """The address of an attachment; of a viewer (`viewer.html?file=/u/a.pdf`) the file that it shows."""
    url = address.absolute(base, each.href)
    if url is None or address.is_file(url.partition("?")[0]):
        return url
    for name, value in parse_qsl(urlsplit(url).query):
        if name.lower() in _VIEWER_FIELDS and address.is_file(value):
            return address.absolute(url, value)
    return url
