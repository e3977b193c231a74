"""Puts rows into the sorted files of a star that stands: a file is read once, in its order, and held nowhere whole."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transform import frames
from transform.schema import GROUP

if TYPE_CHECKING:
    import duckdb

_Key = tuple[tuple[bool, Any], ...]


def among(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    order: Sequence[str],
    gone: tuple[str, str],
    coming: duckdb.DuckDBPyRelation,
    schema: pa.Schema,
) -> Iterator[pa.Table]:
    """The same as `merged`, of relations: `gone` is a column and a query of its values that leave; `coming` is held in memory."""
    column, leaving = gone
    values = con.sql(leaving).to_arrow_table()[column].combine_chunks()
    yield from merged(file, order, column, values, frames.typed(coming.to_arrow_table(), schema))


def merged(file: Path, order: Sequence[str], column: str, leaving: pa.Array, coming: pa.Table) -> Iterator[pa.Table]:
    """The rows of a file that is sorted by the columns `order`, NULL first, without those whose `column` is among the `leaving`, and
    with the `coming` ones, of the same columns and in the same order.
    """
    waiting = [_key(coming, order, n) for n in range(len(coming))]
    start = 0
    for batch in pq.ParquetFile(file).iter_batches(GROUP):
        rows = pa.Table.from_batches([batch])
        rows = rows.filter(pc.invert(pc.is_in(rows[column], leaving)))
        if not len(rows):
            continue
        end = bisect_left(waiting, _key(rows, order, len(rows) - 1), lo=start)
        if end > start:
            places = [_place(rows, order, key) for key in waiting[start:end]]
            taken = np.insert(np.arange(len(rows)), places, len(rows) + np.arange(end - start))
            yield pa.concat_tables([rows, coming.slice(start, end - start)]).combine_chunks().take(pa.array(taken))
        else:
            yield rows
        start = end
    yield coming.slice(start)


def _key(rows: pa.Table, order: Sequence[str], place: int) -> _Key:
    values = [rows[name][place].as_py() for name in order]
    return tuple((value is not None, value) for value in values)


def _place(rows: pa.Table, order: Sequence[str], key: _Key) -> int:
    return bisect_left(range(len(rows)), key, key=lambda place: _key(rows, order, place))


def grouped(batches: Iterable[pa.Table | pa.RecordBatch], size: int) -> Iterator[pa.Table]:
    """The same rows in tables of `size` rows each; the last may be shorter. No row, no table."""
    held: list[pa.Table] = []
    for batch in batches:
        held.append(batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch]))
        while sum(map(len, held)) >= size:
            found = pa.concat_tables(held)
            yield found.slice(0, size)
            held = [found.slice(size)]
    if sum(map(len, held)):
        yield pa.concat_tables(held)
