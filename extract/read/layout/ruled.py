"""Ruled grids: rules → lattice → cells.

The rules that touch each other span a lattice; two neighbouring places of it are one cell where no rule parts them. The
box around the rules closes what they leave open: a merged cell that the page break cuts has rules at its sides but none
where the page ends, and many tables have no rules at their outer sides.

Frames drawn around prose come out as grids, too; whether a grid is a statutory table is for the forms to tell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.model import Box, Grid, GridCell
from extract.read.layout.lines import cell_text
from extract.read.layout.page import Found, Glyph, Page, Rule

HAIR = 0.5  # points: rules on one line
EDGE = 3.0  # points: rules nearer than this are one rule, ends nearer than this touch
COVERED = 0.5  # of the side between two places: a rule along at least so much of it parts them
MAX_PLACES = 40_000  # of one lattice: a drawing, not a table
UNREADABLE = "�"  # stands for a picture in a cell without text, and makes half a number unreadable
_DIGITS = frozenset("0123456789.,０１２３４５６７８９")


def grids(page: Page, reading: str | None = None) -> list[Found]:
    """The ruled tables of a page, from top to bottom; a glyph belongs to one of them at most."""
    found: list[Found] = []
    taken: set[int] = set()
    for rows, columns in _connected(page.rules):
        lattice = _lattice(rows, columns)
        if lattice is None:
            continue
        table = _filled(lattice, page, taken, reading)
        taken |= table.taken
        found.append(table)
    return sorted(found, key=lambda table: table.box[1])


Segment = tuple[float, float, float]  # position across, start, end


def _connected(rules: Sequence[Rule]) -> list[tuple[list[Segment], list[Segment]]]:
    """Groups of horizontal and vertical segments that touch one another, those on one line joined first.

    Each group has its own borders: two tables of a page, one below the other, hardly ever share theirs.
    """
    rows = _joined([(r.top, r.x0, r.x1) for r in rules if r.top == r.bottom])
    columns = _joined([(r.x0, r.top, r.bottom) for r in rules if r.x0 == r.x1])
    parent = list(range(len(rows) + len(columns)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    heights = [y for y, _, _ in rows]
    for number, (x, top, bottom) in enumerate(columns, len(rows)):
        for index in range(bisect_left(heights, top - EDGE), bisect_right(heights, bottom + EDGE)):
            _, x0, x1 = rows[index]
            if x0 - EDGE <= x <= x1 + EDGE:
                parent[root(index)] = root(number)
    groups: dict[int, tuple[list[Segment], list[Segment]]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(root(index), ([], []))[0].append(row)
    for number, column in enumerate(columns, len(rows)):
        groups.setdefault(root(number), ([], []))[1].append(column)
    return list(groups.values())


def _joined(segments: list[Segment]) -> list[Segment]:
    """Segments on one line joined where they touch, sorted by position; lines a hair apart are one line."""
    lines: dict[float, list[tuple[float, float]]] = {}
    position: float | None = None
    for at, start, end in sorted(segments):
        if position is None or at - position > HAIR:
            position = at
        lines.setdefault(position, []).append((start, end))
    joined: list[Segment] = []
    for at, spans in lines.items():
        spans.sort()
        start, end = spans[0]
        for next_start, next_end in spans[1:]:
            if next_start <= end + EDGE:
                end = max(end, next_end)
            else:
                joined.append((at, start, end))
                start, end = next_start, next_end
        joined.append((at, start, end))
    return joined


@dataclass(frozen=True, slots=True)
class Lattice:
    """The lines of one group of rules, and the cells that they part: row, column, rowspan, colspan.

    `cell_of[row][column]` is the number of the cell at a place. `broken`: cells cut out of a region that is no
    rectangle, so that which of them a text belongs to is not certain. `open`: cells at a side of the lattice that is
    drawn, but not for them: what is empty there lies outside of the table (two tables of unequal width, joined).
    """

    xs: list[float]
    ys: list[float]
    cells: list[tuple[int, int, int, int]]
    cell_of: list[list[int]]
    broken: frozenset[int]
    open: frozenset[int]


def _lattice(rows: list[Segment], columns: list[Segment]) -> Lattice | None:
    """None where the rules do not enclose at least two cells."""
    if len(columns) < 1 or len(rows) + len(columns) < 3:
        return None
    xs = _positions([x for x, _, _ in columns] + [x for _, x0, x1 in rows for x in (x0, x1)])
    ys = _positions([y for y, _, _ in rows] + [y for _, top, bottom in columns for y in (top, bottom)])
    height, width = len(ys) - 1, len(xs) - 1
    if height < 1 or width < 1 or height * width < 2 or height * width > MAX_PLACES:
        return None
    return _cells(xs, ys, _parted(rows, ys, xs), _parted(columns, xs, ys))


def _positions(values: list[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > EDGE:
            kept.append(value)
    return kept


def _parted(segments: list[Segment], at: list[float], along: list[float]) -> list[list[bool]]:
    """[line][place]: whether the place along that line is covered by a rule."""
    drawn = [[0.0] * (len(along) - 1) for _ in at]
    for position, start, end in segments:
        line = drawn[_nearest(at, position)]
        first = max(0, bisect_right(along, start) - 1)
        for place in range(first, len(along) - 1):
            if along[place] >= end:
                break
            line[place] += max(0.0, min(end, along[place + 1]) - max(start, along[place]))
    lengths = [b - a for a, b in pairwise(along)]
    return [[covered >= COVERED * length for covered, length in zip(line, lengths, strict=True)] for line in drawn]


def _nearest(positions: list[float], value: float) -> int:
    after = bisect_left(positions, value)
    if after == 0:
        return 0
    if after == len(positions) or value - positions[after - 1] <= positions[after] - value:
        return after - 1
    return after


def _cells(xs: list[float], ys: list[float], below: list[list[bool]], right: list[list[bool]]) -> Lattice:
    """Flood the places that no rule parts; a flooded region that is no rectangle is cut into rows of places."""
    height, width = len(ys) - 1, len(xs) - 1
    region = [[-1] * width for _ in range(height)]
    cells: list[tuple[int, int, int, int]] = []
    broken: set[int] = set()
    for row in range(height):
        for column in range(width):
            if region[row][column] >= 0:
                continue
            places = _flood(row, column, region, below, right)
            top, bottom = min(r for r, _ in places), max(r for r, _ in places) + 1
            left, end = min(c for _, c in places), max(c for _, c in places) + 1
            if len(places) == (bottom - top) * (end - left):
                pieces = [(top, left, bottom - top, end - left)]
            else:
                pieces = _strips(places)
                broken.update(range(len(cells), len(cells) + len(pieces)))
            for r, c, rowspan, colspan in pieces:
                for i in range(r, r + rowspan):
                    region[i][c : c + colspan] = [len(cells)] * colspan
                cells.append((r, c, rowspan, colspan))
    open_ = {n for n, cell in enumerate(cells) if _is_open(cell, right[0], 0) or _is_open(cell, right[-1], width)}
    return Lattice(xs, ys, cells, region, frozenset(broken), frozenset(open_))


def _is_open(cell: tuple[int, int, int, int], side: list[bool], at: int) -> bool:
    """Whether a cell lies at the left or right side of the lattice where that side, drawn elsewhere, is not drawn."""
    row, column, rowspan, colspan = cell
    return at in (column, column + colspan) and any(side) and not any(side[row : row + rowspan])


def _flood(
    row: int, column: int, region: list[list[int]], below: list[list[bool]], right: list[list[bool]]
) -> list[tuple[int, int]]:
    height, width = len(region), len(region[0])
    waiting, seen = [(row, column)], {(row, column)}
    while waiting:
        r, c = waiting.pop()
        for near, apart in (
            ((r + 1, c), r + 1 >= height or below[r + 1][c]),
            ((r - 1, c), r == 0 or below[r][c]),
            ((r, c + 1), c + 1 >= width or right[c + 1][r]),
            ((r, c - 1), c == 0 or right[c][r]),
        ):
            if not apart and near not in seen and region[near[0]][near[1]] < 0:
                seen.add(near)
                waiting.append(near)
    return list(seen)


def _strips(places: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Each row's runs of neighbouring places."""
    strips: list[tuple[int, int, int, int]] = []
    for row, column in sorted(places):
        if strips and strips[-1][0] == row and strips[-1][1] + strips[-1][3] == column:
            r, c, rowspan, colspan = strips[-1]
            strips[-1] = (r, c, rowspan, colspan + 1)
        else:
            strips.append((row, column, 1, 1))
    return strips


