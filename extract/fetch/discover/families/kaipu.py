"""Kaipu: articles are `post_123.html`, and the second page of a listing is `index_2.html`.

Seen: `createPageHTML('page_div', 8, 1, 'list', 'shtml', 118)`: an element first, pages counted from 1 (also on sites of
other makers, whose articles are called otherwise).
"""

from __future__ import annotations

import re

from extract.fetch.discover import paging
from extract.fetch.discover.listing import Family, Listing, bounded
from extract.fetch.discover.view import View
from extract.fetch.model import Source

_POST = re.compile(r"/post_\d+\.s?html?")
_CREATE_PAGE = re.compile(
    r"""createPageHTML\s*\(\s*["'][\w-]{1,60}["']\s*,\s*(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*["']([\w-]{1,60})["']\s*,\s*["'](\w{1,8})["']"""
)


def read(view: View, source: Source) -> Listing:
    """The further pages that the first page's script counts."""
    call = _CREATE_PAGE.search(view.scripts)
    if call is None or int(call[2]) > 1:
        return Listing()
    count = int(call[1])
    return bounded(view, paging.numbered(view.url, call[3], call[4], range(2, count + 1)), count)


FAMILY = Family(
    "kaipu", lambda view: _POST.search(view.source) is not None or _CREATE_PAGE.search(view.source) is not None, read
)
