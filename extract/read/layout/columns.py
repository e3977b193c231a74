"""Tables told by the places of their characters alone: numbers that stand in columns, labels at their left.

Nothing here knows a rule or a form. A run of lines that end in numbers makes a table; where those numbers stand makes its
columns; what stands above them are headings. A label that wraps over several lines belongs to the numbers it is centred
on, or begins beside. What does not fit is left out: the caller finds it in the prose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.model import UNREADABLE, Grid, GridCell
from extract.read.layout.headings import FAR, WRAPPED, Band, Head, headings, levels
from extract.read.layout.page import Found, Page
from extract.read.layout.segments import Segment, TextLine, text_lines, unnumbered

READING = "columns"
GUTTER = 2.0  # points that part two columns of labels
FEW_ROWS = 3  # rows of a table whose headings stand on another page, at the least

CROSSING = 0.25  # of the rows: labels that run across the gap between two columns of labels, at the most
DRIFT = 9.0  # points: borders in the middle between numbers shift with the numbers of a page


def grids(page: Page) -> list[Found]:
    """The tables of a page, from top to bottom."""
    lines = unnumbered(text_lines(page))
    lines = [*_continued(page, lines), *lines]
    found: list[Found] = []
    floor = 0
    for run in _runs(lines):
        table = _table(page, lines, run, floor)
        if table is not None:
            found.append(table)
            floor = run.last + 1
    return found


def _continued(page: Page, lines: list[TextLine]) -> list[TextLine]:
    """The lines at the foot of the page before, moved to stand above those of this page; their characters are not its own."""
    before = text_lines(replace(page, glyphs=page.above)) if page.above and lines else []
    return [_foreign(line, lines[0].top - 0.5 * lines[0].size - before[-1].bottom) for line in before]


def _foreign(line: TextLine, down: float) -> TextLine:
    labels = tuple(replace(s, top=s.top + down, bottom=s.bottom + down, glyphs=()) for s in line.labels)
    return replace(line, labels=labels, top=line.top + down, bottom=line.bottom + down)


@dataclass(slots=True)
class _Run:
    """Lines `first` to `last` that end in numbers, with labels between; `rows` are those with numbers."""

    first: int
    last: int
    rows: list[int]
    bands: list[Band]

    @property
    def left(self) -> float:
        """Where the numbers begin: labels stand left of it."""
        return self.bands[0][0]


def _runs(lines: list[TextLine]) -> list[_Run]:
    runs: list[_Run] = []
    run: _Run | None = None
    for index, line in enumerate(lines):
        bands = [(s.x0, s.x1) for s in line.values]
        if run is not None and line.top - lines[index - 1].bottom > FAR * line.size:
            run = None
        if not bands:
            if run is not None and any(s.x1 > run.left + GUTTER for s in line.labels):
                run = None  # text that reaches into the columns: a heading, or prose
            continue
        joined = _joined(run.bands, bands) if run is not None else None
        reaches = run is not None and any(s.x1 > max(run.left, bands[0][0]) + GUTTER for s in line.labels)
        if run is None or joined is None or reaches:
            run = _Run(index, index, [index], bands)
            runs.append(run)
        else:
            run.last, run.bands = index, joined
            run.rows.append(index)
    return runs


def _joined(bands: list[Band], more: list[Band]) -> list[Band] | None:
    """Bands widened by those of one more line. None where that makes one of two that stand side by side."""
    merged: list[Band] = []
    for x0, x1 in sorted([*bands, *more]):
        if merged and x0 < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    for side in (bands, more):
        held = [sum(b[0] <= x0 and x1 <= b[1] for x0, x1 in side) for b in merged]
        if any(count > 1 for count in held):
            return None
    return merged


def _table(page: Page, lines: list[TextLine], run: _Run, floor: int) -> Found | None:
    zones = _zones(run.bands, page.width)
    heads = headings(lines, run.first, zones, floor, [r for r in page.rules if r.top == r.bottom], run.bands)
    columns = {head.column + n for head in heads for n in range(head.colspan)}
    whole = columns >= set(range(len(zones)))
    begins_page = sum(line.top >= 0 for line in lines[: run.first]) < FEW_ROWS and not heads
    if not whole and not begins_page and (heads or len(run.rows) < FEW_ROWS or len(zones) < FEW_ROWS):
        return None
    return _found(page, lines, run, zones, heads, _label_columns(lines, run))


def _zones(bands: list[Band], width: float) -> list[Band]:
    """The columns: from the middle between two bands to the next; the outer ones as wide as their neighbours."""
    middles = [(a[1] + b[0]) / 2 for a, b in pairwise(bands)]
    centres = [(a + b) / 2 for a, b in bands]
    half = min((b - a for a, b in pairwise(centres)), default=80.0) / 2
    first = max(0.0, min(bands[0][0], centres[0] - half))
    last = min(width, max(bands[-1][1], centres[-1] + half))
    borders = [first, *middles, last]
    return list(pairwise(borders))


def _label_columns(lines: list[TextLine], run: _Run) -> list[Band]:
    """The columns that the labels of a run stand in. They are parted at the gaps between the labels of one line, unless
    that would cut through many other labels; a label that runs across a gap stands in the last column that it reaches.
    """
    inner = [line for line in lines[run.first : run.last + 1] if line.labels]
    if not inner:
        return []
    gaps: list[tuple[float, float, float]] = []
    for x0, x1, item in sorted(_beside(inner)):
        weight = float("inf") if item else 1.0  # two items side by side are never one label
        if gaps and x0 < gaps[-1][1]:
            left, right, count = gaps[-1]
            gaps[-1] = (max(left, x0), min(right, x1), count + weight)
        else:
            gaps.append((x0, x1, weight))
    segments = [s for line in inner for s in line.labels]
    cuts = []
    for x0, x1, count in gaps:
        cut = (x0 + x1) / 2
        if sum(s.x0 < cut < s.x1 for s in segments) <= CROSSING * len(run.rows) + count:
            cuts.append(cut)
    return list(pairwise([min(s.x0 for s in segments), *cuts, max(run.left + 2 * GUTTER, *(s.x1 for s in segments))]))


def _beside(lines: list[TextLine]) -> list[tuple[float, float, bool]]:
    """The gaps between labels that stand side by side, be it half a line higher or lower, and whether an item begins
    right of it.
    """
    segments = [s for line in lines for s in line.labels]
    gaps = []
    for index, a in enumerate(segments):
        for b in segments[index + 1 :]:
            if b.middle - a.middle > 0.8 * a.size:
                break
            left, right = (a, b) if a.x0 < b.x0 else (b, a)
            if right.x0 - left.x1 > GUTTER:
                gaps.append((left.x1, right.x0, right.begins_item))
    return gaps


def _rows(
    lines: list[TextLine], run: _Run, columns: list[Band]
) -> tuple[dict[int, list[list[Segment]]], list[Segment]]:
    """For each line with numbers the pieces of its label in each label column, top down; and the pieces that belong to
    none: rows without a number, whose values are not known to be blank.
    """
    rows: dict[int, list[list[Segment]]] = {index: [[] for _ in columns] for index in run.rows}
    strays: list[Segment] = []
    middles = [lines[n].middle for n in run.rows]
    pitch = min((b - a for a, b in pairwise(middles)), default=float("inf"))
    for column, (x0, x1) in enumerate(columns):
        pieces = [s for n in _around(lines, run) for s in lines[n].labels if x0 < s.x1 - GUTTER <= x1]
        for block in _blocks(pieces, middles, pitch):
            middle = (block[0].top + block[-1].bottom) / 2
            nearest = min(run.rows, key=lambda n: abs(lines[n].middle - middle))
            line = lines[nearest]
            beside = min(abs(s.middle - line.middle) for s in block)
            if abs(line.middle - middle) <= 0.6 * line.size or beside <= 0.3 * line.size:
                rows[nearest][column] += block
            elif column == len(columns) - 1 and middles[0] < middle < middles[-1]:
                strays += block
    return rows, strays


def _around(lines: list[TextLine], run: _Run) -> list[int]:
    """The lines of the run, and those just above and below it that hold nothing but ends of labels."""
    first, last = run.first, run.last
    while first and _is_end(lines[first - 1], lines[first], run):
        first -= 1
    while last + 1 < len(lines) and _is_end(lines[last + 1], lines[last], run) and not _begins(lines[last + 1]):
        last += 1
    return list(range(first, last + 1))


def _is_end(line: TextLine, beside: TextLine, run: _Run) -> bool:
    near = abs(line.middle - beside.middle) <= WRAPPED * line.size
    return near and not line.values and all(s.x1 <= run.left + GUTTER for s in line.labels)


def _begins(line: TextLine) -> bool:
    return any(s.begins_item for s in line.labels)


def _blocks(pieces: list[Segment], middles: list[float], pitch: float) -> list[list[Segment]]:
    """Pieces of one column that follow each other more closely than rows do: a label over several lines."""
    blocks: list[list[Segment]] = []
    for piece in sorted(pieces, key=lambda s: s.middle):
        step = piece.middle - blocks[-1][-1].middle if blocks else 0.0
        near = step <= min(0.98 * pitch, WRAPPED * piece.size)
        if blocks and near and not piece.begins_item and not _both(blocks[-1], piece, middles):
            blocks[-1].append(piece)
        else:
            blocks.append([piece])
    return blocks


def _both(block: list[Segment], piece: Segment, middles: list[float]) -> bool:
    """Whether a block and the next piece stand beside numbers of their own."""
    near = 0.3 * piece.size
    own = {m for m in middles for s in block if abs(s.middle - m) <= near}
    return any(abs(piece.middle - m) <= near for m in middles if m not in own) and bool(own)


def _found(
    page: Page,
    lines: list[TextLine],
    run: _Run,
    zones: list[Band],
    heads: list[Head],
    labels: list[Band],
) -> Found:
    """The grid: label columns, then the columns of numbers; headings above, a row for each line of numbers."""
    rows, strays = _rows(lines, run, labels)
    offset = max(1, len(labels))
    borders = [x0 for x0, _ in labels] or [max(0.0, zones[0][0] - 1.0)]
    edges = (*borders, *(x0 for x0, _ in zones), zones[-1][1])
    cells: list[GridCell] = []
    height = 0
    for level in levels(heads):
        for head in sorted(level, key=lambda h: h.column):
            cells.append(_cell(head.segments, height, offset + head.column, head.colspan, ""))
        height += 1
    for _, index, stray in sorted(
        [(lines[n].middle, n, None) for n in run.rows] + [(s.middle, -1, s) for s in strays], key=lambda item: item[0]
    ):
        if stray is not None:
            cells.append(_cell([stray], height, offset - 1, 1, ""))
            cells += [GridCell(UNREADABLE, height, offset + n) for n in range(len(zones))]
        else:
            cells += [_cell(own, height, n, 1, "") for n, own in enumerate(rows[index])]
            reach = max((s.x1 for own in rows[index] for s in own), default=0.0)
            cells += _values(lines[index], height, offset, zones, reach)
        height += 1
    own_segments = [s for head in heads for s in head.segments] + strays
    own_segments += [s for pieces in rows.values() for column in pieces for s in column]
    own_segments += [s for n in run.rows for s in lines[n].values]
    own_segments = [s for s in own_segments if s.glyphs]
    box = (
        min(edges[0], min(s.x0 for s in own_segments)),
        min(s.top for s in own_segments),
        max(edges[-1], max(s.x1 for s in own_segments)),
        max(s.bottom for s in own_segments),
    )
    cells.sort(key=lambda cell: (cell.row, cell.column))
    grid = Grid(tuple(cells), height, offset + len(zones), page.number, edges=edges, drift=DRIFT, reading=READING)
    return Found(grid, box, frozenset(i for s in own_segments for i in s.glyphs))


def _values(line: TextLine, row: int, offset: int, zones: list[Band], reach: float) -> list[GridCell]:
    """One cell for each column; a value that stands in two columns, or two in one, cannot be told, and nothing is blank
    that the label (up to `reach`) runs into.
    """
    held: list[list[Segment]] = [[] for _ in zones]
    for segment in line.values:
        centre = (segment.x0 + segment.x1) / 2
        number = next((n for n, (x0, x1) in enumerate(zones) if x0 <= centre < x1), len(zones) - 1)
        held[number].append(segment)
    cells = []
    for number, own in enumerate(held):
        x0, x1 = zones[number]
        odd = len(own) != 1 or own[0].x0 < x0 - GUTTER or own[0].x1 > x1 + GUTTER
        unsure = odd if own else reach > x0 + GUTTER
        cells.append(_cell(own, row, offset + number, 1, UNREADABLE if unsure else ""))
    return cells


def _cell(segments: Sequence[Segment], row: int, column: int, colspan: int, mark: str) -> GridCell:
    own = [s for s in segments if s.glyphs]
    if not own:
        return GridCell("".join(s.text for s in segments) + mark, row, column, 1, colspan)
    box = (
        round(min(s.x0 for s in own), 2),
        round(min(s.top for s in own), 2),
        round(max(s.x1 for s in own), 2),
        round(max(s.bottom for s in own), 2),
    )
    return GridCell("".join(s.text for s in segments) + mark, row, column, 1, colspan, box)
