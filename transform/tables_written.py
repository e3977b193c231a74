"""Writes the tables of the star that are one file: rows of a query in their order, or put among the rows that stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from transform import addresses, dimensions, frames, indicators_printed, standing_rows
from transform.engine import first
from transform.reach import Given
from transform.schema import Table
from transform.star_queries import LEAVING, ORDER, QUERIES

if TYPE_CHECKING:
    import duckdb

_UNREAD = """
    select sha256, path, source_url, status, reason from document
    where sha256 is not null and report_key is null and status in ('unreadable', 'quarantined', 'pending')
    order by all
"""


def write(con: duckdb.DuckDBPyConnection, table: Table, built: Path, given: Given) -> None:
    """Write one table into the folder `built`: its rows in their order, in row groups of one size."""
    options: dict[str, Any] = {"compression": "zstd", "use_dictionary": table.dictionary}
    with pq.ParquetWriter(built / f"{table.name}.parquet", table.arrow, **options) as writer:
        for rows in standing_rows.grouped(_rows(con, table, given), table.row_group):
            writer.write_table(frames.typed(rows, table.arrow), row_group_size=table.row_group)


def _rows(con: duckdb.DuckDBPyConnection, table: Table, given: Given) -> Iterator[pa.Table | pa.RecordBatch]:
    """The rows of one table in their order."""
    if table.name not in QUERIES:
        yield frames.table(_static(con, table.name, given), table.arrow)
        return
    sql = QUERIES[table.name]
    parameters = {"extractor": given.extractor_version} if "$extractor" in sql else None
    found = con.sql(sql, params=parameters)
    if given.kept is not None and table.name in ORDER:
        file = given.kept.folder / f"{table.name}.parquet"
        yield from standing_rows.among(con, file, ORDER[table.name], LEAVING[table.name], found, table.arrow)
        return
    with found.to_arrow_reader(table.row_group) as batches:
        yield from batches


def _static(con: duckdb.DuckDBPyConnection, name: str, given: Given) -> pd.DataFrame:
    if name == "dim_year":
        years = first(con, "select min(year), max(year) from partition")
        return dimensions.dim_year(*(years or (None, None)))
    if name == "dim_measure":
        return dimensions.dim_measure(indicators_printed.printed(con))
    if name == "address":
        unread = con.execute(_UNREAD).fetchall()
        return addresses.known(addresses.history(given.lake.home), map(addresses.Unread._make, unread))
    if name in ("dim_organ", "dim_division"):
        return frames.from_arrow(con.sql(f"from {name}").to_arrow_table())
    static = {
        "dim_applicant": dimensions.dim_applicant,
        "dim_outcome": dimensions.dim_outcome,
        "dim_proceeding": dimensions.dim_proceeding,
        "dim_territory": dimensions.dim_territory,
    }
    return static[name]()
