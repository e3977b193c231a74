"""Lines of a recognised page put in order: lines that the detector saw at one height kept apart, headings that a narrow column breaks
after each character put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import median

from extract.model import UNREADABLE
from extract.read.layout.page import Glyph

SURE = 0.8  # confidence of a character of a heading that is put together
LEAST = 3  # rows of a column
NARROW, WIDE = 3, 4  # characters of a column's rows at the most, of the line that goes on below it at the least
ALIKE = 1.4  # times as large is a type size at the most to be the same: boxes of single characters differ
APART = 1.6  # type sizes between a row and the next at the most
BELOW = 5.0  # of them between a column and the line that goes on below it: as far as what narrowed the column reaches
ASIDE = 0.6  # of the type size that the rows of a column differ in their middles
LARGER = 1.3  # times as large is other print
GAP, WIDE_GAP = 1.0, 6.0  # type sizes between two lines at one height, of other print and of any


def recognised(rows: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    """Rows of glyphs, top down, as they are to be read. Rows of glyphs that were not recognised in a picture stay as they are."""
    if any(g.confidence is None for row in rows for g in row):
        return list(rows)
    return _continued([part for row in rows for part in _apart(_once(row))])


def _once(row: list[Glyph]) -> list[Glyph]:
    """Without what the detector saw once more in a part of a character: less sure, and inside it."""
    return [g for g in row if not any(_is_inside(g, other) for other in row)]


def _is_inside(glyph: Glyph, other: Glyph) -> bool:
    if (glyph.confidence or 0.0) >= SURE or (other.confidence or 0.0) < SURE:
        return False
    return other.x0 <= glyph.x0 and glyph.x1 <= other.x1 and other.top <= glyph.top and glyph.bottom <= other.bottom


def _apart(row: list[Glyph]) -> list[list[Glyph]]:
    """The row as it is, or its lines: what the detector found as one line has one height. Two lines that share their places, or
    stand wide apart, are not one line of print.
    """
    lines = [list(own) for _, own in groupby(sorted(row, key=_height), key=_height)]
    if len(lines) < 2:
        return [row]
    lines.sort(key=lambda own: min(g.x0 for g in own))
    found = [lines[0]]
    for own in lines[1:]:
        before = max(found, key=lambda part: max(g.x1 for g in part))
        gap = min(g.x0 for g in own) - max(g.x1 for g in before)
        a, b = _size(before), _size(own)
        is_other = gap < -0.5 * min(a, b) or gap > WIDE_GAP * max(a, b)
        if is_other or (gap > GAP * max(a, b) and _is_other_print(before, own)):
            found.append(own)
        else:
            before.extend(own)
    found.sort(key=lambda part: min(g.top for g in part))
    return [sorted(part, key=lambda g: g.x0) for part in found]


def _is_other_print(row: Sequence[Glyph], other: Sequence[Glyph]) -> bool:
    """Whether two lines are of different type sizes, by their heights or by how close their characters stand: the height of a line
    that is underlined, or not quite straight, is more than that of its print.
    """
    for size in (_size, _pitch):
        a, b = size(row), size(other)
        if min(a, b) > 0 and max(a, b) > LARGER * min(a, b):
            return True
    return False


def _pitch(row: Sequence[Glyph]) -> float:
    """From one character to the next; 0 for a line of few. Digits and Latin letters are narrower, and left out."""
    steps = [b.x0 + b.x1 - a.x0 - a.x1 for a, b in pairwise(row) if not (a.text.isascii() or b.text.isascii())]
    return median(steps) / 2 if len(steps) >= LEAST else 0.0


def _height(glyph: Glyph) -> tuple[float, float]:
    return glyph.top, glyph.bottom


def _continued(rows: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    """Columns of single characters joined to the line that goes on below them. Where that cannot be told, or a character is not
    sure, the line begins with a sign that says so: what it names is cut.
    """
    found: list[list[Glyph]] = []
    column: list[list[Glyph]] = []
    for row in rows:
        limit = BELOW if len(column) >= LEAST and len(row) >= WIDE else APART
        if column and not _is_below(column[-1], row, column, limit):
            found += column
            column = []
        if len(row) <= NARROW and (not column or _is_column([*column, row])):
            column.append(row)
            continue
        if len(column) >= LEAST and len(row) >= WIDE and _is_headed(column, row):
            found.append([*_joined(column), *row])
        else:
            found += [*column, row]
        column = []
    return [*found, *column]


def _joined(column: list[list[Glyph]]) -> list[Glyph]:
    if any(len(row) > 1 for row in column):  # a menu, or a heading two characters wide
        return [column[-1][0]._replace(text=UNREADABLE)]
    return [g if (g.confidence or 0.0) >= SURE else g._replace(text=UNREADABLE) for row in column for g in row]


def _size(row: Sequence[Glyph]) -> float:
    return median(g.bottom - g.top for g in row)


def _is_below(above: list[Glyph], row: list[Glyph], column: list[list[Glyph]], limit: float) -> bool:
    gap = min(g.top for g in row) - max(g.bottom for g in above)
    return gap <= limit * max(_size([g for own in column for g in own]), _size(row))


def _middle(row: Sequence[Glyph]) -> float:
    return (min(g.x0 for g in row) + max(g.x1 for g in row)) / 2


def _is_column(rows: list[list[Glyph]]) -> bool:
    size = median(map(_size, rows))
    middles = [_middle(row) for row in rows]
    return max(middles) - min(middles) <= ASIDE * size


def _is_headed(column: list[list[Glyph]], row: list[Glyph]) -> bool:
    """Whether the row is of the column's print and does not begin beside it; it may begin far to the left, at the margin."""
    a, b = median(map(_size, column)), _size(row)
    return max(a, b) <= ALIKE * min(a, b) and min(g.x0 for g in row) <= median(map(_middle, column))
