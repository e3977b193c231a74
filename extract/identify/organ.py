"""A reporting organ's kind, level, canonical name and identity, from its name and the place it belongs to.

One organ under three spellings (市科委, 南京市科委, 南京市科学技术委员会) has one identity: its division's code and what its
name adds to it, short words written out (data/reference/organ_words.csv).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from extract.identify import history, known_organs
from extract.identify.divisions import REFERENCE, Division, full_name, index, is_placeholder, named, zone_aliases
from extract.identify.place import Place, place
from extract.identify.simplified import simplified
from extract.identify.site import Mention
from extract.model import OrganKind, OrganLevel

_GOVERNMENT = re.compile(r"(?:人民政府|政府|党工委管委会|管理委员会|管委会|行政公署|行署)?$")
_SUBDISTRICT = re.compile(r"(?:街道|街道办事处|街道办|地区办事处|办事处)$")
_TOWNSHIP = re.compile(r"(?:镇|乡|苏木)(?:人民政府|政府)?$")
_COMMITTEE = re.compile(r"^(?:党工委)?(?:管理委员会|管委会)")
_ZONE_END = re.compile(r"(?:管理委员会|管委会)$")
_LIKE_A_ZONE = re.compile(r"(?:新区|特区|林区|地区|[^市县]管理区|开发区|矿区|园区)$")
"""Divisions that a committee may govern."""

_OFFICE_END = re.compile(r"(?:人民政府|政府|街道办事处|办事处|街道办)$")
_DEPARTMENT = re.compile(
    r"(?:局|委|委员会|办|办公室|办公厅|厅|部|署|院|处|科|中心|大队|支队|总队|站|所|社|集团|公司|协会|联合会|研究室|海关|银行|馆|会)$"
)
_ASIDE = re.compile(r"[(（][^()（）]*[)）]$")
_PART = re.compile(r"(?:分局|支局|局|所|队|站|处|科|办|办公室|中心|委|委员会|院|校)[)）]$")
"""What stands in brackets is another organ: 公安局(城南分局) is no 公安局."""

_NO_ORGAN = re.compile(r"(?:公司|集团|医院|卫生院|学校|中学|小学|大学|学院|幼儿园|银行)$")
"""Enterprises and institutions report like organs (信息公开条例 §55), but are no departments."""

_NATIONAL = re.compile(
    r"^(?:中华人民共和国|国务院|国家|中国(?:人民银行|证券|银行|保险|气象|地震|民用航空|科学院|社会科学院|工程院)|全国|"
    r"(?:外交|国防|教育|科学技术|工业和信息化|公安|民政|司法|财政|人力资源和社会保障|自然资源|生态环境|住房和城乡建设|交通运输|水利|"
    r"农业农村|商务|文化和旅游|退役军人事务|应急管理)部$|海关总署$|[^局]{2,6}海关$)"
)
_BRANCH_OF = re.compile(
    r"^(?:中共|中国共产党|共青团|国家税务总局|国家统计局|国家能源局|国家金融监督管理总局|国家矿山安全监察局|国家邮政局|国家外汇管理局|国家粮食和物资储备局|"
    r"中华人民共和国|中国人民银行|中国证券监督管理委员会|中国银行保险监督管理委员会|交通运输部|自然资源部|生态环境部|水利部|财政部)"
)


_ALSO_NAMED = re.compile(
    r"(?P<above>(?:[^()]{2,4}?[省市州])?)[^()]{0,8}[区城][(（](?P<division>[^()（）]{2,8}[区县市])[)）](?P<rest>(?:人民)?政府|管委会|管理委员会|)"
)

_BELOW: dict[OrganLevel, OrganLevel] = {"province": "prefecture", "prefecture": "county"}


@dataclass(frozen=True, slots=True)
class Organ:
    """`name` as the report gives it; `canonical` with its place in full and short words written out.

    `division_code`: of GB/T 2260, or for a zone the project's own (`411300-高新区`, marked by its dash). `identity` is None
    where the name could be several organs'. `parent` is the identity of the government that it belongs to.
    """

    name: str
    canonical: str
    kind: OrganKind
    level: OrganLevel | None
    division_code: str | None
    identity: str | None
    parent: str | None
    candidates: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


def organ(name: str, mentions: Sequence[Mention] = (), host: str | None = None, year: int | None = None) -> Organ:
    """Classify an organ. `mentions`: what its site says of the place; `host` tells apart organs whose place stays open; `year`, the
    reported one, divisions of one name.
    """
    simple = simplified("".join(name.split()))
    known = known_organs.organ(simple, host)
    if known is not None:
        return _taught(name, known)
    bare = _BRANCH_OF.sub("", simple)
    if (also := _ALSO_NAMED.fullmatch(bare)) is not None and named(also["division"]).divisions:
        bare = also["above"] + also["division"] + also["rest"]  # 高新区(新市区)政府: one government under two names
    where = place(bare or simple, mentions, year)
    if _NATIONAL.match(simple) and (not bare or (where.division is None and where.around is None)):
        return Organ(name, simple, "department", "national", None, f"national|{words(simple)}", None)
    branch = simple[: len(simple) - len(bare)]
    if where.zone is not None and where.around is not None:
        return _zone(name, where.zone, where.around, where)
    if where.division is not None:
        zone = _alias(bare or simple, where)
        if zone is not None:
            return _beside(name, zone, where.division, branch, where)
        return _of_division(name, where.division, branch, where)
    return _open(name, simple, where, host)


def in_year(who: Organ, year: int | None) -> Organ:
    """The organ as it was in a reported year: of the division that bore the name then (巢湖市 of 2009 was a prefecture)."""
    code = who.division_code
    then = history.in_year(code, year) if code is not None and year is not None else code
    if code is None or then is None or then == code or who.identity is None:
        return who
    known = index().by_code
    division = known[then]
    own = who.identity.partition("|")[2]
    parent = f"{then}|" if own else _parent(division)
    level = division.level if who.level == known[code].level else who.level
    canonical = full_name(then) + who.canonical.removeprefix(full_name(code))
    evidence = (*who.evidence, f"{division.name} of {year}")
    identity = f"{then}|{own}"
    return replace(
        who, canonical=canonical, level=level, division_code=then, identity=identity, parent=parent, evidence=evidence
    )


def _of_division(name: str, division: Division, branch: str, where: Place) -> Organ:
    rest = words(where.rest)
    kind = _kind(division.name + where.rest, division, where.rest)
    place_name = full_name(division.code)
    if kind == "government" and _ZONE_END.search(rest) and not _LIKE_A_ZONE.search(division.name):
        kind = "other"  # a zone's committee whose zone is not said: no government of the whole division
    if kind == "government":
        canonical, own = f"{place_name}人民政府", ""
    elif kind in ("township", "subdistrict") and division.level == "township":
        canonical, own = place_name + ("办事处" if kind == "subdistrict" else "人民政府"), ""
    else:
        canonical, own = branch + place_name + rest, branch + rest
    return Organ(
        name,
        canonical,
        kind,
        division.level,
        division.code,
        f"{division.code}|{own}",
        _parent(division) if not own else f"{division.code}|",
        (),
        where.evidence,
    )


def _alias(name: str, where: Place) -> str | None:
    """The zone by whose name the division is called, where it is (平潭综合实验区 for 平潭县)."""
    division = where.division
    before = name[: len(name) - len(where.rest)]
    zones = zone_aliases().get(division.code, ()) if division is not None else ()
    return next((zone for zone in zones if before.endswith(zone)), None)


def _beside(name: str, zone: str, division: Division, branch: str, where: Place) -> Organ:
    """The committee of a zone that covers exactly one division, or its department: it shares the division with the division's
    government, and is another organ.
    """
    rest = re.sub(r"^(?:人民政府|政府)$", "", words(_COMMITTEE.sub("", where.rest)))
    above = index().by_code.get(division.parent)
    place_name = (full_name(above.code) if above is not None else "") + zone
    kind = _kind(zone + rest, None, rest) if rest else "other"
    parent = f"{division.code}|{zone}" if rest else _parent(division)
    canonical = branch + place_name + (rest or "管理委员会")
    identity = f"{division.code}|{branch}{zone}{rest}"
    return Organ(name, canonical, kind, division.level, division.code, identity, parent, (), where.evidence)


def _zone(name: str, zone: str, around: Division, where: Place) -> Organ:
    """A development zone: its committee acts as a government of its own below the division that it lies in."""
    code = zone_code(around.code, zone)
    place_name = full_name(around.code) + zone
    rest = re.sub(r"^(?:人民政府|政府)$", "", words(where.rest))
    below = _BELOW.get(around.level, "township")
    kind = _kind(zone + rest, None, rest) if rest else "other"
    parent = f"{code}|" if rest else f"{around.code}|"
    canonical = place_name + (rest or "管理委员会")
    return Organ(name, canonical, kind, below, code, f"{code}|{rest}", parent, (), where.evidence)


def government(identity: str) -> Organ | None:
    """The government with an identity of the kind `411303|`, or the committee of a zone, also of one that covers the division
    (`350128|平潭综合实验区`); None where it names neither.
    """
    code, _, own = identity.partition("|")
    around, _, zone = code.partition("-")
    division = index().by_code.get(around)
    if division is None or (own and own not in zone_aliases().get(code, ())):
        return None
    nothing = Place(None, None, None, "", (), ())
    if own:
        return _beside(own, own, division, "", nothing)
    return _zone(zone, zone, division, nothing) if zone else _of_division(division.name, division, "", nothing)


def _open(name: str, simple: str, where: Place, host: str | None) -> Organ:
    """An organ whose own place has no code, or is not known."""
    kind = _kind(simple, None, simple)
    level: OrganLevel | None = "township" if kind in ("township", "subdistrict") else None
    candidates = tuple(full_name(d.code) for d in where.candidates)
    if where.around is not None:
        rest = where.rest
        stem = _OFFICE_END.sub("", rest) if level else words(rest)
        canonical = full_name(where.around.code) + (
            stem + ("办事处" if kind == "subdistrict" else "人民政府") if level else words(rest)
        )
        code = None if level else where.around.code
        own_level = level or where.around.level
        parent = f"{where.around.code}|"
        return Organ(
            name, canonical, kind, own_level, code, f"{where.around.code}|{stem}", parent, candidates, where.evidence
        )
    identity = f"|{words(simple)}"
    if candidates or len(simple) < 5 or re.match(r"^(?:[市区县旗省州盟镇乡]|我|本|办公)", simple):
        identity = f"{host}|{words(simple)}" if host else ""
    return Organ(name, words(simple), kind, level, None, identity or None, None, candidates, where.evidence)


def _taught(name: str, known: known_organs.Taught) -> Organ:
    division = index().by_code.get(known.division_code or "")
    own = "" if division is not None and known.kind in ("government", "township", "subdistrict") else known.name
    identity = f"{known.division_code or ''}|{own}"
    parent = None if division is None else _parent(division) if not own else f"{division.code}|"
    evidence = (f"taught: {known.source}",)
    return Organ(name, known.name, known.kind, known.level, known.division_code, identity, parent, (), evidence)


def zone_code(around: str, zone: str) -> str:
    """The project's own stable code of a zone without one in GB/T 2260: the code of the division that it lies in, a dash,
    and the zone's name in short.
    """
    short = zone.replace("高新技术产业开发区", "高新区").replace("经济技术开发区", "经开区")
    return f"{around}-{short}"


def _parent(division: Division) -> str | None:
    """The identity of the government above a division's own."""
    known = index().by_code
    above = known.get(division.parent)
    while above is not None and is_placeholder(above.name):
        above = known.get(above.parent)
    return f"{above.code}|" if above is not None else None


