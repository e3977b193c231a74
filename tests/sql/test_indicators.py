"""The bridge between forms, case by case: what each form gives, and why a value is withheld."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest

from tests.sql.star_by_hand import Star, load
from tests.sql.tricky import OTHER_LEAVES, figures

PUBLISHED = dt.date(2020, 1, 1)


@pytest.fixture
def told(warehouse: duckdb.DuckDBPyConnection) -> Any:
    """A report of each form → (report's form, indicator) → (value, comparability, withheld, base)."""
    star = Star()
    organ = star.organ(
        "某县人民政府", "government", "county", star.division("110221", "某县", "county", "某省", "某市")
    )
    sheet = star.report(organ, 2016, "2014")
    star.sheet(sheet, "依申请公开情况/收到申请数", "value", 12, "件")
    star.sheet(sheet, "依申请公开情况/申请办结数", "value", 11, None)
    star.sheet(sheet, "行政复议数量", "2016年度", 1, "件")
    star.sheet(sheet, "行政复议数量", "历年累计", 9, "件")
    old = star.report(organ, 2019, "2019")
    star.totals(old, figures(20, 0, 10, 1, 0, 4, 5, 20, 0) | {"other": 0})
    star.measure(old, "normative_documents.made", 5, "件")
    star.measure(old, "normative_documents.disclosed_total", 50, "件")
    star.measure(old, "procurement.amount", 500, None)
    new = star.report(organ, 2022, "2021", published=PUBLISHED)
    star.totals(new, figures(0, 0, 0, 0, 0, 0, 0, 0, 0) | OTHER_LEAVES)
    star.proceedings(new, {"reconsideration": [0, 0, 0, 2, 2]})
    star.measure(new, "fees.amount", None, "万元")
    star.report(organ, 2023, "narrative")
    star.report(organ, 2024, None)
    load(warehouse, star)
    rows = warehouse.execute(
        'select "year", indicator, "value", comparability, withheld, base from v_indicator'
    ).fetchall()
    return {(year, indicator): rest for year, indicator, *rest in rows}


@pytest.mark.parametrize(
    ("year", "indicator", "expected"),
    [
        (2016, "new_requests", [12, "nearly", None, None]),
        (2016, "dealt_with_requests", [None, "nearly", "unit unknown", None]),
        (2016, "reconsiderations", [None, "nearly", "several cells", None]),
        (2016, "granted_requests", [None, "nearly", "no cell", None]),
        (2016, "refusal_rate", [None, "not", "form lacks it", None]),
        (2019, "refusal_rate", [0.2, "exactly", None, 20]),
        (2019, "normative_documents_issued", [5, "nearly", None, None]),
        (2019, "normative_documents_in_force", [None, "not", "form lacks it", None]),
        (2019, "procurement", [None, "exactly", "unit unknown", None]),
        (2019, "reconsiderations", [None, "exactly", "no table", None]),
        (2022, "new_requests", [0, "exactly", None, None]),
        (2022, "refusal_rate", [None, "exactly", "no requests", None]),
        (2022, "reconsideration_corrected_rate", [None, "exactly", "nothing decided", None]),
        (2022, "lawsuits_direct", [None, "exactly", "blank or not read", None]),
        (2022, "fees", [None, "exactly", "blank or not read", None]),
        (2022, "procurement", [None, "not", "form lacks it", None]),
        (2023, "new_requests", [None, "not", "form lacks it", None]),
        (2024, "new_requests", [None, None, "form unknown", None]),
    ],
)
def test_of_each_form(told: Any, year: int, indicator: str, expected: list[Any]) -> None:
    assert told[year, indicator] == expected


def test_a_value_or_a_reason(tricky: duckdb.DuckDBPyConnection) -> None:
    both = 'select count(*) from v_indicator where ("value" is null) = (withheld is null)'
    assert tricky.execute(both).fetchall() == [(0,)]


def test_one_figure_a_division(tricky: duckdb.DuckDBPyConnection) -> None:
    doubled = """
        select division_key from v_indicator where is_division_figure
        group by division_key, "year", indicator having count(*) > 1
    """
    assert tricky.execute(doubled).fetchall() == []
