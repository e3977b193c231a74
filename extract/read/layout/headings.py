"""The headings above a run of numbers: which lines are one heading, and over which columns it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.read.layout.page import Rule
from extract.read.layout.segments import Segment, TextLine

FAR = 5.0  # type sizes: lines further apart belong to different tables
WRAPPED = 2.7  # type sizes from line to line of one cell, at the most
LEVEL = 0.2  # type sizes: lines that differ by less stand on one level
LEADING = 1.25  # from line to line of a heading, against the nearest lines of any
HIGHEST = 12  # lines above the numbers that may be headings
PROSE = 24  # characters of a line that runs from the labels into the columns: a sentence, or the title of a section

Band = tuple[float, float]
"""Left and right end of a column."""

Span = tuple[int, int]
"""First column, and how many."""

_LABELS: Span = (-1, 1)


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: its lines from top to bottom, over `colspan` columns from `column`."""

    segments: tuple[Segment, ...]
    column: int
    colspan: int

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.segments[0].middle + self.segments[-1].middle) / 2


def headings(
    lines: list[TextLine],
    first: int,
    zones: list[Band],
    floor: int,
    across: Sequence[Rule] = (),
    bands: Sequence[Band] = (),
) -> list[Head]:
    """The headings above line `first` (not above line `floor`) over the columns `zones`; `across`: level rules, which part
    what stands above them from what stands below; `bands`: where the numbers of the columns stand.
    """
    spread: dict[Span, list[Segment]] = {}
    below = lines[first]
    for index in range(first - 1, max(floor, first - HIGHEST) - 1, -1):
        line = lines[index]
        if line.values or below.top - line.bottom > FAR * line.size or _is_prose(line, zones):
            break
        for span, segment in _spread(line, zones, bands):
            spread.setdefault(span, []).insert(0, segment)
        below = line
    step = _wrap_step(spread)
    stacks = [(span, stack) for span, segments in spread.items() for stack in _stacks(segments, step, across)]
    singles = [stack[0] for _, stack in stacks if len(stack) == 1]
    alike = Counter(_levels_of(stack) for span, stack in stacks if span != _LABELS)
    return [
        Head(tuple(part), *span)
        for span, stack in stacks
        if span != _LABELS
        for part in ([stack] if alike[_levels_of(stack)] > 1 else _parted(stack, singles))
    ]


def _levels_of(stack: list[Segment]) -> tuple[int, ...]:
    """The heights of its lines, rounded: headings that wrap alike stand alike."""
    return tuple(round(segment.middle / 2) for segment in stack)


def _is_prose(line: TextLine, zones: list[Band]) -> bool:
    """A line of words from the labels through most of the columns."""
    middle = (zones[0][0] + zones[-1][1]) / 2
    return any(s.x0 < zones[0][0] and s.x1 > middle and len(s.text) > PROSE for s in line.labels)


def _spread(line: TextLine, zones: list[Band], bands: Sequence[Band]) -> list[tuple[Span, Segment]]:
    """The headings of one line and the columns that each stands over; words over one column (总 计) are one heading."""
    spread: list[tuple[Span, Segment]] = []
    for segment in (part for whole in line.labels for part in _cut(whole, bands)):
        span = _over(segment, zones)
        if spread and spread[-1][0] == span:
            before = spread.pop()[1]
            text, glyphs = before.text + segment.text, before.glyphs + segment.glyphs
            segment = replace(before, text=text, x1=segment.x1, glyphs=glyphs)
        spread.append((span, segment))
    return spread


def _cut(segment: Segment, bands: Sequence[Band]) -> list[Segment]:
    """A segment cut at those of its seams that stand between the numbers of two columns: headings that fill theirs follow each
    other like words. Each part but the first stands beside numbers of its own.
    """
    found = [segment] if len(segment.pieces) < 2 else [segment.pieces[0]]
    for piece in segment.pieces[1:]:
        seam = (found[-1].x1 + piece.x0) / 2
        is_between = not any(x0 < seam < x1 for x0, x1 in bands)
        if is_between and any(seam <= x0 and (x0 + x1) / 2 < piece.x1 + piece.size for x0, x1 in bands):
            found.append(piece)
        else:
            last = found[-1]
            text, glyphs = last.text + piece.text, last.glyphs + piece.glyphs
            top, bottom = min(last.top, piece.top), max(last.bottom, piece.bottom)
            found[-1] = replace(last, text=text, x1=piece.x1, top=top, bottom=bottom, glyphs=glyphs)
    return found


def _over(segment: Segment, zones: list[Band]) -> Span:
    """The columns that a heading stands over, or the labels' side."""
    middle = (segment.x0 + segment.x1) / 2
    if middle < zones[0][0]:
        return _LABELS
    covered = [n for n, (x0, x1) in enumerate(zones) if segment.x0 < (x0 + x1) / 2 < segment.x1]
    if len(covered) > 1:
        return covered[0], len(covered)
    own = next((n for n, (x0, x1) in enumerate(zones) if x0 <= middle < x1), len(zones) - 1)
    return own, 1


def _wrap_step(spread: dict[Span, list[Segment]]) -> float:
    """The most that two lines of one heading can be apart: little more than the nearest two lines over one column are."""
    steps = [b.middle - a.middle for span, own in spread.items() if span != _LABELS for a, b in pairwise(own)]
    return LEADING * min(steps, default=float("inf"))


def _stacks(segments: list[Segment], step: float, across: Sequence[Rule]) -> list[list[Segment]]:
    """Lines over the same columns that follow each other as lines of one cell can."""
    stacks = [[segments[0]]]
    for above, segment in pairwise(segments):
        middle = (segment.x0 + segment.x1) / 2
        ruled = any(above.middle < r.top < segment.middle and r.x0 <= middle <= r.x1 for r in across)
        if not ruled and segment.middle - above.middle <= min(step, WRAPPED * segment.size):
            stacks[-1].append(segment)
        else:
            stacks.append([segment])
    return stacks


def _parted(stack: list[Segment], singles: list[Segment]) -> list[list[Segment]]:
    """A stack cut where it is two cells: a heading of one line beside it stands on the level of its middle, if it is one.

    Beside （第二十条第（五）项 above 本年处理决定数量）, 信息内容 stands level with the lower line only.
    """
    for index, segment in enumerate(stack):
        level = any(abs(other.middle - segment.middle) <= LEVEL * segment.size for other in singles)
        if level and len(stack) > 1 and 2 * index != len(stack) - 1:
            cut = index if 2 * index > len(stack) - 1 else index + 1
            return [*_parted(stack[:cut], singles), *_parted(stack[cut:], singles)]
    return [stack]


def levels(heads: list[Head]) -> list[list[Head]]:
    """Headings by height, top down: those on one level stand in one row."""
    levels: list[list[Head]] = []
    for head in sorted(heads, key=lambda h: h.middle):
        last = levels[-1] if levels else []
        overlaps = any(h.column < head.column + head.colspan and head.column < h.column + h.colspan for h in last)
        if last and not overlaps and head.middle - last[-1].middle < 0.8 * head.segments[0].size:
            last.append(head)
        else:
            levels.append([head])
    return levels
