"""Digits of a table cell that a page's styles take out of sight, out of their line or out of their order, or put there.

Who reads the page may see another number than its text has: white or sizeless digits, digits moved off the page or raised, digits
that a style sheet draws. Text of no size is taken out; where else a part of a cell's number is styled so, the number cannot be
told and is marked unreadable. A whole cell's text is left as it is: white on a dark ground is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from extract.model import UNREADABLE
from extract.read.stylesheet import MAX_ATTRIBUTE, MAX_STYLE

CELLS = ("td", "th")
LONGEST, WORDS = 40, 2  # characters of a cell that holds a number; Chinese ones among them: more is a label
_WORDS = (b"color", b"position", b"font-size", b"float", b"text-indent", b"clip", b"width:", b"height:", b"transform", b"direction",
          b"content", b"order:", b"<bdo")  # fmt: skip
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
_PARTS = ("bdo", "span", "font", "b", "strong", "em", "p", "i", "div", "u", "label", "a")


def drop(body: etree._Element, lowered: bytes) -> None:
    """Change the tree in place, before its `<style>` elements are gone. `lowered`: the page's source."""
    if not any(word in lowered for word in _WORDS):
        return
    astray, drawn = _classes(body.getroottree().getroot())
    if drawn:
        for cell in body.iter(*CELLS):
            if _number_of(cell) and any(drawn.intersection(_names(part)) for part in cell.iter(etree.Element)):
                cell.text = UNREADABLE + (cell.text or "")
    for part in list(body.iter(*_PARTS)):
        if part.attrib and (how := _how(part, astray)):
            around = next(part.iterancestors(*CELLS), None)
            if around is not None and (whole := _number_of(around)):
                _weigh(part, how, whole)


def _number_of(cell: etree._Element) -> str:
    """The text of a cell that holds a number and nothing beside it; empty for any other."""
    if cell.find(".//table") is not None:
        return ""
    whole = _said(cell)
    if len(whole) > LONGEST or not any(map(str.isdecimal, whole)) or len(_CHINESE.findall(whole)) > WORDS:
        return ""
    return whole


def _how(part: etree._Element, astray: set[str]) -> str:
    """How a part is styled: `sizeless`, `reversed`, `astray`, or empty as nearly all are."""
    if part.tag == "bdo" and (part.get("dir") or "").strip().lower() == "rtl":
        return "reversed"
    found = _of_style(style[:MAX_ATTRIBUTE]) if (style := part.get("style")) else ""
    if not found and (
        (astray and astray.intersection(_names(part)))
        or ((colour := part.get("color")) and _WHITE.fullmatch(_squeezed(colour)))
    ):
        return "astray"
    return found


@lru_cache(1024)  # editors write the same few styles into every cell
def _of_style(style: str) -> str:
    squeezed = _squeezed(style)
    if _NO_SIZE.search(squeezed):
        return "sizeless"
    if "row-reverse" in squeezed:
        return "reversed"
    return "astray" if _ASTRAY.search(squeezed) else ""


def _weigh(part: etree._Element, how: str, whole: str) -> None:
    said = _said(part)
    if not any(map(str.isdecimal, said)):
        return
    if how == "sizeless":
        part.text = ""
        for inner in list(part):
            part.remove(inner)
    elif how == "reversed" or said != whole:
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
