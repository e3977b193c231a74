"""Ink and paper in the picture of a page: how dark, where, in which rows."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

Image = np.ndarray[Any, Any]
Shades = np.ndarray[Any, np.dtype[np.int16]]
"""Shades of grey in steps of 1/STEPS: whole numbers of two bytes, because pictures of long pages are large."""

STEPS = 16
ALONG, UPRIGHT = (
    0.6,
    0.95,
)  # of a cell's width and height along which a rest of its rule lies at least: a figure may be 0.8 high
REST = 0.25  # of a cell into which a rest reaches at most
SPECK = 0.0002  # square inches: less ink is noise, or a point within a number


def darkness(page: Image) -> Shades:
    """How many steps darker than the paper around it each pixel is; the paper's shade may change over the page."""
    small = cv2.resize(page, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    lightest = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_RECT, (9, 9)))
    paper = cv2.resize(cv2.blur(lightest, (25, 25)), page.shape[::-1], interpolation=cv2.INTER_LINEAR)
    dark: Shades = cv2.subtract(paper, page).astype(np.int16)
    dark *= STEPS
    return dark


def binary(page: Image, points_per_pixel: float) -> Image:
    """255 where there is ink, 0 where there is paper; the paper's shade may change over the page. Specks are dropped."""
    calm = cv2.medianBlur(page, 3)
    ink: Image = cv2.adaptiveThreshold(calm, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 18)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(ink, ltype=cv2.CV_32S)
    specks = stats[:, cv2.CC_STAT_AREA] * (points_per_pixel / 72) ** 2 < SPECK
    ink[specks[parts]] = 0
    return ink


def without_rests(ink: Image) -> Image:
    """The ink of a cell (height × width) without low parts that lie at its upper or lower side along most of it: rests of a rule.
    At its left and right side a rest cannot be told from the stem of a 1 in a low row, and stays.
    """
    height, width = ink.shape
    if not ink.size:  # a cell no larger than its rules; OpenCV crashes on it
        return ink
    _, parts, stats, _ = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8))
    top, wide, high = (stats[:, n] for n in (cv2.CC_STAT_TOP, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    rests = ((top == 0) | (top + high == height)) & (wide > ALONG * width) & (high < REST * height)
    rests[0] = False  # the paper
    found: Image = np.where(rests[parts], 0, ink)
    return found


def spans(on: Image) -> list[tuple[int, int]]:
    """Start and end of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], on.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def joined(runs: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Runs with those joined that stand no more than `gap` apart."""
    found: list[tuple[int, int]] = []
    for start, end in runs:
        if found and start - found[-1][1] <= gap:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
