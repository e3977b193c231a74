"""When a report was due, by kind of organ and year, and on which ground."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb

from tests.transform.given_reports import built, report, sha

MARCH, JANUARY = dt.date(2024, 3, 31), dt.date(2024, 1, 31)


CASES: tuple[tuple[str, dict[str, Any], dt.date | None, str | None], ...] = (
    ("平潭县人民政府", {}, MARCH, "law"),
    ("福建省人民政府", {"organ_level": "province", "division_code": "350000"}, MARCH, "law"),
    ("平潭县教育局", {"organ_kind": "department"}, JANUARY, "law"),
    ("商务部", {"organ_kind": "department", "organ_level": "national", "division_code": None}, JANUARY, "law"),
    ("平潭县人民政府办公室", {"organ_kind": "department"}, JANUARY, "law"),
    ("平潭县人民政府办公室", {"organ_kind": "department", "scope": "consolidated"}, MARCH, "law"),
    ("苏澳镇人民政府", {"organ_kind": "township", "organ_level": "township"}, JANUARY, "by analogy"),
    ("东街街道办事处", {"organ_kind": "subdistrict", "organ_level": "township"}, JANUARY, "by analogy"),
    ("南阳市高新区", {"organ_kind": "other", "division_code": "411300-高新区"}, JANUARY, "by analogy"),
    ("石家庄高新技术产业开发区管理委员会", {"division_code": "130171"}, JANUARY, "by analogy"),
    ("平潭县第一中学", {"organ_kind": "other"}, JANUARY, "by analogy"),
    ("平潭县教育局", {"organ_kind": "department", "year": 2018}, dt.date(2019, 3, 31), "law"),
    ("苏澳镇人民政府", {"organ_kind": "township", "year": 2012}, dt.date(2013, 3, 31), "law"),
    ("某机关", {"organ_kind": None, "organ_level": None}, None, None),
    ("平潭县人民政府", {"year": None}, None, None),
)
"""(organ, what its report says otherwise, due, basis)."""


def test_due(tmp_path: Path) -> None:
    given = [
        report(str(n), organ=organ, organ_canonical=organ, organ_identity=f"{n}|{organ}", **changes)
        for n, (organ, changes, _, _) in enumerate(CASES)
    ]
    lake, _ = built(tmp_path, given)
    with duckdb.connect(str(lake.database), read_only=True) as con:
        found = dict(con.sql("select sha256, (due, due_basis) from dim_report").fetchall())
    for n, (organ, changes, due, basis) in enumerate(CASES):
        assert found[sha(str(n))] == (due, basis), (organ, changes)


def test_late_is_counted_from_the_organs_own_day(tmp_path: Path) -> None:
    day = dt.date(2024, 3, 20)
    given = [
        report("county", organ="平潭县人民政府", published=day, published_from="meta"),
        report("bureau", organ="平潭县教育局", organ_kind="department", published=day, published_from="url"),
        report("undated", organ="平潭县民政局", organ_kind="department"),
    ]
    lake, _ = built(tmp_path, given)
    query = "select organ, days_late, is_late, date_evidence from v_timeliness order by organ"
    with duckdb.connect(str(lake.database), read_only=True) as con:
        assert sorted(con.sql(query).fetchall()) == [
            ("平潭县人民政府", -11, False, "page"),
            ("平潭县教育局", 49, True, "address"),
            ("平潭县民政局", None, None, None),
        ]
