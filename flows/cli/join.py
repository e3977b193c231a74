"""`ogi join`: what the homes of several shards have collected, in one lake and its warehouse."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows import exit_status
from flows.cli import run, screen
from flows.cli.bars import drawn
from flows.settings import Settings, option, settings, variable

if TYPE_CHECKING:
    from extract.fetch.night.join import Joined

EXAMPLE = "Example: ogi join shards/1 shards/2 shards/3 --home data/lake"
SHOWN = 20


def join(
    homes: Annotated[list[Path], typer.Argument(metavar="HOME...", help="The homes of the shards: folders.")],
    home: Annotated[Path | None, option("home")] = None,
    batch_size: Annotated[int | None, option("batch_size")] = None,
    workers: Annotated[int | None, option("workers")] = None,
    corrections: Annotated[Path | None, option("corrections")] = None,
    seconds: Annotated[float | None, option("seconds")] = None,
    worker_megabytes: Annotated[int | None, option("worker_megabytes")] = None,
    runner: Annotated[str | None, option("runner")] = None,
    lock_wait: Annotated[float | None, option("lock_wait")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", envvar=variable("json"), help="The record as one JSON object.")
    ] = False,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
    verbose: Annotated[bool | None, option("verbose", "--verbose/--no-verbose", "-v")] = None,
) -> None:
    """Bring what the homes of several shards have collected into one lake, and its warehouse up to date.

    What a shard has met on hosts of another is handed over to that one's home. A second time adds nothing.
    """
    given = {name: value for name, value in locals().items() if name not in ("homes", "as_json")}
    begun = time.monotonic()
    with screen.edge(exit_status.BROKEN):
        chosen = settings(**given)
        joined, main = _joined(homes, chosen)
        status = exit_status.worst([exit_status.FINE if joined.is_whole else exit_status.LOSSES, main["exit_status"]])
        if as_json:
            import json
            from dataclasses import asdict

            record = {"joined": asdict(joined) | {"damaged": [str(path) for path in joined.damaged]}, "main": main}
            sys.stdout.write(json.dumps(record | {"exit_status": status}, ensure_ascii=False) + "\n")
        elif not chosen.quiet:
            _show(joined)
            run.show(main, time.monotonic() - begun)
        elif not joined.is_whole:
            screen.say("something was left behind in these homes: run it without --quiet to see what.")
        raise typer.Exit(status)


def _joined(homes: list[Path], chosen: Settings) -> tuple[Joined, dict[str, Any]]:
    """What the homes gave, and the record of the main job on it."""
    from extract.fetch.archive.bring_in import any_waiting
    from extract.fetch.night.collect import CollectBusy, Places, held
    from extract.fetch.night.join import NotJoined
    from extract.fetch.night.join import join as joined

    places = Places(chosen.home.absolute())
    try:
        with held(chosen.home):
            with drawn(chosen.quiet, "starting") as watch:
                done = joined(places, homes, lambda: watch("looking through", 1, None))
            return done, run.job([], chosen, None, collected=any_waiting(places))
    except NotJoined as error:
        raise screen.Failed(str(error), exit_status.WRONG_USE) from None
    except CollectBusy as error:
        raise screen.Failed(str(error), exit_status.NOTHING_ASKED) from None


def _show(joined: Joined) -> None:
    out = screen.console(sys.stdout)
    late = f", {joined.late:,} of them older than what the lake has of their addresses" if joined.late else ""
    out.print(f"{joined.homes:,} homes: {joined.versions:,} stored contents are new to the lake{late}")
    out.print(f"{joined.handed:,} addresses were handed over to the shards that ask them")
    if joined.unclaimed:
        said = f"{joined.unclaimed:,} addresses belong to shards whose homes were not given"
        out.print(screen.text("  left: ", "yellow"), screen.text(said), sep="")
    for path in joined.damaged[:SHOWN]:
        said = f"{path} is damaged or missing: `ogi verify --home` of its home says more"
        out.print(screen.text("  left: ", "yellow"), screen.text(said), sep="")
    if len(joined.damaged) > SHOWN:
        out.print(f"  … and {len(joined.damaged) - SHOWN:,} more documents that are damaged or missing")
