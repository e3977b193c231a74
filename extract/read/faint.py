"""Digits of a table cell that a page's styles take out of sight, out of their line or out of their order, or put there.

Who reads the page may see another number than its text has: white or sizeless digits, digits moved off the page or raised, digits
that a style sheet draws. Text to which its own `style` gives no size is taken out; where else a digit of a cell's number is not
seen, or a part of the number stands elsewhere, the number cannot be told and is marked unreadable. White on a dark ground is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from extract.model import UNREADABLE
from extract.read.cascade import UNSAID, Moved, Styles, as_drawn
from extract.read.colours import INHERITED, UNKNOWN, WHITE, Colour, attribute, colour
from extract.read.faint_sought import attribute_of, in_tables, may_hide, moved_of

CELLS = ("td", "th")
ROWS = ("tr", "tbody", "thead", "tfoot")
LONGEST, WORDS = 40, 2  # characters of a cell that holds a number; Chinese ones among them: more is a label
_CHINESE = re.compile("[\u3400-\u9fff]")
_PARTS = ("bdo", "span", "font", "b", "strong", "em", "p", "i", "div", "u", "label", "a")
_OFF = (
    "position", "text-indent", "clip", "clip-path", "transform", "translate", "rotate", "scale", "width", "max-width", "height",
    "max-height", "float", "direction", "flex-direction", "order", "margin-left", "margin-top",
)  # fmt: skip
_AWAY = (
    "text-indent",
    "margin-left",
    "margin-top",
    "transform",
    "translate",
    "scale",
    "zoom",
    "filter",
    "letter-spacing",
)
_OFFSETS = ("left", "top", "right", "bottom", "inset")
_GONE = ("clip-path", "mask", "text-security", "content-visibility")
_ACROSS, _DOWN = ("width", "max-width"), ("height", "max-height", "line-height")
_SPEAKING = frozenset(["table", "a", "font", "body", "bdo"])
_GROUNDS = frozenset(["bgcolor", "background"])
_DRAWN = ("before", "after")
_CODE = ("style", "script", "template", "noscript")


class _Cell(NamedTuple):
    """A cell that holds a number, and its text."""

    element: etree._Element
    whole: str


def mark(body: etree._Element, lowered: bytes, quirks: bool, said: Styles | None) -> None:
    """Change the tree in place, before its `<style>` elements are gone. `lowered`: the page's source; `said`: what is hidden."""
    if not may_hide(lowered):
        return
    root = body.getroottree().getroot()
    as_drawn(root)  # a rule may hold of a tbody that only browsers put there
    if moved_of(root, quirks, in_tables(body)) is None:
        return
    cells = [_Cell(cell, whole) for cell in body.iter(*CELLS) if (whole := number_of(cell, said))]
    moved = moved_of(root, quirks, list(_asked(cells)))
    if moved is None:
        return
    page = _Page(moved, quirks)
    for weighed in [page.weigh(cell) for cell in cells]:
        for element, name in weighed.gone:
            setattr(element, name, "")
        for element in weighed.marked:
            element.text = UNREADABLE + (element.text or "")


def _asked(cells: list[_Cell]) -> Iterator[etree._Element]:
    """The cells, what is in them and what they stand in."""
    seen: set[etree._Element] = set()
    for cell in cells:
        yield from cell.element.iter(etree.Element)
        for above in cell.element.iterancestors():
            if above in seen:
                break
            seen.add(above)
            yield above


def number_of(cell: etree._Element, said: Styles | None = None) -> str:
    """The text of a cell that holds a number and nothing beside it; empty for any other. `said`: what is hidden is no text."""
    if cell.find(".//table") is not None:
        return ""
    whole = _said(cell)
    if _is_number(whole):
        return whole
    if len(cell) == 0 or (said is None and next(cell.iter(*_CODE), None) is None):
        return ""
    whole = _shown(cell, said)
    return whole if _is_number(whole) else ""


def _is_number(whole: str) -> bool:
    return len(whole) <= LONGEST and any(map(str.isdecimal, whole)) and len(_CHINESE.findall(whole)) <= WORDS


