"""A report's title → organ and reported year. Patterns of real titles: shared field notes, section (a)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extract.identify import names
from extract.identify.divisions import index
from extract.identify.simplified import simplified
from extract.model import UNREADABLE, Document, OrganKind, Prose

REPORT = re.compile(
    r"(?:政府|政务)?信息(?:主动)?公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:情况)?(?:总结)?(?:报告|年报|年度报告书)"
    r"|(?:政府|政务)?信息公开(?:工作)?(?:19|20)\d\d年?度?(?:年度)?(?:工作)?(?:报告|年报)"
    r"|政务公开(?:工作)?年度(?:工作)?报告"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)\s*(?:年度|年|度)?")
_CHINESE_YEAR = re.compile(r"([一二][〇○零OＯo0九][〇○零OＯo0一二三四五六七八九]{2})年度?")
_DIGITS = str.maketrans("〇○零OＯo一二三四五六七八九", "000000123456789")
_FALSE_FRIENDS = re.compile(
    r"通知|办法|制度|指南|目录|考核|评估|解读|图解|高校|学院(?![路街镇乡南北])|大学(?![城路街镇东西南北科])"
    r"|统计表$|规定$|汇总$"
)
"""学院路街道, 大学东路街道, 大学城 and 大学科技园 are names of places."""
_MEDIUM = re.compile(
    r"[(\[【](?:[^()\[\]【】]{0,8}版|附件\d*|公开|本级|终稿|定稿|修订)[)\]】]|\.(?:docx?|pdf|wps|xlsx?|html?)$"
)
_FILE_NUMBER = re.compile(r"^[一-鿿]{2,8}[〔\[]\d{4}[〕\]]\d+号")
_OURSELVES = re.compile(
    r"^(?:我(?:街道|[局委办厅部院镇乡县区市旗盟省州]|)|本(?:机关|单位|部门|街道|级|[局委办厅镇乡县区市旗省州]))"
)  # 本溪 is a city
_ANNOUNCED = re.compile(r"^(?:现就|现将|现报告|特?向社会公布)")
_STATED = re.compile(r"(?:政府信息|政务|信息)公开(?:工作)?情况(?:报告)?(?:如下)?[:：。]?$")
"""The first sentence of a report in the place of a title: 现就疏勒县人民政府2020年度政府信息公开情况报告如下."""

_LEAD = re.compile(
    r"^(?:【[^】]{0,12}】|关于|报送|上报|印发|更正|修订|现就|现将|现报告|現就|現將|附件\d*[:：]?|现?(?:特?向社会)?(?:公布|公开|发布)|特?向社会公布|[《〈“\"])+"
)


_YEARS_LEFT = re.compile(
    r"^(?:(?:19|20)\d\d(?:年度|年)?(?:\d{1,2}月(?:\d{1,2}日)?)?[-—–~至到、和及]*)+|(?:[-—–~至到、和及]*(?:19|20)\d\d(?:年度|年)?)+$|[\[(〔【][\])〕】]"
)
"""Of several years, all but the reported one; brackets that held it."""


@cache
def _like_years() -> tuple[str, ...]:
    """Places whose names begin as years end: 年陡镇, 度尾镇."""
    return tuple(division.name for division in index().by_code.values() if division.name[:1] in ("年", "度"))


_TAIL = re.compile(r"(?:关于|關於)(?:报送|印发|公布|公开|发布|做好|编制)?$")
"""某局关于2023年度政府信息公开工作情况的报告: the title names the organ first, then what it reports on."""

_CRUMBS = re.compile("[>»›]")
_AFTER = re.compile(
    r"\(([^()]{2,30}[府局委办厅镇乡处会院区县市省州旗盟])\)|——([^—]{2,30}[府局委办厅镇乡处会院区县市省州旗盟])"
)
"""An organ named after the report's name: in brackets, or behind a double dash. Behind a single one stands the site's name."""

_AROUND = "的-—_:：,，、.《》〈〉“”\"'"


class Title(NamedTuple):
    """What one title says. `text` is the title with white space runs folded to nothing inside. `ourselves`: how it speaks of
    the organ that it does not name (我乡, 我旗, 本机关).
    """

    text: str
    organ: str | None
    year: int | None
    ourselves: str = ""


def parse(text: str) -> Title | None:
    """Read a title; None where it names no annual report on information disclosure.

    `平潭综合实验区2023年度政府信息公开工作年度报告` → organ 平潭综合实验区, year 2023.
    """
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    last = _CRUMBS.split(squeezed)[-1]
    squeezed = last if REPORT.search(last) else squeezed
    squeezed = names.LABEL.sub("", squeezed.lstrip("#*"))
    if len(squeezed) > 120 or UNREADABLE in squeezed:
        return None
    printed = _FILE_NUMBER.sub("", _MEDIUM.sub("", squeezed))
    bare = simplified(printed)
    if len(bare) != len(printed):
        printed = bare
    year, start, end = _year(bare)
    rest = bare if year is None else bare[:start] + bare[end:]
    as_printed = printed if year is None else printed[:start] + printed[end:]
    cut = REPORT.search(rest) or (_STATED.search(rest) if _ANNOUNCED.match(rest) else None)
    if (cut is None and REPORT.search(bare) is None) or _FALSE_FRIENDS.search(rest):
        return None
    ends = cut.start() if cut else 0
    if year is not None and ends == start - 2 and bare[ends:start] == "政府":
        ends = start  # 某县政府2020年信息公开…: 政府 stands before the year, so it is the organ's
    organ = names.announced(_LEAD.sub("", as_printed[:ends]).rstrip(_AROUND)) if cut else ""
    organ = _LEAD.sub("", organ).strip(_AROUND)
    organ = _within_brackets(_TAIL.sub("", organ))
    organ = _YEARS_LEFT.sub("", organ).strip("-—")
    if organ.endswith("人民") and cut is not None and cut[0].startswith("政府"):
        organ += "政府"  # 某县人民政府信息公开年报: 政府 is said once and meant twice
    if not organ.startswith(_like_years()):
        organ = re.sub(r"(?:年度|年)$|^(?:年度|年)", "", organ)
    if not organ and cut is not None and (after := _AFTER.fullmatch(as_printed[cut.end() :])) is not None:
        organ = after[1] or after[2]
    ourselves = _OURSELVES.match(organ)
    if ourselves is not None:
        organ = ""  # 我乡2017年度…: the title speaks of itself and names nobody
    if organ and not names.is_name(organ):
        organ = ""  # a sentence, a menu
    return Title(_without_sentence(printed), organ or None, year, ourselves[0] if ourselves else "")


_BEFORE = re.compile(r"^[^。]*[,，](?=现(?:将|就|公布|公开|发布|予以公布)|特?向社会公布)")
_ENDED = re.compile(r"[。；;!]|[:：]$")


def _without_sentence(text: str) -> str:
    """The report's name where a title was told from a sentence: 现公布某局2023年…年度报告。报告所列… → 某局2023年…年度报告."""
    if not (_ENDED.search(text) or _ANNOUNCED.match(text)):
        return text
    text = _BEFORE.sub("", text)
    named = REPORT.search(_YEAR.sub(lambda m: "#" * len(m[0]), text)) or REPORT.search(text)
    return _LEAD.sub("", text[: named.end()]) if named else _LEAD.sub("", _ENDED.split(text)[0].removesuffix("如下"))


