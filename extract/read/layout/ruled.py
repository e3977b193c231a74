"""Ruled grids: rules → lattice → cells.

The rules that touch each other span a lattice; two neighbouring places of it are one cell where no rule parts them. The
box around the rules closes what they leave open: a merged cell that the page break cuts has rules at its sides but none
where the page ends, and many tables have no rules at their outer sides.

Frames drawn around prose come out as grids, too; whether a grid is a statutory table is for the forms to tell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from extract.model import UNREADABLE, Box, Grid, GridCell
from extract.read.layout.lattice import EDGE, HAIR, Lattice, connected, lattice_of
from extract.read.layout.lines import cell_text
from extract.read.layout.page import Found, Glyph, Page, Rule

_DIGITS = frozenset("0123456789.,０１２３４５６７８９")


def grids(page: Page, reading: str | None = None) -> list[Found]:
    """The ruled tables of a page, from top to bottom; a glyph belongs to one of them at most."""
    found: list[Found] = []
    taken: set[int] = set()
    for rows, columns in connected(page.rules):
        lattice = lattice_of(rows, columns)
        if lattice is None:
            continue
        table = _filled(lattice, page, taken, reading)
        taken |= table.taken
        found.append(table)
    return sorted(found, key=lambda table: table.box[1])


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
    mine += _hanging(lattice, page, taken, own)
    crossed = _crossed(own) | {n for n in lattice.broken if any(g.text in _DIGITS for g in own[n])}
    cells = []
    for number, (row, column, rowspan, colspan) in enumerate(lattice.cells):
        box = (xs[column], ys[row], xs[column + colspan], ys[row + rowspan])
        text = cell_text(own[number], box[2] - box[0]) if own[number] else ""
        if not text and number in lattice.open:
            continue
        if not text and ((page.pictures and _holds_picture(box, page.pictures)) or _holds_digit(box, page.struck)):
            text = UNREADABLE
        if number in crossed or box[0] < -HAIR or box[2] > page.width + HAIR:
            text += UNREADABLE  # half of it may stand in the next cell, or off the page
        rounded = (round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2))
        confidence = min((g.confidence for g in own[number] if g.confidence is not None), default=None)
        cells.append(GridCell(text, row, column, rowspan, colspan, rounded, confidence))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    grid = Grid(tuple(cells), len(ys) - 1, len(xs) - 1, page.number, edges=tuple(xs), reading=reading)
    return Found(grid, (left, top, right, bottom), frozenset(mine))


def _hanging(lattice: Lattice, page: Page, taken: set[int], own: list[list[Glyph]]) -> list[int]:
    """Words under a cell whose lower line the page end cuts off (rules end with the page's area, the last line of text
    stands below it) join the cell's own; numbers do not. Returns the indices of the glyphs that joined.
    """
    xs, bottom = lattice.xs, lattice.ys[-1]
    joined: list[int] = []
    if all(lattice.foot):
        return joined
    for index, glyph in enumerate(page.glyphs):
        x, size = (glyph.x0 + glyph.x1) / 2, glyph.bottom - glyph.top
        if glyph.text in _DIGITS or index in taken or not xs[0] <= x < xs[-1]:
            continue
        column = bisect_right(xs, x) - 1
        if lattice.foot[column] or not bottom <= (glyph.top + glyph.bottom) / 2 < bottom + 1.5 * size:
            continue
        above = own[lattice.cell_of[-1][column]]
        if above and glyph.top - max(g.bottom for g in above if g.top < bottom) < 0.8 * size:
            above.append(glyph)
            joined.append(index)
    return joined


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


def _holds_digit(box: Box, struck: Sequence[Glyph]) -> bool:
    """Whether a digit that is struck out stands in the box: with nothing in its place, its cell was not published blank."""
    return any(
        g.text.isdecimal() and box[0] <= (g.x0 + g.x1) / 2 < box[2] and box[1] <= (g.top + g.bottom) / 2 < box[3]
        for g in struck
    )


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
