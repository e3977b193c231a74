"""A type is told by a department's whole own name, and by nothing less."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.sql.star_by_hand import Star, load
from transform.organ_types import ORGAN_TYPES, BadOrganType, organ_types

PLACE = "某省某市某县"


@pytest.mark.parametrize(
    ("canonical", "kind", "expected"),
    [
        (f"{PLACE}教育局", "department", ("教育", "same")),
        (f"{PLACE}教育体育局", "department", ("教育", "wider")),
        (f"{PLACE}环境保护局", "department", ("生态环境", "former")),
        (f"{PLACE}环境卫生局", "department", (None, None)),
        (f"{PLACE}森林公安局", "department", (None, None)),
        (f"{PLACE}公安局交通警察大队", "department", (None, None)),
        (f"国家某总局{PLACE}统计局", "department", (None, None)),
        (f"{PLACE}教育局", "other", (None, None)),
        (f"{PLACE}人民政府", "government", (None, None)),
    ],
)
def test_type(
    warehouse: duckdb.DuckDBPyConnection, canonical: str, kind: str, expected: tuple[str | None, str | None]
) -> None:
    star = Star()
    star.organ(canonical, kind, "county", star.division("110221", "某县", "county", "某省", "某市"))
    load(warehouse, star)
    assert warehouse.execute("select organ_type, organ_type_fit from v_organ").fetchall() == [expected]


def test_one_department_across_counties(warehouse: duckdb.DuckDBPyConnection) -> None:
    star = Star()
    for code, name in (("110221", "甲县"), ("110222", "乙县")):
        place = star.division(code, name, "county", "某省", "某市")
        for own in ("财政局", "教育局"):
            star.report(star.organ(f"某省某市{name}{own}", "department", "county", place), 2022)
    load(warehouse, star)
    query = """
        select full_name from v_request_summary where organ_type = '财政' and organ_type_fit = 'same' order by 1
    """
    assert warehouse.execute(query).fetchall() == [("某省某市乙县",), ("某省某市甲县",)]


def test_the_table_has_no_name_that_ends_in_a_place_or_a_space() -> None:
    assert all(one.own_name == one.own_name.strip() and len(one.own_name) > 2 for one in organ_types())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("教育,education,教育局,same", "line 3: 教育局 stands there twice"),
        ("教育,schools,教育厅,same", "教育 has two names in English"),
        ("公安,police,公安局,partly", "'partly' is none of"),
        ("公安,,公安局,same", "a word is missing"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    head = ORGAN_TYPES.read_text(encoding="utf-8").splitlines()[0]
    file = tmp_path / "types.csv"
    file.write_text(f"{head}\n教育,education,教育局,same\n{line}\n", encoding="utf-8")
    with pytest.raises(BadOrganType, match=message):
        organ_types(file)
