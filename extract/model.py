"""What the rooms of extraction hand to each other: plain, immutable values.

bytes (`RawDocument`) → prose and grids (`Document`) → canonical cells (`Extraction`).

Readers build a `Document` and know no statutory form; `extract.forms` turns its grids into cells and knows
no file format. `Cell` and `GridCell` are named tuples, not dataclasses, because a report has some 700 of them
and their construction is a tenth of the time that reading an HTML report takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

Box = tuple[float, float, float, float]
"""left, top, right, bottom in points, from the page's upper left corner."""


UNREADABLE = "\ufffd"
"""What stands for print that cannot be told: a picture in a cell, a torn tag, an unsure character. Such a cell is not blank."""

Status = Literal["ok", "not_a_report", "unreadable", "quarantined"]
"""What became of a document. `quarantined` is given by the warehouse alone, to a reading that its schema does not hold."""

Category = Literal["damaged", "protected", "unsupported", "missing_program", "limits"]
"""Why a document is unreadable; `limits`: time, memory or room ran out, and it is tried again."""

Severity = Literal["error", "warning", "info"]

Origin = Literal["publisher", "extraction"]
"""Whose fault a finding is."""

Result = Literal["failed", "not_applicable"]

Form = Literal["2021", "2019", "2014", "narrative"]
"""The statutory forms, by the year in which each was prescribed; `narrative`: a report without tables."""

ReportScope = Literal["own", "consolidated", "unknown"]

OrganKind = Literal["government", "department", "township", "subdistrict", "other"]

OrganLevel = Literal["national", "province", "prefecture", "county", "township"]

YearFrom = Literal["title", "period", "address"]

PublishedFrom = Literal["meta", "info line", "url", "pdf"]

Proof = Literal["labels", "arithmetic", "second reading", "person"]
"""What told a cell's code."""


Way = tuple[int, ...]
"""Which member of an archive, by its number in the archive's directory; of one in an archive inside, that one's number first."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One file as it was given or fetched. `path` is only a name to show; nothing is opened through it.

    `inside`: of a member of an archive, which one it is there; of a file by itself, nothing.
    """

    path: str
    sha256: str
    content: bytes
    source_url: str | None = None
    inside: Way = ()


class GridCell(NamedTuple):
    """One cell of a table as drawn. Row and column count from 0; spans are at least 1."""

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    box: Box | None = None
    confidence: float | None = None  # of a text that was recognised in a picture: 0 to 1, the least of its parts


