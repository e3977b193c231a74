"""Names → administrative divisions (GB/T 2260, 统计用区划代码): every division that a name can mean, none by a guess.

Reference: data/reference/divisions.csv and division_aliases.csv; history.py has the former ones. Beside its full name a division is known by what everybody
calls it: an autonomous one without its peoples (秀山县), a province without 省, a prefecture without 市 where a division
inside of it follows (南阳卧龙区).
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from extract.identify import history
from extract.identify.simplified import simplified
from extract.model import OrganLevel

REFERENCE = history.REFERENCE


class Division(NamedTuple):
    """One division; none is national."""

    code: str
    name: str
    level: OrganLevel
    parent: str


class Named(NamedTuple):
    """What the front of a name says: the divisions that it can mean, and what follows them in the name."""

    divisions: tuple[Division, ...]
    rest: str

    @property
    def one(self) -> Division | None:
        """The division, where only one is meant."""
        return self.divisions[0] if len(self.divisions) == 1 else None


class _Entry(NamedTuple):
    name: str
    division: Division
    alone: bool  # whether the name says enough without a division inside after it
    below: str | None = None  # only after this division: a former one whose name a present one has


class _Index(NamedTuple):
    by_code: dict[str, Division]
    by_start: dict[str, tuple[_Entry, ...]]


_PEOPLES = (
    "汉|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
_AUTONOMOUS = re.compile(rf"^(.{{1,4}}?)(?:(?:{_PEOPLES})族?)+自治(州|县|旗)$")
_SHORT_PROVINCE = re.compile(
    r"^(内蒙古|广西|西藏|宁夏|新疆|香港|澳门|.{2,3}?)(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省)$"
)
_SHORT_PREFECTURE = re.compile(r"^(.{2,}?)(?:市|地区|盟)$")
_NOT_AFTER_SHORT = re.compile(r"^[省市县区州旗盟镇乡]")


def is_placeholder(name: str) -> bool:
    """Names that only fill a level of the code: 市辖区, 县, 省直辖县级行政区划."""
    return name in ("市辖区", "县") or name.endswith("直辖县级行政区划")


@cache
def listed(source: Path) -> tuple[Division, ...]:
    """The rows of a file such as divisions.csv, in its order."""
    with source.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return tuple(map(Division._make, lines))


@cache
def index() -> _Index:
    """The reference, read once."""
    by_code: dict[str, Division] = {}
    starts: dict[str, list[_Entry]] = {}
    divisions = all_listed(REFERENCE / "divisions.csv")
    older = _older("".join(division.name for division in divisions))
    for division in divisions:
        by_code.setdefault(division.code, division)  # 东莞 stands twice: as prefecture, and as its own county
        for said, alone in () if is_placeholder(division.name) else _names(division):
            for spelt in {said} if older.isdisjoint(said) else {said, simplified(said)}:
                starts.setdefault(spelt[:2], []).append(_Entry(spelt, division, alone))
    with (REFERENCE / "division_aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            starts.setdefault(row["name"][:2], []).append(_Entry(row["name"], by_code[row["code"]], True))
    current = {(entry.name, entry.division.code[:2]) for found in starts.values() for entry in found}
    for former in history.changes():
        division = Division(former.code, former.name, former.level, former.parent)
        by_code.setdefault(former.code, division)
        usual = (former.name, former.code[:2]) in current or re.fullmatch(r".区", former.name) is not None
        entry = _Entry(former.name, division, True, division.parent if usual else None)
        starts.setdefault(former.name[:2], []).append(entry)
    return _Index(by_code, {start: tuple(found) for start, found in starts.items()})


@cache
def _unlisted() -> tuple[Division, ...]:
    """Divisions of today that the code list lacks and the history has: 台湾省, 香港, 澳门, and counties made since."""
    known = {division.code for division in listed(REFERENCE / "divisions.csv")}
    return tuple(
        Division(
            code,
            name,
            level,
            "" if level == "province" else f"{code[:4]}00" if f"{code[:4]}00" in known else f"{code[:2]}0000",
        )
        for code, name, level in history.named_present()
        if code not in known
    )


@cache
def all_listed(source: Path) -> tuple[Division, ...]:
    """The divisions of today: the rows of `source`, and those that the history has beside the shipped list."""
    return (*listed(source), *_unlisted()) if source == REFERENCE / "divisions.csv" else listed(source)


_ZONE_NAME = re.compile("(?:区|新城)$")


@cache
def zone_aliases() -> dict[str, tuple[str, ...]]:
    """Zones that cover exactly one division, by its code: their committees are organs beside its government. Contractions of a
    division's own name (西乌旗) are no zones.
    """
    found: dict[str, list[str]] = {}
    with (REFERENCE / "division_aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if _ZONE_NAME.search(row["name"]):
                found.setdefault(row["code"], []).append(row["name"])
    return {code: tuple(names) for code, names in found.items()}


def _older(names: str) -> frozenset[str]:
    """Characters that are elsewhere traditional ones, and stand in names of today: 乾县, 濛阳街道, 氾水镇."""
    characters = sorted(set(names))
    converted = simplified("\n".join(characters)).split("\n")
    return frozenset(old for old, new in zip(characters, converted, strict=True) if old != new)


def _names(division: Division) -> list[tuple[str, bool]]:
    names = [(division.name, True)]
    short = None
    if division.level == "province":
        short = _SHORT_PROVINCE.match(division.name)
        return [*names, *([(short[1], True)] if short else [])]
    if division.level == "township":
        return names
    if (autonomous := _AUTONOMOUS.match(division.name)) is not None:
        names.append((autonomous[1] + autonomous[2], True))
    if division.level == "prefecture" and (short := _SHORT_PREFECTURE.match(division.name)) is not None:
        names.append((short[1], False))
    return names


def lookup(code: str) -> Division | None:
    """The division of a code, 6 digits or (townships) 9, present or former; None where the reference has none."""
    return index().by_code.get(code)


def within(code: str, ancestor: str) -> bool:
    """Whether a division lies in another (or is it): 411303002 in 411303, 411300, 410000; in a former one that became one other,
    what lies in that today.
    """
    return any(code.startswith(_stem(place.partition("@")[0])) for place in {ancestor, history.current(ancestor)})


def _stem(code: str) -> str:
    """What the codes of all divisions within one begin with."""
    return code if len(code) > 6 else re.sub(r"(?:0000|00)$", "", code)


def named(text: str) -> Named:
    """Read division names off the front of a text, each inside the one before, as many characters as possible.

    `卧龙区七一街道办事处` → 411303002, rest 办事处. `鼓楼区教育局` → four divisions, rest 教育局.
    """
    found: list[tuple[Division, str]] = []
    past: list[tuple[Division, str]] = []  # former divisions whose name one of today has
    paths: list[tuple[Division | None, str]] = [(None, text)]
    while paths:
        following: list[tuple[Division | None, str]] = []
        alone: list[tuple[Division, str]] = []
        for above, rest in paths:
            for name, division, enough, below in index().by_start.get(rest[:2], ()):
                if not rest.startswith(name):
                    continue
                after = rest[len(name) :]
                if name != division.name and _NOT_AFTER_SHORT.match(after):
                    continue
                if below is not None and (above is None or above.code != below):
                    past += [(division, after)] if above is None else []
                    continue
                if above is not None and (
                    division.code in (above.code, history.current(above.code)) or not within(division.code, above.code)
                ):
                    continue
                following.append((division, after))
                if enough:
                    alone.append((division, after))
        if alone:
            shortest = min(len(rest) for _, rest in alone)
            found = _present([(division, rest) for division, rest in alone if len(rest) == shortest])
            following = [item for item in following if len(item[1]) <= shortest]
        paths = following
    found += [
        (division, after)
        for division, after in past
        if found and after == found[0][1] and not _became(division, found) and not _has_its_name(division, found)
    ]
    divisions = {division.code: division for division, _ in found}
    return Named(tuple(divisions[code] for code in sorted(divisions)), found[0][1] if found else text)


def _present(found: list[tuple[Division, str]]) -> list[tuple[Division, str]]:
    """Without former divisions where one of today bears the same name in the same place (友好区 of 伊春市), and without parts
    that bear the name of the whole (金门县).
    """
    former = history.former()
    today = {(division.name, division.parent) for division, _ in found if division.code not in former}
    wholes = {(division.name, division.code) for division, _ in found}
    return [
        (division, rest)
        for division, rest in found
        if (division.code not in former or (division.name, division.parent) not in today)
        and (division.name, division.parent) not in wholes
        and not (division.code in former and (_goes_on(division, found) or _has_its_name(division, found)))
    ]


def _goes_on(former: Division, found: list[tuple[Division, str]]) -> bool:
    """Whether a later one of those found is the same division under another code: 米林县 of 林芝地区, then of 林芝市."""
    later = [d.code for d, _ in found if d.name == former.name and d.code != former.code]
    until = history.former()[former.code].until
    return any(
        history.current(code) == history.current(former.code) and history.former()[code].until > until
        for code in later
        if code in history.former()
    )


def _has_its_name(former: Division, found: list[tuple[Division, str]]) -> bool:
    """Whether a division of today bears its name and is not another: one of another level in its province (the prefecture 巢湖市, then
    a county's rank), or one within what it became (西沙群岛 of 三沙市). A title without a year means that of today; with one,
    `history.in_year` tells.
    """
    successors = history.former()[former.code].successors
    return any(
        d.code not in history.former()
        and d.name == former.name
        and (
            (d.level != former.level and d.code[:2] == former.code[:2] and d.level != "township")
            or any(within(d.code, successor) for successor in successors)
        )
        for d, _ in found
    )


def _became(former: Division, found: list[tuple[Division, str]]) -> bool:
    """Whether a former division lies in one of those found today: 日喀则市 of a county's rank in the prefecture 日喀则市."""
    change = history.former().get(former.code)
    return change is not None and any(
        within(code, division.code) for code in change.successors for division, _ in found
    )


def short_prefecture(text: str) -> Named:
    """A prefecture named without 市 at the front of a text (南阳高新区): only for what lies in one without a county."""
    found = [
        (entry.division, text[len(entry.name) :])
        for entry in index().by_start.get(text[:2], ())
        if not entry.alone and text.startswith(entry.name) and not _NOT_AFTER_SHORT.match(text[len(entry.name) :])
    ]
    return Named(tuple(division for division, _ in found), found[0][1]) if len(found) == 1 else Named((), text)


def full_name(code: str) -> str:
    """A division's name after those of the divisions above it."""
    names: list[str] = []
    known = index().by_code
    division = known.get(code)
    while division is not None and len(names) < 5:
        if not is_placeholder(division.name):
            names.append(division.name)
        division = known.get(division.parent)
    return "".join(reversed(names))