def _kind(name: str, division: Division | None, rest: str) -> OrganKind:
    name, rest = _ASIDE.sub("", name), _ASIDE.sub("", rest)
    if division is not None and division.level != "township" and _GOVERNMENT.fullmatch(rest):
        return "government"
    if _NO_ORGAN.search(name):
        return "other"
    if _SUBDISTRICT.search(name):
        return "subdistrict"
    if _TOWNSHIP.search(name):
        return "township"
    if division is not None and division.level == "township" and not rest:
        return "subdistrict" if division.name.endswith(("街道", "办事处")) else "township"
    if _ZONE_END.search(name) and not name.endswith(("国有资产监督管理委员会", "城市管理委员会", "监督管理委员会")):
        return "other"
    if name.endswith(("人民政府", "政府")):
        return "government"
    return "department" if _DEPARTMENT.search(name) else "other"


@cache
def _short_words() -> dict[str, str]:
    with (REFERENCE / "organ_words.csv").open(encoding="utf-8", newline="") as file:
        return {row["short"]: row["full"] for row in csv.DictReader(file)}


@lru_cache(maxsize=8192)
def words(rest: str) -> str:
    """An organ's own words written out: 发改局 → 发展和改革局. Only whole names are: 生态环境局武义分局 stays."""
    aside = _ASIDE.search(rest)
    bare = rest if aside is not None and _PART.search(aside[0]) else _ASIDE.sub("", rest)
    return _short_words().get(bare, bare)
