"""A lake in a bucket gives what a lake in a folder gives; a real endpoint of S3's kind, on this very machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from flows.bucket import manifest
from flows.bucket.manifest import Manifest
from flows.bucket.working_copy import READ
from tests.flows.bucket_jobs import WHERE, bucket_server, copy_in, job, star
from tests.flows.bucket_server import BucketServer
from tests.flows.conftest import given_files, three_reports
from tests.flows.plain_job import plain_job

server = bucket_server


@pytest.mark.services
def test_a_lake_in_a_bucket_is_that_in_a_folder(server: BucketServer, tmp_path: Path) -> None:
    files, more = three_reports(tmp_path / "given"), given_files(tmp_path / "more", "wuyi-2023.html")
    plain_job(str(tmp_path / "home"), [str(files)])
    plain_job(str(tmp_path / "home"), [str(more)])
    job(tmp_path / "one", files)
    job(tmp_path / "two", more)  # another machine, which had nothing
    assert star(tmp_path / "two", whole=True) == star(tmp_path / "home", whole=True) != {}
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


@pytest.mark.services
def test_a_job_that_finds_nothing_new_sends_its_record_alone(server: BucketServer, tmp_path: Path) -> None:
    files = three_reports(tmp_path / "given")

    def state() -> tuple[Manifest, set[str], set[str]]:
        said = manifest.read(server.get(f"{WHERE.prefix}/manifest.json"))
        assert said is not None
        records = {name for name in said.units if name.startswith("runs/")}
        rest = replace(said, units={name: unit for name, unit in said.units.items() if name not in records})
        return rest, records, {name for name in server.names() if "/raw/" in name or "/segments/" in name}

    job(tmp_path / "one", files)
    (before, first, stored) = state()
    job(tmp_path / "one", files)
    (after, both, stored_after) = state()
    assert after.says_as(before) and stored_after == stored
    assert first < both and len(both) == 2
