"""Hanweb JCMS: a listing's items lie in an XML datastore inside the page; further ones are asked for in the same form.

Seen: `<datastore><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?…columnid=1&unitid=2">]]></nextgroup>
<recordset><record><![CDATA[<li><a …>]]></record>`, `totalRecord: 61, perPage: 15`, and answers of
`dataproxy.jsp?startrecord=46&endrecord=90&perpage=15&col=1&…`.
"""

from __future__ import annotations

import html
import re
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit

from extract.fetch.discover import address
from extract.fetch.discover.families import plain
from extract.fetch.discover.listing import MAX_PAGES, Family, Listing, bounded
from extract.fetch.discover.view import MAX_ANCHORS, View, fragment
from extract.fetch.model import Refusal, Source
from extract.outside import json_value

_MARKS = re.compile(r"<datastore|dataproxy\.jsp|/col/col\d+/|/art/\d{4}/", re.IGNORECASE)
_TOTAL = re.compile(r"total_?record[\"']?\s*[:=>]\s*[\"']?(\d{1,9})", re.IGNORECASE)
_EACH = re.compile(r"per_?page[\"']?\s*[:=]\s*[\"']?(\d{1,4})", re.IGNORECASE)
_PROXY = re.compile(r"""["']([^"'\s<>]{0,300}dataproxy\.jsp[^"'\s<>]{0,1000})["']""", re.IGNORECASE)
_SET_TO_NUMBER = r"[\"']?\s*[:=]\s*[\"']?(\d{1,12})"
_FIELDS = ("columnid", "unitid", "webid", "appid", "col", "sourceContentType", "permissiontype")
_RANGE = ("page", "startrecord", "endrecord", "perpage")
MAX_PROXIES = 20  # addresses of interfaces that one page may name
GROUP = 3  # pages of items that one datastore holds


def read(view: View, source: Source) -> Listing:
    """The records of the datastore in the page (or of one that was answered), and where the next ones are asked for."""
    records = _records(view.source)
    inner = fragment(view, "\n".join(records))
    entries = plain.read(inner, source).entries if records else ()
    further = _further(view, len(records))
    refused = further.refused
    if len(inner.anchors) >= MAX_ANCHORS:
        refused += (Refusal(view.url, f"the datastore has more than {MAX_ANCHORS} links: the rest was not looked at."),)
    return Listing(entries, pages=further.pages, refused=refused)


def _records(source: str) -> list[str]:
    """The markup of each `<record>`, or of each CDATA section where there are none; cut by their ends, so that a page of
    open ones costs nothing.
    """
    stored = _unwrapped(source)
    found = []
    for part in stored.split("</record>")[:-1]:
        markup = part.rpartition("<record>")[2].strip()
        if markup.startswith("<![CDATA["):
            found.append(markup.removeprefix("<![CDATA[").removesuffix("]]>"))
        else:
            found.append(html.unescape(markup))
    if found or "<datastore" not in stored:
        return found
    return [part.rpartition("<![CDATA[")[2] for part in stored.partition("<datastore")[2].split("]]>")[:-1]]


def _unwrapped(source: str) -> str:
    """The datastore out of an answer in JSON or JSONP that has it as a text: `raw({"result": "<datastore>…"})`."""
    start = source.find("{")
    if source.lstrip().startswith("<") or start < 0:
        return source
    try:
        value = json_value(source[start:], strict=False)
    except (ValueError, RecursionError):  # no JSON: a page, then
        return source
    texts = [text for text in value.values() if isinstance(text, str) and "<datastore" in text]
    return texts[0] if texts else source


def _further(view: View, held: int) -> Listing:
    """The requests for the records that this datastore does not hold; an answer names no further ones."""
    if "startrecord=" in view.url.lower():
        return Listing()
    total, each = _TOTAL.search(view.source), _EACH.search(view.source)
    proxy = _proxy(view)
    if total is None or proxy is None or int(total[1]) <= held:
        return Listing()
    size = int(each[1]) if each and int(each[1]) else 15
    step = size * GROUP
    starts = range(held + 1, int(total[1]) + 1, step)
    where, fields = proxy
    addresses = [
        address.absolute(
            view.base,
            f"{where}?{urlencode({'startrecord': start, 'endrecord': min(start + step - 1, int(total[1])), 'perpage': size, **fields})}",
        )
        for start in starts[: MAX_PAGES + 1]
    ]
    return bounded(view, addresses, len(starts) + 1)


def _proxy(view: View) -> tuple[str, dict[str, str]] | None:
    """The address of the datastore's interface and the fields that it wants: from its own link, or from the script."""
    stated: dict[str, str] | None = None
    for match in islice(_PROXY.finditer(html.unescape(view.source)), MAX_PROXIES):
        if address.absolute(view.base, match[1]) is None:
            continue
        parts = urlsplit(match[1])
        given = {name: value for name, value in parse_qsl(parts.query) if name not in _RANGE}
        if "columnid" not in given:
            stated = _stated(view.source) if stated is None else stated
            given |= stated
        if "columnid" in given:
            return parts._replace(query="", fragment="").geturl(), {"col": "1", "appid": "1", "path": "/", **given}
    return None


def _stated(source: str) -> dict[str, str]:
    """The fields that a script states apart from the address."""
    found = {name: re.search(name + _SET_TO_NUMBER, source) for name in _FIELDS}
    return {name: match[1] for name, match in found.items() if match}


FAMILY = Family("jcms", lambda view: _MARKS.search(view.source) is not None, read)
