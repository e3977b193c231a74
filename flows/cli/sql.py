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
    csv = "csv"
    json = "json"
    markdown = "markdown"
    parquet = "parquet"


def sql(
    query: Annotated[str | None, typer.Argument(help="One SQL statement.")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", envvar=variable("file"), help="A file with the statement.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", envvar=variable("format"), help="How the result is written.")
    ] = Format.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", envvar=variable("output"), help="Write it to this file.")
    ] = None,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Run one query on the warehouse, read-only."""
    with screen.edge():
        asked = _asked(query, file)
        if form is Format.parquet and output is None and sys.stdout.isatty():
            raise screen.Failed("Parquet is no text: name a file with --output, or pipe it.", screen.WRONG_USE)
        import duckdb

        from flows import warehouse
        from transform.lake import Lake

        with warehouse.connect(Lake(settings(home=home).home).database) as con:
            try:
                _answer(con, asked, form, output)
            except duckdb.Error as error:
                raise screen.Failed(_one_line(error), screen.WRONG_USE) from None


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
    with result.target(output, form is Format.parquet) as stream:
        if form is Format.parquet:
            result.write_parquet(con, query, stream)
        else:
            result.WRITERS[form.value](con.execute(statements[0]), stream)


def _one_line(error: duckdb.Error) -> str:
    """DuckDB's message without its picture of the query."""
    lines = [line.strip() for line in str(error).split("\n\nLINE")[0].splitlines()]
    return " ".join(line for line in lines if line)
