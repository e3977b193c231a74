"""The recogniser: rapidocr with the models that its package carries; nothing is downloaded, nothing printed.

Its two models are asked by themselves, where text stands and what it says: pages come upright, and the lines are cut at the
rules between. Pictures are height × width, shades of grey; boxes are in pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_rec import TextRecInput

from extract import watch
from extract.read import ocr

Image = np.ndarray[Any, Any]

LONGER_SIDE = 2000  # pixels: larger pages are made so small to find their lines, as rapidocr does
LINE = (3, 48, 160)  # channels, height, least width in pixels of a line to be recognised: figures are narrow
MARGIN = 1 / 6  # of a line's height
HALF = 0.55  # of a line's height: no character reaches further from its middle

cv2.setNumThreads(ocr.threads())


class Character(NamedTuple):
    """One recognised character and its box in pixels."""

    text: str
    confidence: float
    x0: float
    top: float
    x1: float
    bottom: float


class Line(NamedTuple):
    """The box of a line of text: the left, top, right and bottom of what shows it."""

    left: float
    top: float
    right: float
    bottom: float


@cache
def _models() -> tuple[Any, Any]:
    """What finds lines, and what recognises them."""
    with watch.loading():
        made = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Rec.rec_img_shape": list(LINE),
                "EngineConfig.onnxruntime.intra_op_num_threads": ocr.threads(),
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
        return made._load_det_model(), made._load_rec_model()  # it has no public way to one model, nor to batches


def lines(page: Image) -> list[Line]:
    """Where lines of text stand, top down."""
    scale = min(1.0, LONGER_SIDE / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else page
    boxes = _models()[0](cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)).boxes
    if boxes is None:
        return []
    corners = np.asarray(boxes, dtype=float) / scale
    return [Line(*map(float, (*box.min(axis=0), *box.max(axis=0)))) for box in corners]


def characters(page: Image, found: Sequence[Line]) -> list[Character]:
    """What the lines say, character by character."""
    crops = [page[int(line.top) : int(line.bottom) + 1, int(line.left) : int(line.right) + 1] for line in found]
    shown = [(line, crop) for line, crop in zip(found, crops, strict=True) if crop.size]
    if not shown:
        return []
    read = _recognised([crop for _, crop in shown], places=True)
    parts = zip(shown, read.txts, read.scores, read.word_results, strict=True)
    return list(chain.from_iterable(_placed(line, *said) for (line, _), *said in parts))


def recognise(crops: Sequence[Image]) -> list[tuple[str, float]]:
    """The text of pictures that show one line each, with its confidence: of the least sure character."""
    if not crops:
        return []
    read = _recognised([_with_margin(crop) for crop in crops], places=True)
    parts = zip(read.txts, read.scores, read.word_results, strict=True)
    return [(text.strip(), float(min([score, *info.confs]))) for text, score, info in parts]


def _recognised(crops: list[Image], places: bool) -> Any:
    shown = [cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR) for crop in crops]
    return _models()[1](TextRecInput(img=shown, return_word_box=places))


def _placed(line: Line, text: str, score: float, info: Any) -> Iterator[Character]:
    """The characters of one line with their boxes; each reaches half way to the next one, at most its own size."""
    if not text.strip():
        return
    columns = list(chain.from_iterable(info.word_cols))  # of the letters, in so many steps along the line
    step = (line.right - line.left) / info.line_txt_len
    middles = [line.left + (column + 0.5) * step for column in columns]
    letters = [(c, sure) for c, sure in zip(text, info.confs, strict=True) if not c.isspace()]
    reach = HALF * (line.bottom - line.top)
    between = [(a + b) / 2 for a, b in pairwise(middles)]
    for (letter, sure), middle, left, right in zip(
        letters, middles, [line.left, *between], [*between, line.right], strict=True
    ):
        x0, x1 = max(left, middle - reach), min(right, middle + reach)
        yield Character(letter, float(min(sure, score)), x0, line.top, x1, line.bottom)


def _with_margin(crop: Image) -> Image:
    """The recogniser was trained on lines with some white around."""
    margin = max(4, int(crop.shape[0] * MARGIN))
    return np.pad(crop, margin, mode="edge")
