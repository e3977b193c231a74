"""Keeps blocks inside the formatting elements of table cells in which browsers show them.

libxml2 ends `<i>` where a `<p>` begins, and at the end of whatever it stands in; browsers let it go on (WHATWG HTML, "active
formatting elements"), and what hides it hides the text after it. Such elements are given names for the time of parsing which
libxml2 does not end, and those that go on are ended and begun again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from lxml import etree

from extract.outcomes import Unsupported

MAX_OPEN = 200  # elements that are open at one place of one cell
MAX_ADDED = 1_000_000  # bytes of tags that are put into one cell
MAX_AGAIN = 3  # how often browsers begin the same element again (WHATWG HTML, "Noah's Ark clause")

_CROWDED = f"a cell of the page has more than {MAX_OPEN} elements inside one another, or elements that never end"
_KEPT = "kept-"
_GOING_ON = frozenset(
    [b"b", b"big", b"code", b"em", b"font", b"i", b"nobr", b"s", b"small", b"strike", b"strong", b"tt", b"u"]
)
_HEADINGS = frozenset([b"h1", b"h2", b"h3", b"h4", b"h5", b"h6"])
_ENDED_BY = {
    **dict.fromkeys([b"big", b"s", b"small", b"strike", b"tt", b"u"], frozenset([b"p"])),
    **dict.fromkeys([b"b", b"i"], frozenset([b"p", b"center"])),
    b"font": frozenset([b"center"]),
    **dict.fromkeys(_HEADINGS, frozenset([b"p", b"form", b"fieldset", b"li"])),
}
"""Which elements libxml2 2.14 ends where another begins, and browsers do not."""
_BLOCKS = frozenset(
    b"address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header"
    b" hgroup hr li dd dt listing main menu nav ol p pre search section summary ul xmp".split()
)
"""Blocks, which end a paragraph that is open."""
_UNKNOWN_BLOCKS = frozenset(
    b"article aside details dialog figcaption figure footer header hgroup main nav search section summary".split()
)
"""Blocks before which browsers end a paragraph and libxml2 does not."""
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())

_NAMES = rb"(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u|h[1-6])"
_PARAGRAPH = rb"p\s[^<>]*+>[^<]*+<(?:a[rs]|d[ei]|fi|foo|hea|hg|mai|nav|se|summ)"
_HIDDEN = rb"(?:p|span|div|li)\s[^<>hn]*+(?:(?!none|hidden)[hn][^<>hn]*+)*+[hn]"  # `none` or `hidden` inside the tag; no place is tried twice
_STYLED = re.compile(rb"<(?:" + _NAMES + rb"\s++[^\s>]|(?:s|strike)>|" + _PARAGRAPH + rb"|" + _HIDDEN + rb")")
_ANY = re.compile(rb"<(?:" + _NAMES + rb"[\s>]|" + _PARAGRAPH + rb"|" + _HIDDEN + rb")")
"""What may hide something by itself; what a style sheet may hide. They are looked for in the source in lower case."""
_EDGE = re.compile(rb"</?[tc](?:able|body|head|foot|aption|ol(?:group)?|[rdh])[\s/>]")
_CODE = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|template|textarea|noscript|title|xmp|iframe|object|select)\b.*?(?:</\1|\Z)",
    re.DOTALL,
)
_TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/<>]*+)((?:=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"'][^\s<>]*+)?|[^<>=])*+)>")


def kept(source: bytes) -> bytes:
    """The source with such elements renamed and, where they go on, begun again; as it is where there are none.

    Errors: `Unsupported` for more open elements than a cell has.
    """
    lowered = source.lower()
    sought = _ANY if b"<style" in lowered else _STYLED
    cells = list(_cells(lowered, sought))
    if not cells:
        return source
    changes = [
        (start, end, changed) for start, end in cells if (changed := _Cell(source[start:end]).changed()) is not None
    ]
    if not changes:
        return source
    code = _Code(lowered)
    out: list[bytes] = []
    done = 0
    for start, end, changed in changes:
        if start not in code:  # else a script writes the cell
            out += [source[done:start], changed]
            done = end
    return b"".join([*out, source[done:]]) if out else source


def restored(root: etree._Element) -> None:
    """Gives the elements their own names again."""
    for element in root.iter(*(_KEPT + name.decode() for name in _ENDED_BY)):
        element.tag = str(element.tag).removeprefix(_KEPT)


def _cells(lowered: bytes, sought: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    """The pieces of tables, from one of their own tags to the next, in which something is found."""
    begin = lowered.find(b"<table")
    while begin >= 0 and (found := sought.search(lowered, begin)) is not None:
        edge = _EDGE.search(lowered, found.start())
        if edge is None:
            return  # behind all tables
        yield max(_last_edge(lowered, start, begin, found.start()) for start in (b"<t", b"</t")), edge.start()
        begin = edge.start()


def _last_edge(lowered: bytes, start: bytes, begin: int, end: int) -> int:
    at = lowered.rfind(start, begin, end)
    while at >= 0 and _EDGE.match(lowered, at) is None:
        at = lowered.rfind(start, begin, at)
    return max(at, begin)


class _Code:
    """The pieces of a source, in lower case, whose text is no markup."""

    def __init__(self, lowered: bytes) -> None:
        spans = [found.span() for found in _CODE.finditer(lowered)]
        self._starts, self._ends = [start for start, _ in spans], [end for _, end in spans]

    def __contains__(self, place: int) -> bool:
        at = bisect_right(self._starts, place) - 1
        return at >= 0 and place < self._ends[at]


class _Open:
    """An element that was begun: its name, its tag as it stands, which of the tokens that is, and what was put before and after it."""

    def __init__(self, name: bytes, tag: bytes, at: int) -> None:
        self.name, self.tag, self.at = name, tag, at
        self.is_kept = False
        self.before = self.after = b""


class _Cell:
    """One cell's source, tag by tag."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._tokens: list[bytes] = []
        self._open: list[_Open] = []
        self._is_changed = False
        self._added = 0

    def changed(self) -> bytes | None:
        """The source as libxml2 is to see it; None where it is to see it as it is."""
        done = 0
        code = _Code(self._source.lower())
        for tag in _TAG.finditer(self._source):
            if tag.start() in code:
                continue
            self._tokens.append(self._source[done : tag.start()])
            done = tag.end()
            name = tag[2].lower()
            if tag[1]:
                self._end(name, tag[0])
            else:
                self._begin(name, tag[0])
        self._tokens.append(self._source[done:])
        if not self._is_changed:
            return None
        for left in reversed(self._open):
            if left.is_kept:
                self._tokens.append(b"</" + _KEPT.encode() + left.name + b">")
        return b"".join(self._tokens)

    def _begin(self, name: bytes, tag: bytes) -> None:
        if name in _BLOCKS and any(one.name == b"p" for one in self._open):
            above = self._above(b"p")
            if name in _UNKNOWN_BLOCKS or above:
                self._is_changed = True
                self._end(b"p", b"</p>")
            else:
                self._open = [one for one in self._open if one not in above and one.name != b"p"]
        if name in _HEADINGS and self._open and self._open[-1].name in _HEADINGS:
            self._is_changed = True
            self._end(self._open[-1].name, b"</" + self._open[-1].name + b">")
        for one in self._open:
            if not one.is_kept and name in _ENDED_BY.get(one.name, ()):
                self._is_changed = True
                self._keep(one)
        if name not in _VOID:
            if len(self._open) >= MAX_OPEN:
                raise Unsupported(_CROWDED)
            self._open.append(_Open(name, tag, len(self._tokens)))
        self._tokens.append(tag)

    def _end(self, name: bytes, tag: bytes) -> None:
        """An element's end: what goes on behind it is ended before, and begun again after it."""
        above = self._above(name)
        ended = self._open[-1 - len(above)] if len(above) < len(self._open) else None
        if ended is None:
            self._tokens.append(tag)  # of nothing that is open
            return
        if name not in _BLOCKS and any(one.name in _BLOCKS for one in above):
            if name in _GOING_ON:
                self._end_before_blocks(ended, above)
            else:
                self._is_changed = True  # browsers do not end a block for it
            return
        going_on = [one for one in above if one.name in _GOING_ON]
        for one in reversed(above):
            self._is_changed = True
            self._tokens.append(self._end_of(one))
        self._tokens.append(self._end_of(ended) if ended.is_kept else tag)
        del self._open[len(self._open) - len(above) - 1 :]
        again: list[bytes] = []
        for one in going_on:
            if again.count(one.tag) < MAX_AGAIN:
                again.append(one.tag)
                self._open.append(_Open(one.name, one.tag, len(self._tokens)))
                self._tokens.append(one.tag)
                self._add(one.tag)

    def _end_before_blocks(self, ended: _Open, above: list[_Open]) -> None:
        """The end of a formatting element in which blocks are open: it ends before each, and begins again inside."""
        self._is_changed = True
        begun = [ended]
        self._keep(ended)
        for one in above:
            self._keep(one)
            if one.name not in _BLOCKS:
                begun.append(one)
                continue
            one.before += b"".join(map(self._end_of, reversed(begun)))
            begun = [each for each in begun if each.name in _GOING_ON]
            one.after = b"".join(map(self._begun, begun)) + one.after
            self._tokens[one.at] = one.before + self._begun(one) + one.after
            self._add(self._tokens[one.at])
        self._tokens += map(self._end_of, reversed(begun))
        later = [one for one in begun[1:] if one.name in _GOING_ON]
        self._open = self._open[: -1 - len(above)] + [one for one in above if one.name in _BLOCKS]
        for one in later:
            one.at = len(self._tokens)
            self._tokens.append(self._begun(one))
            self._add(self._tokens[-1])
            self._open.append(one)

    def _add(self, tags: bytes) -> None:
        self._added += len(tags)
        if self._added > MAX_ADDED:
            raise Unsupported(_CROWDED)

    def _keep(self, one: _Open) -> None:
        if one.name in _ENDED_BY and not one.is_kept:
            one.is_kept = True
            self._tokens[one.at] = one.before + self._begun(one) + one.after

    def _above(self, name: bytes) -> list[_Open]:
        """What was begun inside the last open element of a name; all that is open where there is none."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].name == name:
                return self._open[at + 1 :]
        return self._open[:]

    def _begun(self, one: _Open) -> bytes:
        return b"<" + (_KEPT.encode() if one.is_kept else b"") + one.tag[1:]

    def _end_of(self, one: _Open) -> bytes:
        return b"</" + (_KEPT.encode() if one.is_kept else b"") + one.name + b">"
