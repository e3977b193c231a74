"""The kind, level and identity of a reporting organ, from its name and its division."""

from __future__ import annotations

import re
from typing import NamedTuple

from extract.identify.divisions import Resolved, resolve
from extract.identify.title import Title
from extract.model import Document, Prose

_GOVERNMENT = re.compile(r"(?:人民政府|政府|党工委管委会|管理委员会|管委会)$")
_SUBDISTRICT = re.compile(r"(?:街道|街道办事处|街道办|地区办事处)$")
_TOWNSHIP = re.compile(r"(?:镇|乡|苏木|民族乡)(?:人民政府|政府)?$")
_ZONE = re.compile(
    r"(?:开发区|高新区|新区|园区|实验区|示范区|保税区|管理区)(?:党工委)?(?:管理委员会|管委会)?$|(?:管理委员会|管委会)$"
)
_DEPARTMENT = re.compile(
    r"(?:局|委|委员会|办|办公室|办公厅|厅|部|署|院|处|科|中心|大队|支队|总队|站|所|社|集团|公司|协会|联合会|研究室|分局|海关|银行|馆|会)$"
)
_GENERIC_START = re.compile(r"^(?:[市区县旗省州盟镇乡]|我|本|办公)")


class Organ(NamedTuple):
    """`kind`, `level` as in dim_organ; `identity` is None where the name could be several organs'."""

    name: str
    kind: str
    level: str | None
    division_code: str | None
    identity: str | None


def organ(name: str, host: str | None) -> Organ:
    """Classify an organ. `host` (the site's domain) tells apart organs whose place is not resolved."""
    resolved = resolve(name)
    kind = _kind(name, resolved)
    division = resolved.division
    level = division.level if division else ("township" if kind in ("township", "subdistrict") else None)
    return Organ(name, kind, level, division.code if division else None, _identity(name, kind, resolved, host))


def _kind(name: str, resolved: Resolved) -> str:
    division, rest = resolved.division, resolved.rest
    if division is not None and division.level != "township" and (not rest or _GOVERNMENT.fullmatch(rest)):
        return "government"
    if _SUBDISTRICT.search(name):
        return "subdistrict"
    if _TOWNSHIP.search(name):
        return "township"
    if _ZONE.search(name):
        return "other"
    if name.endswith(("人民政府", "政府")):
        return "government"
    return "department" if _DEPARTMENT.search(name) else "other"


def _identity(name: str, kind: str, resolved: Resolved, host: str | None) -> str | None:
    """The division's code with what the name adds to it: 正定县 and 正定县人民政府 are one organ."""
    if resolved.division is not None:
        own = "" if kind in ("government", "township", "subdistrict") else resolved.rest
        return f"{resolved.division.code}|{own}"
    if resolved.candidates > 1 or _GENERIC_START.match(name) or len(name) < 5:
        return f"{host}|{name}" if host else None
    return f"|{name}"


_COMPILED_BY = re.compile(r"(?:本报告|报告)由([一-鿿]{3,30}?)(?:根据|按照|依据|编制|依照|汇总)")
_SITE_WORDS = re.compile(r"(?:门户网站|政府网站|官方网站|政务网|网站|信息公开网)$")


def name_of(title: Title | None, document: Document, prose: list[Prose]) -> str | None:
    """The reporting organ: from the title, else as the text names it, else the page's ContentSource or site."""
    if title is not None and title.organ:
        return title.organ
    for block in prose:
        found = _COMPILED_BY.search(re.sub(r"\s+", "", block.text))
        if found:
            return found[1]
    for name in ("contentsource", "sitename"):
        value = re.sub(r"\s+", "", document.meta.get(name, ""))
        value = _SITE_WORDS.sub("", value)
        if value:
            return value
    return None
