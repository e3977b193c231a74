"""Grid + forms → cells: one walk over a document's blocks, told by labels which table each row belongs to.

A row is never read by its position alone. What cannot be told is reported by name in the findings, and the rows of a
grid that belong to no statutory table (a frame drawn around prose) come back as prose, in their place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile

from extract.forms import disclosure, possible, proceedings, requests, survey
from extract.forms.collected import Collected
from extract.forms.cut_rows import whole_blocks
from extract.forms.disclosure import DisclosureBlock
from extract.forms.kinds import are_headings, header_kind, steady
from extract.forms.labels import CHANNELS, label_key
from extract.forms.numbers import unit_over
from extract.forms.page_joins import PAGE_NUMBER, CutRow, mended, moved_heading, moved_row, repeated, whole_row
from extract.forms.proceedings import ProceedingsTable
from extract.forms.requests import RequestsTable
from extract.forms.rows import Heading, Row, extent_of, hint, rows, shifted, whole
from extract.forms.survey import SurveyTable
from extract.forms.vocabulary import APPLICANT_CODES, PROCEEDINGS, RESULT_CODES
from extract.model import Document, Grid, Proof, Prose

Table = RequestsTable | DisclosureBlock | ProceedingsTable | SurveyTable


@dataclass
class Matched:
    """What the walk found: cells by code, and the document's prose in reading order, frames around prose undone."""

    collected: Collected
    prose: list[Prose] = field(default_factory=list)
    grids: int = 0
    tables: set[str] = field(default_factory=set)
    open: dict[str, int] = field(default_factory=dict)
    """Table whose headings cannot be told apart → how many readings of them labels, order and geometry allow."""
    chosen: dict[str, int] = field(default_factory=dict)
    """Which of them was taken."""
    exact: set[str] = field(default_factory=set)
    """Tables of `open` whose rows have as many values as there are headings: no blank can stand in another's column."""
    cut: bool = False
    """Whether table 三 may go on on another page in as many columns of other widths; its headings hold there only by order."""

    def proof(self, table: str, proof: Proof) -> None:
        """Note what told the cells of a table."""
        cells = self.collected.cells
        cells.update({key: cell._replace(proof=proof) for key, cell in cells.items() if key[0] == table})


def match(document: Document, reading: str, choose: dict[str, int] | None = None, by_order: bool = False) -> Matched:
    """Walk the document's blocks. `reading` names the reader, for the provenance of each cell.

    `choose`: for a table of `Matched.open`, which of the possible readings of its headings to take, from 0. `by_order`: where
    table 三 is `cut`, its headings hold on by the order of columns; that proves nothing yet.
    """
    walk = _Walk(Matched(Collected(reading), chosen=choose or {}), by_order)
    for block in whole_blocks(document.blocks, are_headings):
        if isinstance(block, Grid):
            walk.grid(block)
        else:
            walk.prose(block)
    requests.drop_other_beside_its_parts(walk.matched.collected)
    return walk.matched


