"""`ogi demo`: the main job on the samples that come with the program, two questions to what it gave, and the site over it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from extract.shipped import shipped
from flows.cli import run, screen, site, sql
from flows.settings import option, settings

EXAMPLE = "Example: ogi demo --home /tmp/demo"
QUESTIONS = ("demo.sql", "territory.sql")


def demo(
    home: Annotated[Path | None, option("home")] = None,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
) -> None:
    """Read the sample reports into a warehouse, and print what two queries say of it, and write the site."""
    with screen.edge():
        samples = shipped("data", "samples")
        chosen = settings(home=home, quiet=quiet)
        status = _run([str(samples / "reports")], home, quiet)
        if status != screen.FINE and not (chosen.home / "ogi.duckdb").exists():
            raise typer.Exit(status)  # the run has said why
        for name in QUESTIONS:
            sys.stdout.write("\n")
            sql.sql(file=samples / name, home=home)
        page = site.write(chosen.home / "site", home, force=True)
        sys.stdout.write(f"\nThe database: {chosen.home / 'ogi.duckdb'}\nThe pages, for a browser: {page}\n")
        raise typer.Exit(status)


def _run(paths: list[str], home: Path | None, quiet: bool | None) -> int:
    """`ogi run`; its exit status, where it came to its end."""
    try:
        run.run(paths, home=home, quiet=quiet)
    except typer.Exit as end:
        if end.exit_code == screen.WRONG_USE:
            raise
        return end.exit_code
    return screen.FINE
