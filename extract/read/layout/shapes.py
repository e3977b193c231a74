"""Drawn shapes → rules: which straight lines along the axes a path makes."""

from __future__ import annotations

from itertools import pairwise

THIN = 3.0  # points: a filled shape not thicker is a line
SLANT = 0.5  # points: a line that rises no more is horizontal
SHORTEST = 1.0  # points: no rule of a table is shorter

Point = tuple[float, float]
Line = tuple[float, float, float, float]
"""x0, y0, x1, y1 with x0 <= x1 and y0 <= y1, one of the two pairs equal."""


def rules_of(points: list[Point], filled: bool) -> list[Line]:
    """The straight sides along the axes of a polygon (one more where it is filled and not closed); a thin filled shape is
    one line, its middle; a filled one with slanting sides is a figure (the star of a seal) and has no lines.
    """
    if len(points) < 2:
        return []
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    if filled and (x1 - x0 <= THIN or y1 - y0 <= THIN):
        if x1 - x0 >= y1 - y0:
            y0 = y1 = (y0 + y1) / 2
        else:
            x0 = x1 = (x0 + x1) / 2
        return _long_enough([(x0, y0, x1, y1)])
    if filled and points[0] != points[-1]:
        points = [*points, points[0]]
    sides: list[Line] = []
    for (ax, ay), (bx, by) in pairwise(points):
        if abs(ay - by) <= SLANT:
            sides.append((min(ax, bx), (ay + by) / 2, max(ax, bx), (ay + by) / 2))
        elif abs(ax - bx) <= SLANT:
            sides.append(((ax + bx) / 2, min(ay, by), (ax + bx) / 2, max(ay, by)))
        elif filled:
            return []
    return _long_enough(sides)


def _long_enough(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line[2] - line[0] + line[3] - line[1] >= SHORTEST]
