"""What a page shows: the element tree reduced to the text that a reader of the page would see.

Hidden and struck-out text does not count, a footnote mark is no digit, a number in a form field does count, and a cell
that holds only a picture is not blank. Inline markup is then taken out, inside libxml2, so that numbers and labels split
over many spans are whole again.
"""

from __future__ import annotations

import re

from lxml import etree

from extract.model import UNREADABLE
from extract.read import boxes
from extract.read.stylesheet import Sheet, sheet

"""Stands for what a cell shows and no text says (a picture), or what may be hidden: nothing at all would mean blank."""

_DROPPED = (
    "script", "style", "noscript", "iframe", "object", "svg", "button", "template", "math", "video", "audio",
    "del", "s", "strike",
)  # fmt: skip
_INLINE = (
    "span", "font", "b", "strong", "i", "em", "u", "a", "big", "small", "label", "tt", "code", "ins",
    "mark", "nobr", "wbr", "center", "bdo", "abbr", "cite", "q", "sub", "sup", "time", "input", "textarea",
    "select", "option",
)  # fmt: skip
_HIDING = (b"hidden", b"mso-hide", b"line-through")
_DISPLAY_NONE = re.compile(rb"display\s*:\s*none")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|text-decoration[^;]*line-through", re.IGNORECASE
)
_DISPLAYED = re.compile(r"display\s*:\s*(?!none)", re.IGNORECASE)
_PREFIXED = re.compile(rb"<([a-z][a-z0-9]{0,11}:[a-z][\w\-]{0,39})")


def reduce(body: etree._Element, source: bytes) -> None:
    """Change the tree in place. `source` is only asked, quickly, what the page has at all."""
    lowered = source.lower()
    hides = _DISPLAY_NONE.search(lowered) is not None or any(word in lowered for word in _HIDING)
    drawn = boxes.has_boxes(lowered)
    styles = (
        sheet(body.getroottree().getroot() if b"<style" in lowered else etree.Element("none"))
        if hides or drawn
        else None
    )
    etree.strip_elements(body, *_DROPPED, with_tail=False)
    if styles is not None and drawn:
        boxes.to_tables(body, styles)
    if styles is not None and hides:
        _drop_hidden(body, styles)
    for mark in list(body.iter("sup", "sub")):
        _bracket(mark)
    for field in body.iter("input", "textarea", "select"):
        _fill(field)
    prefixed = {name.decode() for name in _PREFIXED.findall(lowered)}  # Word's own: o:p, st1:chmetcnv, v:shape
    etree.strip_tags(body, *_INLINE, *prefixed)


def _drop_hidden(body: etree._Element, styles: Sheet) -> None:
    """Hidden parts inside tables. Outside of them pages hide whole articles until a script shows them."""
    for element in [part for table in body.iter("table") for part in table.iter(etree.Element)]:
        parent = element.getparent()
        if parent is None or element.tag == "table":
            continue
        certain = _is_hidden(element, styles)
        if certain is None or element.find(".//table") is not None:
            continue
        if not certain:
            element.text = UNREADABLE + (element.text or "")
        elif element.tag in ("td", "th") and not _is_away(element, styles):
            _clear(element)
        else:
            _remove(element, parent)


def _is_hidden(element: etree._Element, styles: Sheet) -> bool | None:
    """True: certainly; False: perhaps; None: it is shown."""
    style = element.get("style")
    if (style and _HIDDEN.search(style)) or element.get("hidden") is not None:
        return True
    rule = styles.hiding(element) if styles.hides else None
    if rule is None or (rule.about == "display" and not rule.weight[0] and style and _DISPLAYED.search(style)):
        return None
    return rule.certain


def _is_away(cell: etree._Element, styles: Sheet) -> bool:
    """Whether the cell is not drawn at all, so that those beside it move up; else its place stays."""
    rule = styles.hiding(cell) if styles.hides else None
    return (
        cell.get("hidden") is not None
        or re.search(r"display\s*:\s*none", cell.get("style") or "", re.IGNORECASE) is not None
        or (rule is not None and rule.about == "display")
    )


def _clear(cell: etree._Element) -> None:
    """A cell whose text does not count keeps its place; it was not published blank."""
    spans = [(name, value) for name in ("colspan", "rowspan") if (value := cell.get(name)) is not None]
    tail = cell.tail
    cell.clear()
    cell.text, cell.tail = UNREADABLE, tail
    for name, value in spans:
        cell.set(name, value)


def _remove(element: etree._Element, parent: etree._Element) -> None:
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
        shown = "".join(chosen[0].itertext()) if chosen else UNREADABLE
        tail = field.tail
        field.clear()
        field.text, field.tail = shown, tail
