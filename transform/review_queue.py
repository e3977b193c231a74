"""What waits for a person: tables with doubted cells, and reports of which organ or year are not known."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from transform.cell_codes import TABLE_OF

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Paper:
    """The document that a report was read from, as a person finds it."""

    report_key: int
    sha256: str
    title: str | None
    year: int | None
    organ: str | None
    url: str | None
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingTable:
    """One table of one report. `cells`: the readings of each cell that waits, with its labels, in the form's order."""

    paper: Paper
    table: str
    cells: tuple[tuple[dict[str, Any], ...], ...]


_PAPERS = """
    select report_key, sha256, title, year, organ.canonical_name, dim_report.source_url,
        coalesce((select list(path order by path) from document where document.sha256 = dim_report.sha256), [])
    from dim_report left join dim_organ as organ using (organ_key)
"""

_DOUBTED = """
    select doubted_cell.*,
        coalesce(
            (select name_zh from dim_measure where measure_key = doubted_cell.row_code || '.' || doubted_cell.column_code and fact_table = 'fact_disclosure'),
            (select name_zh from dim_proceeding where channel = doubted_cell.row_code and result = doubted_cell.column_code and fact_table = 'fact_proceeding'),
            (select name_zh from dim_outcome where code = doubted_cell.row_code) || ' × ' || (select name_zh from dim_applicant where code = doubted_cell.column_code)
        ) as labels
    from doubted_cell
    order by report_key, fact_table, coalesce(
        (select sort_order from dim_measure where measure_key = doubted_cell.row_code || '.' || doubted_cell.column_code and fact_table = 'fact_disclosure'),
        (select sort_order from dim_proceeding where channel = doubted_cell.row_code and result = doubted_cell.column_code and fact_table = 'fact_proceeding'),
        (select sort_order from dim_outcome where code = doubted_cell.row_code) * 100 + (select sort_order from dim_applicant where code = doubted_cell.column_code)
    ), reading
"""


def tables(con: duckdb.DuckDBPyConnection) -> list[WaitingTable]:
    """Every table with cells that wait, report by report."""
    papers = _papers(con, "where report_key in (select report_key from doubted_cell)")
    answer = con.execute(_DOUBTED)
    names = [column[0] for column in answer.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    found = []
    for (report, table), own in groupby(rows, key=lambda row: (row["report_key"], row["fact_table"])):
        cells = groupby(own, key=lambda row: (row["row_code"], row["column_code"]))
        found.append(WaitingTable(papers[report], TABLE_OF[table], tuple(tuple(same) for _, same in cells)))
    return found


def unknown(con: duckdb.DuckDBPyConnection) -> list[Paper]:
    """The reports without an organ or without a year."""
    found = _papers(con, "where dim_report.organ_key is null or year is null order by dim_report.title, sha256")
    return list(found.values())


def _papers(con: duckdb.DuckDBPyConnection, which: str) -> dict[int, Paper]:
    rows = con.execute(_PAPERS + which).fetchall()
    return {row[0]: Paper(row[0], row[1], row[2], row[3], row[4], row[5], tuple(row[6])) for row in rows}
