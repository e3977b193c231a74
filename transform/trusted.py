"""Which files of a large lake need not be hashed tonight: those that were found whole lately and have not been written since.

To hash every file before each run costs a nation's lake more than the night's work. So of a lake above `LARGE` bytes a file that stands
where it stood, of the same size and time of writing, is hashed again after weeks only, each file on another day; `ogi verify` hashes
all. What somebody writes changes the time; what a disk loses by itself is found within `DAYS`.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from transform.sealed import read_object

if TYPE_CHECKING:
    from transform.lake import Lake

LARGE = 1_000_000_000
DAYS = 30
_DAY = 86_400


def forget(lake: Lake) -> None:
    """Let the next run hash every file."""
    _file_of(lake).unlink(missing_ok=True)


def _file_of(lake: Lake) -> Path:
    return lake.state / "whole.json"


class Trusted:
    """What was found whole, by where it stands on the disk (a star's files go on under other names); `save` keeps it beside the lake's other indexes, where it may be deleted at any time."""

    def __init__(self, lake: Lake) -> None:
        self._file = _file_of(lake)
        self._is_large = _bytes(lake) > LARGE
        known = read_object(self._file) if self._is_large else None
        self._before = known or {}
        self._now: dict[str, list[int]] = {}

    def is_whole(self, file: Path) -> bool:
        """Whether a file was hashed lately and is the same since. False where it is not there."""
        if not self._is_large:
            return False
        stat = file.stat() if file.is_file() else None
        known = self._before.get(str(stat.st_ino)) if stat else None
        if stat is None or not isinstance(known, list) or known[:-1] != [stat.st_size, stat.st_mtime_ns]:
            return False
        oldest = time.time() - _DAY * (DAYS - stat.st_ino % (DAYS // 2))
        if not oldest < known[-1] < time.time() + _DAY:
            return False
        self._now[str(stat.st_ino)] = known
        return True

    def found_whole(self, file: Path) -> None:
        """Note that a file's hash is what it was."""
        if self._is_large:
            stat = file.stat()
            self._now[str(stat.st_ino)] = [stat.st_size, stat.st_mtime_ns, int(time.time())]

    def save(self) -> None:
        """Keep what is known for the next run."""
        if self._is_large:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(self._now), encoding="utf-8")


def _bytes(lake: Lake) -> int:
    """The bytes of what is hashed: parts, star and database."""
    there = (lake.intake, lake.extracted, lake.builds)
    files = (file for kind in there if kind.is_dir() for file in kind.rglob("*.parquet"))
    whole = sum(file.stat().st_size for file in files if file.is_file())
    return whole + (lake.database.stat().st_size if lake.database.is_file() else 0)
