"""One page of a PDF as geometry, through pdfium: its characters, the rules drawn on it, its pictures.

pdfium's raw functions are called by character and by path: its Python objects would cost more than the reading.
Coordinates of pdfium grow upwards; those of `Page` grow downwards, with the text upright.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from extract.model import Box
from extract.outcomes import Unreadable, Unsupported
from extract.read.layout.page import Glyph, Page, Rule
from extract.read.layout.shapes import THIN, rules_of
from extract.read.overprint import once

MAX_CHARACTERS = 20_000  # on one page; a full page of a report has 1,500
MAX_DRAWN = 20_000  # rules on one page: more is a drawing, not a table
MAX_OBJECTS = 100_000
MAX_DEPTH = 8  # forms within forms
BOX = 5  # segments of a rectangle

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it is drawn. `unmapped`: characters whose font does not tell which they are; `paths`: shapes drawn;
    `turn`: by how many degrees clockwise the page was turned to set its text upright.
    """

    page: Page
    unmapped: int
    paths: int
    turn: int


def drawn(handle: Any, number: int) -> Drawn:
    """The geometry of a loaded page. Errors: `Unreadable` where it holds more than a page of a report can."""
    bounds = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(handle, ctypes.byref(bounds)):
        raise Unreadable(f"page {number} has no size")
    place = (bounds.left, bounds.bottom, bounds.right, bounds.top)
    shapes = _Shapes(number)
    shapes.collect(handle, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, _IDENTITY, 0)
    hides = any(_area(box) > 0.3 * _area(place) for box in shapes.pictures)
    boxes, angles, unmapped = _characters(handle, number, hides)
    quarter = Counter(angles).most_common(1)[0][0] if angles else 0
    upright = _Upright(place, quarter)
    glyphs = [
        Glyph(text, *upright.box(*box)) for (text, *box), angle in zip(boxes, angles, strict=True) if angle == quarter
    ]
    page = Page(
        number,
        upright.width,
        upright.height,
        tuple(once(upright.held(glyphs))),
        tuple(Rule(*upright.box(*rule)) for rule in shapes.rules),
        tuple(upright.box(*box) for box in shapes.pictures),
    )
    return Drawn(page, unmapped, shapes.paths, quarter)


def _area(box: tuple[float, float, float, float]) -> float:
    return abs(box[2] - box[0]) * abs(box[3] - box[1])


class _Upright:
    """Turns boxes of the page (left, bottom, right, top; y upwards) so that text at `quarter` degrees runs rightwards."""

    def __init__(self, place: tuple[float, float, float, float], quarter: int) -> None:
        self.left, self.bottom, self.right, self.top = place
        self.quarter = quarter
        width, height = self.right - self.left, self.top - self.bottom
        self.width, self.height = (height, width) if quarter in (90, 270) else (width, height)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """→ left, top, right, bottom; y downwards."""
        if self.quarter == 0:
            return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0
        if self.quarter == 90:
            return y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
        if self.quarter == 180:
            return self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom
        return self.top - y1, self.right - x1, self.top - y0, self.right - x0

    def held(self, glyphs: list[Glyph]) -> list[Glyph]:
        """Those whose middle lies on the page: what is set beside it is not printed."""
        width, height = 2 * self.width, 2 * self.height
        return [g for g in glyphs if 0 <= g[1] + g[3] <= width and 0 <= g[2] + g[4] <= height]


def _characters(
    handle: Any, number: int, hides: bool
) -> tuple[list[tuple[str, float, float, float, float]], list[int], int]:
    """(text, left, bottom, right, top) of each character, its direction in degrees, and how many no font names.

    `hides`: leave out invisible text, as programs that recognise scans lay it over the picture: their errors are not
    what was published.
    """
    page = pdfium.FPDFText_LoadPage(handle)
    if not page:
        raise Unreadable(f"the text of page {number} cannot be read")
    try:
        count = pdfium.FPDFText_CountChars(page)
        if count > MAX_CHARACTERS:
            raise Unsupported(f"page {number} has {count:,} characters: more than a report has")
        return _each_character(page, count, hides)
    finally:
        pdfium.FPDFText_ClosePage(page)


