"""Marks that are one plain stroke, told by their form alone: dashes and slashes, which recognisers take for digits."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

Image = np.ndarray[Any, Any]

DASH, SLASH, LEANING = "-", "/", "leaning"

FLAT = 1.5  # times as wide as high at the least is each stroke of a dash: no digit is
FILLED = 0.7  # of a dash's box is ink: two digits that run together leave more paper
LOW, FILLED_LOW = 5, 0.55  # pixels: no digit is so low, and corners of a dash so low are lost to smoothing
LEANS, LEANS_SOME = 0.2, 0.13  # of its height that a stroke goes aside, surely and perhaps
LEANS_MOST = 0.38  # of its height: no 1 in italics goes so far aside (0.36 at most, in the fonts that were tried)
TALL = 16  # pixels: the flag and the foot of a 1 stand out from its stem from here on
EVEN = 1.1  # pixels that the sides of so tall a slash stand off parallel lines at most: 70 printed slashes 1.01, 130 leaning 1s 1.22 to 4
UNEVEN, UNEVEN_LEAST = 0.08, 1.6  # of its height, and pixels: no slash is so uneven
EVEN_SMALL, EVEN_LEAST = 0.03, 0.3  # of its height and pixels together: no 1 below `TALL` is so even
THIN = 0.4  # of its height: a row of a stroke is no wider
BEND = 0.09  # of its height that a row's middle may stand off the straight line


def mark(ink: Image) -> str | None:
    """Of the ink of one line of text (height × width, above 0 where there is any): `DASH`, `SLASH`, `LEANING` for one straight
    stroke that may be a slash or a leaning 1, None for anything else.
    """
    rows, columns = np.flatnonzero((ink > 0).any(axis=1)), np.flatnonzero((ink > 0).any(axis=0))
    if not rows.size:
        return None
    own = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] > 0
    height, width = own.shape
    if width >= FLAT * height:
        return DASH if _is_dash(own) else None
    if not own.any(axis=1).all() or height < 5:
        return None
    along = np.arange(width)
    counts = own.sum(axis=1)
    first, last = own.argmax(axis=1), width - 1 - own[:, ::-1].argmax(axis=1)
    if np.median(last - first + 1) > THIN * height or (last - first + 1).max() > THIN * height + 2:
        return None
    middles = (own * along).sum(axis=1) / counts
    slope, start = np.polyfit(np.arange(height), middles, 1)
    off = np.abs(middles - (slope * np.arange(height) + start))
    if np.quantile(off, 0.95) > BEND * height + 0.5:
        return None
    return _leaning(-float(slope), _unevenness(first, last), height)


def _leaning(aside: float, uneven: float, height: int) -> str | None:
    """What a straight stroke is that goes aside by this share of its height: a slash has the same width from end to end, a 1 in
    italics has a flag or a foot.
    """
    if aside < LEANS_SOME:
        return None
    if aside >= LEANS_MOST:
        return SLASH
    if height < TALL:
        return SLASH if aside >= LEANS and uneven <= EVEN_SMALL * height + EVEN_LEAST else LEANING
    if uneven <= EVEN and aside >= LEANS:
        return SLASH
    return None if uneven >= max(UNEVEN * height, UNEVEN_LEAST) else LEANING


def _unevenness(first: Image, last: Image) -> float:
    """Pixels that the left and right sides of a stroke, row by row, stand off two parallel lines."""
    along = np.arange(len(first))
    slope = np.polyfit(along, (first + last) / 2, 1)[0]
    found = 0.0
    for side in (first, last):
        own, start = np.polyfit(along, side, 1)
        off = np.abs(side - (own * along + start))
        found = max(found, float(np.quantile(off, 0.95)), abs(float(own - slope)) * len(first))
    return found


def _is_dash(own: Image) -> bool:
    """Whether every part of the ink lies flat."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(own.astype(np.uint8))
    return all(
        w >= FLAT * h and area >= (FILLED if h > LOW else FILLED_LOW) * w * h for _, _, w, h, area in stats[1:].tolist()
    )
