"""Documents that stand in an archive of the raw store: the lists that say which, and their bytes, read from the archive.

An archive stands in the store as it came. Beside the documents stands a list of what each holds, `inside/<SHA-256 of the
archive>-<SHA-256 of the list>.json`: of every document its hash, size, `Way` and name. It is never changed; what it
says can be read from the archive again.

A document is what its hash says, wherever it was read: of a damaged archive, each that is whole is given still.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

from extract.model import Way
from extract.outcomes import Outcome
from extract.packs import packed
from extract.read.package import Package, open_package

FOLDER = "inside"
_NAME = re.compile(r"([0-9a-f]{64})-([0-9a-f]{64})\.json")


class Listed(NamedTuple):
    """One document of an archive, as a list has it."""

    sha256: str
    bytes: int
    way: Way
    name: str


class Member(NamedTuple):
    """Where a document stands inside: `file` is its archive's place in the store, which may stand in a pack."""

    file: str
    archive: str
    listed: Listed

    def content(self) -> bytes:
        """The document's bytes. Raises ValueError if they are damaged, FileNotFoundError if the archive is not there."""
        with _TURN:
            try:
                content = _open.read(self)
            except (Outcome, ValueError) as error:
                _open.close()
                raise ValueError(f"the archive {self.archive} that holds it is damaged: {error}") from None
        if hashlib.sha256(content).hexdigest() != self.listed.sha256:
            raise ValueError(f"the archive {self.archive} that holds it is damaged: it has other bytes in its place")
        return content


class _Open:
    """The archive that was read last, and the one inside of it: whoever reads a batch asks for the documents of one after another."""

    def __init__(self) -> None:
        self._at: tuple[object, ...] | None = None
        self._file: BinaryIO | None = None
        self._packages: dict[Way, Package] = {}

    def read(self, member: Member) -> bytes:
        at = (member.file, member.archive, _as_it_stands(member.file))
        if at != self._at:
            self.close()
            if at[-1] is None:
                self._packages[()] = open_package(packed(member.file, member.archive))
            else:
                self._file = Path(member.file).open("rb")  # noqa: SIM115 -- it stays open for the next document
                self._packages[()] = open_package(self._file)
            self._at = at
        *above, last = member.listed.way
        package = self._packages[()]
        for n in range(len(above)):
            way = tuple(above[: n + 1])
            if way not in self._packages:
                inner = open_package(package.afresh().read_number(above[n]))
                self._packages = {known: each for known, each in self._packages.items() if len(known) <= n}
                self._packages[way] = inner
            package = self._packages[way]
        return package.afresh().read_number(last)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._at, self._file, self._packages = None, None, {}


def _as_it_stands(file: str) -> tuple[int, int, int] | None:
    """What differs where another file, or other bytes, stand in a place; None where there is none."""
    try:
        stat = os.stat(file)  # noqa: PTH116
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


_open = _Open()
_TURN = threading.Lock()


def list_of(archive: str, documents: Iterable[Listed]) -> tuple[str, bytes]:
    """The list of an archive: its name in the store's folder, and its text."""
    rows = ({"sha256": one.sha256, "bytes": one.bytes, "way": list(one.way), "name": one.name} for one in documents)
    lines = ",\n".join(map(json.dumps, rows))
    text = f'{{"archive": "{archive}", "documents": [\n{lines}\n]}}\n'.encode("ascii")
    return f"{FOLDER}/{archive}-{hashlib.sha256(text).hexdigest()}.json", text


def is_list(name: str) -> bool:
    """Whether a file of `FOLDER` is a list."""
    return _NAME.fullmatch(name) is not None


class Inside:
    """The lists of a store, by the documents in them. Of each document only which lists have it is held in memory."""

    def __init__(self, folder: Path) -> None:
        self._store, self._folder = folder, folder / FOLDER
        self._changed = -1
        self._names: set[str] = set()
        self._lists: dict[str, list[Path]] = {}
        self._damaged: list[Path] = []
        self._of: dict[bytes, tuple[Path, ...]] = {}
        self._turn = threading.Lock()

    def find(self, sha256: str) -> list[Member]:
        """Everywhere a document stands inside of an archive, whether that is there or not."""
        self._look()
        found = self._of.get(bytes.fromhex(sha256), ())
        return [self._member(path, one) for path in found for one in _read(path) or () if one.sha256 == sha256]

    def archives(self) -> set[str]:
        """The archives that are listed."""
        self._look()
        return set(self._lists)

    def of(self, archive: str) -> list[Member]:
        """The documents of an archive."""
        self._look()
        return [self._member(path, one) for path in self._lists.get(archive, ()) for one in _read(path) or ()]

    def documents(self) -> set[str]:
        """The hashes of all documents in lists."""
        self._look()
        return {sha.hex() for sha in self._of}

    def files(self) -> list[Path]:
        """All lists as files, whatever they say."""
        self._look()
        return [self._folder / name for name in sorted(self._names)]

    def damaged(self) -> list[tuple[str, Path]]:
        """The lists that are not what was written, each with the archive that it was of."""
        self._look()
        return [(path.name[:64], path) for path in self._damaged]

    def written(self, path: Path) -> None:
        """Take up a list that this store has just written."""
        self._look()
        with self._turn:
            _read.cache_clear()
            if path in self._damaged:
                self._damaged.remove(path)
                self._names.discard(path.name)
            self._enter(path)
            self._changed = self._folder.stat().st_mtime_ns

    def _member(self, path: Path, listed: Listed) -> Member:
        archive = path.name[:64]
        return Member(f"{self._store}/{archive[:2]}/{archive}", archive, listed)

    def _look(self) -> None:
        """Take up lists that came since."""
        with self._turn:
            try:
                changed = os.stat(self._folder).st_mtime_ns  # noqa: PTH116 -- this runs for every document that is read
            except FileNotFoundError:
                return
            if changed != self._changed:
                for path in sorted(self._folder.iterdir()):
                    if is_list(path.name):
                        self._enter(path)
                self._changed = changed

    def _enter(self, path: Path) -> None:
        if path.name in self._names:
            return
        self._names.add(path.name)
        listed = _read(path)
        if listed is None:
            self._damaged.append(path)
            return
        self._lists.setdefault(path.name[:64], []).append(path)
        alone = (path,)
        for sha in {bytes.fromhex(one.sha256) for one in listed}:
            self._of[sha] = self._of[sha] + alone if sha in self._of else alone


@lru_cache(maxsize=64)
def _read(path: Path) -> tuple[Listed, ...] | None:
    """What a list says; None where it is not what was written."""
    try:
        text = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(text).hexdigest() != path.stem[65:]:
        return None
    rows = json.loads(text)["documents"]
    return tuple(Listed(row["sha256"], row["bytes"], tuple(row["way"]), row["name"]) for row in rows)
