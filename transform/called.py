"""Whether words name an organ whole: its own name, perhaps after the places above it, never a part of another place's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from extract.identify.simplified import simplified

_SUFFIX = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|自治旗|地区|林区|特区|新区|街道办事处|街道|[省市县区旗盟乡镇])$"
)
_ZONE = re.compile(
    r"(?:综合实验区|高新技术产业开发区|经济技术开发区|经济开发区|开发区|实验区|示范区|高新区|经开区|新区|园区)$"
)
_OFFICE = re.compile(r"(?:人民政府|政府|党工委管委会|管理委员会|管委会|办事处|行政公署|行署)$")
_GOVERNMENT = ("", "人民政府", "政府")


def is_called(words: Sequence[str], organ: dict[str, Any]) -> bool:
    """Whether words (simplified characters) name the organ whole. `organ`: `organ` and `canonical_name`, and the names of its
    division as they were and as they are today: `province`, `prefecture`, `county`, `township`, `province_now`, ….
    """
    joined = _written_out("".join(words))
    printed = [_written_out(simplified(name)) for name in (organ["organ"], organ["canonical_name"]) if name]
    if joined in printed or joined in {_OFFICE.sub("", name) for name in printed} - {""}:
        return True
    then, now = _levels(organ, ""), _levels(organ, "_now")
    own = _own(printed, then, now)
    return any(_consumes(joined, levels, own, last=False) for levels in (then, now) if levels)


def _written_out(name: str) -> str:
    return re.sub(r"管委会$", "管理委员会", name)


def _levels(organ: dict[str, Any], when: str) -> list[str]:
    """The division's names from the province down, without those of no place (市辖区)."""
    names = (organ[level + when] for level in ("province", "prefecture", "county", "township"))
    return [
        name for name in names if name and name not in ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
    ]


def _own(printed: Sequence[str], *known: Sequence[str]) -> set[str]:
    """What stands after the places in the organ's names, with its office and without; "" for a government of a place."""
    found = set()
    for name in printed:
        rests = {name}
        for levels in known:
            rest = name
            for level in levels:
                rest = rest.removeprefix(level)
                rests.add(rest)
        for rest in rests:
            bare = _OFFICE.sub("", rest)
            zone = _ZONE.sub("", bare)
            found |= {rest, bare, _stem(bare), zone if len(zone) > 1 else bare}
    return found


def _stem(name: str) -> str:
    stem = _SUFFIX.sub("", name)
    return stem if len(stem) > 1 else name


def _consumes(text: str, levels: Sequence[str], own: set[str], *, last: bool) -> bool:
    """Whether a text is some of the places, from above, and then the organ's own name. An organ without an own name is its
    place's: the last place must be named. `last`: it was.
    """
    if text in own and (text not in _GOVERNMENT or last):
        return True
    if "" in own and last and text in _GOVERNMENT:
        return True
    for place, level in enumerate(levels):
        for form in {level, _stem(level)}:
            if text.startswith(form) and _consumes(
                text[len(form) :], levels[place + 1 :], own, last=place + 1 == len(levels)
            ):
                return True
    return False
