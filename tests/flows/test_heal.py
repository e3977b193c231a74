"""Damage to a lake as whoever runs `ogi` meets it: without Prefect where that is possible, once with it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract import extractor_version
from flows import record
from flows.job import job as plain
from flows.settings import settings
from tests.conftest import ROOT
from tests.flows.conftest import given_files, run_ogi
from transform import corrections, trusted
from transform.lake import Lake

FILES = ("pingtan-2022.html", "qiyi-2023.txt")


def job(home: Path, given: Path, reread: str | None = None) -> dict[str, Any]:
    chosen = settings(home=home, workers=1, batch_size=10, corrections=given.parent / "no-corrections")
    return plain(chosen, [str(given)], reread=reread)


def raw_of(home: Path, name: str) -> Path:
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        rows = con.execute("select sha256 from document where path like ?", [f"%{name}"]).fetchall()
    return Lake(home).raw_store.path(rows[0][0])


def test_a_report_that_leaves_or_is_damaged_is_no_success(tmp_path: Path) -> None:
    given, home = given_files(tmp_path / "given", *FILES), tmp_path / "home"
    assert job(home, given)["exit_status"] == 0
    raw = raw_of(home, FILES[0])
    whole = raw.read_bytes()
    raw.write_bytes(whole[:-1] + b"!")
    (given / FILES[0]).unlink()

    again = job(home, given, reread="all")
    assert (again["exit_status"], again["warehouse"]["reports"]) == (1, 2)
    assert [Path(item["path"]).name for item in again["lost"]] == [FILES[0]]
    assert "damaged" in again["lost"][0]["reason"]

    # what it gave is lost, too: nothing is left to keep, and that is said
    for part in Lake(home).parts_of(extractor_version()).iterdir():
        shutil.rmtree(part)
    lost = job(home, given)
    assert (lost["exit_status"], lost["warehouse"]["reports"]) == (1, 1)
    assert [(Path(item["path"]).name, item["status"]) for item in lost["lost"]] == [(FILES[0], "lost copy")]
    assert job(home, given)["exit_status"] == 1

    (given / FILES[0]).write_bytes(whole)
    repaired = job(home, given)
    assert (repaired["exit_status"], repaired["warehouse"]["reports"], repaired["lost"]) == (0, 2, [])
    assert raw.read_bytes() == whole


@pytest.mark.parametrize("table", ["dim_report", pytest.param("document", marks=pytest.mark.services)])
def test_damaged_table_of_the_star_is_made_again(tmp_path: Path, table: str) -> None:
    given, home = given_files(tmp_path / "given", *FILES), tmp_path / "home"
    job(home, given)
    file = (home / "star" / f"{table}.parquet").resolve()
    whole = file.read_bytes()
    file.write_bytes(b"\0" * len(whole))
    again = job(home, given)
    assert (again["exit_status"], again["lost"], len(again["healed"])) == (0, [], 1)
    assert (home / "star" / f"{table}.parquet").read_bytes() == whole


@pytest.mark.services
def test_what_fails_is_looked_at_whole_by_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trusted, "LARGE", 0)
    given, home = given_files(tmp_path / "given", *FILES), tmp_path / "home"
    job(home, given)
    job(home, given)
    file = (home / "star" / "document.parquet").resolve()
    whole, stat = file.read_bytes(), file.stat()
    file.write_bytes(b"\0" * len(whole))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # what a disk loses by itself
    with pytest.raises(Exception, match="Parquet"):
        job(home, given)
    again = job(home, given)
    assert (again["exit_status"], len(again["healed"])) == (0, 1)
    assert (home / "star" / "document.parquet").read_bytes() == whole


def test_a_bug_in_drawing_costs_the_page_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError("no width")

    monkeypatch.setattr(record, "page", broken)
    given, home = given_files(tmp_path / "given", FILES[1]), tmp_path / "home"
    summary = job(home, given)
    assert (summary["exit_status"], summary["report"]) == (0, None)
    assert summary["report_failed"] == "ZeroDivisionError: no width"
    files = {file.name for file in next(home.glob("runs/*")).iterdir()}
    assert files == {"run.json", "quality.json", "findings.parquet", "divisions.parquet"}


@pytest.mark.services
def test_the_command_heals_and_says_so(tmp_path: Path) -> None:
    """Also Prefect's own database, and corrections that are about another lake's documents."""
    given, home, folder = given_files(tmp_path / "given", FILES[1]), tmp_path / "home", tmp_path / "corrections"
    folder.mkdir()
    fields = ("0" * 64, "requests", "new", "total", "value", "7", "", "9", "A. Reader", "2026-01-02", "seen")
    (folder / "other.csv").write_text(",".join(corrections.COLUMNS) + "\n" + ",".join(fields) + "\n", encoding="utf-8")
    first = run_ogi("run", given, "--home", home, OGI_CORRECTIONS=str(folder))
    assert (first.returncode, first.stderr) == (0, b"")
    assert b"0 corrections applied, 1 not applied" in first.stdout
    (home / "runs" / "prefect" / "prefect.db").write_bytes(b"garbage" * 1000)
    shutil.rmtree(next((home / "extracted").glob("*/*")))
    (home / "intake" / "0").mkdir()
    second = run_ogi("run", given, "--home", home, OGI_CORRECTIONS=str(folder))
    said = second.stderr.decode()
    assert second.returncode == 0, said
    assert "ogi: runs/prefect/prefect.db is no database" in said
    assert "ogi: intake/0 has lost document.parquet: set aside in damaged/" in said
    assert "Traceback" not in said
    record = json.loads(sorted(home.glob("runs/*/run.json"))[-1].read_text(encoding="utf-8"))
    assert len(record["healed"]) >= 2
    flip = home / "ogi.duckdb"
    with flip.open("r+b") as file:
        file.seek(flip.stat().st_size // 2)
        file.write(b"\xff" * 4096)
    found = run_ogi("verify", "--home", home)
    assert found.returncode == 1
    assert "ogi.duckdb has damaged or changed bytes" in found.stdout.decode()
    repaired = run_ogi("verify", "--repair", "--home", home, OGI_CORRECTIONS=str(folder))
    assert (repaired.returncode, "set aside" in repaired.stderr.decode()) == (0, True), repaired.stderr.decode()
    with duckdb.connect(str(flip), read_only=True) as con:
        assert con.sql("select count(*) from cell_source").fetchall()[0][0] > 0
    verified = run_ogi("verify", "--home", home)
    assert (verified.returncode, verified.stdout.decode()) == (0, "1 documents, 0 damaged or missing.\n")


def test_the_doctor_says_what_to_do(tmp_path: Path) -> None:
    well = run_ogi("doctor", "--home", tmp_path / "none")
    assert (well.returncode, well.stderr) == (0, b"")
    for what in ("LibreOffice", "Chromium", "recogniser", "fonts", "memory", "Prefect", "time zone", "can be made"):
        assert what in well.stdout.decode()
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").touch()
    ill = run_ogi("doctor", "--home", tmp_path / "file" / "home", PATH="/nonexistent")
    assert ill.returncode == 1
    assert "name another with --home" in ill.stdout.decode()


FULL = """
import resource, signal, sys
from pathlib import Path
from flows.cli.screen import edge
from tests.transform.given_reports import VERSION, fill, full_report
from transform.build import build
from transform.lake import Lake

lake = Lake(Path(sys.argv[1]))
with edge(), lake.lock():
    fill(lake, [[full_report(n) for n in range(4)]])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    build(lake, VERSION)
"""


@pytest.mark.services
def test_a_disk_full_while_loading_is_one_line(tmp_path: Path) -> None:
    code = "import typer\ntry:\n" + "".join(f"    {line}\n" for line in FULL.splitlines())
    code += "except typer.Exit as end:\n    raise SystemExit(end.exit_code)\n"
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, check=False, cwd=ROOT)
    said = done.stderr.decode()
    assert (done.returncode, said.count("\n")) == (1, 1), said
    assert "Nothing is damaged; make room" in said
