"""Reading many documents in processes of their own, so that a document costs the run at most itself.

Each worker has at most one document that it is reading and one that waits. So when a worker dies (a crash in native
code, memory exhausted) or outlives its time, it is known which document did it: that one is read once more, alone in
a worker, and becomes `unreadable` if it happens again; all others are read as if nothing had been.
"""

from __future__ import annotations

import resource
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import NamedTuple, Protocol

from extract import extract_document, files
from extract.model import Extraction, RawDocument

Read = Callable[[RawDocument, float | None], Extraction]

AHEAD = 2  # one being read, one waiting: the worker need not wait for us
GRACE_SECONDS = 5.0  # the reader's own alarm comes first; this is for native code that no alarm reaches
START_SECONDS = 60.0


class Stored(NamedTuple):
    """A document to read: where its bytes stand, and what it is called.

    `sha256` None: a file as it was given, whose hash nobody has taken yet.
    """

    file: str
    path: str
    sha256: str | None = None
    source_url: str | None = None


class WorkersFailed(Exception):
    """The worker processes do not start, whatever they are given to read."""


class _Process(Protocol):
    @property
    def sentinel(self) -> int: ...
    @property
    def exitcode(self) -> int | None: ...
    def kill(self) -> None: ...
    def join(self, timeout: float | None = None) -> None: ...


@dataclass(slots=True)
class _Worker:
    process: _Process
    pipe: Connection
    deadline: float
    ready: bool = False
    tasks: deque[int] = field(default_factory=deque)  # positions in the batch; the first is being read


class Workers:
    """`count` processes that read documents; `seconds` and `megabytes` bound each. Use it in a `with`.

    `read` is what they read with: any picklable function. Threads may share one `Workers`; their batches take turns.
    """

    def __init__(self, count: int, seconds: float = 60.0, megabytes: int = 3072, read: Read = extract_document) -> None:
        self._count, self._seconds, self._megabytes, self._read = count, seconds, megabytes, read
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["extract.pipeline"])
        self._workers: list[_Worker] = []
        self._turn = threading.Lock()
        self._closed = False

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
                answer = self._answer(worker)
                if isinstance(answer, Extraction):
                    results[worker.tasks.popleft()] = answer
                    worker.deadline = self._deadline()
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
            arguments = (theirs, self._read, self._seconds, self._megabytes)
            process = self._context.Process(target=_serve, args=arguments, daemon=True, name="ogi-reader")
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
        return time.monotonic() + self._seconds + GRACE_SECONDS

    def _next(self) -> list[_Worker]:
        """The workers that have answered, died, or are past their time; waits for the first."""
        busy = [worker for worker in self._workers if worker.tasks]
        patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
        handles: list[Connection | int] = [h for w in busy for h in (w.pipe, w.process.sentinel)]
        told = set(wait(handles, patience))
        now = time.monotonic()
        return [w for w in busy if w.pipe in told or w.process.sentinel in told or now > w.deadline]

    def _answer(self, worker: _Worker) -> Extraction | str | None:
        """An extraction; None for "ready"; or, of a worker that is no more, what became of it."""
        if not worker.pipe.poll() and time.monotonic() > worker.deadline:
            return f"reading it took longer than {self._seconds:g} seconds"
        try:
            answer: Extraction | None = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(GRACE_SECONDS)
            return f"reading it ended its process ({_cause(worker.process.exitcode)})"
        if answer is None:
            worker.ready, worker.deadline = True, self._deadline()
        return answer

    def _lost(
        self, worker: _Worker, cause: str, suspects: set[int], documents: Sequence[Stored]
    ) -> dict[int, Extraction]:
        """End a worker; the result of the document that it was reading, unless that is to be tried once more."""
        self._end(worker)
        self._workers.remove(worker)
        if not worker.ready:
            raise WorkersFailed(f"A worker process did not start: {_cause(worker.process.exitcode)}.")
        culprit = worker.tasks[0]
        if culprit not in suspects and "longer than" not in cause:
            suspects.add(culprit)
            return {}
        document = documents[culprit]
        return {culprit: _unreadable(document, document.sha256, cause)}

    def _end(self, worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join(GRACE_SECONDS)
        worker.pipe.close()


def _cause(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return signal.Signals(-exitcode).name
    return f"exit status {exitcode}"


def _unreadable(document: Stored, sha256: str | None, reason: str) -> Extraction:
    return Extraction(document.path, sha256, None, "unreadable", reason, source_url=document.source_url)


def _serve(pipe: Connection, read: Read, seconds: float, megabytes: int) -> None:
    """A worker's life: documents in, extractions out, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends its workers
    bound = megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):  # the run is over
        pipe.send(None)
        while not _is_worn(bound):
            pipe.send(_read_stored(pipe.recv(), read, seconds))


def _is_worn(bound: int) -> bool:
    """Whether what libraries have kept of earlier documents may soon cost a later one its memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > bound // 2


def _read_stored(document: Stored, read: Read, seconds: float) -> Extraction:
    is_stored = document.sha256 is not None
    # what is stored has passed the limit of its lake
    raw = files.read(files.GivenFile(document.file, document.path), sys.maxsize if is_stored else files.MAX_BYTES)
    if isinstance(raw, files.LeftOut):
        if is_stored:
            return _unreadable(document, None, f"its stored copy is lost: {raw.reason}")
        return Extraction(document.path, raw.sha256, None, "unreadable", raw.reason, bytes=raw.bytes)
    if is_stored and raw.sha256 != document.sha256:
        return _unreadable(document, None, "its stored copy is damaged; remove it and give the file again")
    return read(RawDocument(document.path, raw.sha256, raw.content, document.source_url), seconds)
