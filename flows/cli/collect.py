"""`ogi collect` and `ogi nightly`: what is new at the publishers' sites, and the whole night with the warehouse."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import run, screen
from flows.cli.bars import drawn
from flows.settings import CollectSettings, collect_settings, manners, option, variable

EXAMPLE = "Example: ogi collect --source 平潭综合实验区 --since 2020 --contact https://example.org/about"
NIGHTLY_EXAMPLE = "Example: OGI_CONTACT=reports@example.org ogi nightly --home data/lake"
SHOWN = 40
"""So many sources are shown; those where something went wrong first, then those that gave something new."""
REFUSED_SHOWN = 10
COLUMNS = ("new", "changed", "unchanged", "moved", "gone", "refused", "failed")

Names = Annotated[
    list[str] | None,
    typer.Option("--source", envvar=variable("source"), help="Only this source (may be repeated)."),
]
Since = Annotated[
    int | None,
    typer.Option(min=1990, max=2100, envvar=variable("since"), help="No reports of years before this one."),
]
Json = Annotated[bool, typer.Option("--json", envvar=variable("json"), help="The record as one JSON object.")]


def collect(
    more: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Only these sources.")] = None,
    source: Names = None,
    since: Since = None,
    home: Annotated[Path | None, option("home")] = None,
    sources: Annotated[Path | None, option("sources")] = None,
    contact: Annotated[str | None, option("contact")] = None,
    rate: Annotated[float | None, option("rate")] = None,
    per_host: Annotated[int | None, option("per_host")] = None,
    batches_at_once: Annotated[int | None, option("batches_at_once")] = None,
    attempts: Annotated[int | None, option("attempts")] = None,
    whole_seconds: Annotated[float | None, option("whole_seconds")] = None,
    recheck_hours: Annotated[float | None, option("recheck_hours")] = None,
    now: Annotated[bool | None, option("now", "--now/--no-now")] = None,
    loopback: Annotated[bool | None, option("loopback", "--loopback/--no-loopback")] = None,
    as_json: Json = False,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
    verbose: Annotated[bool | None, option("verbose", "--verbose/--no-verbose", "-v")] = None,
) -> None:
    """Find new and changed reports at the registered sources and fetch them."""
    given = {name: value for name, value in locals().items() if name not in ("more", "source", "since", "as_json")}

    with screen.edge():
        record = _run(
            "collect",
            given,
            [*(source or ()), *(more or ())] or None,
            since,
            as_json,
            lambda found: _show(found, SHOWN),
        )
        raise typer.Exit(_status(record))


def nightly(
    source: Names = None,
    since: Since = None,
    home: Annotated[Path | None, option("home")] = None,
    sources: Annotated[Path | None, option("sources")] = None,
    contact: Annotated[str | None, option("contact")] = None,
    rate: Annotated[float | None, option("rate")] = None,
    per_host: Annotated[int | None, option("per_host")] = None,
    batches_at_once: Annotated[int | None, option("batches_at_once")] = None,
    attempts: Annotated[int | None, option("attempts")] = None,
    whole_seconds: Annotated[float | None, option("whole_seconds")] = None,
    recheck_hours: Annotated[float | None, option("recheck_hours")] = None,
    loopback: Annotated[bool | None, option("loopback", "--loopback/--no-loopback")] = None,
    batch_size: Annotated[int | None, option("batch_size")] = None,
    workers: Annotated[int | None, option("workers")] = None,
    seconds: Annotated[float | None, option("seconds")] = None,
    worker_megabytes: Annotated[int | None, option("worker_megabytes")] = None,
    lock_wait: Annotated[float | None, option("lock_wait")] = None,
    as_json: Json = False,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
    verbose: Annotated[bool | None, option("verbose", "--verbose/--no-verbose", "-v")] = None,
) -> None:
    """Collect, read what is new, bring the warehouse up to date, and say what came of it."""
    given = {name: value for name, value in locals().items() if name not in ("source", "since", "as_json")}
    begun = time.monotonic()

    def show(found: dict[str, Any]) -> None:
        _show(found["collected"], SHOWN)
        run.show(found["main"], time.monotonic() - begun)

    with screen.edge():
        record = _run("nightly", given, source, since, as_json, show)
        raise typer.Exit(record["exit_status"])


def _run(
    flow: str,
    given: dict[str, Any],
    names: list[str] | None,
    since: int | None,
    as_json: bool,
    show: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:
    """Run a flow with a Prefect that is ready, and tell its record in the way that was asked for."""
    chosen = collect_settings(**given)
    manners(chosen)  # before Prefect is started
    record = _job(flow, chosen, names, since)
    if as_json:
        import json

        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    elif not chosen.quiet:
        show(record)
    return record


def _job(
    flow: str,
    chosen: CollectSettings,
    names: list[str] | None,
    since: int | None,
) -> dict[str, Any]:
    import sqlite3

    from extract.fetch.collect import CollectBusy, Places, UnknownSource, held
    from extract.fetch.sources import SourcesWrong
    from extract.workers import WorkersFailed
    from flows.progress import watching
    from flows.server import ServerFailed, prefect_api
    from flows.steps import lake_at
    from transform.corrections import CorrectionsWrong
    from transform.lake import LakeBusy
    from transform.load import LoadFailed

    try:
        with (
            held(chosen.home),
            drawn(chosen.quiet) as watcher,
            prefect_api(Places(chosen.home.absolute()).prefect, lake_at(str(chosen.home)), chosen.verbose),
            watching(watcher),
        ):
            from flows import collecting
            from transform import corrections

            corrections.read(chosen.corrections)  # before a night of collecting
            run_flow = {"collect": collecting.collect, "nightly": collecting.nightly}[flow]
            record: dict[str, Any] = run_flow(chosen.model_dump(mode="json"), names, since)
            return record
    except UnknownSource as error:
        raise screen.Failed(str(error), screen.WRONG_USE) from None
    except SourcesWrong as error:
        raise screen.Failed(f"{error.problems[0]} ({len(error.problems)} problems: `ogi sources check`).") from None
    except sqlite3.Error as error:
        raise screen.Failed(f"the history cannot be written ({error}); what was finished is kept.") from None
    except (CollectBusy, LakeBusy, ServerFailed, WorkersFailed, LoadFailed, CorrectionsWrong) as error:
        raise screen.Failed(str(error)) from None


def _status(summary: dict[str, Any]) -> int:
    from flows.collecting import exit_status

    return exit_status(summary)


def _show(summary: dict[str, Any], most: int) -> None:
    """The table at the end of a night."""
    out = screen.console(sys.stdout)
    lines = sorted(
        summary["sources"], key=lambda line: (not line["why"], -line["new"] - line["changed"], line["source"])
    )
    rows = [[line["source"], *(str(line[name]) for name in COLUMNS), line["why"]] for line in lines[:most]]
    if len(lines) != 1:
        rows.append([f"all {len(lines)} sources", *(str(summary["totals"][name]) for name in COLUMNS), ""])
    screen.table(out, ("source", *COLUMNS, "why"), rows, right=set(range(1, 1 + len(COLUMNS))))
    if len(lines) > most:
        out.print(f"… and {len(lines) - most:,} sources more")
    for refused in summary["refused_links"][:REFUSED_SHOWN]:
        out.print(
            screen.text("  not followed: ", "yellow"), screen.text(f"{refused['url']}: {refused['reason']}"), sep=""
        )
    if summary["refused_links_count"] > REFUSED_SHOWN:
        out.print(f"  … and {summary['refused_links_count'] - REFUSED_SHOWN:,} more links that were not followed")
    for short in summary["short"]:
        said = f"{short['source']}: {short['found']} reports, of at least {short['expected']} that its entry expects"
        out.print(screen.text(said, "yellow"))
    for limit in summary["limits"]:
        out.print(screen.text(limit, "yellow"))
    done = "the night before was cut short and is now complete: " if summary["continued"] else ""
    out.print(f"{done}{summary['asked']:,} addresses asked")
