"""Ruling lines in the picture of a page.

A rule is a ridge of darkness: darker than the paper on both of its sides, without gaps, from one line across to another.
Strokes of characters are ridges, too, but end in the air, a little before the next rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import cv2
import numpy as np

from extract.read.layout.page import Rule
from extract.read.ocr.ink import STEPS, Shades, darkness, joined, spans

Image = np.ndarray[Any, Any]

SMOOTHED = 0.05  # inches along a line over which noise is averaged out
ASIDE = 0.04  # inches from a rule's middle to where there is paper again
SHORTEST = 0.13  # inches: no row of a table is lower
CRACK = 0.02  # inches: a break in the ink of any rule
GAP = 0.06  # inches: a break in the ink of one rule
LONGER = 0.3  # inches: strokes of characters are shorter, even bold ones in headings
DASHED = 0.45  # inches: a double dash is no longer, in print of 16 points
ASKEW = 0.012  # inches that one rule's pieces may stand off its line
THICKEST = 0.08  # inches to either side over which thickness is measured
THICKER = 2.0  # times as thick as the page's long rules: no rule of a table
LONG = 1.5  # inches: nothing but a rule is so long
FAINTEST = 10 * STEPS  # steps of shades darker than the paper at the least
FAINT = 0.15  # of the page's long rules' darkness: fainter ridges are noise, seals, or what shines through
SOLID = 0.35  # of a rule's own darkness: what is lighter is a gap in it
COVERED = 0.9  # of its length
TOUCH = 0.018  # inches between lines that meet
OVERHANG = 0.2  # inches beyond the last line across: noise draws a rule longer than it is
NARROWEST = 1.0  # inches: no table is narrower; a character is
ALIKE = 0.03  # inches: rules that end so near to one height are cut there
CUT = 3  # rules, at the least
BESIDE = (0.02, 0.045)  # inches from a stroke's middle where strokes that cross it have ink
STROKES = 0.08  # of a stroke's length along which others cross it, at the least


class Line(NamedTuple):
    """A line along an axis, in pixels: its place across, its start and end along."""

    at: float
    start: float
    end: float


def rules(page: Image, points_per_pixel: float) -> list[Rule]:
    """The horizontal and vertical lines of the tables drawn on the page (height × width, shades of grey), in points."""
    scale, inch = points_per_pixel, 72 / points_per_pixel
    dark = darkness(page)
    across, down = _lines(dark, inch), _lines(np.ascontiguousarray(dark.T), inch)
    across, down = _bridged(across, down, inch), _bridged(down, across, inch)
    ends = _cuts(down, across, inch)
    for _ in range(3):
        across = [held for line in across if (held := _held(line, down, inch)) is not None]
        down = [held for line in down if (held := _held(line, [*across, *ends], inch)) is not None]
    across = [line for line in across if not _is_dash(line, across, inch)]
    turned = np.ascontiguousarray(dark.T)
    down = [line for line in down if not _is_stroke(line, down, turned, inch)]
    across, down = _of_tables(across, down, inch)
    return [Rule(a * scale, m * scale, b * scale, m * scale) for m, a, b in across] + [
        Rule(m * scale, a * scale, m * scale, b * scale) for m, a, b in down
    ]


@dataclass(frozen=True, slots=True)
class _Ridges:
    """Where the page is darker than at both sides: `fine` along short stretches, `smooth` along longer ones."""

    fine: Shades
    smooth: Shades


def _ridges(dark: Shades, inch: float) -> _Ridges:
    aside = max(3, round(inch * ASIDE))
    smooth = cv2.blur(dark, (_odd(inch * SMOOTHED), 1))
    fine = cv2.blur(dark, (3, 1))
    return _Ridges(_over_sides(fine, smooth, aside), _over_sides(smooth, smooth, aside))


def _over_sides(dark: Shades, beside: Shades, aside: int) -> Shades:
    """How much darker each pixel is than the lightest that stands above it, and below it, up to `aside` pixels away: text
    close to a rule leaves paper between.
    """
    height = dark.shape[0]
    lighter = np.pad(beside, ((aside, aside), (0, 0)))
    steps = sorted({max(2, round(aside * part)) for part in (0.4, 0.7, 1.0)})
    above = reduce(np.minimum, (lighter[aside - step : aside - step + height] for step in steps))
    below = reduce(np.minimum, (lighter[aside + step : aside + step + height] for step in steps))
    over: Shades = dark - np.maximum(above, below)
    return over


def _odd(length: float) -> int:
    return max(3, round(length) | 1)


def _lines(dark: Shades, inch: float) -> list[Line]:
    """The horizontal lines, each as far as it is drawn without a gap."""
    ridges = _ridges(dark, inch)
    least = max(FAINTEST, FAINT * _usual(ridges.smooth, inch))
    found: list[Line] = []
    for x, y, width, height in _runs(ridges.smooth, least, inch * SHORTEST, inch * GAP):
        own = ridges.fine[y : y + height, x : x + width]
        found += _with_rests(_solid(own, (x, y), least, inch), own, (x, y), least, inch)
    return _thin(found, dark, inch)


def _thin(lines: list[Line], dark: Shades, inch: float) -> list[Line]:
    """Without short lines that are much thicker than the page's long ones: arcs of a seal, strokes of large characters."""
    long = [_thickness(line, dark, inch) for line in lines if line.end - line.start >= LONG * inch]
    if not long:
        return lines
    limit = THICKER * float(np.median(long)) + 0.01 * inch
    return [line for line in lines if line.end - line.start >= LONG * inch or _thickness(line, dark, inch) <= limit]


