"""Rows that a page break cuts in two, made whole before they are read: headings (结果 | 维持) and long labels.

Cells that end one page and cells of the same columns that begin the next are one cell if the headings of a table, or the label
of a row, are whole only together. Otherwise the grids stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from extract.forms.page_joins import PAGE_NUMBER, moved_row, whole_row
from extract.forms.rows import Row, rows
from extract.forms.stacked import unstacked
from extract.model import Block, Grid, GridCell

MAX_TAIL = 4  # heading rows at the foot of a page


Whole = Callable[[list[Row]], bool]
"""Whether these rows are the headings of one table, whole."""


def whole_blocks(blocks: Iterable[Block], whole: Whole) -> Iterator[Block]:
    """The blocks, with rows that a page break cuts made whole. Rows keep their numbers: what comes from the page before stands
    above row 0 of the grid that it goes on in.
    """
    above: Grid | None = None
    between: list[Block] = []
    for block in unstacked(blocks):
        if not isinstance(block, Grid):
            between.append(block)
            if above is not None and not (block.page is not None and PAGE_NUMBER.match(block.text)):
                yield above
                yield from between
                above, between = None, []
            elif above is None:
                yield from between
                between = []
            continue
        grid = block
        if above is not None:
            above, grid = _joined(above, grid, whole)
            yield above
            yield from between
        above, between = grid, []
    if above is not None:
        yield above
        yield from between


def _joined(above: Grid, below: Grid, whole: Whole) -> tuple[Grid, Grid]:
    if above.page is None or below.page is None or not above.cells or not below.cells:
        return above, below
    first, last = next(rows(below)), list(rows(above))[-1]
    if first.index != 0:
        return above, below
    if (label := whole_row(last, first, above, below)) is not None:
        return _with_row(above, below, last, first, label)
    return (above, below) if first.numbers else _with_headings(above, below, whole)


def _with_row(above: Grid, below: Grid, last: Row, first: Row, label: Row) -> tuple[Grid, Grid]:
    """The label of the cut row beside its numbers, the other half gone."""
    text = next(new.text for new, old in zip(label.cells, first.cells, strict=True) if new.text != old.text)
    part = next(old.text for new, old in zip(label.cells, first.cells, strict=True) if new.text != old.text)
    if last.numbers:
        upper = tuple(_told(c, text, text.removesuffix(part), last.index) for c in above.cells)
        lower = tuple(
            c._replace(row=1, rowspan=c.rowspan - 1, text="") if c.row == 0 else c
            for c in below.cells
            if c.row > 0 or c.rowspan > 1
        )
    else:
        upper = tuple(c._replace(rowspan=min(c.rowspan, last.index - c.row)) for c in above.cells if c.row < last.index)
        lower = tuple(_told(c, text, part, 0) for c in below.cells)
    return replace(above, cells=upper), replace(below, cells=_ordered(lower))


def _told(cell: GridCell, text: str, part: str, row: int) -> GridCell:
    return cell._replace(text=text) if cell.row == row and cell.text == part else cell


def _with_headings(above: Grid, below: Grid, whole: Whole) -> tuple[Grid, Grid]:
    """The heading rows at the foot of a page, and the row that the break cuts, as the first rows of the next grid."""
    first, *following = rows(below)
    # nothing is left of the cut row but its frame, or what its headings end with: no row of the table begins with a blank
    is_rest = bool(following) and (first.filled == 0 or (first.cells[0].column == 0 and first.hints[0].is_blank))
    tail: list[Row] = []
    for row in reversed(list(rows(above))):
        if row.numbers or len(tail) == MAX_TAIL:
            break
        tail.insert(0, row)
    for start in range(len(tail)):
        if any(c.row + c.rowspan > tail[start].index for c in tail[start].above):
            continue
        if whole(tail[start:]) and not is_rest:
            continue
        joined = _stitched(above, below, tail[start:])
        if joined is not None and whole(_headings(joined)):
            index = tail[start].index
            return replace(above, cells=tuple(c for c in above.cells if c.row < index)), joined
    return above, below


def _headings(grid: Grid) -> list[Row]:
    found = []
    for row in rows(grid):
        if row.numbers:
            break
        found.append(row)
    return found


def _stitched(above: Grid, below: Grid, tail: list[Row]) -> Grid | None:
    """`tail` over the grid below it, cells of the same columns on both sides of the break as one; None where it does not fit."""
    foot = tail[-1].index + 1
    upper: list[GridCell] = []
    for row in tail:
        moved = moved_row(row, above, below)
        if moved is None:
            return None
        upper += [cell._replace(row=cell.row - foot) for cell in moved.cells]
    lower = list(below.cells)
    for n, cell in enumerate(upper):
        if cell.row + cell.rowspan < 0:
            continue
        for m, rest in enumerate(lower):
            if rest.row == 0 and (rest.column, rest.colspan) == (cell.column, cell.colspan):
                upper[n] = cell._replace(text=cell.text + rest.text, rowspan=rest.rowspan - cell.row)
                del lower[m]
                break
    return replace(below, cells=_ordered([*upper, *lower]))


def _ordered(cells: Iterable[GridCell]) -> tuple[GridCell, ...]:
    return tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
