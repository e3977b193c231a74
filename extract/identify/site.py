"""What a page's site says of the division that it belongs to: evidence to weigh, never to obey.

A government's host spells its place in pinyin (linyou, fjax = 福建 安溪), the page's <meta> name the site and its code
(the first six digits of SiteIDCode are the division's), some addresses carry an organ's credit code (digits 3 to 8).
Copied templates carry wrong codes, and hijacked mirrors have hosts of their own: only hosts under .gov.cn count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple
from urllib.parse import urlsplit

from extract.identify import history
from extract.identify.divisions import Division, index, is_placeholder, named, within
from extract.identify.simplified import simplified

PROVINCES = {
    "11": "bj", "12": "tj", "13": "hb", "14": "sx", "15": "nmg", "21": "ln", "22": "jl", "23": "hlj", "31": "sh",
    "32": "js", "33": "zj", "34": "ah", "35": "fj", "36": "jx", "37": "sd", "41": "hn", "42": "hb", "43": "hn",
    "44": "gd", "45": "gx", "46": "hn", "50": "cq", "51": "sc", "52": "gz", "53": "yn", "54": "xz", "61": "sx",
    "62": "gs", "63": "qh", "64": "nx", "65": "xj",
}  # fmt: skip
_MORE_PROVINCES = {"46": ("hi",), "61": ("sn", "shx"), "14": ("shx",), "23": ("hl",), "15": ("im",)}
_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|新区|[省市县区旗盟])$")
_NO_PLACE = frozenset(["www", "gov", "cn", "zwgk", "xxgk", "zfxxgk", "gk", "zw", "gkml", "web", "m"])
_OFFICE = re.compile(r"(?:zf|rmzf|gov|zwgk|xxgk)$")
LONG = 4  # letters: initials that long are nearly as good as the full spelling
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])1[0-9]([1-6][0-9]{5})[0-9A-Z]{10}(?![0-9A-Z])")
_SITES = re.compile(r"/sites/([a-z]{3,})/")
_SITE_WORDS = re.compile(
    r"(?:党工委管委会|人民政府|政府)?(?:办公[室厅])?(?:门户网站|政府网站|官方网站|政务网|网站|信息公开网|网)?$"
)


class Mention(NamedTuple):
    """Divisions that one piece of evidence fits. `strong`: it may settle a name alone, if it fits only one."""

    what: str
    codes: frozenset[str]
    strong: bool


@lru_cache(maxsize=4096)
def of_url(url: str | None) -> tuple[Mention, ...]:
    """What an address says."""
    if not url:
        return ()
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return ()  # no address: http://[
    found: list[Mention] = []
    if host.endswith(".gov.cn"):
        label = place_label(host)
        strong, weak = spellings()
        if label in strong:
            found.append(Mention(f"host {host}", _outermost(strong[label]), True))
        elif label in weak:
            found.append(Mention(f"host {host}", weak[label], len(label) >= LONG))
        elif label in paired():
            found.append(Mention(f"host {host}", paired()[label], False))
    for label in _SITES.findall(parts.path.lower()):
        codes = spellings()[1].get(label, frozenset())
        found.append(Mention(f"address /sites/{label}/", codes, len(label) >= LONG))
    for digits in _CREDIT_CODE.findall(f"{parts.path}?{parts.query}".upper()):
        found += _of_code(f"credit code in the address: {digits}", digits)
    return tuple(found)


def _outermost(codes: frozenset[str]) -> frozenset[str]:
    """Without counties inside of a prefecture of the same name: www.changsha.gov.cn is 长沙市, 长沙县 adds its 县."""
    return frozenset(code for code in codes if not any(other != code and within(code, other) for other in codes))


def of_meta(meta: dict[str, str]) -> tuple[Mention, ...]:
    """What a page's <meta> say."""
    found: list[Mention] = []
    for name in ("sitename", "contentsource"):
        text = _SITE_WORDS.sub("", simplified("".join(meta.get(name, "").split())))
        place = named(text)
        if place.divisions:
            codes = frozenset(division.code for division in place.divisions)
            found.append(Mention(f"{name} {text}", codes, True))
    digits = meta.get("siteidcode", "").strip()[:6]
    if digits.isdigit():
        found += _of_code(f"SiteIDCode {digits}", digits)
    return tuple(found)


def _of_code(what: str, digits: str) -> list[Mention]:
    return [Mention(what, frozenset([digits]), False)] if digits in index().by_code else []