def _shown(cell: etree._Element, said: Styles | None) -> str:
    """The text of a cell without that of code and of what is hidden for certain."""
    found = [cell.text or ""]
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        if element is cell:
            continue
        if event == "end":
            found.append(element.tail or "")
            continue
        hidden = said.hiding(element) if said is not None else None
        if element.tag in _CODE or (hidden is not None and hidden.certain):
            walk.skip_subtree()
        else:
            found.append(element.text or "")
    return "".join(found).strip()


class _Weighed(NamedTuple):
    """What to do: texts that are to go (an element and `text` or `tail`), elements whose text is to be marked."""

    gone: list[tuple[etree._Element, str]]
    marked: list[etree._Element]


class _Page:
    """Cells weighed by what counts for their parts and for what is around them."""

    def __init__(self, moved: Moved, quirks: bool) -> None:
        self._moved = moved
        self._quirks = quirks
        self._above: dict[etree._Element, list[etree._Element]] = {}
        self._gone: dict[etree._Element, bool] = {}
        self._of_row: dict[etree._Element, str | None] = {}

    def weigh(self, cell: _Cell) -> _Weighed:
        """What a reader does not see of a cell as its text says it."""
        found = _Weighed([], [])
        if not any(map(self._speaks, cell.element.iter(etree.Element))):  # it looks as its row does
            verdict = self._verdict_of_row(cell.element)
            if verdict == "gone":
                found.gone.extend(_runs(cell.element))
            elif verdict == "marked":
                found.marked.append(cell.element)
            return found
        for part in cell.element.iter(etree.Element):
            if self._draws(part):
                found.marked.append(cell.element)
            elif self._stands_off(part, cell):
                found.marked.append(part)
        if self._is_in_hidden_row(cell.element):
            found.marked.append(cell.element)
        for element, name in _runs(cell.element):
            holder = element if name == "text" else element.getparent()
            if holder is None:
                continue
            if (unsized := self._unsized(holder)) is not None:
                if unsized == "gone":
                    found.gone.append((element, name))
                else:
                    found.marked.append(cell.element)
            elif self._is_pale(holder):
                found.marked.append(cell.element)
        return found._replace(marked=list(dict.fromkeys(found.marked)))

    def _verdict_of_row(self, cell: etree._Element) -> str | None:
        """What `weigh` does with the text of a cell that says nothing itself: `gone`, `marked` or nothing."""
        row = cell.getparent()
        assert row is not None  # a cell stands in something
        if row not in self._of_row:
            if self._is_in_hidden_row(cell):
                self._of_row[row] = "marked"
            else:
                self._of_row[row] = self._unsized(cell) or ("marked" if self._is_pale(cell) else None)
        return self._of_row[row]

    def _draws(self, part: etree._Element) -> bool:
        """Whether a style sheet puts digits before or after a part."""
        if not (counting := self._moved.of(part)):
            return False
        for about in _DRAWN:
            kind, _, name = counting.get(about, UNSAID).value.partition(" ")
            if kind == "digits" or (kind == "attr" and any(map(str.isdecimal, part.get(name) or ""))):
                return True
        return False

    def _stands_off(self, part: etree._Element, cell: _Cell) -> bool:
        """Whether a part of a number stands elsewhere than its text, or the whole of it where nobody sees it."""
        counting = self._moved.of(part)
        values = {about: what.value for about, what in counting.items()} if counting else {}
        is_turned = part.tag == "bdo" and (part.get("dir") or "").strip().lower() == "rtl"
        if not (values or is_turned) or not any(map(str.isdecimal, said := _said(part))):
            return False
        if is_turned:
            return True
        if values.get("flex-direction") == "reversed" and (part.tag in _PARTS or len(part) > 1):
            return True
        if _is_gone(part, values):
            return True
        return part.tag in _PARTS and said != cell.whole and any(values.get(about) in ("off", "away") for about in _OFF)

    def _is_in_hidden_row(self, cell: etree._Element) -> bool:
        """Whether the row of a cell, or the rows that it stands among, are drawn where nobody sees them."""
        for around in cell.iterancestors():
            if around.tag not in ROWS:
                return False
            if around not in self._gone:
                values = {about: what.value for about, what in self._moved.of(around).items()}
                self._gone[around] = bool(values) and _is_gone(around, values)
            if self._gone[around]:
                return True
        return False

    def _unsized(self, holder: etree._Element) -> str | None:
        """`gone` where its own `style` gives a text no size, `marked` where it is not certain or told from elsewhere."""
        for element in self._around(holder):
            size = self._moved.of(element).get("font-size", UNSAID)
            if size.value in ("0", "tiny"):
                is_own = "font-size" in (element.get("style") or "").lower() and element.tag not in CELLS
                return "gone" if size.value == "0" and size.certain and is_own else "marked"
            if size.value not in ("", INHERITED) or (self._quirks and element.tag == "table"):
                return None
        return None

    def _is_pale(self, holder: etree._Element) -> bool:
        """Whether a text's colour, where one is given, is hardly seen on its ground."""
        for element in self._around(holder):
            counting = self._moved.of(element)
            said = (counting.get("fill") or counting.get("color", UNSAID)).value
            if (own := colour(said) or (None if said else attribute(attribute_of(element)))) is not None:
                ground = self._ground(holder)
                return own.is_pale if ground is None else own.hardly_on(ground)
            if said == UNKNOWN or (not said and element.tag == "a" and element.get("href") is not None):
                return False
        return False

    def _ground(self, holder: etree._Element) -> Colour | None:
        """What a text stands on; None where that is a picture or lets through what is behind it."""
        for element in self._around(holder):
            counting = self._moved.of(element)
            painted = counting.get("background", UNSAID)
            if UNKNOWN in (painted.value, counting.get("background-image", UNSAID).value) or element.get("background"):
                return None
            own = (
                attribute(element.get("bgcolor"))
                if not painted.value
                else colour(painted.value)
                if painted.certain
                else None
            )
            if own is not None and own.opacity > 0:
                return own if own.opacity == 1 else None
        return WHITE

    def _around(self, holder: etree._Element) -> Iterator[etree._Element]:
        """An element of a cell and those that it stands in; above the cell only those that have something to say."""
        element: etree._Element | None = holder
        while element is not None and element.tag not in CELLS:
            yield element
            element = element.getparent()
        if element is not None:
            yield element
            row = element.getparent()
            if row is not None:
                if row not in self._above:
                    self._above[row] = [above for above in (row, *row.iterancestors()) if self._speaks(above)]
                yield from self._above[row]

    def _speaks(self, element: etree._Element) -> bool:
        return element.tag in _SPEAKING or bool(self._moved.of(element)) or bool(_GROUNDS.intersection(element.keys()))


def _is_gone(element: etree._Element, values: dict[str, str]) -> bool:
    """Whether nothing of an element is seen where its text stands: it is moved away, cut off, shrunk to nothing or effaced."""
    if "off" not in values.values() and "away" not in values.values():
        return False
    if any(values.get(about) == "away" for about in _AWAY) or any(values.get(about) == "off" for about in _GONE):
        return True
    placed = values.get("position")
    if placed in ("off", "away") and any(values.get(about) == "away" for about in _OFFSETS):
        return True
    if placed == "away" and values.get("clip") == "off":
        return True
    if values.get("overflow") != "off":
        return False
    has_size = (
        element.tag not in (*CELLS, *ROWS) or values.get("display") == "off"
    )  # a row is as high as its text, else
    sizes = (*_ACROSS, *_DOWN) if has_size else _ACROSS
    return any(values.get(about) == "off" for about in sizes)


def _runs(cell: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Each text with digits that stands in a cell: an element and `text` or `tail`."""
    for element in cell.iter(etree.Element):
        if any(map(str.isdecimal, element.text or "")):
            yield element, "text"
        if element is not cell and any(map(str.isdecimal, element.tail or "")):
            yield element, "tail"


def _said(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()
