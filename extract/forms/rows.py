"""A grid row by row: which cells start in a row, which reach into it from above, and what each text could mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from extract.forms import labels
from extract.forms.numbers import Reading, read_number
from extract.model import Grid, GridCell

STRONG_APPLICANTS = frozenset(["natural_person", "enterprise", "research", "welfare", "legal_service"])
STRONG_RESULTS = frozenset(["upheld", "corrected", "other", "pending"])


DAMAGED_NUMBER = re.compile(r"(?=.*[\d\ufffd])(?!(?:[^\u4e00-\u9fff]*[\u4e00-\u9fff]){3})", re.DOTALL)
"""Text with a digit (or what a reader could not read) and at most two Chinese characters (近5000, 12万): a number that cannot be read, not a label."""


class Hint(NamedTuple):
    """What one cell's text is by itself, before its neighbours are asked: a number, a blank, or exact labels."""

    number: Reading
    is_number: bool
    is_blank: bool
    applicant: str | None
    measure: str | None
    power: str | None
    result: str | None
    channel: str | None
    outcome: str | None
    group: str | None
    is_head: bool = False  # 申请人情况, 法人或其他组织: heads over applicant columns

    @property
    def is_label(self) -> bool:
        """Whether the text is an exact label of any table."""
        return bool(
            self.applicant or self.measure or self.power or self.result or self.channel or self.outcome or self.group
        )


