"""What the search interfaces behind listings answer: JSON with a list of articles, whatever its fields are called.

Seen: `{"count": "2", "docs": [{"title", "chnldocurl", "time"}]}` (TRS, with damaged fields beside), `{"data": [{"doctitle",
"docpuburl", "docreltime"}]}`, `{"articles": [{"title", "url", "created_at"}], "total", "classify": {"post_count"}}` (gkmlpt). The same lists stand in
scripts: `var dataList = [{"infolist": [{"title", "url"}]}]`.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from extract.fetch.discover import address
from extract.fetch.discover.listing import Entry, Family, Listing, bounded
from extract.fetch.discover.view import View, day, squeeze
from extract.fetch.model import Source
from extract.outside import CALL, json_value

_TITLES = ("doctitle", "_doctitle", "title", "title2", "name")
_ADDRESSES = ("docpuburl", "chnldocurl", "post_url", "url", "docurl", "link", "href", "linkurl")
_DAYS = (
    "docreltime",
    "pubdate",
    "publishdate",
    "publishtime",
    "pubtime",
    "releasetime",
    "publish_time",
    "first_publish_time",
    "display_publish_time",
    "created_at",
    "time",
    "date",
)
_COUNTS = ("count", "total", "recordCount", "totalCount", "totalRecord", "post_count")
_LISTS = re.compile(r'"(?:docs|data|datas|articles|list|rows|results|items)"\s*:\s*(?=\[)')
_PAGE = re.compile(r"((?:^|&)(?:page|pageNo|pageNum|pageIndex|currentPage|p)=)(\d{1,6})(?=&|$)", re.IGNORECASE)
_CHINA = timezone(timedelta(hours=8))
_ASSIGNED = re.compile(r"=\s*(?=\[\s*\{|\{\s*\")")
_TAGS = re.compile(r"<[^<>]{0,200}>")
MAX_ITEMS = 20_000
MAX_LITERALS = 40  # of one page's scripts
MAX_LITERAL = 2**20  # characters


class Answer(NamedTuple):
    """The articles of one answer, and how many there are in all (None where it does not say)."""

    items: tuple[dict[str, Any], ...]
    total: int | None


def answer(view: View) -> Answer | None:
    """Read an answer, or the list that a page's script holds; None where there is none. Answers with a damaged field
    elsewhere give their list all the same.
    """
    text = view.source.strip()
    if view.root is not None:
        return _in_scripts(view.scripts)
    if not re.match(r"[\[{]|[\w.$]{1,100}\(", text):
        return None
    call = CALL.match(text)
    body = text[call.end() :] if call else text
    value = _decoded(body)
    if value is None:  # 'single quotes' in a field that nobody reads
        values = [_decoded(body[found.end() :]) for found in list(_LISTS.finditer(body))[:5]]
        items = next((got for got in map(_items, values) if got), ())
        stated = re.search(r'"(?:count|total|recordCount)"\s*:\s*"?(\d{1,9})', body)
        return Answer(items, int(stated[1]) if stated else None) if items else None
    return Answer(_items(value), _total(value))


def _in_scripts(code: str) -> Answer | None:
    """Lists that scripts assign: `var dataList = [{"title": …, "url": …}]`. They are whole, so there are no further pages."""
    items: list[dict[str, Any]] = []
    for match in islice(_ASSIGNED.finditer(code), MAX_LITERALS):
        items += _items(_decoded(code[match.end() :][:MAX_LITERAL]))
    return Answer(tuple(items), None) if items else None


def read(view: View, source: Source) -> Listing:
    """The articles of an answer as entries, and the addresses of its further pages."""
    found = answer(view)
    if found is None:
        return Listing()
    entries = tuple(entry for item in found.items if (entry := _entry(view, item)) is not None)
    further = pages(view, found)
    return Listing(entries, pages=further.pages, refused=further.refused)


def pages(view: View, found: Answer) -> Listing:
    """The further pages of an answer to `page=1` (or 0), by how many articles it has and how many there are."""
    query = urlsplit(view.url).query
    asked = _PAGE.search(query)
    if asked is None or int(asked[2]) > 1 or not found.items or found.total is None:
        return Listing()
    count, first = math.ceil(found.total / len(found.items)), int(asked[2])
    parts = urlsplit(view.url)
    numbers = range(first + 1, min(first + count, first + 1_000))
    addresses = [
        address.absolute(view.url, urlunsplit(parts._replace(query=_PAGE.sub(rf"\g<1>{number}", query))))
        for number in numbers
    ]
    return bounded(view, addresses, count)


def _entry(view: View, item: dict[str, Any]) -> Entry | None:
    fields = _fields(item)
    written = next((fields[key] for key in _ADDRESSES if isinstance(fields.get(key), str) and fields[key]), None)
    said = next((fields[key] for key in _TITLES if isinstance(fields.get(key), str) and fields[key]), None)
    url = address.absolute(view.base, written) if written else None
    if url is None or said is None:
        return None
    published = next((found for key in _DAYS if (found := _day(fields.get(key))) is not None), None)
    return Entry(url, squeeze(_TAGS.sub("", said[:1_000])), published, titled=True)


def _fields(item: dict[str, Any]) -> dict[str, Any]:
    """By their names in lower case (pubDate, docPubUrl); of two that differ in case only, the first."""
    fields: dict[str, Any] = {}
    for name, value in item.items():
        fields.setdefault(name.lower(), value)
    return fields


def _day(value: Any) -> date | None:
    if isinstance(value, str):
        return day(value[:100])
    if isinstance(value, int | float) and not isinstance(value, bool) and 1e9 < value < 1e13:
        seconds = value / 1000 if value > 1e11 else value
        return datetime.fromtimestamp(seconds, UTC).astimezone(_CHINA).date()
    return None


def _decoded(text: str) -> Any:
    try:
        return json_value(text, strict=False)
    except (ValueError, RecursionError):  # not JSON, or nested beyond sense: no list to read
        return None


def _items(value: Any) -> tuple[dict[str, Any], ...]:
    """The first list of things that have a title and an address, looked for level by level."""
    level = [value]
    for _ in range(4):
        below: list[Any] = []
        for each in level[:MAX_ITEMS]:
            if isinstance(each, list):
                found = tuple(item for item in each[:MAX_ITEMS] if isinstance(item, dict) and _has_link(item))
                if found:
                    return found
                below += each[:MAX_ITEMS]
            elif isinstance(each, dict):
                below += list(each.values())
        level = below
    return ()


def _has_link(item: dict[str, Any]) -> bool:
    fields = _fields(item)
    return any(fields.get(key) for key in _TITLES) and any(fields.get(key) for key in _ADDRESSES)


def _total(value: Any) -> int | None:
    """How many articles there are, as one of the upper two levels says."""
    levels = [value] if isinstance(value, dict) else []
    levels += [each for each in levels[0].values() if isinstance(each, dict)] if levels else []
    for level in levels:
        for key in _COUNTS:
            stated = level.get(key)
            if isinstance(stated, int) or (isinstance(stated, str) and re.fullmatch(r"[0-9]{1,9}", stated)):
                return min(int(stated), 10**9)
    return None


FAMILY = Family("answers", lambda view: answer(view) is not None, read)
