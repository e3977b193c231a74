"""`ogi release`: what the warehouse holds as an immutable folder that can be cited, with what changed since the last one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import screen
from flows.settings import option, settings

EXAMPLE = "Example: ogi release 2026.11"


def release(
    name: Annotated[str, typer.Argument(metavar="YYYY.MM", help="Year and month; later than the release before.")],
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Make a release in HOME/releases/YYYY.MM: star, database, data package, hashes, citation, and all changed cells."""
    with screen.edge():
        from flows import releasing
        from transform.lake import Lake, LakeBusy

        lake = Lake(settings(home=home).home)
        if not lake.database.exists():
            from flows import warehouse

            warehouse.connect(lake.database)  # says what to do, and makes no folder
        try:
            with lake.lock():
                made = releasing.release(lake, name)
        except releasing.NotReleased as error:
            raise screen.Failed(str(error), screen.WRONG_USE) from None
        except LakeBusy as error:
            raise screen.Failed(str(error)) from None
        sys.stdout.write(f"{made}\n")
