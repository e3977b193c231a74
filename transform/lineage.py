"""A question in words → the published numbers that it means, each with where it came from and what is known against it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from extract.forms.vocabulary import APPLICANT_CODES
from transform.asking import Asked, NotUnderstood, understood
from transform.called import is_called
from transform.cell_codes import TABLE_OF
from transform.figures_shown import Figure

if TYPE_CHECKING:
    import duckdb

MOST = 12  # numbers or reports named where a question means several

__all__ = [
    "MOST",
    "Asked",
    "Derived",
    "NotUnderstood",
    "Traced",
    "derived",
    "reports",
    "similar",
    "trace",
    "understood",
]


@dataclass(frozen=True, slots=True)
class Traced:
    """One number. `state`: loaded, or waiting (for a person; `value` is then what this reading gave)."""

    state: str
    value: float | None
    unit: str | None
    labels: str
    place: dict[str, Any]
    report: dict[str, Any]
    corrections: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    editions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure that a view derives. `value` None: `withheld` says why. `parts`: its cells; `lacking`: those that are nowhere."""

    figure: Figure
    value: float | None
    withheld: str | None
    at_least: float | None
    report: dict[str, Any]
    parts: tuple[Traced, ...]
    lacking: tuple[str, ...]


_REPORTS = """
    select r.report_key, o.name as organ, o.canonical_name, d.full_name as division, r.year, r.title, r.form, r.scope,
        r.published, r.source_url, r.sha256, r.format, r.version, r.is_current, r.quality, r.organ_key
    from dim_report as r
    left join dim_organ as o using (organ_key)
    left join dim_division as d on r.division_key = d.division_key
"""
_ORGANS = """
    select distinct r.organ_key, r.division_key, o.name as organ, o.canonical_name,
        d.province, d.prefecture, d.county, d.township,
        now.province as province_now, now.prefecture as prefecture_now, now.county as county_now,
        case when today.division_key = r.division_key then d.township else now.township end as township_now
    from dim_report as r
    join dim_organ as o using (organ_key)
    left join dim_division as d on r.division_key = d.division_key
    left join v_division as today on r.division_key = today.division_key_then
    left join dim_division as now on today.division_key = now.division_key
    where r.is_current and (? is null or r.year = ?)
"""


def reports(con: duckdb.DuckDBPyConnection, asked: Asked) -> list[dict[str, Any]]:
    """The current reports that the question means: of the organs that its words name whole, by the names of their divisions as
    they were or as they are today; of a report without an organ, by its title.
    """
    if asked.report is not None:
        return _rows(con, f"{_REPORTS} where r.report_key = ?", [asked.report])
    if asked.sha256 is not None:
        by_document = "r.report_key in (select report_key from document where document.sha256 = ?)"
        return _rows(con, f"{_REPORTS} where {by_document}", [asked.sha256])
    meant = [o for o in _rows(con, _ORGANS, [asked.year, asked.year]) if is_called(asked.words, o)]
    return _rows(
        con,
        f"""{_REPORTS} where r.is_current and (? is null or r.year = ?)
        and (list_contains(?::varchar[], r.organ_key || '/' || coalesce(r.division_key, ''))
            or r.organ_key is null and r.title = ?)
        order by length(coalesce(o.canonical_name, r.title)), r.year desc, r.report_key limit 200""",
        [asked.year, asked.year, [f"{o['organ_key']}/{o['division_key'] or ''}" for o in meant], "".join(asked.words)],
    )


def similar(con: duckdb.DuckDBPyConnection, asked: Asked) -> list[dict[str, Any]]:
    """Reports that may be meant where none is: the same organ's of other years, else of organs whose names contain the words or
    look like them; the nearest first.
    """
    every = replace(asked, year=None)
    if asked.report is not None or asked.sha256 is not None:
        return []
    own = reports(con, every) if asked.year is not None else []
    if own:
        return own[:MOST]
    words = "".join(asked.words)
    return _rows(
        con,
        f"""{_REPORTS} where r.is_current and (? is null or r.year = ?) and (
            contains(o.canonical_name, ?) or contains(o.name, ?) or contains(r.title, ?)
            or contains(o.canonical_name, ?) or jaro_winkler_similarity(o.name, ?) > 0.8)
        order by jaro_winkler_similarity(coalesce(o.name, r.title), ?) desc, length(o.canonical_name), r.report_key limit {MOST}""",
        [asked.year, asked.year, *[words] * 3, asked.words[-1], words, words],
    )


