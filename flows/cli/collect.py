"""`ogi collect` and `ogi nightly`: what is new at the publishers' sites, and the whole night with the warehouse."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import exit_status
from flows.cli import run, screen
from flows.cli.bars import drawn
from flows.settings import CollectSettings, collect_settings, manners, option, variable

EXAMPLE = "Example: ogi collect --source 平潭综合实验区 --since 2020 --contact https://example.org/about"
NIGHTLY_EXAMPLE = "Example: OGI_CONTACT=reports@example.org ogi nightly --home data/lake"
SHOWN = 40
"""So many sources are shown; those where something is newly lost first, then those that gave something new."""
REFUSED_SHOWN = 10
COLUMNS = ("new", "changed", "unchanged", "moved", "gone", "refused", "failed", "newly_lost")

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
    webhook: Annotated[str | None, option("webhook")] = None,
    shard: Annotated[str | None, option("shard")] = None,
    recheck_hours: Annotated[float | None, option("recheck_hours")] = None,
    now: Annotated[bool | None, option("now", "--now/--no-now")] = None,
    loopback: Annotated[bool | None, option("loopback", "--loopback/--no-loopback")] = None,
    as_json: Json = False,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
    verbose: Annotated[bool | None, option("verbose", "--verbose/--no-verbose", "-v")] = None,
) -> None:
    """Find new and changed reports at the registered sources and fetch them."""
    given = {name: value for name, value in locals().items() if name not in ("more", "source", "since", "as_json")}

    with screen.edge(exit_status.BROKEN):
        record = _run(
            "collect",
            given,
            [*(source or ()), *(more or ())] or None,
            since,
            as_json,
            lambda found: _show(found, SHOWN),
        )
        raise typer.Exit(record["exit_status"])


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
    webhook: Annotated[str | None, option("webhook")] = None,
    shard: Annotated[str | None, option("shard")] = None,
    recheck_hours: Annotated[float | None, option("recheck_hours")] = None,
    loopback: Annotated[bool | None, option("loopback", "--loopback/--no-loopback")] = None,
    batch_size: Annotated[int | None, option("batch_size")] = None,
    workers: Annotated[int | None, option("workers")] = None,
    seconds: Annotated[float | None, option("seconds")] = None,
    worker_megabytes: Annotated[int | None, option("worker_megabytes")] = None,
    runner: Annotated[str | None, option("runner")] = None,
    lock_wait: Annotated[float | None, option("lock_wait")] = None,
    as_json: Json = False,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
    verbose: Annotated[bool | None, option("verbose", "--verbose/--no-verbose", "-v")] = None,
) -> None:
    """Collect, read what is new, bring the warehouse up to date, and say what came of it."""
    given = {name: value for name, value in locals().items() if name not in ("source", "since", "as_json")}
    begun = time.monotonic()

    def show(found: dict[str, Any]) -> None:
        if "error" not in found["collected"]:
            _show(found["collected"], SHOWN)
        if "error" not in found["main"]:
            run.show(found["main"], time.monotonic() - begun)

    with screen.edge(exit_status.BROKEN):
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
    from flows.cluster import check

    chosen = collect_settings(**given)
    check(chosen.runner)
    manners(chosen)  # before Prefect is started
    record = _job(flow, chosen, names, since)
    if as_json:
        import json

        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    elif not chosen.quiet and "error" not in record:
        show(record)
    for part in (record, record.get("collected", {}), record.get("main", {})):
        if "error" in part:
            screen.say(part["error"])
    return record


def _job(
    flow: str,
    chosen: CollectSettings,
    names: list[str] | None,
    since: int | None,
) -> dict[str, Any]:
    from extract.fetch.night.collect import CollectBusy, Places, held
    from flows.progress import watching
    from flows.server import ServerFailed, prefect_api
    from flows.steps import lake_at

    try:
        with (
            held(chosen.home),
            drawn(chosen.quiet) as watcher,
            prefect_api(Places(chosen.home.absolute()).prefect, lake_at(str(chosen.home)), chosen.verbose),
            watching(watcher),
        ):
            from prefect import tags

            from flows import collecting

            run_flow = {"collect": collecting.collect, "nightly": collecting.nightly}[flow]
            with tags(*collecting.TAGS):
                state = run_flow(chosen.model_dump(mode="json"), names, since, return_state=True)
            return collecting.result(state)
    except CollectBusy as error:
        raise screen.Failed(str(error), exit_status.NOTHING_ASKED) from None
    except ServerFailed as error:
        raise screen.Failed(str(error), exit_status.BROKEN) from None


def _show(summary: dict[str, Any], most: int) -> None:
    """The table at the end of a night."""
    out = screen.console(sys.stdout)
    lines = sorted(
        summary["sources"],
        key=lambda line: (not line["newly_lost"], -line["new"] - line["changed"], not line["why"], line["source"]),
    )
    rows = [[line["source"], *(str(line[name]) for name in COLUMNS), line["why"]] for line in lines[:most]]
    if len(lines) != 1:
        rows.append([f"all {len(lines)} sources", *(str(summary["totals"][name]) for name in COLUMNS), ""])
    heads = [name.replace("_", " ") for name in COLUMNS]
    screen.table(out, ("source", *heads, "why"), rows, right=set(range(1, 1 + len(COLUMNS))))
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
    if summary["left"]:
        out.print(f"{summary['left']:,} known addresses are on hosts of other shards: `ogi join` hands them over")
    done = "the night before was cut short and is now complete: " if summary["continued"] else ""
    out.print(f"{done}{summary['asked']:,} addresses asked")
    if summary["asked"] == 0 and summary["registered"]:
        out.print("nothing was due: each address has been asked for lately (--recheck-hours)")
