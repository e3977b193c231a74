"""Writes the partitions of a table of the star, each with its rows in their order; those that are unchanged are linked.

The rows leave DuckDB in one total order and are cut where a partition ends, into row groups of a fixed size: neither the batches in
which reports came nor the builds between show in the bytes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from transform import frames
from transform.partitions import Partition, file_of
from transform.schema import Table, quoted
from transform.star_before import Before
from transform.star_queries import Rows

if TYPE_CHECKING:
    import duckdb


def merged(rows: Rows, table: Table, kept: list[Path] | None, numbers: Iterable[int]) -> str:
    """The rows of the partitions of these `numbers`: of the reports that `changed` from the parts, of the others from the files that
    are `kept`. With None all rows of all partitions, from the parts.
    """
    if kept is None:
        return f"select report_key, {rows.columns}, partition_no from {rows.source} order by report_order, {rows.order}"
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    source, _, condition = rows.source.partition(" where ")
    here = f"partition_no in ({', '.join(map(str, numbers))})"
    where = f" where {here} and {condition}" if condition else f" where {here}"
    new = f"""
        select report_key, {rows.columns}, partition_no, report_order,
            row_number() over (partition by report_order order by {rows.order}) as place
        from {source} semi join changed using (report_key){where}
    """
    listed = ", ".join(quoted(str(file)) for file in kept)
    old = f"""
        union all
        select {names}, partition_no, report_order, file_row_number as place
        from (from read_parquet([{listed}], file_row_number = true, hive_partitioning = false))
        join (select report_key, partition_no, report_order from ordered where {here}) as placed using (report_key)
        anti join changed using (report_key)
    """
    return f"select {names}, partition_no from ({new} {old if kept else ''}) order by report_order, place"


def write(
    con: duckdb.DuckDBPyConnection, sql: str, table: Table, numbers: Mapping[int, Partition], built: Path
) -> None:
    """Write the rows of a query with `partition_no`, ordered by it, each partition as a file. Those of other partitions than
    `numbers` are left out.
    """
    options: dict[str, Any] = {"compression": "zstd", "use_dictionary": table.dictionary}
    writer, current = None, None
    try:
        for number, rows in _cut(con, sql, table.row_group):
            if number not in numbers:
                continue
            if number != current:
                if writer is not None:
                    writer.close()
                file = built / file_of(table.name, numbers[number])
                file.parent.mkdir(parents=True)
                writer, current = pq.ParquetWriter(file, table.arrow, **options), number
            assert writer is not None
            writer.write_table(frames.typed(rows, table.arrow), row_group_size=table.row_group)
    finally:
        if writer is not None:
            writer.close()


def _cut(con: duckdb.DuckDBPyConnection, sql: str, row_group: int) -> Iterator[tuple[int, pa.Table]]:
    """(partition, rows) in row groups; the last of a partition may be shorter."""
    held: list[pa.RecordBatch] = []
    current = -1
    with con.sql(sql).to_arrow_reader(row_group) as batches:
        for batch in batches:
            number = batch.column("partition_no").to_numpy()
            rows = batch.drop_columns(["partition_no"])
            for start, end in pairwise([0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(number)]):
                if start == end:
                    continue
                if held and number[start] != current:
                    yield current, pa.Table.from_batches(held)
                    held = []
                current = int(number[start])
                held.append(rows.slice(start, end - start))
                while sum(map(len, held)) >= row_group:
                    whole = pa.Table.from_batches(held)
                    yield current, whole.slice(0, row_group)
                    held = whole.slice(row_group).to_batches() if len(whole) > row_group else []
    if held:
        yield current, pa.Table.from_batches(held)


def link(standing: Before, table: Table, numbers: Mapping[int, Partition], built: Path) -> None:
    """Let files of partitions that are as they were stand in the new star, too."""
    for partition in numbers.values():
        file = standing.kept(table.name, partition)
        if file is None:
            continue
        target = built / file_of(table.name, partition)
        target.parent.mkdir(parents=True)
        same_file(file, target)


def same_file(file: Path, target: Path) -> None:
    """A second name for a file that nobody changes; a copy where the file system has no such thing."""
    try:
        os.link(file, target)
    except OSError:  # the copy tells by itself what else may be wrong
        shutil.copyfile(file, target)