class _Walk:
    """The state of the walk: the table that is open, and whether it may go on in the next grid."""

    def __init__(self, matched: Matched, by_order: bool) -> None:
        self.matched = matched
        self.by_order = by_order
        self.table: Table | None = None
        self.header: list[Row] = []
        self.kind: str | None = None
        self.last_grid: Grid | None = None
        self.caption: str | None = None  # 行政复议 on a line of its own, over the results of one channel
        self.unit: str | None = None  # stated by a line over a table
        self.block_unit: str | None = None  # stated by the caption of a block of table 二
        self.tail: CutRow | None = None  # the last row of the grid before: a page break may have cut it

    def prose(self, block: Prose) -> None:
        self.unit = unit_over(block.text)
        # the rest of a label that its cell was too low for, or a group's own label beside unruled rows
        overflow = block.beside or (
            block.page is not None and (len(block.text) <= 4 or hint(block.text).group is not None)
        )
        if not overflow and not PAGE_NUMBER.match(block.text):
            if self.kind is not None:
                self._close()
            self.caption = CHANNELS.exact(block.text)
        elif hint(block.text).channel is not None:
            self.caption = CHANNELS.exact(block.text)
        self.matched.prose.append(block)

    def _close(self) -> None:
        self.table, self.header, self.kind, self.last_grid = None, [], None, None

    def grid(self, grid: Grid) -> None:
        index = self.matched.grids
        self.matched.grids += 1
        grid_rows = list(rows(grid))
        self._carry_over(grid, grid_rows)
        above, self.tail = self._joined(grid, grid_rows), None
        for row in grid_rows:
            part = CutRow(row, self.matched.collected)
            if not self._header(row, grid, grid_rows) and not self._data(row, grid, index):
                self._not_a_row(row, grid)
            elif grid.page is not None:
                part.close()
                if above is not None:
                    above.mend(part)
                self.tail = part
            above = None
        self.last_grid = grid

    def _joined(self, grid: Grid, grid_rows: list[Row]) -> CutRow | None:
        """The last row of the grid before, unless the first of this one is its other half: then the two are one row."""
        above = self.tail
        if above is None or self.last_grid is None or not grid_rows:
            return above
        joined = whole_row(above.row, grid_rows[0], self.last_grid, grid)
        if joined is None or (above.row.numbers and not above.gave):
            return above
        if above.row.numbers:
            del grid_rows[0]
        else:
            above.take_back()
            grid_rows[0] = joined
        return None

    def _carry_over(self, grid: Grid, grid_rows: list[Row]) -> None:
        """A table may run over a page: the headings hold on if the new grid has the same columns, else not."""
        if self.last_grid is None:
            return
        if self.header and self.table is None and repeated(self.header, grid_rows):
            self.header = []
            return
        if self.table is not None:
            heading = moved_heading(self.table.heading, self.last_grid, grid)
            if heading is None and isinstance(self.table, RequestsTable) and _has_as_many(self.last_grid, grid):
                self.matched.cut = True
                heading = self.table.heading if self.by_order else None
            if heading is None:
                self._close()
            else:
                self.table.heading = heading
        elif self.header:
            header = [moved_row(row, self.last_grid, grid) for row in self.header]
            self.header = [row for row in header if row is not None]
            if len(self.header) < len(header):
                self._untold()
            elif grid_rows:
                self.header[-1], grid_rows[0] = mended(self.header[-1], grid_rows[0])

    def _untold(self) -> None:
        """The headings gathered cannot be told apart: say so, and read nothing under them."""
        if self.kind is not None:
            message = "the headings of this table cannot be told apart"
            self.matched.collected.leave_out("reading.unknown_column", self.kind, None, message)
            self.matched.tables.add(self.kind)
        self.header = []

    def _header(self, row: Row, grid: Grid, grid_rows: list[Row]) -> bool:
        """Whether the row is a heading row; if so the headings gathered so far are extended or begun anew."""
        kind = header_kind(row)
        if kind is None or (kind == "proceedings" and self._labels_a_row(row, grid)):
            return False
        if self.table is not None or kind != self.kind:
            self.header = []
        self.kind = kind
        self.table = None
        self.header.append(row)
        if kind == "disclosure":
            self.header = []
            self._open_block(row, grid, grid_rows)
        elif kind == "survey":
            self.header = []
            self._open_survey(row)
        return True

    def _open_survey(self, row: Row) -> None:
        columns = survey.columns_of(row)
        self.matched.tables.add("survey")
        if columns:
            self.table = SurveyTable(Heading(columns, extent_of([row])))
            return
        text = " ".join(cell.text for cell in row.cells)
        message = "the headings of the statistics sheet cannot be told apart"
        self.matched.collected.leave_out("reading.unknown_column", "survey", text, message)

    def _open_block(self, row: Row, grid: Grid, grid_rows: list[Row]) -> None:
        columns, form = disclosure.columns_of(row)
        if form is not None:
            heading = Heading(columns, extent_of([row]), not (grid.ragged and shifted(grid_rows, columns)))
            if heading.extent == grid.width or grid.ragged or steady(heading.extent, row, grid_rows):
                self.table = DisclosureBlock(heading, form, self.block_unit or self.unit)
                return
        text = " ".join(cell.text for cell in row.cells)
        message = "the headings of this block are not those of the form"
        self.matched.collected.leave_out("reading.unknown_column", "disclosure", text, message)

    def _labels_a_row(self, row: Row, grid: Grid) -> bool:
        """行政复议 at the left of blank values is a row of the three-row layout, not a new heading."""
        table = self.table
        if table is None and self.kind == "proceedings" and self.header:
            table = self._open_proceedings(grid, [])
        return (
            isinstance(table, ProceedingsTable)
            and len(row.cells) > 2
            and row.filled <= 2
            and row.cells[0].column < table.heading.columns[0].start
        )

    def _data(self, row: Row, grid: Grid, index: int) -> bool:
        if self.table is None and self.header:
            self._open(row, grid, [r for r in rows(grid) if r.index >= row.index] if grid.ragged else [])
        table = self.table
        if table is None:
            return self._orphan(row)
        if disclosure.is_caption(row):
            return self._caption(row)
        if not table.read(row, grid, index, self.matched.collected):
            return False
        self.matched.tables.add(_name(table))
        return True

    def _caption(self, row: Row) -> bool:
        self.table, self.header, self.kind, self.block_unit = None, [], None, disclosure.unit_of(row)
        return True

    def _open(self, row: Row, grid: Grid, following: list[Row]) -> None:
        """The first data row after headings: settle which column means what, or report that it cannot be told."""
        extent = extent_of(self.header)
        if self.kind == "requests":
            columns = requests.columns_of(self.header, grid.ragged)
            if columns and (grid.ragged or whole(columns, extent)):
                full = {column.code for column in columns} >= set(APPLICANT_CODES)
                self.table = RequestsTable(Heading(columns, extent, not shifted(following, columns), full))
        elif self.kind == "proceedings":
            self.table = self._open_proceedings(grid, following)
        if self.table is None and not grid.ragged:
            self.table = self._chosen(row, grid)
        if self.table is None:
            self._untold()

    def _chosen(self, row: Row, grid: Grid) -> Table | None:
        """Under headings that do not stand whole over their columns: the possible reading that was asked for, if any."""
        data = list(takewhile(lambda r: header_kind(r) is None, (r for r in rows(grid) if r.index >= row.index)))
        tables: list[Table] = []
        if self.kind == "requests":
            tables += map(RequestsTable, possible.requests_headings(self.header, data))
        elif self.kind == "proceedings":
            tables += [ProceedingsTable(*told) for told in possible.proceedings_headings(self.header, data)]
        if self.kind is None or not tables:
            return None
        several = self.matched.open.get(self.kind, 1)
        self.matched.open[self.kind] = max(several, len(tables)) if 1 in (several, len(tables)) else 0
        if len(tables) == 1 and possible.exact(data, len(tables[0].heading.columns)):
            self.matched.exact.add(self.kind)
        choice = self.matched.chosen.get(self.kind)
        return None if choice is None else tables[min(choice, len(tables) - 1)]

    def _open_proceedings(self, grid: Grid, following: list[Row]) -> ProceedingsTable | None:
        columns, places = proceedings.places_of(self.header, grid.ragged)
        extent = extent_of(self.header)
        if self.caption is not None and len(places) == len(RESULT_CODES):
            places = [place._replace(channel=place.channel or self.caption) for place in places]
            self.caption = None
        if not columns or not (grid.ragged or whole(columns, extent)):
            return None
        full = len({p for p in places if p.channel and p.result}) == len(PROCEEDINGS)
        return ProceedingsTable(Heading(columns, extent, not shifted(following, columns), full), places)

    def _orphan(self, row: Row) -> bool:
        """A row outside any table. One that carries a label of the form and numbers is reported, not dropped."""
        if disclosure.is_caption(row):
            return self._caption(row)
        if not row.numbers:
            return False
        for cell, h in zip(row.cells, row.hints, strict=True):
            if h.outcome and len(label_key(cell.text)) >= 4:
                self.matched.collected.leave_out(
                    "reading.unknown_column", f"requests.{h.outcome}", cell.text, "a row of the form without headings"
                )
                return True
            if h.power:
                self.matched.collected.leave_out(
                    "reading.unknown_column", f"disclosure.{h.power}", cell.text, "a row of the form without headings"
                )
                return True
        return False

    def _not_a_row(self, row: Row, grid: Grid) -> None:
        """Neither heading nor data: prose inside a frame, a note, a caption. Long prose ends the table."""
        text = " ".join(cell.text for cell, h in zip(row.cells, row.hints, strict=True) if not h.is_blank)
        if not text:
            return
        self.matched.prose.append(Prose(text, grid.page))
        self.unit = unit_over(text) or self.unit
        widest = max(cell.colspan for cell, h in zip(row.cells, row.hints, strict=True) if not h.is_blank)
        if row.filled == 1 and widest * 2 > grid.width and not any(h.is_label for h in row.hints):
            self._close()  # a line of prose across the frame, not the rest of a label that a page break cut


def _has_as_many(before: Grid, after: Grid) -> bool:
    """Whether a grid on the next page has as many columns as the one before."""
    if before.page is None or after.page != before.page + 1 or before.ragged or after.ragged:
        return False
    return before.width == after.width


def _name(table: Table) -> str:
    if isinstance(table, RequestsTable):
        return "requests"
    if isinstance(table, SurveyTable):
        return "survey"
    return "disclosure" if isinstance(table, DisclosureBlock) else "proceedings"
