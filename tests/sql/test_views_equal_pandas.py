"""Every view gives what pandas computes from the same facts: on the tricky star, and on random ones."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import duckdb
import pytest

from extract.forms.vocabulary import APPLICANT_CODES, CHANNELS, OUTCOME_CODES, RESULT_CODES
from tests.sql import pandas_indicators, pandas_territory
from tests.sql.pandas_views import COMPUTED as COMPUTED_BY_PANDAS
from tests.sql.pandas_views import records
from tests.sql.star_by_hand import Star, load
from transform import chinese
from transform.empty_warehouse import view_statements

COMPUTED = COMPUTED_BY_PANDAS | pandas_territory.COMPUTED | pandas_indicators.COMPUTED
OF_NO_REPORT = {"v_indicator_form"}  # what forms have, whatever is in the warehouse
CHINESE = {theirs: ours for ours, theirs in chinese.names("view").items()}


def rows_of(connection: duckdb.DuckDBPyConnection, view: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f'select * from "{view}"')
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def assert_same(found: list[dict[str, Any]], expected: list[dict[str, Any]], key: list[str]) -> None:
    def identity(row: dict[str, Any]) -> tuple[str, ...]:
        return tuple(str(row[name]) for name in key)

    found, expected = sorted(found, key=identity), sorted(expected, key=identity)
    assert [identity(row) for row in found] == [identity(row) for row in expected]
    assert len({identity(row) for row in found}) == len(found)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.keys() == theirs.keys()
        for name, value in theirs.items():
            wanted = pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
            assert ours[name] == wanted, (identity(ours), name)


@pytest.mark.parametrize("view", COMPUTED)
def test_tricky_star(view: str, tricky: duckdb.DuckDBPyConnection, star_and_names: tuple[Star, dict[str, int]]) -> None:
    compute, key = COMPUTED[view]
    expected = records(compute(star_and_names[0]))
    assert expected
    assert_same(rows_of(tricky, view), expected, key)


@pytest.mark.parametrize("view", COMPUTED)
def test_empty_star(view: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    load(warehouse, Star())
    assert rows_of(warehouse, view) == [] or view in OF_NO_REPORT


def in_chinese(column: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if column in chinese.values() and value is not None:
        return chinese.values()[column][value]  # every value of a closed set has a Chinese one
    return value


@pytest.mark.parametrize(("theirs", "ours"), CHINESE.items())
def test_chinese_view_says_the_same(theirs: str, ours: str, tricky: duckdb.DuckDBPyConnection) -> None:
    translated, original = rows_of(tricky, theirs), rows_of(tricky, ours)
    assert original
    names = chinese.names("column")
    wanted = [{names[name]: in_chinese(name, value) for name, value in row.items()} for row in original]
    assert sorted(map(repr, translated)) == sorted(map(repr, wanted))
    assert all(not name.isascii() for name in translated[0])


def test_names_in_chinese_are_told_apart() -> None:
    for kind in ("view", "column"):
        assert len(set(chinese.names(kind).values())) == len(chinese.names(kind))
    assert all(len(set(told.values())) == len(told) for told in chinese.values().values())


def test_every_view_is_compared() -> None:
    assert set(view_statements()) == set(COMPUTED) | set(CHINESE)


def random_star(seed: int) -> Star:
    """Counties, two of which became one, one divided and one renamed; organs of every kind; a dozen reports that collide; any
    cell present, blank or absent, totals that their parts contradict.
    """
    rng = random.Random(seed)
    star = Star()
    star.division("110000", "某省", "province", "某省")
    places = [
        star.division(f"11010{n}", f"{n}区", "county", rng.choice(["某省", "某省", "他省"]), rng.choice(["甲市", "甲市", None]),
                      parent_code="110000", is_zone=n == 2)
        for n in range(3)
    ]  # fmt: skip
    places.append(star.division("110200", "甲市", "prefecture", "某省", "甲市", parent_code="110000"))
    places.append(star.division("110221", "旧县", "county", "某省", "甲市", now="110101", since=1981, until=2022))
    merged, divided = (
        star.division(code, name, "county", "某省", None, parent_code="110000", since=1981, until=2022)
        for code, name in (("110103@2022", "并区"), ("110104", "分县"))
    )
    places += [merged, divided]
    for part in ("110100", merged):
        star.territory("110100", part, 2021, decision="某函〔2022〕1号")
    for whole in ("110101", "110102"):
        star.territory(whole, divided, 2021, is_entire=False)
    for year in (2020, 2021, 2022):
        star.year(year)
    organs = [
        star.organ(
            rng.choice(["某某区", "某某管委会", "某某学校"]),
            rng.choice(["government", "government", "department", "other", "other", None]),
            rng.choice(["county", "county", "prefecture"]),
            rng.choice([*places, None]),
            rng.choice([None, None, 1]),
        )
        for _ in range(rng.randint(1, 8))
    ]
    for _ in range(rng.randint(1, 25)):
        report = star.report(
            rng.choice([*organs, None]),
            rng.choice([2020, 2021, 2022, 2022, None]),
            rng.choice(["2014", "2019", "2021", "narrative", None]),
            scope=rng.choice(["own", "consolidated", "unknown"]),
            is_current=rng.random() < 0.8,
            quality=rng.choice(["clean", "publisher_findings", "partial"]),
            published=rng.choice([None, dt.date(2023, 1, rng.randint(1, 3))]),
            published_from=rng.choice(["meta", "url", "pdf"]),
            due=rng.choice([None, dt.date(2023, 1, 2)]),
            due_basis="law",
            previous_report_key=rng.choice([None, *(row["report_key"] for row in star.rows["dim_report"])]),
        )
        _fill(rng, star, report)
    for n in range(rng.randint(0, 4)):
        star.address(f"https://example.invalid/{n}", rng.choice(organs), rng.choice([*places, None]),
                     rng.choice([2020, 2021, 2022]), rng.choice(["address gone", "waits", "unreadable"]))  # fmt: skip
    return star


def _sheet(rng: random.Random, star: Star, report: int) -> None:
    """Rows of the statistics sheet of 2014: labels that stand there twice, in other units, in columns of several years."""
    for label in ("收到申请数", "申请办结数", "不同意公开答复数", "行政复议数量", "收到申请数/当面申请数"):
        for above in rng.choice([("",), ("",), ("", "其他/")]):
            for column in rng.choice([("value",), ("value",), ("2016年度", "历年累计")]):
                star.sheet(
                    report, f"{above}{label}", column, rng.choice([None, 0, 3, 7]), rng.choice(["件", "件", "次"])
                )


def _fill(rng: random.Random, star: Star, report: int) -> None:
    present, blank = rng.choice([0, 0.3, 0.97, 1]), rng.choice([0, 0.1, 0.6])

    def published(kept: float = present) -> bool:
        return rng.random() < kept

    def count() -> int | None:
        return None if rng.random() < blank else rng.choice([0, 0, 1, 2, 5, 40])

    columns = [applicant for applicant in APPLICANT_CODES if published(max(present, 0.7))]
    for row in filter(lambda _: published(), OUTCOME_CODES):
        for applicant in columns:
            star.request(report, row, applicant, count())
    for channel in CHANNELS:
        for result in filter(lambda _: published(), RESULT_CODES):
            star.proceeding(report, f"{channel}.{result}", count())
    for measure in ("licensing.decisions", "normative_documents.issued", "normative_documents.made"):
        star.measure(report, measure, rng.choice([None, 0, 12]), rng.choice(["件", "件", None]))
    if published():
        _sheet(rng, star, report)
    if published():
        star.measure(report, "fees.amount", rng.choice([None, 0.5, 12.34]), rng.choice(["万元", None]))
        severity, result = rng.choice(["error", "warning", "info"]), rng.choice(["failed", "not_applicable"])
        star.finding(report, "requests.balance", severity, result)
    if published(0.3):
        star.document(f"{report}.pdf", rng.choice(["unreadable", "not_a_report", "quarantined", "pending"]))


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(n, marks=pytest.mark.services) for n in range(5, 20))])
def test_random_star(seed: int, warehouse: duckdb.DuckDBPyConnection) -> None:
    star = random_star(seed)
    load(warehouse, star)
    for view, (compute, key) in COMPUTED.items():
        assert_same(rows_of(warehouse, view), records(compute(star)), key)
    _assert_nothing_counted_twice(warehouse)


def _assert_nothing_counted_twice(warehouse: duckdb.DuckDBPyConnection) -> None:
    """No report speaks for two rows; no figure of a year is more than the current reports published for it."""
    for view in ("v_request_summary", "v_district_year", "v_district_rank", "v_year_over_year", "v_proceeding_summary"):
        rows = rows_of(warehouse, view)
        assert len({row["report_key"] for row in rows}) == len(rows), view
    chosen = rows_of(warehouse, "v_district_year")
    assert len({(row["division_key"], row["year"]) for row in chosen}) == len(chosen)
    current = {row["report_key"] for row in rows_of(warehouse, "v_report")}
    assert {row["report_key"] for row in chosen} <= current
    for row in rows_of(warehouse, "v_request_summary"):
        parts = ("disclosed", "denied", "unavailable", "not_processed", "other")
        assert (row["total"] is None) == (row["outcome_gap"] is None)
        if row["total"] is not None:
            assert row["total"] - sum(row[f"{part}_at_least"] or 0 for part in parts) == row["outcome_gap"]
        assert all(rate is None or 0 <= rate <= 1 for rate in (row["disclosure_rate"], row["refusal_rate"]))
