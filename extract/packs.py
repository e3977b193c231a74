"""Packs of the raw store: many documents in one file, each found by its SHA-256 and read without unpacking the others.

A pack is a stream of zstd: a frame for each document, in the order of their hashes, then a frame that every reader of zstd passes over.
In that stand, for each document, its hash, where its frame lies, how long it is, the document's size and when it was stored; at its very
end how many there are and the SHA-256 of them all. So `zstd -dc` gives back what is in a pack whose list is lost.

A pack stands beside where its documents stood, `ab/packed/<SHA-256 of the pack>.pack`, and is never changed: in a folder of its own, so
that what comes as files does not make it be listed again.
"""

from __future__ import annotations

import hashlib
import os
import struct
import threading
import weakref
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

FOLDER = "packed"
SUFFIX = ".pack"
REST = ".rest"
"""What is left of a pack in which documents could not be read, once those that could stand in another."""
SKIPPED = struct.Struct("<II")  # how a frame begins that is passed over, and its length
SKIPPED_MAGIC = 0x184D2A5E
ENTRY = struct.Struct("<32sQIIq")
TAIL = struct.Struct("<32sI8s")
MAGIC = b"OGIPACK1"
MOST_OPEN = 192
WINDOW = 256
"""So many documents of a list are looked at first; of 10,000 in a pack it is nearly always among them."""

_own = threading.local()  # a decompressor cannot be shared between threads, and costs as much as a page


class PackDamaged(ValueError):
    """A file that is no whole pack; the message goes on from its name."""


class Entry(NamedTuple):
    """One document of a pack. `length`: of its frame; `written`: when it was stored, in nanoseconds since 1970."""

    sha256: bytes
    offset: int
    length: int
    size: int
    written: int


class Pack:
    """One pack, open to be read; it may be moved or deleted meanwhile. Raises PackDamaged, FileNotFoundError.

    Threads may share it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._handle)  # another thread may be reading what is no longer kept open
        self.bytes = os.fstat(self._handle).st_size
        tail = os.pread(self._handle, TAIL.size, max(0, self.bytes - TAIL.size))
        if len(tail) < TAIL.size or not tail.endswith(MAGIC):
            raise PackDamaged("is no whole pack: it does not end as one")
        self._sum, self.count, _ = TAIL.unpack(tail)
        self._list = self.bytes - TAIL.size - self.count * ENTRY.size
        if self._list < SKIPPED.size:
            raise PackDamaged("is no whole pack: its list is longer than it")

    def find(self, sha256: str) -> Entry | None:
        """Where a document stands in it."""
        wanted = bytes.fromhex(sha256)
        # hashes lie evenly: it stands near where it would if they lay quite so, in a window that one look at the disk gives
        near = int.from_bytes(wanted[1:5]) * self.count >> 32
        low = max(0, min(near - WINDOW // 2, self.count - WINDOW))
        for first, count in ((low, min(WINDOW, self.count)), (0, self.count)):
            window = os.pread(self._handle, count * ENTRY.size, self._list + first * ENTRY.size)
            place = bisect_left(
                range(len(window) // ENTRY.size), wanted, key=lambda n: window[n * ENTRY.size : n * ENTRY.size + 32]
            )
            if window[place * ENTRY.size :].startswith(wanted):
                return Entry(*ENTRY.unpack_from(window, place * ENTRY.size))
            if 0 < place < count or count == self.count:
                return None  # between two that it would stand between
        return None

    def frame(self, entry: Entry) -> bytes:
        """A document as it stands in the pack. Raises ValueError where it lies outside."""
        if entry.offset + entry.length > self._list:
            raise ValueError(f"{self.path} has a damaged list")
        return os.pread(self._handle, entry.length, entry.offset)

    def content(self, entry: Entry) -> bytes:
        """A document's bytes. Raises ValueError where they are damaged."""
        import zstandard

        frame = self.frame(entry)
        try:
            # what the frame says of its size is what is set aside for it
            if zstandard.frame_content_size(frame) != entry.size:
                raise ValueError(f"the stored document {entry.sha256.hex()} is damaged")
            if (decompressor := getattr(_own, "decompressor", None)) is None:
                decompressor = _own.decompressor = zstandard.ZstdDecompressor()
            content: bytes = decompressor.decompress(frame)
        except zstandard.ZstdError as error:
            raise ValueError(f"the stored document {entry.sha256.hex()} is damaged ({error})") from error
        if hashlib.sha256(content).digest() != entry.sha256:
            raise ValueError(f"the stored document {entry.sha256.hex()} is damaged")
        return content

    def entries(self) -> list[Entry]:
        """All documents, by hash. Raises PackDamaged where the list is not what was written."""
        listed = os.pread(self._handle, self.count * ENTRY.size, self._list)
        if hashlib.sha256(listed).digest() != self._sum:
            raise PackDamaged("has a damaged list of its documents")
        return [Entry(*fields) for fields in ENTRY.iter_unpack(listed)]


