"""A person at a terminal decides what waits; the next build applies it."""

from __future__ import annotations

import csv
import hashlib
import os
import pty
import select
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from extract import Extraction, RawDocument, extract_document
from tests.conftest import ROOT
from tests.flows.conftest import run_ogi
from tests.transform import given_reports as given
from transform import corrections
from transform.build import build
from transform.lake import Lake

SAMPLES = ROOT / "data" / "samples" / "reports"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A report of which three cells wait, two of them in two readings."""
    doubted = tuple(
        given.cell(table, row, "total", value)._replace(reading=reading)
        for table, row, value, reading in (
            ("requests", "new", 8, "cells"),
            ("requests", "new", 3, "ocr"),
            ("requests", "total", 5, "cells"),
            ("requests", "total", 6, "ocr"),
            ("proceedings", "reconsideration", 1, "ocr"),
        )
    )
    lake = Lake(tmp_path / "home")
    with lake.lock():
        given.fill(lake, [[replace(given.report("a"), doubted=doubted)]])
        build(lake, given.VERSION, tmp_path / "none")
    return tmp_path / "home"


def read(path: Path) -> Extraction:
    content = path.read_bytes()
    return extract_document(RawDocument(str(path), hashlib.sha256(content).hexdigest(), content))


def session(home: Path, folder: Path, answers: list[str]) -> str:
    """The command in a pseudo-terminal: each answer is typed when its prompt has come."""
    main, other = pty.openpty()
    command = [sys.executable, "-c", "from flows.cli import main; main()", "review", "--who", "A. Reader"]
    command += ["--home", str(home), "--corrections", str(folder)]
    process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other, cwd=ROOT, close_fds=True)
    os.close(other)
    seen = ""
    waiting = list(answers)
    while True:
        ready, _, _ = select.select([main], [], [], 60)
        assert ready, seen
        try:
            part = os.read(main, 65_536)
        except OSError:  # the terminal is gone when its program has ended
            break
        if not part:
            break
        seen += part.decode()
        if seen.endswith("> ") and waiting:
            os.write(main, (waiting.pop(0) + "\n").encode())
    os.close(main)
    assert process.wait(60) == 0, seen
    assert not waiting, seen
    return seen


def decisions(folder: Path) -> list[tuple[str, ...]]:
    with (folder / "review.csv").open(encoding="utf-8", newline="") as file:
        return [(row["table"], row["row"], row["decision"], row["value"], row["was"]) for row in csv.DictReader(file)]


def test_a_session(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corrections"
    # proceedings: one cell, a typed number after a slip; requests: cell by cell, the second reading, then none
    seen = session(home, folder, ["many", "4", "c", "2", "r"])
    assert "That is none of these." in seen
    assert "本年新收 × 总计 requests.new.total   1) cells: 8 “8”   2) ocr: 3 “3”" in seen
    assert "not at hand" in seen  # the document of this made-up reading
    assert decisions(folder) == [
        ("proceedings", "reconsideration", "value", "4", "1"),
        ("requests", "new", "second", "3", "8"),
        ("requests", "total", "reject", "", "5"),
    ]
    lake = Lake(home)
    with lake.lock():
        build(lake, given.VERSION, folder)
    with duckdb.connect(str(lake.database), read_only=True) as con:
        assert con.execute("select count from fact_request").fetchall() == [(3,)]
        assert con.execute("select count from fact_proceeding").fetchall() == [(4,)]
        assert con.execute("select distinct reading from cell_source").fetchall() == [("corrected",)]
        assert con.execute("select status from document").fetchall() == [("ok",)]


def test_one_reading_for_a_whole_table_and_leaving_early(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corrections"
    session(home, folder, ["s", "1"])
    assert decisions(folder) == [("requests", "new", "first", "8", "8"), ("requests", "total", "first", "5", "5")]
    assert "0 decisions" in session(home, tmp_path / "none", ["q"])
    assert not (tmp_path / "none" / "review.csv").exists()


def test_whose_report_it_is(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "home")
    title = "2023年政府信息公开工作年度报告"
    nobody = given.report(
        "a", organ=None, organ_identity=None, organ_kind=None, division_code=None, title=title, year=None
    )
    with lake.lock():
        given.fill(lake, [[nobody, given.report("b")]])
        build(lake, given.VERSION, tmp_path / "none")
    folder = tmp_path / "corrections"
    seen = session(
        tmp_path / "home",
        folder,
        ["鼓楼区", "江苏省南京市鼓楼区", "n", "江苏省徐州市鼓楼区人民政府", "y", "2203", "2023"],
    )
    assert "[1/1] 2023年政府信息公开工作年度报告: whose is it?, of which year?" in seen
    assert "'鼓楼区' could be several organs: " in seen
    assert "江苏省南京市鼓楼区人民政府 (government, 320106)" in seen
    assert decisions(folder) == [
        ("report", "organ", "value", "江苏省徐州市鼓楼区人民政府", title),
        ("report", "year", "value", "2023", title),
    ]
    with lake.lock():
        build(lake, given.VERSION, folder)
    with duckdb.connect(str(lake.database), read_only=True) as con:
        found = con.execute(
            "select canonical_name, year from dim_report join dim_organ using (organ_key) where title = ?", [title]
        ).fetchall()
    assert found == [("江苏省徐州市鼓楼区人民政府", 2023)]


def test_both_sides_of_a_doubt_are_shown(tmp_path: Path) -> None:
    """A page's picture with the waiting cells outlined, and the rows of a table of markup."""
    from PIL import Image

    lake = Lake(tmp_path / "home")
    sheets = ("hongze-2023.pdf", "pingtan-2022.html")
    found = [read(SAMPLES / name) for name in sheets]
    waiting = [
        replace(
            e,
            cells=tuple(c for c in e.cells if c.table != "proceedings"),
            doubted=tuple(c for c in e.cells if c.table == "proceedings"),
        )
        for e in found
    ]
    with lake.lock():
        given.fill(lake, [waiting])
        build(lake, given.VERSION, tmp_path / "none")
    seen = session(tmp_path / "home", tmp_path / "corrections", ["1", "s"])
    assert "⟦" in seen
    file = next(line.split(": ", 1)[1].strip() for line in seen.splitlines() if "the cells outlined" in line)
    with Image.open(file) as page:
        colours = page.getcolors(1 << 24) or []
    assert any(colour == (214, 31, 38) and count > 400 for count, colour in colours)


