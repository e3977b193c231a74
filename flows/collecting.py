"""Collecting as flows: tonight's new and changed reports into the raw store, and the whole night to the warehouse."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefect import flow, get_run_logger
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner

from extract.fetch.collect import collecting, night
from extract.fetch.reach import Reach
from extract.fetch.reading import reading
from extract.fetch.sources import load
from extract.fetch.tonight import Recheck, Run, left
from flows import limits, tasks
from flows.main_job import main_job
from flows.progress import advance
from flows.settings import collect_settings, manners


# the tag's limit says how many batches are visited at the same time; so many at most in this process
@flow(name="collect", task_runner=ThreadPoolTaskRunner(max_workers=16), persist_result=False, validate_parameters=False)
def collect(
    options: dict[str, Any] | None = None, sources: list[str] | None = None, since: int | None = None
) -> dict[str, Any]:
    """Find new and changed reports of the registered sources (or of these) and fetch them; gives the night's summary.

    `options`: fields of `CollectSettings`; what is not given comes from the environment. `since`: no reports of years
    before. A night that was cut short is continued. Raises SettingsWrong, SourcesWrong, UnknownSource, CollectBusy.
    """
    chosen = collect_settings(**(options or {}))
    given = (manners(chosen), reading(), Reach(chosen.loopback), Recheck(chosen.recheck_hours * 3600, now=chosen.now))
    with collecting(chosen.home, *given) as site:

        def go(run: Run, batches: Sequence[Sequence[str]]) -> None:
            advance(tasks.FETCHING, 0, left(site.history))
            visits = [tasks.visit_hosts.submit(site, run, batch) for batch in batches]
            wait(visits)
            for visit in visits:
                visit.result()  # a host that fails is in the summary; this raises what ends a night, a full disk

        limits.hold(tasks.COLLECT_TAG, chosen.batches_at_once)
        summary = night(site, load(chosen.sources), sources or (), since, go)
    totals = ", ".join(f"{count:,} {name}" for name, count in summary["totals"].items())
    get_run_logger().info("%d sources, %d addresses: %s", len(summary["sources"]), summary["asked"], totals)
    return summary


@flow(name="nightly", persist_result=False, validate_parameters=False)
def nightly(
    options: dict[str, Any] | None = None, sources: list[str] | None = None, since: int | None = None
) -> dict[str, Any]:
    """Collect (see there), then the main job on what is new. Gives both records and an exit status.

    The lake gets what was collected also where a night before ended between the two.
    """
    collected = collect(options, sources, since)
    main = main_job([], options, collected=True)
    return {"collected": collected, "main": main, "exit_status": max(exit_status(collected), main["exit_status"])}


def exit_status(summary: dict[str, Any]) -> int:
    """0 if everything that was asked for is there, 1 if something is not."""
    return int(any(summary["totals"][name] for name in ("gone", "refused", "failed")) or bool(summary["short"]))
