"""`ogi release`: whole, hashed and never changed; every changed cell is told with both values and why."""

from __future__ import annotations

import datetime as dt
import json
import resource
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pyarrow.parquet as pq
import pytest
from frictionless import Package

from extract.model import Cell, Extraction
from flows import releasing
from flows.changes_told import SHOWN, feed, page
from flows.checkup import checked
from flows.releasing import NotReleased, damage, release
from tests.flows.conftest import OGI, environment, run_ogi
from tests.transform import given_reports as given
from transform import changes, corrections
from transform.build import build
from transform.lake import Lake

ATOM = "{http://www.w3.org/2005/Atom}"
MADE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def table(new: int | None, total: int = 9) -> list[Cell]:
    return given.requests({"new": [new, 0, 0, 0, 0, 0, new], "total": [total, 0, 0, 0, 0, 0, total]})


FIRST = [
    given.report("same", table(1), organ="甲县"),
    given.report("edition", table(2), organ="乙县", published=dt.date(2024, 1, 10)),
    given.report("corrected", table(3), organ="丙县"),
    given.report("reread", table(4), organ="丁县"),
    given.report("forgotten", table(5), organ="戊县"),
]
SECOND = [
    FIRST[0],
    FIRST[1],
    given.report("edition again", table(7), organ="乙县", published=dt.date(2024, 3, 10)),
    FIRST[2],
    given.report("reread", table(None), organ="丁县"),
    given.report("fresh", table(6), organ="己县"),
    # what this extractor has not read stays; this it has read, as something else
    Extraction("/reports/forgotten.html", given.sha("forgotten"), "html", "not_a_report", "it has no table"),
]