@lru_cache(maxsize=32768)
def hint(text: str) -> Hint:
    """Exact readings of one text; cached, because the same hundred texts make up nearly every report."""
    number = read_number(text)
    if number.kind != "text" or len(text) > 90:
        return Hint(number, number.kind == "number", number.kind == "blank", *(None,) * 7)
    return Hint(
        number,
        False,
        False,
        labels.APPLICANTS.exact(text) or labels.APPLICANTS.exact(labels.without_head(text)),
        labels.MEASURES.exact(text),
        labels.POWERS.exact(labels.without_item(text)),
        labels.RESULTS.exact(text),
        labels.CHANNELS.exact(text),
        labels.OUTCOMES.exact(text) or labels.OUTCOMES.exact(labels.parts(text)[-1]),
        labels.GROUPS.exact(text),
        labels.label_key(text) in labels.APPLICANT_HEADS,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `cells` start here, left to right; `above` started higher up and reach into it."""

    index: int
    cells: list[GridCell]
    hints: list[Hint]
    above: list[GridCell]
    numbers: int
    filled: int


def row_of(index: int, cells: list[GridCell], above: list[GridCell]) -> Row:
    """A row with what its texts could mean."""
    hints = [hint(cell.text) for cell in cells]
    numbers = filled = 0
    for h in hints:
        if h.is_number:
            numbers += 1
            filled += 1
        elif not h.is_blank:
            filled += 1
    return Row(index, cells, hints, above, numbers, filled)


def rows(grid: Grid) -> Iterator[Row]:
    """Every row of the grid that has a cell of its own, top down."""
    reaching: list[GridCell] = []
    cells = grid.cells
    position, count = 0, len(cells)
    while position < count:
        index = cells[position].row
        own: list[GridCell] = []
        while position < count and cells[position].row == index:
            own.append(cells[position])
            position += 1
        if reaching:
            reaching = [cell for cell in reaching if cell.row + cell.rowspan > index]
        yield row_of(index, own, reaching)
        for cell in own:
            if cell.rowspan > 1:
                reaching = [*reaching, cell]


class Column(NamedTuple):
    """One column of values under a known (or unknown: None) heading, from position `start` up to `end`."""

    start: int
    end: int
    code: str | None
    unit: str | None = None


class Heading(NamedTuple):
    """The value columns of a table. `extent` is where its heading rows end: a row that ends elsewhere has lost or
    gained a cell. `aligned` is False where values are known not to stand under their headings (ragged text).
    `full` says that every column of the form has its heading, so that none can have been lost.
    """

    columns: list[Column]
    extent: int
    aligned: bool = True
    full: bool = False


def extent_of(header: list[Row]) -> int:
    """The position where the widest heading row ends."""
    return max(row.cells[-1].column + row.cells[-1].colspan for row in header)


def whole(columns: list[Column], extent: int) -> bool:
    """Whether the columns follow one another without a gap up to where the heading ends: none has lost its head."""
    ends = [column.end for column in columns]
    return bool(columns) and [column.start for column in columns[1:]] == ends[:-1] and ends[-1] == extent


def assign(row: Row, heading: Heading, grid: Grid) -> tuple[int, list[GridCell] | None]:
    """Which cell of the row stands under which column: (number of leading label cells, cells in column order).

    First by place: every column has exactly one cell, nothing filled stands outside, and row and heading end at the
    same position. Where headings and values do not line up (a published page whose spans are wrong), by order, but
    only if the row has exactly as many values as there are columns and none of its positions is missing. Otherwise
    None: the row is not guessed. A value merged with the row below belongs to neither, nor do two rows of values beside one label.
    """
    cells, columns = row.cells, heading.columns
    first = columns[0].start
    split = 0
    for cell in cells:
        if cell.column >= first:
            break
        split += 1
    if heading.aligned and (grid.ragged or cells[-1].column + cells[-1].colspan == heading.extent):
        placed = cells[split:] if _exactly(row, split, columns) else _by_place(row, split, columns)
        if placed is not None and _levels(placed):
            return split, placed if _is_own(row, split, placed, grid) else None
    start, values = _by_order(row, heading, grid)
    return start, values if values is None or (_levels(values) and _is_own(row, start, values, grid)) else None


def _exactly(row: Row, split: int, columns: list[Column]) -> bool:
    """The usual case, told quickly: as many values as columns, each beginning where its heading does, no words."""
    cells, hints = row.cells, row.hints
    if len(cells) - split != len(columns):
        return False
    for position, column in enumerate(columns, split):
        h = hints[position]
        if cells[position].column != column.start or not (h.is_number or h.is_blank):
            return False
    return True


def _levels(values: list[GridCell]) -> bool:
    """Whether all values are equally high."""
    rowspan = values[0].rowspan
    return all(value.rowspan == rowspan for value in values)


def _is_own(row: Row, split: int, values: list[GridCell], grid: Grid) -> bool:
    """Whether label and values are equally high: values that reach further down are those of the next row, too, and beside a
    label that reaches further down stand other numbers, so that nothing tells which are the row's.
    """
    labels = [cell for cell, h in zip(row.cells[:split], row.hints[:split], strict=True) if not h.is_blank]
    if not labels or labels[-1].rowspan == values[0].rowspan:
        return True
    end, height = (min(cell.row + cell.rowspan, grid.height) for cell in (labels[-1], values[0]))
    if end <= height:
        return end == height
    return not any(
        height <= cell.row < end and cell.column >= values[0].column and hint(cell.text).is_number
        for cell in grid.cells
    )


def _by_place(row: Row, split: int, columns: list[Column]) -> list[GridCell] | None:
    taken: list[GridCell | None] = [None] * len(columns)
    seen_number = False
    for position, (cell, h) in enumerate(zip(row.cells, row.hints, strict=True)):
        start, end = cell.column, cell.column + cell.colspan
        under = [i for i, column in enumerate(columns) if column.start < end and start < column.end]
        seen_number = seen_number or h.is_number
        if not under:
            if not h.is_blank and (position >= split or h.is_number):
                return None
        elif len(under) > 1 or taken[under[0]] is not None or position < split:
            return None
        elif not h.is_number and not h.is_blank and not seen_number and not DAMAGED_NUMBER.match(cell.text):
            return None  # words where the first value should be: a label that stands too far right
        else:
            taken[under[0]] = cell
    return None if any(cell is None for cell in taken) else [cell for cell in taken if cell is not None]


def _by_order(row: Row, heading: Heading, grid: Grid) -> tuple[int, list[GridCell] | None]:
    cells, hints, count = row.cells, row.hints, len(heading.columns)
    start = next((i for i, h in enumerate(hints) if h.is_number), len(cells))
    if grid.ragged:
        end = start
        while end < len(cells) and not hints[end].is_blank:
            end += 1
        rest_blank = all(h.is_blank for h in hints[end:])
        return start, cells[start:end] if end - start == count and rest_blank else None
    if start == 0 and heading.full and heading.columns[0].start == cells[0].column:  # no label in this layout
        end = cells[-1].column + cells[-1].colspan
        return 0, cells if row.numbers == len(cells) == count and end == heading.extent == grid.width else None
    if start in (0, len(cells)) or hints[start - 1].is_blank or len(cells) - start != count:
        return start, None
    complete = cells[-1].column + cells[-1].colspan == grid.width
    same_region = cells[start].column == heading.columns[0].start and grid.width == heading.extent
    return start, cells[start:] if complete and (heading.full or same_region) else None


def shifted(all_rows: list[Row], columns: list[Column]) -> bool:
    """Whether some row of a ragged table has all its values but not under their headings.

    Such a table (tabs lost between a label and its numbers) can only be read by order.
    """
    for row in all_rows:
        if row.numbers == len(columns):
            start = next(i for i, h in enumerate(row.hints) if h.is_number)
            if row.cells[start].column != columns[0].start:
                return True
    return False
