"""The main job: files in, a warehouse to query out."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from prefect import flow
from prefect.futures import PrefectFuture, wait
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner

from extract import extractor_version
from extract.workers import Workers
from flows import cluster, steps, tasks
from flows.job import Hands, Read, job
from flows.progress import advance
from flows.settings import Settings, settings
from transform.lake import Lake
from transform.register import Waiting

LOCAL = 2
"""Batches at once on this machine: one is read by the workers while what the one before gave is written."""


def dated() -> str:
    """The name of a flow's run: the flow's, and when it began (UTC)."""
    return f"{flow_run.flow_name} {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


def run_job(
    paths: list[str], options: dict[str, Any] | None = None, collected: bool = False, reread: str | None = None
) -> dict[str, Any]:
    """The flow below, its batches read where `options` say (`Settings.runner`).

    Raises SettingsWrong where there can be no such cluster, ClusterFailed where it does not answer or goes away.
    """
    chosen, flow_of = settings(**(options or {})), main_job
    with ExitStack() as stack:
        if chosen.runner != "local":
            flow_of = main_job.with_options(task_runner=stack.enter_context(cluster.cluster(chosen)))
        done: dict[str, Any] = flow_of(paths, options, collected, reread)
    return done


@contextmanager
def readers(lake: Lake, chosen: Settings) -> Iterator[tuple[Read, int]]:
    """What hands batches over to be read, and how many are read at the same time."""
    if chosen.runner == "local":
        with Workers(chosen.workers, chosen.seconds, chosen.worker_megabytes) as workers:
            yield _all_of(lambda batch: tasks.read_batch.submit(lake, workers, batch)), LOCAL
        return
    given = (str(lake.home), extractor_version(), lake.holder(), chosen)

    def submit(batch: list[Waiting]) -> PrefectFuture[steps.Read]:
        lake.raw_store.bring([waiting.sha256 for waiting in batch])  # workers elsewhere know of the folder only
        reading: PrefectFuture[steps.Read] = tasks.read_there.submit(*given, batch)
        # what is read elsewhere cannot tell how far it is
        reading.add_done_callback(lambda _: advance(steps.READING, len(batch)))
        return reading

    yield _all_of(submit), cluster.places()


def _all_of(submit: Callable[[list[Waiting]], PrefectFuture[steps.Read]]) -> Read:
    """Hand over all batches before the first is waited for."""

    def read(batches: Sequence[list[Waiting]]) -> Iterator[steps.Read]:
        readings = [submit(batch) for batch in batches]
        wait(readings)
        return (reading.result() for reading in readings)

    return read


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
    """`flows.job.job` with its steps as tasks. `options`: fields of `Settings`; what is not given comes from the environment."""
    hands = Hands(tasks.take_in, tasks.take_in_collected, readers, tasks.star, tasks.database)
    return job(settings(**(options or {})), paths, collected, reread, hands)
