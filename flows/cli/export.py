"""`ogi export`: the warehouse as files for spreadsheets, Stata, SQLite, Parquet, and as a data package."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import screen
from flows.settings import option, settings

EXAMPLE = "Example: ogi export jiangsu --province 江苏省 --years 2021-2023 --format xlsx --format csv"


class Kind(StrEnum):
    """What is written."""

    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"
    sqlite = "sqlite"
    stata = "stata"
    package = "package"


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    form: Annotated[list[Kind] | None, typer.Option("--format", help="May be repeated; without it, all.")] = None,
    province: Annotated[str | None, typer.Option("--province", help="Only this province, as in 江苏省.")] = None,
    years: Annotated[
        str | None, typer.Option("--years", help="One year, or the first and the last: 2021-2023.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files of the same names in a folder that is not empty.")
    ] = False,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Write districts, organs, cells of table 三, findings and one panel of reports as files, with what each column means."""
    with screen.edge():
        from flows import exporting, warehouse
        from transform.lake import Lake

        span = _span(years)
        with warehouse.connect(Lake(settings(home=home).home).database) as con:
            try:
                made = exporting.export(con, folder, [kind.value for kind in form or Kind], province, span, force)
            except exporting.NotExported as error:
                raise screen.Failed(str(error), screen.WRONG_USE) from None
        sys.stdout.write("".join(f"{file}\n" for file in made))


def _span(years: str | None) -> tuple[int, int] | None:
    if years is None:
        return None
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", years)
    if not found or int(found[1]) > int(found[2] or found[1]):
        raise screen.Failed(f"{years} are no years: 2022, or 2021-2023.", screen.WRONG_USE)
    return int(found[1]), int(found[2] or found[1])
