"""Whether a style sheet's selector holds of an element of a page at rest: yes, no, or it cannot be told.

Selectors are parsed by cssselect2 (Selectors Level 4); they are matched here, over lxml's tree, because each place where a
step of one can stand is tried once: matching grows with the page and the selector, never with their combinations.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from cssselect2 import parser
from cssselect2.parser import SelectorError
from lxml import etree
from tinycss2.ast import Node
from tinycss2.nth import parse_nth

MAX_TOKENS = 200  # of one list of selectors: the longest seen in a template has 60
MAX_STEPS = 400_000  # elements that steps of selectors are held against, for one page; a real one takes a few thousand
MAX_DEPTH = 6  # of brackets within brackets

Specificity = tuple[int, int, int]
Tristate = bool | None
"""None: it cannot be told."""

_AT_REST = frozenset(
    [
        "visited",
        "hover",
        "active",
        "focus",
        "focus-within",
        "focus-visible",
        "target",
        "target-within",
        "current",
        "past",
        "future",
        "playing",
        "paused",
        "user-valid",
        "user-invalid",
        "host",
        "popover-open",
        "modal",
        "fullscreen",
        "autofill",
        "open",
        "picture-in-picture",
    ]
)
"""Pseudo-classes that hold of nothing before a reader does something."""

_ATTRIBUTE: dict[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "~=": lambda value, word: word in value.split(),
    "|=": lambda value, start: value == start or value.startswith(f"{start}-"),
    "^=": lambda value, start: bool(start) and value.startswith(start),
    "$=": lambda value, end: bool(end) and value.endswith(end),
    "*=": lambda value, part: bool(part) and part in value,
}


def parsed(tokens: Sequence[Node]) -> list[parser.Selector] | None:
    """The selectors of a list; None for one that is no selector of a size that a page has."""
    if not is_small(tokens):
        return None
    try:
        return list(parser.parse(tokens))
    except SelectorError:
        return None


def is_small(tokens: Sequence[Node]) -> bool:
    """Whether brackets are few and not deep, counted without recursion."""
    left, count = [(tokens, 0)], 0
    while left:
        some, depth = left.pop()
        count += len(some)
        if count > MAX_TOKENS or depth > MAX_DEPTH:
            return False
        left += [
            (inner, depth + 1)
            for token in some
            if (inner := getattr(token, "content", None) or getattr(token, "arguments", None))
            and isinstance(inner, list)
        ]
    return True


def key(selector: parser.Selector) -> str:
    """One name that every element has of which the selector holds, in lower case."""
    last = selector.parsed_tree
    compound = last.right if isinstance(last, parser.CombinedSelector) else last
    best = "*"
    for simple in compound.simple_selectors:
        if isinstance(simple, parser.IDSelector):
            return f"#{simple.ident.lower()}"
        if isinstance(simple, parser.ClassSelector):
            best = f".{simple.class_name.lower()}"
        elif isinstance(simple, parser.LocalNameSelector) and best == "*":
            best = simple.lower_local_name
    return best


class Page:
    """The elements of one page as selectors see them. The tree must not change while it is asked.

    `quirks`: classes and ids count whatever their case, as in pages without a doctype.
    """

    def __init__(self, quirks: bool) -> None:
        self._left = MAX_STEPS
        self._fold: Callable[[str], str] = str.lower if quirks else str
        self._children: dict[etree._Element, list[etree._Element]] = {}
        self._places: dict[tuple[etree._Element, str | None], tuple[int, int]] = {}
        self._ranked: set[etree._Element] = set()

    def names(self, element: etree._Element) -> list[str]:
        """By which names `key` of a selector can be that of a selector that holds of the element."""
        found = ["*", str(element.tag).lower()]
        if (identity := element.get("id")) is not None:
            found.append(f"#{identity.lower()}")
        return found + [f".{name}" for name in (element.get("class") or "").lower().split()]

    def matches(self, selector: parser.Selector, element: etree._Element) -> Tristate:
        """Whether a selector holds of an element; of a page that asks too much it cannot be told."""
        return None if self._left < 0 else self._tree(selector.parsed_tree, element)

    def _tree(self, tree: Any, element: etree._Element) -> Tristate:
        """Both certain places and those that cannot be told are kept, step by step from the right."""
        sure, perhaps = [element], [element]
        while isinstance(tree, parser.CombinedSelector):
            sure, perhaps = self._standing(tree.right, sure, perhaps)
            if not perhaps:
                return False
            reached = _REACHED[tree.combinator]
            sure, perhaps, tree = _unique(reached(sure)), _unique(reached(perhaps)), tree.left
        sure, perhaps = self._standing(tree, sure, perhaps)
        return True if sure else None if perhaps else False

    def _standing(
        self, compound: Any, sure: list[etree._Element], perhaps: list[etree._Element]
    ) -> tuple[list[etree._Element], list[etree._Element]]:
        self._left -= len(perhaps)
        held = {element: self._compound(compound, element) for element in perhaps}
        return [e for e in sure if held[e]], [e for e in perhaps if held[e] is not False]

    def _compound(self, compound: Any, element: etree._Element) -> Tristate:
        return _all(self._simple(simple, element) for simple in compound.simple_selectors)

    def _simple(self, simple: Any, element: etree._Element) -> Tristate:
        match simple:
            case parser.LocalNameSelector():
                return bool(str(element.tag).lower() == simple.lower_local_name)
            case parser.ClassSelector():
                return self._fold(simple.class_name) in self._classes(element)
            case parser.IDSelector():
                identity = element.get("id")
                return identity is not None and self._fold(identity) == self._fold(simple.ident)
            case parser.AttributeSelector():
                return _has(simple, element)
            case parser.NegationSelector():
                return _not(_any(self._tree(one.parsed_tree, element) for one in simple.selector_list))
            case parser.MatchesAnySelector() | parser.SpecificityAdjustmentSelector():
                return _any(self._tree(one.parsed_tree, element) for one in simple.selector_list)
            case parser.PseudoClassSelector():
                return self._state(simple.name, element)
            case parser.FunctionalPseudoClassSelector():
                return self._nth(simple, element)
        return None  # :has(), a namespace

    def _classes(self, element: etree._Element) -> list[str]:
        return [self._fold(name) for name in (element.get("class") or "").split()]

    def _state(self, name: str, element: etree._Element) -> Tristate:
        if name in _AT_REST:
            return False
        if name == "root":
            return element.getparent() is None
        if name == "empty":
            return len(self._of(element)) == 0 and not element.text
        if name in _POSITIONS:
            before, after = self._place(element, name.endswith("of-type"))
            return all((before, after)[side] == 0 for side in _POSITIONS[name])
        return None

    def _nth(self, simple: parser.FunctionalPseudoClassSelector, element: etree._Element) -> Tristate:
        found = parse_nth(simple.arguments) if simple.name in _NTH else None
        if found is None:
            return None  # :lang(), `2n of .selector`
        (step, start), before = found, self._place(element, simple.name.endswith("of-type"))[_NTH[simple.name]]
        if step == 0:
            return bool(before + 1 == start)
        count, rest = divmod(before + 1 - start, step)
        return bool(rest == 0 and count >= 0)

    def _place(self, element: etree._Element, of_type: bool) -> tuple[int, int]:
        """How many elements (of the same tag) stand before and after an element, inside the same one."""
        parent = element.getparent()
        if parent is None:
            return (0, 0)
        if parent not in self._ranked:
            self._rank(parent)
        return self._places[element, str(element.tag) if of_type else None]

    def _rank(self, parent: etree._Element) -> None:
        children = self._of(parent)
        by_tag: dict[str, list[etree._Element]] = {}
        for child in children:
            by_tag.setdefault(str(child.tag), []).append(child)
        for tag, group in [(None, children), *by_tag.items()]:
            for at, child in enumerate(group):
                self._places[child, tag] = (at, len(group) - at - 1)
        self._ranked.add(parent)

    def _of(self, parent: etree._Element) -> list[etree._Element]:
        if parent not in self._children:
            self._children[parent] = list(parent.iterchildren(etree.Element))
        return self._children[parent]


_POSITIONS = {
    "first-child": (0,), "last-child": (1,), "only-child": (0, 1),
    "first-of-type": (0,), "last-of-type": (1,), "only-of-type": (0, 1),
}  # fmt: skip
_NTH = {"nth-child": 0, "nth-last-child": 1, "nth-of-type": 0, "nth-last-of-type": 1}


def _parents(elements: Iterable[etree._Element]) -> Iterator[etree._Element]:
    for element in elements:
        if (parent := element.getparent()) is not None:
            yield parent


def _ancestors(elements: Iterable[etree._Element]) -> Iterator[etree._Element]:
    seen: set[etree._Element] = set()
    for element in elements:
        for above in element.iterancestors():
            if above in seen:
                break
            seen.add(above)
            yield above


def _neighbours(elements: Iterable[etree._Element]) -> Iterator[etree._Element]:
    for element in elements:
        if (before := next(element.itersiblings(etree.Element, preceding=True), None)) is not None:
            yield before


def _earlier(elements: Iterable[etree._Element]) -> Iterator[etree._Element]:
    seen: set[etree._Element] = set()
    for element in elements:
        for before in element.itersiblings(etree.Element, preceding=True):
            if before in seen:
                break
            seen.add(before)
            yield before


_REACHED: dict[str, Callable[[Iterable[etree._Element]], Iterator[etree._Element]]] = {
    " ": _ancestors, ">": _parents, "+": _neighbours, "~": _earlier,
}  # fmt: skip


def _unique(elements: Iterable[etree._Element]) -> list[etree._Element]:
    return list(dict.fromkeys(elements))


def _has(simple: parser.AttributeSelector, element: etree._Element) -> Tristate:
    value = element.get(simple.lower_name)
    if value is None or simple.operator is None:
        return value is not None
    wanted = simple.value
    if simple.case_sensitive is False:
        value, wanted = value.lower(), wanted.lower()
    return _ATTRIBUTE[simple.operator](value, wanted)


def _all(answers: Iterable[Tristate]) -> Tristate:
    told: Tristate = True
    for answer in answers:
        if answer is False:
            return False
        told = told and answer
    return told


def _any(answers: Iterable[Tristate]) -> Tristate:
    return _not(_all(_not(answer) for answer in answers))


def _not(answer: Tristate) -> Tristate:
    return None if answer is None else not answer