def explained(text: str) -> Title | None:
    """The title that an explanation of a report names (关于…的问答解读); None where the text is none. Such a page is no report, but
    says whose and which year's it explains.
    """
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    match = _EXPLAINED.fullmatch(squeezed)
    return parse(match["report"]) if match is not None else None


_EXPLAINED = re.compile(
    r"(?:一图读懂|图解|解读)?[:：|丨]?(?:关于)?[《“\"]?(?P<report>.{4,80}?(?:报告|年报))[》”\"]?的?"
    r"(?:问答|政策|文字|图文|图片|动漫|视频|专家|负责人)*(?:解读|图解|问答)?"
)


def _within_brackets(organ: str) -> str:
    """Without brackets around the whole, and those that have lost their other half."""
    if organ[:1] == "(" and ")" not in organ[1:-1]:
        return organ[1:].removesuffix(")")
    return organ.removesuffix(")" if "(" not in organ else "(")


_SUITS: dict[str, OrganKind] = {
    "乡": "township",
    "镇": "township",
    "道": "subdistrict",
    "局": "department",
    "委": "department",
    "厅": "department",
    "办": "department",
}


def suits(ourselves: str, kind: OrganKind) -> bool:
    """Whether an organ of this kind may speak of itself so: 我乡 is no county government's word."""
    return (kind_of(ourselves) or kind) == kind


def kind_of(ourselves: str) -> OrganKind | None:
    """The kind of organ that speaks of itself so; None where several may."""
    return _SUITS.get(ourselves[-1:])


def _year(text: str) -> tuple[int | None, int, int]:
    """The reported year with the place where it stands: of several, the one that stands next before the report's name."""
    found = list(_YEAR.finditer(text))
    named = REPORT.search(_YEAR.sub(lambda m: "#" * len(m[0]), text))
    before = [m for m in found if m.start() < named.end()] if named else found[:1]
    if found:
        match = (before or found[:1])[-1]
        end = match.end()
        if match[0].endswith("年度") and text.startswith(_like_years(), end - 1):
            end -= 1  # 2023年度尾镇
        return int(match[1]), match.start(), end
    chinese = _CHINESE_YEAR.search(text)
    if chinese is not None:
        return int(chinese[1].translate(_DIGITS)), chinese.start(), chinese.end()
    return None, 0, 0


