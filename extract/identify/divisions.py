"""Organ names → administrative divisions (GB/T 2260, 统计用区划代码): right or silent.

Reference: data/reference/divisions.csv, with data/reference/division_aliases.csv for zones that cover exactly one
division. A name that fits two divisions resolves to none.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"


class Division(NamedTuple):
    """One division. `level`: province, prefecture, county, township."""

    code: str
    name: str
    level: str
    parent: str


class Resolved(NamedTuple):
    """`division` is None where nothing fits or several do; `rest` is the organ's name after the division's."""

    division: Division | None
    rest: str
    candidates: int


class _Index(NamedTuple):
    by_code: dict[str, Division]
    by_start: dict[str, tuple[Division, ...]]  # the first two characters → divisions, longest names first


@cache
def _index() -> _Index:
    by_code: dict[str, Division] = {}
    starts: dict[str, list[Division]] = {}
    with (REFERENCE / "divisions.csv").open(encoding="utf-8", newline="") as file:
        for code, name, level, parent in list(csv.reader(file))[1:]:
            division = Division(code, name, level, parent)
            by_code.setdefault(code, division)  # 东莞 stands twice: as prefecture, and as its own county
            starts.setdefault(name[:2], []).append(division)
    with (REFERENCE / "division_aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known = by_code[row["code"]]
            starts.setdefault(row["name"][:2], []).append(known._replace(name=row["name"]))
    longest_first = {
        start: tuple(sorted(found, key=lambda d: (-len(d.name), d.code))) for start, found in starts.items()
    }
    return _Index(by_code, longest_first)


def lookup(code: str) -> Division | None:
    """The division of a code, 6 digits or (townships) 9; None where the reference has none."""
    return _index().by_code.get(code)


_TOWNSHIP_BELOW = re.compile(r"^[^区县市旗]{1,10}?(?:街道|镇|乡|苏木|地区)(?:办事处|人民政府|政府|$)")
_ZONE_BELOW = re.compile(r"开发区|高新区|新区|园区|实验区|示范区|保税区|管理区|管委会|管理委员会")


def within(code: str, ancestor: str) -> bool:
    """Whether a division lies in another: 411303002 in 411303, 411300, 410000."""
    stem = ancestor if len(ancestor) > 6 else re.sub(r"(?:0000|00)$", "", ancestor)
    return code.startswith(stem)


def resolve(organ: str) -> Resolved:
    """Read division names off the front of an organ's name, each inside the one before.

    `卧龙区七一街道办事处` → 411303002, rest 办事处. A township, street or zone below a known division that is not in
    the reference leaves the organ unresolved: its government's code would be somebody else's.
    """
    index = _index()
    paths: list[tuple[Division | None, str]] = [(None, organ)]
    deepest: list[tuple[Division, str]] = []
    while paths:
        following: list[tuple[Division | None, str]] = []
        for above, rest in paths:
            for division in index.by_start.get(rest[:2], ()):
                if rest.startswith(division.name) and (
                    above is None or (division.code != above.code and within(division.code, above.code))
                ):
                    following.append((division, rest[len(division.name) :]))
        if following:
            shortest = min(len(rest) for _, rest in following)
            following = [item for item in following if len(item[1]) == shortest]
            deepest = [(division, rest) for division, rest in following if division is not None]
        paths = following
    codes = {division.code for division, _ in deepest}
    if len(codes) != 1:
        return Resolved(None, organ, len(codes))
    division, rest = deepest[0]
    if _TOWNSHIP_BELOW.match(rest) or _ZONE_BELOW.search(rest):
        return Resolved(None, organ, 0)
    return Resolved(division, rest, 1)
