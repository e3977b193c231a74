"""`ogi shell`: a prompt on the warehouse, which can change nothing: DuckDB's own, else harlequin, else a plain one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import screen
from flows.settings import option, settings

if TYPE_CHECKING:
    import duckdb

EXAMPLE = "Example: ogi shell --home data/lake"
_PROGRAMS = (("duckdb", "-readonly"), ("harlequin", "--read-only"))


def shell(
    home: Annotated[Path | None, option("home")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="The plain prompt, whatever is installed.")] = False,
) -> None:
    """Ask the warehouse at a prompt, read-only. Statements end with a semicolon; the end of input, or .quit, leaves."""
    with screen.edge():
        from flows import warehouse
        from transform.lake import Lake

        database = Lake(settings(home=home).home).database
        with warehouse.connect(
            database
        ) as con:  # whether it is there and can be opened, is told before anything starts
            if plain or (program := _program()) is None:
                _prompt(con)
                return
        raise typer.Exit(subprocess.run([*program, str(database)], check=False).returncode)


def _program() -> list[str] | None:
    for name, read_only in _PROGRAMS:
        if found := shutil.which(name):
            return [found, read_only]
    return None


def _prompt(con: duckdb.DuckDBPyConnection) -> None:
    import duckdb

    from flows.cli import result
    from flows.cli.sql import one_line

    asked: list[str] = []
    while (line := _line("ogi> " if not asked else "...> ")) is not None:
        if not asked and line.strip() in (".quit", ".exit"):
            return
        asked.append(line)
        text = "\n".join(asked)
        if not text.strip():
            asked = []
        elif text.rstrip().endswith(";"):
            asked = []
            try:
                for statement in con.extract_statements(text):
                    result.write_table(con.execute(statement), sys.stdout.buffer)
            except duckdb.Error as error:
                screen.say(one_line(error))


def _line(prompt: str) -> str | None:
    """The next line typed; None at the end. Without a terminal there is no prompt."""
    try:
        return input(prompt if sys.stdin.isatty() else "")
    except EOFError:
        return None
