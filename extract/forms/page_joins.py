"""A table that runs over a page break, made whole: its headings in the coordinates of the next grid."""

from __future__ import annotations

import re

from extract.forms.collected import Collected
from extract.forms.labels import label_key
from extract.forms.rows import Heading, Row, hint, row_of
from extract.model import Grid, GridCell

PAGE_NUMBER = re.compile(r"^[\s\-—–·.第页共/\d]{0,16}$|^（?续表?）?$")
"""What may stand between two parts of one table: a page's number, or the word that the table goes on."""


class CutRow:
    """What one row of a page's grid gave, so that two halves of a row that the page break cut are not taken for two.

    Half of such a row has its numbers but no label, or half a label; the other half has a label and blanks, which are
    not the blanks of the report.
    """

    def __init__(self, row: Row, out: Collected) -> None:
        self.row = row
        self.out = out
        self.cells_before, self.findings_before = len(out.cells), len(out.findings)
        self.blanks: list[tuple[str, str, str]] = []
        self.unlabelled = False

    def close(self) -> None:
        """After the row was read: note what it gave."""
        found = self.out.findings[self.findings_before :]
        self.unlabelled = any(finding.check == "reading.unknown_row" for finding in found)
        if not self.row.numbers:
            self.blanks = list(self.out.cells)[self.cells_before :]

    @property
    def gave(self) -> bool:
        """Whether the row gave cells."""
        return len(self.out.cells) > self.cells_before

    def take_back(self) -> None:
        """Its blanks are not the report's: the other half has the numbers."""
        for key in self.blanks:
            del self.out.cells[key]

    def mend(self, below: CutRow) -> None:
        """`self` ends a page, `below` begins the next: if they are halves of one row, its blanks are taken back."""
        blanks = self.blanks if below.unlabelled else below.blanks if self.unlabelled else []
        for key in blanks:
            del self.out.cells[key]
        if blanks:
            message = "the page break cuts this row in two"
            self.out.leave_out("reading.unreadable_row", ".".join(blanks[0][:2]), None, message)


def moved_heading(heading: Heading, before: Grid, after: Grid) -> Heading | None:
    """The same heading in the coordinates of the next grid: by the x positions of its borders where both have them,
    else by equal width. None where it does not fit: it then holds no longer.
    """
    if before.edges is None or after.edges is None:
        return heading if before.width == after.width and not before.ragged else None
    moved = []
    for column in heading.columns:
        start = _nearest_edge(after, before.edges[min(column.start, before.width)])
        end = _nearest_edge(after, before.edges[min(column.end, before.width)])
        if start is None or end is None or end <= start:
            return None
        moved.append(column._replace(start=start, end=end))
    extent = _nearest_edge(after, before.edges[min(heading.extent, before.width)])
    return None if extent is None else heading._replace(columns=moved, extent=extent)


def moved_row(row: Row, before: Grid, after: Grid) -> Row | None:
    """A heading row at the foot of a page, in the coordinates of the grid on the next one."""
    if before.edges is None or after.edges is None:
        return row if before.width == after.width and before.ragged == after.ragged else None
    cells = []
    for cell in row.cells:
        start = _nearest_edge(after, before.edges[cell.column])
        end = _nearest_edge(after, before.edges[min(cell.column + cell.colspan, before.width)])
        if start is None or end is None or end <= start:
            return None
        cells.append(cell._replace(column=start, colspan=end - start))
    return row_of(row.index, cells, row.above)


def mended(above: Row, below: Row) -> tuple[Row, Row]:
    """Headings that the page break cut in two (结果 | 维持) made whole: cells at the same place whose texts are a label
    only together. The upper row gets the whole label, the lower one a blank.
    """
    upper, lower = list(above.cells), list(below.cells)
    for i, head in enumerate(upper):
        for j, rest in enumerate(lower):
            same = (head.column, head.colspan) == (rest.column, rest.colspan)
            if same and rest.text and not hint(head.text).is_label and hint(head.text + rest.text).is_label:
                upper[i], lower[j] = head._replace(text=head.text + rest.text), rest._replace(text="")
    return row_of(above.index, upper, above.above), row_of(below.index, lower, below.above)


def whole_row(above: Row, below: Row, before: Grid, after: Grid) -> Row | None:
    """The first row of a page that is the lower half of the last row of the page before, its label made whole: the words
    of both are a row's label only together (没有现成信息需要 | 另行制作), at one place, and one half has all the numbers.
    """
    moved = moved_row(above, before, after)
    if moved is None or not (bool(above.numbers) ^ bool(below.numbers)):
        return None
    upper, lower = _label(moved), _label(below)
    if upper is None or lower is None or (upper.column, upper.colspan) != (lower.column, lower.colspan):
        return None
    text = upper.text + lower.text
    whole = hint(text)
    bare = len(label_key(upper.text)) <= 1  # only the numeral: （二 | ）部分公开
    if (hint(lower.text).is_label and not bare) or not (whole.outcome or whole.power):
        return None
    cells = [cell._replace(text=text) if cell is lower else cell for cell in below.cells]
    return row_of(below.index, cells, below.above)


def _label(row: Row) -> GridCell | None:
    """The last words of a row."""
    words = [c for c, h in zip(row.cells, row.hints, strict=True) if not h.is_blank and not h.is_number]
    return words[-1] if words else None


def repeated(header: list[Row], begin: list[Row]) -> bool:
    """Whether a page begins with the headings that the page before ended with."""
    said = [[label_key(cell.text) for cell in row.cells] for row in header]
    return len(begin) > len(header) and said == [[label_key(c.text) for c in row.cells] for row in begin[: len(header)]]


def _nearest_edge(grid: Grid, x: float) -> int | None:
    edges = grid.edges or ()
    index = min(range(len(edges)), key=lambda i: abs(edges[i] - x))
    return index if abs(edges[index] - x) <= grid.drift else None