@dataclass(frozen=True, slots=True)
class Grid:
    """A rectangle of `height` × `width` positions, covered by cells in reading order.

    `ragged` says that columns are not aligned by the format itself (tab-separated text): only the order of the
    cells in a row can be trusted. `edges` are the x positions of the `width` + 1 column borders, where known.
    `drift` is how far off, in points, the same border may stand on the next page.
    `reading` names the way in which it was read where a format has several (None: the document's format).
    """

    cells: tuple[GridCell, ...]
    height: int
    width: int
    page: int | None = None
    ragged: bool = False
    edges: tuple[float, ...] | None = None
    drift: float = 3.0
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph or a heading, white space at both ends removed, line breaks inside kept as `\\n`.

    `beside`: it stands at the height of a table and belongs to none of its rows (a group's label over several of them).
    `box`: where a printed line stands on its page, where the reader knows it.
    """

    text: str
    page: int | None = None
    beside: bool = False
    box: Box | None = field(default=None, compare=False)


Block = Prose | Grid


class Attachment(NamedTuple):
    """A file that a page links: `href` as written in the page (never followed by a reader), and the link's text."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader makes of a file: blocks in reading order, and what the file says of itself.

    `meta`: lower-cased names of HTML `<meta>` tags (or of a PDF's information fields) → content.
    `titles`: what the format itself marks as a title, best first (`<h1>`, ArticleTitle, `<title>`).
    `attachments`: links to files of kinds in which reports are published, in document order.
    `unread`: what of the file could not be read, as sentences.
    `by_position`: the cells were told by where they stand on a page, not by markup.
    `rereadings`: further, independent readings of the tables on the given pages, the cheapest first; done when called.
    """

    format: str
    blocks: tuple[Block, ...]
    meta: dict[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    unread: tuple[str, ...] = ()
    by_position: bool = False
    rereadings: tuple[Callable[[frozenset[int]], Document], ...] = ()


Number = int | float


class Cell(NamedTuple):
    """One published number, under its canonical codes (see docs and `extract.forms`).

    `value` is None for a cell that is blank in the document; `raw` is its text as printed. `unit` is the unit that
    the cell or its heading states ("万元", "元", …), None where the document states none; `value` is in that unit.
    `table_index`, `row_index`, `column_index` locate the cell in the document's grids (from 0).
    """

    table: str  # disclosure | requests | proceedings | survey
    row: str
    column: str
    value: Number | None
    raw: str
    unit: str | None
    table_index: int
    row_index: int
    column_index: int
    page: int | None
    box: Box | None
    reading: str  # which reader gave it: html, pdf, text …
    confidence: float | None = None  # of a recognised picture, 0 to 1
    proof: Proof = "labels"


class Indicator(NamedTuple):
    """One value of the statistics sheet of form 2014: its row's label and unit and, where there are several columns of
    values, its column's heading, all as printed. `cell.row` is the label after those that it is part of.
    """

    label: str
    unit: str
    column: str | None
    cell: Cell


@dataclass(frozen=True, slots=True)
class Finding:
    """One failed check, or something in the document that could not be read.

    `check`: a code of docs/checks.md, or `reading.*` for what the reader had to leave out.
    `where`: the cells concerned, as `table.row` or `table.row.column`.
    `result`: `failed`, or `not_applicable` where a missing cell makes the rule undecidable (kept in the
    warehouse, not in the extraction contract).
    """

    check: str
    severity: Severity
    where: str
    expected: Number | str | None = None
    found: Number | str | None = None
    origin: Origin | None = None  # None while undecided
    message: str = ""
    result: Result = "failed"
    evidence: str | None = None  # the sentence of the document that says so


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that one document gave. `status` is ok, not_a_report or unreadable; `reason` says why not ok.

    `sections`: the six statutory sections that have prose, "1" … "6" → text; `headings` the same keys → the
    heading as printed. `published` is the date of publication that the page states.
    """

    path: str
    sha256: str | None
    format: str | None
    status: Status
    reason: str | None = None
    category: Category | None = None
    title: str | None = None
    organ: str | None = None
    division_code: str | None = None
    year: int | None = None
    published: dt.date | None = None
    form: Form | None = None
    scope: ReportScope | None = None
    cells: tuple[Cell, ...] = ()
    doubted: tuple[Cell, ...] = ()
    """Cells that were read but must not be loaded until a person has looked; `reading` tells which reading gave each."""
    attachments: tuple[Attachment, ...] = ()
    survey: tuple[Indicator, ...] | None = None
    sections: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    source_url: str | None = None
    bytes: int | None = None
    organ_kind: OrganKind | None = None
    organ_level: OrganLevel | None = None
    organ_canonical: str | None = None  # its place in full, short words written out
    organ_parent: str | None = None  # the identity of the government that it belongs to
    organ_evidence: str | None = None  # where its name stands, and what told its place
    year_from: YearFrom | None = None
    published_from: PublishedFrom | None = None
    scope_phrase: str | None = None  # the words that `scope` was told by
    correction: str | None = None
    """The words by which the document says that it corrects an earlier edition."""
    organ_identity: str | None = None
    """What makes the organ one and the same across documents (name and place); its stable key is derived from it."""

    def frame(self) -> pd.DataFrame:
        """The cells as a tidy frame, one row a published number, columns as in `Cell`."""
        import pandas as pd  # here, because reading one file must not wait for pandas

        return pd.DataFrame(list(self.cells), columns=list(Cell._fields))
