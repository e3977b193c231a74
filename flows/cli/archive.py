"""`ogi verify` and `ogi warc`: the raw store looked after, and handed to archivists."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import screen
from flows.cli.bars import drawn
from flows.settings import option, settings, variable

VERIFY_EXAMPLE = "Example: ogi verify --home data/lake"
WARC_EXAMPLE = "Example: ogi warc --out /archive/ogi --since 2024-01-01"


def verify(
    home: Annotated[Path | None, option("home")] = None,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
) -> None:
    """Hash every stored document again and name what is damaged or missing."""
    with screen.edge():
        from extract.fetch.collect import Places
        from extract.fetch.verify import verify as verify_store

        chosen = settings(home=home, quiet=quiet)
        with drawn(chosen.quiet, "starting") as watch:
            found = verify_store(Places(chosen.home.absolute()), lambda: watch("hashing", 1, None))
        for damaged, urls in found.damaged:
            given = f" (from {', '.join(urls)})" if urls else ""
            sys.stdout.write(screen.visible(f"{damaged.path} {damaged.reason}{given}") + "\n")
        if not chosen.quiet:
            sys.stdout.write(f"{found.documents:,} documents, {len(found.damaged):,} damaged or missing.\n")
        raise typer.Exit(screen.LEFT_OUT if found.damaged else screen.FINE)


def warc(
    out: Annotated[Path, typer.Option("--out", "-o", envvar=variable("out"), help="The folder for the WARC files.")],
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], envvar=variable("since"), help="Only what was fetched since this day (UTC)."
        ),
    ] = None,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Write what was collected as WARC files, the format of archives of the web."""
    with screen.edge():
        from extract.fetch.collect import Places
        from extract.fetch.warc import export

        places = Places(settings(home=home).home.absolute())
        if not places.history.exists():
            raise screen.Failed(f"nothing was collected into {places.home} yet: begin with `ogi collect`.")
        done = export(places, out, since.date() if since else None)
        for file in done.files:
            sys.stdout.write(f"{file}\n")
        sys.stdout.write(f"{done.responses:,} documents, {done.revisits:,} visits that found them unchanged.\n")
        for sha256 in done.damaged:
            screen.say(f"{places.store().path(sha256)} is damaged and was left out: see `ogi verify`.")
        raise typer.Exit(screen.LEFT_OUT if done.damaged else screen.FINE)
