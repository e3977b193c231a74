"""The dimensions that do not come from reports: the forms' own rows and columns, years, divisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from extract.forms.vocabulary import APPLICANTS, MEASURES, OUTCOMES, PROCEEDINGS
from extract.identify import history
from extract.identify.divisions import Division, all_listed, is_placeholder
from extract.identify.history import FIRST_REPORTED_YEAR, Former
from extract.shipped import shipped
from transform import frames
from transform.schema import TABLE

DIVISIONS = shipped("data", "reference", "divisions.csv")

LEVELS = ("province", "prefecture", "county", "township")
FIRST_YEAR_OF_31_JANUARY = 2019  # the 条例 of 2019 took effect on 15 May 2019


def dim_applicant() -> pd.DataFrame:
    """One row an applicant column, as TABLE["dim_applicant"]."""
    return _frame("dim_applicant", ((a.code, a.code, a.zh, a.en, a.is_total, n) for n, a in enumerate(APPLICANTS)))


def dim_outcome() -> pd.DataFrame:
    """One row a row of table 三, as TABLE["dim_outcome"]."""
    rows = (
        (o.code, o.code, o.group, o.zh, o.en, o.is_leaf, o.is_balance, list(o.forms), n) for n, o in enumerate(OUTCOMES)
    )
    return _frame("dim_outcome", rows)


def dim_measure(indicators: Iterable[tuple[str, str, str | None]] = ()) -> pd.DataFrame:
    """One row a row × measure of table 二, and one for each of the `indicators` (row, column, unit) that statistics sheets
    of form 2014 print, as TABLE["dim_measure"].
    """
    rows = [
        (m.code, m.code, m.row, m.column, f"{m.row_zh}：{m.column_zh}", m.en, m.unit, list(m.forms), n)
        for n, m in enumerate(MEASURES)
    ]
    for n, (row, column, unit) in enumerate(indicators, len(rows)):
        code, said = f"{row}.{column}", row if column == "value" else f"{row}：{column}"
        rows.append((code, code, row, column, said, None, unit, ["2014"], n))  # type: ignore[arg-type]
    return _frame("dim_measure", rows)


def dim_proceeding() -> pd.DataFrame:
    """One row a channel × result of table 四, as TABLE["dim_proceeding"]."""
    rows = (
        (f"{p.channel}.{p.result}", p.channel, p.result, p.zh, p.en, p.is_total, n) for n, p in enumerate(PROCEEDINGS)
    )
    return _frame("dim_proceeding", rows)


def dim_year(first: int | None, last: int | None) -> pd.DataFrame:
    """The years from 2008 (or `first`, if earlier) to the last reported one."""
    years = range(min(first or FIRST_REPORTED_YEAR, FIRST_REPORTED_YEAR), max(last or 0, FIRST_REPORTED_YEAR) + 1)
    return _frame("dim_year", ((year, form_in_force(year), *due(year)) for year in years))


def due(year: int) -> tuple[date, date]:
    """By when departments and governments are to publish their reports about `year`.

    条例 (2019) 第四十九条: departments of governments of county level and above by 31 January, the governments' own by
    31 March. 条例 (2007) 第三十一条: every organ by 31 March.
    """
    governments = date(year + 1, 3, 31)
    return (date(year + 1, 1, 31) if year >= FIRST_YEAR_OF_31_JANUARY else governments, governments)


def form_in_force(year: int) -> str:
    """The national form that reports about `year` were to use."""
    if year >= 2021:
        return "2021"
    if year >= 2019:
        return "2019"
    return "2014" if year >= 2014 else "narrative"


def dim_division(source: Path = DIVISIONS, zones: Iterable[tuple[str, str]] = ()) -> pd.DataFrame:
    """One row a division, present or former, with the names of all divisions above it; and one for each of the `zones`
    (code, level), which have no code in the source.

    Of rows with one code the first counts: three prefectures without counties (东莞, 中山, 儋州) stand in the source a
    second time as their own county.
    """
    known = _divisions(source)
    by_code = {row[0]: row for row in known}
    return _frame("dim_division", (*known, *(_zone(code, level, by_code) for code, level in zones)))


def _zone(code: str, level: str, by_code: Mapping[Any, tuple[Any, ...]]) -> tuple[Any, ...]:
    """A zone: named after the division that it lies in, with that division's names above it."""
    around, _, name = code.partition("-")
    names, full = by_code[around][5:9], by_code[around][9]
    own = [name if LEVELS[n] == level else held for n, held in enumerate(names)]
    return (code, code, name, level, around, *own, f"{full}{name}", None, None, None, code, None, True)


@cache
def _divisions(source: Path) -> tuple[tuple[Any, ...], ...]:
    divisions: dict[str, Division] = {}
    for division in all_listed(source):
        divisions.setdefault(division.code, division)
    former = {change.code: change for change in history.changes() if change.code not in divisions}
    for key, change in former.items():
        above = change.parent if change.parent in divisions or change.parent in former else f"{key[:2]}0000"
        divisions[key] = Division(key, change.name, change.level, above)
    names: dict[str, tuple[str | None, ...]] = {}
    for division in sorted(divisions.values(), key=lambda division: LEVELS.index(division.level)):
        names[division.code] = _names(division, names)
    return tuple(
        (*_division(divisions[key], names[key]), *_validity(divisions[key], former)) for key in sorted(divisions)
    )


def _validity(
    division: Division, former: Mapping[str, Former]
) -> tuple[int | None, int | None, list[str] | None, str, str | None, bool]:
    """(first year, the year in which it was changed, what it became, the division to compare it on, the decision, whether it is
    a zone).
    """
    key = division.code
    change = former.get(key)
    if change is None:
        return history.present().get(key), None, None, key, None, is_zone(division)
    return change.since, change.until, list(change.successors), history.current(key), change.source, False


def is_zone(division: Division) -> bool:
    """Whether a division of a county's rank is a development zone to which the statistics office gave a code (…71 to …79), and
    which GB/T 2260 does not have.
    """
    return (
        division.level == "county"
        and "71" <= division.code[4:] <= "79"
        and division.code not in history.present()
        and not is_placeholder(division.name)
    )


def dim_territory() -> pd.DataFrame:
    """Of which divisions the land of today's divisions was made before several became one, or one several; as
    TABLE["dim_territory"].
    """
    return _frame(
        "dim_territory",
        (
            (p.whole, p.part, p.first, p.last, p.is_entire, p.until, "；".join(p.decisions) or None)
            for p in history.parts()
        ),
    )


def _names(division: Division, above: dict[str, tuple[str | None, ...]]) -> tuple[str | None, ...]:
    """Province, prefecture, county, township of one division; those `above` it are known.

    Where its parent has no row, the prefixes of its code lead on.
    """
    code = division.code
    parent = above.get(division.parent)
    if parent is None:
        parents = (code[:6], f"{code[:4]}00", f"{code[:2]}0000")
        parent = next((above[c] for c in parents if c in above), (None,) * len(LEVELS))
    level = LEVELS.index(division.level)
    own = None if is_placeholder(division.name) else division.name
    return (*parent[:level], own, *parent[level + 1 :])


def _division(division: Division, names: tuple[str | None, ...]) -> tuple[str | None, ...]:
    key, name, level, parent = division
    full_name = "".join(filter(None, names[: LEVELS.index(level)])) + name
    return (key, key.partition("@")[0], name, level, parent or None, *names, full_name)


def _frame(table: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    schema = TABLE[table].arrow
    listed = list(rows)
    return frames.frame({name: [row[n] for row in listed] for n, name in enumerate(schema.names)}, schema)
