"""Merged, renamed and divided districts, zones beside counties, and the year before, with figures worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest

from tests.sql.star_by_hand import Star, load
from tests.sql.tricky import OTHER_LEAVES, figures
from transform.empty_warehouse import view_statements


def whole(total: int, **more: int) -> dict[str, int]:
    """A table 三 in which everything was granted."""
    return figures(total, 0, total, 0, 0, 0, 0, total, 0) | OTHER_LEAVES | more


class Hangzhou:
    """拱墅区 (330105) of which 下城区 (330103) became part in 2021; reports by name."""

    def __init__(self) -> None:
        self.star = Star()
        self.now = self.star.division("330105", "拱墅区", "county", "浙江省", "杭州市")
        self.then = self.star.division("330103", "下城区", "county", "浙江省", "杭州市", since=1983, until=2021)
        for part in (self.now, self.then):
            self.star.territory(self.now, part, 2020, decision="某函〔2021〕1号")
        self.organs = {
            place: self.star.organ(f"{name}人民政府", "government", "county", place)
            for place, name in ((self.now, "拱墅区"), (self.then, "下城区"))
        }

    def report(self, place: str, year: int, total: int, **stated: Any) -> int:
        report = self.star.report(self.organs[place], year, **stated)
        self.star.totals(report, whole(total))
        return report


@pytest.fixture
def hangzhou() -> Hangzhou:
    return Hangzhou()


def rows(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(query).fetchall()


def test_a_merged_division_misses_no_year_after_it(hangzhou: Hangzhou, warehouse: duckdb.DuckDBPyConnection) -> None:
    hangzhou.report("330103", 2018, 70)
    hangzhou.report("330105", 2023, 120)
    load(warehouse, hangzhou.star)
    query = "select years_missing from v_coverage order by division_key"
    assert rows(warehouse, query) == [([2019, 2020],), ([],)]
    assert rows(warehouse, "select year from v_missing where organ = '下城区人民政府' order by 1") == [(2019,), (2020,)]


def test_a_merged_division_keeps_its_years(hangzhou: Hangzhou, warehouse: duckdb.DuckDBPyConnection) -> None:
    own = hangzhou.report("330105", 2019, 40, published=dt.date(2020, 1, 10))
    other = hangzhou.report("330103", 2019, 70, published=dt.date(2020, 3, 10))  # published later
    hangzhou.report("330105", 2021, 120)
    load(warehouse, hangzhou.star)
    query = "select division, division_then, year, territory, report_key, new from v_district_year order by year, new"
    assert rows(warehouse, query)[:2] == [
        ("拱墅区", "拱墅区", 2019, "part", own, 40),
        ("下城区", "下城区", 2019, "part", other, 70),
    ]
    for view, key in (("v_findings", "division"), ("v_editions", "division"), ("v_coverage", "division")):
        assert all(name in ("拱墅区", "下城区") for (name,) in rows(warehouse, f"select {key} from {view}"))


def test_all_predecessors_are_added_up_or_none(hangzhou: Hangzhou, warehouse: duckdb.DuckDBPyConnection) -> None:
    hangzhou.report("330105", 2019, 40)
    hangzhou.report("330103", 2019, 70)
    hangzhou.report("330105", 2020, 50)  # of 下城区 nothing for 2020
    hangzhou.report("330105", 2021, 120)
    load(warehouse, hangzhou.star)
    query = "select year, territory, parts_missing, break_year, decision, new from v_territory_year order by year"
    assert rows(warehouse, query) == [
        (2019, "whole", [], 2021, "某函〔2021〕1号", 110),
        (2020, "part", ["下城区"], 2021, "某函〔2021〕1号", None),
        (2021, "same", [], None, None, 120),
    ]


def test_own_and_consolidated_parts_are_not_added_up(hangzhou: Hangzhou, warehouse: duckdb.DuckDBPyConnection) -> None:
    hangzhou.report("330105", 2019, 40, scope="own")
    hangzhou.report("330103", 2019, 70, scope="consolidated")
    load(warehouse, hangzhou.star)
    assert rows(warehouse, "select territory, new from v_territory_year") == [("whole", None)]


def test_a_divided_predecessor_gives_no_sum(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    today = [
        star.division(f"13050{n}", name, "county", "河北省", "邢台市") for n, name in ((2, "襄都区"), (3, "信都区"))
    ]
    divided = star.division("130521", "邢台县", "county", "河北省", "邢台市", since=1986, until=2020)
    for place in today:
        star.territory(place, divided, 2019, is_entire=False)
    star.totals(star.report(star.organ("邢台县人民政府", "government", "county", divided), 2019), whole(30))
    load(warehouse, star)
    assert rows(warehouse, "select division, new from v_district_year") == [("邢台县", 30)]
    query = "select division, territory, parts_reported, new from v_territory_year order by division_key"
    assert rows(warehouse, query) == [("襄都区", "part", 1, None), ("信都区", "part", 1, None)]


def test_the_year_across_a_break_is_not_compared(hangzhou: Hangzhou, warehouse: duckdb.DuckDBPyConnection) -> None:
    for year, total in ((2019, 40), (2020, 50), (2021, 120), (2022, 130)):
        hangzhou.report("330105", year, total)
    load(warehouse, hangzhou.star)
    query = "select year, basis, new_before, new_change from v_year_over_year order by year"
    assert rows(warehouse, query) == [
        (2019, "no report", None, None),
        (2020, "compared", 40, 10),
        (2021, "territory differs", None, None),
        (2022, "compared", 120, 10),
    ]
    assert rows(warehouse, "select year, comparable from v_year_before order by year") == [
        (2020, True), (2021, False), (2022, True),
    ]  # fmt: skip


def test_a_renamed_county_has_a_year_before(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    now = star.division("110118", "密云区", "county", "北京市")
    then = star.division("110228", "密云县", "county", "北京市", now=now, until=2015)
    district = star.organ("密云区人民政府", "government", "county", now)
    county = star.organ("密云县人民政府", "government", "county", then, now=district)
    star.totals(star.report(county, 2014), whole(3))
    star.totals(star.report(district, 2015), whole(5))
    load(warehouse, star)
    query = (
        "select organ, year, division, division_then, territory, basis, new_change from v_year_over_year order by year"
    )
    assert rows(warehouse, query) == [
        ("密云县人民政府", 2014, "密云区", "密云县", "whole", "no report", None),
        ("密云区人民政府", 2015, "密云区", "密云区", "same", "compared", 2),
    ]


def test_own_is_compared_with_own_though_a_consolidated_report_is_there(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    organ = star.organ("某县人民政府", "government", "county", star.division("350128", "平潭县", "county", "福建省"))
    for year, scope, total in ((2022, "own", 10), (2023, "own", 12), (2023, "consolidated", 80)):
        star.totals(star.report(organ, year, scope=scope), whole(total))
    load(warehouse, star)
    query = "select scope, basis, new, new_before from v_year_over_year where year = 2023"
    assert rows(warehouse, query) == [("own", "compared", 12, 10)]


def test_a_zone_speaks_for_the_years_without_a_government(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    code = star.division("350128", "平潭县", "county", "福建省", "福州市")
    zone = star.organ("平潭综合实验区", "other", "county", code)
    county = star.organ("平潭县人民政府", "government", "county", code)
    for organ, year, total in ((county, 2013, 1853), (zone, 2013, 72804), (zone, 2017, 9), (zone, 2018, 11)):
        star.totals(star.report(organ, year, published=dt.date(year + 1, 3, 1)), whole(total))
    load(warehouse, star)
    assert rows(warehouse, "select year, organ_key, new from v_district_year order by year") == [
        (2013, county, 1853), (2017, zone, 9), (2018, zone, 11),
    ]  # fmt: skip
    assert len(rows(warehouse, "from v_report where year = 2013")) == 2


def test_what_is_missing_and_what_is_known_of_it(hangzhou: Hangzhou, warehouse: duckdb.DuckDBPyConnection) -> None:
    star = hangzhou.star
    gone = hangzhou.organs["330103"]
    hangzhou.report("330103", 2018, 5)
    next_year = dt.datetime.now(dt.UTC).year  # not due before the next spring
    for year in (2018, next_year):
        hangzhou.report("330105", year, 5)
    star.division("330106", "西湖区", "county", "浙江省", "杭州市", since=1983)
    for year in range(2018, next_year + 1):
        star.year(year)
    star.address("http://www.example.invalid/2019", gone, "330103", 2019, "address gone")
    load(warehouse, star)
    query = "select year, known, url from v_missing where organ_key = ? order by year"
    assert warehouse.execute(query, [gone]).fetchall() == [
        (2019, "address gone", "http://www.example.invalid/2019"),
        (2020, "never seen", None),  # the last before it became part of another
    ]
    query = "select known from v_missing where division = '西湖区' and year = ?"
    assert warehouse.execute(query, [next_year]).fetchall() == [("not due yet",)]
    query = "select division, min(year), max(year) from v_missing where subject = 'division' group by division"
    assert rows(warehouse, query) == [("西湖区", 2018, next_year)]


@pytest.mark.parametrize("view", view_statements())
def test_columns_fit_other_programs(view: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    reserved = {
        w for (w,) in rows(warehouse, "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'")
    }
    columns = [name for (name, *_) in rows(warehouse, f'describe "{view}"')]
    assert [name for name in columns if len(name) > 32] == []  # Stata
    assert reserved.isdisjoint(columns)
