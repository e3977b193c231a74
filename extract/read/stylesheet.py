"""The style sheets that stand in a page, as far as they say what is not shown, and what is drawn as a row of a table.

Parsed by tinycss2 (CSS Syntax Level 3); `extract.read.selectors` says of what a rule holds. What applies to print only, to a
pointer or to generated text hides nothing; what a rule hides whose selector or medium cannot be told is not certain. Sheets
of other files are not there to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import tinycss2
from cssselect2.parser import Selector
from lxml import etree
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule

from extract.read.selectors import Page, Specificity, parsed

MAX_STYLE = 300_000  # characters of one page's style sheets; the largest template seen inlines 120 KB
MAX_ATTRIBUTE = 4_000  # characters of one `style` attribute; Word writes up to 700
MAX_RULES = 2_000  # that show or hide
MAX_NESTED = 8  # blocks of @media, @supports, @layer inside one another
WIDTH, HEIGHT = 1_280, 800  # pixels of the screen on which a page is thought to be read
_MEDIA = frozenset(
    ["all", "screen", "print", "speech", "aural", "tty", "handheld", "projection", "tv", "braille", "embossed"]
)
_PIXELS = {"px": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54}

MENTIONED = re.compile(r"display|visibility|mso-hide|text-decoration|opacity", re.IGNORECASE)
"""What stands in every `style` attribute that has anything to say here."""

_TELLING = re.compile(
    r"display[^;{}]*(?:no|table|flex)|visibility[^;{}]*(?:hidden|collapse)|mso-hide|line-through|opacity",
    re.IGNORECASE,
)
"""What stands in every sheet that hides something or draws rows: others are not parsed."""

MAX_DOCTYPE = 4_096  # bytes in which the doctype stands, if there is one
_DOCTYPE = re.compile(rb"<!doctype[^>]*", re.IGNORECASE)
_OLD_DOCTYPE = re.compile(rb"html (?:4\.\d+ (?:transitional|frameset)|3\.2)[^\"']*[\"']\s*$|html 3\.2", re.IGNORECASE)

_DISPLAYS = frozenset(
    [
        "none",
        "block",
        "inline",
        "inline-block",
        "flex",
        "inline-flex",
        "grid",
        "inline-grid",
        "table",
        "inline-table",
        "table-row",
        "table-cell",
        "table-row-group",
        "table-header-group",
        "table-footer-group",
        "table-column",
        "table-column-group",
        "table-caption",
        "list-item",
        "flow-root",
        "contents",
        "run-in",
        "math",
        "ruby",
        "initial",
        "inherit",
        "unset",
        "revert",
    ]
)
_VALUES = {
    "display": _DISPLAYS,
    "visibility": frozenset(["visible", "hidden", "collapse", "initial", "inherit", "unset", "revert"]),
    "mso-hide": frozenset(["all", "none", "screen"]),
}
_HIDING = {"display": {"none"}, "visibility": {"hidden", "collapse"}, "mso-hide": {"all"}, "opacity": {"0"}}
_FADING = frozenset(["opacity"])
"""What scripts and animations change as soon as a page is there: it hides, but not for certain."""


class Rule(NamedTuple):
    """What one selector says of one property. `weight` settles which of several rules counts. `certain`: where it holds, it
    counts on a screen.
    """

    about: str
    value: str
    weight: tuple[bool, Specificity, int]
    selector: Selector
    certain: bool


class Decided(NamedTuple):
    """What counts for one element of one property. `important`: an attribute does not change it."""

    value: str
    important: bool
    certain: bool


_UNSAID = Decided("", False, False)


class Hidden(NamedTuple):
    """By which property an element is not shown, and whether that is certain."""

    about: str
    certain: bool


class Styles:
    """What the sheets of a page say of each of its elements, as the page came: later changes of the tree do not matter.

    `deciding`: by element and property (`display`, `visibility`, `text-decoration`, `opacity`, `mso-hide`).
    """

    def __init__(self, deciding: dict[etree._Element, dict[str, Decided]]) -> None:
        self._deciding = deciding

    def hiding(self, element: etree._Element) -> Hidden | None:
        """How an element is not shown, for certain where one property says so with certainty; None where it is shown."""
        said, style = self._deciding.get(element), element.get("style")
        if said is None and style is None and element.get("hidden") is None:
            return None  # as nearly all are
        decided = dict(said or {})
        if element.get("hidden") is not None and not (displayed := decided.get("display", _UNSAID)).certain:
            decided["display"] = Decided("none", False, displayed is _UNSAID)
        for about, own in of_attribute(style).items():
            sheet = decided.get(about)
            if sheet is None or own.important or not sheet.important:
                decided[about] = own
            elif not sheet.certain and hides(about, own.value):
                decided[about] = own._replace(certain=False)
        found = [Hidden(about, what.certain) for about, what in decided.items() if hides(about, what.value)]
        return max(found, key=lambda hidden: hidden.certain) if found else None

    def is_visible(self, element: etree._Element) -> bool:
        """Whether it is said to be shown inside what is invisible."""
        return any(
            said.get("visibility", _UNSAID).value == "visible"
            for said in (self._deciding.get(element, {}), of_attribute(element.get("style")))
        )

    def display(self, element: etree._Element) -> str | None:
        """How an element is drawn (`table-row`, `flex` …), where it is said with certainty."""
        own = of_attribute(element.get("style")).get("display")
        decided = self._deciding.get(element, {}).get("display")
        if own is not None and (own.important or decided is None or not decided.important):
            return own.value
        return decided.value if decided is not None and decided.certain else None


def hides(about: str, value: str) -> bool:
    """Whether a property with this value takes a text away from the reader."""
    return value in _HIDING.get(about, ()) or (about == "text-decoration" and value == "line-through")


def of_attribute(style: str | None) -> dict[str, Decided]:
    """What a `style` attribute says, by property; of several declarations of one the last important one, else the last."""
    found: dict[str, Decided] = {}
    if style and MENTIONED.search(style):
        for about, value, important in declared(style[:MAX_ATTRIBUTE]):
            if important or about not in found or not found[about].important:
                found[about] = Decided(value, important, about not in _FADING)
    return found


def in_quirks(source: bytes) -> bool:
    """Whether browsers draw a page as before the standards (WHATWG DOM, "quirks mode"): it has no doctype, or an old one."""
    found = _DOCTYPE.search(source[:MAX_DOCTYPE])
    return found is None or _OLD_DOCTYPE.search(found[0]) is not None


def styles(root: etree._Element, quirks: bool, everywhere: bool) -> Styles:
    """What the style sheets of a page say; `everywhere`: of all elements, else of those inside tables."""
    text = "\n".join(style.text for style in root.iter("style") if style.text)[:MAX_STYLE]
    if not _TELLING.search(text):
        return Styles({})
    _as_drawn(root)
    page = Page(quirks)
    by_name: dict[str, list[Rule]] = {}
    for rule in _rules(text):
        by_name.setdefault(page.key(rule.selector), []).append(rule)
    if not by_name:
        return Styles({})
    scopes = [root] if everywhere else [table for table in root.iter("table") if not any(table.iterancestors("table"))]
    elements = (element for scope in scopes for element in scope.iter(etree.Element))
    found = ((element, _decided(element, page, by_name)) for element in elements)
    return Styles({element: decided for element, decided in found if decided})


def _as_drawn(root: etree._Element) -> None:
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


def _decided(element: etree._Element, page: Page, by_name: dict[str, list[Rule]]) -> dict[str, Decided]:
    """Of each property what counts. Rules that perhaps hold, and weigh more than the first that does, make it uncertain where
    they say otherwise; then what hides is what is told.
    """
    held: dict[str, list[tuple[Rule, bool]]] = {}
    for name in dict.fromkeys(page.names(element)):
        for rule in by_name.get(name, ()):
            if (answer := page.matches(rule.selector, element)) is not False:
                held.setdefault(rule.about, []).append((rule, answer is True and rule.certain))
    decided = {}
    for about, rules in held.items():
        rules.sort(key=lambda pair: pair[0].weight, reverse=True)
        sure = next((at for at, (_, certain) in enumerate(rules) if certain), len(rules))
        candidates = [rule for rule, _ in rules[: sure + 1]]
        certain = sure < len(rules) and len({rule.value for rule in candidates}) == 1
        rule = next((rule for rule in candidates if hides(about, rule.value)), candidates[-1])
        decided[about] = Decided(rule.value, rule.weight[0], certain and about not in _FADING)
    return decided


def _rules(text: str) -> Iterator[Rule]:
    count = 0
    for prelude, content, certain in _blocks(tinycss2.parse_stylesheet(text, True, True), True, 0):
        said = list(declared(content))
        selectors = parsed(prelude) if said else None
        for selector in selectors or ():
            if selector.pseudo_element is not None:
                continue
            for about, value, important in said:
                count += 1
                if count > MAX_RULES:
                    return
                yield Rule(about, value, (important, selector.specificity, count), selector, certain)


def _blocks(nodes: Iterable[Node], certain: bool, depth: int) -> Iterator[tuple[list[Node], list[Node], bool]]:
    """(selectors, declarations, whether they count on a screen) of each rule that perhaps does."""
    for node in nodes:
        if isinstance(node, QualifiedRule):
            yield node.prelude, node.content, certain
        elif isinstance(node, AtRule) and node.content is not None and depth < MAX_NESTED:
            counts = _counts(node)
            if counts is not False:
                inner = tinycss2.parse_blocks_contents(node.content, True, True)
                yield from _blocks(inner, certain and counts is True, depth + 1)


def declared(content: str | Sequence[Node]) -> Iterator[tuple[str, str, bool]]:
    """(property, value, whether it is important) of declarations that show or hide, as far as a browser would take them."""
    for node in tinycss2.parse_blocks_contents(content, True, True):
        if not isinstance(node, Declaration):
            continue
        words = [
            getattr(token, "lower_value", getattr(token, "value", ""))
            for token in node.value
            if token.type != "whitespace"
        ]
        about = "text-decoration" if node.lower_name == "text-decoration-line" else node.lower_name
        if about == "opacity" and len(words) == 1 and node.value[-1].type in ("number", "percentage"):
            yield about, "0" if float(words[0]) <= 0 else "1", node.important
        elif about == "text-decoration" and words:
            yield about, "line-through" if "line-through" in words else "none", node.important
        elif len(words) == 1 and words[0] in _VALUES.get(about, ()):
            yield about, str(words[0]), node.important


def _counts(rule: AtRule) -> bool | None:
    """Whether the rules in an at-rule's block count on a screen; None where it cannot be told."""
    if rule.lower_at_keyword == "media":
        queries: list[list[Node]] = [[]]
        for token in rule.prelude:
            if token.type == "literal" and token.value == ",":
                queries.append([])
            elif token.type not in ("whitespace", "comment"):
                queries[-1].append(token)
        answers = [_on_screen(query) for query in queries]
        return True if True in answers else None if None in answers else False
    if rule.lower_at_keyword == "layer":
        return True
    return None if rule.lower_at_keyword in ("supports", "container", "scope", "document", "-moz-document") else False


def _on_screen(query: list[Node]) -> bool | None:
    """Whether one media query (`only screen and (max-width: 767px)`) holds of the screen."""
    answers: list[bool | None] = []
    for token in query:
        word = getattr(token, "lower_value", None)
        if token.type == "() block":
            answers.append(_holds(token.content))
        elif word in _MEDIA:
            answers.append(word in ("all", "screen"))
        elif word not in ("only", "and"):
            return None  # `not`, `or`, what is newer
    return False if False in answers else None if None in answers else True


def _holds(feature: list[Node]) -> bool | None:
    """Whether `(min-width: 768px)` and the like hold of the screen."""
    tokens = [token for token in feature if token.type not in ("whitespace", "comment")]
    if len(tokens) != 3 or tokens[0].type != "ident" or tokens[2].type != "dimension":
        return None
    unit, name = _PIXELS.get(tokens[2].lower_unit), tokens[0].lower_value
    if unit is None or name not in ("min-width", "max-width", "min-height", "max-height"):
        return None
    there, asked = WIDTH if name.endswith("width") else HEIGHT, tokens[2].value * unit
    return bool(there >= asked if name.startswith("min") else there <= asked)