_PERIOD = re.compile(
    r"(?:自|从)?((?:19|20)\d\d)年1月1日(?:起|始)?[,，]?(?:至|到|—|-|－|~|～)((?:19|20)\d\d年)?12月31日"
)


def period_year(text: str) -> int | None:
    """The year of the statistics period that the text states (自2023年1月1日起至12月31日止), or None."""
    match = _PERIOD.search(re.sub(r"\s+", "", text))
    return int(match[1]) if match else None


_SEPARATORS = re.compile(r"[_|]|\s[-—–]\s|--")
OPENING = 200


def choose(document: Document, prose: list[Prose]) -> Title | None:
    """The title that says most, of those the format marks and those the opening of the text has, in that order.

    A title printed over two or three lines is put together. Organ and year may come from different candidates (a
    bare title in the page's head, the full one over the text), but only where they do not contradict each other.
    """
    marked = dict.fromkeys(part for text in document.titles for part in (text, *_SEPARATORS.split(text)[:1]))
    parsed = [found for text in marked if (found := parse(text)) is not None]
    if not any(found.organ and found.year for found in parsed):
        parsed += [
            found if found.organ is None or names.ENDING.search(found.organ) else found._replace(organ=None)
            for text in _lines(prose)
            if (found := parse(text)) is not None
        ]
    if not parsed:
        return None
    best = max(parsed, key=lambda t: 2 * (t.year is not None) + (t.organ is not None))
    if best.organ is None:
        others = [t.organ for t in parsed if t.organ and t.year in (None, best.year)]
        best = best._replace(organ=others[0] if others else None)
    return best


def _lines(prose: list[Prose]) -> list[str]:
    """Lines of the opening that may be the title, and two or three short ones put together."""
    printed = [(line, block) for block in prose for line in block.text.split("\n")][:OPENING]
    lines = [line for line, _ in printed]
    joined = []
    for start in range(len(lines)):
        if len(lines[start]) > 40 or (_names_report(lines[start]) and parse(lines[start]) is not None):
            continue
        for count in (3, 2):
            part = lines[start : start + count]
            if (
                len(part) == count
                and all(_follows(a, b) for (_, a), (_, b) in pairwise(printed[start : start + count]))
                and not _says_all(part[-1])
                and not (count == 3 and (_is_whole("".join(part[:2])) or _stands_before(part[0], "".join(part[1:]))))
                and all(len(line) <= 40 and not _SENTENCE.search(line) for line in part)
                and _names_report("".join(part))
            ):
                joined.append("".join(part))
    return [*joined, *(line for line in lines if len(line) <= 80 and _names_report(line) and not GOES_ON.search(line))]


GOES_ON = re.compile(r"(?:报告|年报)[》”\"]*(?:的|中|作|要求|格式|后|时)[^。]*[,，]")
"""A sentence in which another's report is only mentioned: 按照…年度报告的格式，…."""


def _follows(above: Prose, below: Prose) -> bool:
    """Whether a line may go on in the next one: not from a menu in the page's corner to the heading further down. Lines whose
    places nobody knows may.
    """
    if above.box is None or below.box is None:
        return True
    size = max(above.box[3] - above.box[1], below.box[3] - below.box[1])
    return above.page == below.page and abs(below.box[1] - above.box[3]) <= APART * size


APART = 2.5  # heights of the larger line between two lines of one title, at the most

_SENTENCE = re.compile(r"[。；：:]")


def _is_whole(text: str) -> bool:
    """Whether a title ends here: what follows it is the text."""
    return _TITLE_END.search(text) is not None and parse(text) is not None


def _stands_before(line: str, title: str) -> bool:
    """Whether a line that names no organ stands over a title that says all: the name of a column (信息公开)."""
    return names.ENDING.search(line.strip()) is None and _says_all(title)


_TITLE_END = re.compile(r"(?:报告|年报|报告书)[)）》”\"]*\s*$")


def _says_all(line: str) -> bool:
    """Whether a line is a title by itself: 政府2022年度… is the second half of one, 海伦市政府2022年度… is whole."""
    found = parse(line) if _names_report(line) else None
    return found is not None and found.year is not None and found.organ is not None and not _FRAGMENT.match(found.organ)


_FRAGMENT = re.compile(r"^(?:人?民?政?府|办公[室厅]|办事处|委员会|管委会|.{0,2})$")


def _names_report(line: str) -> bool:
    """A cheap sign that `parse` may find a title here."""
    squeezed = "".join(line.split())
    return ("公开" in squeezed) and ("报" in squeezed)
