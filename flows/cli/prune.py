"""`ogi prune`: what a lake keeps of its past, deleted where nothing needs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import exit_status
from flows.cli import screen
from flows.settings import keep_settings, option, variable

EXAMPLE = "Example: ogi prune --keep 30d --dry-run"


def prune(
    keep: Annotated[str | None, option("keep")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", envvar=variable("dry_run"), help="Say what would be deleted; delete nothing.")
    ] = False,
    home: Annotated[Path | None, option("home")] = None,
    lock_wait: Annotated[float | None, option("lock_wait")] = None,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
) -> None:
    """Delete old records of runs, the build before, what was set aside as damaged, and old runs in Prefect's own databases.

    Never documents, their history, corrections, what was read of them, or the warehouse.
    """
    with screen.edge():
        from extract.fetch.night.collect import CollectBusy, held
        from flows.cli.run import lake_held
        from flows.pruning import PruneFailed
        from flows.pruning import prune as pruned
        from flows.steps import lake_at

        chosen = keep_settings(keep=keep, home=home, lock_wait=lock_wait, quiet=quiet)
        if not chosen.home.is_dir():
            raise screen.Failed(f"there is no lake in {chosen.home} yet.")
        lake, freed = lake_at(str(chosen.home)), 0
        try:
            with held(chosen.home), lake_held(lake, chosen.lock_wait):
                for one in pruned(lake, chosen.kept, dry_run):
                    freed += one.bytes or 0
                    if not chosen.quiet:
                        taken = "" if one.bytes is None else f", {one.bytes:,} bytes"
                        sys.stdout.write(screen.visible(f"{one.name}: {one.why}{taken}") + "\n")
        except CollectBusy as error:
            raise screen.Failed(str(error)) from None
        except PruneFailed as error:
            raise screen.Failed(str(error), exit_status.BROKEN) from None
        if not chosen.quiet:
            sys.stdout.write(f"{freed:,} bytes {'would be' if dry_run else 'are'} free.\n")
