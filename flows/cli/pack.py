"""`ogi pack`: the documents of a lake in few files instead of millions."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from flows import exit_status
from flows.cli import screen
from flows.cli.bars import drawn
from flows.settings import keep_settings, option

EXAMPLE = "Example: ogi pack --older 30d --home data/lake"


def pack(
    older: Annotated[str | None, option("older")] = None,
    home: Annotated[Path | None, option("home")] = None,
    lock_wait: Annotated[float | None, option("lock_wait")] = None,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
) -> None:
    """Move documents that have been stored for a while into packs, which every command reads as it reads single files.

    A document's file goes only once its pack has been read back whole. Ended at any moment, nothing is lost.
    """
    with screen.edge():
        from extract.fetch.night.collect import CollectBusy, held
        from extract.packing import PackingFailed
        from extract.packing import pack as packed
        from flows.cli.run import lake_held
        from flows.steps import lake_at

        chosen = keep_settings(older=older, home=home, lock_wait=lock_wait, quiet=quiet)
        if not chosen.home.is_dir():
            raise screen.Failed(f"there is no lake in {chosen.home} yet.")
        lake = lake_at(str(chosen.home))
        try:
            with held(chosen.home), lake_held(lake, chosen.lock_wait), drawn(chosen.quiet) as watch:
                done = packed(
                    lake.raw_store, chosen.older_seconds, time.time(), lambda count: watch("packing", count, None)
                )
        except CollectBusy as error:
            raise screen.Failed(str(error)) from None
        except PackingFailed as error:
            raise screen.Failed(str(error), exit_status.BROKEN) from None
        for path in done.left:
            screen.say(f"{path} is damaged and was left where it is: see `ogi verify`.")
        for path in done.rests:
            screen.say(
                f"{path} is what is left of a damaged pack, with documents that cannot be read: see `ogi verify`."
            )
        if not chosen.quiet:
            if done.mended:
                sys.stdout.write(
                    f"{done.mended:,} packs had a damaged list: {done.saved:,} documents were read in them, and have one again.\n"
                )
            sys.stdout.write(
                f"{done.documents:,} documents were packed; {done.packs:,} packs were written, of {done.bytes:,} bytes.\n"
            )
            if done.repeated:
                sys.stdout.write(f"{done.repeated:,} files went whose documents packs had already.\n")
        raise typer.Exit(screen.LEFT_OUT if done.left or done.rests else screen.FINE)
