"""Ruling lines in the picture of a page, and ink in its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from extract.read.layout.page import Glyph, Rule

Image = np.ndarray[Any, Any]

SHORTEST = 0.22  # inches: strokes of characters are shorter, except in titles
SMOOTHED = 0.12  # inches along a line over which noise is averaged out
THICKEST = 0.06  # inches
FAINT = 6  # shades: how much darker than its surroundings a printed hairline is at the least, noise averaged out
LONG = 2.0  # inches: nothing but a rule is so long
OVERHANG = 0.2  # inches beyond the last line across: skew and noise draw a rule longer than it is
TOUCH = 4.0  # points between lines that meet
STRUCK = 0.25  # of a rule's length: what runs through more characters is made of them
DARK, COVERED = 12, 0.85  # shades darker than the paper, along so much of its length: a row of characters has gaps


def binary(page: Image) -> Image:
    """255 where there is ink, 0 where there is paper; the paper's shade may change over the page. Specks are dropped."""
    calm = cv2.medianBlur(page, 3)
    ink: Image = cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 18)
    return ink


def rules(page: Image, points_per_pixel: float) -> list[Rule]:
    """The horizontal and vertical lines drawn on the page, in points."""
    scale = points_per_pixel
    across = [(m * scale, a * scale, b * scale) for m, a, b in _lines(page, scale)]
    down = [(m * scale, a * scale, b * scale) for m, a, b in _lines(page.T, scale)]
    for _ in range(2):
        across = [held for line in across if (held := _held(line, down)) is not None]
        down = [held for line in down if (held := _held(line, across)) is not None]
    return [Rule(a, m, b, m) for m, a, b in across] + [Rule(m, a, m, b) for m, a, b in down]


def _held(
    line: tuple[float, float, float], others: list[tuple[float, float, float]]
) -> tuple[float, float, float] | None:
    """A line as far as the lines across reach that hold it. None for a short one that fewer than two hold; a long one may
    end in the open, where the page cuts a table or it has no rules at its sides, but not a little beyond a corner.

    Strokes of characters end in the air; a rule may seem to go on in one that stands below it.
    """
    middle, start, end = line
    on = [
        at for at, low, high in others if low - TOUCH <= middle <= high + TOUCH and start - TOUCH <= at <= end + TOUCH
    ]
    if end - start < LONG * 72:
        return (middle, min(on), max(on)) if len(on) > 1 and max(on) - min(on) > TOUCH else None
    if len(on) > 1:
        start = min(on) if abs(min(on) - start) < OVERHANG * 72 else start
        end = max(on) if abs(end - max(on)) < OVERHANG * 72 else end
    return middle, start, end


def without_strokes(drawn: list[Rule], glyphs: Sequence[Glyph]) -> list[Rule]:
    """The rules without those that run through characters: a row of strokes may look like a line, but no text stands on
    a rule.
    """
    return [rule for rule in drawn if _crossed(rule, glyphs) <= STRUCK * (rule.x1 - rule.x0 + rule.bottom - rule.top)]


def _crossed(rule: Rule, glyphs: Sequence[Glyph]) -> float:
    """How much of the rule runs through the middle of characters, in points."""
    crossed = 0.0
    for g in glyphs:
        width, height = g.x1 - g.x0, g.bottom - g.top
        if rule.top == rule.bottom:
            if g.top + 0.2 * height < rule.top < g.bottom - 0.2 * height:
                crossed += max(0.0, min(rule.x1, g.x1) - max(rule.x0, g.x0))
        elif g.x0 + 0.2 * width < rule.x0 < g.x1 - 0.2 * width:
            crossed += max(0.0, min(rule.bottom, g.bottom) - max(rule.top, g.top))
    return crossed


def _lines(page: Image, scale: float) -> list[tuple[float, float, float]]:
    """(middle, start, end) in pixels of each horizontal line."""
    inch = 72 / scale
    page = np.ascontiguousarray(page)
    smooth = cv2.blur(page, (max(3, int(inch * SMOOTHED)), 1))
    faint = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, FAINT)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (max(3, int(inch * SHORTEST)), 1))
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(faint, cv2.MORPH_OPEN, kernel))
    found: list[tuple[float, float, float]] = []
    for x, y, width, height, _area in stats[1:count]:
        if height > THICKEST * inch + 0.01 * width:
            continue
        paper = np.median(page[max(0, y - 8) : y + height + 8, x : x + width])
        dark = np.flatnonzero(page[y : y + height, x : x + width].min(axis=0) < paper - DARK)
        # smoothing made the line longer than it is drawn
        start, end = (x + int(dark[0]), x + int(dark[-1]) + 1) if dark.size else (x, x)
        if dark.size >= COVERED * (end - start) and end - start >= 0.8 * inch * SHORTEST:
            found.append((float(y + height / 2), float(start), float(end)))
    return found
