"""The main job as a sequence of steps, whoever takes them: plain functions here, Prefect's tasks in `main_job`."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from extract import extractor_version
from extract.workers import Workers
from flows import record, steps
from flows.settings import Settings
from transform import corrections
from transform.lake import Lake
from transform.load import load
from transform.register import Waiting
from transform.star import build_star

AT_ONCE = 40
"""Batches that are handed over together: what waits longer is not held in memory."""

COLLECTED = 100_000
"""New objects after which cycles are looked for."""

Read = Callable[[Sequence[list[Waiting]]], Iterator[steps.Read]]
"""Batches → what each gave."""


class Hands(NamedTuple):
    """Who takes the steps of a job. `readers`: what reads batches while it is entered, and how many at the same time."""

    take_in: Callable[[Lake, Sequence[steps.Found], int], list[steps.Given]]
    take_in_collected: Callable[[Lake], list[steps.Given]]
    readers: Callable[[Lake, Settings], AbstractContextManager[tuple[Read, int]]]
    star: Callable[[Lake, Path], tuple[dict[str, Any], bool]]
    database: Callable[[Lake, dict[str, Any]], bool]


@contextmanager
def _readers(lake: Lake, chosen: Settings) -> Iterator[tuple[Read, int]]:
    with Workers(chosen.workers, chosen.seconds, chosen.worker_megabytes) as workers:
        yield lambda batches: (steps.read_batch(lake, workers, batch) for batch in batches), 1


def _star(lake: Lake, folder: Path) -> tuple[dict[str, Any], bool]:
    return build_star(lake, extractor_version(), folder)


PLAIN = Hands(steps.store_files, steps.store_collected, _readers, _star, load)


def job(
    chosen: Settings, paths: list[str], collected: bool = False, reread: str | None = None, by: Hands = PLAIN
) -> dict[str, Any]:
    """Take in what `paths` mean, read what was not read yet, and bring star and database up to it. Gives the run's record.

    `collected`: take in, too, what `ogi collect` has fetched since the last time.
    `reread`: read again what is limits, unreadable, quarantined, or all (`transform.register.REREAD`).
    Raises LakeBusy if another run holds the lake for longer than `chosen.lock_wait`.
    """
    lake = steps.lake_at(str(chosen.home))
    with _seldom_collecting(), lake.lock(chosen.lock_wait), record.recording(lake, paths) as run:
        steps.look_through(lake)
        run.looks_back(lake)
        corrections.read(chosen.corrections)  # a file that cannot be used ends the run before an hour of reading
        for found in steps.found_in(paths):
            run.give(by.take_in(lake, found, int(chosen.max_megabytes * 2**20)))
        if collected:
            run.give(by.take_in_collected(lake))
        with by.readers(lake, chosen) as (read, places):
            begun = time.monotonic()
            unread = steps.unread(lake, chosen.batch_size, reread, chosen.order)
            for some in steps.batches(unread, at_once(chosen, places)):
                for batch in some:
                    run.reads(batch)
                for reading in read(some):
                    run.has_read(reading)
                if time.monotonic() - begun > chosen.budget_seconds:
                    break  # what is left is read by the next runs; what others read of it stands until then
        manifest, run.rebuilt = by.star(lake, chosen.corrections)
        run.loaded = by.database(lake, manifest)
    return run.summary


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Python looks for cycles after every 700 new objects, and now and then over all there are: a batch is 100,000 cells and holds none."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def at_once(chosen: Settings, places: int) -> int:
    """How many batches are handed over together: of a run with a budget as few as keep the places busy that read them."""
    return max(AT_ONCE, 2 * places) if chosen.budget_seconds == math.inf else places