def _each_character(
    page: Any, count: int, hides: bool
) -> tuple[list[tuple[str, float, float, float, float]], list[int], int]:
    boxes, angles = [], []
    unmapped = 0
    box, matrix, x, y = pdfium.FS_RECTF(), pdfium.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    to_box, to_matrix, to_x, to_y = map(ctypes.byref, (box, matrix, x, y))
    unicode_of, is_lost, box_of = (
        pdfium.FPDFText_GetUnicode, pdfium.FPDFText_HasUnicodeMapError, pdfium.FPDFText_GetLooseCharBox
    )  # fmt: skip
    extent, angle, low, high = (0.0, 0.0), -1, 0.0, 0.0
    for index in range(count):
        code = unicode_of(page, index)
        if code <= 32 or (text := chr(code)).isspace():
            continue
        if hides and _is_invisible(page, index):
            continue
        if is_lost(page, index) == 1 or _is_no_character(code):
            unmapped += 1
            text = "�"
        box_of(page, index, to_box)
        if angle == 0 and extent == (box.top, box.bottom):
            # beside the one before on its line, of the same font and size: asking for more takes time
            boxes.append((text, box.left, low, box.right, high))
        else:
            pdfium.FPDFText_GetCharOrigin(page, index, to_x, to_y)
            pdfium.FPDFText_GetMatrix(page, index, to_matrix)
            angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
            size = pdfium.FPDFText_GetFontSize(page, index) * math.hypot(matrix.c, matrix.d)
            set_ = _set(box, x.value, y.value, size, angle)
            extent, low, high = (box.top, box.bottom), set_[1], set_[3]
            boxes.append((text, *set_))
        angles.append(angle)
    return boxes, angles, unmapped


def _is_no_character(code: int) -> bool:
    """Private use, control and non-characters: what a font without a map to Unicode gives."""
    return 0xE000 <= code <= 0xF8FF or 0xFFF9 <= code <= 0xFFFF or 0x7F <= code < 0xA0


def _set(box: Any, x: float, y: float, size: float, angle: int) -> tuple[float, float, float, float]:
    """The box of a character's type: as wide as it is set, as high as its size above and below the base line at (x, y).

    pdfium's own height is that of the ink in some fonts: a comma would stand on a line of its own.
    """
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    if not 1.0 <= size <= 200.0:
        return left, bottom, right, top
    above, below = 0.88 * size, 0.12 * size
    if angle == 0:
        return left, y - below, right, y + above
    if angle == 90:
        return x - above, bottom, x + below, top
    if angle == 180:
        return left, y - above, right, y + below
    return x - below, bottom, x + above, top


def _is_invisible(page: Any, index: int) -> bool:
    shown = pdfium.FPDFText_GetTextObject(page, index)
    return bool(shown) and pdfium.FPDFTextObj_GetTextRenderMode(shown) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE


class _Shapes:
    """Collects rules and pictures from the objects of a page and of the forms placed on it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.rules: list[tuple[float, float, float, float]] = []
        self.pictures: list[tuple[float, float, float, float]] = []
        self.paths = 0
        self._objects = 0
        self._fill, self._stroke = ctypes.c_int(), ctypes.c_int()
        self._edges = tuple(ctypes.c_float() for _ in range(4))  # left, bottom, right, top

    def collect(self, owner: Any, count_of: Any, object_of: Any, matrix: Matrix, depth: int) -> None:
        count = count_of(owner)
        self._objects += max(count, 0)
        if self._objects > MAX_OBJECTS or len(self.rules) > MAX_DRAWN:
            raise Unsupported(f"page {self.number} has more drawn on it than a report has")
        for index in range(count):
            item = object_of(owner, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self.paths += 1
                self._path(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self._picture(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
                inner = _combined(_matrix(item), matrix)
                self.collect(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, depth + 1)

    def _picture(self, item: Any, matrix: Matrix) -> None:
        a, b, c, d, e, f = _combined(_matrix(item), matrix)
        xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
        self.pictures.append((min(xs), min(ys), max(xs), max(ys)))

    def _path(self, item: Any, matrix: Matrix) -> None:
        fill, stroke = self._fill, self._stroke
        pdfium.FPDFPath_GetDrawMode(item, ctypes.byref(fill), ctypes.byref(stroke))
        if not fill.value and not stroke.value:
            return
        if not stroke.value and matrix is _IDENTITY and pdfium.FPDFPath_CountSegments(item) == BOX:
            box = self._bounds(item)
            if (
                box[2] - box[0] <= THIN or box[3] - box[1] <= THIN
            ):  # a bar, the most common rule: no need of its corners
                self.rules += rules_of([box[:2], box[2:]], True)
                return
        matrix = _combined(_matrix(item), matrix)
        for points in _subpaths(item, matrix):
            self.rules += rules_of(points, bool(fill.value))
        if len(self.rules) > MAX_DRAWN:
            raise Unsupported(f"page {self.number} has more than {MAX_DRAWN:,} lines drawn: more than a report has")

    def _bounds(self, item: Any) -> tuple[float, float, float, float]:
        left, bottom, right, top = self._edges
        pdfium.FPDFPageObj_GetBounds(item, *map(ctypes.byref, self._edges))
        return left.value, bottom.value, right.value, top.value


def _matrix(item: Any) -> Matrix:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(m)):
        return _IDENTITY
    return m.a, m.b, m.c, m.d, m.e, m.f


def _combined(inner: Matrix, outer: Matrix) -> Matrix:
    """First `inner`, then `outer`."""
    if outer == _IDENTITY:
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