def _filled(lattice: Lattice, page: Page, taken: set[int], reading: str | None) -> Found:
    """The lattice's cells with the text that stands in them."""
    xs, ys = lattice.xs, lattice.ys
    left, top, right, bottom = xs[0], ys[0], xs[-1], ys[-1]
    own: list[list[Glyph]] = [[] for _ in lattice.cells]
    mine: list[int] = []
    for index, glyph in enumerate(page.glyphs):
        y = (glyph.top + glyph.bottom) / 2
        if not top <= y < bottom or index in taken:
            continue
        x = (glyph.x0 + glyph.x1) / 2
        if not left <= x < right:
            if glyph.text.isdecimal():
                continue  # punctuation hangs over the frame; a digit outside is no digit of the table
            x = _hung(x, left, right, glyph.bottom - glyph.top)
            if not left <= x < right:
                continue
        number = lattice.cell_of[bisect_right(ys, y) - 1][bisect_right(xs, x) - 1]
        own[number].append(glyph)
        mine.append(index)
    crossed = _crossed(own) | {n for n in lattice.broken if any(g.text in _DIGITS for g in own[n])}
    cells = []
    for number, (row, column, rowspan, colspan) in enumerate(lattice.cells):
        box = (xs[column], ys[row], xs[column + colspan], ys[row + rowspan])
        text = cell_text(own[number], box[2] - box[0]) if own[number] else ""
        if not text and number in lattice.open:
            continue
        if not text and page.pictures and _holds_picture(box, page.pictures):
            text = UNREADABLE
        if number in crossed or box[0] < -HAIR or box[2] > page.width + HAIR:
            text += UNREADABLE  # half of it may stand in the next cell, or off the page
        rounded = (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2))
        confidence = min((g.confidence for g in own[number] if g.confidence is not None), default=None)
        cells.append(GridCell(text, row, column, rowspan, colspan, rounded, confidence))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    grid = Grid(tuple(cells), len(ys) - 1, len(xs) - 1, page.number, edges=tuple(xs), reading=reading)
    return Found(grid, (left, top, right, bottom), frozenset(mine))


