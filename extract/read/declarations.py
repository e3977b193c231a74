"""What single declarations of a style sheet or a `style` attribute say, as far as it bears on what a reader sees.

Two groups of properties are read, each value in one word. `HIDING`: what is not shown, and what is drawn as a row of a table.
`MOVING`: colours, sizes, and what takes text off its line or out of its order. What a browser would not take says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import tinycss2
from tinycss2.ast import Declaration, Node

from extract.read.colours import CONTRAST, KEYWORDS, background, colour, ident, painted, picture
from extract.read.lengths import extent, indent, margins, offset, pixels, shift, size, size_of_font, spacing

_DISPLAYS = frozenset(
    [
        "none", "block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "table", "inline-table", "table-row",
        "table-cell", "table-row-group", "table-header-group", "table-footer-group", "table-column", "table-column-group",
        "table-caption", "list-item", "flow-root", "contents", "run-in", "math", "ruby", "initial", "inherit", "unset", "revert",
    ]
)  # fmt: skip
_VISIBILITIES = frozenset(["visible", "hidden", "collapse", "initial", "inherit", "unset", "revert"])

_TOLD_LATER = frozenset(["var", "env", "attr"])
_TILTS = frozenset(["rotatex", "rotatey", "rotate3d", "skew", "skewx", "skewy"])
_EFFACING = frozenset(["opacity", "brightness", "contrast", "invert", "url", *_TOLD_LATER])
_LEAST_SCALE = 0.3  # a text that is drawn smaller is no text to read

_ODD = frozenset(["off", "away", "reversed", "0", "tiny", "digits"])

_HIDES = {
    "display": {"none"},
    "visibility": {"hidden", "collapse"},
    "mso-hide": {"all"},
    "opacity": {"0"},
    "text-decoration": {"line-through"},
}


class Said(NamedTuple):
    """One declaration: of which property, its value in one word, whether it is `!important`."""

    about: str
    value: str
    important: bool


def hides(about: str, value: str) -> bool:
    """Whether a property with this value takes a text away from the reader."""
    return value in _HIDES.get(about, ())


def is_odd(about: str, value: str) -> bool:
    """Whether a property with this value may make a reader see another text than there is; where several may count, it does."""
    if hides(about, value) or value in _ODD or value.startswith("attr "):
        return True
    shown = colour(value) if about == "color" else None
    return shown is not None and shown.is_pale


def is_suspect(about: str, value: str) -> bool:
    """Whether a property with this value may put text out of sight, together with what others say: also a ground in a colour."""
    if is_odd(about, value):
        return True
    shown = colour(value) if about in ("fill", "background") else None
    return shown is not None and (shown.is_pale if about == "fill" else shown.opacity > 0 and not shown.is_pale)


def declared(nodes: Iterable[Node], group: Group) -> Iterator[Said]:
    """What the declarations among parsed nodes say of the group's properties, in their order."""
    for node in nodes:
        if isinstance(node, Declaration) and (read := group.get(node.lower_name)) is not None:
            tokens = [token for token in node.value if token.type not in ("whitespace", "comment")]
            about, of_tokens = read
            if tokens and (value := of_tokens(tokens)) is not None:
                yield Said(about, value, node.important)


Reader = Callable[[Sequence[Node]], "str | None"]
Group = dict[str, tuple[str, Reader]]
"""By the name of a property what it is about, and what reads its value."""


def _one_of(words: frozenset[str]) -> Reader:
    def read(tokens: Sequence[Node]) -> str | None:
        found = ident(tokens)
        return found if found in words else None

    return read


def _opacity(tokens: Sequence[Node]) -> str | None:
    if len(tokens) != 1 or tokens[0].type not in ("number", "percentage"):
        return None
    share = tokens[0].value / (100 if tokens[0].type == "percentage" else 1)
    return "0" if share <= CONTRAST else "1"


def _decoration(tokens: Sequence[Node]) -> str:
    return "line-through" if any(getattr(token, "lower_value", "") == "line-through" for token in tokens) else "none"


def _position(tokens: Sequence[Node]) -> str:
    """`away` where a text leaves its place for one of its own."""
    found = ident(tokens)
    return "away" if found in ("absolute", "fixed") else "off" if found == "relative" else "none"


def _turned(tokens: Sequence[Node]) -> str:
    """Of `transform`, `scale`, `translate`: `away` where nothing is left of a text, or it stands elsewhere, or that cannot be told."""
    if ident(tokens) in {"none", *KEYWORDS, "initial"}:
        return "none"
    return "away" if any(map(_takes_away, tokens)) else "off"


def _takes_away(token: Node) -> bool:
    if token.type != "function":
        return False
    arguments = [argument for argument in token.arguments if argument.type not in ("whitespace", "comment")]
    name = token.lower_name
    if name in _TOLD_LATER or any(argument.type == "function" for argument in arguments):
        return True
    lengths = [pixels([argument]) for argument in arguments]
    if name.startswith("scale"):
        return any(length is not None and abs(length) < _LEAST_SCALE for length in lengths)
    if name.startswith("translate"):
        return offset(arguments) == "away"
    return name.startswith(("matrix", "perspective")) or any(
        argument.type == "dimension" and argument.lower_unit in ("deg", "rad", "grad", "turn") and name in _TILTS
        for argument in arguments
    )


def _scaled(tokens: Sequence[Node]) -> str:
    if ident(tokens) in {"none", *KEYWORDS, "initial"}:
        return "none"
    shares = [token.value for token in tokens if token.type == "number"]
    shares += [token.value / 100 for token in tokens if token.type == "percentage"]
    return "off" if len(shares) == len(tokens) and min(map(abs, shares)) >= _LEAST_SCALE else "away"


