"""Hashes of files, written beside them when they are published, and what of them does not hold any more."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transform.trusted import Trusted

MANIFEST = "manifest.json"
_SELF = "sha256 of the rest"
_LOST = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


def sha256_of(file: Path) -> str:
    """The hash of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def seal(folder: Path, replaces: Sequence[str] = ()) -> None:
    """Write the hashes of a folder's files beside them, and the names of the folders that it replaces."""
    files = {file.name: sha256_of(file) for file in sorted(folder.iterdir()) if file.name != MANIFEST}
    (folder / MANIFEST).write_text(
        json.dumps({"sha256": files} | ({"replaces": list(replaces)} if replaces else {}), indent=1), encoding="utf-8"
    )
    fsync(folder / MANIFEST)


def hashes(folder: Path) -> dict[str, str] | None:
    """The hashes that a folder was sealed with; None where it has none or they cannot be read."""
    found = read_object(folder / MANIFEST)
    named = found.get("sha256") if found else None
    if not isinstance(named, dict) or not all(isinstance(value, str) for value in named.values()):
        return None
    return named


def fault(
    folder: Path, named: dict[str, str], wanted: Iterable[str] = (), trusted: Trusted | None = None
) -> str | None:
    """What of a folder is not as it was sealed, as a predicate ("has lost cell.parquet"); None where all is. `wanted`: files that
    must be among the sealed ones; `trusted`: which need not be hashed. Raises OSError where a file may not be read, which says nothing about it.
    """
    for name in [*named, *wanted]:
        if name not in named:
            return f"never had {name}"
        if trusted is not None and trusted.is_whole(folder / name):
            continue
        try:
            if sha256_of(folder / name) != named[name]:
                return f"has damaged bytes in {name}"
            if trusted is not None:
                trusted.found_whole(folder / name)
        except _LOST:
            return f"has lost {name}"
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return f"has a bad place on the disk in {name}"
    return None


def signed(said: dict[str, Any]) -> dict[str, Any]:
    """The same with a hash of itself, so that a changed digit shows."""
    return said | {_SELF: hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()}


def is_as_signed(said: dict[str, Any]) -> bool:
    """Whether what was `signed` is as it was; True for what never was signed."""
    rest = {name: value for name, value in said.items() if name != _SELF}
    return _SELF not in said or signed(rest) == said


def read_object(file: Path) -> dict[str, Any] | None:
    """A file that is one JSON object; None where it is not there or no such thing."""
    try:
        found = json.loads(file.read_bytes())
    except (*_LOST, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def walked(folder: Path, above: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Each file below a folder: its name from there, and what the system says of it. No Path is made of each: a star has thousands,
    and is looked through several times a build. Raises FileNotFoundError, NotADirectoryError.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from walked(Path(entry.path), f"{above}{entry.name}/")
            elif entry.is_file():
                yield above + entry.name, entry.stat()


def fsync(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
