"""What single declarations of a style sheet or a `style` attribute say, as far as it bears on what a reader sees.

Two groups of properties are read, each value in one word. `HIDING`: what is not shown, and what is drawn as a row of a table.
`MOVING`: colours, sizes, and what takes text off its line or out of its order. What a browser would not take says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import tinycss2
from tinycss2.ast import Declaration, Node
from tinycss2.color4 import parse_color

PIXELS = {"px": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pc": 16.0, "ch": 8.0, "ex": 8.0}  # fmt: skip
AWAY = -200.0  # pixels: what is moved as far as that to the left or upwards stands in no cell
TINY = 1.5  # pixels: letters as small as that are a line at best

CONTRAST = 0.08  # of the way from black to white: a text that differs by less from its ground is not seen

INHERITED = "inherit"
UNKNOWN = "unknown"
"""A value that counts and cannot be told: a picture behind the text, `var()`."""

_KEYWORDS = {"inherit": INHERITED, "unset": INHERITED, "revert": INHERITED, "revert-layer": INHERITED}
_DISPLAYS = frozenset(
    [
        "none", "block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "table", "inline-table", "table-row",
        "table-cell", "table-row-group", "table-header-group", "table-footer-group", "table-column", "table-column-group",
        "table-caption", "list-item", "flow-root", "contents", "run-in", "math", "ruby", "initial", "inherit", "unset", "revert",
    ]
)  # fmt: skip
_VISIBILITIES = frozenset(["visible", "hidden", "collapse", "initial", "inherit", "unset", "revert"])
_PICTURES = frozenset(["url", "image", "image-set", "element", "cross-fade", "var", "env", "attr"])

_TOLD_LATER = frozenset(["var", "env", "attr"])
_TILTS = frozenset(["rotatex", "rotatey", "rotate3d", "skew", "skewx", "skewy"])
_EFFACING = frozenset(["opacity", "brightness", "contrast", "invert", "url", *_TOLD_LATER])
_LEAST_SCALE = 0.3  # a text that is drawn smaller is no text to read

_ODD = frozenset(["off", "away", "reversed", "0", "tiny", "digits"])
_LIGHTNESS = {"lab": 100.0, "lch": 100.0, "oklab": 1.0, "oklch": 1.0}

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


def hides(about: str, value: str) -> bool:
    """Whether a property with this value takes a text away from the reader."""
    return value in _HIDES.get(about, ())


def is_odd(about: str, value: str) -> bool:
    """Whether a property with this value may make a reader see another text than there is; where several may count, it does."""
    if hides(about, value) or value in _ODD or value.startswith("attr "):
        return True
    painted = colour(value) if about == "color" else None
    return painted is not None and painted.is_pale


def colour(value: str) -> Colour | None:
    """The colour that a value of `color` or `background` is; None for the words that are none."""
    numbers = value.split()
    return Colour(*map(float, numbers)) if len(numbers) == 4 else None


def declared(nodes: Iterable[Node], group: Group) -> Iterator[Said]:
    """What the declarations among parsed nodes say of the group's properties, in their order."""
    for node in nodes:
        if isinstance(node, Declaration) and (read := group.get(node.lower_name)) is not None:
            tokens = [token for token in node.value if token.type not in ("whitespace", "comment")]
            about, of_tokens = read
            if tokens and (value := of_tokens(tokens)) is not None:
                yield Said(about, value, node.important)


def attribute(value: str | None) -> Colour | None:
    """The colour of an attribute of old (`color`, `bgcolor`, `text`): a name or digits, with or without `#`."""
    if value is None or not (text := value.strip()):
        return None
    found = parse_color(text) or parse_color(f"#{text}")
    return _srgb(found) if found is not None and found != "currentcolor" else None


def word(found: Colour) -> str:
    """A colour as a value in one word that `colour` reads."""
    return " ".join(f"{part:.3f}" for part in found)


Reader = Callable[[Sequence[Node]], "str | None"]
Group = dict[str, tuple[str, Reader]]
"""By the name of a property what it is about, and what reads its value."""


def _one_of(words: frozenset[str]) -> Reader:
    def read(tokens: Sequence[Node]) -> str | None:
        found = _ident(tokens)
        return found if found in words else None

    return read


def _ident(tokens: Sequence[Node]) -> str:
    return str(tokens[0].lower_value) if len(tokens) == 1 and tokens[0].type == "ident" else ""


def _opacity(tokens: Sequence[Node]) -> str | None:
    if len(tokens) != 1 or tokens[0].type not in ("number", "percentage"):
        return None
    share = tokens[0].value / (100 if tokens[0].type == "percentage" else 1)
    return "0" if share <= CONTRAST else "1"


