"""Jobs on a lake in a bucket, without Prefect; as a script, with arguments FOLDER PATH...: the one that a test kills."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Self

import pytest

from flows.bucket import holder
from flows.bucket.store import Address, Store
from flows.bucket.working_copy import WorkingCopy
from tests.flows.bucket_server import BUCKET, BucketServer
from tests.flows.plain_job import plain_job

WHERE = Address(BUCKET, "lakes/reports")


class Noon(datetime):
    """One moment, so that two jobs give the same bytes."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(name="server")
def bucket_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BucketServer]:
    server = BucketServer()
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    for name, seconds in (("BEAT", 0.2), ("DEAD", 1.0), ("SETTLE", 0.05)):
        monkeypatch.setattr(holder, name, seconds)
    monkeypatch.setattr("flows.steps.datetime", Noon)
    server.log.clear()
    yield server
    server.stop()


def copy_in(folder: Path, patience: float = 20) -> WorkingCopy:
    return WorkingCopy(Store(WHERE, patience), folder)


def job(folder: Path, *given: Path) -> WorkingCopy:
    copy = copy_in(folder)
    with copy.writing(0):
        plain_job(str(folder), [str(path) for path in given])
        copy.push()
    return copy


def star(home: Path, whole: bool = False) -> dict[str, bytes]:
    """The bytes of its files; `whole`: also of what the next build goes on from, which tells in which jobs documents came."""
    found = {
        str(file.relative_to(home / "star")): file for file in sorted((home / "star").rglob("*")) if file.is_file()
    }
    return {
        name: file.read_bytes()
        for name, file in found.items()
        if name != "manifest.json" and (whole or not name.startswith("state/"))
    }


if __name__ == "__main__":
    job(Path(sys.argv[1]), *map(Path, sys.argv[2:]))
