"""Divisions carry the names of those above them; years carry their form."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from transform.dimensions import dim_division, dim_outcome, dim_territory, dim_year

DIVISIONS = """code,name,level,parent_code
310000,上海市,province,
310101,黄浦区,county,310100
320000,江苏省,province,
320800,淮安市,prefecture,320000
320813,洪泽区,county,320800
320813100,高良涧街道,township,320813
420000,湖北省,province,
429000,省直辖县级行政区划,prefecture,420000
429006,天门市,county,429000
440000,广东省,province,
441900,东莞市,prefecture,440000
441900,东莞市,county,441900
441900003,东城街道,township,441900
"""


@pytest.mark.parametrize(
    ("code", "names", "full_name"),
    [
        ("320813100", ["江苏省", "淮安市", "洪泽区", "高良涧街道"], "江苏省淮安市洪泽区高良涧街道"),
        ("320800", ["江苏省", "淮安市", None, None], "江苏省淮安市"),
        ("320000", ["江苏省", None, None, None], "江苏省"),
        ("310101", ["上海市", None, "黄浦区", None], "上海市黄浦区"),  # its parent has no row
        ("429006", ["湖北省", None, "天门市", None], "湖北省天门市"),  # its parent is a placeholder
        ("429000", ["湖北省", None, None, None], "湖北省省直辖县级行政区划"),
        ("441900003", ["广东省", "东莞市", None, "东城街道"], "广东省东莞市东城街道"),
        ("441900", ["广东省", "东莞市", None, None], "广东省东莞市"),
    ],
)
def test_names_of_a_division(tmp_path: Path, code: str, names: list[str | None], full_name: str) -> None:
    source = tmp_path / "divisions.csv"
    source.write_text(DIVISIONS, encoding="utf-8")
    (row,) = dim_division(source).query("code == @code").itertuples()
    found = [row.province, row.prefecture, row.county, row.township]
    assert [name if isinstance(name, str) else None for name in found] == names
    assert row.full_name == full_name


def test_the_shipped_divisions_have_one_row_a_code() -> None:
    frame = dim_division()
    assert frame["division_key"].is_unique
    assert len(frame) > 44_000
    assert frame["province"].notna().all()


def test_former_divisions_name_what_they_became() -> None:
    frame = dim_division().set_index("code")
    assert frame.loc["110228", "name"] == "密云县"
    assert frame.loc["110228", "until"] == 2015
    assert frame.loc["110228", "current_key"] == "110118"
    divided = frame.loc["130521"]  # 邢台县: to 襄都区 and 信都区
    assert (list(divided["successors"]), divided["current_key"]) == (["130502", "130503"], "130521")
    assert set(frame["current_key"]) <= set(frame["division_key"])


def test_one_became_one_other_is_carried_on_several_or_divided_ones_are_not() -> None:
    frame = dim_division().set_index("division_key")
    carried = {key: frame.loc[key, "current_key"] for key in ("542623", "210112@2014", "330103", "330105", "130103")}
    assert carried == {
        "542623": "540481",  # 米林县 of the prefecture 林芝地区, then of 林芝市, then 米林市
        "210112@2014": "210112",  # 东陵区, 浑南区 under the same code
        "330103": "330103",  # 下城区 became part of 拱墅区, which was there
        "330105": "330105",
        "130103": "130103",  # 桥东区 of 石家庄: divided
    }
    assert [frame.loc["130502@2020", column] for column in ("name", "code")] == ["桥东区", "130502"]
    assert frame.loc["130502", "name"] == "襄都区"  # keys of today's divisions stay


def test_every_division_since_2008_is_there_and_development_zones_are_marked() -> None:
    frame = dim_division().set_index("division_key")
    assert {"460302", "460303", "653228", "653229", "710000", "810000", "820000", "110103"} <= set(frame.index)
    ended = frame["until"].dropna()
    assert (ended >= 2009).all()
    assert ((ended >= 2009) & (ended <= 2013)).sum() >= 94
    assert frame["is_zone"].sum() == 124
    assert frame.loc["130171", "is_zone"]
    assert not frame.loc["130102", "is_zone"]


def test_the_land_of_today_is_made_of_what_it_was() -> None:
    parts = dim_territory().astype(object)
    of = {
        key: sorted(map(tuple, rows[["part_key", "last_year", "is_entire"]].to_numpy()))
        for key, rows in parts.groupby("division_key")
    }
    assert of["330105"] == [("330103", 2020, True), ("330105", 2020, True)]
    assert of["130502"] == [("130502@2020", 2019, True), ("130521", 2019, False)]  # 邢台县 was divided
    assert "110118" not in of  # only renamed
    assert (parts["first_year"] <= parts["last_year"]).all()


def test_the_history_is_what_its_source_says(tmp_path: Path, shared: Callable[[str], Path]) -> None:
    source = shared("reference/areacodes-1981-2024.csv")
    made = subprocess.run(
        [sys.executable, "data/reference/make_history.py", str(source), "--check"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr


def test_a_zone_stands_below_the_division_that_it_lies_in() -> None:
    row = dim_division(zones=[("411300-高新区", "county")]).set_index("code").loc["411300-高新区"]
    assert (row["full_name"], row["parent_code"], row["prefecture"]) == ("河南省南阳市高新区", "411300", "南阳市")
    assert row["is_zone"]


def test_years_reach_from_the_first_regulation_to_the_last_report() -> None:
    frame = dim_year(None, 2023)
    assert list(frame["year"]) == list(range(2008, 2024))
    forms = frame.groupby("form")["year"].agg(["min", "max"]).astype(int)
    assert forms.to_dict("index") == {
        "narrative": {"min": 2008, "max": 2013},
        "2014": {"min": 2014, "max": 2018},
        "2019": {"min": 2019, "max": 2020},
        "2021": {"min": 2021, "max": 2023},
    }
    days = frame[["year", "due_departments", "due_governments"]].astype(
        {"due_departments": str, "due_governments": str}
    )
    due = {year: (departments, governments) for year, departments, governments in days.itertuples(index=False)}
    assert due[2023] == ("2024-01-31", "2024-03-31")
    assert due[2018] == ("2019-03-31", "2019-03-31")  # 条例 of 2007, §31


def test_outcomes_that_add_up_are_told_from_balances() -> None:
    frame = dim_outcome()
    balance = set(frame[frame["is_balance"]]["code"])
    assert balance == {"new", "carried_in", "total", "carried_out"}
    assert not frame[frame["is_balance"]]["is_leaf"].any()
