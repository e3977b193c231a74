"""Moments that a clock gave that was ahead: they are told, and never hide what came after.

A machine whose clock stood at 2030 for one night leaves rows and runs that a comparison of moments would take for the last ones for
years. Whoever orders by a moment orders by `told_at(moment)`, in which what lies in the future comes before everything else.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from transform.lake import Lake

TOLERANCE = timedelta(days=1)
"""Clocks differ, and zones are mistaken for each other; this is no clock that was wrong."""


def limit() -> datetime:
    """The last moment that can be meant (UTC, without a zone)."""
    return (datetime.now(UTC) + TOLERANCE).replace(tzinfo=None)


def macros(con: duckdb.DuckDBPyConnection) -> None:
    """Define `told_at(moment)` on a connection: the moment, ten thousand years earlier where it lies in the future."""
    con.execute(
        "create or replace temp macro told_at(moment) as"
        f" case when moment > timestamp '{limit()}' then moment - interval 10000 years else moment end"
    )


def run_order(name: str) -> tuple[bool, str]:
    """The place of a run among others, by its name (`20240131T083000.000000Z-77`): those of the future come first."""
    return (not is_ahead(name), name)


def is_ahead(run: str) -> bool:
    """Whether a run's name lies in the future."""
    return run[:15] > f"{limit():%Y%m%dT%H%M%S}"


def ahead(lake: Lake, extractor_version: str) -> list[str]:
    """A line on each kind of thing that is dated in the future."""
    from transform.engine import engine, view
    from transform.lake import folders
    from transform.part_schema import REPORT_PART
    from transform.register import INTAKE

    told = []
    with lake.scratch() as scratch, engine(scratch) as con:
        view(con, "intake", lake.part_files(lake.intake, "document.parquet"), INTAKE, scratch, grown=True)
        reports = lake.part_files(lake.parts_of(extractor_version), "report.parquet")
        view(con, "part_report", reports, REPORT_PART, scratch, grown=True)
        for what, table, moment in (
            ("files taken in", "intake", "fetched_at"),
            ("readings", "part_report", "extracted_at"),
        ):
            query = f"select count(*), max({moment}) from {table} where {moment} > ?"
            count, last = con.execute(query, [limit()]).fetchall()[0]
            if count:
                told.append(f"{count:,} {what} are dated in the future, up to {last:%Y-%m-%d}: {_REMEDY}")
    runs = [folder.name for folder in folders(lake.runs) if folder.name[:8].isdigit() and is_ahead(folder.name)]
    if runs:
        told.append(f"{len(runs):,} runs are dated in the future, up to {max(runs)[:8]}: {_REMEDY}")
    return told


_REMEDY = "a clock was ahead. They count as older than everything else; see that the clock is right."
