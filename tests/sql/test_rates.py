"""Rates and ranks that can be stood by: contradictory totals, blanks, floors; figures worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pytest

from tests.sql.star_by_hand import Star, load
from tests.sql.tricky import OTHER_LEAVES, figures


def table(new: int, granted: int, denied: int, total: int) -> dict[str, int]:
    return figures(new, 0, granted, 0, denied, 0, 0, total, 0) | OTHER_LEAVES


def one(warehouse: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    (row,) = warehouse.execute(query).fetchall()
    return row


def of(table_: Mapping[str, int | None], warehouse: duckdb.DuckDBPyConnection) -> Star:
    star = Star()
    star.totals(star.report(None, 2023), table_)
    load(warehouse, star)
    return star


def test_a_total_that_its_parts_contradict_makes_no_rate(warehouse: duckdb.DuckDBPyConnection) -> None:
    of(table(40, 42, 22, 40), warehouse)  # 64 in all, and 总计 says 40
    query = "select refusal_rate, disclosure_rate, rates_withheld, denied, total, outcome_gap from v_request_summary"
    assert one(warehouse, query) == (None, None, "outcomes contradict total", 22, 40, -24)


def test_a_total_that_its_own_columns_contradict_makes_no_rate(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    report = star.report(None, 2023)
    star.totals(report, table(40, 30, 10, 40))
    for applicant in ("natural_person", "enterprise", "research", "public_interest", "legal_service", "other"):
        if applicant in {row["applicant_key"] for row in star.rows["dim_applicant"]}:
            star.request(report, "total", applicant, 9)
    load(warehouse, star)
    assert one(warehouse, "select refusal_rate, rates_withheld from v_request_summary") == (
        None,
        "columns contradict total",
    )


def test_a_sum_over_blanks_is_a_lower_bound(warehouse: duckdb.DuckDBPyConnection) -> None:
    of(table(40, 20, 10, 40) | {"denied.third_party_rights": None}, warehouse)  # 10 of the 40 are nowhere
    query = "select denied, denied_at_least, refusal_rate, disclosure_rate, rates_withheld from v_request_summary"
    assert one(warehouse, query) == (None, 10, None, 0.5, "blank cells")


def test_blanks_that_can_only_be_zero_leave_the_rates(warehouse: duckdb.DuckDBPyConnection) -> None:
    of(table(40, 30, 10, 40) | {"denied.third_party_rights": None}, warehouse)
    query = "select denied, refusal_rate, rates_withheld, complete from v_request_summary"
    assert one(warehouse, query) == (10, 0.25, None, False)


def test_no_requests_no_rate_and_a_reason(warehouse: duckdb.DuckDBPyConnection) -> None:
    of(table(0, 0, 0, 0), warehouse)
    assert one(warehouse, "select refusal_rate, rates_withheld from v_request_summary") == (None, "no requests")


def test_results_of_table_four_that_contradict_their_total_make_no_rate(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    star.proceedings(
        star.report(None, 2023),
        {
            "reconsideration": [10, 1, 0, 0, 5],
            "litigation_direct": [10, None, None, None, 5],
            "litigation_after_reconsideration": [3, 1, 0, 0, 4],
        },
    )
    load(warehouse, star)
    columns = "reconsideration_corrected_rate, litigation_direct_corrected_rate, litigation_after_corrected_rate"
    row = one(warehouse, f"select {columns}, totals_differ, rates_withheld from v_proceeding_summary")
    said = "litigation_direct: results contradict total; reconsideration: results contradict total"
    assert row == (None, None, 0.25, 2, said)


def test_an_unstated_total_of_table_four_over_blanks_is_a_lower_bound(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    star.proceedings(star.report(None, 2023), {"reconsideration": [2, 1, None, 0, None]})
    load(warehouse, star)
    query = "select reconsideration_total, reconsideration_total_at_least from v_proceeding_summary"
    assert one(warehouse, query) == (None, 3)


@pytest.fixture
def province(warehouse: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Counties of two prefectures and another province: sound, below the floor, contradicted, with blanks; two prefectures."""
    star = Star()
    given: list[tuple[str, str, str, str, str, Mapping[str, int | None]]] = [
        ("350102", "甲区", "county", "福建省", "福州市", table(100, 90, 10, 100)),
        ("350103", "乙区", "county", "福建省", "福州市", table(200, 100, 100, 200)),
        ("350104", "丙区", "county", "福建省", "福州市", table(29, 0, 29, 29)),
        ("350105", "丁区", "county", "福建省", "福州市", table(40, 42, 22, 40)),
        (
            "350203",
            "戊区",
            "county",
            "福建省",
            "厦门市",
            table(50, 25, 25, 50) | {"denied.state_secret": None, "new": 60},
        ),
        ("350204", "己区", "county", "福建省", "厦门市", table(50, 20, 25, 50) | {"denied.state_secret": None}),
        ("330105", "庚区", "county", "浙江省", "杭州市", table(300, 90, 210, 300)),
        ("350100", "福州市", "prefecture", "福建省", "福州市", table(500, 400, 100, 500)),
        ("330100", "杭州市", "prefecture", "浙江省", "杭州市", table(400, 300, 100, 400)),
    ]
    for code, name, level, of_, prefecture, figures_ in given:
        place = star.division(code, name, level, of_, prefecture)
        star.totals(star.report(star.organ(f"{name}人民政府", "government", level, place), 2023), figures_)
    load(warehouse, star)
    return warehouse


def test_only_rates_that_stand_are_ranked_and_counted(province: duckdb.DuckDBPyConnection) -> None:
    columns = "refusal_rank_in_prefecture, refusal_rank_in_province, refusal_rank_in_nation, rated_in_prefecture, rated_in_province, rated_in_nation, divisions_in_province"
    found = {
        name: rest for name, *rest in province.execute(f"select division, {columns} from v_district_rank").fetchall()
    }
    assert found["庚区"] == [1, 1, 1, 1, 1, 4, 1]
    assert found["乙区"] == [1, 1, 2, 2, 3, 4, 6]
    assert found["戊区"] == [1, 1, 2, 1, 3, 4, 6]  # its blank can only be zero
    assert found["甲区"] == [2, 3, 4, 2, 3, 4, 6]
    for unranked in ("丙区", "丁区", "己区"):
        assert found[unranked][:3] == [None, None, None]
    assert found["杭州市"] == [None, 1, 1, None, 1, 2, 1]  # prefectures among themselves
    assert found["福州市"] == [None, 1, 2, None, 1, 2, 1]


def test_the_floor_is_a_variable(province: duckdb.DuckDBPyConnection) -> None:
    province.execute("set variable rank_floor = 150")
    try:
        query = "select division from v_district_rank where refusal_rank_in_nation is not null and division_level = 'county'"
        assert sorted(province.execute(query).fetchall()) == [("乙区",), ("庚区",)]
    finally:
        province.execute("reset variable rank_floor")


def test_peers_are_weighted_and_not(province: duckdb.DuckDBPyConnection) -> None:
    columns = "value, is_peer, province_peers, province_median, province_mean, province_weighted_mean, nation_peers"
    query = f"select {columns} from v_peers where rate = 'refusal_rate' and division = "
    weighted = (10 + 100 + 25) / (100 + 200 + 50)
    assert one(province, query + "'乙区'") == pytest.approx((0.5, True, 3, 0.5, (0.1 + 0.5 + 0.5) / 3, weighted, 4))
    assert one(province, query + "'丁区'")[:3] == (None, False, 3)
