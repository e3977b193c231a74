"""Where an organ belongs: its name's own words first, the site's evidence where they fit several divisions or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from extract.identify import history
from extract.identify.divisions import Division, Named, index, named, short_prefecture, within
from extract.identify.site import Mention, supported

ZONE = re.compile(
    r"^(?P<name>[^局委办厅]{0,14}?(?:经济技术开发区|高新技术产业开发区|开发区|高新区|经开区|新区|园区|实验区|示范区|保税区|管理区|合作区|度假区|景区|自贸区))"
)
_COMMITTEE = re.compile(r"(?:党工委)?(?:管理委员会|管委会)")
_TOWNSHIP_BELOW = re.compile(r"^[^区县市旗]{1,10}?(?:街道|镇|乡|苏木|地区)(?:办事处|人民政府|政府|$)")
_GENERIC = re.compile(r"^(?:我|本)?([省市区县旗州盟])(?![^\W\d]{0,3}[省市区县旗州盟]$)")
_LEVELS = {
    "省": ("province",), "市": ("province", "prefecture", "county"), "州": ("prefecture",), "盟": ("prefecture",),
    "区": ("county",), "县": ("county",), "旗": ("county",),
}  # fmt: skip


class Place(NamedTuple):
    """The division that an organ's own name and its site agree on.

    `division` is None where nothing fits or several do (`candidates`). `around`: the division that an organ lies in whose
    own place has no code (a zone, a township that is not in the reference). `rest`: the name after the place's.
    """

    division: Division | None
    around: Division | None
    zone: str | None
    rest: str
    candidates: tuple[Division, ...]
    evidence: tuple[str, ...]


def place(name: str, mentions: Sequence[Mention], year: int | None = None) -> Place:
    """Settle the place of an organ's name (simplified characters); `mentions`: what its site says. `year`: the reported one: of
    divisions of one name those that were there then are meant.
    """
    generic = _GENERIC.match(name)
    own = Named((), name) if generic else named(name)
    if not own.divisions and not generic and ZONE.match(short_prefecture(name).rest):
        own = short_prefecture(name)
    if len(own.divisions) > 1 and year is not None:
        then = tuple(d for d in own.divisions if history.was_there(d.code, year))
        own = own._replace(divisions=then or own.divisions)
    if own.divisions:
        return _of_name(name, own, mentions)
    said = _of_site(mentions, generic[1] if generic else None)
    rest = name[generic.end() :] if generic else name
    if said is None:
        return Place(None, None, None, rest if generic else name, (), ())
    division, why = said
    if generic:
        return _below(division, rest, why)
    inside = _inside(name, division)
    if inside is not None:
        return Place(inside, None, None, name[len(inside.name) :], (), (f"name {inside.name}", *why))
    return Place(None, division, None, name, (), why)


def _of_name(name: str, own: Named, mentions: Sequence[Mention]) -> Place:
    fit = list(own.divisions)
    why: tuple[str, ...] = ()
    if _are_elsewhere(name, fit, mentions):
        said = _of_site(mentions, None)
        if said is None:
            return Place(None, None, None, own.rest, own.divisions, ())
        return Place(None, said[0], None, name, (), said[1])
    if len(fit) > 1:
        support = {d.code: supported(d, mentions) for d in fit}
        most = max(len(found) for found in support.values())
        fit = [d for d in fit if most and len(support[d.code]) == most]
        why = tuple(m.what for m in support[fit[0].code]) if len(fit) == 1 else ()
    if len(fit) != 1:
        return Place(None, None, None, own.rest, own.divisions, ())
    return _below(fit[0], own.rest, (f"name {fit[0].name}", *why))


def _are_elsewhere(name: str, townships: Sequence[Division], mentions: Sequence[Mention]) -> bool:
    """Whether the site is another place's than all townships of this name: one named alone may be one that the reference lacks."""
    if not all(d.level == "township" and name.startswith(d.name) for d in townships):
        return False
    strong = [mention for mention in mentions if mention.strong]
    return bool(strong) and not any(supported(d, strong) for d in townships)


def _below(division: Division, rest: str, why: tuple[str, ...]) -> Place:
    """The division itself, unless the rest of the name goes on to a zone or a township that has no code."""
    zone = ZONE.match(rest)
    if zone is not None and division.level == "township":
        return Place(None, None, None, rest, (division,), ())  # 城南经济新区 need not be in 城南
    if zone is not None:
        return Place(None, division, zone["name"], _COMMITTEE.sub("", rest[zone.end() :]), (), why)
    if _COMMITTEE.match(rest) and division.level != "township":
        return Place(division, None, None, rest, (), why)
    if division.level != "township" and _TOWNSHIP_BELOW.match(rest):
        return Place(None, division, None, rest, (), why)
    return Place(division, None, None, rest, (), why)


def _of_site(mentions: Sequence[Mention], generic: str | None) -> tuple[Division, tuple[str, ...]] | None:
    """The one division that the site names: strong evidence that fits one division, and none that contradicts it."""
    by_code = index().by_code
    votes: dict[str, list[Mention]] = {}
    for mention in mentions:
        fit = [code for code in mention.codes if generic is None or _is(by_code[code], generic)]
        if len(fit) == 1:
            votes.setdefault(fit[0], []).append(mention)
    settled = [code for code, own in votes.items() if any(m.strong for m in own) or len(own) > 1]
    settled = [code for code in settled if not any(o != code and within(o, code) for o in settled)]
    if len(settled) != 1:
        return None
    return by_code[settled[0]], tuple(mention.what for mention in votes[settled[0]])


def _is(division: Division, generic: str) -> bool:
    return division.level in _LEVELS[generic] and division.name.endswith(
        generic if generic != "州" else ("州", "自治州")
    )


def _inside(name: str, division: Division) -> Division | None:
    """The township inside a division that a name begins with."""
    inner = [d for d in named(name).divisions if within(d.code, division.code)]
    return inner[0] if len(inner) == 1 else None
