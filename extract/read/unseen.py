"""Text of a PDF that no reader of the page sees: white on white, clipped away, under a picture, drawn in no colour.

What is not seen was not published: search engines' keywords, the text that a picture was laid over, the words that a program
recognised in a scan. Cheap signs tell which text objects may be unseen; whether they are, the page itself tells: it is drawn
with them and without them, and where nothing changes, nothing was seen.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

Place = tuple[float, float, float, float]  # left, bottom, right, top on the page, y upwards

PALE = 200  # of 255: a colour as light as that may be the paper's
FAINT = 60  # of 255: opacity below which a text may not be seen
SLACK = 1.0  # points by which a clip may be narrower than a text's own box
SCALE = 1.5  # pixels a point: a character of 5 points is seven pixels high
SHOWN = 0.85  # of a character's ink must show
CHANGED = 24  # of 255: a pixel that changes by less has no ink
VISIBLE = 0.08  # of the contrast that a loud colour has there
MAX_PIXELS = 16_000_000
MOST_PAIRS = 2_000_000  # of texts and what may cover them
SMALLEST = 4.0  # points: what is narrower hides no character
LOUD = (255, 0, 255, 255)  # magenta: no paper, no ink
FILLED = (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP)
NEVER_DRAWN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)

_EDGES = tuple(ctypes.c_float() for _ in range(4))
_TO_EDGES = tuple(map(ctypes.byref, _EDGES))
_COLOUR = tuple(ctypes.c_uint() for _ in range(4))
_TO_COLOUR = tuple(map(ctypes.byref, _COLOUR))


class Text(NamedTuple):
    """A text object: its handle, and how many objects were drawn before it. `in_form` maps a form's places to the page."""

    handle: Any
    order: int
    in_form: Callable[[Place], Place]

    @property
    def place(self) -> Place:
        """Where it stands on the page."""
        return self.in_form(bounds(self.handle))


class Cover(NamedTuple):
    """A picture or a filled shape that may hide what was drawn before it."""

    place: Place
    order: int


def address(handle: Any) -> int:
    """What tells one object of pdfium from another."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def bounds(handle: Any) -> Place:
    """The place of an object in what it is drawn on."""
    pdfium.FPDFPageObj_GetBounds(handle, *_TO_EDGES)
    left, bottom, right, top = _EDGES
    return left.value, bottom.value, right.value, top.value


def is_never_drawn(text: Any) -> bool:
    """Whether a text object has no ink at all: the layer of words that a program recognised in a scan."""
    return pdfium.FPDFTextObj_GetTextRenderMode(text) in NEVER_DRAWN


def is_filled(text: Any) -> bool:
    """Whether a text object's ink is its fill, and no outline beside it."""
    return pdfium.FPDFTextObj_GetTextRenderMode(text) in FILLED


def suspects(texts: list[Text], covers: list[Cover]) -> list[Text]:
    """The text objects that may be unseen."""
    covered = _covered(texts, covers)
    return [
        text
        for text, is_covered in zip(texts, covered, strict=True)
        if is_covered or _is_pale(text.handle) or _is_clipped(text)
    ]


def _covered(texts: list[Text], covers: list[Cover]) -> list[bool]:
    """Which texts have something large drawn over them, or over a part of them."""
    last = max((cover.order for cover in covers), default=-1)
    before = [n for n, text in enumerate(texts) if text.order < last]
    found = [False] * len(texts)
    if len(before) * len(covers) > MOST_PAIRS:  # a drawing: the page itself is to tell
        return [text.order < last for text in texts]
    if before:
        import numpy

        places, over = numpy.array([texts[n].place for n in before]), numpy.array([cover.place for cover in covers])
        later = numpy.array([[texts[n].order] for n in before]) < numpy.array([[cover.order for cover in covers]])
        meet = (places[:, None, :2] < over[None, :, 2:]).all(axis=2) & (over[None, :, :2] < places[:, None, 2:]).all(
            axis=2
        )
        for n in numpy.flatnonzero((later & meet).any(axis=1)):
            found[before[int(n)]] = True
    return found


