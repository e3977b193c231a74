"""Lines of text cut into segments at their gaps, and which of them are values standing in columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from extract.read.layout.lines import SPACE, TIGHT, rows
from extract.read.layout.page import Glyph, Page

_IN_NUMBERS = frozenset("0123456789０１２３４５６７８９.．,，+-−－")
SEAM = 0.15  # of the type size: so much wider than between other characters is a gap between two headings at the least
NUMBER_SPACE = 0.12  # of the type size: a number stands apart from a label that fills its cell by no more

_VALUE = re.compile(
    r"[+\-−－]?[\d０-９]+(?:[,，][\d０-９]{3})*(?:[.．][\d０-９]+)?(?:[件条项宗次个份]|[万亿千百]*元)?(?:[（(][^（()）]*[)）])?"
)
_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十百]{1,5}[条章节]"
)
_BLANK = re.compile(r"[-—–/\\―]{1,4}|无")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a line without a gap, and its box. `glyphs` are indices into the page's. `pieces`: what it falls into at gaps
    smaller than a space, but wider than those between its other characters, if there are any: headings that fill their columns.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    glyphs: tuple[int, ...]
    pieces: tuple[Segment, ...] = ()

    @property
    def size(self) -> float:
        """The type size in points."""
        return max(self.bottom - self.top, 1.0)

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.top + self.bottom) / 2

    @property
    def begins_item(self) -> bool:
        """Whether it begins with the number of an item (三、 （二） 1.): never the rest of the label above."""
        return bool(_ITEM.match(self.text))


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a page: `labels`, and after the last of them the `values` that may stand in columns."""

    labels: tuple[Segment, ...]
    values: tuple[Segment, ...]
    top: float
    bottom: float

    @property
    def size(self) -> float:
        """The type size in points."""
        return max(self.bottom - self.top, 1.0)

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.top + self.bottom) / 2


def text_lines(page: Page) -> list[TextLine]:
    """The lines of a page, top down. Numbers at the end of a line are values; a dash beside them is one, too."""
    index_of = {id(glyph): index for index, glyph in enumerate(page.glyphs)}
    return [_line(row, index_of) for row in rows(page.glyphs, TIGHT)]


_PAGE_NUMBER = re.compile(r"[-—–－\s]*\d{1,3}[-—–－\s]*|第\s*\d{1,3}\s*页.{0,12}|\d{1,3}\s*/\s*\d{1,3}")
APART = 0.8  # type sizes between a page number and the text, at the least
FOOT = 12  # lines that may be the headings of a table on the next page


def unnumbered(lines: list[TextLine]) -> list[TextLine]:
    """The lines of a page without the page number at its foot, which stands apart from the line above it."""
    if not lines or not _PAGE_NUMBER.fullmatch("".join(s.text for s in (*lines[-1].labels, *lines[-1].values))):
        return lines
    apart = len(lines) == 1 or lines[-1].top - lines[-2].bottom > APART * lines[-1].size
    return lines[:-1] if apart else lines


def foot(page: Page, bottom: float) -> tuple[Glyph, ...]:
    """The characters of the lines at the end of a page, below `bottom`, that no number ends; a page number is no line."""
    limit = max(bottom, page.height / 2)
    lowest = tuple(g for g in page.glyphs if g.top >= limit)
    below = unnumbered(text_lines(replace(page, glyphs=lowest)))
    kept: list[TextLine] = []
    for line in reversed(below[-FOOT:]):
        if line.values:
            break
        kept.append(line)
    return tuple(lowest[index] for line in reversed(kept) for s in line.labels for index in s.glyphs)


def _line(row: list[Glyph], index_of: dict[int, int]) -> TextLine:
    segments: list[Segment] = []
    own = [row[0]]
    for before, glyph in pairwise(row):
        reach = NUMBER_SPACE if glyph.text.isdecimal() and before.text not in _IN_NUMBERS else SPACE
        if glyph.x0 - before.x1 > reach * max(glyph.bottom - glyph.top, 4.0):
            segments.append(_seamed(own, index_of))
            own = []
        own.append(glyph)
    segments.append(_seamed(own, index_of))
    first = len(segments)
    while first and (_VALUE.fullmatch(segments[first - 1].text) or _BLANK.fullmatch(segments[first - 1].text)):
        first -= 1
    if not any(_VALUE.fullmatch(s.text) for s in segments[first:]):
        first = len(segments)
    return TextLine(
        tuple(segments[:first]), tuple(segments[first:]), min(s.top for s in segments), max(s.bottom for s in segments)
    )


def _seamed(glyphs: list[Glyph], index_of: dict[int, int]) -> Segment:
    """A segment with its pieces."""
    gaps = [b.x0 - a.x1 for a, b in pairwise(glyphs)]
    whole = _segment(glyphs, index_of)
    if not gaps:
        return whole
    least = median(gaps) + SEAM * whole.size
    cuts = [0, *(n for n, gap in enumerate(gaps, 1) if gap > least), len(glyphs)]
    if len(cuts) == 2:
        return whole
    return replace(whole, pieces=tuple(_segment(glyphs[a:b], index_of) for a, b in pairwise(cuts)))


def _segment(glyphs: list[Glyph], index_of: dict[int, int]) -> Segment:
    return Segment(
        "".join(g.text for g in glyphs),
        glyphs[0].x0,
        min(g.top for g in glyphs),
        max(g.x1 for g in glyphs),
        max(g.bottom for g in glyphs),
        tuple(index_of[id(g)] for g in glyphs),
    )
