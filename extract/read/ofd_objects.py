"""The objects of an OFD page: text, paths and pictures → glyphs, rules and boxes in points."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from extract.model import UNREADABLE, Box
from extract.outcomes import Unreadable, Unsupported
from extract.read.layout.page import MAX_CHARACTERS, MAX_DRAWN, Glyph, Rule
from extract.read.layout.shapes import Point, rules_of
from extract.read.xml import children_of, name_of, value_of

POINTS = 72 / 25.4  # a millimetre
MAX_DELTAS = 10_000
Matrix = tuple[float, float, float, float, float, float]
_OPERAND = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def numbers(text: str | None) -> list[float]:
    """The numbers of an attribute; what is none is passed over."""
    return [float(match) for match in _OPERAND.findall(text or "")[:MAX_DELTAS]]


def box_of(text: str | None) -> Box | None:
    """`x y width height` → left, top, right, bottom; None where that is no box."""
    found = numbers(text)
    if len(found) < 4 or found[2] <= 0 or found[3] <= 0:
        return None
    return found[0], found[1], found[0] + found[2], found[1] + found[3]


@dataclass(slots=True)
class Drawing:
    """What is drawn on one page, in points. `pictures`: box and resource of each."""

    number: int
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[tuple[Box, str]] = field(default_factory=list)

    def collect(self, parent: etree._Element) -> None:
        """Everything below a layer or a block; what is hidden is not there."""
        for item in parent:
            if value_of(item, "Visible") == "false" or value_of(item, "Alpha") == "0":
                continue
            name = name_of(item)
            if name == "TextObject":
                self._text(item)
            elif name == "PathObject":
                self._path(item)
            elif name == "ImageObject":
                self._picture(item)
            elif name in ("PageBlock", "Layer"):
                self.collect(item)
            if len(self.glyphs) > MAX_CHARACTERS or len(self.rules) > MAX_DRAWN:
                raise Unsupported(f"page {self.number} has more on it than a report has")

    def _text(self, item: etree._Element) -> None:
        if not _is_placed(item):
            raise Unreadable(f"page {self.number} is damaged: it does not say where a text stands")
        origin, matrix = _placed(item)
        size = (numbers(value_of(item, "Size")) or [3.7])[0]
        wide = (numbers(value_of(item, "HScale")) or [1.0])[0]
        codes = children_of(item, "TextCode")
        if not codes:  # its characters are lost, perhaps the first digit of a number
            self._glyph(UNREADABLE, (0.0, 0.0), (size, size), origin, matrix)
        for code in codes:
            text = code.text or ""
            x = (numbers(value_of(code, "X")) or [0.0])[0]
            y = (numbers(value_of(code, "Y")) or [0.0])[0]
            across, down = _deltas(value_of(code, "DeltaX")), _deltas(value_of(code, "DeltaY"))
            for index, character in enumerate(text):
                step = across[index] if index < len(across) else 0.0
                width = _width(character, size * wide)
                if not character.isspace():
                    self._glyph(character, (x, y - 0.88 * size), (x + width, y + 0.12 * size), origin, matrix)
                x += step if index < len(across) or down else width
                y += down[index] if index < len(down) else 0.0

    def _glyph(self, text: str, upper: Point, lower: Point, origin: Point, matrix: Matrix) -> None:
        corners = [_at(point, origin, matrix) for point in (upper, lower, (upper[0], lower[1]), (lower[0], upper[1]))]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        self.glyphs.append(Glyph(text, min(xs), min(ys), max(xs), max(ys)))

    def _path(self, item: etree._Element) -> None:
        filled = value_of(item, "Fill") == "true"
        if not filled and value_of(item, "Stroke") == "false":
            return
        origin, matrix = _placed(item)
        for data in children_of(item, "AbbreviatedData"):
            for points in _subpaths(data.text or ""):
                self.rules += [Rule(*line) for line in rules_of([_at(p, origin, matrix) for p in points], filled)]

    def _picture(self, item: etree._Element) -> None:
        box = box_of(value_of(item, "Boundary"))
        if box is not None:
            left, top, right, bottom = (edge * POINTS for edge in box)
            self.pictures.append(((left, top, right, bottom), value_of(item, "ResourceID") or ""))


def _is_placed(item: etree._Element) -> bool:
    """Whether a text says in numbers where it and its characters stand; the least displacement makes another figure."""
    stated = [("Boundary", (4,)), ("CTM", (0, 6)), ("Size", (0, 1)), ("HScale", (0, 1))]
    if not all(_count(item, name) in counts for name, counts in stated):
        return False
    codes = children_of(item, "TextCode")
    return all(_count(code, name) in (0, 1) for code in codes for name in ("X", "Y")) and all(
        _count(code, name) is not None for code in codes for name in ("DeltaX", "DeltaY")
    )


def _count(item: etree._Element, name: str) -> int | None:
    """How many numbers an attribute holds; 0 where it is not there, None where something else stands in it."""
    words = (value_of(item, name) or "").split()
    return len(words) if all(_OPERAND.fullmatch(word) or word == "g" for word in words) else None


def _placed(item: etree._Element) -> tuple[Point, Matrix]:
    """The upper left corner of an object's boundary, and its own transformation."""
    boundary = numbers(value_of(item, "Boundary"))
    origin = (boundary[0], boundary[1]) if len(boundary) >= 2 else (0.0, 0.0)
    ctm = numbers(value_of(item, "CTM"))
    if len(ctm) != 6:
        return origin, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    a, b, c, d, e, f = ctm
    return origin, (a, b, c, d, e, f)


def _at(point: Point, origin: Point, matrix: Matrix) -> Point:
    """A place in an object → a place on the page, in points."""
    a, b, c, d, e, f = matrix
    x, y = point
    return (a * x + c * y + e + origin[0]) * POINTS, (b * x + d * y + f + origin[1]) * POINTS


def _deltas(text: str | None) -> list[float]:
    """Steps from character to character; `g 3 4.2` says 4.2 three times."""
    steps: list[float] = []
    words = (text or "").split()
    index = 0
    while index < len(words) and len(steps) < MAX_DELTAS:
        if words[index] == "g" and index + 2 < len(words):
            count, step = numbers(words[index + 1]), numbers(words[index + 2])
            steps += step[:1] * min(int(count[0]) if count else 0, MAX_DELTAS)
            index += 3
        else:
            steps += numbers(words[index])[:1]
            index += 1
    return steps


def _width(character: str, size: float) -> float:
    """Chinese characters are as wide as they are high, others half as wide: good enough to tell where they stand."""
    return size if ord(character) > 0x2E7F else 0.5 * size


_ARGUMENTS = {"M": 2, "L": 2, "S": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def _subpaths(data: str) -> list[list[Point]]:
    """The corners of each part of a path; a curve breaks it: it is no rule."""
    words = data.replace(",", " ").split()
    parts: list[list[Point]] = []
    points: list[Point] = []
    index = 0
    while index < len(words):
        command = words[index]
        count = _ARGUMENTS.get(command)
        if count is None:
            index += 1
            continue
        found = [number for word in words[index + 1 : index + 1 + count] for number in numbers(word)[:1]]
        index += 1 + count
        if len(found) < count:
            break
        if command == "L":
            points.append((found[0], found[1]))
        elif command == "C":
            points += points[:1]
        else:
            parts.append(points)
            points = [(found[-2], found[-1])]
    return [part for part in [*parts, points] if len(part) > 1]
