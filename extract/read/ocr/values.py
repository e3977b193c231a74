"""What a cell with a number says, by two recognisers that know nothing of each other and by the form of its ink.

A number is taken only from both. A dash or a slash is told by its form, which no recogniser is trusted with: nothing makes a
digit of one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from extract.read.ocr.numbers import ALPHABET, Said
from extract.read.ocr.strokes import DASH, LEANING, SLASH

SURE = 0.9  # confidence of a reading that is taken where the other one, less sure, gives the same
POOR = 0.3  # confidence below which a reading that gives the same confirms nothing
ROUND = frozenset("oO〇。")  # what a lone 0 is taken for
UPRIGHT = frozenset(
    ("1", "l", "I", "|", "丨", "/", "丿", "J", "j", "!", "]", "[", "", "7", "」")
)  # what a slash is taken for
_DASHES, _SLASHES = re.compile("[-‐‑‒–—―─－﹣一_~～ー]+"), re.compile(r"[/／╱⁄丿\\]+")


class Verdict(NamedTuple):
    """`text` with its `confidence`, 0 where the readings differ; then `other` is what else it may be."""

    text: str
    confidence: float
    other: str


def verdict(first: str, sure: float, second: Said, mark: str | None) -> Verdict:
    """What one line says. `first`, `sure`: by the recogniser of the page; `mark`: by the form of its ink (`strokes.mark`)."""
    own = folded(first)
    is_number = all(c in ALPHABET or c in ROUND for c in own)
    other, other_sure = (second.text, second.confidence) if is_number else (second.free, second.free_confidence)
    told = folded(other)
    if mark == DASH:
        return _blank("-") if not _is_number(own) or not _is_number(told) else _open(first, other)
    if mark == SLASH and own in UPRIGHT and told in UPRIGHT and not own == told == "7":
        return _blank("/")
    if mark in (SLASH, LEANING) and not own == told == "7":
        return _blank("/") if "/" in (own, told) and {own, told} <= UPRIGHT else _open(first, other)
    if own == told and own:
        confidence = max(sure, other_sure) if min(sure, other_sure) >= POOR else min(sure, other_sure)
        return Verdict(first, confidence, first)
    if own in ROUND and told == "0" and second.free in ("0", *ROUND) and other_sure >= SURE:
        return Verdict("0", other_sure, "0")
    return _open(first, other)


def folded(text: str) -> str:
    """In half-width characters without spaces; a dash of any kind as `-`, a slash as `/`."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", _DASHES.sub("-", text)))
    return _SLASHES.sub("/", _DASHES.sub("-", plain))


def _is_number(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _blank(text: str) -> Verdict:
    return Verdict(text, 1.0, text)


def _open(first: str, other: str) -> Verdict:
    """What waits: a number, where one reading gives one."""
    text, rest = (first, other) if _is_number(first) or not _is_number(other) else (other, first)
    return Verdict(text, 0.0, rest)
