"""Small charts as inline SVG: plain shapes, a title on each mark, colours from the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH = 480
LABEL = 130  # room for the names on the left
LINE = 22  # height of one bar with its gap
TOP = 8


class Part(NamedTuple):
    """One part of a bar: `kind` names its colour in the style sheet."""

    kind: str
    name: str
    value: float


def bars(rows: Sequence[tuple[str, Sequence[Part]]], title: str) -> str:
    """Horizontal bars, each of stacked parts, on one scale from 0; the sum stands behind each."""
    largest = max((sum(part.value for part in parts) for _, parts in rows), default=0) or 1
    room = WIDTH - LABEL - 60
    drawn = []
    for place, (name, parts) in enumerate(rows):
        top, left = TOP + place * LINE, float(LABEL)
        drawn.append(f'<text class="name" x="{LABEL - 8}" y="{top + 13}">{_text(_short(name))}</text>')
        for part in parts:
            width = room * part.value / largest
            if part.value:
                drawn.append(
                    f'<rect class="{escape(part.kind)}" x="{left:.1f}" y="{top}" width="{max(width - 1, 1):.1f}" height="16">'
                    f"<title>{_text(name)}: {part.value:,.0f} {_text(part.name)}</title></rect>"
                )
            left += width
        drawn.append(f'<text class="sum" x="{left + 5:.1f}" y="{top + 13}">{sum(p.value for p in parts):,.0f}</text>')
    return _svg(drawn, TOP + len(rows) * LINE + 4, title)


def line(points: Sequence[tuple[str, float]], title: str, unit: str = "", ceiling: float | None = None) -> str:
    """A line over runs, the oldest on the left, from 0 to the largest value (or `ceiling`); a point has its run as title."""
    height, left, right = 150, 50, 16
    top = max([value for _, value in points] + [0.0]) if ceiling is None else ceiling
    top = top or 1
    step = (WIDTH - left - right) / max(len(points) - 1, 1)
    places = [(left + n * step, 14 + (height - 34) * (1 - value / top)) for n, (_, value) in enumerate(points)]
    drawn = [
        f'<line class="axis" x1="{left}" x2="{WIDTH - right}" y1="{height - 20}" y2="{height - 20}"/>',
        f'<line class="axis" x1="{left}" x2="{WIDTH - right}" y1="14" y2="14"/>',
        f'<text class="name" x="{left - 6}" y="{height - 16}">0</text>',
        f'<text class="name" x="{left - 6}" y="18">{top:,.0f}{_text(unit)}</text>',
        '<polyline class="trend" points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in places) + '"/>',
    ]
    for (x, y), (name, value) in zip(places, points, strict=True):
        said = f"{_text(name)}: {value:,.1f}".removesuffix(".0") + _text(unit)
        drawn.append(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{said}</title></circle>')
    return _svg(drawn, height, title)


def _svg(drawn: Sequence[str], height: float, title: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}">{"".join(drawn)}</svg>'
    )


def _text(value: str) -> str:
    return escape(value, quote=True)


def _short(name: str, most: int = 18) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
