"""Divisions over the years: what each former one became, which division of today it is compared on, and of which former ones the
land of a division of today was made.

Reference: data/reference/division_history.csv (1981–2024), division_decisions.csv, and division_changes.csv (2025 and later, kept by
hand). A year is a reported one: a change of a year counts from that year's report on.

A former division has the code that it had as its key. Where the code is in use again, or went on under another name, the key is
the code and the year of its end (`130502@2020`: 桥东区 of 邢台, today 130502 is 襄都区), so that keys of today's divisions stay.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, cast

from extract.model import OrganLevel
from extract.shipped import shipped

REFERENCE = shipped("data", "reference")
FIRST_REPORTED_YEAR = 2008  # 政府信息公开条例, in force from 1 May 2008


class Former(NamedTuple):
    """A division that was merged, renamed, raised or divided. `code` is its key; it was in use before the year `until`.

    `parent`: the key of the division that it lay in. `successors`: keys of what its land became part of then. `source`: the
    decision, where it is known.
    """

    code: str
    name: str
    level: OrganLevel
    parent: str
    since: int
    until: int
    successors: tuple[str, ...]
    source: str | None


class Part(NamedTuple):
    """From the report of `first` to that of `last` the land of `whole` (a division of today) was, or was in, the division `part`.

    `part` is the key under which that division's reports are compared. `is_entire`: all of its land is in `whole` today; of a
    divided one only a piece is. `until`, `decisions`: the year in which that ended, and by what.
    """

    whole: str
    part: str
    first: int
    last: int
    is_entire: bool
    until: int
    decisions: tuple[str, ...]


class _Record(NamedTuple):
    key: str
    code: str
    name: str
    level: OrganLevel
    since: int
    until: int | None
    successors: tuple[str, ...]  # codes
    source: str | None


@cache
def _records() -> dict[str, _Record]:
    """Every record by its key."""
    decisions = {(row["code"], row["until"]): row["decision"] for row in _rows("division_decisions.csv")}
    given = [
        (
            row["code"],
            row["name"],
            cast("OrganLevel", row["level"]),
            int(row["since"]),
            int(row["until"]) if row["until"] else None,
            tuple(filter(None, row["successors"].split(";"))),
            decisions.get((row["code"], row["until"])),
        )
        for row in _rows("division_history.csv")
    ]
    for row in _rows("division_changes.csv"):
        later = (
            row["code"],
            row["name"],
            cast("OrganLevel", row["level"]),
            int(row["until"]),
            tuple(row["successors"].split(";")),
        )
        given = _with_later(given, later, row["source"])
    present = {code for code, _, _, _, until, _, _ in given if until is None}
    latest: dict[str, int] = defaultdict(int)
    for code, _, _, _, until, _, _ in given:
        latest[code] = max(latest[code], until or 0)
    found = {}
    for code, name, level, since, until, successors, source in given:
        again = until is not None and (code in present or until != latest[code])
        key = f"{code}@{until}" if again else code
        found[key] = _Record(key, code, name, level, since, until, successors, source)
    return found


_Given = tuple[str, str, OrganLevel, int, int | None, tuple[str, ...], str | None]


def _with_later(
    given: list[_Given], later: tuple[str, str, OrganLevel, int, tuple[str, ...]], source: str
) -> list[_Given]:
    """The records after a change that is kept by hand: the one in use ends, and goes on where its code does."""
    code, name, level, until, successors = later
    since = next((r[3] for r in given if r[0] == code and r[4] is None), FIRST_REPORTED_YEAR)
    return [
        *(r for r in given if r[0] != code or r[4] is not None),
        (code, name, level, since, until, successors, source),
    ]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def _by_code() -> dict[str, tuple[_Record, ...]]:
    found: dict[str, list[_Record]] = defaultdict(list)
    for record in _records().values():
        found[record.code].append(record)
    return {code: tuple(records) for code, records in found.items()}


def _in_use(code: str, year: int) -> _Record | None:
    """The record of a code in that year; None where the history has none."""
    for record in _by_code().get(code, ()):
        if record.since <= year and (record.until is None or year < record.until):
            return record
    return None


def _key(code: str, year: int) -> str:
    record = _in_use(code, year)
    return record.key if record is not None else code


@cache
def changes() -> tuple[Former, ...]:
    """Every former division, by key."""
    return tuple(
        Former(
            r.key,
            r.name,
            r.level,
            _parent(r),
            r.since,
            r.until,
            tuple(_key(code, r.until) for code in r.successors),
            r.source,
        )
        for r in sorted(_records().values())
        if r.until is not None
    )


def _parent(record: _Record) -> str:
    """The key of the division that a former one lay in when it ended."""
    prefecture, province = f"{record.code[:4]}00", f"{record.code[:2]}0000"
    above = _in_use(prefecture, (record.until or FIRST_REPORTED_YEAR) - 1) if record.level == "county" else None
    return above.key if above is not None else province


@cache
def former() -> dict[str, Former]:
    """The former divisions by key."""
    return {change.code: change for change in changes()}


@cache
def present() -> dict[str, int]:
    """The divisions of county level and above in use today: code → the first year of this code, name and land."""
    return {r.code: r.since for r in _records().values() if r.until is None}


@cache
def named_present() -> tuple[tuple[str, str, OrganLevel], ...]:
    """The divisions of county level and above in use today, as the history has them: (code, name, level)."""
    return tuple((r.code, r.name, r.level) for r in sorted(_records().values()) if r.until is None)


@cache
def _made_of() -> dict[tuple[str, int], tuple[str, ...]]:
    """(division, year) → the divisions that its land was in until then, where a former one ended in it in that year."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for change in changes():
        for successor in change.successors:
            found[successor, change.until].append(change.code)
    for (key, year), parts in found.items():
        record = _records().get(key)
        if record is None or record.since < year:
            parts.append(key)  # it was there before, and grew
    return {at: tuple(parts) for at, parts in found.items()}


