"""Whether a lake is as it was left: everything derived and every release against its hashes, clocks, room and rights."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

from extract import extractor_version
from flows import releasing
from transform import clock
from transform.heal import damages, missing_register
from transform.lake import Lake, LakeBusy, folders

LEAST_FREE = 2**30


class Checked(NamedTuple):
    """`damaged`: derived things, a line each, which `ogi verify --repair` makes again. `releases`: those that are damaged, which
    nothing makes again. `noticed`: what a person has to see to.
    """

    damaged: list[str]
    releases: list[str]
    noticed: list[str]


def checked(lake: Lake, wait_seconds: float) -> Checked:
    """Look through a lake, held against runs meanwhile where this user may write; nothing is changed."""
    if not lake.home.is_dir():
        return Checked([], [], [])
    noticed, releases = list(_surroundings(lake)), list(_releases(lake))
    is_ours = os.access(lake.home, os.W_OK)
    with ExitStack() as held:
        if is_ours:
            try:
                held.enter_context(lake.lock(wait_seconds))
            except LakeBusy as busy:
                return Checked([], releases, [*noticed, f"what is derived was not looked at: {busy}"])
        damaged = [
            f"{damage.path.relative_to(lake.home)} {damage.why}" for damage in damages(lake, extractor_version())
        ]
        damaged += [f"intake/{name} is missing" for name in missing_register(lake)]
        noticed += lake.healed
        lake.healed = []
        if is_ours and not damaged:
            noticed += clock.ahead(lake, extractor_version())
    return Checked(damaged, releases, noticed)


def _releases(lake: Lake) -> Iterator[str]:
    for folder in folders(lake.releases):
        if (what := releasing.damage(folder)) is not None:
            place = folder.relative_to(lake.home)
            yield f"{place}: {what} is damaged or lost. A release is never made again: put back a copy, or remove {place} and make another."


def _surroundings(lake: Lake) -> list[str]:
    found = []
    free = shutil.disk_usage(lake.home).free
    whole = lake.database.stat().st_size if lake.database.is_file() else 0
    if free < max(LEAST_FREE, 3 * whole):
        found.append(f"{free / 2**30:.1f} GB are free on the disk of {lake.home}: make room before the next run.")
    folders = (lake.home, lake.raw, lake.intake, lake.extracted, lake.builds, lake.runs)
    found += [
        f"{folder} cannot be written: give rights to it before the next run."
        for folder in folders
        if folder.exists() and not os.access(folder, os.W_OK)
    ]
    return found
