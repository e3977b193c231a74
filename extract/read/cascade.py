"""What counts for each element of a page of all that its style sheets and its own `style` say (CSS Cascade).

`extract.read.stylesheet` gives the rules, `extract.read.selectors` says of what a rule holds. What a rule says whose selector or
medium cannot be told is not certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from extract.read import declarations, stylesheet
from extract.read.declarations import HIDING, MOVING, hides, is_odd
from extract.read.selectors import Page

MAX_ATTRIBUTE = 4_000  # characters of one `style` attribute; Word writes up to 700

MENTIONED = re.compile(r"display|visibility|mso-hide|text-decoration|opacity", re.IGNORECASE)
"""What stands in every `style` attribute that hides something or says how it is drawn."""

_TELLING = re.compile(
    r"display[^;{}]*(?:no|table|flex)|visibility[^;{}]*(?:hidden|collapse)|mso-hide|line-through|opacity",
    re.IGNORECASE,
)
"""What stands in every sheet that hides something or draws rows: others are not parsed for it."""

MAX_DOCTYPE = 4_096  # bytes in which the doctype stands, if there is one
_DOCTYPE = re.compile(rb"<!doctype[^>]*", re.IGNORECASE)
_OLD_DOCTYPE = re.compile(rb"html (?:4\.\d+ (?:transitional|frameset)|3\.2)[^\"']*[\"']\s*$|html 3\.2", re.IGNORECASE)

_FADING = frozenset(["opacity"])
"""What scripts and animations change as soon as a page is there: it hides, but not for certain."""


class Decided(NamedTuple):
    """What counts for one element of one property. `important`: an attribute does not change it."""

    value: str
    important: bool
    certain: bool


UNSAID = Decided("", False, False)
Counting = dict[str, Decided]
"""What counts for an element, by property."""


class Hidden(NamedTuple):
    """By which property an element is not shown, and whether that is certain."""

    about: str
    certain: bool


class Styles:
    """What the sheets of a page say of each of its elements, as the page came: later changes of the tree do not matter.

    `deciding`: by element what counts of `HIDING`.
    """

    def __init__(self, deciding: dict[etree._Element, Counting]) -> None:
        self._deciding = deciding

    def hiding(self, element: etree._Element) -> Hidden | None:
        """How an element is not shown, for certain where one property says so with certainty; None where it is shown."""
        said, style, is_put_away = self._deciding.get(element), element.get("style"), _is_put_away(element)
        if said is None and style is None and not is_put_away:
            return None  # as nearly all are
        decided = dict(said or {})
        if is_put_away and not (displayed := decided.get("display", UNSAID)).certain:
            decided["display"] = Decided("none", False, displayed is UNSAID)
        decided = _joined(decided, of_attribute(style))
        found = [Hidden(about, what.certain) for about, what in decided.items() if hides(about, what.value)]
        return max(found, key=lambda hidden: hidden.certain) if found else None

    def is_visible(self, element: etree._Element) -> bool:
        """Whether it is said to be shown inside what is invisible."""
        return any(
            said.get("visibility", UNSAID).value == "visible"
            for said in (self._deciding.get(element, {}), of_attribute(element.get("style")))
        )

    def display(self, element: etree._Element) -> str | None:
        """How an element is drawn (`table-row`, `flex` …), where it is said with certainty."""
        own = of_attribute(element.get("style")).get("display")
        decided = self._deciding.get(element, {}).get("display")
        if own is not None and (own.important or decided is None or not decided.important):
            return own.value
        return decided.value if decided is not None and decided.certain else None


def _is_put_away(element: etree._Element) -> bool:
    """Whether browsers themselves do not show an element, unless a style says that it is drawn."""
    return (
        element.get("hidden") is not None
        or element.get("popover") is not None
        or (element.tag == "dialog" and element.get("open") is None)
    )


class Moved:
    """What sheets and attributes say of `MOVING`, asked element by element; the tree must not change meanwhile.

    `elements`: of all that will be asked for, one of each name with each attributes; the rows of the tree stand `as_drawn`.
    """

    def __init__(self, root: etree._Element, quirks: bool, elements: Iterable[etree._Element]) -> None:
        self._page = Page(quirks)
        self._rules = _by_name(stylesheet.text(root), MOVING, self._page, elements)
        self._known: dict[etree._Element, Counting] = {}

    def of(self, element: etree._Element) -> Counting:
        """What counts for an element, its attributes of old (`color`, `bgcolor`) not among it."""
        if (known := self._known.get(element)) is None:
            sheets = _decided(element, self._page, self._rules) if self._rules else {}
            style = element.get("style")
            known = self._known[element] = _joined(sheets, _moved_by(style[:MAX_ATTRIBUTE])) if style else sheets
        return known

    def suspects(self, elements: Iterable[etree._Element]) -> bool:
        """Whether anything is said, of whichever elements, that may put the text of one of these out of sight; quicker than `of`."""
        if any(
            declarations.is_suspect(about, value)
            for rules in self._rules.values()
            for rule in rules
            for about, value, _ in rule.said
        ):
            return True
        styles = {style[:MAX_ATTRIBUTE] for element in elements if (style := element.get("style"))}
        return any(
            declarations.is_suspect(about, said.value) for style in styles for about, said in _moved_by(style).items()
        )


def of_attribute(style: str | None) -> Counting:
    """What a `style` attribute says of `HIDING`; of several declarations of one property the last important one, else the last."""
    return _counting(style[:MAX_ATTRIBUTE], HIDING) if style and MENTIONED.search(style) else {}


@lru_cache(1024)  # editors write the same few styles into every cell
def _moved_by(style: str) -> Counting:
    return _counting(style, MOVING)


def _counting(style: str, group: declarations.Group) -> Counting:
    found: Counting = {}
    for about, value, important in declarations.read(style, group):
        if important or about not in found or not found[about].important:
            found[about] = Decided(value, important, about not in _FADING)
    return found


def _joined(sheets: Counting, attribute: Counting) -> Counting:
    """What counts where both speak: the attribute's, unless a sheet's is important."""
    joined = dict(sheets)
    for about, own in attribute.items():
        sheet = joined.get(about)
        if sheet is None or own.important or not sheet.important:
            joined[about] = own
        elif not sheet.certain and is_odd(about, own.value):
            joined[about] = own._replace(certain=False)
    return joined


def in_quirks(source: bytes) -> bool:
    """Whether browsers draw a page as before the standards (WHATWG DOM, "quirks mode"): it has no doctype, or an old one."""
    found = _DOCTYPE.search(source[:MAX_DOCTYPE])
    return found is None or _OLD_DOCTYPE.search(found[0]) is not None


def styles(root: etree._Element, quirks: bool, everywhere: bool) -> Styles:
    """What the style sheets of a page say; `everywhere`: of all elements, else of those inside tables."""
    text = stylesheet.text(root)
    if not _TELLING.search(text):
        return Styles({})
    as_drawn(root)
    page = Page(quirks)
    scopes = [root] if everywhere else [table for table in root.iter("table") if not any(table.iterancestors("table"))]
    elements = [element for scope in scopes for element in scope.iter(etree.Element)]
    by_name = _by_name(text, HIDING, page, elements)
    if not by_name:
        return Styles({})
    found = ((element, _decided(element, page, by_name)) for element in elements)
    return Styles({element: decided for element, decided in found if decided})


def _by_name(
    sheet: str, group: declarations.Group, page: Page, elements: Iterable[etree._Element]
) -> dict[str, list[stylesheet.Rule]]:
    """The rules that may hold of one of the elements."""
    by_name: dict[str, list[stylesheet.Rule]] = {}
    if sheet:
        names = {name for element in elements for name in page.names(element)}
        for name, rule in stylesheet.rules(sheet, group, names):
            by_name.setdefault(name, []).append(rule)
    return by_name


def as_drawn(root: etree._Element) -> None:
    """Browsers put rows that stand directly in a table into a `tbody`, and selectors see it."""
    for table in root.iter("table"):
        body: etree._Element | None = None
        for child in list(table.iterchildren(etree.Element)):
            if child.tag == "tr":
                if body is None:
                    body = etree.Element("tbody")
                    child.addprevious(body)
                body.append(child)
            else:
                body = None


def _decided(element: etree._Element, page: Page, by_name: dict[str, list[stylesheet.Rule]]) -> Counting:
    """Of each property what counts. Rules that perhaps hold, and weigh more than the first that does, make it uncertain where
    they say otherwise; then what is odd is what is told.
    """
    held: dict[str, list[tuple[tuple[object, ...], declarations.Said, bool]]] = {}
    for name in dict.fromkeys(page.names(element)):
        for rule in by_name.get(name, ()):
            if (answer := page.matches(rule.selector, element)) is not False:
                certain = answer is True and rule.certain
                for at, said in enumerate(rule.said):
                    weight = (said.important, rule.selector.specificity, rule.number, at)
                    held.setdefault(said.about, []).append((weight, said, certain))
    decided = {}
    for about, heavy in held.items():
        heavy.sort(reverse=True)
        sure = next((at for at, (_, _, certain) in enumerate(heavy) if certain), len(heavy))
        candidates = [said for _, said, _ in heavy[: sure + 1]]
        certain = sure < len(heavy) and len({said.value for said in candidates}) == 1
        said = next((said for said in candidates if is_odd(about, said.value)), candidates[-1])
        decided[about] = Decided(said.value, said.important, certain and about not in _FADING)
    return decided
