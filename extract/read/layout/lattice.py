"""Rules → lattice: which lines of rules touch each other, and which places between them are one cell."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.read.layout.page import Rule

HAIR = 0.5  # points: rules on one line
EDGE = 3.0  # points: rules nearer than this are one rule, ends nearer than this touch
COVERED = 0.5  # of the side between two places: a rule along at least so much of it parts them
MAX_PLACES = 40_000  # of one lattice: a drawing, not a table

Segment = tuple[float, float, float]  # position across, start, end


def connected(rules: Sequence[Rule]) -> list[tuple[list[Segment], list[Segment]]]:
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
    `foot[column]`: whether the last line is drawn there; where it is not, the page ends inside of a cell.
    """

    xs: list[float]
    ys: list[float]
    cells: list[tuple[int, int, int, int]]
    cell_of: list[list[int]]
    broken: frozenset[int]
    open: frozenset[int]
    foot: list[bool]


def lattice_of(rows: list[Segment], columns: list[Segment]) -> Lattice | None:
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
    return Lattice(xs, ys, cells, region, frozenset(broken), frozenset(open_), below[-1])


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
