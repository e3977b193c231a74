"""The style sheets that stand in a page as rules: a selector, what it says, and whether that counts on a screen.

Parsed by tinycss2 (CSS Syntax Level 3), rules inside one another (CSS Nesting) among them. What applies to print only or to a
pointer does not count; what counts in a medium that cannot be told is not certain. Sheets of other files are not there to be read.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import tinycss2
from cssselect2.parser import Selector
from lxml import etree
from tinycss2.ast import AtRule, Declaration, FunctionBlock, Node, QualifiedRule

from extract.read.declarations import Group, Said, declared
from extract.read.lengths import PIXELS
from extract.read.selectors import MAX_TOKENS, is_small, key, parsed

MAX_STYLE = 300_000  # characters of one page's style sheets; the largest template seen inlines 120 KB
MAX_RULES = 2_000  # declarations of one group that may bear on a page's elements
MAX_NESTED = 8  # blocks of @media, @supports, @layer or of rules inside one another
WIDTH, HEIGHT = 1_280, 800  # pixels of the screen on which a page is thought to be read
_MEDIA = frozenset(
    ["all", "screen", "print", "speech", "aural", "tty", "handheld", "projection", "tv", "braille", "embossed"]
)
_ROOT = tinycss2.parse_component_value_list(":root")
"""What `&` means in a rule that stands in no other."""
_GENERATED = ("before", "after")


class Rule(NamedTuple):
    """What one selector says. `number`: of several rules of one specificity the last counts. `certain`: where it holds, it counts on
    a screen.
    """

    said: tuple[Said, ...]
    number: int
    selector: Selector
    certain: bool


class _Block(NamedTuple):
    """A rule as it stands: its selectors, its declarations, whether it counts on a screen for certain."""

    prelude: list[Node]
    content: list[Node]
    certain: bool


def text(root: etree._Element) -> str:
    """The style sheets of a page, one after the other."""
    return "\n".join(style.text for style in root.iter("style") if style.text)[:MAX_STYLE]


def rules(sheet: str, group: Group, names: Container[str]) -> Iterator[tuple[str, Rule]]:
    """The rules that say something of a group's properties, of elements by one of these names (`selectors.key`), each with that name.

    A rule of text that is drawn before or after an element says one thing, its `content`, and says it of `before` or `after`.
    """
    count = 0
    for number, block in enumerate(_blocks_of(sheet)):
        said = tuple(declared(block.content, group))
        for selector in (parsed(block.prelude) if said else None) or ():
            own = _of_selector(said, selector.pseudo_element)
            if not own or (name := key(selector)) not in names:
                continue
            count += len(own)
            if count > MAX_RULES:
                return
            yield name, Rule(own, number, selector, block.certain)


def _of_selector(said: tuple[Said, ...], pseudo_element: str | None) -> tuple[Said, ...]:
    if pseudo_element is None:
        return tuple(one for one in said if one.about != "content")
    if pseudo_element in _GENERATED:
        return tuple(one._replace(about=pseudo_element) for one in said if one.about == "content")
    return ()


@lru_cache(2)  # the two groups are read one after the other
def _blocks_of(sheet: str) -> tuple[_Block, ...]:
    nodes = tinycss2.parse_stylesheet(sheet, True, True)
    if "&" in sheet:
        for node in nodes:
            if isinstance(node, QualifiedRule) and is_small(node.prelude):
                node.prelude = _put_in(_ROOT, node.prelude)
    return tuple(_blocks(nodes, None, True, 0))


def _blocks(nodes: Iterable[Node], around: list[Node] | None, certain: bool, depth: int) -> Iterator[_Block]:
    """Each rule that perhaps counts on a screen. `around`: the selectors of the rule that these nodes stand in."""
    for node in nodes:
        if depth > MAX_NESTED:
            return
        if isinstance(node, QualifiedRule):
            prelude = node.prelude if around is None else _within(around, node.prelude)
            if prelude:
                yield from _block(prelude, node.content, certain, depth)
        elif isinstance(node, AtRule) and node.content is not None:
            counts = _counts(node)
            if counts is None or counts:
                sure = certain and counts is True
                if around is not None:
                    yield from _block(around, node.content, sure, depth)
                else:
                    inner = tinycss2.parse_blocks_contents(node.content, True, True)
                    yield from _blocks(inner, None, sure, depth + 1)


def _block(prelude: list[Node], content: list[Node], certain: bool, depth: int) -> Iterator[_Block]:
    inner = tinycss2.parse_blocks_contents(content, True, True)
    yield _Block(prelude, [node for node in inner if isinstance(node, Declaration)], certain)
    yield from _blocks(inner, prelude, certain, depth + 1)


def _within(around: list[Node], prelude: Sequence[Node]) -> list[Node]:
    """The selectors of a rule inside another as they would stand alone: `&`, else the front of each, is whatever is around.

    Nothing where they would be of a size that no page has.
    """
    if not is_small(around) or not is_small(prelude):
        return []
    places = 1 + sum(token == "&" or token == "," for token in _all_of(prelude))
    if len(prelude) + places * len(around) > MAX_TOKENS:
        return []
    parent = tinycss2.parse_component_value_list(f":is({tinycss2.serialize(around)})")
    found: list[Node] = []
    for number, selector in enumerate(_split(prelude)):
        if number:
            found += tinycss2.parse_component_value_list(", ")
        if not any(token == "&" for token in _all_of(selector)):
            found += [*parent, *tinycss2.parse_component_value_list(" ")]
        found += _put_in(parent, selector)
    return found


def _all_of(tokens: Sequence[Node]) -> Iterator[Node]:
    """Tokens and those in their brackets, which are few (`is_small`)."""
    for token in tokens:
        yield token
        yield from _all_of(getattr(token, "arguments", None) or ())


def _put_in(parent: list[Node], tokens: Sequence[Node]) -> list[Node]:
    """Tokens with `parent` for each `&` among them: new ones where they stand in brackets, as a rule's are read more than once."""
    found: list[Node] = []
    for token in tokens:
        if token == "&":
            found += parent
        elif isinstance(token, FunctionBlock):
            found.append(
                FunctionBlock(token.source_line, token.source_column, token.name, _put_in(parent, token.arguments))
            )
        else:
            found.append(token)
    return found


def _split(tokens: Sequence[Node]) -> list[list[Node]]:
    """Tokens between commas."""
    parts: list[list[Node]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return parts


def _counts(rule: AtRule) -> bool | None:
    """Whether the rules in an at-rule's block count on a screen; None where it cannot be told."""
    if rule.lower_at_keyword == "media":
        answers = [
            _on_screen([token for token in query if token.type != "whitespace"]) for query in _split(rule.prelude)
        ]
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
    unit, name = PIXELS.get(tokens[2].lower_unit), tokens[0].lower_value
    if unit is None or name not in ("min-width", "max-width", "min-height", "max-height"):
        return None
    there, asked = WIDTH if name.endswith("width") else HEIGHT, tokens[2].value * unit
    return bool(there >= asked if name.startswith("min") else there <= asked)