def trace(con: duckdb.DuckDBPyConnection, asked: Asked, report: dict[str, Any]) -> list[Traced]:
    """The cell in one report: as loaded, or each reading of it that waits; [] where the report does not print it."""
    place = [report["report_key"], asked.table, asked.row, asked.column]
    same = "report_key = ? and fact_table = ? and row_code = ? and column_code = ?"
    loaded = _rows(con, f"select * from cell_source where {same}", place)
    waiting = _rows(con, f"select * from doubted_cell where {same} order by reading", place)
    value, unit = _value(con, asked, report["report_key"]) if loaded else (None, None)
    prefix = TABLE_OF[asked.table]
    corrections = tuple(_rows(con, f"select * from correction where is_applied and {same} order by file, line", place))
    findings = tuple(
        f
        for f in _rows(
            con,
            'select check_code, severity, origin, "where", expected, found, message from fact_finding'
            " where report_key = ? order by all",
            [report["report_key"]],
        )
        if _touches(str(f["where"]), prefix, asked.row, asked.column)
    )
    editions = tuple(
        _rows(
            con,
            "select report_key, version, is_current, published, sha256 from dim_report"
            " where organ_key = ? and year = ? and scope = ? and report_key <> ? order by version",
            [report["organ_key"], report["year"], report["scope"], report["report_key"]],
        )
    )
    labels = _labels(con, asked)
    found = [Traced("loaded", value, unit, labels, cell, report, corrections, findings, editions) for cell in loaded]
    found += [
        Traced("waiting", cell["value"], cell["unit"], labels, cell, report, corrections, findings, editions)
        for cell in waiting
    ]
    return found


def derived(con: duckdb.DuckDBPyConnection, asked: Asked, report: dict[str, Any]) -> Derived | None:
    """The figure as its view has it, and its cells; None where the report has none of them, or is no current one of a view."""
    figure = asked.figure
    if figure is None:
        raise ValueError("one cell is asked, no figure")
    parts: list[Traced] = []
    lacking: list[str] = []
    for row in figure.rows:
        for column in figure.columns or (figure.column,):
            found = trace(con, replace(asked, row=row, column=column, figure=None), report)
            if figure.view and not figure.columns and not any(cell.value is not None for cell in found):
                columns = [c for c in APPLICANT_CODES if c != "total"]  # the row counts with its columns then
                found += [
                    t for c in columns for t in trace(con, replace(asked, row=row, column=c, figure=None), report)
                ]
            parts += found
            if not found:
                lacking.append(f"{TABLE_OF[figure.table]}.{row}.{column}")
    if not parts:
        return None
    if figure.view is None:
        value, withheld, at_least = _added_up(parts, lacking)
    else:
        rows = _rows(con, f"select * from {figure.view} where report_key = ?", [report["report_key"]])
        if not rows:
            return None
        value, at_least = rows[0][figure.name], rows[0].get(figure.name + "_at_least")
        withheld = rows[0]["rates_withheld"] if figure.is_rate else "a cell of it is blank, absent or waits"
        if figure.is_rate and withheld is None:
            withheld = "a part of it is unknown, or nothing was decided"
    return Derived(
        figure, value, None if value is not None else withheld, at_least, report, tuple(parts), tuple(lacking)
    )


def _added_up(parts: list[Traced], lacking: list[str]) -> tuple[float | None, str | None, float | None]:
    """The sum of a group's cells in one column; the one row 其他处理 is the whole group, its three rows are not added to it."""
    loaded = [cell for cell in parts if cell.state == "loaded"]
    whole = [cell for cell in loaded if cell.place["row_code"] == "other" and cell.value is not None]
    if whole:
        return whole[0].value, None, None
    known = [cell.value for cell in loaded if cell.value is not None]
    needed = len(parts) + len(
        [name for name in lacking if not name.startswith("requests.other.") or name.count(".") > 2]
    )
    needed -= sum(1 for cell in parts if cell.place["row_code"] == "other")
    if known and len(known) == needed:
        return sum(known), None, None
    return None, "a cell of it is blank, absent or waits", sum(known) if known else None


def _value(con: duckdb.DuckDBPyConnection, asked: Asked, report: int) -> tuple[float | None, str | None]:
    queries = {
        "fact_request": "select count, null from fact_request where report_key = ? and outcome_key = ? and applicant_key = ?",
        "fact_proceeding": "select count, null from fact_proceeding where report_key = ? and proceeding_key = ? || '.' || ?",
        "fact_disclosure": "select value, unit from fact_disclosure where report_key = ? and measure_key = ? || '.' || ?",
    }
    row = con.execute(queries[asked.table], [report, asked.row, asked.column]).fetchone()
    return (row[0], row[1]) if row else (None, None)


def _labels(con: duckdb.DuckDBPyConnection, asked: Asked) -> str:
    queries = {
        "fact_request": "select (select name_zh from dim_outcome where code = ?) || ' × ' || (select name_zh from dim_applicant where code = ?)",
        "fact_proceeding": "select name_zh from dim_proceeding where channel = ? and result = ?",
        "fact_disclosure": "select name_zh from dim_measure where row_code = ? and column_code = ?",
    }
    row = con.execute(queries[asked.table], [asked.row, asked.column]).fetchone()
    return str(row[0]) if row else ""


def _touches(where: str, table: str, row: str, column: str) -> bool:
    """Whether a finding's place holds the cell: its table, its row, its column in all rows, or itself."""
    said, _, rest = where.partition(".")
    if said != table:
        return False
    return rest in ("", row, f"{row}.{column}") or rest.rsplit(".", 1)[-1] == column


def _rows(con: duckdb.DuckDBPyConnection, query: str, values: list[Any]) -> list[dict[str, Any]]:
    answer = con.execute(query, values)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