def _translated(tokens: Sequence[Node]) -> str:
    if ident(tokens) in {"none", *KEYWORDS, "initial"}:
        return "none"
    return "away" if offset(tokens) == "away" or any(token.type == "function" for token in tokens) else "off"


def _zoom(tokens: Sequence[Node]) -> str:
    return "none" if ident(tokens) in {"normal", *KEYWORDS, "initial"} else _scaled(tokens)


def _filtered(tokens: Sequence[Node]) -> str:
    """`away` where a filter may leave nothing of a text; shadows, blur and what old browsers were told do not."""
    names = {token.lower_name for token in tokens if token.type == "function"} | {
        "url" for token in tokens if token.type == "url"
    }
    return "away" if names & _EFFACING else "none"


def _is_off(*harmless: str) -> Reader:
    """`off` for any value but the harmless words."""

    def read(tokens: Sequence[Node]) -> str:
        return "none" if ident(tokens) in {*harmless, *KEYWORDS, "initial"} else "off"

    return read


def _is_on(*harmful: str) -> Reader:
    def read(tokens: Sequence[Node]) -> str:
        return "off" if ident(tokens) in harmful else "none"

    return read


def _overflow(tokens: Sequence[Node]) -> str:
    words = {getattr(token, "lower_value", "") for token in tokens}
    return "off" if words & {"hidden", "clip", "scroll", "auto"} else "none"


def _order(tokens: Sequence[Node]) -> str:
    return "none" if pixels(tokens) == 0 else "off"


def _flow(tokens: Sequence[Node]) -> str:
    words = [getattr(token, "lower_value", "") for token in tokens]
    return "reversed" if "row-reverse" in words else "off" if "column-reverse" in words else "none"


def _drawn(tokens: Sequence[Node]) -> str:
    """`digits` where generated text has some; `attr NAME` where it is an attribute's."""
    for token in tokens:
        if token.type == "string" and any(map(str.isdecimal, token.value)):
            return "digits"
        if token.type == "function" and token.lower_name.startswith("counter"):
            return "digits"
        if token.type == "function" and token.lower_name in ("attr", "var"):
            named = [inner.value for inner in token.arguments if inner.type == "ident"]
            return f"attr {named[0].lower()}" if token.lower_name == "attr" and named else "digits"
    return "none"


HIDING: Group = {
    "display": ("display", _one_of(_DISPLAYS)),
    "visibility": ("visibility", _one_of(_VISIBILITIES)),
    "mso-hide": ("mso-hide", _one_of(frozenset(["all", "none", "screen"]))),
    "opacity": ("opacity", _opacity),
    "text-decoration": ("text-decoration", _decoration),
    "text-decoration-line": ("text-decoration", _decoration),
}
MOVING: Group = {
    "color": ("color", painted),
    "background": ("background", background),
    "background-color": ("background", painted),
    "background-image": ("background-image", picture),
    "font-size": ("font-size", size),
    "-webkit-text-fill-color": ("fill", painted),
    "font": ("font-size", size_of_font),
    "text-indent": ("text-indent", indent),
    "margin": ("margin-left", margins),
    "margin-left": ("margin-left", shift),
    "margin-top": ("margin-top", shift),
    "left": ("left", offset),
    "top": ("top", offset),
    "right": ("right", offset),
    "bottom": ("bottom", offset),
    "inset": ("inset", offset),
    "position": ("position", _position),
    "float": ("float", _is_on("left", "right", "inline-start", "inline-end")),
    "direction": ("direction", _is_on("rtl")),
    "clip": ("clip", _is_off("auto")),
    "clip-path": ("clip-path", _is_off("none")),
    "-webkit-clip-path": ("clip-path", _is_off("none")),
    "mask": ("mask", _is_off("none")),
    "mask-image": ("mask", _is_off("none")),
    "-webkit-mask": ("mask", _is_off("none")),
    "-webkit-mask-image": ("mask", _is_off("none")),
    "filter": ("filter", _filtered),
    "-webkit-filter": ("filter", _filtered),
    "-webkit-text-security": ("text-security", _is_off("none")),
    "content-visibility": ("content-visibility", _is_on("hidden")),
    "transform": ("transform", _turned),
    "-webkit-transform": ("transform", _turned),
    "translate": ("translate", _translated),
    "rotate": ("rotate", _is_off("none")),
    "scale": ("scale", _scaled),
    "zoom": ("zoom", _zoom),
    "letter-spacing": ("letter-spacing", spacing),
    "overflow": ("overflow", _overflow),
    "overflow-x": ("overflow", _overflow),
    "overflow-y": ("overflow", _overflow),
    "display": ("display", _is_on("block", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "flow-root")),
    "width": ("width", extent),
    "max-width": ("max-width", extent),
    "inline-size": ("width", extent),
    "max-inline-size": ("max-width", extent),
    "height": ("height", extent),
    "max-height": ("max-height", extent),
    "block-size": ("height", extent),
    "max-block-size": ("max-height", extent),
    "line-height": ("line-height", extent),
    "order": ("order", _order),
    "flex-direction": ("flex-direction", _flow),
    "flex-flow": ("flex-direction", _flow),
    "content": ("content", _drawn),
}


def read(style: str, group: Group) -> Iterator[Said]:
    """`declared` of the text of a `style` attribute."""
    return declared(tinycss2.parse_blocks_contents(style, True, True), group)
