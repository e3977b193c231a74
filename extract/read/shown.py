"""What a page shows: the element tree reduced to the text that a reader of the page would see.

Hidden and struck-out text does not count, a footnote mark is no digit, a number in a form field does count, and a cell
that holds only a picture is not blank. Inline markup is then taken out, inside libxml2, so that numbers and labels split
over many spans are whole again.
"""

from __future__ import annotations

import re

from lxml import etree

PICTURE = "\ufffd"  # stands for a picture in a cell without text: unreadable, where nothing would mean blank

_DROPPED = (
    "script", "style", "noscript", "iframe", "object", "svg", "button", "template", "math", "video", "audio",
    "del", "s", "strike",
)  # fmt: skip
_INLINE = (
    "span", "font", "b", "strong", "i", "em", "u", "a", "big", "small", "label", "o:p", "st1:chsdate", "tt", "code", "ins",
    "mark", "nobr", "wbr", "center", "bdo", "abbr", "cite", "q", "sub", "sup", "time", "v:shape", "input", "textarea",
    "select", "option",
)  # fmt: skip
_HIDING = (b"hidden", b"mso-hide", b"line-through")
_DISPLAY_NONE = re.compile(rb"display\s*:\s*none")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|text-decoration[^;]*line-through", re.IGNORECASE
)


def reduce(body: etree._Element, source: bytes) -> None:
    """Change the tree in place. `source` is only asked, quickly, whether the page hides anything at all."""
    etree.strip_elements(body, *_DROPPED, with_tail=False)
    lowered = source.lower()
    if _DISPLAY_NONE.search(lowered) or any(word in lowered for word in _HIDING):
        _drop_hidden(body)
    for mark in list(body.iter("sup", "sub")):
        _bracket(mark)
    for field in body.iter("input", "textarea", "select"):
        _fill(field)
    etree.strip_tags(body, *_INLINE)


def _drop_hidden(body: etree._Element) -> None:
    """Hidden parts inside tables. Outside of them pages hide whole articles until a script shows them."""
    for element in [part for table in body.iter("table") for part in table.iter()]:
        parent = element.getparent()
        style = element.get("style")
        if parent is None or not ((style and _HIDDEN.search(style)) or element.get("hidden") is not None):
            continue
        if element.tag == "table" or element.find(".//table") is not None:
            continue
        before = element.getprevious()
        if element.tail:
            if before is not None:
                before.tail = (before.tail or "") + element.tail
            else:
                parent.text = (parent.text or "") + element.tail
        parent.remove(element)


def _bracket(mark: etree._Element) -> None:
    """A footnote mark is not a digit of the number it stands at: `12` with a raised `1` becomes `12(注1)`."""
    text, tail = "".join(mark.itertext()).strip(), mark.tail
    mark.clear()
    mark.tail = tail
    if text:
        mark.text = f"(注{text})"


def _fill(field: etree._Element) -> None:
    """A form field shows its value; one whose value is not in the page is not blank, either."""
    if field.tag == "input":
        if (field.get("type") or "text").lower() in ("text", "number"):
            field.text = field.get("value") or ""
    elif field.tag == "select":
        chosen = [option for option in field.iter("option") if option.get("selected") is not None]
        shown = "".join(chosen[0].itertext()) if chosen else PICTURE
        tail = field.tail
        field.clear()
        field.text, field.tail = shown, tail
