"""How Word shows a run of text, as far as figures depend on it: struck or hidden, raised or lowered."""

from __future__ import annotations

from lxml import etree

from extract.read.xml import child_of, children_of, value_of

MAX_CHAIN = 20  # styles that are based on one another
_STRIKING = ("strike", "dstrike")
_HIDING = ("vanish", *_STRIKING)
_RAISED, _TINY, _WHITE = "raised", "tiny", "white"
LIFTED = (
    6  # half points over the base line: text of a line is set right by 1 to 3, a note's mark lifted by half its size
)

Look = dict[str, bool]
"""Property → on or off; what is not said is not in it."""


class Styles:
    """The looks that styles give, each with what it takes over from the styles below it."""

    def __init__(self, part: etree._Element | None) -> None:
        """`part`: the root of word/styles.xml, None where there is none."""
        own: dict[str, Look] = {}
        based: dict[str, str | None] = {}
        for style in children_of(part, "style"):
            name = value_of(style, "styleId") or ""
            own[name] = _look(child_of(style, "rPr"))
            if value_of(child_of(style, "name")) == "del":
                own[name]["strike"] = True  # what deleted text of HTML becomes when it is converted
            based[name] = value_of(child_of(style, "basedOn"))
        self._looks = {name: _inherited(name, own, based) for name in own}

    def is_hidden(self, run: etree._Element | None, paragraph: str | None) -> bool:
        """Whether a run with these properties (`w:rPr`) in a paragraph of this style is struck or hidden, or 2 points high at most."""
        look = self._seen(run, paragraph)
        return any(look.get(name, False) for name in (*_HIDING, _TINY))

    def is_struck(self, run: etree._Element | None, paragraph: str | None) -> bool:
        """Whether it is struck through and else shown."""
        look = self._seen(run, paragraph)
        return any(look.get(name, False) for name in _STRIKING) and not any(
            look.get(n, False) for n in ("vanish", _TINY)
        )

    def is_white(self, run: etree._Element | None, paragraph: str | None) -> bool:
        """Whether it is as white as paper."""
        return self._seen(run, paragraph).get(_WHITE, False)

    def is_raised(self, run: etree._Element | None, paragraph: str | None) -> bool:
        """Whether it stands above or below the line, as the marks of notes do."""
        return self._seen(run, paragraph).get(_RAISED, False)

    def _seen(self, run: etree._Element | None, paragraph: str | None) -> Look:
        character = value_of(child_of(run, "rStyle"))
        return {**self._looks.get(paragraph or "", {}), **self._looks.get(character or "", {}), **_look(run)}


def _look(properties: etree._Element | None) -> Look:
    look: Look = {}
    for name in _HIDING:
        switch = child_of(properties, name)
        if switch is not None:
            look[name] = is_on(switch)
    if (size := value_of(child_of(properties, "sz"))) is not None:
        look[_TINY] = size in ("0", "1", "2", "3", "4")
    if (colour := value_of(child_of(properties, "color"))) is not None:
        look[_WHITE] = colour.upper() == "FFFFFF"
    place = value_of(child_of(properties, "vertAlign"))
    if place is not None:
        look[_RAISED] = place in ("superscript", "subscript")
    if (lift := value_of(child_of(properties, "position"))) is not None and lift.removeprefix("-").isdecimal():
        look[_RAISED] = look.get(_RAISED, False) or int(lift) >= LIFTED
    return look


def _inherited(name: str, own: dict[str, Look], based: dict[str, str | None]) -> Look:
    look: Look = {}
    current: str | None = name
    for _ in range(MAX_CHAIN):
        if current is None or current not in own:
            break
        look = {**own[current], **look}
        current = based[current]
    return look


def is_on(switch: etree._Element | None) -> bool:
    """Whether an on/off property is there and not switched off."""
    return switch is not None and (value_of(switch) or "true") not in ("0", "false", "off", "none")
