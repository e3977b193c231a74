"""Partitions of the star: the tables that grow with reports are kept by reported year and province, in Hive layout.

    star/fact_request/year=2023/province=320000/part-0.parquet

A report without a year or a division stands in the partition that Hive, Arrow and DuckDB read as NULL. Whoever reads a table of a
star asks here for its files, of this layout or of the older one with a file a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from transform.schema import TABLE, quoted

FILE = "part-0.parquet"
NOWHERE = "__HIVE_DEFAULT_PARTITION__"


class Partition(NamedTuple):
    """A reported year and a province's code, each None where reports have none."""

    year: int | None
    province: str | None

    @property
    def path(self) -> str:
        """Its folder within a table's."""
        year = NOWHERE if self.year is None else self.year
        return f"year={year}/province={self.province or NOWHERE}"


def file_of(table: str, partition: Partition) -> str:
    """The name of a partition's file within a star."""
    return f"{table}/{partition.path}/{FILE}"


def files(star: Path, table: str) -> list[Path]:
    """The Parquet files that hold a table of a star; none where the table is partitioned and has no row."""
    whole = star / f"{table}.parquet"
    if not TABLE[table].is_partitioned or whole.exists():
        return [whole]
    return sorted((star / table).glob(f"*/*/{FILE}"))


def rows(found: Iterable[Path | str], table: str) -> str:
    """The rows of some files of a table as a relation in SQL, with the columns that the table has."""
    listed = ", ".join(quoted(str(file)) for file in found)
    if listed:
        return f"(from read_parquet([{listed}], hive_partitioning = false))"
    columns = ", ".join(f'null::{c.duckdb_type} as "{c.name}"' for c in TABLE[table].columns)
    return f"(select {columns} limit 0)"


def table(star: Path, name: str) -> pa.Table:
    """A whole table of a star, its partitions in their order."""
    parts = [pq.ParquetFile(file).read() for file in files(star, name)]
    schema = TABLE[name].arrow
    return pa.concat_tables([schema.empty_table(), *(part.cast(schema) for part in parts)])