def place_label(host: str) -> str:
    """The label of a host that names the place: the last one before .gov.cn."""
    labels = [label for label in host.removesuffix(".gov.cn").split(".") if label not in _NO_PLACE]
    label = labels[-1] if labels else ""
    return _OFFICE.sub("", label) or label


def organ_label(host: str) -> str | None:
    """The label before it, which names an organ of the place: sthjt in sthjt.hunan.gov.cn."""
    labels = [label for label in host.removesuffix(".gov.cn").split(".") if label not in _NO_PLACE]
    return labels[-2] if len(labels) > 1 else None


@cache
def spellings() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Spelling → codes of the divisions so spelled: in full (perhaps after the province's letters), and by initials."""
    strong: dict[str, set[str]] = {}
    weak: dict[str, set[str]] = {}
    for key, division in index().by_code.items():
        if division.level == "township" or is_placeholder(division.name):
            continue
        code = history.current(key)  # a host outlives the name of 洪泽县
        full, initials = _spelled(division)
        before = ("", PROVINCES.get(code[:2], ""), *_MORE_PROVINCES.get(code[:2], ()))
        for prefix, spelling in product(before, full):
            strong.setdefault(prefix + spelling, set()).add(code)
        for prefix, spelling in product(before, initials):
            weak.setdefault(prefix + spelling, set()).add(code)
    return (
        {spelling: frozenset(codes) for spelling, codes in strong.items()},
        {spelling: frozenset(codes) for spelling, codes in weak.items()},
    )


@cache
def paired() -> dict[str, frozenset[str]]:
    """Initials of a prefecture (or a municipality's letters) and of a county of it together → codes: njgl, bjchy. Too short to
    settle a place; they tell apart places of one name.
    """
    found: dict[str, set[str]] = {}
    known = index().by_code
    for key, division in known.items():
        if division.level != "county" or is_placeholder(division.name):
            continue
        code = history.current(key)
        above = known.get(division.parent)
        if above is None:
            continue
        before = {PROVINCES.get(code[:2], "")} if is_placeholder(above.name) else _first_letters(_stem(above))
        for prefix, letters in product(before, _first_letters(_stem(division))):
            for spelling in (prefix + letters, prefix + letters + _first_of_suffix(division)):
                found.setdefault(spelling, set()).add(code)
    return {spelling: frozenset(codes) for spelling, codes in found.items()}


def _stem(division: Division) -> str:
    """The name without what it is: 长沙, 浦东; 碑林 is no 林区 of one character."""
    stem = _SUFFIX.sub("", division.name)
    if len(stem) > 1:
        return stem
    return division.name[:-1] if len(division.name) > 2 else division.name


def _first_letters(name: str) -> set[str]:
    """The initials of a name, zh, ch and sh as one letter or as two."""
    from pypinyin import Style, pinyin  # here: most reports name their place

    readings = pinyin(name, style=Style.NORMAL, heteronym=True, v_to_u=False)
    each = [
        {part for sound in sounds[:4] for part in (sound[0], *((sound[:2],) if sound[1:2] == "h" else ()))}
        for sounds in readings[:6]
    ]
    return {"".join(letters) for letters in product(*each)}


def _first_of_suffix(division: Division) -> str:
    return {"市": "s", "县": "x", "区": "q", "旗": "q"}.get(division.name[-1:], "")


def _spelled(division: Division) -> tuple[set[str], set[str]]:
    """The full spellings and the initials of a name, with its 市, 县 … and without; every reading of each character."""
    from pypinyin import Style, pinyin  # here: most reports name their place

    stem = _stem(division)
    suffix = division.name[len(stem) :]
    letters = {"市": "shi", "县": "xian", "区": "qu", "旗": "qi", "省": "sheng", "盟": "meng"}.get(suffix[-1:], "")
    readings = pinyin(stem, style=Style.NORMAL, heteronym=True, v_to_u=False)
    full = {"".join(sounds) for sounds in product(*(set(sounds[:4]) for sounds in readings[:6]))}
    initials = {"".join(s[0] for s in sounds) for sounds in product(*(set(x[:4]) for x in readings[:8]))}
    if division.code == "610000":
        full = {"shaanxi"}  # as it spells itself, beside 山西
    return (
        full | {spelling + letters for spelling in full if letters} | {spelling + letters[:1] for spelling in full},
        initials | {spelling + letters[:1] for spelling in initials},
    )


def supported(division: Division, mentions: Iterable[Mention]) -> list[Mention]:
    """The evidence that fits a division, one inside of it, or one around it."""
    return [
        mention
        for mention in mentions
        if any(within(division.code, code) or within(code, division.code) for code in mention.codes)
    ]
