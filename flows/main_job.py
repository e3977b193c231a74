"""The main job: files in, a warehouse to query out."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.futures import PrefectFuture, wait
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner

from extract import extractor_version
from extract.workers import Workers
from flows import cluster, record, steps, tasks
from flows.progress import advance
from flows.settings import Settings, settings
from transform import corrections
from transform.lake import Lake
from transform.register import Waiting

AT_ONCE = 40
"""Batches that are handed over together: what waits longer is not held in memory."""


LOCAL = 2
"""Batches at once on this machine: one is read by the workers while what the one before gave is written."""

Submit = Callable[[list[Waiting]], PrefectFuture[steps.Read]]


def at_once(chosen: Settings, places: int) -> int:
    """How many batches are handed over together: of a run with a budget as few as keep the places busy that read them."""
    return max(AT_ONCE, 2 * places) if chosen.budget_seconds == math.inf else places


def dated() -> str:
    """The name of a flow's run: the flow's, and when it began (UTC)."""
    return f"{flow_run.flow_name} {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


def run_job(
    paths: list[str], options: dict[str, Any] | None = None, collected: bool = False, reread: str | None = None
) -> dict[str, Any]:
    """The flow below, its batches read where `options` say (`Settings.runner`).

    Raises SettingsWrong where there can be no such cluster, ClusterFailed where it does not answer or goes away.
    """
    chosen, job = settings(**(options or {})), main_job
    with ExitStack() as stack:
        if chosen.runner != "local":
            job = main_job.with_options(task_runner=stack.enter_context(cluster.cluster(chosen)))
        done: dict[str, Any] = job(paths, options, collected, reread)
    return done


@contextmanager
def readers(lake: Lake, chosen: Settings) -> Iterator[tuple[Submit, int]]:
    """What hands over a batch to be read, and how many are read at the same time."""
    if chosen.runner == "local":
        with Workers(chosen.workers, chosen.seconds, chosen.worker_megabytes) as workers:
            yield lambda batch: tasks.read_batch.submit(lake, workers, batch), LOCAL
        return
    given = (str(lake.home), extractor_version(), lake.holder(), chosen)

    def submit(batch: list[Waiting]) -> PrefectFuture[steps.Read]:
        lake.raw_store.bring([waiting.sha256 for waiting in batch])  # workers elsewhere know of the folder only
        reading: PrefectFuture[steps.Read] = tasks.read_there.submit(*given, batch)
        # what is read elsewhere cannot tell how far it is
        reading.add_done_callback(lambda _: advance(steps.READING, len(batch)))
        return reading

    yield submit, cluster.places()


@flow(
    name="main job",
    flow_run_name=dated,
    task_runner=ThreadPoolTaskRunner(max_workers=LOCAL),
    persist_result=False,
    validate_parameters=False,
)
def main_job(
    paths: list[str], options: dict[str, Any] | None = None, collected: bool = False, reread: str | None = None
) -> dict[str, Any]:
    """Take in what `paths` mean, read what was not read yet, and bring star and database up to it.

    `reread`: read again what is limits, unreadable, quarantined, or all (`transform.register.REREAD`).
    `collected`: take in, too, what `ogi collect` has fetched since the last time.
    `options`: fields of `Settings`; what is not given comes from the environment. Gives the run's record.
    Raises LakeBusy if another run holds the lake for longer than `lock_wait`.
    """
    chosen = settings(**(options or {}))
    lake = steps.lake_at(str(chosen.home))
    with lake.lock(chosen.lock_wait), record.recording(lake, paths) as run:
        steps.look_through(lake)
        corrections.read(chosen.corrections)  # a file that cannot be used ends the run before an hour of reading
        for found in steps.found_in(paths):
            run.give(tasks.take_in(lake, found, int(chosen.max_megabytes * 2**20)))
        if collected:
            run.give(tasks.take_in_collected(lake))
        with readers(lake, chosen) as (submit, places):
            begun = time.monotonic()
            unread = steps.unread(lake, chosen.batch_size, reread, chosen.order)
            for some in steps.batches(unread, at_once(chosen, places)):
                for batch in some:
                    run.reads(batch)
                readings = [submit(batch) for batch in some]
                wait(readings)
                for reading in readings:
                    run.has_read(reading.result())
                if time.monotonic() - begun > chosen.budget_seconds:
                    break  # what is left is read by the next runs; what others read of it stands until then
        manifest, run.rebuilt = tasks.star(lake, chosen.corrections)
        run.loaded = tasks.database(lake, manifest)
    return run.summary