def _thickness(line: Line, dark: Shades, inch: float) -> float:
    """How many neighbouring rows of pixels are at least half as dark as a horizontal line's darkest."""
    middle, around = round(line.at), round(inch * THICKEST)
    first = max(0, middle - around)
    rows = dark[first : middle + around + 1, round(line.start) : round(line.end)].mean(axis=1)
    if not rows.size:
        return 0.0
    near = rows[max(0, middle - first - 2) : middle - first + 3]
    own = [
        end - start
        for start, end in spans(rows >= 0.5 * near.max())
        if start <= middle - first + 2 and end >= middle - first - 2
    ]
    return float(max(own, default=0))


def _usual(ridge: Shades, inch: float) -> float:
    """The darkness of the page's long rules: 0 without any."""
    boxes = _runs(ridge, FAINTEST, inch * LONG, inch * GAP)
    levels = [float(np.median(ridge[y : y + h, x : x + w].max(axis=0))) for x, y, w, h in boxes]
    return float(np.median(levels)) if levels else 0.0


def _runs(ridge: Shades, least: float, shortest: float, gap: float) -> list[tuple[int, int, int, int]]:
    """Left, top, width, height of each long low stretch of pixels above `least`."""
    mask = (ridge > least).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, _odd(gap)), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, max(3, int(shortest))), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    return [(int(x), int(y), int(w), int(h)) for x, y, w, h, _ in stats[1:count]]


def _solid(ridge: Shades, corner: tuple[int, int], least: float, inch: float) -> list[Line]:
    """The stretches of one ridge along its darkest row that are drawn without gaps. `corner`: left, top of `ridge`."""
    if ridge.shape[1] < inch * SHORTEST:
        return []
    row = int(np.argmax(cv2.blur(ridge, (1, 3)).mean(axis=1)))
    reach = 1 + round(0.002 * ridge.shape[1])  # what is left of the skew, over its length
    band = ridge[max(0, row - reach) : row + reach + 1]
    level = band.max(axis=0)
    own = float(np.median(level[level > least])) if (level > least).any() else 0.0
    drawn = level > max(0.6 * least, SOLID * own)
    weights = np.clip(band[:, drawn], 0, None).sum(axis=1)
    if not weights.any():
        return []
    middle = corner[1] + max(0, row - reach) + float((weights * np.arange(len(weights))).sum() / weights.sum()) + 0.5
    return [
        Line(middle, float(corner[0] + start), float(corner[0] + end))
        for start, end in joined(spans(drawn), max(2, int(inch * CRACK)))
        if end - start >= inch * SHORTEST and drawn[start:end].mean() >= COVERED
    ]


def _with_rests(lines: list[Line], ridge: Shades, corner: tuple[int, int], least: float, inch: float) -> list[Line]:
    """The lines of a ridge, those that go on in another shade and a little aside as far as they do: a browser draws the sides of
    a cell lighter than those of its table. `corner`: left, top of `ridge`.
    """
    if not lines:
        return lines
    left, top = corner
    first, last = lines[0], lines[-1]
    touch = max(2.0, TOUCH * inch)
    before = _solid(ridge[:, : int(first.start) - left], corner, least, inch)
    after = _solid(ridge[:, int(last.end) - left :], (int(last.end), top), least, inch)
    if before and first.start - before[-1].end <= GAP * inch and abs(before[-1].at - first.at) <= touch:
        lines = [Line(first.at, before[-1].start, first.end), *lines[1:]]
    if after and after[0].start - last.end <= GAP * inch and abs(after[0].at - last.at) <= touch:
        lines = [*lines[:-1], Line(lines[-1].at, lines[-1].start, after[0].end)]
    return lines


