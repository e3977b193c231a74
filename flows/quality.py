"""The quality of what the warehouse holds, as one run leaves it, and how it moved since the runs before.

Every run keeps small files beside its record: `quality.json`, the counts of `v_quality_by`, `divisions.parquet`, the same for
the divisions, which are thousands, and `findings.parquet`, its failed errors and warnings, so that the next run can say what is
new and what is gone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transform.schema import quoted

if TYPE_CHECKING:
    import duckdb

    from transform.lake import Lake

QUALITY, DIVISIONS, FINDINGS = "quality.json", "divisions.parquet", "findings.parquet"
DIMENSIONS = ("all", "year", "form", "format", "province", "division", "check")
KEPT = ("all", "year", "form", "format", "province", "check")  # divisions are kept apart

Row = dict[str, Any]
Snapshot = dict[str, Any]
"""`build`: the build that it describes; `documents`: by status; `by`: dimension → rows of `v_quality_by`."""

_FINDINGS = """
    select report_key, check_code, severity, cell as "where", organ, year, message
    from v_findings where is_current and result = 'failed' and severity in ('error', 'warning')
    order by all
"""


def snapshot(con: duckdb.DuckDBPyConnection) -> Snapshot:
    """What is known of the warehouse's reports now, without the divisions."""
    (build,) = con.sql("select build_id from lake_build").fetchall()[0]
    documents = dict(con.sql("select status, count(*) from document group by status order by status").fetchall())
    return {"build": build, "documents": documents, "by": {dimension: rows(con, dimension) for dimension in KEPT}}


def rows(con: duckdb.DuckDBPyConnection, dimension: str) -> list[Row]:
    """The rows of one dimension, in order; years and others by value, checks by how often they failed."""
    order = "failed desc, value" if dimension == "check" else "value nulls last"
    found = con.execute(
        f"select * exclude (dimension) from v_quality_by where dimension = ? order by {order}", [dimension]
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def keep(con: duckdb.DuckDBPyConnection, folder: Path, now: Snapshot) -> None:
    """Write the files of a run into its folder while it is built."""
    import pyarrow.parquet as pq

    (folder / QUALITY).write_text(json.dumps(now, ensure_ascii=False), encoding="utf-8")
    pq.write_table(con.sql(_FINDINGS).to_arrow_table(), folder / FINDINGS, compression="zstd")
    divisions = con.sql("select * exclude (dimension) from v_quality_by where dimension = 'division' order by value")
    pq.write_table(divisions.to_arrow_table(), folder / DIVISIONS, compression="zstd")


def history(lake: Lake, last: int) -> list[tuple[str, Snapshot]]:
    """(run, its snapshot) of the last runs that have one that can be read, the oldest first; those dated in the future before them."""
    from transform.clock import run_order
    from transform.sealed import read_object

    files = sorted(lake.runs.glob(f"*/{QUALITY}"), key=lambda file: run_order(file.parent.name))[-last:] if last else []
    read = ((file.parent.name, read_object(file)) for file in files)  # a damaged one is set aside by the next run
    return [(run, found) for run, found in read if found is not None and {"build", "documents", "by"} <= set(found)]


def before(past: list[tuple[str, Snapshot]], build: str) -> tuple[str, Snapshot] | None:
    """The last run that left another build than this one; None where there is none to compare with."""
    return next(((run, found) for run, found in reversed(past) if found["build"] != build), None)


def rows_of(lake: Lake, past: tuple[str, Snapshot] | None, dimension: str) -> list[Row] | None:
    """The rows of one dimension as an earlier run left them; None where it kept none."""
    import pyarrow.parquet as pq

    if past is None or dimension in past[1]["by"]:
        return past[1]["by"][dimension] if past else None
    file = lake.runs / past[0] / DIVISIONS
    found: list[Row] | None = pq.read_table(file).to_pylist() if file.exists() else None
    return found


def changes(now: list[Row], then: list[Row] | None, column: str) -> list[int | float | None]:
    """How much a column of each row grew since then; None where there was no such row."""
    grown_from = {row["value"]: row[column] for row in then or []}
    return [row[column] - grown_from[row["value"]] if row["value"] in grown_from else None for row in now]


def moved_findings(
    con: duckdb.DuckDBPyConnection, lake: Lake, run: str | None, most: int
) -> dict[str, tuple[list[tuple[Any, ...]], int]]:
    """Findings that an earlier run did not have (`new`) and those that only it had (`gone`): at most so many rows of (severity,
    check, organ, year, where, message), errors first, and how many there are. `con` can read the runs' files.
    """
    file = lake.runs / (run or "") / FINDINGS
    then = f"(from ({_FINDINGS}) limit 0)"
    if run is not None and file.exists():
        then = f"(select {_COLUMNS} from read_parquet({quoted(str(file))}))"
    now = f"(select {_COLUMNS} from ({_FINDINGS}))"
    return {
        "new": _shown(con, f"({now} except {then})", most) if run else ([], 0),
        "gone": _shown(con, f"({then} except {now})", most),
    }


_COLUMNS = 'report_key, check_code, severity, "where", organ, year, message'


def _shown(con: duckdb.DuckDBPyConnection, found: str, most: int) -> tuple[list[tuple[Any, ...]], int]:
    told = con.sql(
        f'select severity, check_code, organ, year, "where", message from {found}'
        f" order by severity, check_code, organ, year, 5, message limit {most}"
    )
    return told.fetchall(), con.sql(f"select count(*) from {found}").fetchall()[0][0]