def ending(entries: list[Entry]) -> bytes:
    """What ends a pack of these documents, which are sorted."""
    listed = b"".join(ENTRY.pack(*entry) for entry in entries)
    tail = TAIL.pack(hashlib.sha256(listed).digest(), len(entries), MAGIC)
    return SKIPPED.pack(SKIPPED_MAGIC, len(listed) + len(tail)) + listed + tail


class Packs:
    """The packs of a store, by the first two digits of the hashes in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: OrderedDict[Path, Pack] = OrderedDict()
        self._listed: dict[str, tuple[int, list[Path]]] = {}
        self._turn = threading.Lock()

    def of(self, prefix: str) -> Iterator[Pack]:
        """The packs of one folder that can be opened; the others are `damaged`."""
        for path in self._paths(prefix):
            with suppress(PackDamaged, FileNotFoundError):
                yield self._opened(path)

    def damaged(self, prefix: str) -> Iterator[tuple[Path, str]]:
        """The packs of one folder that are not what was written, each with what is wrong."""
        for path in self._paths(prefix):
            try:
                Pack(path).entries()
            except PackDamaged as error:
                yield path, f"{error}; `ogi pack` reads its documents and writes them with a new list"
        for path in sorted(Path(self._folder, prefix, FOLDER).glob(f"*{REST}")):
            yield (
                path,
                "is the rest of a pack, with documents that cannot be read: once they were given again, delete it",
            )

    def find(self, sha256: str) -> Iterator[tuple[Pack, Entry]]:
        """Everywhere a document stands."""
        for pack in self.of(sha256[:2]):
            if (entry := pack.find(sha256)) is not None:
                yield pack, entry

    def get(self, sha256: str) -> bytes:
        """A document's bytes. Raises ValueError if each copy is damaged, FileNotFoundError if there is none."""
        damaged: ValueError | None = None
        for is_last_look in (False, True):
            for pack, entry in self.find(sha256):
                try:
                    return pack.content(entry)
                except ValueError as error:
                    damaged = error
            if not is_last_look:  # a pack may have come within one tick of the clock that files are dated by
                self._listed.pop(sha256[:2], None)
        raise damaged or FileNotFoundError(f"no document {sha256} is stored")

    def _paths(self, prefix: str) -> list[Path]:
        folder = f"{self._folder}/{prefix}/{FOLDER}"  # strings: this runs for every document that is read
        try:
            changed = os.stat(folder).st_mtime_ns  # noqa: PTH116
            known = self._listed.get(prefix)
            if known is None or known[0] != changed:
                found = sorted(Path(folder, name) for name in os.listdir(folder) if name.endswith(SUFFIX))  # noqa: PTH208
                known = self._listed[prefix] = (changed, found)
        except FileNotFoundError:
            return []
        return known[1]

    def _opened(self, path: Path) -> Pack:
        with self._turn:
            if (pack := self._open.get(path)) is None:
                pack = self._open[path] = Pack(path)
                if len(self._open) > MOST_OPEN:
                    self._open.popitem(last=False)
            return pack


@lru_cache
def _packs(folder: Path) -> Packs:
    return Packs(folder)


def packed(place: str, sha256: str) -> bytes:
    """The bytes of a document that does not stand at its `place` in a store (`raw/ab/<sha256>`). Raises as `Packs.get`."""
    return _packs(Path(place).parent.parent).get(sha256)
