"""Ruling lines in the picture of a page, and ink in its cells."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from extract.read.layout.page import Rule

Image = np.ndarray[Any, Any]

SHORTEST = 0.22  # inches: strokes of characters are shorter, except in titles
SMOOTHED = 0.12  # inches along a line over which noise is averaged out
THICKEST = 0.06  # inches
FAINT = 6  # shades: how much darker than its surroundings a printed hairline is at the least, noise averaged out
LONG = 2.0  # inches: nothing but a rule is so long
TOUCH = 4.0  # points between lines that meet
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
        across = [line for line in across if _is_held(line, down)]
        down = [line for line in down if _is_held(line, across)]
    return [Rule(a, m, b, m) for m, a, b in across] + [Rule(m, a, m, b) for m, a, b in down]


def _is_held(line: tuple[float, float, float], others: list[tuple[float, float, float]]) -> bool:
    """Whether a line is long, or both its ends lie on lines across: strokes of characters end in the air."""
    middle, start, end = line
    if end - start >= LONG * 72:
        return True
    on = [at for at, low, high in others if low - TOUCH <= middle <= high + TOUCH]
    return any(abs(at - start) <= TOUCH for at in on) and any(abs(at - end) <= TOUCH for at in on)


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
