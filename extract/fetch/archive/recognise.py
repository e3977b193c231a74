"""Whether a captured page is a report, or leads to one: told by the same reading as of documents that are given or fetched.

The rules of collecting hold: no host but those that could be collected from, no error page, no mirror of another site.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import NamedTuple

from extract.archives import members
from extract.fetch.discover import address
from extract.fetch.discover.attachments import attachments
from extract.fetch.discover.links import mismatch
from extract.fetch.discover.soft_errors import is_markup, refusal
from extract.fetch.discover.view import View, look
from extract.fetch.model import Page, Source
from extract.files import LeftOut
from extract.identify import title
from extract.model import Extraction, RawDocument
from extract.outcomes import Outcome
from extract.pipeline import extract
from extract.read.detect import detect

_SCRIPTS = 2**21  # characters of a page's scripts that may hold its article
_MAY_BE = re.compile(
    rf"{title.REPORT.pattern}|年度?报告?|年報|第二十条第|新收政府信息公开申请|\\u5e74\\u62a5|\\u5e74\\u5ea6\\u62a5"
)
"""What no report does without; asked of a page's own text before it is read in full, which takes fifty times as long."""


class Recognised(NamedTuple):
    """What a capture is. `kind`: report, or None. `reason` where it is None. `files`: addresses of files that its page links.

    `unsure`: it could not be read to its end, so that it may be a report.
    """

    kind: str | None
    reason: str | None = None
    files: tuple[str, ...] = ()
    unsure: bool = False


class Hosts:
    """Whose pages are taken: those under .gov.cn, and those of hosts that a registered source names."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = {host: source for source in sources for host in address.named(source)}

    def source(self, url: str) -> Source | None:
        """The source that an address is judged by; None where it is of no site of ours."""
        source = self._sources.get(address.host(url), _ANY)
        return source if address.allowed(url, source) else None


_ANY = Source("archives", ())


def refused(page: Page, status: int, source: Source) -> str | None:
    """Why a page is none of its publisher's content, None if it is."""
    foreign = mismatch(page, source)
    return foreign.reason if foreign is not None else refusal(page, status)


def recognised(page: Page, status: int, source: Source) -> Recognised:
    """Read a captured page, or file. Takes as long as reading the document does; call it where it can be ended."""
    if (reason := refused(page, status, source)) is not None:
        return Recognised(None, reason)
    if not is_markup(page):
        return _file(page)
    view = look(page)
    own = view.source if view.root is None else f"{view.own} {' '.join(view.headings())} {view.scripts[:_SCRIPTS]}"
    if not _MAY_BE.search(own):
        return Recognised(None, "no report")
    read = _read(RawDocument(page.url, hashlib.sha256(page.content).hexdigest(), page.content, page.url))
    files = tuple(link.url for link in attachments(page, source))
    if read.status == "ok" or (_is_titled(view) and (files or read.status == "unreadable")):
        return Recognised("report", None, files)
    return Recognised(None, read.reason or "no report", (), read.status == "unreadable" and read.category == "limits")


def _file(page: Page) -> Recognised:
    """A document's file. Pictures are taken only where a report's page shows them: each of a site's would be recognised for nothing."""
    try:
        if detect(page.content) == "image":
            return Recognised(None, "a picture")
    except Outcome as outcome:
        return Recognised(None, outcome.reason)
    raw = RawDocument(page.url, hashlib.sha256(page.content).hexdigest(), page.content, page.url)
    reason, unsure = "no report", False
    for document in members(raw):
        if isinstance(document, LeftOut):
            reason = document.reason
            continue
        read = _read(document)
        if read.status == "ok":
            return Recognised("report")
        reason, unsure = read.reason or reason, unsure or read.category == "limits"
    return Recognised(None, reason, (), unsure)


def _read(raw: RawDocument) -> Extraction:
    return extract(raw, None)


def _is_titled(view: View) -> bool:
    """Whether the page is called as a report of a year is."""
    return any((parsed := title.parse(text)) is not None and parsed.year for text in view.headings())