def filled(home: Path, version: str, reports: list[Extraction], corrected: Path | None = None) -> Lake:
    lake = Lake(home)
    with lake.lock():
        given.fill(lake, [reports], version)
        build(lake, version, *([corrected] if corrected else []))
    return lake


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two releases; between them a new edition, a correction, another extractor, a new report and one that is gone."""
    top = tmp_path_factory.mktemp("releases")
    lake = filled(top / "lake", "test-1", FIRST)
    with lake.lock():
        release(lake, "2026.10")
    decision = {"sha256": given.sha("corrected"), "table": "requests", "row": "new", "column": "total", "decision": "value", "value": "30",
                "unit": "", "was": "3", "who": "A. Reader", "when": "2026-01-02", "why": "misread"}  # fmt: skip
    folder = top / "corrections"
    folder.mkdir()
    lines = [",".join(corrections.COLUMNS), ",".join(decision[name] for name in corrections.COLUMNS)]
    (folder / "by_hand.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    filled(top / "lake", "test-2", SECOND, folder)
    with lake.lock():
        release(lake, "2026.11")
    return lake


def listed(lake: Lake, name: str) -> list[tuple[object, ...]]:
    found = duckdb.read_parquet(str(lake.releases / name / "changes.parquet"))
    return found.select("organ, change, cell, value_before, value_after, why").fetchall()


@pytest.mark.services
def test_what_changed_and_why(two: Lake) -> None:
    assert [row[:2] for row in listed(two, "2026.10")] == [
        (e.organ, "new report") for e in sorted(FIRST, key=lambda e: str(e.organ))
    ]
    found = listed(two, "2026.11")
    assert set(found) == {
        ("己县", "new report", None, None, None, None),
        ("戊县", "report gone", None, None, None, None),
        ("乙县", "changed", "requests.new.natural_person", 2, 7, "new edition"),
        ("乙县", "changed", "requests.new.total", 2, 7, "new edition"),
        ("丙县", "changed", "requests.new.total", 3, 30, "corrected"),
        ("丁县", "blanked", "requests.new.natural_person", 4, None, "other extractor"),
        ("丁县", "blanked", "requests.new.total", 4, None, "other extractor"),
    }
    assert len(found) == 7
    text = (two.releases / "2026.11" / "CHANGES.md").read_text(encoding="utf-8")
    assert "1 new reports, 1 gone, 5 changed cells" in text and "changes since 2026.10" in text
    assert "丙县, 2023 (own) | requests.new.total | changed | 3 | 30 | corrected |" in text
    assert "| 4 | blank | other extractor |" in text


def test_the_feed(two: Lake) -> None:
    top = ET.parse(two.releases / "2026.11" / "changes.atom").getroot()
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in top.iter(f"{ATOM}entry")]
    assert titles[0] == "Release 2026.11" and len(titles) == 6
    ids = [entry.findtext(f"{ATOM}id") for entry in top.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert "requests.new.total: 3 → 30 (corrected)" in "".join(top.itertext())


def test_everything_is_there_hashed_and_not_to_be_written(two: Lake) -> None:
    folder = two.releases / "2026.11"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert set(manifest["files"]) == files - {"manifest.json"}
    assert {"ogi.duckdb", "star/dim_report.parquet", "package/panel.csv.gz", "package/panel.parquet", "package/datapackage.json",
            "CHANGES.md", "changes.parquet", "changes.atom", "CITATION.cff", "star/manifest.json"} <= files  # fmt: skip
    assert (manifest["release"], manifest["previous"], manifest["extractor"]) == ("2026.11", "2026.10", "test-2")
    assert damage(folder) is None
    assert not any((folder / name).stat().st_mode & 0o222 for name in files)
    assert Package(str(folder / "package" / "datapackage.json")).validate().valid
    with duckdb.connect(str(folder / "ogi.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from v_report").fetchall() == [(5,)]
    schema = pq.read_schema(folder / "changes.parquet")
    assert schema.names == list(changes.COLUMNS) and all(field.metadata[b"description"] for field in schema)
    assert 'version: "2026.11"' in (folder / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.services
def test_nothing_changed(tmp_path: Path) -> None:
    lake = filled(tmp_path, "test-1", FIRST)
    with lake.lock():
        release(lake, "2026.01")
        release(lake, "2026.02")
    assert listed(lake, "2026.02") == []
    assert "0 new reports, 0 gone, 0 changed cells" in (lake.releases / "2026.02" / "CHANGES.md").read_text()


@pytest.mark.services
def test_an_identity_that_is_told_otherwise_is_a_change_of_the_report(tmp_path: Path) -> None:
    lake = filled(tmp_path, "test-1", FIRST[:1])
    with lake.lock():
        release(lake, "2026.01")
    filled(tmp_path, "test-2", [replace(FIRST[0], scope="consolidated", year=2022)])
    with lake.lock():
        made = release(lake, "2026.02")
    rows = duckdb.read_parquet(str(made / "changes.parquet")).select("cell, text_before, text_after, why").fetchall()
    assert set(rows) == {
        ("report.scope", "own", "consolidated", "other extractor"),
        ("report.year", "2023", "2022", "other extractor"),
    }


def test_a_damaged_release_is_told_and_no_run_touches_it(two: Lake) -> None:
    assert checked(two, 5).releases == []
    file = two.releases / "2026.11" / "CHANGES.md"
    text, mode = file.read_bytes(), file.stat().st_mode
    file.chmod(0o644)
    try:
        file.write_bytes(text.replace(b"3", b"4", 1))
        [line] = checked(two, 5).releases
        assert line.startswith("releases/2026.11: CHANGES.md is damaged or lost.")
        asked = run_ogi("verify", "--home", two.home)
        assert asked.returncode == 1 and b"CHANGES.md is damaged" in asked.stdout
    finally:
        file.write_bytes(text)
        file.chmod(mode)


def test_a_release_is_never_changed(two: Lake) -> None:
    before = (two.releases / "2026.11" / "manifest.json").read_bytes()
    for name, said in (
        ("2026.11", "exists in"),
        ("2026.09", "2026.11 is newer"),
        ("2026.13", "no name of a release"),
        ("../x", "no name of a release"),
    ):
        with two.lock(), pytest.raises(NotReleased, match=said):
            release(two, name)
    assert (two.releases / "2026.11" / "manifest.json").read_bytes() == before
    assert sorted(path.name for path in two.releases.iterdir()) == ["2026.10", "2026.11"]


@pytest.mark.services
def test_a_damaged_release_before_is_named(tmp_path: Path) -> None:
    lake = filled(tmp_path, "test-1", FIRST)
    with lake.lock():
        made = release(lake, "2026.01")
        (made / "star" / "dim_report.parquet").chmod(0o644)
        (made / "star" / "dim_report.parquet").write_bytes(b"PAR1")
        with pytest.raises(NotReleased, match=r"dim_report\.parquet is not as it was released"):
            release(lake, "2026.02")
    assert [path.name for path in lake.releases.iterdir()] == ["2026.01"]


@pytest.mark.services
def test_a_damaged_star_is_not_released(tmp_path: Path) -> None:
    lake = filled(tmp_path, "test-1", FIRST)
    file = lake.star / "dim_report.parquet"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    with lake.lock(), pytest.raises(NotReleased, match=r"dim_report\.parquet is damaged"):
        release(lake, "2026.01")
    assert not lake.releases.exists()


def test_a_database_of_another_version_is_not_released(tmp_path: Path) -> None:
    lake = filled(tmp_path, "test-1", FIRST)
    with duckdb.connect(str(lake.database)) as con:
        con.execute("update lake_build set views_id = 'older'")
    with lake.lock(), pytest.raises(NotReleased, match="`ogi run` makes them so"):
        release(lake, "2026.01")


def test_no_report_at_all(tmp_path: Path) -> None:
    lake = filled(tmp_path, "test-1", [])
    with lake.lock(), pytest.raises(NotReleased, match="has no report"):
        release(lake, "2026.01")


def test_the_command(lake: Path, tmp_path: Path) -> None:
    none = run_ogi("release", "2026.11", "--home", tmp_path / "none")
    assert none.returncode == 1 and "run `ogi run PATH…` first" in none.stderr.decode()
    assert not (tmp_path / "none").exists()
    wrong = run_ogi("release", "2026.13", "--home", lake)
    assert wrong.returncode == 2 and b"2026.11" in wrong.stderr


@pytest.mark.services
def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    lake = filled(tmp_path, "test-1", FIRST)

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))

    done = subprocess.run([OGI, "release", "2026.11", "--home", tmp_path], env=environment(), capture_output=True, timeout=120, check=False,
                          preexec_fn=small)  # fmt: skip
    assert done.returncode == 1, done.stderr.decode()
    assert b"Traceback" not in done.stderr and b"make room" in done.stderr
    assert not lake.releases.exists() or not any(lake.releases.iterdir())
    with lake.lock():
        assert release(lake, "2026.11").is_dir()


def rows(count: int, **more: object) -> list[dict[str, object]]:
    row = dict.fromkeys(changes.COLUMNS) | {
        "change": "new report",
        "scope": "own",
        "year": 2020,
        "cells": 3,
        "organ": "甲|县\x0b\n<b>",
    }
    return [row | {"report_key": n} | more for n in range(count)]


def test_what_is_too_much_for_a_page_is_said() -> None:
    assert "7 more stand in `changes.parquet`" in page("2026.11", None, rows(SHOWN + 7))
    assert len(ET.fromstring(feed("2026.11", None, rows(SHOWN + 7), MADE)).findall(f"{ATOM}entry")) == SHOWN + 1


def test_words_of_documents_are_no_markup() -> None:
    assert r"甲\|县 \<b\>, 2020 (own)" in page("2026.11", None, rows(1))
    assert "甲|县\ufffd\n<b>, 2020" in "".join(ET.fromstring(feed("2026.11", None, rows(1), MADE)).itertext())


def test_the_citation_is_yaml_that_reads_back() -> None:
    import yaml

    cited = yaml.safe_load(releasing.citation("2026.10", MADE))
    assert cited["version"] == "2026.10" and cited["cff-version"] == "1.2.0" and cited["authors"] and cited["title"]
    assert cited["date-released"] == MADE.date()
