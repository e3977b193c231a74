"""A new database of Prefect's, kept to be copied: to make one by Prefect's hundred migrations costs seconds, a copy nothing.

It is kept in the user's cache, named by what Prefect it is for and by its own SHA-256; what is not as its name says is deleted.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from extract import cached

_MIGRATIONS = Path("server", "database", "_migrations", "versions", "sqlite")


def is_kept() -> bool:
    """Whether there is a template for the installed Prefect; `use` may still find that it cannot be used."""
    return any(_kept())


def use(database: Path) -> bool:
    """Put a copy of the template where a new database is to be; False where there is none that can be used."""
    for file in _kept():
        content = _read(file)
        if content is not None and hashlib.sha256(content).hexdigest() == _named(file):
            cached.keep(database, content)
            return True
        with suppress(OSError):  # the next one that Prefect makes takes its place
            file.unlink()
    return False


def keep(database: Path) -> None:
    """Keep a copy of this database, which Prefect has just made new, unless one is kept already or nothing can be."""
    if not database.is_file() or any(_kept()):
        return
    with suppress(OSError, sqlite3.Error):  # the next new database then costs as much as this one
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as con:
            content = con.serialize()
        cached.keep(cached.folder() / f"{_prefect()}-{hashlib.sha256(content).hexdigest()}.db", content)


def _prefect() -> str:
    """The installed Prefect: its version and, for one that is worked on, the names of its migrations."""
    spec = find_spec("prefect")
    names = [
        file.name
        for top in (spec and spec.submodule_search_locations) or ()
        for file in Path(top, _MIGRATIONS).glob("*.py")
    ]
    return f"prefect-{version('prefect')}-{hashlib.sha256(' '.join(sorted(names)).encode()).hexdigest()[:8]}"


def _kept() -> Iterator[Path]:
    yield from sorted(cached.folder().glob(f"{_prefect()}-*.db"))


def _named(file: Path) -> str:
    return file.stem.rpartition("-")[2]


def _read(file: Path) -> bytes | None:
    """The content of a plain file of this user's, who wrote it; None for anything else."""
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
            about = os.fstat(opened.fileno())
            return opened.read() if stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid() else None
    except OSError:
        return None
