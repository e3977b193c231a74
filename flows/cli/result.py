"""A query's result as text or Parquet: every value exactly as the warehouse has it, row by row as it comes.

NULL stands apart from the empty text everywhere: `NULL` in tables, nothing against `""` in CSV, null in JSON.
"""

from __future__ import annotations

import io
import json
import math
import os
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
def target(output: Path | None, binary: bool) -> Iterator[BinaryIO]:
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


def _rows(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while batch := con.fetchmany(FETCHED):
        yield from batch


def _columns(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Name and type of each column."""
    return [(column[0], str(column[1])) for column in con.description or ()]


def _distinct(names: Sequence[str]) -> None:
    doubled = sorted({name for name in names if list(names).count(name) > 1})
    if doubled:
        raise screen.Failed(f"two columns are called {doubled[0]}: name one with AS.", screen.WRONG_USE)


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
    """The first rows, aligned; a terminal folds what is too wide."""
    columns, rows = _columns(con), _rows(con)
    shown = list(islice(rows, SHOWN))
    numeric = {n for n, (_, kind) in enumerate(columns) if kind.split("(")[0] in _NUMBERS}
    null = screen.text("NULL", "dim")
    cells = [[null if value is None else plain(value) for value in row] for row in shown]
    if stream is sys.stdout.buffer:
        screen.table(screen.console(sys.stdout), [name for name, _ in columns], cells, numeric)
        sys.stdout.flush()
    else:
        text = io.TextIOWrapper(stream, encoding="utf-8")
        screen.table(screen.console(text), [name for name, _ in columns], cells, numeric)
        text.detach()  # flushes; the stream is the caller's to close
    if next(rows, None) is not None:
        screen.say(f"the first {SHOWN} rows; there are more: --format csv writes all.")


_NUMBERS = {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    *("UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL"),
}


def write_csv(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """RFC 4180 with a heading; NULL is nothing, the empty text is `""`."""
    _write_line(stream, ",".join(_quoted(name) for name, _ in _columns(con)))
    for row in _rows(con):
        _write_line(stream, ",".join("" if value is None else _quoted(plain(value)) for value in row))


def _quoted(value: str) -> str:
    if value and not any(character in value for character in ',"\r\n'):
        return value
    return '"' + value.replace('"', '""') + '"'


def write_json(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """An array with one object a row, each on a line of its own."""
    names = [name for name, _ in _columns(con)]
    _distinct(names)
    keys = [token(name) for name in names]
    before = "["
    for row in _rows(con):
        pairs = (f"{key}: {token(value)}" for key, value in zip(keys, row, strict=True))
        _write_line(stream, before + "{" + ", ".join(pairs) + "}", end="")
        before = ",\n "
    _write_line(stream, "[]" if before == "[" else "]")


def write_markdown(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """A pipe table."""
    columns = _columns(con)
    _write_line(stream, "| " + " | ".join(_escaped(name) for name, _ in columns) + " |")
    _write_line(
        stream, "|" + "|".join(" ---: " if kind.split("(")[0] in _NUMBERS else " --- " for _, kind in columns) + "|"
    )
    for row in _rows(con):
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
    _distinct(relation.columns)
    reader = relation.to_arrow_reader()
    with pq.ParquetWriter(stream, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


WRITERS = {"table": write_table, "csv": write_csv, "json": write_json, "markdown": write_markdown}
