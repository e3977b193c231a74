"""Divisions carry the names of those above them; years carry their form."""

from __future__ import annotations

from pathlib import Path

import pytest

from transform.dimensions import dim_division, dim_outcome, dim_year

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
    row = dim_division(source).set_index("code").astype(object).loc[code]
    row = row.where(row.notna(), None)
    assert list(row[["province", "prefecture", "county", "township"]]) == names
    assert row["full_name"] == full_name


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
    assert frame["current_key"].isin(frame.index).all()
    assert not frame["is_zone"].any()


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
    assert str(frame["due"].iloc[-1]) == "2024-01-31"


def test_outcomes_that_add_up_are_told_from_balances() -> None:
    frame = dim_outcome()
    balance = set(frame[frame["is_balance"]]["code"])
    assert balance == {"new", "carried_in", "total", "carried_out"}
    assert not frame[frame["is_balance"]]["is_leaf"].any()
