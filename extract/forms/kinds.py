"""Which table a row heads, and whether heading rows are whole."""

from __future__ import annotations

from extract.forms import disclosure, proceedings, requests, survey
from extract.forms.labels import MEASURES
from extract.forms.rows import Row, extent_of, whole
from extract.forms.vocabulary import APPLICANT_CODES, PROCEEDINGS


def are_headings(found: list[Row]) -> bool:
    """Whether the rows hold the headings of one table, all of them, whole."""
    header = [row for row in found if header_kind(row) is not None]
    kinds = {header_kind(row) for row in header}
    if kinds == {"disclosure"}:
        columns = disclosure.columns_of(header[0])[0] if len(header) == 1 else []
        # to the letter: half of a heading that a page break cuts is near enough to the whole to be told by it
        exact = {MEASURES.exact(cell.text) for cell in header[0].cells} - {None}
        return bool(columns) and all(column.code in exact for column in columns)
    if kinds == {"requests"}:
        columns = requests.columns_of(header, False)
        return whole(columns, extent_of(header)) and {column.code for column in columns} >= set(APPLICANT_CODES)
    if kinds == {"proceedings"}:
        columns, places = proceedings.places_of(header, False)
        told = {place for place in places if place.channel and place.result}
        return whole(columns, extent_of(header)) and len(told) == len(PROCEEDINGS)
    return False


def steady(extent: int, header: Row, grid_rows: list[Row]) -> bool:
    """Whether the rows of numbers below a heading, up to the next one, all end where it ends."""
    for row in grid_rows:
        if row.index > header.index:
            if header_kind(row) is not None or disclosure.is_caption(row):
                return True
            if row.numbers and row.cells[-1].column + row.cells[-1].colspan != extent:
                return False
    return True


def header_kind(row: Row) -> str | None:
    """The table that a row heads; None for a row that is no heading."""
    if row.numbers or not row.filled:
        return None
    if survey.is_header(row):
        return "survey"
    if requests.is_header(row):
        return "requests"
    if disclosure.is_header(row):
        return "disclosure"
    if proceedings.is_header(row):
        return "proceedings"
    return None
