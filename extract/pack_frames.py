"""Reads a pack whose list is damaged or gone: frame by frame from its beginning, each document told by the SHA-256 of its bytes.

A frame that cannot be read is passed over up to where the next one begins. What a pack holds belongs to its folder, so that a frame
whose document has another hash than the folder's first two digits (bytes that look like a frame, inside a damaged one) is none.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from extract.packs import ENTRY, MAGIC, SKIPPED, SKIPPED_MAGIC, TAIL

FRAME = (0xFD2FB528).to_bytes(4, "little")
CHUNK = 2**12  # little, as each byte of a frame that is none may stand for very many
MOST = 2**31  # bytes of one document: what a damaged frame says of its size is not believed beyond


class Found(NamedTuple):
    """One document in a pack: where its frame lies, how long it is, and how large the document."""

    sha256: str
    offset: int
    length: int
    size: int


class Frames(NamedTuple):
    """What is readable in a pack. `lost`: bytes before its list that belong to no whole document."""

    found: list[Found]
    lost: int


def frames(path: Path, prefix: str) -> Frames:
    """The whole documents of a pack in the folder of this prefix, as far as they can be told without its list. Raises OSError."""
    if path.stat().st_size == 0:
        return Frames([], 0)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        found = list(_walk(held, prefix))
        end = found[-1].offset + found[-1].length if found else 0
        read = sum(one.length for one in found)
        return Frames(found, end - read + (0 if _is_list(held, end) else len(held) - end))


def _walk(held: mmap.mmap, prefix: str) -> Iterator[Found]:
    place = 0
    while (place := held.find(FRAME, place)) >= 0:
        one = _document(held, place)
        if one is not None and one.sha256.startswith(prefix):
            yield one
            place += one.length
        else:
            place += 1


def _document(held: mmap.mmap, place: int) -> Found | None:
    """The document whose frame begins here; None if none does that is whole."""
    import zstandard

    try:
        size = zstandard.frame_content_size(held[place : place + 18])
        if not 0 <= size <= MOST:
            return None
        digest, got, at = hashlib.sha256(), 0, place
        reading = zstandard.ZstdDecompressor().decompressobj()
        while not reading.eof:
            part = held[at : at + CHUNK]
            if not part:
                return None
            content: bytes = reading.decompress(part)
            digest.update(content)
            got += len(content)
            at += len(part)
            if got > size:
                return None
        if got != size:
            return None
        return Found(digest.hexdigest(), place, at - len(reading.unused_data) - place, size)
    except zstandard.ZstdError:
        return None


def _is_list(held: mmap.mmap, place: int) -> bool:
    """Whether what is left from here on is the list that ends a pack, damaged or cut, or nothing."""
    rest = len(held) - place
    if rest == 0:
        return True
    if rest >= SKIPPED.size and SKIPPED.unpack(held[place : place + SKIPPED.size])[0] == SKIPPED_MAGIC:
        return True
    tail = held[len(held) - TAIL.size :]
    return tail.endswith(MAGIC) and TAIL.unpack(tail)[1] * ENTRY.size + TAIL.size + SKIPPED.size == rest
