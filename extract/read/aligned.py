"""Tables set with spaces: where the characters stand on the lines tells the columns, as on a printed page.

The page is a sheet of character places, half as wide as they are high; the finder of tables without rules reads it. The
second reading shares no position with it: it takes the words and numbers of each line in their order.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from extract.model import Block, Grid, GridCell, Prose
from extract.read.layout import columns
from extract.read.layout.page import Found, Glyph, Page
from extract.read.raster import FONTS, MAX_WIDTH, Font, places, width

PLACE, HEIGHT, PITCH = 6.0, 12.0, 16.0  # points: of a place, of a character, from line to line
MIN_LINES = 3  # with several numbers apart, to look for a table at all

_GAP = re.compile(r"(?:[ \u00a0]{2,}|[ \u00a0]*\u3000[ \u00a0\u3000]*)")
_VALUE = re.compile(r"[+\-−－]?[\d０-９]+(?:[,，.．][\d０-９]+)*$|[-—–/]{1,4}$")


def is_likely(lines: list[str]) -> bool:
    """Whether several lines have several numbers with gaps between."""
    return sum(len(_numbers(line)) > 1 for line in lines) >= MIN_LINES


def _numbers(line: str) -> list[str]:
    return [part for part in _parts(line) if _VALUE.match(part)]


def blocks(lines: list[str]) -> list[Block]:
    """The tables that columns of numbers make, and the other lines as prose, in their order."""
    page, line_of = _page(lines, _font(lines))
    found = [table for table in columns.grids(page) if _rows(table, lines, line_of) >= MIN_LINES]
    owner = {glyph: index for index, table in enumerate(found) for glyph in table.taken}
    table_of: dict[int, int] = {}
    for glyph, index in owner.items():
        table_of.setdefault(line_of[glyph], index)
    return _in_order(lines, found, table_of, owner, line_of)


def _rows(table: Found, lines: list[str], line_of: list[int]) -> int:
    """How many lines of numbers a table has; in few their places tell less than their order does."""
    return sum(len(_numbers(lines[number])) > 0 for number in {line_of[glyph] for glyph in table.taken})


def _in_order(
    lines: list[str], found: list[Found], table_of: dict[int, int], owner: dict[int, int], line_of: list[int]
) -> list[Block]:
    """Each table where its first line stands; what a table left of a line stays as prose. Lines of which no table was made
    are read by their order.
    """
    left: dict[int, list[int]] = {}
    for glyph, number in enumerate(line_of):
        if glyph not in owner:
            left.setdefault(number, []).append(glyph)
    out: list[Block] = []
    waiting: list[str] = []
    seen: set[int] = set()
    for number, line in enumerate(lines):
        index = table_of.get(number)
        if index is None:
            waiting.append(line)
            continue
        out += by_lines(waiting)
        waiting = []
        if number in left:
            out.append(Prose(_rest(line, left[number], line_of, number)))
        if index not in seen:
            seen.add(index)
            out.append(replace(found[index].grid, page=None))
    return out + by_lines(waiting)


def _rest(line: str, glyphs: list[int], line_of: list[int], number: int) -> str:
    """The characters of a line that no table took."""
    first = line_of.index(number)
    signs = [sign for _, sign in places(line, FONTS[0])]
    return "".join(signs[glyph - first] for glyph in glyphs)


def _page(lines: list[str], font: Font) -> tuple[Page, list[int]]:
    glyphs: list[Glyph] = []
    line_of: list[int] = []
    for number, line in enumerate(lines):
        top = number * PITCH
        for at, sign in places(line, font):
            x0 = at * PLACE
            glyphs.append(Glyph(sign, x0, top, x0 + max(1, width(sign, font)) * PLACE, top + HEIGHT))
            line_of.append(number)
    wide = max((glyph.x1 for glyph in glyphs), default=0.0)
    return Page(1, wide, len(lines) * PITCH, tuple(glyphs)), line_of


def _font(lines: list[str]) -> Font:
    """The widths under which the numbers of all lines stand best below each other: at the fewest different ends."""
    return min(FONTS, key=lambda font: sum(len(ends) for ends in _ends(lines, font)))


def _ends(lines: list[str], font: Font) -> tuple[Counter[int], Counter[int]]:
    starts: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    for line in lines:
        if len(_numbers(line)) < 2:
            continue
        before: tuple[int, str] | None = None
        for at, sign in places(line, font):
            digit = sign.isdecimal()
            if digit and (before is None or not before[1].isdecimal() or before[0] + width(before[1], font) < at):
                starts[at] += 1
            if digit:
                ends[at] += 1
            before = (at, sign)
    return starts, ends


def by_lines(lines: list[str]) -> list[Block]:
    """The words and numbers of each line in their order, as tables without columns, where lines of several parts
    have numbers; the other lines are prose.
    """
    out: list[Block] = []
    rows: list[str] = []
    for line in [*lines, ""]:
        if len(line) <= MAX_WIDTH and len(_parts(line)) > 1:
            rows.append(line)
            continue
        out += _table(rows) if any(_numbers(row) for row in rows) else _prose(rows)
        out += _prose([line])
        rows = []
    return out


def _parts(line: str) -> list[str]:
    return [" ".join(part.split()) for part in _GAP.split(line.strip())]


def _prose(lines: list[str]) -> list[Block]:
    return [Prose(" ".join(line.split())) for line in lines if line.strip()]


def _table(lines: list[str]) -> list[Block]:
    rows = [_parts(line) for line in lines]
    cells = tuple(GridCell(text, row, column) for row, texts in enumerate(rows) for column, text in enumerate(texts))
    return [Grid(cells, len(rows), max(map(len, rows)), ragged=True, reading="lines")]
