"""What a page shows: the element tree reduced to the text that a reader of the page would see.

Hidden and struck-out text does not count, a footnote mark is no digit, a number in a form field does count, and a cell
that holds only a picture is not blank. Inline markup is then taken out, inside libxml2, so that numbers and labels split
over many spans are whole again.
"""

from __future__ import annotations

import re

from lxml import etree

from extract.model import UNREADABLE
from extract.read import boxes, faint
from extract.read.cascade import Hidden, Styles, in_quirks, styles

_DROPPED = (
    "script", "style", "noscript", "iframe", "object", "svg", "button", "template", "math", "video", "audio", "canvas",
    "del", "s", "strike", "datalist", "noembed", "noframes", "title", "rp", "meter", "progress",
)  # fmt: skip
_INLINE = (
    "span", "font", "b", "strong", "i", "em", "u", "a", "big", "small", "label", "tt", "code", "ins",
    "mark", "nobr", "wbr", "center", "bdo", "abbr", "cite", "q", "sub", "sup", "time", "input", "textarea",
    "select", "option",
)  # fmt: skip
_CELLS = faint.CELLS
_COLUMNS = ("col", "colgroup")
_STRUCK = ("del", "s", "strike")
_FRAMES = ("iframe", "object", "video", "audio", "canvas", "meter", "progress")
_SHOWING = ("svg", "math", "button")
_HIDING = (b"hidden", b"mso-hide", b"line-through", b"opacity", b"<dialog", b"popover")
_DISPLAY_NONE = re.compile(rb"display[^;{}\"']{0,80}no")  # whatever stands between, a comment for one
_COLLAPSED = re.compile(rb"visibility[^;{}\"']{0,80}co")
_PREFIXED = re.compile(rb"<([a-z][a-z0-9]{0,11}:[a-z][\w\-]{0,39})")


def reduce(body: etree._Element, source: bytes) -> None:
    """Change the tree in place. `source` is only asked, quickly, what the page has at all."""
    lowered = source.lower()
    hides = (
        any(word in lowered for word in _HIDING)
        or _DISPLAY_NONE.search(lowered) is not None
        or _COLLAPSED.search(lowered) is not None
    )
    drawn = boxes.has_boxes(lowered)
    quirks = in_quirks(source)
    said = styles(body.getroottree().getroot(), quirks, drawn) if hides or drawn else None
    for element in body.iter(*_DROPPED):
        _mark_lost(element)
    if b"<details" in lowered:
        for details in body.iter("details"):
            _fold(details)
    faint.mark(body, lowered, quirks, said)
    etree.strip_elements(body, *_DROPPED, with_tail=False)
    if said is not None and drawn:
        boxes.to_tables(body, said)
    if said is not None and hides:
        _drop_hidden(body, said)
    for mark in list(body.iter("sup", "sub")):
        _bracket(mark)
    for field in body.iter("input", "textarea", "select"):
        _fill(field)
    prefixed = {name.decode() for name in _PREFIXED.findall(lowered)}  # Word's own: o:p, st1:chmetcnv, v:shape
    etree.strip_tags(body, *_INLINE, *prefixed)


def _mark_lost(element: etree._Element, struck: bool = False) -> None:
    """A cell is not blank that shows something which is no text here: a button's number, a formula, what a script writes, a number
    struck out with nothing in its place.
    """
    cell = next(element.iterancestors(*_CELLS), None)
    if cell is None or cell.find(".//table") is not None:
        return
    said = "".join(element.itertext())
    if struck or element.tag in _STRUCK:
        lost = any(c.isdecimal() for c in said) and "".join(cell.itertext()).strip() == said.strip()
    elif element.tag == "script":
        lost = "document.write" in said
    else:
        lost = element.tag in _FRAMES or (element.tag in _SHOWING and any(c.isdecimal() for c in said))
    if lost:
        element.tail = UNREADABLE + (element.tail or "")


def _fold(details: etree._Element) -> None:
    """What is folded away until a reader asks for it is not shown, its first `<summary>` is; a cell is not blank for it."""
    if details.get("open") is not None or details.find(".//table") is not None:
        return
    cell = next(details.iterancestors(*_CELLS), None)
    if cell is None:
        return
    summary = details.find("summary")
    inner, tail = "".join(details.itertext()), details.tail
    shown = "" if summary is None else "".join(summary.itertext())
    for child in list(details):
        if child is not summary:
            details.remove(child)
    details.text = UNREADABLE if any(c.isdecimal() for c in inner) and not shown.strip() else None
    if summary is not None:
        summary.tail = None
    details.tail = tail


def _drop_hidden(body: etree._Element, said: Styles) -> None:
    """Hidden parts inside tables. Outside of them pages hide whole articles until a script shows them."""
    for element in [part for table in body.iter("table") for part in table.iter(etree.Element)]:
        parent = element.getparent()
        if parent is None or element.tag == "table":
            continue
        hidden = said.hiding(element)
        if hidden is None or element.find(".//table") is not None:
            continue
        if element.tag in _COLUMNS:
            if (
                hidden.about == "visibility"
            ):  # which cells a column has, the rows' spans say: of none it can be told here
                _mark_figures(next(element.iterancestors("table")))
        elif not hidden.certain or (
            hidden.about == "visibility" and any(map(said.is_visible, element.iterdescendants()))
        ):
            element.text = UNREADABLE + (element.text or "")
            if element.tag in faint.ROWS:
                _mark_figures(element)
        elif element.tag in ("td", "th") and not _is_away(hidden):
            _clear(element)
        else:
            if hidden.about == "text-decoration":
                _mark_lost(element, struck=True)
            _remove(element, parent)


def _mark_figures(rows: etree._Element) -> None:
    """Marks the cells of rows that hold a number or nothing."""
    for cell in rows.iter(*_CELLS):
        if faint.number_of(cell) or not "".join(cell.itertext()).strip():
            cell.text = UNREADABLE + (cell.text or "")


def _is_away(hidden: Hidden) -> bool:
    """Whether the cell is not drawn at all, so that those beside it move up; else its place stays."""
    return hidden.about == "display"


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
