"""The other way to read a table: its labels and numbers in document order, as if it had no columns.

The forms fix the order of their columns, so a row whose label is known and that ends in exactly as many values as the
form has columns can be read without spans, positions or headings' places. It reads less than `match` does and shares
neither its grid nor its columns: where both give the same cell, the document says so.
"""

from __future__ import annotations

from extract.forms.collected import Collected
from extract.forms.cut_rows import whole_blocks
from extract.forms.kinds import are_headings
from extract.forms.labels import CHANNELS as CHANNEL_LABELS
from extract.forms.labels import MEASURES, POWERS, label_key, without_item
from extract.forms.requests import drop_other_beside_its_parts, outcome_of
from extract.forms.rows import DAMAGED_NUMBER, STRONG_APPLICANTS, Hint, Row, row_of
from extract.forms.vocabulary import APPLICANT_CODES, BLOCKS, CHANNELS, MEASURE_BY_CODE, PROCEEDINGS, RESULT_CODES
from extract.model import Cell, Document, Grid, GridCell

READING = "order"


def in_order(document: Document) -> list[Cell]:
    """The cells of the document's grids by the order of labels and numbers; what cannot be told is not there."""
    found = Collected(READING)
    walk = _Sequence(found)
    whole = whole_blocks(document.blocks, are_headings)  # half a row at the head of a page would be a row of blanks
    for index, grid in enumerate(block for block in whole if isinstance(block, Grid)):
        for row in _rows(grid):
            walk.row(row, grid, index)
    drop_other_beside_its_parts(found)
    return [cell._replace(reading=READING) for cell in found.settle()]


def _rows(grid: Grid) -> list[Row]:
    """The texts of each row in order; cells that reach in from above are not repeated."""
    rows: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        rows.setdefault(cell.row, []).append(cell)
    return [row_of(index, cells, []) for index, cells in sorted(rows.items())]


class _Sequence:
    """What the labels so far say of the rows to come."""

    def __init__(self, found: Collected) -> None:
        self.found = found
        self.applicants: list[str] = []
        self.applicant_rows = 0
        self.measures: list[str] = []
        self.results: list[str] = []
        self.channel: str | None = None
        self.group: str | None = None

    def row(self, row: Row, grid: Grid, index: int) -> None:
        if not row.numbers and self._heading(row):
            return
        labels = [
            cell.text for cell, h in zip(row.cells, row.hints, strict=True) if not (h.is_blank or _is_value(cell, h))
        ]
        if labels and (columns := self._columns()):
            outcome, self.group = outcome_of(labels, self.group)
            if outcome is not None:
                self._put("requests", [(outcome, code) for code in columns], row, grid, index)
                return
        if labels and (power := POWERS.nearest(without_item(labels[-1]))) is not None:
            places = [(power, measure) for measure in self.measures if f"{power}.{measure}" in MEASURE_BY_CODE]
            if places and len(places) == len(self.measures):
                self._put("disclosure", places, row, grid, index)
        elif self.results == list(RESULT_CODES) * len(CHANNELS) and not labels:
            self._put("proceedings", [(p.channel, p.result) for p in PROCEEDINGS], row, grid, index)
        elif self.results == list(RESULT_CODES):
            channel = CHANNEL_LABELS.nearest(labels[-1]) if labels else self.channel
            if channel in CHANNELS:
                self._put("proceedings", [(channel, result) for result in RESULT_CODES], row, grid, index)

    def _heading(self, row: Row) -> bool:
        """Whether the row names columns; remembers their order."""
        applicants = [h.applicant for h in row.hints if h.applicant]
        if any(code in STRONG_APPLICANTS for code in applicants):
            self.applicants += applicants
            self.applicant_rows += 1
            self.results = []
            return True
        if row.filled == 1 and (channel := CHANNEL_LABELS.nearest(row.cells[0].text)) in CHANNELS:
            self.channel, self.results = channel, []
            return True
        results = [h.result for h in row.hints if h.result]
        if len(results) >= len(RESULT_CODES):
            self.results += results
            return True
        measures = [MEASURES.nearest(c.text) for c in row.cells if label_key(c.text) != "信息内容" and c.text]
        if measures and None not in measures:
            told = [code for code in measures if code is not None]
            self.measures = told if tuple(told) in BLOCKS else []
            self.applicants, self.applicant_rows, self.results, self.group = [], 0, [], None
            return True
        return False

    def _columns(self) -> list[str]:
        """The applicants in the order of their values: as one row prints them all, 小计 among them perhaps; or, of nested
        headings, 自然人 and 总计 above and the five kinds of legal person below, in the order of the form. 总计 may have
        lost its heading: seven values after the label still say that it is there. [] where they are not whole.
        """
        first, *legal, total = APPLICANT_CODES
        said = [code for code in self.applicants if code != "subtotal"]
        if self.applicant_rows == 1 and sorted(said) == sorted(APPLICANT_CODES):
            return self.applicants
        if said not in ([first, *legal, total], [first, total, *legal], [first, *legal]):
            return []
        if "subtotal" not in self.applicants:
            return list(APPLICANT_CODES)
        within = [code for code in self.applicants if code not in (first, total)]
        return [first, *legal, "subtotal", total] if within == [*legal, "subtotal"] else []

    def _put(self, table: str, places: list[tuple[str, str]], row: Row, grid: Grid, index: int) -> None:
        values = _values(row, len(places))
        for (code, column), (cell, h) in zip(places, values, strict=False):
            if (column != "subtotal" and h.number.is_count) or (table == "disclosure" and h.number.kind != "text"):
                self.found.put(table, code, column, cell, grid, index, h.number, h.number.unit)


_OTHER = frozenset(["其他", "其他情形", "其他原因"])


def _is_value(cell: GridCell, h: Hint) -> bool:
    """A number, a blank, or what is left of a number that cannot be read."""
    if h.is_number or h.is_blank:
        return True
    return bool(DAMAGED_NUMBER.match(cell.text)) and not h.is_label and label_key(cell.text) not in _OTHER


def _values(row: Row, count: int) -> list[tuple[GridCell, Hint]]:
    """The `count` values of a row after its last label: its numbers, if they are so many and stand together; else its
    last cells, blanks among them, if nothing but blanks stands before. [] where it has not so many.
    """
    after = 0
    for position, h in enumerate(row.hints, 1):
        if not _is_value(row.cells[position - 1], h):
            after = position
    values = list(zip(row.cells, row.hints, strict=True))[after:]
    numbers = [position for position, (_, h) in enumerate(values) if h.is_number]
    if len(numbers) == count and numbers[-1] - numbers[0] == count - 1:
        return values[numbers[0] : numbers[-1] + 1]
    if len(values) < count or not all(h.is_blank for _, h in values[: len(values) - count]):
        return []
    return values[len(values) - count :]
