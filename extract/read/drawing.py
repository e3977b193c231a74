"""What is drawn on a page of a PDF beside its characters: rules, pictures, filled shapes, and the text objects as such.

Objects stand on the page or in forms placed on it; places are the page's, y upwards.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import partial
from typing import Any

import pypdfium2.raw as pdfium

from extract.outcomes import Unsupported
from extract.read import unseen
from extract.read.layout.page import MAX_DRAWN
from extract.read.layout.shapes import THIN, rules_of

MAX_OBJECTS = 100_000
MAX_DEPTH = 8  # forms within forms
BOX = 5  # segments of a rectangle

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Shapes:
    """Collects rules, pictures and texts from the objects of a page and of the forms placed on it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.rules: list[tuple[float, float, float, float]] = []
        self.pictures: list[tuple[float, float, float, float]] = []
        self.texts: list[unseen.Text] = []
        self.covers: list[unseen.Cover] = []
        self.without_ink: set[int] = set()  # addresses of text objects
        self.paths = 0
        self._order = 0
        self._objects = 0
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._edges = tuple(ctypes.c_float() for _ in range(4))  # left, bottom, right, top

    def collect(self, owner: Any, count_of: Any, object_of: Any, matrix: Matrix, depth: int) -> None:
        """Look through the objects of a page or a form. Errors: `Unsupported` where there are more than a report has."""
        count = count_of(owner)
        self._objects += max(count, 0)
        if self._objects > MAX_OBJECTS or len(self.rules) > MAX_DRAWN:
            raise Unsupported(f"page {self.number} has more drawn on it than a report has")
        for index in range(count):
            item = object_of(owner, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            self._order += 1
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._text(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_PATH:
                self.paths += 1
                self._path(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self._picture(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
                inner = _combined(_matrix(item), matrix)
                self.collect(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, depth + 1)

    def _text(self, item: Any, matrix: Matrix) -> None:
        if unseen.is_never_drawn(item):
            self.without_ink.add(unseen.address(item))
        elif unseen.is_filled(item):
            self.texts.append(unseen.Text(item, self._order, partial(_box, matrix)))

    def _picture(self, item: Any, matrix: Matrix) -> None:
        a, b, c, d, e, f = _combined(_matrix(item), matrix)
        xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
        self.pictures.append((min(xs), min(ys), max(xs), max(ys)))
        self.covers.append(unseen.Cover(self.pictures[-1], self._order))

    def _path(self, item: Any, matrix: Matrix) -> None:
        fill, stroke = self._fill, self._stroke
        pdfium.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
        if not fill.value and not stroke.value:
            return
        if not stroke.value and matrix is IDENTITY and pdfium.FPDFPath_CountSegments(item) == BOX:
            box = self._bounds(item)
            if (
                box[2] - box[0] <= THIN or box[3] - box[1] <= THIN
            ):  # a bar, the most common rule: no need of its corners
                self.rules += rules_of([box[:2], box[2:]], True)
                return
        if fill.value:
            box = _box(matrix, self._bounds(item))
            if min(box[2] - box[0], box[3] - box[1]) > unseen.SMALLEST:
                self.covers.append(unseen.Cover(box, self._order))
        matrix = _combined(_matrix(item), matrix)
        for points in _subpaths(item, matrix):
            self.rules += rules_of(points, bool(fill.value))
        if len(self.rules) > MAX_DRAWN:
            raise Unsupported(f"page {self.number} has more than {MAX_DRAWN:,} lines drawn: more than a report has")

    def _bounds(self, item: Any) -> tuple[float, float, float, float]:
        left, bottom, right, top = self._edges
        pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, self._edges))
        return left.value, bottom.value, right.value, top.value


def _box(matrix: Matrix, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """The place on the page of a box within a form."""
    if matrix is IDENTITY:
        return box
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _matrix(item: Any) -> Matrix:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(m)):
        return IDENTITY
    return m.a, m.b, m.c, m.d, m.e, m.f


def _combined(inner: Matrix, outer: Matrix) -> Matrix:
    """First `inner`, then `outer`."""
    if outer == IDENTITY:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _subpaths(item: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The corner points of each part of a path, on the page. A curve breaks the part in two: it is no rule."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    to_x, to_y = ctypes.byref(x), ctypes.byref(y)
    points: list[tuple[float, float]] = []
    for index in range(min(pdfium.FPDFPath_CountSegments(item), MAX_DRAWN)):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, to_x, to_y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == pdfium.FPDF_SEGMENT_LINETO:
            points.append(point)
        else:
            if points:
                yield points
            points = [point]
        if pdfium.FPDFPathSegment_GetClose(segment) and points and points[0] != points[-1]:
            points.append(points[0])
    if points:
        yield points
