"""The checks inside one report (勾稽关系): what must hold between its own cells.

Three answers: passed (nothing said), failed (a finding), not applicable (a cell that the rule needs is blank or
absent; said once for each check). A blank is never taken for 0. Rules: docs/checks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from extract.forms.vocabulary import APPLICANT_CODES, CHANNELS, OTHER_LEAVES, OUTCOMES, RESULT_CODES
from extract.model import Cell, Finding, Number

_ALWAYS = tuple(o.code for o in OUTCOMES if o.is_leaf and o.group != "other")
_PARTS = tuple(code for code in APPLICANT_CODES if code != "total")

Values = dict[str, list[Number | None]]
"""Row code → its values in the order of the form's columns; None is blank or absent."""


def values_of(cells: Iterable[Cell], table: str, columns: tuple[str, ...]) -> Values:
    """The printed rows of one table as lists in form order."""
    place = {code: index for index, code in enumerate(columns)}
    width = len(columns)
    values: Values = {}
    for cell in cells:
        if cell.table == table:
            row = values.get(cell.row)
            if row is None:
                row = values[cell.row] = [None] * width
            row[place[cell.column]] = cell.value
    return values


def check(cells: tuple[Cell, ...]) -> list[Finding]:
    """All checks of one report on its cells."""
    values = {table: values_of(cells, table, columns) for table, columns in _COLUMNS.items()}
    findings: list[Finding] = []
    for rule in SUMS:
        if values[rule.table]:
            findings.extend(rule.run(values[rule.table]))
    for other in OF_CELLS:
        findings.extend(other.run(cells))
    return findings


def requests_balance(rows: Values) -> list[Finding]:
    """`requests.balance` (error): in each column, new + carried_in = total + carried_out. The form states the rule
    itself: 第一项加第二项之和，等于第三项加第四项之和.
    """
    names = ("new", "carried_in", "total", "carried_out")
    found, undecided = [], 0
    lines = [rows.get(name) for name in names]
    for index, column in enumerate(APPLICANT_CODES):
        new, carried_in, total, carried_out = (None if line is None else line[index] for line in lines)
        if new is None or carried_in is None or total is None or carried_out is None:
            undecided += 1
        elif new + carried_in != total + carried_out:
            found.append(
                Finding("requests.balance", "error", f"requests.*.{column}", new + carried_in, total + carried_out, None,
                        f"new {new} + carried_in {carried_in} is not total {total} + carried_out {carried_out}")
            )  # fmt: skip
    return found + _undecided("requests.balance", "requests", undecided, len(APPLICANT_CODES), "columns")


def requests_columns(rows: Values) -> list[Finding]:
    """`requests.columns` (error): in each row, the six applicant columns add up to the column total."""
    found, undecided = [], 0
    for code, row in rows.items():
        if None in row:
            undecided += 1
            continue
        parts, total = sum(row[:-1]), row[-1]  # type: ignore[arg-type]
        if parts != total:
            found.append(
                Finding("requests.columns", "error", f"requests.{code}", parts, total, None,
                        f"the six applicants of {code} add up to {parts}, its total says {total}")
            )  # fmt: skip
    return found + _undecided("requests.columns", "requests", undecided, len(rows), "rows")


def requests_outcomes(rows: Values) -> list[Finding]:
    """`requests.outcomes` (error): in each column, the outcome rows add up to row total. （六）其他处理 counts as its
    three leaves (form 2021) or as one row (form 2019), whichever the report prints.
    """
    if "other" in rows and any(code in rows for code in OTHER_LEAVES):
        return _undecided("requests.outcomes", "requests", len(APPLICANT_CODES), len(APPLICANT_CODES), "columns")
    needed = (*_ALWAYS, "other") if "other" in rows else (*_ALWAYS, *OTHER_LEAVES)
    lines = [rows.get(code) for code in (*needed, "total")]
    if any(line is None for line in lines):
        return _undecided("requests.outcomes", "requests", len(APPLICANT_CODES), len(APPLICANT_CODES), "columns")
    found, undecided = [], 0
    for index, column in enumerate(zip(*lines, strict=True)):
        if None in column:
            undecided += 1
            continue
        parts, total = sum(column[:-1]), column[-1]
        if parts != total:
            code = APPLICANT_CODES[index]
            found.append(
                Finding("requests.outcomes", "error", f"requests.total.{code}", parts, total, None,
                        f"the outcomes of {code} add up to {parts}, row total says {total}")
            )  # fmt: skip
    return found + _undecided("requests.outcomes", "requests", undecided, len(APPLICANT_CODES), "columns")


def proceedings_total(rows: Values) -> list[Finding]:
    """`proceedings.total` (error): upheld + corrected + other + pending = total, in each of the three rows."""
    found, undecided = [], 0
    for channel in CHANNELS:
        row = rows.get(channel)
        if row is None or None in row:
            undecided += 1
            continue
        parts, total = sum(row[:-1]), row[-1]  # type: ignore[arg-type]
        if parts != total:
            found.append(
                Finding("proceedings.total", "error", f"proceedings.{channel}", parts, total, None,
                        f"the four results of {channel} add up to {parts}, its total says {total}")
            )  # fmt: skip
    return found + _undecided("proceedings.total", "proceedings", undecided, len(CHANNELS), "rows")


def blank_cells(cells: Iterable[Cell]) -> list[Finding]:
    """`blank_cells` (info): a statutory cell left blank; one finding a row, `found` counts its blank cells."""
    blanks: dict[str, list[str]] = {}
    for cell in cells:
        if cell.value is None and cell.table != "survey":
            blanks.setdefault(f"{cell.table}.{cell.row}", []).append(cell.column)
    return [
        Finding("blank_cells", "info", where, 0, len(columns), "publisher", f"blank: {', '.join(columns)}")
        for where, columns in blanks.items()
    ]


def _undecided(code: str, where: str, count: int, of: int, what: str) -> list[Finding]:
    if not count:
        return []
    return [
        Finding(
            code,
            "info",
            where,
            None,
            count,
            None,
            f"{count} of {of} {what}: a cell that the rule needs is blank or absent",
            "not_applicable",
        )
    ]


class Rule(NamedTuple):
    """A check on the rows of one table, which it is given where the table has any."""

    code: str
    severity: str
    table: str
    run: Callable[[Values], list[Finding]]


class RuleOfCells(NamedTuple):
    """A check on the cells of all tables."""

    code: str
    severity: str
    run: Callable[[tuple[Cell, ...]], list[Finding]]


_COLUMNS = {"requests": APPLICANT_CODES, "proceedings": RESULT_CODES}
"""The tables that rules are given as rows: all but 二, whose blocks differ in their columns."""

SUMS: tuple[Rule, ...] = (
    Rule("requests.balance", "error", "requests", requests_balance),
    Rule("requests.columns", "error", "requests", requests_columns),
    Rule("requests.outcomes", "error", "requests", requests_outcomes),
    Rule("proceedings.total", "error", "proceedings", proceedings_total),
)
OF_CELLS: tuple[RuleOfCells, ...] = (RuleOfCells("blank_cells", "info", blank_cells),)
RULES: tuple[Rule | RuleOfCells, ...] = (*SUMS, *OF_CELLS)
"""All checks of this module. What stands here runs, is in docs/checks.md, and is run again where cells are corrected."""
