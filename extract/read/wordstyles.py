"""How Word shows a run of text, as far as figures depend on it: struck or hidden, raised or lowered."""

from __future__ import annotations

from lxml import etree

from extract.read.xml import child_of, children_of, value_of

MAX_CHAIN = 20  # styles that are based on one another
_HIDING = ("vanish", "strike", "dstrike")
_RAISED = "raised"

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
        """Whether a run with these properties (`w:rPr`) in a paragraph of this style is struck or hidden."""
        look = self._seen(run, paragraph)
        return any(look.get(name, False) for name in _HIDING)

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
    place = value_of(child_of(properties, "vertAlign"))
    if place is not None:
        look[_RAISED] = place in ("superscript", "subscript")
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
