"""`ogi run`: the main job, with how far it is and what it gave."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows import exit_status
from flows.cli import screen
from flows.cli.bars import drawn
from flows.settings import Settings, option, settings, variable

if TYPE_CHECKING:
    from transform.lake import Lake

EXAMPLE = "Example: ogi run data/samples reports/2023 --home data/lake"
SHOWN = 20
"""So many of the files that gave no report are shown; `ogi status` and table `document` have all."""


class Reread(StrEnum):
    """What can be read once more: the keys of `transform.register.REREAD`."""

    limits = "limits"
    unreadable = "unreadable"
    quarantined = "quarantined"
    all = "all"


def run(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH...", help="Report files, and folders of them.")
    ] = None,
    reread: Annotated[
        Reread | None,
        typer.Option(
            envvar=variable("reread"),
            help="Read again what the lake holds: what ran out of time, memory or room; what is unreadable or quarantined; all.",
        ),
    ] = None,
    home: Annotated[Path | None, option("home")] = None,
    batch_size: Annotated[int | None, option("batch_size")] = None,
    workers: Annotated[int | None, option("workers")] = None,
    max_megabytes: Annotated[float | None, option("max_megabytes")] = None,
    corrections: Annotated[Path | None, option("corrections")] = None,
    seconds: Annotated[float | None, option("seconds")] = None,
    worker_megabytes: Annotated[int | None, option("worker_megabytes")] = None,
    budget: Annotated[str | None, option("budget")] = None,
    order: Annotated[str | None, option("order")] = None,
    runner: Annotated[str | None, option("runner")] = None,
    lock_wait: Annotated[float | None, option("lock_wait")] = None,
    quiet: Annotated[bool | None, option("quiet", "--quiet/--no-quiet", "-q")] = None,
    verbose: Annotated[bool | None, option("verbose", "--verbose/--no-verbose", "-v")] = None,
) -> None:
    """Take in report files, read what is new, and bring the warehouse up to date."""
    given = {name: value for name, value in locals().items() if name not in ("paths", "reread")}
    begun = time.monotonic()
    with screen.edge():
        if not paths and reread is None:
            raise screen.Failed(
                "Missing argument: name files or folders to take in, or what to --reread.", screen.WRONG_USE
            )
        for path in paths or ():
            if not os.path.lexists(path):
                raise screen.Failed(f"there is no file or folder {path}: check the path.", screen.WRONG_USE)
        chosen = settings(**given)
        record = job(paths or [], chosen, reread)
        if chosen.quiet:
            if record["lost_count"]:
                screen.say(f"{record['lost_count']} documents are lost or damaged: see `ogi verify`.")
            if record["left_out_count"]:
                screen.say(f"{record['left_out_count']} of {record['files']} files gave no report: see `ogi status`.")
        else:
            show(record, time.monotonic() - begun)
        raise typer.Exit(record["exit_status"])


def job(paths: list[str], chosen: Settings, reread: Reread | None, collected: bool = False) -> dict[str, Any]:
    """The flow on a lake that is ours and a Prefect that is ready. `collected`: what was fetched or imported waits to be taken in."""
    from extract.workers import WorkersFailed
    from flows.cluster import ClusterFailed, check
    from flows.progress import watching
    from flows.server import ServerFailed, is_chosen, prefect_api
    from flows.steps import lake_at, look_through, sendable
    from flows.unchanged import unchanged
    from transform import corrections
    from transform.corrections import CorrectionsWrong
    from transform.empty_warehouse import LoadFailed

    check(chosen.runner)
    lake = lake_at(str(chosen.home))
    with drawn(chosen.quiet) as watcher, lake_held(lake, chosen.lock_wait):
        try:
            look_through(lake)
            corrections.read(chosen.corrections)  # before an hour of reading, not after it
            absolute = [sendable(path) for path in paths]
            again = reread and reread.value
            if not collected and not is_chosen() and (record := unchanged(lake, absolute, chosen, again)) is not None:
                return record
            with prefect_api(lake.runs / "prefect", lake, chosen.verbose), watching(watcher):
                from prefect import tags

                from flows.main_job import run_job

                options = chosen.model_dump(mode="json")
                with tags("ogi"):
                    done: dict[str, Any] = run_job(absolute, options, collected=collected, reread=again)
                return done
        except CorrectionsWrong as error:
            raise screen.Failed(str(error)) from None
        except (ClusterFailed, ServerFailed, WorkersFailed, LoadFailed) as error:
            raise screen.Failed(str(error), exit_status.BROKEN) from None


@contextmanager
def lake_held(lake: Lake, wait_seconds: float) -> Iterator[None]:
    """The lake's lock; says who has it before waiting."""
    from transform.lake import LakeBusy

    try:
        held = lake.lock(0)
        held.__enter__()
    except LakeBusy as busy:
        if wait_seconds > 0:
            screen.say(f"waiting up to {wait_seconds:g} s for {lake.holder() or 'another run'} to end.")
        try:
            held = lake.lock(wait_seconds)
            held.__enter__()
        except LakeBusy:
            raise screen.Failed(str(busy)) from None
    try:
        yield
    finally:
        held.__exit__(None, None, None)


def show(record: dict[str, Any], seconds: float) -> None:
    """The summary of a run."""
    out = screen.console(sys.stdout)
    reports, findings = record["reports"], record["findings"]
    out.print(
        f"{record['files']} files: {reports['all']} reports ({reports['read_now']} read now,"
        f" {reports['unchanged']} unchanged), {record['left_out_count']} without a report"
    )
    out.print(
        f"{record['cells']:,} cells; findings: " + ", ".join(f"{n} {severity}" for severity, n in findings.items())
    )
    if record["repeated"]:
        out.print(f"{record['repeated']:,} of those read now say what was said before in other bytes: no new editions")
    applied, stale = record["corrections"]["applied"], record["corrections"]["stale"]
    if applied or stale:
        out.print(
            f"{applied:,} corrections applied, {stale:,} not applied"
            + (": select * from correction where not is_applied" if stale else "")
        )
    for item in record["left_out"][:SHOWN]:
        out.print(
            screen.text(f"  {item['status']}: ", "yellow"),
            screen.text(f"{item['path']}: {item['reason'] or ''}"),
            sep="",
        )
    if record["left_out_count"] > SHOWN:
        out.print(f"  … and {record['left_out_count'] - SHOWN:,} more: select path, status, reason from document")
    for item in record["lost"][:SHOWN]:
        out.print(screen.text(f"  {item['status']}: ", "red"), screen.text(f"{item['path']}: {item['reason']}"), sep="")
    if record["lost_count"] > SHOWN:
        out.print(f"  … and {record['lost_count'] - SHOWN:,} more that were reports or are damaged")
    for line in record["healed"]:
        screen.say(line)
    if record["report"] is None:
        screen.say(f"the page of this run could not be drawn ({record['report_failed']}); the warehouse is whole.")
    warehouse = record["warehouse"]
    out.print(f"{seconds:.1f} s. The warehouse holds {warehouse['reports']:,} reports, {warehouse['cells']:,} cells:")
    out.print(screen.text(warehouse["database"], "bold"))
    if record["report"] is not None:
        out.print(screen.text(f"What is new, in doubt, better or worse: {record['report']}"))
