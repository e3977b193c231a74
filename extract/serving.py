"""A worker's side of reading: documents in through a pipe, and out what it does, what that cost, and what each gave.

What it says, `extract.workers` hears in another process: it keeps the account of the time.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from typing import Literal, NamedTuple

from extract import files, procfs, watch
from extract.inside import Member
from extract.model import Category, Extraction, RawDocument
from extract.outcomes import LIMITS, NO_MEMORY
from extract.packs import packed
from extract.read import ocr

NEW_OBJECTS = 10_000
"""After how many Python looks for cycles: after 700, as it does by itself, it goes through each page several times and finds none."""

Read = Callable[[RawDocument, float | None], Extraction]


class Stored(NamedTuple):
    """A document to read: where its bytes stand, and what it is called.

    `sha256` None: a file as it was given, whose hash nobody has taken yet. `inside`: archives of the store that hold it.
    """

    file: str
    path: str
    sha256: str | None = None
    source_url: str | None = None
    inside: tuple[Member, ...] = ()


class Note(NamedTuple):
    """What a worker says, and the processor time that it and its children have used until then."""

    what: Literal["ready", "begun", "page", "loading", "loaded", "done", "farewell"]
    used: float
    extraction: Extraction | None = None
    sha256: str | None = None  # of what it has begun to read


def unreadable(document: Stored, sha256: str | None, reason: str, category: Category) -> Extraction:
    """What there is to say of a document that could not be read."""
    return Extraction(document.path, sha256, None, "unreadable", reason, category, source_url=document.source_url)


def serve(pipe: Connection, read: Read, seconds: float, megabytes: int, threads: int) -> None:
    """A worker's life: documents in, extractions out, until the other end is closed or it has grown too large."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends its workers
    bound = megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ocr.bound_threads(threads)
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
    own: float | None = seconds
    if procfs.is_there():
        own = None
        watch.tells(lambda moment: pipe.send(Note(moment, _used())), seconds)
    with suppress(EOFError, OSError):  # the run is over
        pipe.send(Note("ready", _used()))
        while not _is_worn(bound):
            document: Stored = pipe.recv()
            try:
                found = _content(document)
            except MemoryError:
                found = unreadable(document, document.sha256, NO_MEMORY, LIMITS)
            if isinstance(found, RawDocument):
                pipe.send(Note("begun", _used(), sha256=found.sha256))
                try:
                    found = read(found, own)
                except MemoryError:
                    found = unreadable(document, found.sha256, NO_MEMORY, LIMITS)
            pipe.send(Note("done", _used(), found))
        pipe.send(Note("farewell", _used()))


def _used() -> float:
    """The processor time of this process and of its children that have ended; none goes on between two steps."""
    return sum(os.times()[:4])


def _is_worn(bound: int) -> bool:
    """Whether what libraries have kept of earlier documents may soon cost a later one its memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > bound // 2


def _content(document: Stored) -> RawDocument | Extraction:
    """The document's bytes; or, where they are not to be had, what there is to say of it."""
    if document.sha256 is not None:
        return _stored(document, document.sha256)
    raw = files.read(files.GivenFile(document.file, document.path))
    if isinstance(raw, files.LeftOut):
        return Extraction(document.path, raw.sha256, None, "unreadable", raw.reason, raw.category, bytes=raw.bytes)
    return RawDocument(document.path, raw.sha256, raw.content, document.source_url)


def _stored(document: Stored, sha256: str) -> RawDocument | Extraction:
    # what is stored has passed the limit of its lake
    raw = files.read(files.GivenFile(document.file, document.path), sys.maxsize)
    if isinstance(raw, RawDocument) and raw.sha256 == sha256:
        return RawDocument(document.path, sha256, raw.content, document.source_url)
    reason = "its stored copy is damaged: give the file again"
    if isinstance(raw, files.LeftOut):
        reason = f"its stored copy is lost: {raw.reason}"
    copies: list[Callable[[], bytes]] = [partial(packed, document.file, sha256)]
    for copy in [*copies, *(member.content for member in document.inside)]:
        try:
            return RawDocument(document.path, sha256, copy(), document.source_url)
        except OSError:
            continue
        except ValueError:
            reason = "its stored copy is damaged: give the file again"
    return unreadable(document, None, reason, "damaged")
