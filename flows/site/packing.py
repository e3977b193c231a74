"""Reads a province's reports with all their cells from the warehouse, and packs the cells: a page loads a province at once.

A layout is what the cells of a table have in common, told once for all reports: [fact table, table in the document, page, proof,
[[row, row in the document, else?]…]]: rows by their places in the grid, else the [table, page, proof] of a row that differs in
them. The cells of a report are [layout, values, printed?] for each of its tables. values are text: rows by ;, columns of the
grid by a comma, nothing where it is 0, x where it is blank or absent, zeros at the end of a row left out. printed is {place: text}
of cells that are printed otherwise than their digits, by their place in the table.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flows.site.data import Grid, plain, rows

if TYPE_CHECKING:
    import duckdb

_CELLS = """
    select v.report_key::varchar, v.fact_table, v.row_code, v.column_code, v."value", s.raw, s.table_index, s.row_index, s.page, s.proof
    from v_cell as v
    inner join v_report as r on v.report_key = r.report_key
    left join cell_source as s
        on v.report_key = s.report_key and v.fact_table = s.fact_table and v.row_code = s.row_code and v.column_code = s.column_code
    where r.province is not distinct from ?
    order by v.report_key, v.fact_table, s.table_index, s.row_index, v.row_code, s.column_index, v.column_code
"""
_REPORTS = """
    select r.report_key, r.organ_key, r.organ, r.division_key, r.full_name, r."year", r.form, r.scope, r.quality, r.published, r.territory,
        r.division_then, d.title, d.source_url, d.sha256, d.format, d.version, t.due, t.days_late
    from v_report as r
    inner join dim_report as d on r.report_key = d.report_key
    left join v_timeliness as t on r.report_key = t.report_key
    where r.province is not distinct from ?
    order by r.division_key nulls last, r."year" nulls last, r.report_key
"""
_AGAINST = """
    select report_key, check_code, severity, origin, cell, expected, found, message, other_report_key
    from v_findings where is_current and result = 'failed' and province is not distinct from ?
    order by report_key, severity, check_code, cell
"""
_WAITING = "select report_key, fact_table, row_code, column_code, raw, reading from doubted_cell order by all"

Packed = dict[str, list[list[Any]]]
Layout = list[Any]


def reports(
    con: duckdb.DuckDBPyConnection, province: str | None, codes: Grid
) -> tuple[list[dict[str, Any]], list[Layout]]:
    """The current reports of a province, each with its cells as printed, the cells that wait, and what was found against it.

    With them the layouts that their `cells` name by number, as the module says.
    """
    found = rows(con, _REPORTS, [province])
    cells, layouts = _packed(con, province, codes)
    against, waiting = defaultdict(list), defaultdict(list)
    for row in rows(con, _AGAINST, [province]):
        against[row.pop("report_key")].append(row)
    for row in rows(con, _WAITING):
        waiting[row.pop("report_key")].append(list(row.values()))
    for report in found:
        key = report["report_key"]
        report["cells"], report["findings"], report["waiting"] = cells.get(key, []), against[key], waiting[key]
    return found, layouts


def _packed(con: duckdb.DuckDBPyConnection, province: str | None, codes: Grid) -> tuple[Packed, list[Layout]]:
    """The cells of each report, by its key, and the layouts that they stand in."""
    places = {
        fact: ({row: i for i, row in enumerate(told["rows"])}, {column: i for i, column in enumerate(told["columns"])})
        for fact, told in codes.items()
    }
    packed: Packed = defaultdict(list)
    layouts: dict[str, tuple[int, Layout]] = {}
    told_cells = con.execute(_CELLS, [province]).fetchall()
    for (key, fact), cells in groupby(told_cells, key=lambda cell: (cell[0], cell[1])):
        in_rows, in_columns = places[fact]
        lines: dict[str, list[str]] = {}
        layout: Layout = []
        printed = {}
        for _, _, row, column, value, raw, table, at, page, proof in cells:
            layout = layout or [fact, table, page, proof, []]
            if row not in lines:
                lines[row] = ["x"] * len(in_columns)
                layout[4].append([in_rows[row], at])
                if layout[1:4] != [table, page, proof]:
                    layout[4][-1].append([table, page, proof])
            told = plain("value", value)
            lines[row][in_columns[column]] = "x" if told is None else "" if told == 0 else str(told)
            if raw is not None and raw != str(told):
                printed[str((len(lines) - 1) * len(in_columns) + in_columns[column])] = raw
        number, _ = layouts.setdefault(repr(layout), (len(layouts), layout))
        values = ";".join(",".join(line).rstrip(",") for line in lines.values())
        packed[key].append([number, values, printed] if printed else [number, values])
    return packed, [layout for _, layout in layouts.values()]
