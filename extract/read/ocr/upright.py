"""A scanned page made fit for reading: without its red seal, turned upright, without skew."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from extract.read.ocr import engine

Image = np.ndarray[Any, Any]

MAX_SKEW = 7.0  # degrees to either side that are looked for
PREVIEW = 700  # pixels: the size at which skew is measured
SAMPLES = 8  # lines that tell which way up the page is


def upright(image: Image) -> Image:
    """The page in shades of grey (height × width), its lines of text horizontal and the right way up."""
    page = _turned(_grey(image))
    return _straight(page)


def _grey(image: Image) -> Image:
    """Shades of grey in which red ink is as light as the paper: seals are red, figures are not."""
    if image.ndim == 2:
        return image
    red = image[:, :, 2].astype(np.int16)
    others = image[:, :, :2].max(axis=2).astype(np.int16)
    grey = cv2.cvtColor(image[:, :, :3], cv2.COLOR_BGR2GRAY)
    is_red = red - others > 40
    without: Image = np.where(is_red, np.maximum(grey, image[:, :, 2]), grey).astype(np.uint8)
    return without


def _turned(page: Image) -> Image:
    """Turned by quarters until its lines of text lie, and stand the right way up."""
    small = _preview(page, 2 * PREVIEW)
    found = engine.boxes(np.repeat(small[:, :, None], 3, axis=2))
    if len(found) < 3:
        return page
    upright_lines = sum(b[3] - b[1] > 1.5 * (b[2] - b[0]) for b in found)
    lying = sum(b[2] - b[0] > 1.5 * (b[3] - b[1]) for b in found)
    if upright_lines > lying:
        page = cv2.rotate(page, cv2.ROTATE_90_CLOCKWISE)
        found = [(small.shape[0] - b[3], b[0], small.shape[0] - b[1], b[2]) for b in found]
    scale = page.shape[1] / _preview(page, 2 * PREVIEW).shape[1]
    longest = sorted(found, key=lambda b: b[2] - b[0], reverse=True)[:SAMPLES]
    crops = [page[_range(b[1], b[3], scale), _range(b[0], b[2], scale)] for b in longest]
    crops = [crop for crop in crops if crop.size]
    as_is = sum(score * len(text) for text, score in engine.recognise(crops))
    overturned = sum(score * len(text) for text, score in engine.recognise([crop[::-1, ::-1] for crop in crops]))
    return cv2.rotate(page, cv2.ROTATE_180) if overturned > as_is else page


def _range(start: float, end: float, scale: float) -> slice:
    return slice(max(0, int(start * scale)), max(0, int(end * scale) + 1))


def _preview(page: Image, size: int) -> Image:
    scale = size / max(page.shape)
    small: Image = page if scale >= 1 else cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small


def _straight(page: Image) -> Image:
    """Turned by the angle at which rows of ink and rows of paper differ most."""
    small = 255 - _preview(page, PREVIEW)
    ink = cv2.threshold(cv2.medianBlur(small, 3), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    coarse = max(np.arange(-MAX_SKEW, MAX_SKEW + 0.1, 0.5), key=lambda angle: _contrast(ink, float(angle)))
    fine = max(np.arange(coarse - 0.5, coarse + 0.51, 0.1), key=lambda angle: _contrast(ink, float(angle)))
    larger = 255 - _preview(page, 3 * PREVIEW)
    angle = max(np.arange(fine - 0.1, fine + 0.11, 0.025), key=lambda angle: _contrast(larger, float(angle)))
    if abs(angle) < 0.03:
        return page
    return _rotated(page, float(angle), int(np.median(page)))


def _contrast(ink: Image, angle: float) -> float:
    rows = _rotated(ink, angle, 0).sum(axis=1, dtype=np.float64)
    return float(((rows[1:] - rows[:-1]) ** 2).sum())


def _rotated(page: Image, angle: float, paper: int) -> Image:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned: Image = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)
    return turned
