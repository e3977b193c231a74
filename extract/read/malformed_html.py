"""Marks cells lost to malformed HTML as unreadable.

A browser shows nothing where a tag was not closed and its `>` came only after the next number; a parser gives an empty
cell. Such places are marked in the source, so that the cell is unreadable and not taken for one that was left blank.
"""

from __future__ import annotations

import re

from extract.model import UNREADABLE

CUT = "the page ends inside a table: it was cut off"
_MARK = UNREADABLE.encode()
_OPEN = re.compile(rb"<[a-zA-Z/][^<>]*+(?=<([^a-zA-Z/!?<>])?)")
"""A tag in which another one begins, with a digit around: `<span1234</span>`, `<p style="…":1234</p>`, `<p<1234</p>`."""
_DIGIT = re.compile(rb"\d")
_UNSEEN = re.compile(rb"<(?:!--|(script|style|noscript|template|object|iframe|textarea|xmp)\b)")
"""Where a comment or a script begins, in lower case."""
_EDGE = re.compile(rb"<(/?)t[dhr][\s>]")
_CELL = re.compile(rb"<t[dh][\s>]", re.IGNORECASE)
_CLOSED = re.compile(rb"</(?:td|th|tr|tbody|table|body|html)[\s>]", re.IGNORECASE)
_TABLE_CLOSED = re.compile(rb"</(?:table|body|html)[\s>]", re.IGNORECASE)
_NO_EDGES = bytes(set(range(256)) - set(b"<>"))
_TAIL = 4096  # bytes: a cell that is cut off is not longer


def mended(source: bytes) -> tuple[bytes, bool]:
    """The source with marks where its tables are torn, and whether it ends inside a table."""
    first = _CELL.search(source)
    if first is None:
        return source, False
    edges = source[first.start() :].translate(None, _NO_EDGES)  # a scan by regex takes ten times as long
    if b"<<" in edges or edges.endswith(b"<"):
        source = source[: first.start()] + _OPEN.sub(_closed, source[first.start() :])
    source = _marked(source, first.start())
    last = max((cell.start() for cell in _CELL.finditer(source, max(0, len(source) - _TAIL))), default=-1)
    if last < 0 or _TABLE_CLOSED.search(source, last):
        return source, False
    return (source if _CLOSED.search(source, last) else source + b'">' + _MARK), True


def _closed(tag: re.Match[bytes]) -> bytes:
    """A tag in which another begins: closed, with a mark after it, where a digit or no tag at all is around."""
    return tag[0] + b">" + _MARK if tag[1] or _DIGIT.search(tag[0], 2) else tag[0]


def _marked(source: bytes, begin: int) -> bytes:
    """The source with a mark before each comment or script that ends cells or rows which began before it: it was not closed."""
    lowered, parts, done = source.lower(), list[bytes](), 0
    while (unseen := _UNSEEN.search(lowered, begin)) is not None:
        end = lowered.find(b"</" + unseen[1] if unseen[1] else b"--", unseen.end())
        begin = len(lowered) if end < 0 else end
        if _ends_others(lowered, unseen.start(), begin):
            parts += [source[done : unseen.start()], _MARK]
            done = unseen.start()
    return b"".join([*parts, source[done:]]) if parts else source


def _ends_others(lowered: bytes, begin: int, end: int) -> bool:
    """Whether cells or rows end here that have not begun here."""
    depth = 0
    for edge in _EDGE.finditer(lowered, begin, end):
        depth += -1 if edge[1] else 1
        if depth < 0:
            return True
    return False
