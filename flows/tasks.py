"""The steps as Prefect tasks: batches in, names and counts out; only a disk that fails is tried again."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from extract import extractor_version
from extract.fetch.night.crawl import Site, crawl
from extract.fetch.night.queue import Run
from extract.workers import Workers
from flows import cluster, steps
from flows.progress import advance
from flows.settings import Settings
from transform.lake import Holder, Lake
from transform.load import load
from transform.register import Waiting
from transform.star import build_star


def disk_failed(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a failure is one of the disk or the system, which may have passed in a moment."""
    return isinstance(state.result(raise_on_failure=False), OSError)


# the lake's own content hashes are the cache; Prefect's would hash every parameter
DISK: dict[str, Any] = {
    "retries": 2,
    "retry_delay_seconds": 2,
    "retry_condition_fn": disk_failed,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}

COLLECT_TAG = "ogi-collect"
FETCHING = "fetching"


@task(name="visit hosts", tags=[COLLECT_TAG], **DISK)
def visit_hosts(site: Site, run: Run, hosts: Sequence[str]) -> None:
    """Tonight's addresses of a batch of hosts → raw store and history; what was finished is not done again."""
    crawl(site, run, hosts, lambda _outcome: advance(FETCHING, 1))


@task(name="take in what was collected", **DISK)
def take_in_collected(lake: Lake) -> list[steps.Given]:
    """New versions of the raw store → register."""
    return steps.store_collected(lake)


@task(name="take in files", **DISK)
def take_in(lake: Lake, found: Sequence[steps.Found], max_bytes: int) -> list[steps.Given]:
    """Files → raw store and register."""
    return steps.store_files(lake, found, max_bytes)


@task(name="read a batch", **DISK)
def read_batch(lake: Lake, workers: Workers, batch: Sequence[Waiting]) -> steps.Read:
    """Stored documents → a part of the lake."""
    return steps.read_batch(lake, workers, batch)


@task(name="read a batch on the cluster", **DISK)
def read_there(home: str, version: str, holder: Holder | None, chosen: Settings, batch: list[Waiting]) -> steps.Read:
    """Stored documents → a part of the lake, wherever this is run."""
    return cluster.read_there(home, version, holder, chosen, batch)


@task(name="build the star", **DISK)
def star(lake: Lake, corrections: Path) -> tuple[dict[str, Any], bool]:
    """All parts → Parquet. Gives the star's manifest, and whether it is new."""
    advance(steps.BUILDING)
    return build_star(lake, extractor_version(), corrections)


@task(name="load the database", **DISK)
def database(lake: Lake, manifest: dict[str, Any]) -> bool:
    """Parquet → ogi.duckdb. Gives whether it was loaded anew."""
    return load(lake, manifest)
