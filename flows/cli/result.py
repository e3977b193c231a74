"""A query's result as text or Parquet: every value exactly as the warehouse has it, row by row as it comes.

NULL stands apart from the empty text everywhere: `NULL` in tables, nothing against `""` in CSV, null in JSON.
"""

from __future__ import annotations

import io
import json
import math
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from flows.cli import screen

if TYPE_CHECKING:
    import duckdb

SHOWN = 200
FETCHED = 1_000


@contextmanager
def target(output: Path | None) -> Iterator[BinaryIO]:
    """Where the result goes: standard output, or a file that takes its name only when it is whole."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        handle, aside = tempfile.mkstemp(dir=output.absolute().parent, prefix=f".{output.name}.")
    except OSError as error:
        raise screen.Failed(f"{output} cannot be written: {error.strerror}.", screen.WRONG_USE) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        mask = os.umask(0)
        os.umask(mask)
        Path(aside).chmod(0o666 & ~mask)
        Path(aside).replace(output)
    finally:
        Path(aside).unlink(missing_ok=True)


def rows_of(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """The rows of the query that ran last, as they come."""
    while batch := con.fetchmany(FETCHED):
        yield from batch


def columns_of(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Name and type of each column."""
    return [(column[0], str(column[1])) for column in con.description or ()]


def distinct(names: Sequence[str]) -> None:
    """Raise screen.Failed where two columns have one name."""
    doubled = sorted({name for name in names if list(names).count(name) > 1})
    if doubled:
        raise screen.Failed(f"two columns are called {doubled[0]}: name one with AS.", screen.WRONG_USE)


def is_key(name: str) -> bool:
    """Whether a column of this name holds keys, which are names and not numbers."""
    return re.search(r"_key(_\w+)?$|编号$", name) is not None


def plain(value: Any) -> str:
    """A value as text, exactly: ISO dates, the shortest decimal that is the number, JSON for lists and structs."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple | dict):
        return token(value)
    return str(value)


def token(value: Any) -> str:
    """A value as JSON; decimals with all their digits, what JSON has no number for (NaN, infinity) as text."""
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return plain(value) if math.isfinite(value) else f'"{value}"'
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(token, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{token(str(k))}: {token(v)}" for k, v in value.items()) + "}"
    return json.dumps(plain(value), ensure_ascii=False)


def write_table(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """Aligned columns: all rows in a file, the first ones on standard output; a terminal folds what is too wide."""
    columns, rows = columns_of(con), rows_of(con)
    shown = list(islice(rows, SHOWN if stream is sys.stdout.buffer else None))
    numeric = {n for n, (_, kind) in enumerate(columns) if kind.split("(")[0] in _NUMBERS}
    null = screen.text("NULL", "dim")
    cells = [[null if value is None else _shown(value, stream) for value in row] for row in shown]
    if stream is sys.stdout.buffer:
        screen.table(screen.console(sys.stdout), [name for name, _ in columns], cells, numeric)
        sys.stdout.flush()
    else:
        text = io.TextIOWrapper(stream, encoding="utf-8")
        screen.table(screen.console(text), [name for name, _ in columns], cells, numeric)
        text.detach()  # flushes; the stream is the caller's to close
    if next(rows, None) is not None:
        screen.say(f"the first {SHOWN} rows; there are more: --format csv, or -o FILE, writes all.")


def write_vertical(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """A line a value, a blank line between rows: for rows too wide for a screen. All rows."""
    names = [name for name, _ in columns_of(con)]
    width = max(map(len, names), default=0)
    for number, row in enumerate(rows_of(con)):
        if number:
            _write_line(stream, "")
        for name, value in zip(names, row, strict=True):
            text = "NULL" if value is None else _shown(value, stream)
            _write_line(stream, f"{screen.visible(name):<{width}}  {screen.visible(text)}")


def _shown(value: Any, stream: BinaryIO) -> str:
    """A value as text; on a terminal alone with four decimals at most, which is enough to look at."""
    if isinstance(value, float) and math.isfinite(value) and stream.isatty():
        return plain(round(value, 4) if abs(value) >= 0.001 else float(f"{value:.3g}"))
    return plain(value)


_NUMBERS = {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    *("UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL"),
}


def write_csv(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """RFC 4180 with a heading; NULL is nothing, the empty text is `""`."""
    _write_line(stream, ",".join(_quoted(name) for name, _ in columns_of(con)))
    for row in rows_of(con):
        _write_line(stream, ",".join("" if value is None else _quoted(plain(value)) for value in row))


def write_excel_csv(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """CSV that Excel opens with a double click: a mark of UTF-8 first; keys, and what has more than 15 digits, as `="…"`."""
    columns = columns_of(con)
    stream.write(b"\xef\xbb\xbf")
    _write_line(stream, ",".join(_quoted(name) for name, _ in columns), end="\r\n")
    keys = [is_key(name) for name, _ in columns]
    for row in rows_of(con):
        cells = ("" if v is None else _quoted(_excel(v, key)) for v, key in zip(row, keys, strict=True))
        _write_line(stream, ",".join(cells), end="\r\n")


def _excel(value: Any, is_name: bool) -> str:
    as_text = isinstance(value, int) and (is_name or abs(value) >= 10**15)
    return f'="{value}"' if as_text else plain(value)


def _quoted(value: str) -> str:
    if value and not any(character in value for character in ',"\r\n'):
        return value
    return '"' + value.replace('"', '""') + '"'


def write_json(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """An array with one object a row, each on a line of its own."""
    names = [name for name, _ in columns_of(con)]
    distinct(names)
    keys = [token(name) for name in names]
    before = "["
    for row in rows_of(con):
        pairs = (f"{key}: {token(value)}" for key, value in zip(keys, row, strict=True))
        _write_line(stream, before + "{" + ", ".join(pairs) + "}", end="")
        before = ",\n "
    _write_line(stream, "[]" if before == "[" else "]")


def write_markdown(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """A pipe table."""
    columns = columns_of(con)
    _write_line(stream, "| " + " | ".join(_escaped(name) for name, _ in columns) + " |")
    _write_line(
        stream, "|" + "|".join(" ---: " if kind.split("(")[0] in _NUMBERS else " --- " for _, kind in columns) + "|"
    )
    for row in rows_of(con):
        _write_line(stream, "| " + " | ".join("NULL" if v is None else _escaped(plain(v)) for v in row) + " |")


def _escaped(value: str) -> str:
    return screen.visible(value.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "<br>"))


def _write_line(stream: BinaryIO, line: str, end: str = "\n") -> None:
    stream.write((line + end).encode("utf-8", "backslashreplace"))


def write_parquet(con: duckdb.DuckDBPyConnection, query: str, stream: BinaryIO) -> None:
    """Parquet (zstd) with the result's own types."""
    import pyarrow.parquet as pq

    relation = con.sql(query)
    if relation is None:
        raise screen.Failed("this statement has no rows to write: give a SELECT.", screen.WRONG_USE)
    distinct(relation.columns)
    reader = relation.to_arrow_reader()
    with pq.ParquetWriter(stream, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


WRITERS = {
    "table": write_table,
    "vertical": write_vertical,
    "csv": write_csv,
    "excel": write_excel_csv,
    "json": write_json,
    "markdown": write_markdown,
}
