"""Text as a raster of character places: where each character stands when Chinese ones are twice as wide as digits.

Whether box-drawing signs, dashes and quotation marks are narrow or wide depends on the font in which a table was drawn;
so do all characters if it was aligned by counting them. The caller tries and sees what fits.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

TAB = 8
MAX_WIDTH = 1_000  # places of a line that is drawn; the widest statutory table takes some 200


class Font(NamedTuple):
    """How many places a wide and an ambiguous character take."""

    wide: int
    ambiguous: int


FONTS = (Font(2, 2), Font(2, 1), Font(1, 1))


@lru_cache(maxsize=65536)
def width(character: str, font: Font) -> int:
    """How many places a character takes; 0 for one that is set over the character before it."""
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    kind = unicodedata.east_asian_width(character)
    if kind in "WF":
        return font.wide
    return font.ambiguous if kind == "A" else 1


def places(line: str, font: Font) -> list[tuple[int, str]]:
    """(place, character) of a line from left to right; white space takes places but is not listed."""
    out: list[tuple[int, str]] = []
    at = 0
    for character in line:
        if character == "\t":
            at += TAB - at % TAB
            continue
        if not character.isspace():
            out.append((at, character))
        at += font.wide if character == "\u3000" else width(character, font)
    return out
