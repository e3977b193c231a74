"""Tells quickly whether a page may have styles that put text out of sight: by its source, then by what is said of its tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from extract.read.cascade import Moved
from extract.read.colours import attribute

_PALE = (
    rb"(?:#[ef]|#[\da-f]{3}0\b|#[\da-f]{6}00\b|white|transparent|snow|ivory|azure|mintcream|aliceblue|floralwhite|seashell|honeydew"
    rb"|lavenderblush|hsl|hwb|lab|lch|color\(|rgba?\(\s{0,9}(?:2[345]\d|9\d|100%)|rgba?\([^)]{0,60}[,/]\s{0,9}0{0,9}\.?0{0,9}%?\s{0,9}\))"
)
_ZERO = rb"\s*:[^;\d]{0,40}?(?:0{1,9}\.?0{0,9}|\.0{1,9})(?![\d.])"
_PALE_SAID = rb"\s{0,9}=\s{0,9}[\"']?\s{0,9}#?(?:[ef]|white|snow|ivory|azure|mintcream)"
_SOUGHT = (
    rb"color\s*:[^;{}\"'<>]{0,80}?" + _PALE,
    rb"color" + _PALE_SAID,
    rb"text" + _PALE_SAID,
    rb"font-size\s*:[^;{}\"'<>]{0,80}?(?<![\d.])(?:0{1,9}(?:\.\d*)?|1(?:\.[0-4]\d*)?|\.\d+)(?![\d.])",
    rb"font\s*:[^;{}\"'<>]{0,80}?(?<![\d.])(?:0{1,9}(?:\.\d*)?|1(?:\.[0-4]\d*)?px|\.\d+)(?![\d.])",
    rb"position\s*:[^;]{0,40}?(?:absolute|fixed|relative)",
    rb"content(?:-visibility)?\s*:",
    rb"clip(?:-path)?\s*:",
    rb"float\s*:",
    rb"order\s*:",
    rb"trans(?:form|late)\s*:",
    rb"rotate\s*:",
    rb"scale\s*:",
    rb"zoom\s*:",
    rb"direction\s*:",
    rb"flex-(?:direction|flow)\s*:",
    rb"mask(?:-image)?\s*:",
    rb"filter\s*:",
    rb"max-(?:width|height|inline-size|block-size)" + _ZERO,
    rb"width" + _ZERO,
    rb"height" + _ZERO,
    rb"inline-size" + _ZERO,
    rb"block-size" + _ZERO,
    rb"line-height" + _ZERO,
    rb"margin(?:-left|-top)?\s*:[^;]{0,40}?-",
    rb"letter-spacing\s*:[^;]{0,40}?-",
    rb"text-indent\s*:[^;]{0,40}?(?:-|\d{3})",
    rb"-webkit-(?:transform|clip-path|mask|filter|text-)",
)


def _any_of(sought: Sequence[bytes]) -> re.Pattern[bytes]:
    """Any of the expressions, where no longer word ends in it. A page is gone through by their first characters, and most of these
    stand inside words; what is left is told apart by its second character, behind which the first is looked at again.
    """
    firsts = re.escape(b"".join(sorted({each[:1] for each in sought})))
    rests = (each[1:2] + rb"(?<=" + re.escape(each[:2]) + b")" + each[2:] for each in sought)
    return re.compile(b"[" + firsts + rb"](?<![-\w].)(?:" + b"|".join(rests) + b")")


_SOMEWHERE = _any_of(_SOUGHT)
_COLOURED = frozenset(["color", "text", "bgcolor"])


def may_hide(lowered: bytes) -> bool:
    """Whether a page's source, in lower case, has what stands in every page that has such styles."""
    return b"<bdo" in lowered or _SOMEWHERE.search(lowered) is not None


def in_tables(body: etree._Element) -> list[etree._Element]:
    """All elements of tables, and those that these stand in."""
    tables = [table for table in body.iter("table") if not any(table.iterancestors("table"))]
    around = {above for table in tables for above in table.iterancestors()}
    return [*around, *(element for table in tables for element in table.iter(etree.Element))]


def moved_of(root: etree._Element, quirks: bool, elements: list[etree._Element]) -> Moved | None:
    """What is said of elements; None where nothing of it may put text out of sight."""
    looks = list(
        {(element.tag, *element.items()): element for element in elements}.values()
    )  # most cells are as others
    moved = Moved(root, quirks, looks)
    return moved if moved.suspects(looks) or any(map(_suspects, looks)) else None


def attribute_of(element: etree._Element) -> str | None:
    """The colour that an attribute of old gives to text."""
    return element.get("color") if element.tag == "font" else element.get("text") if element.tag == "body" else None


def _suspects(element: etree._Element) -> bool:
    """Whether its name, or an attribute of old, may put text out of sight: pale letters, or a ground that is not."""
    if element.tag == "bdo":
        return True
    if not _COLOURED.intersection(element.keys()):
        return False
    painted, ground = attribute(attribute_of(element)), attribute(element.get("bgcolor"))
    return (painted is not None and painted.is_pale) or (ground is not None and not ground.is_pale)
