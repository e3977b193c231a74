"""`ogi verify` and `ogi warc`: the raw store looked after, and handed to archivists."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import run, screen
from flows.cli.bars import drawn
from flows.settings import option, settings, variable

VERIFY_EXAMPLE = "Example: ogi verify --home data/lake"
WARC_EXAMPLE = "Example: ogi warc --out /archive/ogi --since 2024-01-01"


def verify(
    home: Annotated[Path | None, option("home")] = None,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair", envvar=variable("repair"), help="Make again what is derived and damaged, as a run does."
        ),
    ] = False,
    lock_wait: Annotated[float | None, option("lock_wait")] = None,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
) -> None:
    """Hash everything again that the lake holds, documents and what was made of them, and name what is damaged or missing."""
    with screen.edge():
        from extract.fetch.archive.verify import verify as verify_store
        from extract.fetch.night.collect import Places
        from flows.checkup import checked
        from flows.steps import lake_at

        chosen = settings(home=home, quiet=quiet, lock_wait=lock_wait)
        if repair and chosen.home.is_dir():
            for line in run.job([], chosen, None)["healed"]:
                screen.say(line)
        with drawn(chosen.quiet, "starting") as watch:
            found = verify_store(Places(chosen.home.absolute()), lambda: watch("hashing", 1, None))
            derived = checked(lake_at(str(chosen.home)), chosen.lock_wait)
        for damaged, urls in found.damaged:
            given = f" (from {', '.join(urls)})" if urls else ""
            sys.stdout.write(screen.visible(f"{damaged.path} {damaged.reason}{given}") + "\n")
        for line in [*derived.damaged, *derived.releases, *derived.noticed]:
            sys.stdout.write(screen.visible(line) + "\n")
        if not chosen.quiet:
            sys.stdout.write(f"{found.documents:,} documents, {len(found.damaged):,} damaged or missing.\n")
            if found.damaged:
                sys.stdout.write(
                    "Give these files again with `ogi run`; what came from a site, the next night asks for.\n"
                )
            if derived.damaged:
                sys.stdout.write(
                    f"{len(derived.damaged):,} derived things are damaged: the next run, or --repair, makes them again.\n"
                )
        raise typer.Exit(screen.LEFT_OUT if found.damaged or derived.damaged or derived.releases else screen.FINE)


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
        from extract.fetch.archive.warc import export
        from extract.fetch.night.collect import Places

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
