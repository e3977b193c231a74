"""Getting given files from disk: whatever stands there becomes a `RawDocument`, or a `LeftOut` with its reason.

Only the operator's paths, and what the file system says lies below them, are ever opened: never a path out of a
document. Nothing here blocks: pipes and devices are named and left alone.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extract.model import Category, RawDocument
from extract.outcomes import LIMITS, starved

MAX_BYTES = 64 * 2**20  # the real reports at hand have 7 to 294 KB
CHUNK = 2**20
SIDECARS = (".json", ".py", ".pyc", ".md")
"""What stands beside documents in a folder of samples; no report is published so. Named explicitly, it is taken."""

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISDIR, "a folder"),
)


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file to read. `path` opens it, `name` shows it (bytes that are no UTF-8 stand as `\\xff`)."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something given that cannot be read. `sha256` and `bytes` where its content could still be counted.

    `category` as in `Extraction`.
    """

    name: str
    reason: str
    sha256: str | None = None
    bytes: int | None = None
    category: Category = "damaged"


def shown(path: str) -> str:
    """The path as text that every encoder takes: each undecodable byte becomes `\\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def find(paths: Iterable[str | os.PathLike[str]]) -> Iterator[GivenFile | LeftOut]:
    """Every file that `paths` mean, in the order of the paths; the files below a folder sorted by name.

    In a folder, hidden files and SIDECARS are passed over; a file that is named itself is always given. Links are
    followed; one that leads back into its own folder, or nowhere, is left out by name. Each folder is entered once.
    """
    for given in paths:
        path = os.fspath(given)
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116 -- strings throughout: a Path cannot hold every name
        except (OSError, ValueError) as error:
            yield LeftOut(shown(path), _why(error), category=_category(error))
            continue
        if stat.S_ISDIR(mode):
            yield from _folder(path)
        else:
            yield _file(path, mode)


def _folder(top: str) -> Iterator[GivenFile | LeftOut]:
    entered: set[tuple[int, int]] = set()
    empty = True
    waiting = [(top, frozenset[tuple[int, int]]())]  # a stack, not recursion: folders can be nested a thousand deep
    while waiting:
        path, above = waiting.pop()
        try:
            found = os.stat(path)  # noqa: PTH116
            folder = (found.st_dev, found.st_ino)
            if not stat.S_ISDIR(found.st_mode):
                empty = False
                yield _file(path, found.st_mode)
                continue
            if folder in above:
                empty = False
                yield LeftOut(shown(path), "a link that leads back into its own folder")
            if folder in entered:
                continue
            entered.add(folder)
            names = sorted(filter(_is_wanted, os.listdir(path)), key=os.fsencode)  # noqa: PTH208
        except OSError as error:
            empty = False
            yield LeftOut(shown(path), _why(error), category=_category(error))
            continue
        waiting += [(os.path.join(path, name), above | {folder}) for name in reversed(names)]  # noqa: PTH118
    if empty:
        yield LeftOut(shown(top), "the folder holds no file to read")


def _is_wanted(name: str) -> bool:
    return not name.startswith(".") and name != "__pycache__" and not name.lower().endswith(SIDECARS)


def _file(path: str, mode: int) -> GivenFile | LeftOut:
    for is_kind, kind in _KINDS:
        if is_kind(mode):
            return LeftOut(shown(path), f"{kind}, not a file", category="unsupported")
    return GivenFile(path, shown(path))


def read(file: GivenFile, max_bytes: int = MAX_BYTES) -> RawDocument | LeftOut:
    """The file's bytes and their SHA-256. A file above `max_bytes` is hashed to its end, but not kept."""
    try:
        handle = os.open(file.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb", buffering=0) as opened:
            kind = _file(file.path, os.fstat(handle).st_mode)  # again: it may have been replaced since it was found
            if isinstance(kind, LeftOut):
                return LeftOut(file.name, kind.reason, category=kind.category)
            digest, kept, size = hashlib.sha256(), bytearray(), 0
            while chunk := opened.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size <= max_bytes:
                    kept += chunk
                else:
                    kept.clear()
    except (OSError, ValueError) as error:
        return LeftOut(file.name, _why(error), category=_category(error))
    if size > max_bytes:
        reason = f"the file has {size / 2**20:,.0f} MB; the limit is {max_bytes / 2**20:,.0f} MB"
        return LeftOut(file.name, reason, digest.hexdigest(), size, "unsupported")
    return RawDocument(file.name, digest.hexdigest(), bytes(kept))


def starts_with(file: GivenFile, magic: bytes) -> bool:
    """Whether a file begins with these bytes; one that cannot be opened does not (reading it will say why)."""
    try:
        handle = os.open(file.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb", buffering=0) as opened:
            return stat.S_ISREG(os.fstat(handle).st_mode) and opened.read(len(magic)) == magic
    except (OSError, ValueError):
        return False


def _why(error: OSError | ValueError) -> str:
    """The system's refusal in plain words."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder (or a link that leads nowhere)"
    if isinstance(error, PermissionError):
        return "permission to read it is denied"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be opened: {error.strerror[0].lower()}{error.strerror[1:]}"
    return (
        "it cannot be opened: no file's name has a null byte"
        if isinstance(error, ValueError)
        else f"it cannot be opened: {error}"
    )


def _category(error: OSError | ValueError) -> Category:
    if isinstance(error, PermissionError):
        return "protected"
    return LIMITS if starved(error) else "damaged"
