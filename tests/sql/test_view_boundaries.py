"""The cases that the views' comments name, with figures worked out by hand from the reports in tricky.py."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest

from tests.sql.star_by_hand import Star, load
from tests.sql.tricky import OTHER_LEAVES, figures


@pytest.fixture
def named(star_and_names: tuple[Star, dict[str, int]]) -> dict[str, int]:
    return star_and_names[1]


@pytest.fixture
def one(tricky: duckdb.DuckDBPyConnection) -> Any:
    """The columns of the one row of a view that meets a condition."""

    def row(view: str, columns: str, condition: str) -> tuple[Any, ...]:
        rows = tricky.execute(f'select {columns} from "{view}" where {condition}').fetchall()
        assert len(rows) == 1
        return rows[0]

    return row


def test_blank_totals_are_added_up_and_say_so(one: Any, named: dict[str, int]) -> None:
    # 272 = 258 + 12 + 1 + 1; denied 14 + 5 + 4 + 12; unavailable 265 + 47 + 25; not processed 149 + 9;
    # all of that is 805, the published total: nothing hides behind the blanks.
    columns = "granted, partially_granted, disclosed, denied, unavailable, not_processed, other, total, outcome_gap, complete, derived_rows"
    row = one("v_request_summary", columns, f"report_key = {named['shanghai 2019']}")
    assert row == (272, 3, 275, 35, 337, 158, None, 805, 0, False, 11)
    rates = one(
        "v_request_summary", "disclosure_rate, refusal_rate, not_held_rate", f"report_key = {named['shanghai 2019']}"
    )
    assert rates == pytest.approx((275 / 805, 35 / 805, 265 / 805))


def test_published_total_stands_beside_its_parts(one: Any, named: dict[str, int]) -> None:
    row = one("v_request_summary", '"new", total, outcome_gap, complete', f"report_key = {named['pingtan 2022']}")
    assert row == (74, 64, 0, True)


def test_a_table_without_the_total_column(one: Any, named: dict[str, int]) -> None:
    columns = (
        '"new", granted, denied, total, disclosure_rate, refusal_rate, outcome_gap, derived_rows, blank_cells, complete'
    )
    row = one("v_request_summary", columns, f"report_key = {named['lost 2022']}")
    # the one blank column of 本年新收 may hide something, and so may the rows that are not there: lower bounds
    assert row == (None, None, None, 3, None, None, 1, 2, 9, False)
    at_least = one(
        "v_request_summary", "new_at_least, denied_at_least, rates_withheld", f"report_key = {named['lost 2022']}"
    )
    assert at_least == (3, 2, "blank cells")


@pytest.mark.parametrize(
    ("report", "other", "gap"), [("pingtan 2019", 8, 0), ("hongze 2023", 4, 0), ("hongze 2024", 4, 0)]
)
def test_other_is_never_counted_twice(one: Any, named: dict[str, int], report: str, other: int, gap: int) -> None:
    assert one("v_request_summary", "other, outcome_gap, complete", f"report_key = {named[report]}") == (
        other,
        gap,
        True,
    )


@pytest.mark.parametrize(
    ("leaves", "complete"),
    [
        (OTHER_LEAVES, True),
        ({"other": 0}, True),
        ({}, False),
        ({"other.other": 0}, False),
        (OTHER_LEAVES | {"other.other": None}, False),
    ],
)
def test_complete_asks_for_one_row_of_other_or_all_three(
    leaves: dict[str, int | None], complete: bool, warehouse: duckdb.DuckDBPyConnection
) -> None:
    star = Star()
    star.totals(star.report(None, 2023), figures(5, 0, 5, 0, 0, 0, 0, 5, 0) | leaves)
    load(warehouse, star)
    assert warehouse.execute("select complete from v_request_summary").fetchall() == [(complete,)]


def test_no_requests_no_rates(one: Any, named: dict[str, int]) -> None:
    columns = "total, disclosure_rate, refusal_rate, not_held_rate"
    assert one("v_request_summary", columns, f"report_key = {named['minhou 2022']}") == (0, None, None, None)


def test_a_report_without_tables_keeps_its_row(one: Any, named: dict[str, int]) -> None:
    columns = 'form, "new", denied, other, total, outcome_gap, complete, derived_rows, blank_cells'
    expected = ("narrative", None, None, None, None, None, False, 0, 0)
    assert one("v_request_summary", columns, f"report_key = {named['minhou 2023']}") == expected
    assert one("v_district_year", 'form, "new", scope', f"report_key = {named['minhou 2023']}") == (
        "narrative",
        None,
        "unknown",
    )


def test_only_the_last_edition_counts(tricky: duckdb.DuckDBPyConnection, named: dict[str, int]) -> None:
    for view in ("v_report", "v_request_summary", "v_district_year", "v_proceeding_summary", "v_disclosure"):
        keys = {key for (key,) in tricky.execute(f"select report_key from {view}").fetchall()}
        assert named["pingtan 2022"] in keys
        assert named["pingtan 2022 first"] not in keys


def test_district_is_consolidated_or_own_never_both(one: Any, named: dict[str, int]) -> None:
    # 2022: of the two governments' three hundred and forty requests only the consolidated three hundred count.
    row = one(
        "v_district_year", 'report_key, scope, reports_considered, "new"', "division_key = '350102' and year = 2022"
    )
    assert row == (named["gulou whole 2022"], "consolidated", 2, 300)
    row = one(
        "v_district_year", 'report_key, scope, reports_considered, "new"', "division_key = '350102' and year = 2023"
    )
    assert row == (named["gulou whole 2023"], "own", 2, 90)


def test_a_renamed_division_compares_over_years_as_the_one_of_today(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    now = star.division("110118", "密云区", "county", "北京市")
    then = star.division("110228", "密云县", "county", "北京市", now=now)
    for year, code, name, total in ((2014, then, "密云县人民政府", 3), (2016, now, "密云区人民政府", 5)):
        report = star.report(star.organ(name, "government", "county", code), year)
        star.totals(report, figures(total, 0, total, 0, 0, 0, 0, total, 0))
    load(warehouse, star)
    query = 'select division_key, division, year, "new" from v_district_year order by year'
    assert warehouse.execute(query).fetchall() == [("110118", "密云区", 2014, 3), ("110118", "密云区", 2016, 5)]


def test_of_equal_reports_the_level_then_figures_then_the_date_decides(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    code = star.division("350128", "平潭县", "county", "福建省", "福州市")
    county = [star.organ(name, "government", "county", code) for name in ("平潭县", "平潭县政府", "平潭县人民政府")]
    zone = star.organ("平潭综合实验区", "government", "prefecture", code)
    wanted = []
    for year in (2020, 2021, 2022):
        dates = (dt.date(year + 1, 1, 1), dt.date(year + 1, 3, 1), None)
        reports = [star.report(organ, year, published=day) for organ, day in zip(county, dates, strict=True)]
        star.totals(star.report(zone, year, published=dt.date(year + 1, 12, 1)), {"total": 9})
        for report in reports[: 2022 - year]:  # 2020: two of the county's have figures, 2021: one, 2022: none
            star.totals(report, {"total": 1})
        wanted.append((year, reports[0] if year == 2021 else reports[1], 4))
    load(warehouse, star)
    rows = warehouse.execute("select year, report_key, reports_considered from v_district_year order by year")
    assert rows.fetchall() == wanted


def test_departments_never_speak_for_a_division(tricky: duckdb.DuckDBPyConnection) -> None:
    rows = tricky.execute(
        "select * from v_district_year where division_key in ('310000') or year = 2021 and division_key = '350102'"
    )
    assert rows.fetchall() == []


def test_a_zone_speaks_where_there_is_no_government(tricky: duckdb.DuckDBPyConnection, named: dict[str, int]) -> None:
    rows = tricky.execute(
        "select organ_key, organ_kind, \"new\" from v_district_year where division_key in ('130171', '130271')"
    )
    assert rows.fetchall() == [(named["zone"], "other", 15)]  # 130271 has two such organs: none is chosen


def test_a_gap_in_the_years_is_not_bridged(one: Any, named: dict[str, int]) -> None:
    where = f"organ_key = {named['pingtan']} and year = "
    columns = 'basis, "new", new_before, new_change, carry_over_holds'
    assert one("v_year_over_year", columns, where + "2021") == ("no report", 70, None, None, None)
    columns = 'basis, "new", new_before, new_change, new_change_rate, carried_in, carried_out_before, carry_over_holds'
    assert one("v_year_over_year", columns, where + "2022") == (
        "compared",
        74,
        70,
        4,
        pytest.approx(4 / 70),
        1,
        1,
        True,
    )


def test_consolidated_is_not_compared_with_own(one: Any, named: dict[str, int]) -> None:
    columns = 'basis, report_key_before, "new", new_before, new_change, carry_over_holds'
    row = one("v_year_over_year", columns, f"report_key = {named['gulou whole 2023']}")
    assert row == ("scope differs", named["gulou whole 2022"], 90, None, None, None)
    row = one("v_year_over_year", columns, f"report_key = {named['gulou office 2023']}")  # own, then unknown
    assert row == ("compared", named["gulou office 2022"], 44, 40, 4, True)


def test_a_change_from_nothing_has_no_rate(one: Any, tricky: duckdb.DuckDBPyConnection, named: dict[str, int]) -> None:
    row = one(
        "v_year_over_year",
        "denied, denied_before, denied_change, denied_change_rate, carry_over_holds",
        f"organ_key = {named['hongze']} and year = 2024",
    )
    assert row == (0, 0, 0, None, True)


def test_equal_values_share_a_rank(tricky: duckdb.DuckDBPyConnection) -> None:
    rows = tricky.execute(
        "select division, new_rank_in_province, new_rank_in_prefecture, divisions_in_province from v_district_rank"
        " where province = '北京市' order by division_key"
    )
    assert rows.fetchall() == [("东城区", 1, 1, 3), ("西城区", 1, 1, 3), ("朝阳区", 3, 3, 3)]


def test_unknown_figures_have_no_rank(one: Any) -> None:
    # 闽侯县 dealt with no request in 2022: it is ranked by the number of requests, not by rates
    # so few requests as to be no rank, either: below the floor
    columns = (
        "new_rank_in_prefecture, disclosure_rank_in_prefecture, divisions_in_prefecture, new_counted_in_prefecture"
    )
    assert one("v_district_rank", columns, "division_key = '350121' and year = 2022") == (None, None, 3, 2)


def test_proceedings_keep_a_published_total_that_cannot_be_right(one: Any, named: dict[str, int]) -> None:
    # 10, 1, 0, 0 with total 0; then a blank total (1 + 2 + 0 + 1); then three corrected of two
    where = f"report_key = {named['hongze 2023']}"
    assert one("v_proceeding_summary", "reconsideration_total, reconsideration_corrected_rate", where) == (0, None)
    row = one("v_proceeding_summary", "litigation_direct_total, litigation_direct_corrected_rate", where)
    assert row == (4, pytest.approx(2 / 3))
    row = one(
        "v_proceeding_summary",
        "litigation_after_corrected_rate, derived_totals, totals_differ, blank_cells",
        where,
    )
    assert row == (None, 1, 2, 1)


def test_corrected_rate_leaves_pending_cases_out(one: Any, named: dict[str, int]) -> None:
    columns = "litigation_direct_corrected_rate, litigation_after_corrected_rate"
    row = one("v_proceeding_summary", columns, f"report_key = {named['pingtan 2022']}")
    assert row == (None, pytest.approx(1 / 5))  # three of three pending; one of seven, two of them pending


def test_amount_without_a_unit(tricky: duckdb.DuckDBPyConnection) -> None:
    rows = tricky.execute(
        "select \"value\", unit from v_disclosure where measure_key = 'procurement.amount' order by year"
    )
    assert rows.fetchall() == [(25.1, "万元"), (500.0, None)]
    assert tricky.execute("select \"value\", unit from v_disclosure where measure_key = 'rules.made'").fetchall() == [
        (None, "件")
    ]


def test_coverage_lists_gaps(one: Any, named: dict[str, int]) -> None:
    columns = "first_year, last_year, number_of_years, years_present, years_missing, years_with_requests, reports"
    row = one("v_coverage", columns, f"organ_key = {named['pingtan']}")
    assert row == (2019, 2022, 3, [2019, 2021, 2022], [2020, 2023, 2024], [2019, 2021, 2022], 3)  # it stopped reporting
    row = one("v_coverage", columns, f"organ_key = {named['minhou']}")
    assert row == (2022, 2023, 2, [2022, 2023], [2024], [2022], 2)
    every_year = list(range(2019, 2025))
    assert one("v_coverage", columns, f"organ_key = {named['silent']}") == (None, None, 0, [], every_year, [], 0)


def test_quality_counts_what_gave_no_report(one: Any) -> None:
    columns = "reports, documents_not_read, unreadable, not_a_report, quarantined, pending"
    assert one("v_quality", columns, "year is null and form is null") == (1, 5, 2, 1, 1, 1)
    columns = "publisher_findings, errors, warnings, infos, not_applicable"
    assert one("v_quality", columns, "year = 2022 and form = '2021'") == (1, 1, 1, 0, 1)
