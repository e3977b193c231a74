"""Corrections: applied on every build, stale when their document says something else, refused with file and line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from extract.model import Cell, Extraction
from tests.transform import given_reports as given
from transform import corrections
from transform.build import build
from transform.lake import Lake

HEAD = ",".join(corrections.COLUMNS)
SHA = given.sha("a")


def line(**changes: str) -> str:
    fields = {
        "sha256": SHA, "table": "requests", "row": "new", "column": "total", "decision": "value", "value": "7",
        "was": "9", "who": "A. Reader", "when": "2026-01-02", "why": "the page shows a 7",
    }  # fmt: skip
    return ",".join((fields | changes)[name] for name in corrections.COLUMNS)


def written(folder: Path, *lines: str, name: str = "by_hand.csv") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """One report: 新收 9, and 总计 read in two ways that wait."""
    first = given.requests({"new": [9, 0, 0, 0, 0, 0, 9]})
    doubted = tuple(
        given.cell("requests", "total", "total", value)._replace(reading=reading)
        for value, reading in ((8, "pdf"), (3, "lines"))
    )
    return filled(tmp_path, replace(given.report("a", first), doubted=doubted))


def filled(tmp_path: Path, *extractions: Extraction) -> Lake:
    lake = Lake(tmp_path / "lake")
    with lake.lock():
        given.fill(lake, [extractions])
    return lake


def built(lake: Lake, folder: Path) -> duckdb.DuckDBPyConnection:
    with lake.lock():
        build(lake, given.VERSION, folder)
    return duckdb.connect(str(lake.database), read_only=True)


def count(con: duckdb.DuckDBPyConnection, outcome: str = "new") -> list[tuple[object, ...]]:
    return con.execute(
        "select count, reading from fact_request join cell_source using (report_key)"
        " where outcome_key = ? and row_code = ? and applicant_key = 'total' and column_code = 'total'",
        [outcome, outcome],
    ).fetchall()


def test_a_correction_is_in_the_facts_and_marked(lake: Lake, tmp_path: Path) -> None:
    with built(lake, tmp_path / "none") as con:
        assert count(con) == [(9, "html")]
    with built(lake, written(tmp_path / "c", line())) as con:
        assert count(con) == [(7, "corrected")]
        assert con.execute(
            "select raw from cell_source where row_code = 'new' and column_code = 'total'"
        ).fetchall() == [("9",)]
    with built(lake, tmp_path / "none") as con:  # a file taken away leaves nothing behind
        assert count(con) == [(9, "html")]


def test_what_waited_is_loaded_and_its_document_no_longer_waits(lake: Lake, tmp_path: Path) -> None:
    with built(lake, tmp_path / "none") as con:
        assert con.execute("select status from document").fetchall() == [("quarantined",)]
        assert count(con, "total") == []
    with built(lake, written(tmp_path / "c", line(row="total", decision="first", value="8", was="8"))) as con:
        assert count(con, "total") == [(8, "corrected")]
        assert con.execute("select count(*) from doubted_cell").fetchone() == (0,)
        assert con.execute("select status, reason from document").fetchall() == [("ok", None)]


def test_a_rejected_cell_is_nowhere(lake: Lake, tmp_path: Path) -> None:
    with built(lake, written(tmp_path / "c", line(row="total", decision="reject", value="", was="8"))) as con:
        assert count(con, "total") == []
        assert con.execute("select count(*) from doubted_cell").fetchone() == (0,)


def test_a_blank_is_a_correction_too(lake: Lake, tmp_path: Path) -> None:
    with built(lake, written(tmp_path / "c", line(value=""))) as con:
        assert count(con) == [(None, "corrected")]


def test_a_correction_of_what_the_document_no_longer_says_is_stale(lake: Lake, tmp_path: Path) -> None:
    with built(lake, written(tmp_path / "c", line(was="12"))) as con:
        assert count(con) == [(9, "html")]
        found = con.execute(
            "select check_code, \"where\", message from fact_finding where check_code like 'correction%'"
        )
        assert found.fetchall() == [
            (
                "correction.stale",
                "requests.new.total",
                "by_hand.csv:2 corrects what the document no longer says; it was not applied",
            )
        ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([line(sha256="0" * 64)], "by_hand.csv:2: no document has the SHA-256"),
        ([line(sha256="xyz")], "by_hand.csv:2: sha256"),
        ([line(row="nothing")], "by_hand.csv:2: requests.nothing.total is no cell"),
        ([line(value="7.5")], "by_hand.csv:2: value '7.5' is no whole count"),
        ([line(value="many")], "by_hand.csv:2: value 'many' is no number"),
        ([line(decision="maybe")], "by_hand.csv:2: decision"),
        ([line(who=" ")], "by_hand.csv:2: who and why"),
        ([line(when="yesterday")], "by_hand.csv:2: when"),
        ([line(), line(value="8")], "by_hand.csv:3: this cell is already corrected in by_hand.csv:2"),
        ([line(), "=======", line(row="total")], "by_hand.csv:3: a merge conflict"),
        ([line() + ",more"], "by_hand.csv:2: 11 fields"),
        ([line(why='"open')], "by_hand.csv:2:"),
    ],
)
def test_a_wrong_file_is_named_with_its_line_and_the_last_star_stays(
    lake: Lake, tmp_path: Path, lines: list[str], said: str
) -> None:
    with built(lake, tmp_path / "none") as con:
        before = count(con)
    with pytest.raises(corrections.CorrectionsWrong) as raised:
        built(lake, written(tmp_path / "c", *lines))
    assert str(raised.value).startswith(said)
    with duckdb.connect(str(lake.database), read_only=True) as con:
        assert count(con) == before


def test_the_projects_own_folder_is_well() -> None:
    assert isinstance(corrections.read(corrections.FOLDER), list)


def test_cells_are_told_from_other_documents(tmp_path: Path) -> None:
    cells: list[Cell] = given.requests({"new": [9, 0, 0, 0, 0, 0, 9]})
    lake = filled(tmp_path, given.report("a", cells), given.report("b", cells, organ="正定县"))
    with built(lake, written(tmp_path / "c", line())) as con:
        assert sorted(con.execute("select count from fact_request where applicant_key = 'total'").fetchall()) == [
            (7,),
            (9,),
        ]