def _decoration(tokens: Sequence[Node]) -> str:
    return "line-through" if any(getattr(token, "lower_value", "") == "line-through" for token in tokens) else "none"


def _colour(tokens: Sequence[Node]) -> str | None:
    if len(tokens) != 1:
        return None
    if (keyword := _KEYWORDS.get(_ident(tokens))) is not None:
        return keyword
    if tokens[0].type == "function" and tokens[0].lower_name in ("var", "env", "attr"):
        return UNKNOWN
    found = parse_color(tokens[0])
    if found == "currentcolor":
        return INHERITED
    if found is None:
        return "0 0 0 1" if _ident(tokens) in ("initial", "windowtext", "canvastext") else None
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


def _background(tokens: Sequence[Node]) -> str | None:
    """A colour, or UNKNOWN where a picture may lie behind the text; without either it is transparent."""
    found = "0 0 0 0"
    for token in tokens:
        if token.type == "url" or (token.type == "function" and _paints(token.lower_name)):
            return UNKNOWN
        if token.type in ("ident", "hash", "function") and (painted := _colour([token])) is not None:
            found = "0 0 0 0" if painted == INHERITED else painted
    return found


def _paints(function: str) -> bool:
    return function in _PICTURES or function.endswith("gradient")


def _picture(tokens: Sequence[Node]) -> str:
    return UNKNOWN if _background(tokens) == UNKNOWN else "none"


def _pixels(tokens: Sequence[Node]) -> float | None:
    """A length in pixels, about; None for what is no length."""
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if token.type == "dimension":
        return token.value * PIXELS.get(token.lower_unit, 16.0)  # type: ignore[no-any-return]
    if token.type == "percentage":
        return token.value * 10.0  # type: ignore[no-any-return]
    return token.value if token.type == "number" else None


def _size(tokens: Sequence[Node]) -> str | None:
    """`0`, `tiny`, or INHERITED for what depends on the text around; anything else is a size."""
    if len(tokens) != 1:
        return None
    token = tokens[0]
    if (length := _pixels(tokens)) is None:
        return INHERITED if _ident(tokens) in ("inherit", "unset", "revert", "smaller", "larger") else "some"
    if length == 0:
        return "0"
    if token.type == "number":
        return None
    if token.type == "percentage" or token.lower_unit in ("em", "ex", "ch"):
        return INHERITED if length > TINY else "tiny"
    return "tiny" if length < TINY else "some"


def _size_of_font(tokens: Sequence[Node]) -> str | None:
    """The size that the shorthand `font` gives: its first length; another word (`inherit`, `caption`) leaves it to be told."""
    for token in tokens:
        if token.type in ("dimension", "percentage") or (token.type == "number" and token.value == 0):
            return _size([token])
    return INHERITED if _ident(tokens) in _KEYWORDS else "some"


def _shift(tokens: Sequence[Node]) -> str:
    length = _pixels(tokens)
    return "none" if length is None or length >= 0 else "away" if length <= AWAY else "off"


def _margins(tokens: Sequence[Node]) -> str:
    return "away" if any(_shift([token]) == "away" for token in tokens) else "none"


def _indent(tokens: Sequence[Node]) -> str:
    """As `_shift`; a line may also begin behind the right edge of where it stands."""
    length = _pixels(tokens)
    return "away" if length is not None and length >= -AWAY else _shift(tokens)


def _offset(tokens: Sequence[Node]) -> str:
    """`away` where text is put into another place than its cell: a share of what is around leads there from 100 % only."""
    for token in tokens:
        length = _pixels([token])
        if length is not None and abs(length) >= (1000 if token.type == "percentage" else -AWAY):
            return "away"
    return "off" if any(_pixels([token]) for token in tokens) else "none"


def _position(tokens: Sequence[Node]) -> str:
    """`away` where a text leaves its place for one of its own."""
    found = _ident(tokens)
    return "away" if found in ("absolute", "fixed") else "off" if found == "relative" else "none"


def _turned(tokens: Sequence[Node]) -> str:
    """Of `transform`, `scale`, `translate`: `away` where nothing is left of a text, or it stands elsewhere, or that cannot be told."""
    if _ident(tokens) in {"none", *_KEYWORDS, "initial"}:
        return "none"
    return "away" if any(map(_takes_away, tokens)) else "off"


