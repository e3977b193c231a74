"""What the matcher has found so far in one document: cells without contradiction, and what had to be left out."""

from __future__ import annotations

import re

from extract.forms.numbers import Reading
from extract.model import Cell, Finding, Form, Grid, GridCell

MAX_FINDINGS = 200  # a page of ten thousand odd rows says so once, not ten thousand times
_NUMBERS = re.compile(r"\d+(?:[.,，]\d+)*")
_BRACKETED = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")


def _beside(source: GridCell, cell: Cell) -> bool:
    """Whether a cell stands in the row of another, or next above or below it."""
    top, bottom = source.row, source.row + source.rowspan
    if top <= cell.row_index < bottom:
        return True
    return cell.row_index in (top - 1, bottom) and source.column <= cell.column_index < source.column + source.colspan


class Collected:
    """Cells by (table, row, column). Two different values for one place cancel each other and are reported."""

    def __init__(self, reading: str) -> None:
        self.reading = reading
        self.cells: dict[tuple[str, str, str], Cell] = {}
        self.contradicted: set[tuple[str, str, str]] = set()
        self.findings: list[Finding] = []
        self.printed: dict[tuple[str, str, str], tuple[str, str, str | None]] = {}
        """A cell of the statistics sheet → its row's label and unit, its column's heading, as printed."""
        self.several: list[tuple[int, GridCell]] = []
        """Cells that hold more than one number, each with its grid's place in the document."""
        self.forms: dict[str, Form] = {}
        """Block of the document (a table row, a column) → the form that its labels are of."""

    def leave_out(self, check: str, where: str, found: str | None, message: str) -> None:
        """Report what was printed but could not be read with certainty."""
        if len(self.findings) < MAX_FINDINGS:
            shown = None if found is None else found[:80]
            self.findings.append(Finding(check, "warning", where, None, shown, "extraction", message))

    def unreadable(self, where: str, source: GridCell, index: int, message: str) -> None:
        """Report a cell that holds no number of the expected kind. Where it holds several, blanks beside it are no blanks."""
        self.leave_out("reading.unreadable_number", where, source.text, message)
        if len(_NUMBERS.findall(_BRACKETED.sub("", source.text))) > 1:
            self.several.append((index, source))

    def forgive(self, table: str) -> None:
        """Take back what was reported of a table: it has been read in another way."""
        self.findings = [finding for finding in self.findings if finding.where.split(".")[0] != table]

    def put(
        self,
        table: str,
        row: str,
        column: str,
        source: GridCell,
        grid: Grid,
        index: int,
        number: Reading,
        unit: str | None,
    ) -> None:
        """Record one cell whose number is read; `index` is the grid's place in the document."""
        value = number.value
        cell = Cell(
            table,
            row,
            column,
            value,
            source.text,
            unit,
            index,
            source.row,
            source.column,
            grid.page,
            source.box,
            grid.reading or self.reading,
            source.confidence,
        )
        key = (table, row, column)
        known = self.cells.get(key)
        if known is None:
            self.cells[key] = cell
        elif known.value != value or known.unit != unit:
            self.contradicted.add(key)

    def settle(self) -> list[Cell]:
        """The cells in reading order; places with two different values are left out and reported, and so are blanks beside a cell
        that holds several numbers: one of those may be theirs.
        """
        for key, cell in list(self.cells.items()):
            if cell.value is None and any(
                cell.table_index == index and _beside(source, cell) for index, source in self.several
            ):
                del self.cells[key]
                self.contradicted.discard(key)
                message = "blank, and a cell beside it holds several numbers"
                self.leave_out("reading.unreadable_number", ".".join(key), cell.raw, message)
        for key in sorted(self.contradicted):
            self.leave_out(
                "reading.contradiction",
                ".".join(key),
                self.cells[key].raw,
                "the document gives two different values for this cell",
            )
        return [cell for key, cell in self.cells.items() if key not in self.contradicted]
