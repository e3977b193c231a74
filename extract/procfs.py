"""What Linux tells in /proc of another process and all below it: the processor time that they used, and which they are."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def is_there() -> bool:
    """Whether the system tells: elsewhere a reader must count its own time, and nobody counts that of its children."""
    return (_PROC / "self" / "stat").exists() and (_PROC / "self" / "task").exists()


def processor_seconds(pid: int) -> float | None:
    """User and system time of a process, of its children that have ended, and of those that go on. None: it is gone."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
        tasks = list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return None
    # the name in brackets may hold anything; of what follows: utime, stime, cutime, cstime
    ticks = sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK") + sum(processor_seconds(child) or 0.0 for child in _children(tasks))


def below(pid: int) -> list[int]:
    """The processes that a process has started and that go on, and those that they started."""
    try:
        tasks = list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return []
    children = _children(tasks)
    return [*children, *(deeper for child in children for deeper in below(child))]


def _children(tasks: list[Path]) -> list[int]:
    found: list[int] = []
    for task in tasks:
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:  # the thread has ended
            continue
    return found
