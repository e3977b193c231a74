"""A scanned page made fit for reading: without its red seal and without skew."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

Image = np.ndarray[Any, Any]

MAX_SKEW = 7.0  # degrees to either side that are looked for
SEARCHES = ((700, 0.5, MAX_SKEW), (700, 0.1, 0.5), (2100, 0.02, 0.1), (2100, 0.005, 0.02))
"""Pixels of the page's longer side, degrees a step, degrees to either side of what the search before found."""
STRAIGHT = 0.01  # degrees: less skew moves the end of a line by less than a pixel
MAX_POINTS = 150_000  # of ink, that tell the skew
RED = 40  # shades by which red ink is redder than grey


def grey(image: Image) -> Image:
    """Shades of grey (height × width) in which red ink is as light as the paper: seals are red, figures are not."""
    if image.ndim == 2:
        return image
    shades: Image = cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY)
    redness = cv2.subtract(image[:, :, 2], cv2.max(image[:, :, 0], image[:, :, 1]))
    red = redness > RED
    if not red.any():
        return shades
    paper, ink = float(np.median(shades)), float(np.median(image[:, :, 2][red]))
    # what is as light as the ink becomes paper; figures under the seal, and their edges, stay as dark beside it
    lifted = np.clip(image[:, :, 2][red] * (paper / max(1.0, ink)), 0, paper)
    shades[red] = np.maximum(shades[red], lifted.astype(np.uint8))
    return shades


def straight(page: Image) -> Image:
    """Turned by the angle at which rows of ink and rows of paper differ most."""
    angle = 0.0
    for size, step, around in SEARCHES:
        ys, xs = _ink(page, size)
        tried = np.arange(angle - around, angle + around + step / 2, step)
        angle = float(max(tried, key=lambda degrees: _contrast(ys, xs, float(degrees))))
    return page if abs(angle) < STRAIGHT else _rotated(page, angle)


def _ink(page: Image, size: int) -> tuple[Image, Image]:
    """Where ink is: y and x in pixels of the page made so small."""
    scale = min(1.0, size / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else page
    dark = cv2.threshold(255 - cv2.medianBlur(small, 3), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    ys, xs = np.nonzero(dark)
    every = max(1, len(ys) // MAX_POINTS)
    return ys[::every].astype(np.float32), xs[::every].astype(np.float32)


def _contrast(ys: Image, xs: Image, degrees: float) -> float:
    """How much neighbouring rows of pixels differ in ink when the page is turned by so much."""
    if not len(ys):
        return 0.0
    turned = ys * np.float32(np.cos(np.deg2rad(degrees))) - xs * np.float32(np.sin(np.deg2rad(degrees)))
    rows = np.bincount((turned - turned.min()).astype(np.int32)).astype(np.float64)
    return float(((rows[1:] - rows[:-1]) ** 2).sum())


def _rotated(page: Image, degrees: float) -> Image:
    """Turned counterclockwise about its middle."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    paper = int(np.median(page))
    turned: Image = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)
    return turned
