"""Grids written as text in the ways in which people and converters write them, for the tests."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from extract.model import Document, Grid, GridCell, Prose

BOX = "─│┌┐└┘├┤┬┴┼"
ASCII = "-|+++++++++"
DOUBLE = "═║╔╗╚╝╠╣╦╩╬"
LABEL_WIDTH = 24


def width(text: str, ambiguous: int) -> int:
    """Places that a text takes; `ambiguous` 0: every character takes one, as if they were counted."""
    if ambiguous == 0:
        return len(text)
    return sum(
        2 if (kind := unicodedata.east_asian_width(c)) in "WF" else ambiguous if kind == "A" else 1 for c in text
    )


def padded(text: str, places: int, ambiguous: int) -> str:
    return text + " " * (places - width(text, ambiguous))


def wrapped(text: str, places: int, ambiguous: int) -> list[str]:
    """A label over as many lines as it needs; numbers are never cut."""
    lines = [""]
    for sign in text:
        if width(lines[-1] + sign, ambiguous) > places and not (sign.isdigit() and lines[-1][-1:].isdigit()):
            lines.append("")
        lines[-1] += sign
    return lines


def written(document: Document, table: Callable[[Grid], str]) -> str:
    """A document as text; `table` writes each grid."""
    parts = [block.text if isinstance(block, Prose) else table(block) for block in document.blocks]
    return "\n\n".join(parts) + "\n"


def column_widths(grid: Grid, ambiguous: int) -> list[int]:
    """Wide enough for the widest number, and for labels up to `LABEL_WIDTH`; for merged cells together. Even."""
    widths = [2] * grid.width
    for cell in sorted(grid.cells, key=lambda c: c.colspan):
        needed = min(width(cell.text, ambiguous), LABEL_WIDTH)
        longest = max(
            (width(run, ambiguous) for run in "".join(c if c.isdigit() else " " for c in cell.text).split()), default=2
        )
        needed = max(needed, longest)
        have = sum(widths[cell.column : cell.column + cell.colspan]) + cell.colspan - 1
        widths[cell.column + cell.colspan - 1] += max(0, needed - have)
    return [w + w % 2 for w in widths]


def framed(grid: Grid, ambiguous: int = 2, signs: str = BOX) -> str:
    """A frame around every cell; `signs` as in `BOX`. Wide frame signs take two places if `ambiguous` is 2."""
    bar = max(1, width(signs[1], ambiguous))
    widths = column_widths(grid, ambiguous)
    lefts = [bar]
    for w in widths:
        lefts.append(lefts[-1] + w + bar)
    owner = {
        (r, c): cell
        for cell in grid.cells
        for r in range(cell.row, cell.row + cell.rowspan)
        for c in range(cell.column, cell.column + cell.colspan)
    }
    texts = {
        cell: wrapped(
            cell.text.replace("\n", ""),
            sum(widths[cell.column : cell.column + cell.colspan]) + bar * (cell.colspan - 1),
            ambiguous,
        )
        for cell in grid.cells
    }
    heights = [
        max([1, *(len(t) for cell, t in texts.items() if cell.row == row and cell.rowspan == 1)])
        for row in range(grid.height)
    ]
    for cell, lines in texts.items():  # a merged cell higher than its rows makes the last of them higher
        have = sum(heights[cell.row : cell.row + cell.rowspan]) + cell.rowspan - 1
        heights[cell.row + cell.rowspan - 1] += max(0, len(lines) - have)
    out: list[str] = []
    shown: dict[GridCell, int] = {}
    for row in range(grid.height + 1):
        out.append(_border(row, grid, owner, widths, bar, signs, texts, shown, ambiguous))
        for _ in range(heights[row] if row < grid.height else 0):
            line = ""
            column = 0
            while column < grid.width:
                cell = owner[row, column]
                line += signs[1] + _next(cell, texts, shown, widths, bar, ambiguous)
                column = cell.column + cell.colspan
            out.append(line + signs[1])
    return "\n".join(out)


def _next(
    cell: GridCell,
    texts: dict[GridCell, list[str]],
    shown: dict[GridCell, int],
    widths: Sequence[int],
    bar: int,
    ambiguous: int,
) -> str:
    places = sum(widths[cell.column : cell.column + cell.colspan]) + bar * (cell.colspan - 1)
    index = shown.get(cell, 0)
    shown[cell] = index + 1
    return padded(texts[cell][index] if index < len(texts[cell]) else "", places, ambiguous)


def _border(
    row: int,
    grid: Grid,
    owner: dict[tuple[int, int], GridCell],
    widths: Sequence[int],
    bar: int,
    signs: str,
    texts: dict[GridCell, list[str]],
    shown: dict[GridCell, int],
    ambiguous: int,
) -> str:
    """The line above a row; where a merged cell runs through it, that cell's text."""
    level, upright, tl, tr, bl, br, left, right, top, bottom, cross = tuple(signs)
    line = ""
    column = 0
    while column <= grid.width:
        above, below = owner.get((row - 1, column)), owner.get((row, column))
        before_above, before_below = owner.get((row - 1, column - 1)), owner.get((row, column - 1))
        through = above is not None and above is below
        before_through = before_above is not None and before_above is before_below
        up = above is not before_above
        down = below is not before_below
        to_right = column < grid.width and not through
        to_left = column > 0 and not before_through
        key = (up, down, to_left, to_right)
        line += {
            (False, True, False, True): tl, (False, True, True, False): tr, (True, False, False, True): bl,
            (True, False, True, False): br, (True, True, False, True): left, (True, True, True, False): right,
            (False, True, True, True): top, (True, False, True, True): bottom, (True, True, True, True): cross,
            (False, False, True, True): level, (True, True, False, False): upright,
        }[key]  # fmt: skip
        if column == grid.width:
            break
        if through and above is not None:
            line += _next(above, texts, shown, widths, bar, ambiguous)
            column = above.column + above.colspan
        else:
            line += level * (widths[column] // max(1, width(level, ambiguous)))
            column += 1
    return line


def by_rows(grid: Grid) -> list[list[tuple[int, str]]]:
    """(column, text) of the cells of each row."""
    rows: list[list[tuple[int, str]]] = [[] for _ in range(grid.height)]
    for cell in grid.cells:
        rows[cell.row].append((cell.column, cell.text.replace("\n", "")))
    return rows


def spaced(grid: Grid, ambiguous: int = 2, right: bool = True, pad: str = " ") -> str:
    """Columns set with spaces: every label whole on its line, the numbers below their headings."""
    rows = by_rows(grid)
    starts = {cell.column for cell in grid.cells}
    widths = dict.fromkeys(starts, 4)
    for row in rows:
        for index, (column, text) in enumerate(row):
            following = row[index + 1][0] if index + 1 < len(row) else grid.width
            if not any(column < start < following for start in starts):
                widths[column] = max(widths[column], width(text, ambiguous) + 2)
    for cell in grid.cells:
        inside = [c for c in starts if cell.column <= c < cell.column + cell.colspan]
        lacking = width(cell.text.replace("\n", ""), ambiguous) + 2 - sum(widths[c] for c in inside)
        widths[max(inside)] += max(0, lacking)
    out = []
    for row in rows:
        line = ""
        for column, text in row:
            at = sum(w for c, w in widths.items() if c < column)
            line += " " * (at - width(line, ambiguous))
            number = text[:1].isdigit() or text[:1] in "+-"
            free = widths[column] - width(text, ambiguous)
            line += " " * (free - 2) + text if number and right and free > 2 else text
        out.append(line.rstrip())
    text = "\n".join(out)
    return text.replace("  ", pad) if pad != " " else text


def markdown(grid: Grid) -> str:
    """A Markdown table: merged cells once, the places that they cover left empty."""
    out = []
    for number, row in enumerate(by_rows(grid)):
        texts = dict(row)
        out.append("| " + " | ".join(texts.get(c, "").replace("|", "\\|") for c in range(grid.width)) + " |")
        if number == 0:
            out.append("|" + " :---: |" * grid.width)
    return "\n".join(out)
