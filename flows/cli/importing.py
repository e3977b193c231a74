"""`ogi import`: reports out of archives of the web, which others captured, into the warehouse."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows import exit_status
from flows.cli import run, screen
from flows.cli.bars import drawn
from flows.settings import CollectSettings, collect_settings, option, variable

if TYPE_CHECKING:
    from extract.fetch.archive.bring_in import Brought

EXAMPLE = "Example: ogi import crawl-2016.warc.gz pages.wacz archives/ --home data/lake"
SHOWN = 20


def bring(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="WARC and WACZ files, and folders of them.")],
    home: Annotated[Path | None, option("home")] = None,
    sources: Annotated[Path | None, option("sources")] = None,
    batch_size: Annotated[int | None, option("batch_size")] = None,
    workers: Annotated[int | None, option("workers")] = None,
    corrections: Annotated[Path | None, option("corrections")] = None,
    seconds: Annotated[float | None, option("seconds")] = None,
    worker_megabytes: Annotated[int | None, option("worker_megabytes")] = None,
    lock_wait: Annotated[float | None, option("lock_wait")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", envvar=variable("json"), help="The record as one JSON object.")
    ] = False,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
    verbose: Annotated[bool | None, option("verbose", "--verbose/--no-verbose", "-v")] = None,
) -> None:
    """Take reports out of archives of the web (WARC, WACZ), and bring the warehouse up to date; no site is asked for anything."""
    given = {name: value for name, value in locals().items() if name not in ("paths", "as_json")}
    begun = time.monotonic()
    with screen.edge(exit_status.BROKEN):
        for path in paths:
            if not os.path.lexists(path):
                raise screen.Failed(f"there is no file or folder {path}: check the path.", screen.WRONG_USE)
        chosen = collect_settings(**given)
        brought, main = _imported(paths, chosen)
        status = exit_status.worst([exit_status.FINE if brought.is_whole else exit_status.LOSSES, main["exit_status"]])
        if as_json:
            import json

            record = {"imported": _record(brought), "main": main, "exit_status": status}
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        elif not chosen.quiet:
            _show(brought)
            run.show(main, time.monotonic() - begun)
        elif not brought.is_whole:
            screen.say("not everything in these archives could be looked at: run it without --quiet to see what.")
        raise typer.Exit(status)


def _imported(paths: list[str], chosen: CollectSettings) -> tuple[Brought, dict[str, Any]]:
    """What the archives gave, and the record of the main job on it."""
    from extract.fetch.archive.bring_in import any_waiting, bring_in
    from extract.fetch.night.collect import CollectBusy, Places, held
    from extract.fetch.sources import SourcesWrong, load

    places = Places(chosen.home.absolute())
    try:
        registered = load(chosen.sources)
        with held(chosen.home):
            with drawn(chosen.quiet, "starting") as watch:
                brought = bring_in(places, paths, registered, lambda: watch("looking through", 1, None))
            return brought, run.job([], chosen, None, collected=any_waiting(places))
    except SourcesWrong as error:
        said = f"{error.problems[0]} ({len(error.problems)} problems: `ogi sources check`)."
        raise screen.Failed(said, exit_status.WRONG_USE) from None
    except CollectBusy as error:
        raise screen.Failed(str(error), exit_status.NOTHING_ASKED) from None


def _record(brought: Brought) -> dict[str, Any]:
    """What an import gave, as JSON."""
    from dataclasses import asdict

    return asdict(brought) | {"damaged": dict(brought.damaged)}


def _show(brought: Brought) -> None:
    out = screen.console(sys.stdout)
    out.print(
        f"{brought.archives:,} archives, {brought.records:,} records: {brought.imported:,} captures of reports and"
        f" {brought.attachments:,} of their files are new, {brought.known:,} were known"
    )
    out.print(
        f"not kept: {brought.no_report:,} are no reports, {brought.other_sites:,} of other sites,"
        f" {brought.other_answers:,} redirects and errors, {brought.revisits:,} refer to what is not held"
    )
    for reason, count in brought.damaged.most_common(SHOWN):
        out.print(screen.text("  not usable: ", "yellow"), screen.text(f"{count:,} × {reason}"), sep="")
    if brought.unsure:
        out.print(screen.text(f"  not told: {brought.unsure:,} could not be read in time", "yellow"))
    for url, reason in brought.named[:SHOWN]:
        out.print(screen.text(f"    {url}: {reason}"))
    for left in brought.left_out[:SHOWN]:
        out.print(screen.text("  left out: ", "yellow"), screen.text(f"{left.name}: {left.reason}"), sep="")
    if len(brought.left_out) > SHOWN:
        out.print(f"  … and {len(brought.left_out) - SHOWN:,} more archives that were left out")
