"""`roll_up` against its rule, said once more in Python, on reports drawn at random from a province, its city and two counties."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transform import checks
from transform.empty_warehouse import create_tables
from transform.schema import TABLES

ABOVE = {"35": None, "3501": "35", "350128": "3501", "350121": "3501"}
ROLL_UP = tuple(check for check in checks.checks() if check.code == "roll_up")


class Report(NamedTuple):
    division: str
    kind: str
    scope: str
    year: int
    is_current: bool
    granted: int | None
    upheld: int | None
    fee: float | None = None


figure = st.sampled_from([None, 0, 1, 1, 2, 2, 3])
division = st.sampled_from(sorted(ABOVE))
whole = st.builds(
    Report, division, st.just("government"), st.just("consolidated"), st.just(2023), st.just(True), figure, figure
)
part = st.builds(
    Report,
    division,
    st.sampled_from(["department", "township", "government"]),
    st.sampled_from(["own"] * 6 + ["unknown", "consolidated"]),
    st.sampled_from([2023] * 6 + [2022]),
    st.sampled_from([True] * 6 + [False]),
    figure,
    figure,
)
reports = st.builds(
    lambda wholes, parts: wholes + parts,
    st.lists(whole, min_size=1, max_size=2),
    st.lists(part, min_size=1, max_size=5),
)


def expected(given_: list[Report]) -> set[tuple[int, str, int, int]]:
    """(report, cell, stated, added) of every consolidated figure below the sum of its parts'."""
    found = set()
    for key, whole in enumerate(given_):
        if whole.kind != "government" or whole.scope != "consolidated" or not whole.is_current:
            continue
        added: dict[str, int] = defaultdict(int)
        for part in given_:
            government_there = part.kind == "government" and part.division == whole.division
            if part.scope != "own" or not part.is_current or part.year != whole.year or government_there:
                continue
            if within(part.division, whole.division):
                added["granted"] += part.granted or 0
                added["upheld"] += part.upheld or 0
        for cell, stated in (("granted", whole.granted), ("upheld", whole.upheld)):
            if stated is not None and stated < added[cell]:
                found.add((key, cell, stated, added[cell]))
    return found


def within(division: str | None, ancestor: str) -> bool:
    while division is not None and division != ancestor:
        division = ABOVE[division]
    return division == ancestor


def found(given_: list[Report]) -> set[tuple[int, str, int, int]]:
    names = {"requests.granted.total": "granted", "proceedings.reconsideration.upheld": "upheld"}
    return {
        (key, names[where], int(stated), int(added.removeprefix("≥ ")))
        for key, where, stated, added in failed(given_)
        if where in names
    }


def amounts_found(given_: list[Report]) -> list[str]:
    return [where for _, where, _, _ in failed(given_) if where.startswith("disclosure.")]


def failed(given_: list[Report]) -> list[tuple[int, str, str, str]]:
    """(report, cell, stated, expected) of every finding that failed."""
    with duckdb.connect() as con:
        create_tables(con)
        for table in TABLES:  # without the constraints: only what the rule looks at is filled
            con.execute(f'create table "bare_{table.name}" as from "{table.name}"')
            con.execute(f'drop table "{table.name}"')
            con.execute(f'alter table "bare_{table.name}" rename to "{table.name}"')
        for code, above in ABOVE.items():
            con.execute(
                "insert into dim_division (division_key, code, name, full_name, level, parent_code, current_key, is_zone)"
                " values ($1, $1, $1, $1, 'county', $2, $1, false)",
                [code, above],
            )
        for key, report in enumerate(given_):
            con.execute(
                "insert into dim_organ (organ_key, name, canonical_name, kind, level, division_key, current_key)"
                " values ($1, $2, $2, $3, 'county', $4, $1)",
                [key, f"机关{key}", report.kind, report.division],
            )
            place = [key, key, report.division, report.year, report.scope, report.is_current]
            con.execute(
                'insert into dim_report (report_key, organ_key, division_key, "year", scope, is_current) values (?, ?, ?, ?, ?, ?)',
                place,
            )
            con.execute("insert into fact_request values (?, 'granted', 'total', ?)", [key, report.granted])
            if report.fee is not None:
                con.execute("insert into fact_disclosure values (?, 'fees.amount', ?, '万元')", [key, report.fee])
            con.execute("insert into fact_proceeding values (?, 'reconsideration.upheld', ?)", [key, report.upheld])
        checks.prepare(con, ROLL_UP)
        checks.run(con, "dim_report", ROLL_UP)
        return con.execute(
            "select report_key, \"where\", found, expected from star_finding where result = 'failed'"
        ).fetchall()


@settings(max_examples=25, deadline=None)
@given(reports)
def test_exactly_the_figures_below_their_parts_are_found(given_: list[Report]) -> None:
    assert found(given_) == expected(given_)


def test_fees_of_a_tenth_and_two_tenths_are_not_more_than_three_tenths() -> None:
    def fee(kind: str, scope: str, amount: float) -> Report:
        return Report("350128", kind, scope, 2023, True, None, None, amount)

    parts = [fee("department", "own", 0.1), fee("department", "own", 0.2)]
    assert amounts_found([fee("government", "consolidated", 0.3), *parts]) == []
    assert amounts_found([fee("government", "consolidated", 0.29), *parts]) == ["disclosure.fees.amount"]


def test_a_circle_of_parents_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ABOVE, "35", "350128")  # 35 lies in 350128, which lies in 3501, which lies in 35
    whole = Report("3501", "government", "consolidated", 2023, True, 1, None)
    part_ = Report("350121", "department", "own", 2023, True, 2, None)
    assert found([whole, part_]) == {(0, "granted", 1, 2)}
