"""How far a run is, told to whoever watches: tasks advance a stage, the command line draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Watcher = Callable[[str, int, int | None], None]
"""(stage, newly done, total or None where it stands as it was)"""

_watchers: list[Watcher] = []


def advance(stage: str, done: int = 0, total: int | None = None) -> None:
    """Say that `done` more of a stage is done; `total` says how many there will be."""
    for watcher in _watchers:
        watcher(stage, done, total)


@contextmanager
def watching(watcher: Watcher) -> Iterator[None]:
    """Have `watcher` called for every advance in this process meanwhile, from whatever thread makes it."""
    _watchers.append(watcher)
    try:
        yield
    finally:
        _watchers.remove(watcher)