@cache
def current(key: str) -> str:
    """The division to compare one on: what it became as long as one became one other, with the same land; else itself."""
    change = former().get(key)
    if change is None or len(change.successors) != 1:
        return key
    (successor,) = change.successors
    return current(successor) if _made_of()[successor, change.until] == (key,) else key


@cache
def breaks() -> dict[str, tuple[int, ...]]:
    """The years from which on a division's figures are of other land than before: several became it, or one became several."""
    found: dict[str, list[int]] = defaultdict(list)
    for (key, year), parts in sorted(_made_of().items()):
        if len(parts) > 1 or current(parts[0]) == parts[0]:
            found[current(key)].append(year)
    return {key: tuple(years) for key, years in found.items()}


@cache
def parts() -> tuple[Part, ...]:
    """What the land of each division of today was in before its breaks, over the reported years; only of those that have breaks."""
    found: dict[tuple[str, str, bool, int, tuple[str, ...]], list[int]] = defaultdict(list)
    for whole in breaks().keys() - former().keys():
        for part in _parts(whole, whole, None, True, None):
            found[part.whole, part.part, part.is_entire, part.until, part.decisions] += [part.first, part.last]
    # a division that was renamed meanwhile is one part: its years follow each other
    joined = [
        Part(whole, part, min(years), max(years), entire, until, by)
        for (whole, part, entire, until, by), years in found.items()
    ]
    return tuple(sorted(joined))


def _parts(
    whole: str, key: str, end: int | None, entire: bool, broken: tuple[int, tuple[str, ...]] | None
) -> Iterator[Part]:
    """Where the land of `whole` that was in `key` before the year `end` was then and before; `broken`: the next break after it."""
    change = max((year for year in _changed().get(key, ()) if end is None or year < end), default=None)
    first = change if change is not None else max(_since(key), FIRST_REPORTED_YEAR)
    if broken is not None and end is not None and first < end:
        yield Part(whole, current(key), first, end - 1, entire, *broken)
    if change is None:
        return
    made_of = _made_of()[key, change]
    real = len(made_of) > 1 or current(made_of[0]) == made_of[0]
    ended = [former()[part] for part in made_of if part != key]
    if real:
        broken = change, tuple(sorted({one.source for one in ended if one.source is not None}))
    for part in made_of:
        divided = part != key and len(former()[part].successors) > 1
        yield from _parts(whole, part, change, entire and not divided, broken)


@cache
def _changed() -> dict[str, tuple[int, ...]]:
    """The years in which former divisions ended in a division."""
    found: dict[str, list[int]] = defaultdict(list)
    for key, year in _made_of():
        found[key].append(year)
    return {key: tuple(sorted(years)) for key, years in found.items()}


def _since(key: str) -> int:
    record = _records().get(key)
    return record.since if record is not None else FIRST_REPORTED_YEAR


@cache
def _of_name() -> dict[tuple[str, str], tuple[_Record, ...]]:
    found: dict[tuple[str, str], list[_Record]] = defaultdict(list)
    for record in _records().values():
        found[record.code[:2], record.name].append(record)
    return {name: tuple(records) for name, records in found.items()}


def in_year(key: str, year: int) -> str:
    """The division that bore the name of this one in its province in a reported year, where this one was not in use and only one
    such was: 巢湖市 (340181, since 2011) of 2009 is 341400. Else the division itself.
    """
    record = _records().get(key)
    if record is None or _lasted(record, year):
        return key
    others = [r for r in _of_name()[record.code[:2], record.name] if _lasted(r, year)]
    others = [r for r in others if r.level == record.level] or others
    return others[0].key if len(others) == 1 else key


def was_there(key: str, year: int) -> bool:
    """Whether a division was in use in a reported year; True of those that the history does not follow (townships)."""
    record = _records().get(key)
    return record is None or _lasted(record, year)


def _lasted(record: _Record, year: int) -> bool:
    return record.since <= year and (record.until is None or year < record.until)
