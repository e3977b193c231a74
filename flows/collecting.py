"""Collecting as flows: tonight's new and changed reports into the raw store, and the whole night to the warehouse."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.futures import wait
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from extract.fetch.http.address_guard import Reach
from extract.fetch.night.collect import CollectBusy, UnknownSource, collecting, left_waiting, night
from extract.fetch.night.page_reader import reading
from extract.fetch.night.queue import Recheck, Run, left
from extract.fetch.night.shards import parsed
from extract.fetch.sources import SourcesWrong, load
from extract.workers import WorkersFailed
from flows import alarms, exit_status, limits, metrics, tasks
from flows.cluster import ClusterFailed
from flows.exit_status import BROKEN, FINE, LOSSES, NOTHING_ASKED, WRONG_USE
from flows.main_job import dated, run_job
from flows.progress import advance
from flows.settings import CollectSettings, SettingsWrong, collect_settings, manners
from transform.corrections import CorrectionsWrong
from transform.empty_warehouse import LoadFailed
from transform.lake import LakeBusy

Record = dict[str, Any]
WRONG = (SettingsWrong, SourcesWrong, UnknownSource, CorrectionsWrong)
TAGS = ["ogi"]


class NightFailed(Exception):
    """A night that asked for nothing or ended before its end; the message says why, `record` is what there is of it."""

    def __init__(self, message: str, record: Record) -> None:
        super().__init__(message)
        self.record = record


# the tag's limit says how many batches are visited at the same time; so many at most in this process
@flow(
    name="collect",
    flow_run_name=dated,
    task_runner=ThreadPoolTaskRunner(max_workers=16),
    persist_result=False,
    validate_parameters=False,
)
def collect(
    options: dict[str, Any] | None = None, sources: list[str] | None = None, since: int | None = None
) -> State[Any]:
    """Find new and changed reports of the registered sources (or of these) and fetch them; gives the night's summary.

    `options`: fields of `CollectSettings`; what is not given comes from the environment. `since`: no reports of years
    before. A night that was cut short is continued. Ends in the state that its exit status is named by (see `_ended`).
    """
    return _ended("collect", options, lambda: _collected(options, sources, since))


@flow(
    name="nightly",
    flow_run_name=dated,
    task_runner=ThreadPoolTaskRunner(max_workers=16),
    persist_result=False,
    validate_parameters=False,
)
def nightly(
    options: dict[str, Any] | None = None, sources: list[str] | None = None, since: int | None = None
) -> State[Any]:
    """Collect (see there), then the main job on what is new, whatever became of collecting. Gives both records and an exit status.

    The lake gets what was collected also where a night before ended between the two.
    """

    def both() -> Record:
        collected = _or_error(lambda: result(collect(options, sources, since, return_state=True)))
        main = _or_error(lambda: run_job([], options, collected=True))
        _waiting_now(options, collected)
        status = exit_status.worst([exit_status.of_collecting(collected), exit_status.of_main(main)])
        return {"collected": collected, "main": main, "exit_status": status}

    return _ended("nightly", options, both)


def _collected(options: dict[str, Any] | None, sources: list[str] | None, since: int | None) -> Record:
    chosen = collect_settings(**(options or {}))
    given = (manners(chosen), reading(), Reach(chosen.loopback), Recheck(chosen.recheck_hours * 3600, now=chosen.now))
    with collecting(chosen.home, *given, parsed(chosen.shard)) as site:

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
    return summary | {"exit_status": exit_status.of_collecting(summary)}


def result(state: State[Any]) -> Record:
    """The record of `collect` or `nightly` called with `return_state=True`; raises what has stopped the run from outside."""
    found = state.result(raise_on_failure=False)
    if isinstance(found, NightFailed):
        return found.record
    if isinstance(found, BaseException):
        raise found
    record: Record = found
    return record


def _or_error(step: Callable[[], Record]) -> Record:
    """What a step gives, or what it failed with: nothing that fails in one step of a night ends the other."""
    try:
        return step()
    except Exception as error:  # noqa: BLE001 -- told in the record, the state, the exit status and the notification
        get_run_logger().error("%s", error, exc_info=not isinstance(error, (*WRONG, CollectBusy, LakeBusy)))
        return {"error": _said(error), "exit_status": _status_of(error)}


def _waiting_now(options: dict[str, Any] | None, collected: Record) -> None:
    """What the warehouse has not taken in after the whole night."""
    if "error" in collected:
        return
    left_over = left_waiting(collect_settings(**(options or {})).home)
    for line in collected["sources"]:
        line["waiting"] = left_over.get(line["source"], 0)
    collected["totals"]["waiting"] = sum(line["waiting"] for line in collected["sources"])


def _status_of(error: Exception) -> int:
    if isinstance(error, WRONG):
        return WRONG_USE
    if isinstance(error, CollectBusy):
        return NOTHING_ASKED
    return LOSSES if isinstance(error, LakeBusy) else BROKEN


def _said(error: Exception) -> str:
    """One line for a person."""
    if isinstance(error, SourcesWrong):
        return f"{error.problems[0]} ({len(error.problems)} problems: `ogi sources check`)."
    if isinstance(error, sqlite3.Error):
        return f"the history cannot be written ({error}); what was finished is kept."
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}. Nothing is damaged; make room or give rights, and run it again."
    lines = str(error).strip().splitlines() or [""]
    known = (*WRONG, ClusterFailed, CollectBusy, LakeBusy, LoadFailed, WorkersFailed)
    return lines[0] if isinstance(error, known) else f"{type(error).__name__}: {lines[0]}"


def _ended(name: str, options: dict[str, Any] | None, steps: Callable[[], Record]) -> State[Any]:
    """Run the steps; tells metrics, artifact and, in trouble, the webhook, and gives the state that an automation can see:
    Completed; a completed one named NewLosses; Failed for whatever is worse.
    """
    record = _or_error(steps)
    status = int(record["exit_status"])
    told = alarms.told(name, record)
    alarms.keep(told)
    try:
        chosen: CollectSettings | None = collect_settings(**(options or {}))
    except SettingsWrong:
        chosen = None
    if chosen is not None and flow_run.parent_flow_run_id is None:
        try:
            metrics.write(chosen.home, name, record)
        except OSError as error:
            get_run_logger().error("the metrics were not written (%s)", error)
        if status != FINE and chosen.webhook:
            alarms.call(chosen.webhook, told)
    get_run_logger().log(alarms.LEVELS[status], "%s", told.headline)
    if status == FINE:
        return Completed(message=told.headline, data=record)
    if status == LOSSES:
        return Completed(name=exit_status.TITLES[LOSSES], message=told.headline, data=record)
    return Failed(message=f"{exit_status.TITLES[status]}: {told.headline}", data=NightFailed(told.headline, record))
