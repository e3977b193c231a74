"""Reading pages in processes of their own, so that a page costs the night at most its own reading.

Parsers of native code cannot be stopped from a thread beside them. Here the system ends the process that reads once a page
has used up its processor time, and the page fails with that reason; the next page gets a new process.
"""

from __future__ import annotations

import resource
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar, cast

from extract import watch
from extract.failing import cause
from extract.fetch.http.errors import Failed
from extract.outside import whole
from extract.workers import start_server

PAGES = 2_000  # that one process reads: what libraries keep of them may grow
MEGABYTES = 2_048  # of one process
GRACE_SECONDS = 5.0

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Reader:
    process: Any
    pipe: Connection
    pages: int = 0

    def end(self) -> None:
        self.process.kill()
        self.process.join(GRACE_SECONDS)
        self.pipe.close()


class Apart:
    """Up to one process for each processor; each call may take `seconds` of processor time. Use it in a `with`.

    Threads may share it: a call waits for a process that is free.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._context = get_context("forkserver")
        # the server is shared with those that read documents later in the night
        self._context.set_forkserver_preload(["extract.pipeline", "extract.fetch.night.crawl"])
        self._idle: SimpleQueue[_Reader] = SimpleQueue()
        self._free = threading.BoundedSemaphore(watch.cores())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Empty):
            while True:
                self._idle.get_nowait().end()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function of a module gives for arguments that can be pickled. Raises Failed: it raised something, took
        too long, or ended its process; the reason says which.
        """
        with self._free:
            reader = self._reader()
            try:
                reader.pipe.send((function, args, kwargs))
                if not reader.pipe.poll(watch.wall_seconds(self._seconds)):
                    raise Failed(f"reading it had not ended after {watch.wall_seconds(self._seconds):g} s on the clock")
                is_well, given = reader.pipe.recv()
            except (EOFError, OSError):
                reader.process.join(GRACE_SECONDS)
                raise Failed(self._ended(reader.process.exitcode)) from None
            except BaseException:
                reader.end()
                raise
            reader.pages += 1
            if reader.pages < PAGES:
                self._idle.put(reader)
            else:
                reader.end()
        if not is_well:
            raise Failed(given)
        return cast("T", given)

    def _reader(self) -> _Reader:
        """A process that waits; one that something has ended meanwhile is passed over."""
        with suppress(Empty):
            while True:
                reader = self._idle.get_nowait()
                if reader.process.is_alive():
                    return reader
                reader.end()
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._seconds), daemon=True, name="ogi-page")
        start_server()
        process.start()
        theirs.close()
        return _Reader(process, ours)

    def _ended(self, code: int | None) -> str:
        if code == -signal.SIGPROF:
            return f"reading it took more than {self._seconds:g} s of processor time"
        return f"reading it ended its process ({cause(code)})"


def _serve(pipe: Connection, seconds: float) -> None:
    """A process's life: calls in, results out, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the night, which ends its processes
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends this process, whatever native code it is in
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):  # the night is over
        while True:
            function, args, kwargs = pipe.recv()
            signal.setitimer(signal.ITIMER_PROF, seconds)
            try:
                answer = (True, function(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 -- told as the reason for which this page gives nothing
                answer = (False, f"reading it failed: {type(error).__name__}: {whole(str(error))[:200]}")
            signal.setitimer(signal.ITIMER_PROF, 0)
            pipe.send(answer)
