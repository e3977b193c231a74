"""Glyphs → lines of text, top down and left to right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from extract.read.layout.page import Glyph

SPACE = 0.34
"""Of the type size: a wider gap between two characters is a space. In the six PDFs of the samples and shared reports the digits of one
number stand 0.0 apart, those of two numbers 1.25 and more. 0.28 to 1.2 read them alike; 0.2 and less puts spaces into prose.
"""

NUMBERS = 0.12
"""Of the type size: a wider gap between two digits parts two numbers, as in layout/segments.py. The
narrowest space (STSong) leaves 0.18.
"""
MARK = 0.8
"""Of the type size of the largest digit on a line: a smaller one is a note's mark."""


class Line(NamedTuple):
    """One line of text and its box."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


LOOSE, TIGHT = 0.45, 0.2
"""Of the type size: how far off its middle a character still belongs to a line. In those PDFs characters of a line are up to 0.4 off, of
the next one nearly all 0.6 and more. 0.1 to 0.9 give the same cells and prose.
"""
FULL = 1.6
"""Characters, and 4 points for the padding: a line that leaves less room fills its cell, as one more had not fitted. In those PDFs
0 to 3.5 give the same cells and prose; it was chosen for `1139888` over `9`.
"""


def rows(glyphs: Iterable[Glyph], reach: float = LOOSE) -> list[list[Glyph]]:
    """The glyphs of each line from left to right, lines top down. `reach`: LOOSE takes small print and raised marks to
    their line; TIGHT keeps apart what stands half a line lower in another column.
    """
    found: list[list[Glyph]] = []
    middle = 0.0
    for middle_of, glyph in sorted(((g.top + g.bottom) / 2, g) for g in glyphs):
        if found and abs(middle_of - middle) <= reach * max(glyph.bottom - glyph.top, 4.0):
            found[-1].append(glyph)
        else:
            found.append([glyph])
            middle = middle_of
    for row in found:
        row.sort(key=_left)
    return found


def _left(glyph: Glyph) -> float:
    return glyph.x0


def lines(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines as text; a gap wider than `SPACE` of the type size gives one space."""
    return [line(row) for row in rows(glyphs)]


def line(row: Sequence[Glyph]) -> Line:
    """One line of glyphs that stand from left to right. Digits in smaller print beside others are a note's mark: `22(注1)`."""
    parts: list[str] = []
    is_mark = _marks(row)
    for index, glyph in enumerate(row):
        if index:
            before = row[index - 1]
            reach = NUMBERS if _are_digits(before, glyph) else SPACE
            if (
                glyph.x0 - before.x1 > reach * max(glyph.bottom - glyph.top, 4.0)
                and is_mark[index] == is_mark[index - 1]
            ):
                parts.append(" ")
        if is_mark[index] and not (index and is_mark[index - 1]):
            parts.append("(注")
        parts.append(glyph.text)
        if is_mark[index] and not (index + 1 < len(row) and is_mark[index + 1]):
            parts.append(")")
    return Line("".join(parts), row[0].x0, min(g.top for g in row), row[-1].x1, max(g.bottom for g in row))


def _are_digits(before: Glyph, glyph: Glyph) -> bool:
    """Whether both are digits whose places are known, not recognised."""
    return before.text.isdecimal() and glyph.text.isdecimal() and glyph.confidence is None


def _marks(row: Sequence[Glyph]) -> list[bool]:
    """Which glyphs of a line are digits in smaller print than the largest digit there."""
    sizes = [g.bottom - g.top for g in row if g.text.isdecimal() and g.confidence is None]
    least = MARK * max(sizes, default=0.0)
    return [g.bottom - g.top < least and g.text.isdecimal() and g.confidence is None for g in row]


def cell_text(glyphs: Sequence[Glyph], width: float) -> str:
    """The text of a cell `width` wide. A line that fills the cell goes on in the next one (`1139888` / `9`); any other
    line break is kept, so that two numbers in one cell never run together.
    """
    if len(glyphs) == 1:
        return glyphs[0].text
    text = ""
    before: Line | None = None
    for found in lines(glyphs):
        if before is not None:
            size = (before.x1 - before.x0) / max(1, len(before.text))
            full = width - (before.x1 - before.x0) < FULL * size + 4
            text += "" if full else "\n"
        text += found.text
        before = found
    return text
