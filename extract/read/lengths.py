"""Lengths of a style sheet, about: whether a size leaves a text to be read, and whether a shift leaves it where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from tinycss2.ast import Node

from extract.read.colours import INHERITED, KEYWORDS, ident

PIXELS = {"px": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pc": 16.0, "ch": 8.0, "ex": 8.0}  # fmt: skip
AWAY = -200.0  # pixels: what is moved as far as that to the left or upwards stands in no cell
TINY = 1.5  # pixels: letters as small as that are a line at best


def pixels(tokens: Sequence[Node]) -> float | None:
    """A length in pixels, about; None for what is no length."""
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if token.type == "dimension":
        return token.value * PIXELS.get(token.lower_unit, 16.0)  # type: ignore[no-any-return]
    if token.type == "percentage":
        return token.value * 10.0  # type: ignore[no-any-return]
    return token.value if token.type == "number" else None


def size(tokens: Sequence[Node]) -> str | None:
    """`0`, `tiny`, or INHERITED for what depends on the text around; anything else is a size."""
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if (length := pixels(tokens)) is None:
        return INHERITED if ident(tokens) in ("inherit", "unset", "revert", "smaller", "larger") else "some"
    if length == 0:
        return "0"
    if token.type == "number":
        return None
    if token.type == "percentage" or token.lower_unit in ("em", "ex", "ch"):
        return INHERITED if length > TINY else "tiny"
    return "tiny" if length < TINY else "some"


def size_of_font(tokens: Sequence[Node]) -> str | None:
    """The size that the shorthand `font` gives: its first length; another word (`inherit`, `caption`) leaves it to be told."""
    for token in tokens:
        if token.type in ("dimension", "percentage") or (token.type == "number" and token.value == 0):
            return size([token])
    return INHERITED if ident(tokens) in KEYWORDS else "some"


def shift(tokens: Sequence[Node]) -> str:
    """`none`, `off` for one to the left or upwards, `away` for one that leaves no text in its cell."""
    length = pixels(tokens)
    return "none" if length is None or length >= 0 else "away" if length <= AWAY else "off"


def margins(tokens: Sequence[Node]) -> str:
    """`away` where any of up to four margins is as large a `shift`."""
    return "away" if any(shift([token]) == "away" for token in tokens) else "none"


def indent(tokens: Sequence[Node]) -> str:
    """As `shift`; a line may also begin behind the right edge of where it stands."""
    length = pixels(tokens)
    return "away" if length is not None and length >= -AWAY else shift(tokens)


def offset(tokens: Sequence[Node]) -> str:
    """`away` where text is put into another place than its cell: a share of what is around leads there from 100 % only."""
    for token in tokens:
        length = pixels([token])
        if length is not None and abs(length) >= (1000 if token.type == "percentage" else -AWAY):
            return "away"
    return "off" if any(pixels([token]) for token in tokens) else "none"


def spacing(tokens: Sequence[Node]) -> str:
    """`away` where letters are drawn over each other."""
    length = pixels(tokens)
    return "away" if length is not None and length <= -PIXELS["ch"] / 2 else "none"


def extent(tokens: Sequence[Node]) -> str:
    """`off` where nothing has room."""
    return "off" if pixels(tokens) == 0 else "none"
