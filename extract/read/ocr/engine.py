"""The recogniser: rapidocr with the models that its package carries; nothing is downloaded, nothing printed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_rec import TextRecInput

Image = np.ndarray[Any, Any]

BATCH = 64  # crops that are recognised in one call


class Character(NamedTuple):
    """One recognised character and its box in pixels."""

    text: str
    confidence: float
    x0: float
    top: float
    x1: float
    bottom: float


@cache
def _engine() -> Any:
    threads = max(1, min(2, os.cpu_count() or 1))  # documents are read side by side: more threads only wait
    made = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # pages are turned upright before
            "Global.text_score": 0.3,  # what is doubtful is for the caller to mark, not to lose
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    made.detect, made.recognise = made._load_det_model(), made._load_rec_model()  # it has no public way to batches
    return made


def characters(image: Image) -> list[Character]:
    """Find and recognise all text of a page, character by character."""
    read = _engine()(image, use_det=True, use_rec=True, return_word_box=True, return_single_char_box=True)
    found: list[Character] = []
    for line, line_score in zip(read.word_results or (), read.scores or (), strict=False):
        for text, score, box in line:
            xs, ys = [point[0] for point in box], [point[1] for point in box]
            if text.strip():
                confidence = float(min(score, line_score))
                found.append(Character(text, confidence, min(xs), min(ys), max(xs), max(ys)))
    return found


def recognise(crops: Sequence[Image]) -> list[tuple[str, float]]:
    """The text of pictures that show one line each, with its confidence."""
    found: list[tuple[str, float]] = []
    for start in range(0, len(crops), BATCH):
        batch = [_padded(crop) for crop in crops[start : start + BATCH]]
        read = _engine().recognise(TextRecInput(img=batch))
        found += [(text.strip(), float(score)) for text, score in zip(read.txts, read.scores, strict=True)]
    return found


def boxes(image: Image) -> list[tuple[float, float, float, float]]:
    """Where lines of text stand (left, top, right, bottom in pixels), without recognising them."""
    found = _engine().detect(image)
    if found.boxes is None:
        return []
    return [
        (float(b[:, 0].min()), float(b[:, 1].min()), float(b[:, 0].max()), float(b[:, 1].max())) for b in found.boxes
    ]


def _padded(crop: Image) -> Image:
    """Three channels, and a margin: the recogniser was trained on lines with some white around."""
    if crop.ndim == 2:
        crop = np.repeat(crop[:, :, None], 3, axis=2)
    margin = max(4, crop.shape[0] // 6)
    return np.pad(crop, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
