"""Reading many documents in processes of their own, so that a document costs the run at most itself.

Each worker has at most one document that it is reading and one that waits. So when a worker dies while it reads (a crash
in native code, memory exhausted), it is known which document did it: that one is read once more, alone in a worker, and
becomes `unreadable` if it happens again; all others are read as if nothing had been. A worker that ends itself, because
it has grown, says farewell first: then no document is to blame.

Time is counted here, not in the worker: the processor time of the worker and its children since it began the document, or
the page of a scan; what loads models is not charged. What used more than its limit is ended, and an answer that took more
comes too late, so that it does not matter how soon this process gets to look. Where the system does not tell what another
process has used (no /proc), the worker counts its own time with an alarm.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection, wait
from typing import NamedTuple, Protocol

from extract import extract_document, procfs, watch
from extract.failing import cause
from extract.model import Category, Extraction
from extract.outcomes import LIMITS
from extract.serving import Note, Read, Stored, serve, unreadable

AHEAD = 2  # one being read, one waiting: the worker need not wait for us
GRACE_SECONDS = 5.0  # for a process that was ended to be gone
START_SECONDS = 600.0  # on the clock: a machine that does other work starts processes late
LEAST_WAIT = 0.02  # seconds between two looks at a worker that is close to its limit
SAFE_PATH = "PYTHONSAFEPATH"
_STARTING = threading.Lock()  # the environment is the whole process's, and threads may start workers at the same time
MAX_LOSSES = 20  # workers that are lost one after another while they read nothing

__all__ = ["Stored", "Workers", "WorkersFailed", "start_server"]


class WorkersFailed(Exception):
    """The worker processes do not start, whatever they are given to read."""


class _Process(Protocol):
    @property
    def pid(self) -> int | None: ...
    @property
    def sentinel(self) -> int: ...
    @property
    def exitcode(self) -> int | None: ...
    def kill(self) -> None: ...
    def join(self, timeout: float | None = None) -> None: ...


class _Lost(NamedTuple):
    """What became of a worker that is no more. `reason` None: nothing that a document has done."""

    reason: str | None
    category: Category = "damaged"
    is_final: bool = False  # reading the document again would end the same way


@dataclass(slots=True)
class _Worker:
    """`since`: the processor time that it had used when what is counted began; `loading`: the same, while it loads; `begun`: when
    it was heard to begin. `sha256`: of the document that it is reading.
    """

    process: _Process
    pipe: Connection
    deadline: float
    ready: bool = False
    reading: bool = False
    since: float = 0.0
    begun: float = 0.0
    loading: float | None = None
    sha256: str | None = None
    tasks: deque[int] = field(default_factory=deque)  # positions in the batch; the first is being read

    def hear(self, note: Note) -> None:
        """Keep the account of what the worker says."""
        if note.what in ("begun", "page"):
            self.reading, self.since, self.loading, self.begun = True, note.used, None, time.monotonic()
            self.sha256 = note.sha256 or self.sha256
        elif note.what == "loading":
            self.loading = note.used
        elif note.what == "loaded" and self.loading is not None:
            self.since += note.used - self.loading
            self.loading = None
        elif note.what == "done":
            self.reading, self.sha256 = False, None

    def charged(self) -> float:
        """The processor seconds that count so far."""
        if not self.reading or self.loading is not None or self.process.pid is None:
            return 0.0
        return (procfs.processor_seconds(self.process.pid) or 0.0) - self.since


class Workers:
    """`count` processes that read documents; `seconds` of processor time and `megabytes` bound each. Use it in a `with`.

    `cores`: so many they share; None: all of the machine. `read` is what they read with: any picklable function. Threads may share one `Workers`; their batches take turns.
    """

    def __init__(
        self,
        count: int,
        seconds: float = 60.0,
        megabytes: int = 3072,
        read: Read = extract_document,
        cores: int | None = None,
    ) -> None:
        self._cores = cores or watch.cores()
        self._count, self._seconds, self._megabytes, self._read = count, seconds, megabytes, read
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["extract.pipeline"])
        self._workers: list[_Worker] = []
        self._turn = threading.Lock()
        self._closed = False
        self._losses = 0

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes at once; what they were reading is lost."""
        self._closed = True
        for worker in self._workers:
            self._end(worker)
        self._workers = []

    def read(self, documents: Sequence[Stored], done: Callable[[int], None] = lambda _: None) -> list[Extraction]:
        """What each document gave, in the order given. `done` is called with the number of those just finished.

        A document whose stored bytes are gone or changed gives an Extraction without a hash. Raises WorkersFailed.
        """
        with self._turn:
            return self._read_batch(documents, done)

    def _read_batch(self, documents: Sequence[Stored], done: Callable[[int], None]) -> list[Extraction]:
        results: dict[int, Extraction] = {}
        suspects: set[int] = set()
        queue = deque(range(len(documents)))
        while len(results) < len(documents):
            self._staff(min(self._count, len(documents) - len(results)))
            for worker in self._workers:
                self._feed(worker, queue, suspects, documents)
            before = len(results)
            for worker in self._next():
                answer = self._answer(worker, documents)
                if isinstance(answer, Extraction):
                    results[worker.tasks.popleft()] = answer
                    self._losses = 0
                elif answer is not None:
                    lost = self._lost(worker, answer, suspects, documents)
                    results.update(lost)
                    queue.extendleft(n for n in reversed(worker.tasks) if n not in lost)
            done(len(results) - before)
        return [results[n] for n in range(len(documents))]

    def _staff(self, count: int) -> None:
        while len(self._workers) < count:
            if self._closed:
                raise WorkersFailed("The workers were closed while documents were being read.")
            ours, theirs = self._context.Pipe()
            threads = max(1, self._cores // self._count)
            arguments = (theirs, self._read, self._seconds, self._megabytes, threads)
            process = self._context.Process(target=serve, args=arguments, daemon=True, name="ogi-reader")
            start_server()
            process.start()
            theirs.close()
            self._workers.append(_Worker(process, ours, time.monotonic() + START_SECONDS))

    def _feed(self, worker: _Worker, queue: deque[int], suspects: set[int], documents: Sequence[Stored]) -> None:
        """Give a worker its next documents. One under suspicion goes alone."""
        while queue and len(worker.tasks) < AHEAD:
            alone = queue[0] in suspects or any(n in suspects for n in worker.tasks)
            if alone and worker.tasks:
                return
            if not worker.tasks and worker.ready:
                worker.deadline = self._deadline()
            position = queue.popleft()
            worker.tasks.append(position)
            with suppress(OSError):  # it has died: the next look at it says so
                worker.pipe.send(documents[position])

    def _deadline(self) -> float:
        return time.monotonic() + watch.wall_seconds(self._seconds) + GRACE_SECONDS

    def _next(self) -> list[_Worker]:
        """The workers that have said something, died, or are past their time; waits for the first."""
        busy = [worker for worker in self._workers if worker.tasks]
        handles: list[Connection | int] = [h for w in busy for h in (w.pipe, w.process.sentinel)]
        told = set(wait(handles, max(0.0, min(map(self._patience, busy)))))
        return [w for w in busy if w.pipe in told or w.process.sentinel in told or self._over(w) is not None]

    def _patience(self, worker: _Worker) -> float:
        """How long a worker cannot be past its time: it uses up what is left no faster than with all processors."""
        left = worker.deadline - time.monotonic()
        if worker.reading and worker.loading is None and procfs.is_there():
            left = min(left, max(LEAST_WAIT, (self._seconds - self._used(worker)) / watch.cores()))
        return left

    def _used(self, worker: _Worker) -> float:
        """The processor seconds that count so far. The system is only asked once all processors could have used up the limit since
        the worker began: it costs more than a page.
        """
        most = (time.monotonic() - worker.begun) * watch.cores()
        return most if most < self._seconds else worker.charged()

    def _over(self, worker: _Worker) -> _Lost | None:
        """The limit that a worker is past, if it has not said anything that is still to be heard."""
        late = time.monotonic() > worker.deadline
        if not late and self._used(worker) <= self._seconds:
            return None
        if worker.pipe.poll():  # asked after the measuring: a page that began before it was told before it
            return None
        reason = watch.wall_reason(self._seconds) if late else watch.time_reason(self._seconds)
        return _Lost(reason, LIMITS, is_final=True)

    def _answer(self, worker: _Worker, documents: Sequence[Stored]) -> Extraction | _Lost | None:
        """An extraction; None for news of its work; or, of a worker that is no more, what became of it."""
        if not worker.pipe.poll() and (over := self._over(worker)) is not None:
            return over
        try:
            note: Note = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(GRACE_SECONDS)
            return self._died(worker)
        spent = note.used - worker.since if worker.reading and worker.loading is None else 0.0
        worker.hear(note)
        if note.what == "farewell":
            worker.process.join(GRACE_SECONDS)
            return _Lost(None)
        if note.what == "ready":
            worker.ready = True
        worker.deadline = self._deadline()
        if note.what in ("page", "done") and spent > self._seconds:
            worker.sha256 = note.extraction.sha256 if note.extraction else worker.sha256
            return _Lost(watch.time_reason(self._seconds), LIMITS, is_final=True)
        return note.extraction

    def _died(self, worker: _Worker) -> _Lost:
        if worker.ready and not worker.reading:
            return _Lost(None)
        code = worker.process.exitcode
        if code == -signal.SIGKILL:
            return _Lost(
                "reading it ended its process: it was killed, by the system for want of memory or by somebody", LIMITS
            )
        return _Lost(f"reading it ended its process ({cause(code)})")

    def _lost(
        self, worker: _Worker, lost: _Lost, suspects: set[int], documents: Sequence[Stored]
    ) -> dict[int, Extraction]:
        """End a worker; the result of the document that it was reading, unless that is to be tried once more."""
        self._end(worker)
        self._workers.remove(worker)
        if not worker.ready:
            raise WorkersFailed(f"A worker process did not start: {cause(worker.process.exitcode)}.")
        if lost.reason is None:
            self._losses += 1
            if self._losses > MAX_LOSSES:
                raise WorkersFailed(
                    f"{self._losses} worker processes ended one after another without reading anything."
                )
            return {}
        culprit = worker.tasks[0]
        if culprit not in suspects and not lost.is_final:
            suspects.add(culprit)
            return {}
        document = documents[culprit]
        return {culprit: unreadable(document, document.sha256 or worker.sha256, lost.reason, lost.category)}

    def _end(self, worker: _Worker) -> None:
        below = procfs.below(worker.process.pid) if worker.process.pid is not None else []
        worker.process.kill()
        for pid in below:  # a converter that it started would go on without it
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        worker.process.join(GRACE_SECONDS)
        worker.pipe.close()


def start_server() -> None:
    """Start the process that workers are forked from, if it is not there: it imports by name, and what lies in the working
    folder (`extract/`, `json.py`) is not what is meant.
    """
    with _STARTING:
        given = os.environ.get(SAFE_PATH)
        os.environ[SAFE_PATH] = "1"
        try:
            forkserver.ensure_running()
        finally:
            if given is None:
                del os.environ[SAFE_PATH]
            else:
                os.environ[SAFE_PATH] = given
