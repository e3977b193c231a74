"""A question in words → the published numbers that it means, each with where it came from and what is known against it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.forms.vocabulary import APPLICANT_CODES, CHANNELS, MEASURES, OUTCOME_CODES, RESULT_CODES
from extract.identify.script import simplified

if TYPE_CHECKING:
    import duckdb

MOST = 12  # numbers or reports named where a question means several
_TABLES = {"requests": "fact_request", "proceedings": "fact_proceeding", "disclosure": "fact_disclosure"}


class NotUnderstood(Exception):
    """The question means nothing, or several things; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`words` name the organ or its place; `table` is the name of the fact table."""

    words: tuple[str, ...]
    report: int | None
    sha256: str | None
    year: int | None
    table: str
    row: str
    column: str


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


def understood(question: str, sha256: str | None = None) -> Asked:
    """`平潭 2023 requests.new total` → its parts. Errors: `NotUnderstood` where no cell, or no report, is named."""
    report = year = None
    code: tuple[str, str, str] | None = None
    parts: list[str] = []
    words: list[str] = []
    for token in question.split():
        if re.fullmatch(r"(?:19|20)\d\d年?", token) and year is None:
            year = int(token[:4])
        elif token.isdecimal():
            report = int(token)
        elif re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)*", token):
            parts.append(token)
        else:
            words.append(simplified(token))
    code = _cell(".".join(parts))
    if code is None:
        raise NotUnderstood(
            "name one cell: requests.ROW COLUMN, proceedings.CHANNEL RESULT or disclosure.ROW MEASURE, as in "
            "“平潭 2023 requests.new total”; docs/labels.md lists the codes."
        )
    if not words and report is None and sha256 is None:
        raise NotUnderstood("name an organ or its place, a report's key, or a document with --document.")
    return Asked(tuple(words), report, sha256, year, *code)


def _cell(dotted: str) -> tuple[str, str, str] | None:
    table, _, rest = dotted.partition(".")
    row, _, column = rest.rpartition(".")
    known = {
        "requests": row in OUTCOME_CODES and column in APPLICANT_CODES,
        "proceedings": row in CHANNELS and column in RESULT_CODES,
        "disclosure": any((m.row, m.column) == (row, column) for m in MEASURES),
    }
    return (_TABLES[table], row, column) if known.get(table) else None


_REPORTS = """
    select r.report_key, o.name as organ, o.canonical_name, d.full_name as division, r.year, r.title, r.form, r.scope,
        r.published, r.source_url, r.sha256, r.format, r.version, r.is_current, r.quality, r.organ_key
    from dim_report as r
    left join dim_organ as o using (organ_key)
    left join dim_division as d on r.division_key = d.division_key
"""


def reports(con: duckdb.DuckDBPyConnection, asked: Asked) -> list[dict[str, Any]]:
    """The current reports that the question means, those whose organ is named most exactly first."""
    if asked.report is not None:
        return _rows(con, f"{_REPORTS} where r.report_key = ?", [asked.report])
    if asked.sha256 is not None:
        by_document = "r.report_key in (select report_key from document where document.sha256 = ?)"
        return _rows(con, f"{_REPORTS} where {by_document}", [asked.sha256])
    found = _rows(
        con,
        f"""{_REPORTS} where r.is_current and (? is null or r.year = ?)
        and (select bool_and(contains(coalesce(o.name, '') || ' ' || coalesce(o.canonical_name, '') || ' '
            || coalesce(d.full_name, '') || ' ' || coalesce(r.title, ''), word)) from unnest(?) as t(word))
        order by length(coalesce(o.canonical_name, r.title)), r.year desc, r.report_key limit 200""",
        [asked.year, asked.year, list(asked.words)],
    )
    exact = [r for r in found if r["organ"] in asked.words]
    return exact or found


def trace(con: duckdb.DuckDBPyConnection, asked: Asked, report: dict[str, Any]) -> list[Traced]:
    """The cell in one report: as loaded, or each reading of it that waits; [] where the report does not print it."""
    place = [report["report_key"], asked.table, asked.row, asked.column]
    same = "report_key = ? and fact_table = ? and row_code = ? and column_code = ?"
    loaded = _rows(con, f"select * from cell_source where {same}", place)
    waiting = _rows(con, f"select * from doubted_cell where {same} order by reading", place)
    value, unit = _value(con, asked, report["report_key"]) if loaded else (None, None)
    prefix = {"fact_request": "requests", "fact_proceeding": "proceedings", "fact_disclosure": "disclosure"}[
        asked.table
    ]
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
        Traced("waiting", cell["value"], None, labels, cell, report, corrections, findings, editions)
        for cell in waiting
    ]
    return found


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
