"""The steps of the main job as plain functions: they run with Prefect or without, and each can be run again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

from extract import archived, extractor_version
from extract.archives import members
from extract.fetch.archive import captures
from extract.fetch.archive.captures import Captured
from extract.fetch.night.collect import Places, Version, taken_in, waiting
from extract.fetch.night.history import History
from extract.files import GivenFile, LeftOut, find, read
from extract.inside import Member
from extract.model import RawDocument
from extract.raw_store import RawStore
from extract.workers import Stored, Workers
from flows.progress import advance
from transform.heal import heal
from transform.kept import Lost, keep
from transform.lake import Lake
from transform.parts import write_part
from transform.register import Intake, Waiting, pending, take_in

INTAKE_BATCH = 2_000  # each batch waits once for the disk
TAKING_IN, READING, BUILDING = "taking in", "reading", "building"

Found = GivenFile | LeftOut
T = TypeVar("T")


class Given(NamedTuple):
    """One file as it is known in the lake; `sha256` is None where it could not be opened."""

    path: str
    sha256: str | None


class Read(NamedTuple):
    """What reading a batch gave: documents by status, cells, findings, and those whose stored copy is damaged."""

    statuses: dict[str, int]
    cells: int
    findings: int
    damaged: list[Lost]


@lru_cache
def lake_at(home: str) -> Lake:
    """The lake of a home folder; the same one for all of this process, so that they share its lock."""
    return Lake(Path(home))


def look_through(lake: Lake) -> None:
    """Set aside what is damaged of the lake, so that this run makes it again (see `transform.heal`); needs the lake's lock."""
    archived.mend_lists(lake.raw_store)
    heal(lake, extractor_version())


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Consecutive lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def sendable(path: str) -> str:
    """The absolute path as a flow's parameter: Prefect takes JSON, so a name that is no UTF-8 goes as a file URI."""
    absolute = os.path.abspath(path)  # noqa: PTH100 -- a link stays named by its own name
    try:
        absolute.encode("utf-8")
    except UnicodeEncodeError:
        return Path(absolute).as_uri()
    return absolute


def _received(path: str) -> str:
    if not path.startswith("file:///"):
        return os.path.abspath(path)  # noqa: PTH100
    return os.fsdecode(unquote_to_bytes(path.removeprefix("file://")))


def found_in(paths: Iterable[str]) -> Iterator[list[Found]]:
    """All files that `paths` mean (see `sendable`), by their absolute names, in batches for `store_files`."""
    yield from batches(find(map(_received, paths)), INTAKE_BATCH)


def store_files(lake: Lake, found: Sequence[Found], max_bytes: int) -> list[Given]:
    """Take files into the raw store and the register; needs the lake's lock."""
    given = (read(item, max_bytes) if isinstance(item, GivenFile) else item for item in found)
    rows = [row for item in given for row in _store(lake, item)]
    take_in(lake, rows, datetime.now(UTC))
    return [Given(row.path, row.sha256) for row in rows]


def store_collected(lake: Lake) -> list[Given]:
    """Take the versions that were collected, and the captures that were imported, since the last time into the register; needs
    the lake's lock.

    Each stands under its address. Whatever ends this, nothing is taken in twice: the register passes over what an address
    had the last time.
    """
    places, given = Places(lake.home), list[Given]()
    if not places.history.exists():
        return given
    with History(places.history) as history:
        while versions := waiting(history, INTAKE_BATCH):
            rows = [row for version in versions for row in _store(lake, _collected(places.store(), version))]
            take_in(lake, rows, datetime.now(UTC))
            taken_in(history, versions)
            given += [Given(row.path, row.sha256) for row in rows]
        given += _store_captured(lake, places.store(), history)
    return given


def _store_captured(lake: Lake, store: RawStore, history: History) -> list[Given]:
    """Take what others captured into the register, each as of the moment of its capture: what an address gave later, whoever
    asked, stays what it gave last.
    """
    given = list[Given]()
    while found := captures.waiting(history, INTAKE_BATCH):
        rows = [(row, each.at) for each in found for row in _store(lake, _collected(store, each))]
        take_in(lake, [row for row, _ in rows], [at for _, at in rows])
        captures.taken_in(history, found)
        given += [Given(row.path, row.sha256) for row, _ in rows]
    return given


def _collected(store: RawStore, version: Version | Captured) -> RawDocument | LeftOut:
    origin = version.final_url if isinstance(version, Version) else version.url
    try:
        return RawDocument(version.url, version.sha256, store.get(version.sha256), origin)
    except (ValueError, FileNotFoundError):
        return LeftOut(version.url, "its stored bytes are damaged or missing: see `ogi verify`", version.sha256)


def _store(lake: Lake, raw: RawDocument | LeftOut) -> list[Intake]:
    """What a file is in the register: itself, or, of an archive, each document in it."""
    advance(TAKING_IN, 1)
    if isinstance(raw, LeftOut):
        return [registered(raw)]
    found = members(raw)
    archived.put(lake.raw_store, raw, found)
    return [registered(document) for document in found]


def registered(document: RawDocument | LeftOut) -> Intake:
    """A document as the register has it."""
    if isinstance(document, LeftOut):
        why = {"status": "unreadable", "reason": document.reason, "category": document.category}
        return Intake(document.name, document.sha256, document.bytes, **why)
    return Intake(document.path, document.sha256, len(document.content), document.source_url)


def unread(lake: Lake, batch_size: int, reread: str | None = None, order: str = "hash") -> Iterator[list[Waiting]]:
    """All documents of the lake that are to be read, whoever gave them, in batches: what this extractor has not read yet or
    could not for want of time, memory or room, and what is to be read again (see `transform.register.pending`).
    """
    found, whole = pending(lake, extractor_version(), batch_size, reread, order), 0
    for batch in found:
        whole += len(batch)
        advance(READING, 0, whole)
        yield batch


def read_batch(lake: Lake, workers: Workers, batch: Sequence[Waiting]) -> Read:
    """Read a batch of stored documents and keep what they gave; needs the lake's lock."""
    store = lake.raw_store
    store.bring([w.sha256 for w in batch])
    inside = {w.sha256: tuple(store.inside.find(w.sha256)) for w in batch}
    batch = sorted(batch, key=lambda w: _archive(inside[w.sha256]))  # the documents of an archive after one another
    stored = [Stored(str(store.path(w.sha256)), w.path, w.sha256, w.source_url, inside[w.sha256]) for w in batch]
    extractions = workers.read(stored, lambda count: advance(READING, count))
    # before what they gave is written: whatever ends this, no report is without a place
    for extraction in extractions:
        if extraction.sha256 is not None and extraction.status == "ok" and inside[extraction.sha256]:
            store.keep_by_itself(extraction.sha256)
    store.settle()
    whole = [extraction for extraction in extractions if extraction.sha256 is not None]
    damaged = [
        Lost(w.sha256, w.path, e.reason or "") for w, e in zip(batch, extractions, strict=True) if e.sha256 is None
    ]
    keep(lake, extractor_version(), damaged, datetime.now(UTC))
    if not whole:
        return Read({}, 0, 0, damaged)
    again = any(w.again for w in batch)
    part = write_part(lake, extractor_version(), whole, datetime.now(UTC), again)
    return Read(part.statuses, part.cells, part.findings, damaged)


def _archive(members: Sequence[Member]) -> str:
    return members[0].archive if members else ""