def _hung(x: float, left: float, right: float, size: float) -> float:
    """A character that stands out of the frame by less than its size belongs to the line inside."""
    if left - size < x < left:
        return left + 0.1
    return right - 0.1 if right <= x < right + size else x


def _crossed(own: Sequence[list[Glyph]]) -> set[int]:
    """The cells of numbers that run over a border: digits side by side that fell into different cells. Which digits
    belong to which number cannot be told then.
    """
    digits = sorted(
        (
            (round(g.top / EDGE), g.x0, g, number)
            for number, glyphs in enumerate(own)
            for g in glyphs
            if g.text in _DIGITS
        ),
        key=lambda d: d[:2],
    )
    crossed: set[int] = set()
    for (_, _, before, number), (_, _, glyph, other) in pairwise(digits):
        size = before.bottom - before.top
        if number != other and abs(before.top - glyph.top) < EDGE and -size < glyph.x0 - before.x1 < 0.15 * size:
            crossed |= {number, other}
    return crossed


def _holds_picture(box: Box, pictures: Sequence[Box]) -> bool:
    """Whether a picture stands mostly inside the box: a cell without text that shows one is not blank."""
    for x0, top, x1, bottom in pictures:
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        if box[0] <= x < box[2] and box[1] <= y < box[3] and x1 - x0 < 1.5 * (box[2] - box[0]):
            return True
    return False


def without_struck(glyphs: tuple[Glyph, ...], rules: tuple[Rule, ...]) -> tuple[Glyph, ...]:
    """The glyphs that no rule strikes through: what a revision deleted does not count."""
    across = sorted((r.top, r.x0, r.x1) for r in rules if r.top == r.bottom)
    if not across:
        return glyphs
    heights = [y for y, _, _ in across]
    kept = []
    for glyph in glyphs:
        size = glyph.bottom - glyph.top
        low, high = bisect_left(heights, glyph.top + 0.35 * size), bisect_right(heights, glyph.top + 0.7 * size)
        if low < high:
            middle = (glyph.x0 + glyph.x1) / 2
            if any(x0 <= middle <= x1 for _, x0, x1 in across[low:high]):
                continue
        kept.append(glyph)
    return tuple(kept)
