"""`ogi doctor`: whether the installation has what reading, building and collecting need, and what to do where it has not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import screen
from flows.settings import collect_settings, option

EXAMPLE = "Example: ogi doctor --home data/lake"


def doctor(home: Annotated[Path | None, option("home")] = None) -> None:
    """Check the installation: programs, models, fonts, memory, clock, home; say what to do. Exit status 1: something is wrong."""
    with screen.edge():
        from flows.installation import findings

        found = list(findings(collect_settings(home=home)))
        out = screen.console(sys.stdout)
        rows = [[one.what, one.state, one.found, one.remedy] for one in found]
        screen.table(out, ("", "state", "found", "what to do"), rows, right=set())
        raise typer.Exit(screen.LEFT_OUT if any(one.state == "wrong" for one in found) else screen.FINE)
