"""Addresses: what a page writes → an absolute http(s) address, and which hosts may be fetched from."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from extract.fetch.model import Source

MAX_LENGTH = 2_000  # characters: a longer one holds data, not an address
_EDGES = re.compile(r"^[\x00-\x20\u3000]+|[\x00-\x20\u3000]+$|[\t\n\r]")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?|\[[0-9a-f:.]+\]")
_PORTS = {"http": 80, "https": 443}
_FILE = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|rtf|odt|zip|rar|7z|jpe?g|png|tiff?|bmp)(?:$|[?&#])", re.IGNORECASE)
_INDEX = re.compile(r"/(?:(?:index|list|nlist|default|col_index)(?:_\d+)?\.(?:s?html?|jsp|php|aspx?))?$", re.IGNORECASE)
_COLUMN = re.compile(r"/col/col\d+(?:/|$)|/channel_[0-9a-f]+/?$|/column-index-\d+|/gkmlpt/index\b", re.IGNORECASE)
_ID = re.compile(r"\d{9,}|[0-9a-f]{24,}|[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)


def absolute(base: str, href: str) -> str | None:
    """The address that `href` names on a page at `base`: absolute, http or https, ASCII, without fragment.

    None for everything else: other schemes, anchors inside the page, credentials, damaged or endless addresses.
    """
    href = _EDGES.sub("", href)
    if not href or href.startswith("#") or len(href) > MAX_LENGTH or len(base) > MAX_LENGTH:
        return None
    try:
        parts = urlsplit(urljoin(base, href.replace("\\", "/")))
        name, port = parts.hostname, parts.port
        if parts.scheme not in _PORTS or not name or parts.username is not None:
            return None
        name = f"[{name}]" if ":" in name else name.encode("idna").decode("ascii").lower()
    except ValueError:  # a damaged host or port; also what UnicodeError is
        return None
    if not _NAME.fullmatch(name):
        return None
    where = name if port in (None, _PORTS[parts.scheme]) else f"{name}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~", errors="replace")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~?", errors="replace")
    whole = urlunsplit((parts.scheme, where, path, query, ""))
    return whole if len(whole) <= 3 * MAX_LENGTH else None


def host(url: str) -> str:
    """The host's name, lower-case, without port; empty where the address has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def path(url: str) -> str:
    """Path and query, for patterns that look at a place rather than at a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def allowed(url: str, source: Source) -> bool:
    """Whether a source may be fetched from here: under .gov.cn, on a host of its listings, or on one that it names."""
    name = host(url)
    return bool(name) and (name == "gov.cn" or name.endswith(".gov.cn") or name in named(source))


def named(source: Source) -> set[str]:
    """The hosts that a source names: those of its listings, and `hosts` (with or without a port)."""
    return {host(url) for url in source.listings} | {host(f"//{name.strip().lower()}") for name in source.hosts}


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one publisher: equal, or under the same name of three labels (jyj.x.gov.cn, x.gov.cn)."""
    one, other = (name.removeprefix("www.") for name in (one, other))
    if one == other:
        return True
    labels = [name.split(".")[-3:] for name in (one, other)]
    return labels[0] == labels[1] and len(labels[0]) == 3 and not one.replace(".", "").isdigit()


def is_file(url: str) -> bool:
    """Whether an address names a document's file, not a page."""
    return _FILE.search(path(url)) is not None


def is_column(url: str) -> bool:
    """Whether an address looks like a column's (`…/zfxxgknb/`, `index.html`, `col/col123/index.html`), not an article's.

    `…/zfxxgknb/2022061616284566735/index.html` is an article in a folder of its own.
    """
    where = path(url)
    if _COLUMN.search(where):
        return True
    stem = _INDEX.sub("", where.partition("?")[0])
    return stem != where.partition("?")[0] and "?" not in where and not _ID.search(stem.rpartition("/")[2])


def folder(url: str) -> str:
    """The address up to its last slash."""
    return url.partition("?")[0].rpartition("/")[0] + "/"