def _bridged(lines: list[Line], others: Sequence[Line], inch: float) -> list[Line]:
    """Pieces of one rule, one behind the other, as one line."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda line: line.start):
        for index, other in enumerate(found):
            if abs(other.at - line.at) <= max(1.5, ASKEW * inch) and _goes_on(other, line, others, inch):
                longer = other if other.end - other.start >= line.end - line.start else line
                found[index] = Line(longer.at, other.start, max(other.end, line.end))
                break
        else:
            found.append(line)
    return found


def _goes_on(before: Line, line: Line, others: Sequence[Line], inch: float) -> bool:
    """Whether a line goes on behind a gap. Text may follow the end of a rule: a stroke there is not its continuation."""
    gap, touch = line.start - before.end, max(2.0, TOUCH * inch)
    if gap <= max(2.0, CRACK * inch):
        return True
    if min(before.end - before.start, line.end - line.start) >= LONGER * inch or gap > GAP * inch:
        return gap <= GAP * inch
    ends = (before.end, line.start)
    return not any(
        o.start - touch <= line.at <= o.end + touch and any(abs(o.at - end) <= 2 * touch for end in ends)
        for o in others
        if o.end - o.start >= LONGER * inch
    )


def _cuts(down: Sequence[Line], across: Sequence[Line], inch: float) -> list[Line]:
    """Where the page cuts tables: lines across, drawn or not, at which several rules of one table end."""
    touch = max(2.0, TOUCH * inch)
    wide = [o for o in across if o.end - o.start >= NARROWEST * inch]
    drawn = [line for line in down if any(_meets(line, o, touch) for o in wide)]
    ends = sorted((end, line.at) for line in drawn for end in (line.start, line.end))
    found: list[Line] = []
    while ends:
        own = [end for end in ends if end[0] - ends[0][0] <= ALIKE * inch]
        at, places = float(np.median([end for end, _ in own])), [x for _, x in own]
        if len(own) >= CUT:
            found.append(Line(at, min(places), max(places)))
        ends = ends[len(own) :]
    return found


def _meets(line: Line, other: Line, touch: float) -> bool:
    """Whether two lines, one along and one across, touch or cross."""
    return other.start - touch <= line.at <= other.end + touch and line.start - touch <= other.at <= line.end + touch


def _held(line: Line, others: Sequence[Line], inch: float) -> Line | None:
    """A line as far as the lines across reach that hold it. None for a short one that does not end at two of them; a long
    one may end in the open, where the page cuts a table or it has no rules at its sides, but not a little beyond a corner.
    """
    touch = max(2.0, TOUCH * inch)
    on = [other.at for other in others if _meets(line, other, touch)]
    if line.end - line.start < LONG * inch:
        if len(on) < 2 or max(on) - min(on) < inch * SHORTEST:
            return None
        return Line(line.at, min(on), max(on))
    if len(on) > 1:
        start = min(on) if abs(min(on) - line.start) < OVERHANG * inch else line.start
        end = max(on) if abs(line.end - max(on)) < OVERHANG * inch else line.end
        return Line(line.at, start, end)
    return line


def _is_dash(line: Line, lines: Sequence[Line], inch: float) -> bool:
    """Whether a short horizontal line goes on nowhere: the dash of a narrow cell that reaches from side to side. No form parts one
    narrow cell alone; if one did, its two lines of text would be no number.
    """
    return line.end - line.start < DASHED * inch and not _goes_on_somewhere(line, lines, inch)


def _is_stroke(line: Line, lines: Sequence[Line], dark: Shades, inch: float) -> bool:
    """Whether a short line that goes on nowhere has other strokes at its sides: a character that reaches from one rule to the next,
    in rows as low as their text. `dark`: turned so that the line is horizontal.
    """
    if line.end - line.start >= LONGER * inch or _goes_on_somewhere(line, lines, inch):
        return False
    margin = round(0.15 * (line.end - line.start))
    columns = slice(round(line.start) + margin, round(line.end) - margin)
    middle, near, far = round(line.at), max(3, round(BESIDE[0] * inch)), max(5, round(BESIDE[1] * inch))
    own = dark[max(0, middle - 1) : middle + 2, columns].max(axis=0, initial=0)
    if not own.size:
        return False
    level = SOLID * float(np.median(own))
    sides = (dark[max(0, middle - far) : max(0, middle - near), columns], dark[middle + near : middle + far, columns])
    return any(bool((side.mean(axis=0) > level).mean() >= STROKES) for side in sides if side.size)


def _goes_on_somewhere(line: Line, lines: Sequence[Line], inch: float) -> bool:
    """Whether another line begins where this one ends, or ends where it begins."""
    return any(
        abs(other.at - line.at) <= max(1.5, ASKEW * inch)
        and min(abs(other.start - line.end), abs(other.end - line.start)) <= GAP * inch
        for other in lines
        if other is not line
    )


def _of_tables(across: list[Line], down: list[Line], inch: float) -> tuple[list[Line], list[Line]]:
    """Without the boxes that strokes of large characters make: groups of touching lines that are too narrow for a table."""
    touch = max(2.0, TOUCH * inch)
    lines = [*((line, True) for line in across), *((line, False) for line in down)]
    group = list(range(len(lines)))

    def root(n: int) -> int:
        while group[n] != n:
            group[n] = group[group[n]]
            n = group[n]
        return n

    for i, row in enumerate(across):
        for j, column in enumerate(down, len(across)):
            meets = row.start - touch <= column.at <= row.end + touch
            if meets and column.start - touch <= row.at <= column.end + touch:
                group[root(j)] = root(i)
    width: dict[int, float] = {}
    for i, row in enumerate(across):
        width[root(i)] = max(width.get(root(i), 0.0), row.end - row.start)
    kept = [width.get(root(i), 0.0) >= NARROWEST * inch for i in range(len(lines))]
    return [r for r, keep in zip(across, kept, strict=False) if keep], [
        c for c, keep in zip(down, kept[len(across) :], strict=True) if keep
    ]
