"""The batches of a run on a Dask cluster: the one that is named, or one of processes on this machine.

A place of the cluster reads a batch as a run does, in a process that can be ended, and writes what it gave into the lake itself; the
scheduler carries names and counts. A worker that is lost costs what it was reading: Dask has that read elsewhere, and a part that stands
already is the same part.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import importlib.util
import logging
import multiprocessing
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from extract import extractor_version
from extract.workers import Workers
from flows import steps
from flows.settings import Settings, SettingsWrong
from transform.lake import Holder
from transform.register import Waiting

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

CONNECT_SECONDS = 15
"""So long a scheduler may take to answer, and to have a first worker."""
START_SECONDS = 120
"""So long the processes of a cluster of our own may take to start, on a machine that does other work."""
_ADDRESS = re.compile(r"dask:((?:tcp|tls)://)?(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}")


class ClusterFailed(Exception):
    """The cluster does not answer, has gone away, or cannot read for this run; the message says which, in one line."""


def check(runner: str) -> None:
    """Raises SettingsWrong where `runner` names a cluster that cannot be one, or needs what is not installed."""
    if runner == "local":
        return
    if runner != "dask" and not _ADDRESS.fullmatch(runner):
        raise SettingsWrong(f"--runner (OGI_RUNNER) is {runner!r}: give local, dask, or dask:HOST:PORT of a scheduler.")
    if any(importlib.util.find_spec(name) is None for name in ("distributed", "prefect_dask")):
        raise SettingsWrong("--runner dask needs Dask: pip install 'ogi-reports[dask]'")


@contextmanager
def cluster(chosen: Settings) -> Iterator[TaskRunner[Any]]:
    """A task runner on the cluster that `chosen.runner` names, which must be there until the end. Raises ClusterFailed, SettingsWrong.

    Whatever Dask fails with inside of the `with` is raised as ClusterFailed.
    """
    check(chosen.runner)
    import distributed
    from prefect_dask import DaskTaskRunner

    if not chosen.verbose:
        for name in ("distributed", "tornado", "asyncio"):  # what fails is raised to us, and said once
            logging.getLogger(name).setLevel(logging.CRITICAL)
    address = chosen.runner.removeprefix("dask").removeprefix(":")
    try:
        with _there(address) if address else _own(chosen) as (scheduler, given):
            try:
                with distributed.Client(scheduler, set_as_default=False, timeout=CONNECT_SECONDS, **given) as client:
                    client.wait_for_workers(1, CONNECT_SECONDS if address else START_SECONDS)
            except (OSError, RuntimeError, ValueError) as error:  # no answer, no such host, another TLS, no worker
                raise _failed(address, error) from error
            yield DaskTaskRunner(address=scheduler, client_kwargs={"timeout": CONNECT_SECONDS, **given})
    except _failures() as error:
        raise _failed(address, error) from error


def _failed(address: str, error: BaseException) -> ClusterFailed:
    where = f"Dask at {address}" if address else "Dask on this machine"
    said = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return ClusterFailed(
        f"{where} failed ({said}). Nothing is lost: what was read is kept, and the same command goes on."
    )


def places() -> int:
    """How many batches the cluster of the flow that is running reads at the same time."""
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    if context is None:
        raise RuntimeError("Only a flow that is running has a cluster.")
    cores: dict[str, int] = context.task_runner.client.ncores()
    return max(1, sum(cores.values()))


def read_there(home: str, version: str, holder: Holder | None, chosen: Settings, batch: list[Waiting]) -> steps.Read:
    """What a worker of the cluster does: read a batch in a process of its own, within the bounds of the run, and write its part.

    `version` and `holder`: the extractor of the run, and who holds its lake: a worker that reads otherwise, or sees
    another folder under that name, would mix up what nobody could tell apart. Raises ClusterFailed then.
    """
    if version != extractor_version():
        raise ClusterFailed(f"a worker reads as {extractor_version()}, the run as {version}: install the same on both")
    lake = steps.lake_at(home)
    if holder is None or lake.holder() != holder:
        raise ClusterFailed(f"a worker does not see this run's lake in {home}: all machines need the same folder")
    multiprocessing.current_process().daemon = False  # Dask's workers are, and those may have no children
    with Workers(1, chosen.seconds, chosen.worker_megabytes, cores=1) as workers:
        return steps.read_batch(lake, workers, batch)


@contextmanager
def _own(chosen: Settings) -> Iterator[tuple[str, dict[str, Any]]]:
    """A cluster of processes on this machine, which end with the run; nobody without its certificate may speak to it."""
    import distributed
    from distributed.security import Security

    security = Security.temporary()
    with distributed.LocalCluster(
        n_workers=chosen.workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        protocol="tls://",
        security=security,
        dashboard_address=None,
        memory_limit=0,  # what bounds memory is each reader's own limit
        silence_logs=logging.CRITICAL,
    ) as own:
        yield own.scheduler_address, {"security": security}


@contextmanager
def _there(address: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cluster of somebody else's; what it wants to see of us (TLS) is in Dask's own configuration."""
    yield address, {}


def _failures() -> tuple[type[BaseException], ...]:
    """What Dask raises where a scheduler does not answer or goes away, and where a batch ended its workers again and again."""
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker, NoValidWorkerError

    lost = (concurrent.futures.CancelledError, asyncio.CancelledError, TimeoutError, asyncio.TimeoutError)
    return (*lost, CommClosedError, KilledWorker, NoValidWorkerError, ConnectionError)
