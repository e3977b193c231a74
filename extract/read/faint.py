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
_SOURCE = re.compile(
    rb"font-size\s{0,9}:\s{0,9}0|color[\s\"'=:]{1,9}(?:#fff|white|transparent|rgb)|position\s{0,9}:|text-indent|clip|float\s{0,9}:"
    rb"|(?:width|height)\s{0,9}:\s{0,9}0|transform|row-reverse|direction\s{0,9}:|content\s{0,9}:"
)
"""What stands in every page that has such styles."""
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
    if _SOURCE.search(lowered) is None:
        return
    astray, drawn = _classes(body.getroottree().getroot())
    for cell in list(body.iter(*CELLS)):
        if cell.find(".//table") is not None:
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
    style, parent, said = _squeezed(part.get("style") or ""), part.getparent(), _said(part)
    if parent is None or not any(map(str.isdecimal, said)):
        return
    if _NO_SIZE.search(style):
        part.text = ""
        for inner in list(part):
            part.remove(inner)
    elif "row-reverse" in style or (
        said != whole
        and (
            _ASTRAY.search(style)
            or astray.intersection(_names(part))
            or _WHITE.fullmatch(_squeezed(part.get("color") or ""))
        )
    ):
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
