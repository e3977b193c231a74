"""A lake in a bucket gives what a lake in a folder gives; a real endpoint of S3's kind, on this very machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from flows.bucket import holder
from flows.bucket.store import Address, Store
from flows.bucket.working_copy import READ, WorkingCopy
from tests.flows.bucket_server import BUCKET, BucketServer
from tests.flows.conftest import given_files, three_reports
from tests.flows.plain_job import plain_job

WHERE = Address(BUCKET, "lakes/reports")


class Noon(datetime):
    """One moment, so that two jobs give the same bytes."""

    @classmethod
    def now(cls, tz: object = None) -> Noon:  # type: ignore[override]
        return cls(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BucketServer]:
    server = BucketServer()
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    for name, seconds in (("BEAT", 0.2), ("DEAD", 1.0), ("SETTLE", 0.05)):
        monkeypatch.setattr(holder, name, seconds)
    monkeypatch.setattr("flows.steps.datetime", Noon)
    yield server
    server.stop()


def copy_in(folder: Path, patience: float = 5) -> WorkingCopy:
    return WorkingCopy(Store(WHERE, patience), folder)


def job(folder: Path, *given: Path) -> WorkingCopy:
    copy = copy_in(folder)
    with copy.writing(0):
        plain_job(str(folder), [str(path) for path in given])
        copy.push()
    return copy


def star(home: Path) -> dict[str, bytes]:
    found = {str(file.relative_to(home / "star")): file for file in sorted((home / "star").rglob("*")) if file.is_file()}
    return {name: file.read_bytes() for name, file in found.items() if name != "manifest.json"}


def test_a_lake_in_a_bucket_is_that_in_a_folder(server: BucketServer, tmp_path: Path) -> None:
    files, more = three_reports(tmp_path / "given"), given_files(tmp_path / "more", "wuyi-2023.html")
    plain_job(str(tmp_path / "home"), [str(files)])
    plain_job(str(tmp_path / "home"), [str(more)])
    job(tmp_path / "one", files)
    job(tmp_path / "two", more)  # another machine, which had nothing
    assert star(tmp_path / "two") == star(tmp_path / "home") != {}
    reader = copy_in(tmp_path / "three")
    with reader.reading(READ):
        assert star(tmp_path / "three") == star(tmp_path / "home")
        with duckdb.connect(str(tmp_path / "three" / "ogi.duckdb"), read_only=True) as con:
            assert con.sql("select count(*) from dim_report").fetchall() == [(4,)]
    assert reader.said == []
    assert not (tmp_path / "three" / "raw").exists()  # nobody asked for documents
    assert {name.rpartition("/")[2] for name in server.names(f"{WHERE.prefix}/raw/")} >= {
        file.name for file in (tmp_path / "home" / "raw").rglob("*") if file.is_file()
    }
    assert f"{WHERE.prefix}/holder.json" not in server.names()


def test_a_job_that_finds_nothing_new_writes_no_state(server: BucketServer, tmp_path: Path) -> None:
    files = three_reports(tmp_path / "given")
    job(tmp_path / "one", files)
    before = server.get(f"{WHERE.prefix}/manifest.json")
    job(tmp_path / "one", files)
    assert server.get(f"{WHERE.prefix}/manifest.json") == before
