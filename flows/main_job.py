"""The main job: files in, a warehouse to query out."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.futures import wait
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner

from extract.workers import Workers
from flows import record, steps, tasks
from flows.settings import Settings, settings
from transform import corrections

AT_ONCE = 40
"""Batches that are handed over together: what waits longer is not held in memory."""


def at_once(chosen: Settings) -> int:
    """How many batches are handed over together: of a run with a budget as few as keep the workers busy."""
    return AT_ONCE if chosen.budget_seconds == math.inf else 2


def dated() -> str:
    """The name of a flow's run: the flow's, and when it began (UTC)."""
    return f"{flow_run.flow_name} {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


# two at once: one batch is read by the workers while what the one before gave is written
@flow(
    name="main job",
    flow_run_name=dated,
    task_runner=ThreadPoolTaskRunner(max_workers=2),
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
        with Workers(chosen.workers, chosen.seconds, chosen.worker_megabytes) as workers:
            begun = time.monotonic()
            for some in steps.batches(steps.unread(lake, chosen.batch_size, reread, chosen.order), at_once(chosen)):
                for batch in some:
                    run.reads(batch)
                readings = [tasks.read_batch.submit(lake, workers, batch) for batch in some]
                wait(readings)
                for reading in readings:
                    run.has_read(reading.result())
                if time.monotonic() - begun > chosen.budget_seconds:
                    break  # what is left is read by the next runs; what others read of it stands until then
        manifest, run.rebuilt = tasks.star(lake, chosen.corrections)
        run.loaded = tasks.database(lake, manifest)
    return run.summary
