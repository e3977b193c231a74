"""DuckDB as the engine that joins and sorts Parquet in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from transform import clock
from transform.schema import quoted

# What does not fit is spilled. A build then stays under 700 MB in all, for 10,000 reports as for 100,000.
MEMORY = 256_000_000
# To put the rows of so many reports in order at once, more is needed, else spilling fails: 1.3 million of them take 2.2 GB.
MEMORY_A_REPORT = 1_500
# What knows every report of the lake keeps so much of each in memory that cannot be spilled: 1.1 million took 330 MB and failed.
MEMORY_A_KNOWN_REPORT = 100
# To put rows among those that stand, each partition's are numbered and sorted: 10,000 reports failed with 90 MB more.
MEMORY_A_MERGED_REPORT = 20_000
THREADS = 2
# The oldest format of database files that is still written: every DuckDB from 1.0 on opens it.
STORAGE = "v1.0.0"


def engine(scratch: Path, database: Path | None = None, reports: int = 0) -> duckdb.DuckDBPyConnection:
    """A connection that spills into `scratch`; on a database in memory, or on a new file of the format `STORAGE`. `reports`: how
    many have all their rows written.
    """
    spill = scratch / "spill"
    spill.mkdir(exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory(reports),
        "threads": THREADS,
        "temp_directory": str(spill),
    }
    con = duckdb.connect(config=config)
    if database is not None:
        # a file that is connected to takes the library's own format, which no older library opens
        con.execute(f"attach {quoted(str(database))} as made (storage_version '{STORAGE}')")
        con.execute("use made")
    clock.macros(con)
    return con


def memory(reports: int, known: int = 0, merged: int = 0) -> str:
    """What an engine may take that writes the rows of so many reports, knows so many, and puts rows among those of so many at once."""
    more = MEMORY_A_REPORT * reports + MEMORY_A_KNOWN_REPORT * known + MEMORY_A_MERGED_REPORT * merged
    return f"{(MEMORY + more) // 1_000_000}MB"


def view(
    con: duckdb.DuckDBPyConnection,
    name: str,
    files: Sequence[str],
    schema: pa.Schema,
    scratch: Path,
    grown: bool = False,
    located: bool = False,
) -> None:
    """Let the Parquet `files`, all of this schema, be one relation; an empty one where there is no file.

    `grown`: some are older than the last columns of the schema, which are NULL there. `located`: with a column `part`, the name of
    the folder that a row's file stands in.
    """
    empty = scratch / f"{name}.empty.parquet"
    pq.write_table(schema.empty_table(), empty)
    # the empty one last: the first tells the planner how many rows to expect, and so which side of a join is held in memory
    listed = ", ".join(quoted(str(file)) for file in [*files, empty])
    place = ", split_part(filename, '/', -2) as part" if located else ""
    columns = f"* exclude (filename){place}" if located else "*"
    con.execute(
        f"create or replace view {name} as select {columns} from"
        f" read_parquet([{listed}], union_by_name = {grown}, filename = {located}, hive_partitioning = false)"
    )


def first(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...] | None:
    """The first row of a query, None where it has none; leaves no result open on the connection."""
    rows: list[tuple[Any, ...]] = con.sql(f"select * from ({sql}) limit 1").fetchall()
    return rows[0] if rows else None