def test_a_file_with_a_conflict_is_one_line_and_the_warehouse_stays(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corrections"
    folder.mkdir()
    (folder / "by_hand.csv").write_text(",".join(corrections.COLUMNS) + "\n<<<<<<< HEAD\n", encoding="utf-8")
    before = Lake(home).star_manifest()
    done = run_ogi("run", SAMPLES / "pingtan-2022.html", "--home", home, "--corrections", folder)
    assert done.returncode == 1
    assert done.stderr.decode() == f"ogi: {folder}/by_hand.csv:2: a merge conflict was left in the file\n"
    assert Lake(home).star_manifest() == before


def test_an_amount_is_shown_and_typed_with_its_unit(tmp_path: Path) -> None:
    cell = given.cell("disclosure", "fees", "amount", 1234567.8912345, "1234567.8912345元", "元")._replace(
        reading="ocr"
    )
    lake = Lake(tmp_path / "home")
    with lake.lock():
        given.fill(lake, [[replace(given.report("a"), doubted=(cell,))]])
        build(lake, given.VERSION, tmp_path / "none")
    folder = tmp_path / "corrections"
    folder.mkdir()
    (folder / "review.csv").write_text(",".join(corrections.OLDER) + "\n", encoding="utf-8")
    seen = session(tmp_path / "home", folder, ["251000", "251000元"])
    assert "1) ocr: 123.45678912345 万元 “1234567.8912345元”" in seen
    assert "That is none of these." in seen
    with lake.lock():
        build(lake, given.VERSION, folder)
    with duckdb.connect(str(lake.database), read_only=True) as con:
        assert con.execute("select value, unit from fact_disclosure").fetchall() == [(25.1, "万元")]


def test_a_reading_that_is_taken_loads_its_own_number_to_the_last_digit(tmp_path: Path) -> None:
    cell = given.cell("disclosure", "fees", "amount", 1234567.8912345, "1234567.8912345元", "元")._replace(
        reading="ocr"
    )
    lake = Lake(tmp_path / "home")
    with lake.lock():
        given.fill(lake, [[replace(given.report("a"), doubted=(cell,))]])
        build(lake, given.VERSION, tmp_path / "none")
    session(tmp_path / "home", tmp_path / "c", ["1"])
    with lake.lock():
        build(lake, given.VERSION, tmp_path / "c")
    with duckdb.connect(str(lake.database), read_only=True) as con:
        assert con.execute("select value, unit from fact_disclosure").fetchall() == [(123.45678912345, "万元")]
