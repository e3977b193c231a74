"""`ogi site`: the warehouse as a folder of static pages for readers without SQL."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import screen
from flows.settings import option, settings

EXAMPLE = "Example: ogi site public && xdg-open public/index.html"


def site(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace an earlier site in a folder that is not empty; other files stay.")
    ] = False,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Write pages to find, compare and rank divisions, in Chinese and English; they open from a disk or any web server."""
    with screen.edge():
        sys.stdout.write(f"{write(folder, home, force)}\n")


def write(folder: Path, home: Path | None, force: bool) -> Path:
    """Write the site of this lake's warehouse; gives its first page. What prevents it becomes one line."""
    from flows import warehouse
    from flows.site import writing
    from transform.lake import Lake

    with warehouse.connect(Lake(settings(home=home).home).database) as con:
        try:
            return writing.write(con, folder, force)
        except writing.NotWritten as error:
            raise screen.Failed(str(error), screen.WRONG_USE) from None
