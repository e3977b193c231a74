"""One page made ready: upright and straight, its rules seen, its characters recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from extract.read.layout.page import Glyph, Page, Rule
from extract.read.layout.ruled import grids
from extract.read.ocr import engine
from extract.read.ocr.crossed import without_strokes
from extract.read.ocr.ink import binary, joined, spans
from extract.read.ocr.rules import rules
from extract.read.ocr.upright import grey, straight

Image = np.ndarray[Any, Any]

NARROW = 2  # columns: a grid not wider is a frame
FIRST = 16  # lines of a first page without a table that are recognised: they name the report
DOUBTFUL = 0.8  # confidence of a page's characters below which it may stand on its head
SAMPLES = 8  # lines that tell which way up the page is
LONGER = 0.3 * 72  # points: only rules so long cut lines of text; strokes of characters are shorter
INSIDE = 0.35  # of a line's height: what of it stands beyond a rule is no text of its own
OFF = 0.012 * 72  # points from a rule's middle that its ink may reach
STACKED = 1.2  # times as high as wide: no line of text
LEAST = 0.04 * 72  # points: no character is smaller


@dataclass(frozen=True, slots=True)
class Sheet:
    """`shades`: the page as it is read (height × width); `ink`: 255 where it has ink. `page`: its glyphs and rules in points."""

    shades: Image
    ink: Image
    page: Page


def sheet(image: Image, number: int, points_per_pixel: float, prose: bool) -> Sheet | None:
    """None for a page without a table whose text is not wanted."""
    shades = grey(image)
    page = straight(shades)
    bare = _ruled(page, number, points_per_pixel)
    wanted = prose or _has_table(bare)
    if not wanted and number > 1:
        return None
    found = engine.lines(page)
    if _stand(found) and (turned := _turned(shades, page, found)) is not None:
        page, found = turned
        bare = _ruled(page, number, points_per_pixel)
        wanted = prose or _has_table(bare)
    if not wanted:
        found = found[:FIRST]
    ink = binary(page, points_per_pixel)
    glyphs = _glyphs(page, ink, found, bare, points_per_pixel)
    if _are_doubtful(glyphs) and _is_overturned(page, found):
        page = np.ascontiguousarray(page[::-1, ::-1])
        bare = _ruled(page, number, points_per_pixel)
        ink = np.ascontiguousarray(ink[::-1, ::-1])
        glyphs = _glyphs(page, ink, engine.lines(page)[: len(found)], bare, points_per_pixel)
    kept = tuple(without_strokes(list(bare.rules), glyphs))
    return Sheet(page, ink, Page(number, bare.width, bare.height, glyphs, kept))


def _ruled(page: Image, number: int, scale: float) -> Page:
    return Page(number, page.shape[1] * scale, page.shape[0] * scale, (), tuple(rules(page, scale)))


def _has_table(page: Page) -> bool:
    return any(found.grid.width > NARROW for found in grids(page))


def _stand(found: Sequence[engine.Line]) -> bool:
    """Whether most lines stand: the page lies on its side."""
    standing = sum(line.bottom - line.top > 1.5 * (line.right - line.left) for line in found)
    return standing > sum(line.right - line.left > 1.5 * (line.bottom - line.top) for line in found)


def _turned(shades: Image, page: Image, found: Sequence[engine.Line]) -> tuple[Image, list[engine.Line]] | None:
    """A page that lies on its side, stood up, with its lines; None for one whose longest lines read better as it is: the
    detector takes a column of figures, one below the other, for a line that stands.
    """
    upright = straight(cv2.rotate(shades, cv2.ROTATE_90_CLOCKWISE))
    lines = engine.lines(upright)
    if _said(page, found) >= max(_said(upright, lines), _said(upright, lines, over=True)):
        return None
    return upright, lines


def _said(page: Image, found: Sequence[engine.Line], over: bool = False) -> float:
    """How much the longest lines say, and how surely; `over`: read upside down."""
    longest = sorted(found, key=lambda line: line.right - line.left, reverse=True)[:SAMPLES]
    crops = [page[int(line.top) : int(line.bottom) + 1, int(line.left) : int(line.right) + 1] for line in longest]
    shown = [crop[::-1, ::-1] if over else crop for crop in crops if crop.size]
    return sum(sure * len(text) for text, sure in engine.recognise(shown))


def _are_doubtful(glyphs: Sequence[Glyph]) -> bool:
    return not glyphs or float(np.mean([g.confidence or 0.0 for g in glyphs])) < DOUBTFUL


def _is_overturned(page: Image, found: Sequence[engine.Line]) -> bool:
    """Whether the longest lines read better upside down."""
    return _said(page, found, over=True) > _said(page, found)


def _glyphs(page: Image, ink: Image, found: Sequence[engine.Line], ruled: Page, scale: float) -> tuple[Glyph, ...]:
    """The characters of all lines, those that a rule cuts read piece by piece, in points."""
    pieces = [row for line in found for piece in _cut(line, ruled.rules, scale) for row in _rows(piece, ink, scale)]
    return tuple(
        Glyph(c.text, c.x0 * scale, c.top * scale, c.x1 * scale, c.bottom * scale, c.confidence)
        for c in engine.characters(page, pieces)
    )


def _cut(line: engine.Line, ruled: Sequence[Rule], scale: float) -> list[engine.Line]:
    """A line of text as pieces between the rules: the detector takes neighbouring cells for one line, and a rule read
    along with a figure becomes a figure.
    """
    box = (line.left * scale, line.top * scale, line.right * scale, line.bottom * scale)
    across = sorted(r.top for r in ruled if r.top == r.bottom and r.x1 - r.x0 >= LONGER and _overlap(r, box))
    down = sorted(r.x0 for r in ruled if r.x0 == r.x1 and r.bottom - r.top >= LONGER and _overlap(r, box))
    high = _between(box[1], box[3], across)
    tallest = max((end - start for start, end in high), default=0.0)
    return [
        engine.Line(left / scale, top / scale, right / scale, bottom / scale)
        for top, bottom in high
        if bottom - top > INSIDE * tallest
        for left, right in _between(box[0], box[2], down)
    ]


def _rows(piece: engine.Line, ink: Image, scale: float) -> list[engine.Line]:
    """Characters one below the other, as they stand in narrow columns, line by line: the detector takes them for one."""
    if piece.bottom - piece.top < STACKED * (piece.right - piece.left):
        return [piece]
    shown = ink[int(piece.top) : int(piece.bottom) + 1, int(piece.left) : int(piece.right) + 1]
    found = joined(spans(np.asarray((shown > 0).any(axis=1))), int(LEAST / 2 / scale))
    high = [(top, bottom) for top, bottom in found if bottom - top >= LEAST / scale]
    if len(high) < 2:
        return [piece]
    return [piece._replace(top=int(piece.top) + top - 1, bottom=int(piece.top) + bottom) for top, bottom in high]


def _overlap(rule: Rule, box: tuple[float, float, float, float]) -> bool:
    """Whether a rule runs through the box, for more than its corner."""
    shared = (
        min(rule.x1, box[2]) - max(rule.x0, box[0])
        if rule.top == rule.bottom
        else min(rule.bottom, box[3]) - max(rule.top, box[1])
    )
    length = box[2] - box[0] if rule.top == rule.bottom else box[3] - box[1]
    inside = box[1] < rule.top < box[3] if rule.top == rule.bottom else box[0] < rule.x0 < box[2]
    return inside and shared > 0.5 * length


def _between(start: float, end: float, cuts: Sequence[float]) -> list[tuple[float, float]]:
    """What is left of a stretch between the cuts, pieces too short for a character left out."""
    edges = [start, *(edge for cut in cuts for edge in (cut - OFF, cut + OFF)), end]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= LEAST]
