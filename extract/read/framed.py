"""Tables drawn with characters (`┌─┬─┐`, `+---+`): the regions that the lines enclose are the cells, spans and all.

The frame is drawn anew on a raster in each way in which characters may be wide, until its lines close. If they never do,
only the order of the cells in a line is certain.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from extract.model import Grid, GridCell
from extract.read.raster import FONTS, MAX_WIDTH, Font, places, width

MAX_PLACES = 400_000  # of a raster: 400 lines of 1,000

_BOX = re.compile("[\u2500-\u257f]")
_UPRIGHT = re.compile("[│┃┆┇┊┋║|｜├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫╞╟╠╡╢╣]")
_LEVEL = "─━┄┅┈┉═"
_OPENING = re.compile(r"^\s*(?:[\u2500-\u257f]{2}|[│┃║┌┏╔├┝┠┣╠]|\+[-=+]{2,}\+?\s*$)")
_INSIDE = re.compile(r"[\u2500-\u257f]|^\s*[|+]|\|\s*$")
_RULE = re.compile(r"(?:(?<=[|+])|(?<![^\s]))[-=+]{3,}(?=[|+\s]|$)")
_NUMBER_BEGINS = re.compile(r"[+\-−]?[\d０-９][\d０-９,，.．]*$")
_SPLIT = re.compile("[\u2500-\u257f|｜]+")


class _Region(NamedTuple):
    """A cell: its first and last line and place, and its text line by line."""

    top: int
    bottom: int
    left: int
    right: int
    lines: tuple[str, ...]


def end_of(lines: list[str], start: int) -> int:
    """The line after the frame that begins at line `start`; `start` itself where none begins."""
    if not _OPENING.match(lines[start]):
        return start
    end = start
    while end < len(lines) and _INSIDE.search(lines[end]):
        end += 1
    return end if end - start >= 2 else start


def grid(lines: list[str]) -> Grid | None:
    """The table that the lines draw; None for a frame without a cell."""
    fitting = [regions for font in FONTS if (regions := _regions(lines, font)) is not None]
    if not fitting:
        return _by_lines(lines)
    return _laid_out(_single_rows(min(fitting, key=_borders)))


def _borders(regions: list[_Region]) -> int:
    """At how many places cells begin and end: the fewest where characters are as wide as they were drawn."""
    return len({region.left for region in regions}) + len({region.right for region in regions})


def _regions(lines: list[str], font: Font) -> list[_Region] | None:
    """The regions inside the frame; None where a region is no rectangle or text stands outside."""
    drawn, text = _drawn(lines, font)
    height, wide = len(drawn), len(drawn[0]) if drawn else 0
    if height * wide > MAX_PLACES or wide > MAX_WIDTH:
        return None
    owner = [[-1 if border else 0 for border in row] for row in drawn]
    found: list[_Region] = []
    number = 0
    for y in range(height):
        for x in range(wide):
            if owner[y][x] == 0:
                number += 1
                region = _filled(owner, x, y, number, text, font)
                if region is None:
                    return None
                found += region
    return found


def _drawn(lines: list[str], font: Font) -> tuple[list[list[bool]], list[dict[int, str]]]:
    """Where the frame is drawn, with a margin of one place all around, and the text by line and place."""
    rows = [places(line, font) for line in lines]
    wide = 2 + max((at + width(sign, font) for row in rows for at, sign in row), default=0)
    drawn = [[False] * wide]
    text: list[dict[int, str]] = [{}]
    for row, line in zip(rows, lines, strict=True):
        borders = [False] * wide
        own: dict[int, str] = {}
        signs = "".join(sign for _, sign in row)
        rules = _rules(line, row, font)
        for index, (at, sign) in enumerate(row):
            alone = sign in _LEVEL and not _BOX.search(signs[max(0, index - 1) : index] + signs[index + 1 : index + 2])
            if (_BOX.match(sign) and not alone) or sign in "|｜" or at in rules:
                for place in range(at, at + max(1, width(sign, font))):
                    borders[place + 1] = True
            else:
                own[at + 1] = sign
        drawn.append(borders)
        text.append(own)
    return [*drawn, [False] * wide], [*text, {}]


def _rules(line: str, row: list[tuple[int, str]], font: Font) -> set[int]:
    """The places of `-`, `=` and `+` that draw a line."""
    found: set[int] = set()
    for match in _RULE.finditer(line):
        begin = sum(font.wide if c == "\u3000" else width(c, font) for c in line[: match.start()])
        found.update(range(begin, begin + len(match[0])))
    return found & {at for at, _ in row}


def _filled(
    owner: list[list[int]], x: int, y: int, number: int, text: list[dict[int, str]], font: Font
) -> list[_Region] | None:
    """Flood one region. [] for what is outside of the frame, None where the frame does not close."""
    height, wide = len(owner), len(owner[0])
    waiting, count = [(x, y)], 0
    owner[y][x] = number
    left = right = x
    top = bottom = y
    while waiting:
        px, py = waiting.pop()
        count += 1
        left, right, top, bottom = min(left, px), max(right, px), min(top, py), max(bottom, py)
        for qx, qy in ((px + 1, py), (px - 1, py), (px, py + 1), (px, py - 1)):
            if 0 <= qx < wide and 0 <= qy < height and owner[qy][qx] == 0:
                owner[qy][qx] = number
                waiting.append((qx, qy))
    if left == 0:
        outside = any(owner[row][at] == number for row, own in enumerate(text) for at in own)
        return None if outside else []
    if count != (right - left + 1) * (bottom - top + 1):
        return None
    lines = tuple(
        "".join(_spaced([(at, own[at]) for at in sorted(own) if left <= at <= right], font))
        for own in text[top : bottom + 1]
    )
    return [_Region(top, bottom, left, right, lines)]


def _spaced(signs: list[tuple[int, str]], font: Font) -> list[str]:
    """The signs of a line, with a space where places are free between them."""
    out: list[str] = []
    end: int | None = None
    for at, sign in signs:
        if end is not None and at > end:
            out.append(" ")
        out.append(sign)
        end = at + max(1, width(sign, font))
    return out


def _single_rows(regions: list[_Region]) -> list[_Region]:
    """A table whose rows no line parts: three lines of numbers or more, each with its label, are rows of their own."""
    bands: dict[tuple[int, int], list[_Region]] = {}
    for region in regions:
        bands.setdefault((region.top, region.bottom), []).append(region)
    out: list[_Region] = []
    for (top, _), band in bands.items():
        band.sort(key=lambda region: region.left)
        numbered = [
            n for n in range(len(band[0].lines)) if any(_NUMBER_BEGINS.match(region.lines[n]) for region in band[1:])
        ]
        if len(numbered) < 3 or not all(
            any(r.lines[n] and not _NUMBER_BEGINS.match(r.lines[n]) for r in band) for n in numbered
        ):
            out += band
            continue
        out += [
            _Region(top + n, top + n, region.left, region.right, (line,))
            for region in band
            for n, line in enumerate(region.lines)
        ]
    return out


def _laid_out(regions: list[_Region]) -> Grid | None:
    if not regions:
        return None
    xs = sorted({region.left for region in regions})
    ys = sorted({region.top for region in regions})
    cells = []
    for region in regions:
        row, column = ys.index(region.top), xs.index(region.left)
        rowspan = sum(region.top <= y <= region.bottom for y in ys)
        colspan = sum(region.left <= x <= region.right for x in xs)
        cells.append(GridCell("\n".join(line for line in region.lines if line), row, column, rowspan, colspan))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(tuple(cells), len(ys), len(xs))


def _by_lines(lines: list[str]) -> Grid | None:
    """The texts between the uprights of each line, in their order."""
    cells: list[GridCell] = []
    height = wide = 0
    for line in lines:
        if not _UPRIGHT.search(line) or not _SPLIT.sub("", line).strip(" \t\u3000-=+"):
            continue
        texts = [" ".join(part.split()) for part in _SPLIT.split(line.strip())]
        texts = texts[1:] if not texts[0] else texts
        texts = texts[:-1] if texts and not texts[-1] else texts
        cells += [GridCell(text, height, column) for column, text in enumerate(texts)]
        height, wide = height + 1, max(wide, len(texts))
    return Grid(tuple(cells), height, wide, ragged=True) if cells else None
