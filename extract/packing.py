"""Moves documents of the raw store, which are files by themselves, into packs (`extract.packs`).

A pack is written aside, made durable, read back whole and compared, and only then moved into place; only after that go the files
whose documents it has. Whatever ends this at whatever moment, every document stands somewhere, at worst twice, and the next time
what stands twice goes. A document that is damaged is left where it is.

A pack whose list is damaged or gone is read frame by frame (`pack_frames.py`) and written again with a new list. What is left of one
in which documents could not be read stays beside the packs, by the name of `REST`, for whoever can give them again.

Packs of a folder that are small beside what comes to them are written again as one with it: a folder has few packs, however often
it is packed, and a document is written again seldom.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from extract.pack_frames import Frames, frames
from extract.packs import FOLDER, REST, SUFFIX, Entry, Pack, PackDamaged, ending
from extract.raw_store import CHUNK, RawStore, is_name

MOST_BYTES = 256 * 2**20
"""A pack that has so many is full."""
LEVEL = 3


class PackingFailed(Exception):
    """A pack does not read back as it was written; nothing was removed. The message names it."""


@dataclass(slots=True)
class Packed:
    """What was done. `documents`: files that stand in packs now; `repeated`: files that went, as packs had them already.

    `packs`: that were written, of `bytes`; `left`: damaged documents, which stay as they are. `mended`: packs whose list was made
    again, with `saved` documents; `rests`: what is left of those in which not all could be read.
    """

    documents: int = 0
    repeated: int = 0
    packs: int = 0
    bytes: int = 0
    left: list[Path] = field(default_factory=list)
    mended: int = 0
    saved: int = 0
    rests: list[Path] = field(default_factory=list)


class _Loose(NamedTuple):
    """A document that is a file by itself, and when it was stored."""

    path: Path
    written: int


class _Frame(NamedTuple):
    """A document as it will stand in a pack."""

    sha256: str
    frame: bytes
    size: int
    written: int


_Whole = tuple[Pack, list[Entry]]


def pack(store: RawStore, older: float, now: float, watch: Callable[[int], None] = lambda _: None) -> Packed:
    """Pack what was stored more than `older` seconds before `now`; what is dated after `now`, by a clock ahead, is packed as well.

    The caller is the only one who writes into the store. `watch` is called with the number of documents just packed.
    Raises OSError, PackingFailed.
    """
    done = Packed()
    for folder in store.folders():
        for path in _unlisted(folder / FOLDER):
            _mend(store, folder, path, done)
        packs = _without_repeated(_whole_packs(folder / FOLDER))
        _folder(store, folder, packs, (int((now - older) * 1e9), int(now * 1e9)), done, watch)
    return done


def _folder(
    store: RawStore,
    folder: Path,
    packs: list[_Whole],
    young: tuple[int, int],
    done: Packed,
    watch: Callable[[int], None],
) -> None:
    old, size = dict[str, _Loose](), 0
    for file in sorted(file for file in folder.iterdir() if is_name(file.name)):
        stat = file.stat()
        if young[0] < stat.st_mtime_ns <= young[1]:
            continue
        if any(_has(pack, file.name) for pack, _ in packs):
            file.unlink()
            done.repeated += 1
        else:
            old[file.name] = _Loose(file, stat.st_mtime_ns)
            size += stat.st_size
    if not old:
        return
    folded = _small_beside(packs, size)
    sources: dict[str, _Loose | tuple[Pack, Entry]] = {e.sha256.hex(): (p, e) for p, entries in folded for e in entries}
    sources.update(old)
    frames, written, made = _frames(sources, done), set[str](), set[Path]()
    while (first := next(frames, None)) is not None:
        path, names = _write(store, folder, chain([first], frames))
        made.add(path)
        written |= names
        for name in names & old.keys():
            old[name].path.unlink()
        done.documents += len(names & old.keys())
        done.packs += 1
        done.bytes += path.stat().st_size
        watch(len(names & old.keys()))
    for known, entries in folded:
        if known.path not in made and all(entry.sha256.hex() in written for entry in entries):
            known.path.unlink()


def _unlisted(folder: Path) -> list[Path]:
    """The packs of a folder whose list cannot be read."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix == SUFFIX:
            try:
                Pack(path).entries()
            except PackDamaged:
                found.append(path)
    return found


