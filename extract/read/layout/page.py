"""A page as geometry: what stands where. PDF, OFD and recognised pictures give it; the grid finders read it.

All lengths are points (1/72 inch), x to the right and y down from the upper left corner of the page as a reader holds
it: readers turn a rotated page upright first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from extract.model import Box, Grid

MAX_CHARACTERS = 20_000  # on one page; a full page of a report has 1,500
MAX_DRAWN = 20_000  # lines and rectangles on one page: more is a drawing, not a table


class Glyph(NamedTuple):
    """One character (or a ligature of few) and the box of its font, not of its ink. No white space."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float | None = None  # of a character recognised in a picture, 0 to 1


class Rule(NamedTuple):
    """A straight line drawn along an axis: horizontal where `top == bottom`, vertical where `x0 == x1`.

    A thin filled rectangle is its middle line; the outline of a filled or stroked box is four rules.
    """

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `number` counts from 1. `pictures`: the boxes of images drawn on it. `above`: what stands under the last
    table of the page before, perhaps the headings of a table that goes on here. `struck`: characters that a rule strikes
    through, taken out of `glyphs`.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...] = ()
    pictures: tuple[Box, ...] = ()
    above: tuple[Glyph, ...] = ()
    struck: tuple[Glyph, ...] = ()


class Found(NamedTuple):
    """A table found on a page: its grid, the box around it, and which of `Page.glyphs` (by index) it took."""

    grid: Grid
    box: Box
    taken: frozenset[int]
