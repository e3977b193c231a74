"""`roll_up` against its rule, said once more in Python, on reports drawn at random from a province, its city and two counties."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from transform import checks

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
    with duckdb.connect() as con:
        con.execute("create table dim_division (division_key varchar, parent_code varchar)")
        con.executemany("insert into dim_division values (?, ?)", list(ABOVE.items()))
        con.execute(
            "create table dim_organ (organ_key bigint, name varchar, kind varchar, level varchar, division_key varchar)"
        )
        con.execute(
            'create table dim_report (report_key bigint, organ_key bigint, division_key varchar, "year" smallint,'
            " scope varchar, is_current boolean)"
        )
        con.execute(
            'create table fact_request (report_key bigint, outcome_key varchar, applicant_key varchar, "count" bigint)'
        )
        con.execute('create table fact_proceeding (report_key bigint, proceeding_key varchar, "count" bigint)')
        con.execute(
            'create table fact_disclosure (report_key bigint, measure_key varchar, "value" double, unit varchar)'
        )
        for key, report in enumerate(given_):
            con.execute(
                "insert into dim_organ values (?, ?, ?, 'county', ?)", [key, f"机关{key}", report.kind, report.division]
            )
            place = [key, key, report.division, report.year, report.scope, report.is_current]
            con.execute("insert into dim_report values (?, ?, ?, ?, ?, ?)", place)
            con.execute("insert into fact_request values (?, 'granted', 'total', ?)", [key, report.granted])
            con.execute("insert into fact_proceeding values (?, 'reconsideration.upheld', ?)", [key, report.upheld])
        checks.run(con, ROLL_UP)
        rows = con.execute(
            "select report_key, \"where\", found::integer, trim(expected, '≥ ')::integer from star_finding where result = 'failed'"
        ).fetchall()
    names = {"requests.granted.total": "granted", "proceedings.reconsideration.upheld": "upheld"}
    return {(key, names[where], stated, added) for key, where, stated, added in rows}


@settings(max_examples=100, deadline=None)
@given(reports)
def test_exactly_the_figures_below_their_parts_are_found(given_: list[Report]) -> None:
    assert found(given_) == expected(given_)