def _mend(store: RawStore, folder: Path, path: Path, done: Packed) -> None:
    """Write the documents of a pack whose list is damaged as a pack that has one. Its bytes go only where all were read."""
    found = frames(path, folder.name)
    if found.found:
        remaining = _read_again(path, found)
        while (first := next(remaining, None)) is not None:
            _write(store, folder, chain([first], remaining))
        done.mended += 1
        done.saved += len({one.sha256 for one in found.found})
    if found.lost or not found.found:
        rest = path.with_suffix(REST)
        path.replace(rest)
        done.rests.append(rest)
    else:
        path.unlink()
    _settle(path.parent)


def _read_again(path: Path, found: Frames) -> Iterator[_Frame]:
    """The frames of a pack as they stand, by hash. When its documents were stored nothing tells: not after the pack was written."""
    written = path.stat().st_mtime_ns
    with path.open("rb") as file:
        for one in sorted({one.sha256: one for one in found.found}.values()):
            file.seek(one.offset)
            yield _Frame(one.sha256, file.read(one.length), one.size, written)


def _frames(sources: dict[str, _Loose | tuple[Pack, Entry]], done: Packed) -> Iterator[_Frame]:
    """Every document that is whole, by hash."""
    import zstandard

    compressor = zstandard.ZstdCompressor(level=LEVEL)
    for name in sorted(sources):
        source = sources[name]
        if isinstance(source, _Loose):
            content = source.path.read_bytes()
            if hashlib.sha256(content).hexdigest() == name:
                yield _Frame(name, compressor.compress(content), len(content), source.written)
            else:
                done.left.append(source.path)
        elif _has(source[0], name):
            known, entry = source
            yield _Frame(name, known.frame(entry), entry.size, entry.written)


def _write(store: RawStore, folder: Path, frames: Iterable[_Frame]) -> tuple[Path, set[str]]:
    """Write one pack, of as many frames as it may have; gives where it stands, and the documents in it."""
    aside, file = store.aside()
    entries: list[Entry] = []
    try:
        with file:
            place = 0
            for frame in frames:
                entries.append(Entry(bytes.fromhex(frame.sha256), place, len(frame.frame), frame.size, frame.written))
                file.write(frame.frame)
                place += len(frame.frame)
                if place >= MOST_BYTES:
                    break
            file.write(ending(entries))
            file.flush()
            os.fsync(file.fileno())
            with suppress(AttributeError):  # so that it is read back from the disk, where the system takes the hint
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        _read_back(aside, entries)
        target = folder / FOLDER / f"{_sha256(aside)}{SUFFIX}"
        target.parent.mkdir(exist_ok=True)
        aside.replace(target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _settle(target.parent)
    _settle(folder)
    return target, {entry.sha256.hex() for entry in entries}


def _settle(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_back(file: Path, entries: list[Entry]) -> None:
    """Raises PackingFailed where a pack is not what was meant."""
    try:
        known = Pack(file)
        if known.entries() != entries:
            raise PackDamaged("has another list")
        for entry in entries:
            known.content(entry)
    except ValueError as error:
        raise PackingFailed(f"{file} does not read back as it was written ({error}); nothing was removed.") from error


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _whole_packs(folder: Path) -> list[_Whole]:
    """The packs of a folder, the smallest first; a damaged one is left alone."""
    found: list[_Whole] = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.suffix == SUFFIX:
            with suppress(PackDamaged):
                known = Pack(path)
                found.append((known, known.entries()))
    if found:
        _settle(
            folder
        )  # a run that was ended may have moved one into place just before: files go only after that is durable
    return sorted(found, key=lambda one: (one[0].bytes, one[0].path))


def _without_repeated(packs: list[_Whole]) -> list[_Whole]:
    """Delete packs whose documents all stand in others, as a run that was ended may have left them."""
    left = list(packs)
    for one in packs:
        others = [other for other in left if other is not one]
        names = {entry.sha256 for _, entries in others for entry in entries}
        if all(entry.sha256 in names for entry in one[1]) and all(
            any(_has(other, entry.sha256.hex()) for other, _ in others) for entry in one[1]
        ):
            one[0].path.unlink()
            left = others
    return left


def _small_beside(packs: list[_Whole], size: int) -> list[_Whole]:
    """The packs that are written again with what is new, of `size` bytes."""
    folded = []
    for one in packs:
        if one[0].bytes > min(size, MOST_BYTES // 2):
            break
        folded.append(one)
        size += one[0].bytes
    return folded


def _has(known: Pack, name: str) -> bool:
    """Whether a pack has a document, and has it whole."""
    entry = known.find(name)
    if entry is None:
        return False
    try:
        known.content(entry)
    except ValueError:
        return False
    return True
