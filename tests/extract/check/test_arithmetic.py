"""The checks inside a report: a table that adds up passes, one changed cell fails exactly the rules it stands in."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from extract.check import arithmetic
from extract.check.arithmetic import RULES, check
from extract.forms.vocabulary import APPLICANT_CODES, CHANNELS, OUTCOMES, RESULT_CODES
from extract.model import Cell, Finding

Table = dict[str, list[int]]
LEAVES = [o.code for o in OUTCOMES if o.is_leaf and o.code != "other"]
counts = st.integers(0, 10_000)


def cells(table: str, rows: Mapping[str, Sequence[int | None]], columns: tuple[str, ...]) -> tuple[Cell, ...]:
    return tuple(
        Cell(table, row, column, value, "", None, 0, 0, 0, None, None, "test")
        for row, values in rows.items()
        for column, value in zip(columns, values, strict=True)
    )


@st.composite
def balanced(draw: st.DrawFn) -> Table:
    """A requests table whose every rule holds."""
    rows: Table = {code: draw(st.lists(counts, min_size=6, max_size=6)) for code in LEAVES}
    rows["total"] = [sum(rows[code][i] for code in LEAVES) for i in range(6)]
    rows["carried_out"] = draw(st.lists(counts, min_size=6, max_size=6))
    both = [t + c for t, c in zip(rows["total"], rows["carried_out"], strict=True)]
    rows["carried_in"] = [draw(st.integers(0, value)) for value in both]
    rows["new"] = [value - carried for value, carried in zip(both, rows["carried_in"], strict=True)]
    for row in rows.values():
        row.append(sum(row))
    return rows


def failed(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(f.check, f.where) for f in findings if f.result == "failed"}


@given(balanced())
def test_a_table_that_adds_up_has_no_finding(rows: Table) -> None:
    assert check(cells("requests", rows, APPLICANT_CODES)) == []


@given(balanced(), st.sampled_from(LEAVES), st.integers(0, 5), st.integers(1, 500))
def test_one_changed_inner_cell_fails_its_row_and_its_column(rows: Table, code: str, column: int, by: int) -> None:
    rows[code][column] += by
    name = APPLICANT_CODES[column]
    assert failed(check(cells("requests", rows, APPLICANT_CODES))) == {
        ("requests.columns", f"requests.{code}"),
        ("requests.outcomes", f"requests.total.{name}"),
    }


@given(balanced(), st.sampled_from(["new", "carried_in", "carried_out"]), st.integers(0, 5))
def test_one_changed_balance_cell_fails_the_balance(rows: Table, code: str, column: int) -> None:
    rows[code][column] += 1
    assert failed(check(cells("requests", rows, APPLICANT_CODES))) == {
        ("requests.columns", f"requests.{code}"),
        ("requests.balance", f"requests.*.{APPLICANT_CODES[column]}"),
    }


@given(balanced(), st.sampled_from(LEAVES), st.integers(0, 6))
def test_a_blank_makes_its_rules_undecided_never_passed(rows: Table, code: str, column: int) -> None:
    blank = [None if place == column else value for place, value in enumerate(rows[code])]
    findings = check(cells("requests", rows | {code: blank}, APPLICANT_CODES))
    assert failed(findings) == {("blank_cells", f"requests.{code}")}
    undecided = {f.check: f.found for f in findings if f.result == "not_applicable"}
    assert undecided == {"requests.columns": 1, "requests.outcomes": 1}


@given(balanced())
def test_an_absent_row_makes_its_rules_undecided(rows: Table) -> None:
    del rows["granted"], rows["carried_in"]
    findings = check(cells("requests", rows, APPLICANT_CODES))
    assert failed(findings) == set()
    assert {f.check: f.found for f in findings} == {"requests.balance": 7, "requests.outcomes": 7}


@given(balanced())
def test_other_as_one_row_counts_as_well(rows: Table) -> None:
    leaves = [rows.pop(code) for code in ("other.no_correction", "other.fee_unpaid", "other.other")]
    rows["other"] = [sum(values) for values in zip(*leaves, strict=True)]
    assert check(cells("requests", rows, APPLICANT_CODES)) == []


@given(st.lists(counts, min_size=4, max_size=4), st.integers(-3, 3))
def test_proceedings_total(parts: list[int], off: int) -> None:
    rows: Table = {channel: [*parts, sum(parts)] for channel in CHANNELS}
    rows["litigation_direct"][-1] += off
    expected = {("proceedings.total", "proceedings.litigation_direct")} if off else set()
    assert failed(check(cells("proceedings", rows, RESULT_CODES))) == expected


def test_every_check_that_is_written_is_one_of_the_rules() -> None:
    """A function whose docstring begins with a code says what it checks: without its line in `SUMS` or `OF_CELLS` it would never run."""
    told = {
        function: match[1]
        for _, function in inspect.getmembers(arithmetic, inspect.isfunction)
        if (match := re.match(r"`([a-z_.]+)` \((error|warning|info)\): ", inspect.getdoc(function) or ""))
    }
    assert {rule.run: rule.code for rule in RULES} == told, "a line in SUMS or OF_CELLS of extract/check/arithmetic.py"
    for rule in RULES:
        assert f"`{rule.code}` ({rule.severity}): " in (inspect.getdoc(rule.run) or "")
