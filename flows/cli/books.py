"""A query's result as a file of another program: a spreadsheet's book, a SQLite database, a Stata file.

Keys are text there: spreadsheets keep 15 digits. What a format cannot hold is refused, never cut.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from flows.cli import screen
from flows.cli.result import columns_of, distinct, is_key, plain, rows_of

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

SHEET_ROWS = 1_048_576  # of a sheet, with its heading
_CELL = 32_767  # characters of a cell
_DIGITS = 10**15  # spreadsheets keep 15 digits
_INTEGERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
_STATA_NAME = re.compile(r"[^\W\d]\w{0,31}")


def _values(con: duckdb.DuckDBPyConnection) -> Iterator[list[Any]]:
    keys = [is_key(name) for name, _ in columns_of(con)]
    for row in rows_of(con):
        yield [
            plain(v) if v is not None and (key or isinstance(v, list | tuple | dict | bytes)) else v
            for v, key in zip(row, keys, strict=True)
        ]


def write_xlsx(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """A book of one sheet, of more where the rows do not fit: said, never cut. Raises screen.Failed for a text that no cell holds."""
    import xlsxwriter

    with xlsxwriter.Workbook(stream, {"constant_memory": True, "in_memory": False}) as book:
        sheets = write_sheet(book, "data", con)
    if sheets > 1:
        screen.say(f"a sheet holds {SHEET_ROWS:,} rows: the rest stands in {sheets - 1} more.")


def write_sheet(
    book: Any, name: str, con: duckdb.DuckDBPyConnection, heads: Mapping[str, str] | None = None, most: int = SHEET_ROWS
) -> int:
    """One result as a sheet with a frozen heading and filters, or as several; gives how many. `heads`: other headings."""
    columns = [column for column, _ in columns_of(con)]
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {date: book.add_format({"num_format": "yyyy-mm-dd"}), datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}  # fmt: skip
    sheets, line, sheet = 0, most, None
    values = _values(con)
    row = next(values, None)
    while row is not None or sheet is None:
        if line >= most or sheet is None:
            if sheet is not None:
                sheet.autofilter(0, 0, line - 1, len(columns) - 1)
            sheets, line = sheets + 1, 1
            sheet = book.add_worksheet(name if sheets == 1 else f"{name} {sheets}")
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(columns) - 1, 14)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, (heads or {}).get(column, column), bold)
        if row is None:
            break
        for place, value in enumerate(row):
            _write_cell(sheet, line, place, value, formats, columns[place])
        line, row = line + 1, next(values, None)
    sheet.autofilter(0, 0, max(line - 1, 0), len(columns) - 1)
    return sheets


def _write_cell(sheet: Any, line: int, place: int, value: Any, formats: dict[type[date], Any], column: str) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif (isinstance(value, int) and abs(value) < _DIGITS) or (isinstance(value, float) and math.isfinite(value)):
        sheet.write_number(line, place, value)
    elif isinstance(value, Decimal) and Decimal(repr(float(value))) == value:
        sheet.write_number(line, place, float(value))
    elif isinstance(value, datetime | date) and value.year >= 1900:
        sheet.write_datetime(line, place, value, formats[type(value)])
    else:
        text = plain(value)
        if len(text) > _CELL:
            raise screen.Failed(
                f"row {line} of {column} has {len(text):,} characters, a cell of a spreadsheet holds {_CELL:,}:"
                " write .csv or .parquet, or leave the column out.",
                screen.WRONG_USE,
            )
        sheet.write_string(line, place, text)


def write_sqlite(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """A SQLite database with the one table `result`."""
    import sqlite3

    made = sqlite3.connect(":memory:")
    try:
        fill_sqlite(made, "result", con)
        stream.write(made.serialize())
    finally:
        made.close()


def fill_sqlite(made: Any, table: str, con: duckdb.DuckDBPyConnection) -> None:
    """Put a result into a table of a SQLite database; what SQLite has no type for is text."""
    columns = columns_of(con)
    distinct([name.casefold() for name, _ in columns])
    named = ", ".join(f"{_name(name)} {_sqlite_type(name, kind)}" for name, kind in columns)
    made.execute(f"create table {_name(table)} ({named})")
    marks = ", ".join("?" * len(columns))
    made.executemany(
        f"insert into {_name(table)} values ({marks})", ([_sqlite(v) for v in row] for row in _values(con))
    )
    made.commit()


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sqlite_type(name: str, kind: str) -> str:
    if is_key(name):
        return "TEXT"
    if kind == "BOOLEAN" or kind in _INTEGERS:
        return "INTEGER"
    if kind.startswith("DECIMAL"):
        return "NUMERIC"  # a number where that loses nothing, else text
    return "REAL" if kind in ("DOUBLE", "FLOAT") else "TEXT"


def _sqlite(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if value is None or (isinstance(value, int) and -(2**63) <= value < 2**63) or isinstance(value, float):
        return value
    return plain(value)


def write_stata(con: duckdb.DuckDBPyConnection, stream: BinaryIO) -> None:
    """A Stata file (format 118, Unicode); text that is NULL is empty there. Raises screen.Failed for a name or number it cannot hold."""
    stata(con).to_stata_file(stream)


class StataFrame:
    """A result in the types that Stata has."""

    def __init__(self, frame: pd.DataFrame, dates: dict[str, str]) -> None:
        self.frame = frame
        self.dates = dates

    def to_stata_file(self, stream: BinaryIO, labels: Mapping[str, str] | None = None) -> None:
        """Write it. `labels`: words on columns, of which Stata keeps 80 characters."""
        long = [
            name for name in self.frame
            if self.frame[name].dtype == object and any(len(str(v).encode()) > 2_045 for v in self.frame[name])
        ]  # fmt: skip
        self.frame.to_stata(
            stream,
            write_index=False,
            version=118,
            convert_strl=long,
            convert_dates=self.dates,  # type: ignore[arg-type]
            variable_labels={name: text[:80] for name, text in (labels or {}).items() if name in self.frame},
        )


def stata(con: duckdb.DuckDBPyConnection) -> StataFrame:
    """The result as Stata holds it. Raises screen.Failed."""
    import pandas as pd

    columns = columns_of(con)
    distinct([name for name, _ in columns])
    for name, _ in columns:
        if not _STATA_NAME.fullmatch(name):
            raise screen.Failed(
                f"{name} is no name for Stata (letters, digits, _, 32 of them): name it with AS.", screen.WRONG_USE
            )
    rows = list(_values(con))
    made, dates = {}, {}
    for place, (name, kind) in enumerate(columns):
        values = [row[place] for row in rows]
        if kind in ("DATE", "TIMESTAMP") and not is_key(name):
            made[name] = pd.Series(pd.to_datetime(values), dtype="datetime64[ns]")
            dates[name] = "td" if kind == "DATE" else "tc"
        else:
            made[name] = _stata_column(name, kind, values)
    return StataFrame(pd.DataFrame(made, columns=[name for name, _ in columns]), dates)


def _stata_column(name: str, kind: str, values: Sequence[Any]) -> pd.Series[Any]:
    import pandas as pd

    numbers = [value for value in values if value is not None]
    if not is_key(name) and (kind in ("DOUBLE", "FLOAT", "BOOLEAN") or kind in _INTEGERS or kind.startswith("DECIMAL")):
        if any(isinstance(v, float) and math.isinf(v) for v in numbers):
            raise screen.Failed(f"{name} holds an infinite number, which Stata has not.", screen.WRONG_USE)
        if all(isinstance(v, float) or Decimal(repr(float(v))) == v for v in numbers):
            return pd.Series([math.nan if v is None else float(v) for v in values], dtype="float64")
    return pd.Series(["" if v is None else plain(v) for v in values], dtype=object)


WRITERS = {"xlsx": write_xlsx, "stata": write_stata, "sqlite": write_sqlite}