def proved(page: Any, texts: list[Text], place: Place) -> Seen:
    """What of these text objects is seen on the page, which lies at `place`: it is drawn as it is, without them, and with them in a
    colour that no paper has.
    """
    drawn = _drawn(page, place)
    colours = [_colour(text.handle) for text in texts]
    try:
        for text in texts:
            pdfium.FPDFPageObj_SetFillColor(text.handle, *LOUD)
        loud = _drawn(page, place)
        for text in texts:
            pdfium.FPDFPageObj_SetIsActive(text.handle, False)
        without = _drawn(page, place)
    finally:
        for text, colour in zip(texts, colours, strict=True):
            pdfium.FPDFPageObj_SetIsActive(text.handle, True)
            if colour is not None:
                pdfium.FPDFPageObj_SetFillColor(text.handle, *colour)
    change, most = _difference(drawn, without), _difference(loud, without)
    return Seen(change > VISIBLE * most, most > CHANGED, place)


class Seen:
    """Where a page changes when some of its text is taken away (`changed`), and where that text has ink (`ink`), as pixels."""

    def __init__(self, changed: Any, ink: Any, place: Place) -> None:
        self._changed, self._ink = changed, ink
        self._left, self._bottom, self._right, self._top = place

    def is_seen(self, place: Place) -> bool:
        """Whether most of a character's ink shows. A pale one also changes the page where it lies on its neighbour's ink."""
        height, width = self._changed.shape
        across, down = width / (self._right - self._left), height / (self._top - self._bottom)
        left, right = int((place[0] - self._left) * across), int((place[2] - self._left) * across) + 1
        top, bottom = int((self._top - place[3]) * down), int((self._top - place[1]) * down) + 1
        here = slice(max(0, top), max(0, bottom)), slice(max(0, left), max(0, right))
        changed, ink = self._changed[here], self._ink[here]
        inked = int(ink.sum())
        return inked > 0 and int((changed & ink).sum()) > SHOWN * inked


def _difference(one: Any, other: Any) -> Any:
    import numpy

    return numpy.abs(one.astype(numpy.int16) - other.astype(numpy.int16)).max(axis=2)


def _drawn(page: Any, place: Place) -> Any:
    """The page as pixels (height × width × 4)."""
    import numpy

    wide, high = place[2] - place[0], place[3] - place[1]
    scale = min(SCALE, (MAX_PIXELS / max(1.0, wide * high)) ** 0.5)
    width, height = max(1, round(wide * scale)), max(1, round(high * scale))
    # the page's own rotation is taken back, so that pixels stand where the characters' places say
    turn = -pdfium.FPDFPage_GetRotation(page) % 4
    pixels = numpy.empty((height, width, 4), numpy.uint8)
    bitmap = pdfium.FPDFBitmap_CreateEx(
        width, height, pdfium.FPDFBitmap_BGRx, pixels.ctypes.data_as(ctypes.c_void_p), width * 4
    )
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, turn, pdfium.FPDF_ANNOT)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return pixels


def _colour(text: Any) -> tuple[int, int, int, int] | None:
    if not pdfium.FPDFPageObj_GetFillColor(text, *_TO_COLOUR):
        return None
    red, green, blue, opacity = _COLOUR
    return red.value, green.value, blue.value, opacity.value


def _is_pale(text: Any) -> bool:
    colour = _colour(text)
    return colour is not None and (colour[3] < FAINT or min(colour[:3]) > PALE)


def _is_clipped(text: Text) -> bool:
    clip = pdfium.FPDFPageObj_GetClipPath(text.handle)
    if not clip or pdfium.FPDFClipPath_CountPaths(clip) < 1:
        return False
    own = bounds(text.handle)
    return any(
        own[0] < left - SLACK or own[1] < bottom - SLACK or own[2] > right + SLACK or own[3] > top + SLACK
        for left, bottom, right, top in _clips(clip)
    )


def _clips(clip: Any) -> Iterator[Place]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(0, pdfium.FPDFClipPath_CountPaths(clip)) if clip else 0):
        points = []
        for index in range(min(64, pdfium.FPDFClipPath_CountPathSegments(clip, path))):
            segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, index)
            if pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
                points.append((x.value, y.value))
        if points:
            xs, ys = zip(*points, strict=True)
            yield min(xs), min(ys), max(xs), max(ys)
