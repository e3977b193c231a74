"""Runs the checks across reports over the partitions that are to be checked, some provinces at a time.

No check looks from one province into another, save along one organ's own years. So the memory of a build does not grow with the
country, and a build checks again what its changes may bear on.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from transform import checks, findings
from transform.partitions import Partition, file_of, rows
from transform.schema import TABLES, quoted
from transform.star_before import Before, partitions

if TYPE_CHECKING:
    import duckdb

REPORTS = 20_000
"""About so many reports are looked at together: facts of some millions of cells."""

# what the checks see of the reports before their quality is known
_DRAFT = """
    create or replace temp table dim_report as
    select report_key, organ_key, division_code as division_key, year, form, scope, null::varchar as quality, published,
        version::smallint as version, is_current, previous_report_key, correction
    from report semi join seen_report using (report_key)
    union all
    select report_key, organ_key, division_key, year, form, scope, null, published, version, is_current, previous_report_key, correction
    from kept_report semi join seen_report using (report_key)
"""
_SEEN = """
    create or replace temp table to_check as
    select everyone.*, partition_no from ordered join partition using (partition_no) join everyone using (report_key)
    where is_checked and coalesce(partition.province, '') in ({provinces});
    create or replace temp table seen_report as
    select report_key, "year", province,
        report_key in (select report_key from to_check)
        or (organ_line, "year") in (select (organ_line, "year" - 1) from to_check where organ_line is not null and "year" is not null)
        as has_cells
    from everyone
    where coalesce(province, '') in ({provinces}) or organ_line in (select organ_line from to_check where organ_line is not null)
"""


def run(con: duckdb.DuckDBPyConnection, built: Path, standing: Before | None) -> None:
    """Make `finding` and `verdict` of the partitions that are checked, from the tables in `built`; and `unchecked`, the quality of
    the other reports, which stays (`report_key`, `quality_before`).
    """
    con.execute("create temp table cross_check (code varchar)")
    con.executemany("insert into cross_check values (?)", [[check.code] for check in checks.checks()])
    con.execute(
        "create temp view checked_report as select report_key from ordered join partition using (partition_no) where is_checked"
    )
    provinces = con.execute(
        "select province, sum(reports) from partition where is_checked group by all order by province nulls first"
    ).fetchall()
    _show(con, built, [])
    con.execute(_SEEN.format(provinces="''"))
    con.execute(_DRAFT)
    checks.prepare(con)
    for chunk in _chunks(provinces):
        con.execute(_SEEN.format(provinces=", ".join(quoted(province or "") for province in chunk)))
        con.execute(_DRAFT)
        found = con.execute('select distinct "year", province from seen_report where has_cells')
        _show(con, built, [Partition(*row) for row in found.fetchall()])
        checks.run(con, "to_check")
    _judge(con, standing)


def _chunks(provinces: list[tuple[str | None, int]]) -> list[list[str | None]]:
    """Provinces that are looked at together."""
    chunks: list[list[str | None]] = []
    room = 0
    for province, reports in provinces:
        if reports > room or not chunks:
            chunks.append([])
            room = REPORTS
        chunks[-1].append(province)
        room -= reports
    return chunks


def _show(con: duckdb.DuckDBPyConnection, built: Path, found: list[Partition]) -> None:
    """Let the tables of the star that stand by now be relations: of those with partitions, the rows of some."""
    for table in TABLES:
        if table.name in ("dim_report", "fact_finding", "dim_organ", "dim_division", "document", "doubted_cell"):
            continue  # made by themselves
        if table.is_partitioned:
            there = [file for p in found if (file := built / file_of(table.name, p)).exists()]
        else:
            there = [file] if (file := built / f"{table.name}.parquet").exists() else []
        con.execute(f"create or replace temp view {table.name} as from {rows(there, table.name)}")


def _judge(con: duckdb.DuckDBPyConnection, standing: Before | None) -> None:
    """Put the findings of the reports themselves beside those of the checks, and judge the reports."""
    kept, quality = [], "(select null::bigint as report_key, null::varchar as quality limit 0)"
    if standing is not None:
        checked = partitions(con, "is_checked").values()
        kept = [file for p in checked if (file := standing.kept("fact_finding", p))]
        quality = f"(from read_parquet({quoted(str(standing.folder / 'dim_report.parquet'))}))"
    con.execute(f"create temp view kept_finding as from {rows(kept, 'fact_finding')}")
    con.execute(findings.FINDING)
    con.execute(findings.QUALITY)
    con.execute(
        f"create temp view unchecked as select report_key, quality as quality_before from {quality} anti join checked_report using (report_key)"
    )
