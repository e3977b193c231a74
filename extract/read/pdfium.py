"""One page of a PDF as geometry, through pdfium: its characters, the rules drawn on it, its pictures.

pdfium's raw functions are called by character and by path: its Python objects would cost more than the reading.
Coordinates of pdfium grow upwards; those of `Page` grow downwards, with the text upright.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from extract.model import UNREADABLE, Box
from extract.outcomes import Unreadable, Unsupported
from extract.read import unseen
from extract.read.drawing import IDENTITY, Shapes
from extract.read.layout.page import MAX_CHARACTERS, Glyph, Page, Rule
from extract.read.overprint import deduplicated


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it is drawn. `unmapped`: characters whose font does not tell which they are; `paths`: shapes drawn;
    `turn`: by how many degrees clockwise the page was turned to set its text upright, by quarters. `tilt`: by how many degrees
    the text is off those, as on a page that was scanned askew; `astray`: characters set in another direction, left out;
    `unseen`: those that are there, and that nobody sees, with their places.
    """

    page: Page
    unmapped: int
    paths: int
    turn: int
    tilt: int = 0
    astray: str = ""
    unseen: tuple[Glyph, ...] = ()


def drawn(handle: Any, number: int) -> Drawn:
    """The geometry of a loaded page. Errors: `Unreadable` where it holds more than a page of a report can."""
    bounds = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(handle, ctypes.byref(bounds)):
        raise Unreadable(f"page {number} has no size")
    place = (bounds.left, bounds.bottom, bounds.right, bounds.top)
    shapes = Shapes(number)
    shapes.collect(handle, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, IDENTITY, 0)
    suspected = unseen.suspects(shapes.texts, shapes.covers)
    asked = {unseen.address(text.handle) for text in suspected}
    boxes, angles, unmapped, objects = _characters(handle, number, shapes.without_ink, asked)
    counted = Counter(angles).most_common(1)
    turn = counted[0][0] if counted else 0
    quarter = (turn + 45) // 90 * 90 % 360
    upright = _Upright(place, quarter)
    seen = unseen.proved(handle, suspected, place) if suspected and any(objects) else None
    glyphs: list[Glyph] = []
    hidden: list[Glyph] = []
    astray: list[str] = []
    for (text, *box), angle, is_asked in zip(boxes, angles, objects, strict=True):
        if is_asked and seen is not None and not seen.is_seen((box[0], box[1], box[2], box[3])):
            hidden.append(Glyph(text, *upright.box(*box)))
        elif angle == turn:
            glyphs.append(Glyph(text, *upright.box(*box)))
        else:
            astray.append(text)
    page = Page(
        number,
        upright.width,
        upright.height,
        tuple(deduplicated(upright.held(glyphs))),
        tuple(Rule(*upright.box(*rule)) for rule in shapes.rules),
        tuple(upright.box(*box) for box in shapes.pictures),
    )
    tilt = (turn - quarter + 180) % 360 - 180
    return Drawn(page, unmapped, shapes.paths, quarter, tilt, "".join(astray), tuple(hidden))


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


_Set = tuple[str, float, float, float, float]  # text, left, bottom, right, top


def _characters(
    handle: Any, number: int, without_ink: set[int], asked: set[int]
) -> tuple[list[_Set], list[int], int, list[bool]]:
    """(text, left, bottom, right, top) of each character, its direction in degrees, how many no font names, and whether each is of
    a text object that is `asked` for. `without_ink`: objects to leave out, as programs that recognise scans lay them over the
    picture: their errors are not what was published.
    """
    page = pdfium.FPDFText_LoadPage(handle)
    if not page:
        raise Unreadable(f"the text of page {number} cannot be read")
    try:
        count = pdfium.FPDFText_CountChars(page)
        if count > MAX_CHARACTERS:
            raise Unsupported(f"page {number} has {count:,} characters: more than a report has")
        return _each_character(page, count, without_ink, asked)
    finally:
        pdfium.FPDFText_ClosePage(page)


def _each_character(
    page: Any, count: int, without_ink: set[int], asked: set[int]
) -> tuple[list[_Set], list[int], int, list[bool]]:
    boxes, angles = [], []
    objects: list[bool] = []
    told = bool(without_ink or asked)  # else no character needs to be asked which object it is of
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
        of = unseen.address(pdfium.FPDFText_GetTextObject(page, index)) if told else 0
        if of in without_ink:
            continue
        if is_lost(page, index) == 1 or _is_no_character(code):
            unmapped += 1
            text = UNREADABLE
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
        objects.append(of in asked)
    return boxes, angles, unmapped, objects


def _is_no_character(code: int) -> bool:
    """Private use, control, non-characters and half pairs: what a font without a map to Unicode gives."""
    return 0xD800 <= code <= 0xF8FF or 0xFFF9 <= code <= 0xFFFF or 0x7F <= code < 0xA0


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
