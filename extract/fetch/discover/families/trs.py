"""TRS WCM: static pages `index_1.html` … counted in a script, and a search interface that answers in JSON.

Seen: `createPageHTML(5, 0, "index", "html")`, `var countPage = 5`, the `listModel` of pingtan.gov.cn, answers of
`/was5/web/search?channelid=…&classsql=chnlid%3D…&prepage=…&page=…`.
"""

from __future__ import annotations

import math
import re
from urllib.parse import urlencode

from extract.fetch.discover import address, paging
from extract.fetch.discover.listing import Family, Listing, bounded
from extract.fetch.discover.view import View
from extract.fetch.model import Refusal, Source

_MARKS = re.compile(
    r"createPageHTML\s*\(\s*\d|countPage|trsapi|maxStaticIndex|TRS_Editor|/t(?:19|20)\d{6}_\d+\.|was5/web/search"
)
_CREATE_PAGE = re.compile(
    r"""createPageHTML\s*\(\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*["']([\w-]{1,60})["']\s*,\s*["'](\w{1,8})["']"""
)
_COUNT = re.compile(r"countPage\s*=\s*[\"']?(\d{1,9})")
_CURRENT = re.compile(r"currentPage\s*=\s*[\"']?(\d{1,9})")
_RECORDS = re.compile(r"recordCount[\"']?\s*:\s*[\"']?(\d{1,9})")
_EACH = re.compile(r"prepage[\"']?\s*:\s*[\"']?(\d{1,5})")
_STATIC = re.compile(r"maxStaticIndex[\"']?\s*:\s*[\"']?(\d{1,6})")
_CHANNEL = re.compile(r"(?:channelid|searchId)[\"']?\s*[:=]\s*[\"']?(\d{3,12})")
_WHERE = re.compile(r"classsql[\"']?\s*:\s*(?:[\"'][\"']\s*\|\|\s*)?[\"']([^\"'\s]{1,200})[\"']")
_INTERFACE = re.compile(r"[\"']((?:https?:/)?/[\w./:-]{0,200}(?:was5/web/search|/search))[\"']")


def read(view: View, source: Source) -> Listing:
    """The further pages that a listing's script counts. What the search interface answers is read by `answers`."""
    call = _CREATE_PAGE.search(view.scripts)
    if call is not None:
        return _static(view, int(call[1]), int(call[2]), call[3], call[4])
    count = _COUNT.search(view.scripts)
    if count is not None:
        current = _CURRENT.search(view.scripts)
        return _static(view, int(count[1]), int(current[1]) if current else 0, *paging.file_of(view))
    return _model(view)


def _static(view: View, count: int, current: int, name: str, extension: str) -> Listing:
    """`index_1.html` is the second page, or `index_2.html` where the first one calls itself 1. Only the first page names
    the others.
    """
    if paging.number_of(view.url) or current > 1:
        return Listing()
    numbers = range(1 + current, count + current)
    return bounded(view, paging.numbered(view.url, name, extension, numbers), count)


def _model(view: View) -> Listing:
    """The list that is static up to a page and comes from the search interface after it."""
    records, each = _RECORDS.search(view.scripts), _EACH.search(view.scripts)
    if records is None or each is None or int(each[1]) == 0:
        return Listing()
    count = math.ceil(int(records[1]) / int(each[1]))
    static = _STATIC.search(view.scripts)
    still = min(count - 1, int(static[1])) if static else 0
    name, extension = paging.file_of(view)
    if paging.number_of(view.url):
        return Listing()
    fixed = paging.numbered(view.url, name, extension, range(1, still + 1))
    if still >= count - 1:
        return bounded(view, fixed, count)
    channel, where, interface = (found.search(view.scripts) for found in (_CHANNEL, _WHERE, _INTERFACE))
    if channel is None or where is None:
        reason = "pages beyond the static ones come from a search interface whose channel the page does not name: register its address as a listing."
        return Listing(pages=bounded(view, fixed, 0).pages, refused=(Refusal(view.url, reason),))
    query = {
        "channelid": channel[1], "templet": "docs.jsp", "sortfield": "-docorderpri,-docreltime",
        "classsql": where[1], "prepage": each[1], "page": "1",
    }  # fmt: skip
    asked = address.absolute(view.base, f"{interface[1] if interface else '/was5/web/search'}?{urlencode(query)}")
    return bounded(view, [*fixed, asked], 0)


FAMILY = Family("trs", lambda view: _MARKS.search(view.source) is not None, read)
