"""Deletes what a lake keeps of its past and nothing needs any more: records of runs, the build before, what was set aside, Prefect's runs.

Never `raw/`, the history, corrections, what was read, the current star or the database.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from extract.fetch.night.collect import CollectBusy, Places, held
from flows import forgetting, quality, server
from transform.clock import run_order
from transform.lake import Lake, folders
from transform.sealed import MANIFEST, read_object

_RUN = re.compile(r"\d{8}T\d{6}\.\d{6}Z-\d+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
EVERY = sys.maxsize


class Pruned(NamedTuple):
    """One thing that was deleted, or would be: its name in the home, why, and the bytes that it takes; `bytes` is None where only
    deleting tells.
    """

    name: str
    why: str
    bytes: int | None


class PruneFailed(Exception):
    """The runs of a served Prefect could not be forgotten; the message says why. Everything else has been done."""


def prune(lake: Lake, keep: timedelta, dry_run: bool) -> Iterator[Pruned]:
    """Delete everything that is older than `keep` and not needed, each as it is told; with `dry_run`, tell only. The caller holds
    the lake, and its home against collecting. Raises OSError, PruneFailed.
    """
    before = datetime.now(UTC) - keep
    places = Places(lake.home)
    for path, why in [*_runs(lake, before), *_builds(lake, before), *_damaged(lake, before)]:
        told = Pruned(str(path.relative_to(lake.home)), why, size(path))
        if not dry_run:
            with lake.scratch() as aside:  # in one step; what is killed halfway is swept by the next run
                path.rename(aside / path.name)
        yield told
    for home in (lake.runs / "prefect", places.prefect):
        yield from _temporary(lake, home, dry_run)
    yield from _served(lake, places.served_prefect, keep, dry_run)


def _runs(lake: Lake, before: datetime) -> Iterator[tuple[Path, str]]:
    """Records of runs, but for the last one, the last that can be read, and those that the next comparison of quality is made with."""
    runs = sorted(
        (folder for folder in folders(lake.runs) if _RUN.fullmatch(folder.name)), key=lambda run: run_order(run.name)
    )
    past = quality.history(lake, EVERY)
    builds = {past[-1][1]["build"]} if past else set()
    if manifest := lake.star_manifest():
        builds.add(manifest["build_id"])
    compared = [quality.before(past, build) for build in builds]
    readable = [run.name for run in runs if read_object(run / "run.json") is not None]
    needed = (
        {run.name for run in runs[-1:]} | set(readable[-1:]) | {run for run, _ in [*past[-1:], *filter(None, compared)]}
    )
    for run in runs:
        if run.name[:15] < f"{before:%Y%m%dT%H%M%S}" and run.name not in needed:
            yield run, "a run's record"


def _builds(lake: Lake, before: datetime) -> Iterator[tuple[Path, str]]:
    """The build before, where the current one has stood for so long."""
    if lake.star_manifest() is None:
        return
    current = lake.star.resolve()
    if datetime.fromtimestamp((current / MANIFEST).stat().st_mtime, UTC) < before:
        for build in folders(lake.builds):
            if build.resolve() != current:
                yield build, "the star before the current one"


def _damaged(lake: Lake, before: datetime) -> Iterator[tuple[Path, str]]:
    for day in folders(lake.damaged):
        if _DAY.fullmatch(day.name) and day.name < f"{before:%Y-%m-%d}":
            yield day, "set aside as damaged, and made again since"


def _temporary(lake: Lake, home: Path, dry_run: bool) -> Iterator[Pruned]:
    """The database of servers that live as long as one run: the next one has a new one."""
    files = sorted(home.glob("prefect.db*"))
    if not files:
        return
    told = Pruned(
        str(home.relative_to(lake.home) / "prefect.db"), "what Prefect kept of the last run", sum(map(size, files))
    )
    if not dry_run:
        for mark in home.glob("database-of-*"):
            mark.unlink()  # first: a database without is made anew
        for file in files:
            file.unlink()
    yield told


def _served(lake: Lake, home: Path, keep: timedelta, dry_run: bool) -> Iterator[Pruned]:
    """Old runs in the database of `ogi serve`, which keeps its schedule."""
    database = home / "prefect.db"
    if not database.exists() or not any(home.glob("database-of-*")) or server.damage(home) is not None:
        return  # `ogi serve` sees to it
    name = str(database.relative_to(lake.home))
    try:
        with held(home):
            count = forgetting.old_runs(database, keep)
            if not count:
                return
            why = f"{count:,} runs by the clock, of the schedule's past"
            if dry_run:
                yield Pruned(name, why, None)
                return
            was = sum(map(size, home.glob("prefect.db*")))
            _forget(home, keep)
            yield Pruned(name, why, max(0, was - sum(map(size, home.glob("prefect.db*")))))
    except CollectBusy:
        return  # it is being served, and forgets by itself


def _forget(home: Path, keep: timedelta) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-P", forgetting.__file__, str(home / "prefect.db")],
        env={**kept, **server.QUIET, "PREFECT_HOME": str(home), server.RETENTION: str(keep.total_seconds())},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise PruneFailed(
            f"{home / 'prefect.db'}: old runs could not be deleted ({said[-1] if said else done.returncode})."
        )


def size(path: Path) -> int:
    """The bytes of a file, or of all files in a folder; links are not followed."""
    if path.is_symlink() or not path.is_dir():
        return path.lstat().st_size
    return sum(file.lstat().st_size for file in path.rglob("*") if file.is_symlink() or not file.is_dir())
