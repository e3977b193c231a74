"""Digits of a table cell that a page's styles take out of sight, out of their line or out of their order, or put there.

Who reads the page may see another number than its text has: white or sizeless digits, digits moved off the page or raised, digits
that a style sheet draws. Text of no size is taken out; where else a part of a cell's number is styled so, the number cannot be
told and is marked unreadable. A whole cell's text is left as it is: white on a dark ground is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from extract.model import UNREADABLE
from extract.read.stylesheet import MAX_STYLE

CELLS = ("td", "th")
LONGEST, WORDS = 40, 2  # characters of a cell that holds a number; Chinese ones among them: more is a label
_WORDS = (b"color", b"position", b"font-size", b"float", b"text-indent", b"clip", b"width:", b"height:", b"transform", b"direction",
          b"content", b"order:")  # fmt: skip
"""One of them stands in every page that has such styles."""
_NO_SIZE = re.compile(r"(?:^|;)font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?:!important)?(?:;|$)")
_COLOURS = r"(?:#fff(?:f|fff|fffff)?|white|transparent|rgb\(255,255,255\)|rgba\((?:\d+,){3}0?\.?0\))"
_ASTRAY = re.compile(
    rf"(?:^|;)(?:color:{_COLOURS}(?:!important)?(?:;|$)|position:(?:absolute|fixed|relative)|text-indent:-|clip(?:-path)?:"
    r"|(?:max-)?(?:width|height):0(?:px|pt|em)?(?:;|$)|font-size:0(?:px|pt|em|rem|%)?(?:;|$)|float:(?:left|right)|transform:|direction:rtl"
    r"|flex-direction:(?:row|column)-reverse|order:)"
)
_WHITE = re.compile(_COLOURS)
_CHINESE = re.compile("[\u3400-\u9fff]")
_CLASS = re.compile(r"\.([\w-]+)")
_DRAWN = re.compile(r"content:[\"'][^\"'\\]*\d|content:(?:attr|counter)")
_PARTS = ("span", "font", "b", "strong", "em", "p", "i", "div", "u", "label", "a")


def drop(body: etree._Element, lowered: bytes) -> None:
    """Change the tree in place, before its `<style>` elements are gone. `lowered`: the page's source."""
    if not any(word in lowered for word in _WORDS):
        return
    astray, drawn = _classes(body.getroottree().getroot())
    for cell in list(body.iter(*CELLS)):
        if (len(cell) == 0 and not drawn) or cell.find(".//table") is not None:
            continue
        whole = _said(cell)
        if len(whole) > LONGEST or not any(map(str.isdecimal, whole)) or len(_CHINESE.findall(whole)) > WORDS:
            continue
        if drawn and any(drawn.intersection(_names(part)) for part in cell.iter(etree.Element)):
            cell.text = UNREADABLE + (cell.text or "")
            continue
        for part in list(cell.iterdescendants(*_PARTS)):
            _weigh(part, whole, astray)


def _weigh(part: etree._Element, whole: str, astray: set[str]) -> None:
    attributes = part.attrib
    if not attributes:
        return
    style = _squeezed(attributes.get("style") or "")
    is_sizeless, is_reversed = _NO_SIZE.search(style), "row-reverse" in style
    is_astray = (
        _ASTRAY.search(style)
        or (astray and astray.intersection(_names(part)))
        or _WHITE.fullmatch(_squeezed(attributes.get("color") or ""))
    )
    if not (is_sizeless or is_reversed or is_astray):
        return
    said = _said(part)
    if not any(map(str.isdecimal, said)):
        return
    if is_sizeless:
        part.text = ""
        for inner in list(part):
            part.remove(inner)
    elif is_reversed or said != whole:
        part.text = UNREADABLE + (part.text or "")


def _classes(root: etree._Element) -> tuple[set[str], set[str]]:
    """The classes that style sheets of the page take astray, and those for which they draw digits."""
    astray: set[str] = set()
    drawn: set[str] = set()
    for selector, body in _rules(root):
        if ":before" in selector or ":after" in selector:
            if _DRAWN.search(body):
                drawn.update(_CLASS.findall(selector))
        elif _ASTRAY.search(body):
            astray.update(_CLASS.findall(selector))
    return astray, drawn


def _rules(root: etree._Element) -> Iterator[tuple[str, str]]:
    for sheet in root.iter("style"):
        for rule in _squeezed((sheet.text or "")[:MAX_STYLE]).split("}"):
            before, _, body = rule.rpartition("{")
            yield before.rpartition("{")[2], body


def _names(element: etree._Element) -> list[str]:
    return (element.get("class") or "").lower().split()


def _said(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _squeezed(text: str) -> str:
    return "".join(text.lower().split())
