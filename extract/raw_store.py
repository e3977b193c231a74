"""The raw store: documents as they came, byte for byte, each under its own SHA-256; only it and `packing.py` write below `raw/`.

Nothing in it is ever changed or deleted, but a damaged copy is replaced by the whole one, and files are moved into packs (`packs.py`):
a document is a file by itself, or stands in a pack beside them, and reads the same. So does one inside of an archive, which is stored
as it came, with a list of what it holds (`inside.py`); only those that are reports are also kept by themselves.

The names of files are hashes, never anything that a server said. A document is written aside and moved into place by one
rename: whatever ends a run, a name in the store stands for whole content. The history names it only once it is on disk.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from extract import inside
from extract.inside import Inside, Listed
from extract.packs import PackDamaged, Packs

CHUNK = 2**20
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_NAME = re.compile("[0-9a-f]{64}")

Bring = Callable[[Sequence[str]], None]
"""Makes documents, by their SHA-256, stand in a store; what cannot be had is left out."""
_elsewhere: dict[Path, Bring] = {}


@dataclass(frozen=True, slots=True)
class Damaged:
    """A document of the store whose bytes are not what its name says, or that is missing."""

    sha256: str
    path: Path
    reason: str


class Kept(NamedTuple):
    """What is known of a stored document without reading it. `written`: when it was stored, in seconds since 1970."""

    place: Path
    bytes: int
    written: float


def is_name(name: str) -> bool:
    """Whether a file of the store is a document."""
    return _NAME.fullmatch(name) is not None


@contextmanager
def kept_elsewhere(folder: Path, bring: Bring) -> Iterator[None]:
    """Meanwhile the stores in `folder` hold a part of their documents, and `bring` gets the others."""
    _elsewhere[folder] = bring
    try:
        yield
    finally:
        del _elsewhere[folder]


class RawStore:
    """The documents below `folder` (`ab/<sha256>`); what is unfinished stands in `aside`, on the same file system."""

    def __init__(self, folder: Path, aside: Path) -> None:
        self.folder = folder
        self._aside = aside
        self._known: set[Path] = set()
        self._number = itertools.count()
        self._unsettled = False
        # processes of two machines that write into one folder may have the same number
        self._mark = os.urandom(4).hex()
        self._packs = Packs(folder)
        self.inside = Inside(folder)

    def path(self, sha256: str) -> Path:
        """Where a document stands that is a file by itself, or would stand."""
        return self.folder / sha256[:2] / sha256

    def put(self, content: bytes, sha256: str | None = None) -> str:
        """Keep a document; gives its SHA-256. Durable once it is settled: syncing ten thousand files one by one takes longer than
        reading them. A document that stands there damaged is replaced by the whole one.

        Raises OSError (disk full), ValueError if the bytes have another hash than the `sha256` that is given.
        """
        own = hashlib.sha256(content).hexdigest()
        if sha256 not in (None, own):
            raise ValueError(f"The bytes given for {sha256} have another SHA-256.")
        if not self.holds(content, own):
            self._write(self.path(own), content)
        return own

    def holds(self, content: bytes, sha256: str) -> bool:
        """Whether exactly these bytes stand in the store under this hash."""
        target = self.path(sha256)
        try:
            return target.stat().st_size == len(content) and target.read_bytes() == content
        except FileNotFoundError:
            try:
                return self._packs.get(sha256) == content
            except (ValueError, FileNotFoundError):
                return False

    def put_list(self, archive: str, documents: Iterable[Listed]) -> Path:
        """Keep the list of what an archive holds; gives where. Raises OSError."""
        name, text = inside.list_of(archive, documents)
        place = self.folder / name
        self._write(place, text)
        self.inside.written(place)
        return place

    def drop_list(self, place: Path) -> None:
        """Take away a damaged list that another says again."""
        place.unlink(missing_ok=True)

    def keep_by_itself(self, sha256: str) -> None:
        """Give a document that stands in an archive a whole file of its own. Errors as of `get`, `put`."""
        if self.own(sha256) is None or self.check(sha256) is not None:
            self.put(self.get(sha256), sha256)

    def kept(self, sha256: str) -> Kept | None:
        """Where a document stands, its size and when it was stored; None where it is not there."""
        if (own := self.own(sha256)) is not None:
            return own
        for member in self.inside.find(sha256):
            if (archive := self.own(member.archive)) is not None:
                return Kept(archive.place, member.listed.bytes, archive.written)
        return None

    def own(self, sha256: str) -> Kept | None:
        """Where a document stands by itself, or in a pack."""
        path = self.path(sha256)
        try:
            stat = path.stat()
        except FileNotFoundError:
            found = next(self._packs.find(sha256), None)
            return None if found is None else Kept(found[0].path, found[1].size, found[1].written / 1e9)
        return Kept(path, stat.st_size, stat.st_mtime)

    def aside(self) -> tuple[Path, BinaryIO]:
        """A new file to write what is not finished yet, on the store's own file system."""
        self._folder(self._aside)
        aside = Path(f"{self._aside}/{os.getpid()}-{self._mark}-{next(self._number)}")
        try:
            return aside, aside.open("xb")
        except FileNotFoundError:  # a run that began meanwhile has swept what was unfinished
            self._aside.mkdir(parents=True, exist_ok=True)
            return aside, aside.open("xb")

    def _write(self, target: Path, content: bytes) -> None:
        self._folder(self._aside)
        self._folder(target.parent)
        aside = f"{self._aside}/{os.getpid()}-{self._mark}-{next(self._number)}"
        try:
            handle = os.open(aside, NEW, 0o644)
        except FileNotFoundError:  # a run that began meanwhile has swept what was unfinished
            self._aside.mkdir(parents=True, exist_ok=True)
            handle = os.open(aside, NEW, 0o644)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                written = 0
                while written < len(content):
                    written += file.write(content[written:] if written else content) or 0
            os.replace(aside, target)  # noqa: PTH105 -- strings: this runs for every page
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        self._unsettled = True

    def settle(self) -> None:
        """Wait until everything that was put is on disk: many at once, as each by itself would take longer than its page."""
        if self._unsettled:
            self._unsettled = False  # before: what is put meanwhile is settled the next time
            os.sync()

    def _folder(self, folder: Path) -> None:
        if folder not in self._known:
            folder.mkdir(parents=True, exist_ok=True)
            self._known.add(folder)

    def bring(self, names: Sequence[str]) -> None:
        """Have these documents stand here, where some are kept elsewhere; whoever reads their files by `path` asks before."""
        bring = _elsewhere.get(self.folder)
        if bring is not None and (missing := [name for name in names if self.kept(name) is None]):
            bring(missing)

    def get(self, sha256: str) -> bytes:
        """A document's bytes. Raises ValueError if they are damaged, FileNotFoundError if it is not there."""
        try:
            return self._get(sha256)
        except FileNotFoundError:
            self.bring([sha256])
            return self._get(sha256)

    def _get(self, sha256: str) -> bytes:
        try:
            with open(f"{self.folder}/{sha256[:2]}/{sha256}", "rb", buffering=0) as file:  # noqa: PTH123 -- this runs for every document
                content = file.read()
        except FileNotFoundError:
            return self._get_packed(sha256)
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
        try:
            return self._get_packed(sha256)
        except FileNotFoundError:
            raise ValueError(f"the stored document {sha256} is damaged") from None

    def _get_packed(self, sha256: str) -> bytes:
        """From a pack, else from an archive. Raises as `get`."""
        try:
            return self._packs.get(sha256)
        except (ValueError, FileNotFoundError) as error:
            failed = error
        for member in self.inside.find(sha256):
            try:
                return member.content()
            except (ValueError, FileNotFoundError) as error:
                if isinstance(failed, FileNotFoundError):
                    failed = error
        raise failed

    def sweep(self) -> None:
        """Remove what killed runs left unfinished; the caller is the only one who writes."""
        if self._aside.is_dir():
            for file in self._aside.iterdir():
                file.unlink()

    def folders(self) -> list[Path]:
        """The folders in which documents stand, by the first two digits of their hashes."""
        return sorted(self.folder.glob("[0-9a-f][0-9a-f]"))

    def names(self) -> Iterator[str]:
        """The SHA-256 of everything stored, folder by folder: archives, not what is inside."""
        for folder in self.folders():
            found = {file.name for file in folder.iterdir() if is_name(file.name)}
            for pack in self._packs.of(folder.name):
                with suppress(PackDamaged):  # `damaged_packs` names it
                    found |= {entry.sha256.hex() for entry in pack.entries()}
            yield from sorted(found)

    def documents(self) -> set[str]:
        """The SHA-256 of every document: of an archive those inside, not its own."""
        return set(self.names()) - self.inside.archives() | self.inside.documents()

    def damaged_packs(self) -> Iterator[Damaged]:
        """The packs that cannot tell which documents they have, by their names."""
        for folder in self.folders():
            for path, reason in self._packs.damaged(folder.name):
                yield Damaged(path.stem, path, reason)

    def check(self, sha256: str) -> Damaged | None:
        """Hash a document again; None if it is what its name says."""
        path, digest = self.path(sha256), hashlib.sha256()
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        except FileNotFoundError:
            return self._check_packed(sha256)
        except OSError as error:
            return Damaged(sha256, path, f"cannot be read: {error.strerror}")
        if digest.hexdigest() == sha256:
            return None
        return Damaged(sha256, path, f"is damaged: its bytes have the SHA-256 {digest.hexdigest()}")

    def _check_packed(self, sha256: str) -> Damaged | None:
        try:
            self._packs.get(sha256)
        except FileNotFoundError:
            return Damaged(sha256, self.path(sha256), "is missing")
        except ValueError as error:
            kept = self.kept(sha256)
            return Damaged(sha256, kept.place if kept else self.path(sha256), f"is damaged: {error}")
        return None
