"""Corrections: applied on every build, stale when their document says something else, refused with file and line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import hypothesis as given_
import pytest
from hypothesis import strategies

from extract.model import Cell, Extraction, Finding
from extract.shipped import shipped
from tests.transform import given_reports as given
from transform import corrections
from transform.build import build
from transform.lake import Lake

HEAD = ",".join(corrections.COLUMNS)
SHA = given.sha("a")


def line(**changes: str) -> str:
    fields = {
        "sha256": SHA, "table": "requests", "row": "new", "column": "total", "decision": "value", "value": "7", "unit": "",
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


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """One report with 新收 9, with its warehouse; for what leaves it as it is."""
    folder = tmp_path_factory.mktemp("standing")
    lake = filled(folder, given.report("a", given.requests({"new": [9, 0, 0, 0, 0, 0, 9]})))
    with built(lake, folder / "none") as con:
        assert count(con) == [(9, "html")]
    return lake


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
        ([line(sha256="xyz")], "by_hand.csv:2: sha256"),
        ([line(row="nothing")], "by_hand.csv:2: requests.nothing.total is no cell"),
        ([line(value="7.5")], "by_hand.csv:2: value '7.5' is no whole count"),
        ([line(value="many")], "by_hand.csv:2: value 'many' is no number"),
        ([line(decision="maybe")], "by_hand.csv:2: decision"),
        ([line(who=" ")], "by_hand.csv:2: who and why"),
        ([line(table="report", row="title", column="")], "by_hand.csv:2: of a report, organ and year"),
        ([line(table="report", row="year", column="", value="1022")], "by_hand.csv:2: the year 1022"),
        ([line(table="report", row="year", column="", value="")], "by_hand.csv:2: of a report, the decision"),
        ([line(table="report", row="organ", column="", value="鼓楼区")], "by_hand.csv:2: '鼓楼区' could be several"),
        ([line(when="yesterday")], "by_hand.csv:2: when"),
        ([line(), line(value="8")], "by_hand.csv:3: this cell is already corrected in by_hand.csv:2"),
        ([line(), "=======", line(row="total")], "by_hand.csv:3: a merge conflict"),
        ([line() + ",more"], "by_hand.csv:2: 12 fields"),
        ([line(why='"open')], "by_hand.csv:2:"),
    ],
)
def test_a_wrong_file_is_named_with_its_line_and_the_last_star_stays(
    standing: Lake, tmp_path: Path, lines: list[str], said: str
) -> None:
    lake, before = standing, [(9, "html")]
    with pytest.raises(corrections.CorrectionsWrong) as raised:
        built(lake, written(tmp_path / "c", *lines))
    assert str(raised.value).startswith(str(tmp_path / "c" / said))
    with duckdb.connect(str(lake.database), read_only=True) as con:
        assert count(con) == before


def test_lines_about_another_lakes_documents_are_listed_as_not_applied(lake: Lake, tmp_path: Path) -> None:
    with built(lake, written(tmp_path / "c", line(), line(sha256="0" * 64))) as con:
        assert count(con) == [(7, "corrected")]
        rows = con.sql("select line, is_applied, report_key is null from correction order by line").fetchall()
        assert rows == [(2, True, False), (3, False, True)]
        assert con.sql("select count(*) from fact_finding where check_code = 'correction.stale'").fetchall() == [(0,)]


def test_the_projects_own_folder_is_well() -> None:
    assert isinstance(corrections.read(shipped("data", "corrections")), list)


def test_cells_are_told_from_other_documents(tmp_path: Path) -> None:
    cells: list[Cell] = given.requests({"new": [9, 0, 0, 0, 0, 0, 9]})
    lake = filled(tmp_path, given.report("a", cells), given.report("b", cells, organ="正定县"))
    with built(lake, written(tmp_path / "c", line())) as con:
        assert sorted(con.execute("select count from fact_request where applicant_key = 'total'").fetchall()) == [
            (7,),
            (9,),
        ]


WHOLE = {  # a table whose sums hold
    row: [n, 0, 0, 0, 0, 0, n]
    for row, n in {"new": 9, "carried_in": 1, "granted": 8, "total": 8, "carried_out": 2}.items()
}


def findings(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    query = (
        "select check_code, \"where\", origin, found from fact_finding where result = 'failed' and severity <> 'info'"
    )
    return con.execute(f"{query} order by all").fetchall()


def test_sums_are_checked_again_on_corrected_cells(tmp_path: Path) -> None:
    rows = WHOLE | {"granted": [8, 0, 0, 0, 0, 0, 7]}
    said = Finding("requests.columns", "error", "requests.granted", 8, 7, "publisher", "as read")
    lake = filled(tmp_path, given.report("a", given.requests(rows), [said]))
    with built(lake, tmp_path / "none") as con:
        assert findings(con) == [("requests.columns", "requests.granted", "publisher", "7")]
    with built(lake, written(tmp_path / "c", line(row="granted", value="8", was="7"))) as con:
        assert findings(con) == []
        assert con.execute("select quality from dim_report").fetchone() == ("clean",)
    with built(lake, written(tmp_path / "d", line(row="granted", value="6", was="7"))) as con:
        assert findings(con) == [("requests.columns", "requests.granted", "publisher", "6")]


def test_a_table_of_which_cells_still_wait_keeps_what_was_found(tmp_path: Path) -> None:
    said = Finding("requests.columns", "error", "requests.total", 8, 9, "extraction", "as read")
    cells = given.requests({row: values for row, values in WHOLE.items() if row != "total"})
    waiting = tuple(
        c._replace(reading="ocr", confidence=0.99) for c in given.requests({"total": [8, 0, 0, 0, 0, 0, 9]})
    )
    lake = filled(tmp_path, given.report("a", cells, [said], doubted=waiting))
    last = line(row="total", value="8", was="9")
    with built(lake, written(tmp_path / "c", last)) as con:
        assert findings(con) == [("requests.columns", "requests.total", "extraction", "9")]
    others = [line(row="total", column=c.column, decision="first", value=c.raw, was=c.raw) for c in waiting[:-1]]
    with built(lake, written(tmp_path / "c", last, *others)) as con:
        assert findings(con) == []
        assert con.execute("select status from document").fetchall() == [("ok",)]


def test_what_was_not_read_can_be_typed(tmp_path: Path) -> None:
    lost = Finding("reading.unreadable_row", "warning", "proceedings.reconsideration", None, None, "extraction", "lost")
    lake = filled(tmp_path, given.report("a", given.requests(WHOLE), [lost]))
    typed = [
        line(table="proceedings", row="reconsideration", column=column, value=value, was="")
        for column, value in zip(("upheld", "corrected", "other", "pending", "total"), "10001", strict=True)
    ]
    with built(lake, written(tmp_path / "c", *typed[:4])) as con:
        assert findings(con) == [("reading.unreadable_row", "proceedings.reconsideration", "extraction", None)]
    with built(lake, written(tmp_path / "c", *typed)) as con:
        assert con.execute("select sum(count) from fact_proceeding").fetchone() == (2,)
        source = con.execute(
            "select distinct reading, raw, table_index from cell_source where fact_table like '%proc%'"
        )
        assert source.fetchall() == [("corrected", "", None)]
        assert findings(con) == []


def of_report(row: str, value: str, was: str = "平潭县2023年政府信息公开工作年度报告", decision: str = "value") -> str:
    return line(table="report", row=row, column="", value=value, was=was, decision=decision)


def test_whose_report_it_is_and_of_which_year(tmp_path: Path) -> None:
    nobody = given.report("a", given.requests(WHOLE), organ_identity=None, organ_kind=None, division_code=None)
    conflict = Finding("reading.year_conflict", "warning", "year", 2023, 2022, "publisher", "two years")
    lake = filled(tmp_path, replace(nobody, findings=(conflict,)))
    lines = [of_report("organ", "湖北省武汉市江岸区人民政府"), of_report("year", "2022")]
    with built(lake, written(tmp_path / "c", *lines)) as con:
        found = con.execute(
            "select canonical_name, kind, dim_report.division_key, year, year_from, organ_evidence"
            " from dim_report join dim_organ using (organ_key)"
        )
        evidence = "corrected: by_hand.csv:2"
        assert found.fetchall() == [("湖北省武汉市江岸区人民政府", "government", "420102", 2022, "corrected", evidence)]
        assert findings(con) == []
    with built(lake, written(tmp_path / "c", of_report("organ", "", decision="reject"))) as con:
        assert con.execute("select organ_key, division_key from dim_report").fetchall() == [(None, None)]
    with built(lake, written(tmp_path / "c", of_report("year", "2022", was="another title"))) as con:
        assert con.execute("select year from dim_report").fetchall() == [(2023,)]
        assert ("correction.stale", "report.year", None, None) in findings(con)


def test_every_decision_is_a_row_of_the_warehouse(tmp_path: Path, lake: Lake) -> None:
    lines = [line(), line(row="total", was="12", decision="first", value="8")]
    with built(lake, written(tmp_path / "c", *lines)) as con:
        found = con.execute(
            "select line, row_code, decision, value, was, who, decided::varchar, why, is_applied from correction order by 1"
        )
        why = "the page shows a 7"
        assert found.fetchall() == [
            (2, "new", "value", "7", "9", "A. Reader", "2026-01-02", why, True),
            (3, "total", "first", "8", "12", "A. Reader", "2026-01-02", why, False),
        ]


def amount(**changes: str) -> str:
    place = {"table": "disclosure", "row": "fees", "column": "amount", "value": "251000", "was": "251000元"}
    return line(**(place | changes))


@pytest.fixture
def paid(tmp_path: Path) -> Lake:
    """A report of one amount, printed in 元."""
    cell = given.cell("disclosure", "fees", "amount", 251000, "251000元", "元")
    return filled(tmp_path, given.report("a", [cell]))


def amounts(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute("select value, unit from fact_disclosure").fetchall()


@pytest.mark.parametrize(
    ("changes", "loaded"),
    [
        ({"unit": "元"}, (25.1, "万元")),
        ({"unit": "万元", "value": "25.3"}, (25.3, "万元")),
        ({"unit": "亿元", "value": "0.5"}, (5000.0, "万元")),
        ({"decision": "first", "value": "25.1"}, (25.1, "万元")),
    ],
)
def test_an_amount_is_counted_in_the_unit_of_its_line(
    paid: Lake, tmp_path: Path, changes: dict[str, str], loaded: tuple[float, str]
) -> None:
    with built(paid, written(tmp_path / "c", amount(**changes))) as con:
        assert amounts(con) == [loaded]
        assert con.execute("select unit from correction").fetchall() == [(changes.get("unit", ""),)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "a typed amount needs its unit"),
        ({"unit": "件"}, "unit '件' is none of"),
        ({"table": "requests", "row": "new", "column": "total", "unit": "元"}, "is not what requests.new.total"),
    ],
)
def test_a_unit_that_is_missing_or_wrong_stops_the_build(
    paid: Lake, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(corrections.CorrectionsWrong, match=said):
        built(paid, written(tmp_path / "c", amount(**changes)))


def test_a_file_from_before_the_unit_is_read_but_its_typed_amounts_are_not_guessed(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    older = [name for name in corrections.COLUMNS if name != "unit"]
    own = [SHA, "requests", "new", "total", "value", "7", "9", "A. Reader", "2026-01-02", "seen"]
    (folder / "old.csv").write_text(",".join(older) + "\n" + ",".join(own) + "\n", encoding="utf-8")
    with built(lake, folder) as con:
        assert count(con) == [(7, "corrected")]
    own[1:6] = ["disclosure", "fees", "amount", "value", "251000"]
    (folder / "old.csv").write_text(",".join(older) + "\n" + ",".join(own) + "\n", encoding="utf-8")
    with pytest.raises(corrections.CorrectionsWrong, match="needs its unit"):
        corrections.read(folder)


@given_.given(strategies.floats(allow_nan=False, min_value=-(2.0**53), max_value=2.0**53))
def test_what_is_written_is_read_back_equal(value: float) -> None:
    text = corrections.plain(value)
    assert corrections.NUMBER.fullmatch(text)
    assert float(text) == value


@given_.given(strategies.integers(-(2**53), 2**53))
def test_a_count_is_written_whole(value: int) -> None:
    assert corrections.plain(float(value)) == corrections.plain(value) == str(value)
