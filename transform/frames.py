"""Tidy pandas frames with a declared Arrow schema, and the Parquet files that they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def frame(columns: Mapping[str, Sequence[Any]], schema: pa.Schema) -> pd.DataFrame:
    """One column of values after another → a frame of Arrow-backed columns, exact and with NULL for None."""
    return pd.DataFrame({f.name: pd.arrays.ArrowExtensionArray(_array(columns[f.name], f.type)) for f in schema})


def table(tidy: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    """A frame → a table of exactly this schema. Raises pyarrow.ArrowInvalid where a value does not fit its type."""
    made = pa.Table.from_pandas(
        tidy, schema=schema, preserve_index=False, nthreads=1
    )  # threads cost more than they save
    # contiguous columns, and no word about pandas: the same rows give the same bytes
    return made.replace_schema_metadata(schema.metadata).combine_chunks()


def typed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The same rows as a table of exactly this schema. Raises pyarrow.ArrowInvalid where a value does not fit or may not be NULL."""
    for field in schema:
        if not field.nullable and rows.column(field.name).null_count:
            raise pa.ArrowInvalid(f"{field.name} may not be NULL")
    return rows.select(schema.names).cast(schema).combine_chunks()


def from_arrow(rows: pa.Table) -> pd.DataFrame:
    """A table → a frame that keeps Arrow's types and NULLs."""
    made: pd.DataFrame = rows.to_pandas(types_mapper=pd.ArrowDtype)
    return made


def write(tidy: pd.DataFrame, schema: pa.Schema, path: Path) -> None:
    """Write one frame as one Parquet file."""
    pq.write_table(table(tidy, schema), path, compression="zstd")


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        # a file name that is no UTF-8 reaches Python as lone surrogates; show its bytes instead
        return pa.array([written(value) if isinstance(value, str) else value for value in values], kind)


def written(text: str) -> str:
    """A text as Parquet can hold it: of a file name that is no UTF-8 its bytes are shown."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