def _takes_away(token: Node) -> bool:
    if token.type != "function":
        return False
    arguments = [argument for argument in token.arguments if argument.type not in ("whitespace", "comment")]
    name = token.lower_name
    if name in _TOLD_LATER or any(argument.type == "function" for argument in arguments):
        return True
    lengths = [_pixels([argument]) for argument in arguments]
    if name.startswith("scale"):
        return any(length is not None and abs(length) < _LEAST_SCALE for length in lengths)
    if name.startswith("translate"):
        return _offset(arguments) == "away"
    return name.startswith(("matrix", "perspective")) or any(
        argument.type == "dimension" and argument.lower_unit in ("deg", "rad", "grad", "turn") and name in _TILTS
        for argument in arguments
    )


def _scaled(tokens: Sequence[Node]) -> str:
    if _ident(tokens) in {"none", *_KEYWORDS, "initial"}:
        return "none"
    shares = [token.value for token in tokens if token.type == "number"]
    shares += [token.value / 100 for token in tokens if token.type == "percentage"]
    return "off" if len(shares) == len(tokens) and min(map(abs, shares)) >= _LEAST_SCALE else "away"


def _translated(tokens: Sequence[Node]) -> str:
    if _ident(tokens) in {"none", *_KEYWORDS, "initial"}:
        return "none"
    return "away" if _offset(tokens) == "away" or any(token.type == "function" for token in tokens) else "off"


def _zoom(tokens: Sequence[Node]) -> str:
    return "none" if _ident(tokens) in {"normal", *_KEYWORDS, "initial"} else _scaled(tokens)


def _filtered(tokens: Sequence[Node]) -> str:
    """`away` where a filter may leave nothing of a text; shadows, blur and what old browsers were told do not."""
    names = {token.lower_name for token in tokens if token.type == "function"} | {
        "url" for token in tokens if token.type == "url"
    }
    return "away" if names & _EFFACING else "none"


def _spacing(tokens: Sequence[Node]) -> str:
    length = _pixels(tokens)
    return "away" if length is not None and length <= -PIXELS["ch"] / 2 else "none"


def _is_off(*harmless: str) -> Reader:
    """`off` for any value but the harmless words."""

    def read(tokens: Sequence[Node]) -> str:
        return "none" if _ident(tokens) in {*harmless, *_KEYWORDS, "initial"} else "off"

    return read


def _is_on(*harmful: str) -> Reader:
    def read(tokens: Sequence[Node]) -> str:
        return "off" if _ident(tokens) in harmful else "none"

    return read


def _overflow(tokens: Sequence[Node]) -> str:
    words = {getattr(token, "lower_value", "") for token in tokens}
    return "off" if words & {"hidden", "clip", "scroll", "auto"} else "none"


def _extent(tokens: Sequence[Node]) -> str:
    return "off" if _pixels(tokens) == 0 else "none"


def _order(tokens: Sequence[Node]) -> str:
    return "none" if _pixels(tokens) == 0 else "off"


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
    "color": ("color", _colour),
    "background": ("background", _background),
    "background-color": ("background", _colour),
    "background-image": ("background-image", _picture),
    "font-size": ("font-size", _size),
    "-webkit-text-fill-color": ("fill", _colour),
    "font": ("font-size", _size_of_font),
    "text-indent": ("text-indent", _indent),
    "margin": ("margin-left", _margins),
    "margin-left": ("margin-left", _shift),
    "margin-top": ("margin-top", _shift),
    "left": ("left", _offset),
    "top": ("top", _offset),
    "right": ("right", _offset),
    "bottom": ("bottom", _offset),
    "inset": ("inset", _offset),
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
    "letter-spacing": ("letter-spacing", _spacing),
    "overflow": ("overflow", _overflow),
    "overflow-x": ("overflow", _overflow),
    "overflow-y": ("overflow", _overflow),
    "display": ("display", _is_on("block", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "flow-root")),
    "width": ("width", _extent),
    "max-width": ("max-width", _extent),
    "inline-size": ("width", _extent),
    "max-inline-size": ("max-width", _extent),
    "height": ("height", _extent),
    "max-height": ("max-height", _extent),
    "block-size": ("height", _extent),
    "max-block-size": ("max-height", _extent),
    "line-height": ("line-height", _extent),
    "order": ("order", _order),
    "flex-direction": ("flex-direction", _flow),
    "flex-flow": ("flex-direction", _flow),
    "content": ("content", _drawn),
}


def read(style: str, group: Group) -> Iterator[Said]:
    """`declared` of the text of a `style` attribute."""
    return declared(tinycss2.parse_blocks_contents(style, True, True), group)
