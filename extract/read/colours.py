"""Colours of a style sheet or of an attribute of old, as far as they tell whether a text is seen on its ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tinycss2.ast import Node
from tinycss2.color4 import parse_color

CONTRAST = 0.08  # of the way from black to white: a text that differs by less from its ground is not seen
INHERITED = "inherit"
UNKNOWN = "unknown"
"""A value that counts and cannot be told: a picture behind the text, `var()`."""
KEYWORDS = {"inherit": INHERITED, "unset": INHERITED, "revert": INHERITED, "revert-layer": INHERITED}
_PICTURES = frozenset(["url", "image", "image-set", "element", "cross-fade", "var", "env", "attr"])
_LIGHTNESS = {"lab": 100.0, "lch": 100.0, "oklab": 1.0, "oklch": 1.0}


class Colour(NamedTuple):
    """Red, green, blue and opacity, each from 0 to 1."""

    red: float
    green: float
    blue: float
    opacity: float

    @property
    def is_pale(self) -> bool:
        """Whether it is hardly seen on white."""
        return self.hardly_on(WHITE)

    def hardly_on(self, ground: Colour) -> bool:
        """Whether a text of this colour is hardly seen on a ground."""
        return self.opacity * max(abs(own - other) for own, other in zip(self[:3], ground[:3], strict=True)) <= CONTRAST


WHITE = Colour(1, 1, 1, 1)


def colour(value: str) -> Colour | None:
    """The colour that a value of `color` or `background` is; None for the words that are none."""
    numbers = value.split()
    return Colour(*map(float, numbers)) if len(numbers) == 4 else None


def attribute(value: str | None) -> Colour | None:
    """The colour of an attribute of old (`color`, `bgcolor`, `text`): a name or digits, with or without `#`."""
    if value is None or not (text := value.strip()):
        return None
    found = parse_color(text) or parse_color(f"#{text}")
    return _srgb(found) if found is not None and found != "currentcolor" else None


def word(found: Colour) -> str:
    """A colour as a value in one word that `colour` reads."""
    return " ".join(f"{part:.3f}" for part in found)


def ident(tokens: Sequence[Node]) -> str:
    """The one word that a value is; empty for any other."""
    return str(tokens[0].lower_value) if len(tokens) == 1 and tokens[0].type == "ident" else ""


def painted(tokens: Sequence[Node]) -> str | None:
    """The value of a property that is one colour, in one word; None where a browser would not take it."""
    if len(tokens) != 1:
        return None
    if (keyword := KEYWORDS.get(ident(tokens))) is not None:
        return keyword
    if tokens[0].type == "function" and tokens[0].lower_name in ("var", "env", "attr"):
        return UNKNOWN
    found = parse_color(tokens[0])
    if found == "currentcolor":
        return INHERITED
    if found is None:
        return "0 0 0 1" if ident(tokens) in ("initial", "windowtext", "canvastext") else None
    return word(_srgb(found))


def _srgb(found: Any) -> Colour:
    """Of lab, lch, oklab and oklch, which tinycss2 does not bring into the screen's space, only the lightness counts."""
    if (most := _LIGHTNESS.get(found.space)) is not None:
        grey = (found.coordinates[0] or 0.0) / most
        return Colour(grey, grey, grey, found.alpha)
    red, green, blue = (
        part or 0.0 for part in (found.to("srgb") if found.space in ("hsl", "hwb") else found).coordinates
    )
    return Colour(red, green, blue, found.alpha)


def background(tokens: Sequence[Node]) -> str | None:
    """A colour, or UNKNOWN where a picture may lie behind the text; without either it is transparent."""
    found = "0 0 0 0"
    for token in tokens:
        if token.type == "url" or (token.type == "function" and _paints(token.lower_name)):
            return UNKNOWN
        if token.type in ("ident", "hash", "function") and (shown := painted([token])) is not None:
            found = "0 0 0 0" if shown == INHERITED else shown
    return found


def _paints(function: str) -> bool:
    return function in _PICTURES or function.endswith("gradient")


def picture(tokens: Sequence[Node]) -> str:
    """UNKNOWN where a picture lies behind the text."""
    return UNKNOWN if background(tokens) == UNKNOWN else "none"
