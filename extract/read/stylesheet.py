"""The style sheets that stand in a page, as far as they say what is not shown.

Rules that set `display`, `visibility` or a line through the text are kept, under selectors of tags, classes and ids
inside one another. What a selector beyond these hides is not certain; what applies to print only, to a pointer or to
generated text hides nothing. Of `display`, they also say which elements are drawn as rows of a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

MAX_STYLE = 300_000  # characters of one page's style sheets; the largest template seen inlines 120 KB
MAX_RULES = 2_000  # that show or hide
MAX_PARTS = 8  # of one selector

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_SETS = re.compile(
    r"(?:^|;)\s*(display|visibility|mso-hide|text-decoration)(?:-line)?\s*:\s*([^;!]+)(!\s*important)?", re.IGNORECASE
)
_HIDING = {
    "display": ("none",),
    "visibility": ("hidden", "collapse"),
    "mso-hide": ("all",),
    "text-decoration": ("line-through",),
}
_NEVER = re.compile(
    r"::|:(?:before|after|hover|focus|active|visited|target|checked|disabled|selection|first-l)", re.IGNORECASE
)
_FOR_SCREENS = re.compile(r"@(?:media\s+(?:all|screen)\b(?!\s+and)|supports|layer)")
_BRACE = re.compile("[{}]")
_STEP = re.compile(r"\s*([>+~])\s*|\s+")
_COMPOUND = re.compile(r"(\*|[a-z][\w\-]*)?((?:[.#][\w\-\u0080-\uffff]+)*)$", re.IGNORECASE)
_BEYOND = re.compile(r"\[[^\]]*\]|:[\w\-]+(?:\([^)]*\))?")


class Part(NamedTuple):
    """One step of a selector. `close`: it must be the parent of the next part, not just around it."""

    tag: str | None
    identity: str | None
    classes: frozenset[str]
    close: bool = False

    def fits(self, element: etree._Element) -> bool:
        """Whether the element is of this tag, id and classes."""
        if self.tag is not None and element.tag != self.tag:
            return False
        if self.identity is not None and element.get("id") != self.identity:
            return False
        return not self.classes or self.classes <= set((element.get("class") or "").split())


class Rule(NamedTuple):
    """What one selector says of one property. `weight` settles which of several rules counts. `certain`: its selector was
    understood whole.
    """

    about: str
    weight: tuple[bool, int, int]
    parts: tuple[Part, ...]
    value: str
    certain: bool

    @property
    def hides(self) -> bool:
        """Whether what it is about is not shown."""
        return any(word in _HIDING[self.about] for word in self.value.split())


class Sheet:
    """The rules of a page that show or hide."""

    def __init__(self, rules: list[Rule]) -> None:
        self.hides = any(rule.hides for rule in rules)
        self._rules: dict[str, list[Rule]] = {}
        for rule in rules:
            last = rule.parts[-1]
            name = (
                f"#{last.identity}" if last.identity else f".{min(last.classes)}" if last.classes else last.tag or "*"
            )
            self._rules.setdefault(name, []).append(rule)

    def hiding(self, element: etree._Element) -> Rule | None:
        """The rule by which an element is not shown, one that is certain before others; None where it is shown."""
        hiding = [rule for rule in self._deciding(element).values() if rule.hides]
        return max(hiding, key=lambda rule: rule.certain) if hiding else None

    def display(self, element: etree._Element) -> str | None:
        """How an element is drawn (`table-row`, `flex` …), where a rule says it with certainty."""
        rule = self._deciding(element).get("display")
        return rule.value if rule is not None and rule.certain else None

    def _deciding(self, element: etree._Element) -> dict[str, Rule]:
        """Of each property the rule that counts for an element."""
        names = ["*", str(element.tag)]
        if (identity := element.get("id")) is not None:
            names.append(f"#{identity}")
        if (classes := element.get("class")) is not None:
            names += [f".{name}" for name in classes.split()]
        best: dict[str, Rule] = {}
        for name in names:
            for rule in self._rules.get(name, ()):
                known = best.get(rule.about)
                if (known is None or rule.weight > known.weight) and _matches(rule.parts, element):
                    best[rule.about] = rule
        return best


def _matches(parts: tuple[Part, ...], element: etree._Element) -> bool:
    """Whether a selector holds of an element. All places where a step can stand are kept: no step is tried twice."""
    if not parts[-1].fits(element):
        return False
    if len(parts) == 1:
        return True
    chain = [element, *element.iterancestors()]
    places = [0]
    for part in reversed(parts[:-1]):
        near = {place + 1 for place in places}
        above = range(places[0] + 1, len(chain))
        places = [at for at in above if (not part.close or at in near) and part.fits(chain[at])]
        if not places:
            return False
    return True


def sheet(root: etree._Element) -> Sheet:
    """The style sheets of a page."""
    text = "\n".join(style.text for style in root.iter("style") if style.text)[:MAX_STYLE]
    rules: list[Rule] = []
    for selectors, declarations in _blocks(_COMMENT.sub(" ", text)):
        for about, value, important in _SETS.findall(declarations):
            for selector in selectors.split(","):
                if len(rules) < MAX_RULES:
                    rules += _rules(selector, about.lower(), bool(important), value.strip().lower(), len(rules))
    return Sheet(rules)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of each rule; those in @media blocks for other than screens are left out."""
    position = 0
    while (start := text.find("{", position)) >= 0:
        head = text[position:start].rpartition("}")[2].rpartition(";")[2].strip()
        if head.startswith("@"):
            position = start + 1 if _FOR_SCREENS.match(head) else _end(text, start)
            continue
        end = text.find("}", start)
        end = len(text) if end < 0 else end
        yield head, text[start + 1 : end]
        position = end + 1


def _end(text: str, start: int) -> int:
    """The position after the block that opens at `start`."""
    depth = 0
    for brace in _BRACE.finditer(text, start):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.end()
    return len(text)


def _rules(selector: str, about: str, important: bool, value: str, order: int) -> list[Rule]:
    """[] for a selector that never holds of the text of a page at rest."""
    selector = selector.strip()
    if not selector or len(selector) > 400 or _NEVER.search(selector):
        return []
    simple = _BEYOND.sub("", selector)
    certain = simple == selector
    steps = _STEP.split(simple)  # compound, combinator, compound, …
    parts: list[Part] = []
    for index in range(0, len(steps), 2):
        found = _COMPOUND.match(steps[index])
        if found is None:
            return []
        names = re.findall(r"([.#])([^.#]+)", found[2])
        combinator = steps[index + 1] if index + 1 < len(steps) else None
        if combinator in ("+", "~"):
            parts, certain = [], False  # which neighbour it has is not looked at
            continue
        tag = found[1].lower() if found[1] and found[1] != "*" else None
        identity = next((name for kind, name in names if kind == "#"), None)
        classes = frozenset(name for kind, name in names if kind == ".")
        parts.append(Part(tag, identity, classes, combinator == ">"))
    if not parts or len(parts) > MAX_PARTS:
        return []
    specificity = sum(100 * (p.identity is not None) + 10 * len(p.classes) + (p.tag is not None) for p in parts)
    return [Rule(about, (important, specificity, order), tuple(parts), value, certain)]
