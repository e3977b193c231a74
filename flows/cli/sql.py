"""`ogi sql`: one query on the warehouse, which can change nothing and reach nothing else."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import screen
from flows.settings import option, settings, variable

if TYPE_CHECKING:
    import duckdb

EXAMPLE = "Example: ogi sql 'select * from v_district_year' --format csv > district_year.csv"


class Format(StrEnum):
    """How a result is written."""

    table = "table"
    vertical = "vertical"
    csv = "csv"
    excel = "excel"
    json = "json"
    markdown = "markdown"
    parquet = "parquet"
    xlsx = "xlsx"
    stata = "stata"
    sqlite = "sqlite"


_SUFFIX = {
    ".csv": Format.csv,
    ".json": Format.json,
    ".md": Format.markdown,
    ".parquet": Format.parquet,
    ".xlsx": Format.xlsx,
    ".dta": Format.stata,
    ".sqlite": Format.sqlite,
}
_BINARY = (Format.parquet, Format.xlsx, Format.stata, Format.sqlite)


def sql(
    query: Annotated[str | None, typer.Argument(help="One SQL statement.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", envvar=variable("file"), help="A file with the statement.")
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            envvar=variable("format"),
            help="How the result is written; without it as the file's suffix says, on the screen as a table.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            envvar=variable("output"),
            help="Write all of it to this file: .csv, .json, .md, .parquet, .xlsx, .dta (Stata), .sqlite.",
        ),
    ] = None,
    vertical: Annotated[bool, typer.Option("--vertical", help="A line a value, for wide rows.")] = False,
    excel: Annotated[bool, typer.Option("--excel", help="CSV that Excel opens with a double click.")] = False,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Run one query on the warehouse, read-only."""
    with screen.edge():
        asked = _asked(query, file)
        written = _format(form, output, vertical, excel)
        if written in _BINARY and output is None and sys.stdout.isatty():
            raise screen.Failed(f"{written} is no text: name a file with --output, or pipe it.", screen.WRONG_USE)
        import duckdb

        from flows import warehouse
        from transform.lake import Lake

        with warehouse.connect(Lake(settings(home=home).home).database) as con:
            try:
                _answer(con, asked, written, output)
            except duckdb.Error as error:
                raise screen.Failed(one_line(error), screen.WRONG_USE) from None


def _format(form: Format | None, output: Path | None, vertical: bool, excel: bool) -> Format:
    """How the result is written. Raises screen.Failed where file name and wish contradict each other, or say nothing."""
    wished = {form} if form else set()
    wished |= ({Format.vertical} if vertical else set()) | ({Format.excel} if excel else set())
    if len(wished) > 1:
        raise screen.Failed(f"{' and '.join(sorted(wished))} contradict each other: give one.", screen.WRONG_USE)
    suffix = _SUFFIX.get(output.suffix.lower()) if output else None
    if not wished:
        if output is not None and suffix is None:
            known = ", ".join(_SUFFIX)
            raise screen.Failed(f"{output}: name it {known}, or give --format.", screen.WRONG_USE)
        return suffix or Format.table
    (wish,) = wished
    fits = suffix is None or wish is suffix or (wish, suffix) == (Format.excel, Format.csv)
    if not fits:
        raise screen.Failed(
            f"{output} would hold {wish}: name it otherwise, or leave the format out.", screen.WRONG_USE
        )
    return wish


def _asked(query: str | None, file: Path | None) -> str:
    if (query is None) == (file is None):
        raise screen.Failed("give one query, or -f FILE: ogi sql 'select …'.", screen.WRONG_USE)
    if query is not None:
        return query
    assert file is not None
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise screen.Failed(f"{file} cannot be read as UTF-8 text: {error}.", screen.WRONG_USE) from None


def _answer(con: duckdb.DuckDBPyConnection, asked: str, form: Format, output: Path | None) -> None:
    from flows.cli import result

    statements = con.extract_statements(asked)
    if len(statements) != 1:
        raise screen.Failed(f"this is {len(statements)} statements: give one.", screen.WRONG_USE)
    query = statements[0].query
    with result.target(output) as stream:
        if form is Format.parquet:
            result.write_parquet(con, query, stream)
        elif form in _BINARY:
            from flows.cli import books

            books.WRITERS[form.value](con.execute(statements[0]), stream)
        else:
            result.WRITERS[form.value](con.execute(statements[0]), stream)


def one_line(error: duckdb.Error) -> str:
    """DuckDB's message without its picture of the query."""
    lines = [line.strip() for line in str(error).split("\n\nLINE")[0].splitlines()]
    return " ".join(line for line in lines if line)
