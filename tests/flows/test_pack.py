"""`ogi pack`: a lake whose documents stand in packs is the same lake."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from extract.fetch.archive.verify import verify
from extract.fetch.night.collect import Places
from tests.flows.conftest import given_files, run_ogi
from tests.flows.plain_job import plain_job
from tests.flows.test_kill import star
from transform.lake import Lake


def loose(home: Path) -> list[Path]:
    return [file for file in (home / "raw").glob("*/*") if file.is_file()]


def test_documents_that_are_packed_are_there_for_every_command(lake: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(lake, home, symlinks=True)
    names = list(Lake(home).raw_store.names())
    done = run_ogi("pack", "--home", home, OGI_OLDER="0d")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith(f"{len(names)} documents were packed; ")
    assert (loose(home), list(Lake(home).raw_store.names())) == ([], names)
    assert verify(Places(home)).damaged == []
    file = next((home / "raw").glob("*/packed/*.pack"))
    file.write_bytes(file.read_bytes()[:-1])
    assert [damaged.path for damaged, _ in verify(Places(home)).damaged] == [file]
    again = run_ogi("pack", "--home", home)
    assert (again.returncode, again.stderr) == (0, b"")
    assert again.stdout.decode().startswith("1 packs had a damaged list: ")
    assert (verify(Places(home)).damaged, list(Lake(home).raw_store.names())) == ([], names)


@pytest.mark.services
def test_what_is_young_is_left_and_a_second_time_does_nothing(lake: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(lake, home, symlinks=True)
    names = list(Lake(home).raw_store.names())
    assert run_ogi("pack", "--home", home, "-q").returncode == 0
    assert len(loose(home)) == len(names)
    assert run_ogi("pack", "--home", home, "--older", "0d", "-q").stdout == b""
    again = run_ogi("pack", "--home", home, "--older", "0d")
    assert again.stdout.decode().startswith("0 documents were packed; 0 packs")
    checked = run_ogi("verify", "--home", home)
    assert (checked.returncode, checked.stdout) == (0, f"{len(names)} documents, 0 damaged or missing.\n".encode())


@pytest.mark.services
def test_a_lake_whose_register_is_lost_and_whose_documents_are_packed_is_read_again(tmp_path: Path) -> None:
    given = given_files(tmp_path / "given", "pingtan-2022.html", "qiyi-2023.txt")
    home = tmp_path / "home"
    plain_job(str(home), [str(given)])
    expected = star(home)
    assert run_ogi("pack", "--home", home, "--older", "0d").returncode == 0
    assert run_ogi("run", "--reread", "all", "--home", home, "--runner", "dask", "--workers", "1").returncode == 0
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        assert con.sql("select count(*), count(reason) from document").fetchall() == [(2, 0)]
    for name in ("fact_request", "fact_disclosure", "document"):
        now = star(home)[name]
        same = [column for column in now if "extraction" not in str(column)]
        pd.testing.assert_frame_equal(now[same], expected[name][same], obj=name)
    shutil.rmtree(home / "intake")
    shutil.rmtree(home / "extracted")
    (home / "star").unlink()
    assert run_ogi("run", given, "--home", home, "-q").returncode == 0
    assert loose(home) == []
    assert star(home)["dim_report"].shape[0] == 2
