"""The processor time that reading may take: of a document, or of a page of a scan. Loading models is charged to neither.

Processor time, because a machine that does other work makes everything slower and no document worse. In a worker the
parent counts it, for the worker and its children, and ends what goes beyond (`extract.workers`): it is told of each page
and of what loads. Elsewhere an alarm counts the time of this process; it can only go off in the main thread, between steps
of native code. What sleeps takes no processor time: a wall limit many times larger ends it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Literal

from extract.outcomes import OutOfTime

WALL_TIMES = 20
"""How many times the processor time may pass on the clock: a machine so busy gives a reader a twentieth of a core."""

Moment = Literal["page", "loading", "loaded"]

_tell: Callable[[Moment], None] | None = None
_seconds: float | None = None


def time_reason(seconds: float) -> str:
    """Why a document was ended by its processor time."""
    return f"reading it took more than {seconds:g} s of processor time (a document, or a page of a scan); --seconds gives more"


def wall_reason(seconds: float) -> str:
    """Why a document was ended by the clock."""
    return (
        f"reading it had not ended after {wall_seconds(seconds):g} s on the clock, {WALL_TIMES} times its processor time "
        f"of {seconds:g} s; --seconds gives more"
    )


def wall_seconds(seconds: float) -> float:
    """The seconds on the clock that go with so many of processor time."""
    return seconds * WALL_TIMES


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def allowed() -> float | None:
    """The processor time that the document being read may take; None where nothing bounds it."""
    return _seconds


def tells(tell: Callable[[Moment], None], seconds: float) -> None:
    """From now on somebody else counts: `tell` is called when a page begins, and around what loads."""
    global _tell, _seconds
    _tell, _seconds = tell, seconds


@contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Raise `OutOfTime` once so much processor time was used, in the main thread of a process that counts by itself."""
    global _seconds
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def out_of_time(number: int, _frame: FrameType | None) -> None:
        raise OutOfTime(time_reason(seconds) if number == signal.SIGPROF else wall_reason(seconds))

    before = {number: signal.signal(number, out_of_time) for number in (signal.SIGPROF, signal.SIGALRM)}
    outer, _seconds = _seconds, seconds
    _arm(seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _seconds = outer
        for number, handler in before.items():
            signal.signal(number, handler)


def _arm(seconds: float) -> None:
    # again and again: an exception in a destructor or a callback of native code is swallowed
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds(seconds), 1.0)


def page() -> None:
    """A page of a scan begins: it has the whole time for itself."""
    if _tell is not None:
        _tell("page")
    elif _seconds is not None and threading.current_thread() is threading.main_thread():
        _arm(_seconds)


@contextmanager
def loading() -> Iterator[None]:
    """What is done inside is charged to no document: models are loaded once for many."""
    if _tell is not None:
        _tell("loading")
        yield
        _tell("loaded")
        return
    left = signal.getitimer(signal.ITIMER_PROF)
    counts = left[0] > 0 and threading.current_thread() is threading.main_thread()
    if counts:
        signal.setitimer(signal.ITIMER_PROF, 0)
    try:
        yield
    finally:
        if counts:
            signal.setitimer(signal.ITIMER_PROF, *left)
