"""The checks across reports, and editions: what the star says of documents that must agree with each other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.model import Extraction
from tests.transform.given_reports import NOW, VERSION, built, cell, disclosure, fill, report, requests, sha
from transform.build import build
from transform.checks import CHECKS, Check, checks, prepare, run
from transform.empty_warehouse import create_tables
from transform.lake import Lake
from transform.parts import write_part
from transform.register import Intake, take_in

ACROSS = {"carry_over", "stock", "roll_up", "duplicate_report"}


def query(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(lake.database), read_only=True) as con:
        return con.execute(sql).fetchall()


def found(home: Path, *given: Extraction) -> list[tuple[Any, ...]]:
    """(check, year, result, where, expected, found) of every finding across reports."""
    lake, _ = built(home, given)
    return query(
        lake,
        "select check_code, year, result, cell, expected, found from v_findings where check_code in "
        f"{tuple(sorted(ACROSS))} order by all",
    )


def year(number: int, carried_in: Any, carried_out: Any, name: str = "", **changes: Any) -> Extraction:
    rows = {
        "carried_in": carried_in if isinstance(carried_in, list) else [carried_in, 0, 0, 0, 0, 0, carried_in],
        "carried_out": carried_out if isinstance(carried_out, list) else [carried_out, 0, 0, 0, 0, 0, carried_out],
    }
    return report(f"{name}{number}", requests(rows), year=number, **changes)


def test_every_check_is_one_file_whose_first_line_says_what_it_is() -> None:
    assert {check.code for check in checks()} == ACROSS, "a name in ACROSS, and tests of it in this module"
    for check in checks():
        assert check.rule
        assert len(duckdb.extract_statements(check.sql)) == 1


def test_a_check_without_its_first_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text("select 1")
    with pytest.raises(ValueError, match=r"mine\.sql: the first line must be"):
        checks(tmp_path)
    assert CHECKS.is_dir()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("-- mine (error): a rule\nselect 1", r"“-- mine \(warning\): rule”"),
        ("-- other (warning): a rule\nselect 1", r"“-- mine \(warning\): rule”"),
        ("-- mine (warning): a rule\nselect 1 from v_report", "“-- needs: v_report”"),
        ("-- mine (warning): a rule\n-- needs: v_cell\nselect 1 from v_report", "“-- needs: v_report”"),
        (
            "-- mine (warning): a rule\n-- needs: v_cell\nselect 1 from dim_report -- no v_cell",
            "the views of its query",
        ),
    ],
)
def test_a_check_says_what_it_is_and_needs(lines: str, said: str, tmp_path: Path) -> None:
    """A view that another check happens to need would be there without its being named."""
    (tmp_path / "mine.sql").write_text(lines)
    with pytest.raises(ValueError, match=said):
        checks(tmp_path)


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.code)
def test_each_check_has_the_views_that_it_needs_by_itself(check: Check) -> None:
    with duckdb.connect() as con:
        create_tables(con)
        prepare(con, (check,))
        run(con, "dim_report", (check,))


def test_a_result_that_is_none_is_refused(tmp_path: Path) -> None:
    """Anything but failed would count as undecided: nobody would be told."""
    columns = "null::bigint as other_report_key, '{}' as result, 'requests' as \"where\", '1' as expected, '2' as found, 'x' as message"
    with duckdb.connect() as con:
        con.execute("create table report as select 1::bigint as report_key")
        for result in ("failed", "fail"):
            sql = f"-- mine (warning): a rule\nselect report_key, {columns.format(result)} from report"
            (tmp_path / "mine.sql").write_text(sql)
            con.execute("drop table if exists star_finding")
            prepare(con, checks(tmp_path))
            if result == "failed":
                run(con, "report", checks(tmp_path))
                assert con.execute("select check_code, severity from star_finding").fetchall() == [("mine", "warning")]
            else:
                with pytest.raises(duckdb.ConstraintException, match="check mine: "):
                    run(con, "report", checks(tmp_path))


def test_what_is_carried_out_is_carried_in(tmp_path: Path) -> None:
    assert found(tmp_path, year(2021, 0, 3), year(2022, 3, 1), year(2023, 1, 0)) == []


def test_carry_over_fails_in_each_column_that_differs(tmp_path: Path) -> None:
    given = [year(2022, 0, [40, 8, 0, 0, 0, 0, 48]), year(2023, [6, 2, 0, 0, 0, 0, 8], 0)]
    assert found(tmp_path, *given) == [
        ("carry_over", 2023, "failed", "requests.carried_in.enterprise", "8", "2"),
        ("carry_over", 2023, "failed", "requests.carried_in.natural_person", "40", "6"),
        ("carry_over", 2023, "failed", "requests.carried_in.total", "48", "8"),
    ]


def test_a_finding_names_the_other_report_and_since_when(tmp_path: Path) -> None:
    lake, later = Lake(tmp_path), NOW + dt.timedelta(days=400)
    first, second = year(2022, 0, 2), year(2023, 0, 0)
    with lake.lock():
        fill(lake, [[first]])
        take_in(lake, [Intake(second.path, second.sha256, 1000)], later)
        write_part(lake, VERSION, [second], later)
        build(lake, VERSION)
    sql = """
        select report.sha256, other.sha256, since, origin, severity, f.message from fact_finding f
        join dim_report report using (report_key) join dim_report other on other.report_key = other_report_key
        where "where" = 'requests.carried_in.total'
    """
    said = "0 carried in; the report for 2022 carried 2 out"
    assert query(lake, sql) == [(second.sha256, first.sha256, later.replace(tzinfo=None), "publisher", "warning", said)]
    assert query(lake, "select year, quality from dim_report order by year") == [
        (2022, "clean"),
        (2023, "publisher_findings"),
    ]


def test_blank_cells_leave_carry_over_open(tmp_path: Path) -> None:
    given = [year(2022, 0, [2, None, 0, 0, 0, 0, 2]), year(2023, [2, 1, 0, 0, None, 0, 2], 0)]
    assert found(tmp_path, *given) == [("carry_over", 2023, "not_applicable", "requests.carried_in", None, "2")]


def test_a_gap_of_years_and_another_scope_are_not_compared(tmp_path: Path) -> None:
    given = [
        year(2020, 0, 9),
        year(2022, 0, 5, scope="own"),
        year(2023, 0, 0, scope="consolidated"),
    ]
    assert found(tmp_path, *given) == []


def test_of_two_scopes_the_same_one_is_compared(tmp_path: Path) -> None:
    given = [
        year(2022, 0, 5, "own", scope="own"),
        year(2022, 0, 70, "all", scope="consolidated"),
        year(2023, 5, 0, "own", scope="own"),
        year(2023, 71, 0, "all", scope="consolidated"),
    ]
    assert [row[3:] for row in found(tmp_path, *given)] == [
        ("requests.carried_in.natural_person", "70", "71"),
        ("requests.carried_in.total", "70", "71"),
    ]


def in_force(number: int, issued: Any, repealed: Any, stands: Any) -> Extraction:
    row = {"issued": issued, "repealed": repealed, "in_force": stands}
    return report(
        f"stock {number}", disclosure({"normative_documents": row, "rules": dict.fromkeys(row, 0)}), year=number
    )


def test_stock(tmp_path: Path) -> None:
    fine = [in_force(2021, 1, 0, 665), in_force(2022, 88, 55, 698)]
    assert found(tmp_path / "fine", *fine) == []
    assert found(tmp_path / "wrong", in_force(2023, 50, 0, 470), in_force(2024, 62, 33, 440)) == [
        ("stock", 2024, "failed", "disclosure.normative_documents.in_force", "499", "440"),
    ]
    assert found(tmp_path / "blank", in_force(2023, 50, 0, 470), in_force(2024, None, 33, 440)) == [
        ("stock", 2024, "not_applicable", "disclosure.normative_documents", None, None),
    ]
    form_2019 = report(
        "2020", disclosure({"normative_documents": {"made": 89, "disclosed": 89, "disclosed_total": 89}}), year=2020
    )
    assert found(tmp_path / "form", form_2019, in_force(2021, 1, 0, 665)) == []


def new(name: str, total: Any, **changes: Any) -> Extraction:
    return report(name, requests({"new": [total, 0, 0, 0, 0, 0, total]}), **changes)


def test_two_documents_with_different_figures(tmp_path: Path) -> None:
    given = [new("a", 10, published=dt.date(2024, 1, 2)), new("b", 11, published=dt.date(2024, 1, 9))]
    where = "requests.new.natural_person,requests.new.total"
    assert found(tmp_path, *given) == [("duplicate_report", 2023, "failed", where, "0", "2")]


@pytest.mark.parametrize(
    "second",
    [
        new("same figures", 10),
        new("correction", 11, correction="（更正）"),
        new("other scope", 11, scope="consolidated"),
        new("other year", 11, year=2024),
        new("other organ", 11, organ="别县"),
        new("blank", None),
    ],
    ids=lambda e: e.path,
)
def test_documents_that_are_no_duplicates(second: Extraction, tmp_path: Path) -> None:
    assert "duplicate_report" not in {check for check, *_ in found(tmp_path, new("first", 10), second)}


def township(name: str, total: int, **changes: Any) -> Extraction:
    given = {
        "organ": name,
        "organ_kind": "township",
        "organ_level": "township",
        "division_code": "350128107",
        "scope": "own",
    }
    return new(name, total, **(given | changes))


def test_a_consolidated_report_is_not_below_its_parts(tmp_path: Path) -> None:
    whole = new("whole", 10, scope="consolidated")
    parts = [
        township("甲镇", 4),
        township("乙镇", 7),
        township("丙局", 2, organ_kind="department", division_code="350128"),
    ]
    cells = ("requests.new.natural_person", "requests.new.total")
    assert found(tmp_path / "below", whole, *parts) == [
        ("roll_up", 2023, "failed", name, "≥ 13", "10") for name in cells
    ]
    assert found(tmp_path / "not below", whole, *parts[:1]) == []
    blank = report("blank", requests({"new": [None] * 7}), scope="consolidated")
    assert found(tmp_path / "blank", blank, *parts) == [("roll_up", 2023, "not_applicable", "report", None, "2")]


@pytest.mark.parametrize(
    "part",
    [
        township("税务", 99, organ="某县税务局"),
        township("branch", 99, organ="某市生态环境局某县分局"),
        township("unknown", 99, scope="unknown"),
        township("other year", 99, year=2022),
        township("elsewhere", 99, division_code="350102"),
        township("the government itself", 99, organ="平潭县", organ_kind="government", division_code="350128"),
    ],
    ids=lambda e: e.path,
)
def test_figures_that_are_no_part(part: Extraction, tmp_path: Path) -> None:
    assert found(tmp_path, new("whole", 10, scope="consolidated"), part) == []


def test_a_departments_own_branches_are_not_the_divisions_parts(tmp_path: Path) -> None:
    whole = new("bureau", 10, organ="某县教育局", organ_kind="department", scope="consolidated")
    assert found(tmp_path, whole, township("甲镇", 99)) == []


def editions(lake: Lake) -> dict[str, tuple[int, bool, bool]]:
    rows = query(lake, "select sha256, version, is_current, previous_report_key is null from dim_report")
    return {digest: (version, current, first) for digest, version, current, first in rows}


def test_the_edition_that_corrects_is_current_even_before_a_later_one(tmp_path: Path) -> None:
    given = [
        new("first", 10, published=dt.date(2024, 1, 2)),
        new("corrected", 11, published=dt.date(2024, 2, 2), correction="（更正）"),
        new("again", 10, published=dt.date(2024, 3, 2)),
    ]
    lake, _ = built(tmp_path, given)
    assert editions(lake) == {
        sha("first"): (1, False, True),
        sha("corrected"): (2, True, False),
        sha("again"): (3, False, False),
    }


def test_a_changed_page_is_the_later_edition_though_its_date_stayed(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    first, changed = new("first", 10, published=dt.date(2024, 1, 2)), new("changed", 12, published=dt.date(2024, 1, 2))
    for day, extraction in enumerate((first, changed)):
        with lake.lock():
            take_in(lake, [Intake("/page.html", extraction.sha256, 9)], NOW + dt.timedelta(days=day))
            write_part(lake, VERSION, [extraction], NOW + dt.timedelta(days=day))
    with lake.lock():
        build(lake, VERSION)
    assert editions(lake) == {sha("first"): (1, False, True), sha("changed"): (2, True, False)}


def test_own_and_consolidated_figures_are_two_reports(tmp_path: Path) -> None:
    lake, _ = built(
        tmp_path, [new("own", 10, scope="own"), new("all", 90, scope="consolidated"), new("?", 90, scope=None)]
    )
    assert editions(lake) == {sha(name): (1, True, True) for name in ("own", "all", "?")}


def test_an_unknown_scope_is_an_edition_of_the_one_that_is_known(tmp_path: Path) -> None:
    given = [
        new("all", 90, scope="consolidated", published=dt.date(2024, 1, 2)),
        new("?", 91, scope=None, published=dt.date(2024, 2, 2)),
    ]
    lake, _ = built(tmp_path, given)
    assert editions(lake) == {sha("all"): (1, False, True), sha("?"): (2, True, False)}


def test_what_changed_between_editions_cell_by_cell(tmp_path: Path) -> None:
    before = [*requests({"new": [10, None, 0, 0, 0, 0, 10]}), cell("disclosure", "fees", "amount", 7730.28)]
    after = [*requests({"new": [12, 1, None, 0, 0, 0, 13]}), cell("disclosure", "penalties", "decisions", 5)]
    given = [
        report("first", before, published=dt.date(2024, 1, 2)),
        report("corrected", after, published=dt.date(2024, 2, 2), correction="（更正）"),
    ]
    lake, _ = built(tmp_path, given)
    sql = "select version, cell, change, value_before, value_after, difference from v_editions order by cell"
    assert query(lake, sql) == [
        (2, "disclosure.fees.amount", "removed", 7730.28, None, None),
        (2, "disclosure.penalties.decisions", "added", None, 5, None),
        (2, "requests.new.enterprise", "filled", None, 1, None),
        (2, "requests.new.natural_person", "changed", 10, 12, 2),
        (2, "requests.new.research", "blanked", 0, None, None),
        (2, "requests.new.total", "changed", 10, 13, 3),
    ]
    assert query(lake, "select distinct organ, correction, is_current from v_editions") == [
        ("平潭县", "（更正）", True)
    ]


def test_large_figures_are_said_with_all_their_digits(tmp_path: Path) -> None:
    rows = {n: [n, 0, 0, 0, 0, 0, n] for n in (11398889, 3286513)}
    given = [year(2022, 0, rows[11398889]), year(2023, rows[3286513], 0)]
    assert ("carry_over", 2023, "failed", "requests.carried_in.total", "11398889", "3286513") in found(tmp_path, *given)
