"""Ruling lines in the picture of a page, and ink in its cells."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from extract.read.layout.page import Rule

Image = np.ndarray[Any, Any]

SHORTEST = 0.35  # inches: strokes of characters are shorter
BRIDGE = 0.04  # inches: gaps in a printed line that noise and seals make
THICKEST = 0.06  # inches


def binary(page: Image) -> Image:
    """255 where there is ink, 0 where there is paper; the paper's shade may change over the page."""
    calm = cv2.medianBlur(page, 3)
    return cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 18)


def rules(ink: Image, points_per_pixel: float) -> list[Rule]:
    """The horizontal and vertical lines drawn on the page, in points."""
    inch = 72 / points_per_pixel
    return [
        *_along(ink, (int(inch * SHORTEST), 1), (int(inch * BRIDGE), 1), points_per_pixel),
        *_along(ink, (1, int(inch * SHORTEST)), (1, int(inch * BRIDGE)), points_per_pixel),
    ]


def _along(ink: Image, length: tuple[int, int], bridge: tuple[int, int], scale: float) -> list[Rule]:
    across = (3, 1) if length[0] == 1 else (1, 3)  # a line a little off its axis changes its row of pixels
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, _at_least(bridge)))
    wide = cv2.dilate(closed, cv2.getStructuringElement(cv2.MORPH_RECT, across))
    lines = cv2.morphologyEx(wide, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, _at_least(length)))
    count, _, stats, _ = cv2.connectedComponentsWithStats(lines)
    found: list[Rule] = []
    thickest = THICKEST * 72 / scale
    for x, y, width, height, _area in stats[1:count]:
        if length[0] > 1 and height <= thickest + 0.01 * width:
            middle = (y + height / 2) * scale
            found.append(Rule(x * scale, middle, (x + width) * scale, middle))
        elif length[0] == 1 and width <= thickest + 0.01 * height:
            middle = (x + width / 2) * scale
            found.append(Rule(middle, y * scale, middle, (y + height) * scale))
    return found


def _at_least(size: tuple[int, int]) -> tuple[int, int]:
    return max(1, size[0]), max(1, size[1])
