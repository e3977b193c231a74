"""The star: what it holds, and that it does not depend on how its reports came."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from extract.model import Finding
from tests.transform.given_reports import (
    NOW,
    VERSION,
    built,
    cell,
    disclosure,
    fill,
    full_report,
    proceedings,
    report,
    requests,
    sha,
    star_bytes,
)
from transform import partitions
from transform.build import build
from transform.lake import Lake
from transform.parts import write_part
from transform.register import Intake, pending, take_in, unextracted
from transform.schema import TABLES

MANY = [full_report(n) for n in range(24)]


def query(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(lake.database), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return built(tmp_path_factory.mktemp("many"), MANY)[0]


def test_order_and_batches_leave_no_trace(many: Lake, tmp_path: Path) -> None:
    turned = MANY[::-1]
    other, _ = built(tmp_path, turned[:1], turned[1:17], turned[17:])
    assert star_bytes(other) == star_bytes(many)


def test_every_published_cell_arrives_and_nothing_else(many: Lake) -> None:
    published = {
        (e.sha256, c.table, c.row, c.column, c.value): c.raw for e in MANY for c in e.cells if c.row != "fees"
    } | {
        (e.sha256, c.table, c.row, c.column, float(c.value or 0)): c.raw
        for e in MANY
        for c in e.cells
        if c.row == "fees"
    }
    loaded = query(
        many,
        """
        with fact as (
            select report_key, 'requests' as tbl, outcome_key as r, applicant_key as c, count::double as v from fact_request
            union all
            select report_key, 'proceedings', split_part(proceeding_key, '.', 1), split_part(proceeding_key, '.', 2), count
            from fact_proceeding
            union all
            select report_key, 'disclosure', row_code, column_code, value from fact_disclosure join dim_measure using (measure_key)
        )
        select sha256, tbl, r, c, v, raw
        from fact join dim_report using (report_key)
        left join cell_source s on s.report_key = fact.report_key and s.row_code = r and s.column_code = c
            and s.fact_table = case tbl when 'requests' then 'fact_request' when 'proceedings' then 'fact_proceeding' else 'fact_disclosure' end
        """,
    )
    assert {tuple(row[:5]): row[5] for row in loaded} == published
    assert len(loaded) == sum(len(e.cells) for e in MANY)


def test_facts_stand_in_the_order_of_year_division_report_and_form(many: Lake) -> None:
    facts = partitions.table(many.star, "fact_request").to_pylist()
    reports = {
        row["report_key"]: n for n, row in enumerate(pq.read_table(many.star / "dim_report.parquet").to_pylist())
    }
    years = [row["year"] for row in pq.read_table(many.star / "dim_report.parquet").to_pylist()]
    assert years == sorted(years)
    positions = [reports[row["report_key"]] for row in facts]
    assert positions == sorted(positions)
    assert [row["applicant_key"] for row in facts[:7]] == [c.column for c in MANY[0].cells if c.row == "new"]


def test_parquet_and_database_have_the_declared_schema(many: Lake) -> None:
    for table in TABLES:
        for file in partitions.files(many.star, table.name):
            assert pq.read_schema(file).equals(table.arrow, check_metadata=True), table.name
        described = query(
            many,
            f"select column_name, comment, data_type, is_nullable from duckdb_columns() where table_name = '{table.name}'",
        )
        assert described == [(c.name, c.description, c.duckdb_type, c.nullable) for c in table.columns]


def test_blank_is_null_and_absent_is_no_row(tmp_path: Path) -> None:
    cells = [
        *requests({"new": [80, 1, 0, None, 0, 0, 81], "other": [None] * 7}),
        *proceedings({"reconsideration": [10, 1, 0, 0, 0]}),
        *disclosure({"penalties": {"decisions": None}}),
        cell("disclosure", "fees", "amount", 251000, raw="251000元", unit="元"),
        cell("disclosure", "procurement", "amount", 160.5),
    ]
    finding = Finding("requests.balance", "error", "requests.new", 3, 4.5, "publisher", "said")
    undecided = Finding("requests.columns", "error", "requests.other", result="not_applicable")
    only = report("a", cells, [finding, undecided], sections={"1": "文"}, headings={"1": "一、总体情况"})
    lake, summary = built(tmp_path, [only])
    assert (summary.reports, summary.cells, summary.findings) == (1, 22, 2)
    assert query(lake, 'select outcome_key, list("count") from fact_request group by all order by all') == [
        ("new", [80, 1, 0, None, 0, 0, 81]),
        ("other", [None] * 7),
    ]
    assert query(lake, 'select list("count") from fact_proceeding') == [([10, 1, 0, 0, 0],)]
    assert query(lake, "select measure_key, value, unit from fact_disclosure") == [
        ("penalties.decisions", None, "件"),
        ("fees.amount", 25.1, "万元"),
        ("procurement.amount", 160.5, None),
    ]
    source = query(
        lake,
        "select raw, unit, table_index, row_index, column_index, page, bbox, reading from cell_source where row_code = 'fees'",
    )
    assert source == [("251000元", "元", 1, 2, 3, None, None, "html")]
    assert query(lake, "select check_code, expected, found, origin, result, message from fact_finding") == [
        ("requests.balance", "3", "4.5", "publisher", "failed", "said"),
        ("requests.columns", None, None, None, "not_applicable", ""),
    ]
    assert query(lake, "select section, heading, text from fact_section") == [("1", "一、总体情况", "文")]
    assert query(lake, "select quality, form, scope from dim_report") == [("publisher_findings", "2021", "own")]
    assert query(lake, "select name, kind, level, division_key from dim_organ") == [
        ("平潭县", "government", "county", "350128")
    ]
    assert query(lake, "select min(year), max(year), count(*), max(due_departments) from dim_year") == [
        (2008, 2023, 16, dt.date(2024, 1, 31))
    ]


def test_editions_of_one_report_are_ordered_by_publication_not_by_arrival(tmp_path: Path) -> None:
    def edition(name: str, published: dt.date | None, **changes: Any) -> Any:
        return report(name, requests({"new": [1] * 7}), published=published, **changes)

    given = [
        edition("corrected", dt.date(2024, 3, 1)),
        edition("first", dt.date(2024, 1, 30)),
        edition("undated", None),
        edition("other year", None, year=2022),
        edition("nobody", None, organ_identity=None),
        edition("nobody either", None, organ_identity=None),
        edition("no year", None, year=None),
    ]
    lake, _ = built(tmp_path, given)
    found = {row[0]: row[1:] for row in query(lake, "select sha256, version, is_current from dim_report")}
    assert found == {
        sha("undated"): (1, False),
        sha("first"): (2, False),
        sha("corrected"): (3, True),
        **{sha(name): (1, True) for name in ("other year", "nobody", "nobody either", "no year")},
    }
    assert query(lake, "select count(*) from dim_organ") == [(1,)]


def test_quality(tmp_path: Path) -> None:
    findings = {
        "partial": Finding("requests.balance", "error", "x", origin="extraction"),
        "failed": Finding("requests.balance", "error", "x"),
        "informed": Finding("blank_cells", "info", "x"),
        "undecided": Finding("requests.balance", "error", "x", result="not_applicable"),
        "unread": Finding("reading.row", "info", "x"),
    }
    lake, _ = built(tmp_path, [report("none"), *(report(name, findings=[f]) for name, f in findings.items())])
    assert dict(query(lake, "select sha256, quality from dim_report")) == {
        sha("none"): "clean",
        sha("partial"): "partial",
        sha("failed"): "publisher_findings",
        sha("informed"): "clean",
        sha("undecided"): "clean",
        sha("unread"): "publisher_findings",
    }


def test_every_given_file_is_a_row_of_document(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    later = NOW + dt.timedelta(days=1)
    good, news = report("a"), report("news", status="not_a_report", reason="A news item.")
    with lake.lock():
        fill(lake, [[good, news]])
        files = [
            Intake("/copy/of/a.html", good.sha256, 1000, source_url="https://example.org/a"),
            Intake("/secret.html", None, None, None, "unreadable", "Permission denied."),
            Intake("/huge.html", sha("huge"), 200_000_000, None, "unreadable", "Too large."),
            Intake("/new.html", sha("new"), 5),
        ]
        assert take_in(lake, files, NOW) == 4
        assert take_in(lake, files, later) == 0  # seen before, unchanged
        summary = build(lake, VERSION)
    assert summary.documents == {"not_a_report": 1, "ok": 2, "pending": 1, "unreadable": 2}
    assert query(lake, "select path, status, reason, fetched_at, report_key is not null from document") == [
        ("/copy/of/a.html", "ok", None, NOW.replace(tzinfo=None), True),
        ("/huge.html", "unreadable", "Too large.", NOW.replace(tzinfo=None), False),
        ("/new.html", "pending", None, NOW.replace(tzinfo=None), False),
        ("/reports/a.html", "ok", None, NOW.replace(tzinfo=None), True),
        ("/reports/news.html", "not_a_report", "A news item.", NOW.replace(tzinfo=None), False),
        ("/secret.html", "unreadable", "Permission denied.", NOW.replace(tzinfo=None), False),
    ]
    assert query(lake, "select source_url from dim_report") == [("https://example.org/a",)]


def test_a_path_that_becomes_readable_is_no_longer_unreadable(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    path, first, day = "/reports/a.html", report("a"), dt.timedelta(days=1)
    denied = Intake(path, None, None, None, "unreadable", "Permission denied.")

    def documents() -> list[tuple[Any, ...]]:
        build(lake, VERSION)
        return query(lake, "select sha256, status, fetched_at::date from document order by all nulls first")

    with lake.lock():
        take_in(lake, [denied], NOW)
        assert documents() == [(None, "unreadable", NOW.date())]
        take_in(lake, [Intake(path, first.sha256, 5)], NOW + day)
        write_part(lake, VERSION, [first], NOW + day)
        assert documents() == [(first.sha256, "ok", (NOW + day).date())]
        take_in(lake, [denied], NOW + 2 * day)
        assert documents() == [(None, "unreadable", NOW.date()), (first.sha256, "ok", (NOW + day).date())]
        assert take_in(lake, [Intake(path, first.sha256, 5)], NOW + 3 * day) == 1
        assert documents() == [(first.sha256, "ok", (NOW + day).date())]


def test_a_second_build_does_nothing_and_one_more_report_adds_one(tmp_path: Path) -> None:
    lake, first = built(tmp_path, MANY[:3])
    before = star_bytes(lake)
    with lake.lock():
        again = build(lake, VERSION)
        assert again == replace(first, rebuilt=False, loaded=False)
        assert star_bytes(lake) == before
        assert unextracted(lake, VERSION, [MANY[4].sha256 or "", MANY[0].sha256 or ""]) == [MANY[4].sha256]
        fill(lake, [[MANY[4]]])
        more = build(lake, VERSION)
    assert (more.reports, more.rebuilt, more.loaded) == (4, True, True)


def test_a_document_read_twice_is_one_report(tmp_path: Path) -> None:
    lake, summary = built(tmp_path, [MANY[0], MANY[1]], [MANY[1], MANY[2]])
    assert (summary.reports, summary.documents) == (3, {"ok": 3})
    assert query(lake, "select count(*) from fact_request") == [(3 * 25 * 7,)]


def test_a_new_extractor_has_everything_still_to_read(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.lock():
        fill(lake, [MANY[:5]])
        take_in(lake, [Intake("/no.html", None, None, None, "unreadable", "Denied.")], NOW)
        assert list(pending(lake, VERSION)) == []
        waiting = list(pending(lake, "test-2", batch=2))
        assert [len(batch) for batch in waiting] == [2, 2, 1]
        found = {document.sha256: document.path for batch in waiting for document in batch}
        assert found == {e.sha256: e.path for e in MANY[:5]}
        write_part(lake, "test-2", MANY[:2], NOW)
        assert build(lake, "test-2").documents == {"ok": 5, "unreadable": 1}  # three of them as they were read before


def test_a_report_must_have_been_taken_in(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.lock():
        write_part(lake, VERSION, MANY[:1], NOW)
        with pytest.raises(ValueError, match="never taken in"):
            build(lake, VERSION)


def test_an_empty_lake_gives_an_empty_star(tmp_path: Path) -> None:
    lake, summary = built(tmp_path)
    assert (summary.reports, summary.cells, summary.documents) == (0, 0, {})
    assert query(lake, "select count(*) from dim_year") == [(1,)]


def test_doubted_cells_wait_outside_of_the_facts(tmp_path: Path) -> None:
    sure = requests({"new": [1, 0, 0, 0, 0, 0, 1]})
    first = disclosure({"rules": {"issued": 3}})
    other = [c._replace(value=8, raw="8", reading="pdfplumber") for c in first]
    lake, _ = built(tmp_path, [report("doubted", sure, doubted=(*first, *other)), report("sure", sure, organ="别县")])
    assert query(lake, "select count(*) from fact_disclosure") == [(0,)]
    assert query(lake, "select count(*) from cell_source") == [(14,)]
    assert query(lake, "select reading, value, raw from doubted_cell order by reading") == [
        ("html", 3.0, "3"),
        ("pdfplumber", 8.0, "8"),
    ]
    assert query(lake, "select status, reason, report_key is null from document order by status") == [
        ("ok", None, False),
        ("quarantined", "waits for a person: 1 cells of disclosure", False),
    ]
