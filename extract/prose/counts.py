"""Counts that a report states in its sentences: how many requests, outcomes, reviews, lawsuits, documents.

A statement is only what a sentence says without doubt: one subject, one exact count, of the reported year. Rounded counts
(近5000条, 百余件), counts of other years (较2021年的12件) and of a single office (区住建局收到3件) are none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_COUNTER = "件次|人次|件|宗|起|例|条|份|项|次|个"
COUNT = rf"(?<![\d.第约近逾超过百千万余])(?P<count>\d{{1,3}}(?:,\d{{3}})+|\d+|[零〇一二两三四五六七八九十百千]+)(?:{_COUNTER})(?![余多])"
_ANY = r"[^,;。:()\d]"  # what may stand between the words of one statement
_SAID = r"(?:的|共计|共有|共|总计|合计|为|有|是|计|约?:|数量|总数|总量|件数|数|案件|案|申请|事项)*+"
_LAST = r"(?:(?P<of>20\d\d)年度?|上一?年度?|去年)"
_NEXT = r"(?:(?P<of>20\d\d)年度?|下一?年度?|次年|明年)"
_MOVED = r"(?:未办结)?(?:结转|转结|顺延|转)"
_RECEIVED = r"新收到?|新增|新受理|新接收|收到|接收到?|受理|接到|收悉"
_OUTCOME = (
    r"(?<!不)(?<!部分)予以公开(?:及|和|与|、|或|\(含)(?:予以)?部分公开\)?"
    r"|部分(?:予以)?公开|不予以?公开|(?<!不)(?<!部分)予以公开|无法提供|不予处理|其他处理"
)
_PAPER = r"(?:行政)?规范性文件"
_THIS_YEAR = rf"(?:本年度?|年度|全年|当年|今年|(?P<year>20\d\d)年度?|新)(?!(?:{_ANY}{{0,16}})?(?:政府|办公|[局委镇乡]))"


LONGEST = 2_000  # characters; what is longer is no sentence, and patterns look back over all of it


@dataclass(frozen=True, slots=True)
class Statement:
    """`subject`: what was counted (see `extract.check.prose_counts`); `percent`: the share that stands behind it, as printed."""

    subject: str
    count: int
    sentence: str
    percent: str | None = None


_WORDS = {
    **dict.fromkeys(("received", "handled"), "申请"),
    **dict.fromkeys(("carried_in", "carried_out"), "年"),
    **dict.fromkeys(("proceedings", "litigation"), "诉讼"),
    "reconsideration": "行政复议",
    **{f"normative_documents.{about}": "规范性文件" for about in ("in_force", "issued", "repealed")},
    "rules.in_force": "规章",
    "licensing.decisions": "行政许可",
    "penalties.decisions": "行政处罚",
    "coercion.decisions": "行政强制",
}
"""What each statement of a subject has in it: most sentences have few of these words, and only those patterns are tried."""

_PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (subject, _WORDS.get(subject, ""), re.compile(pattern))
    for subject, pattern in (
        ("received", rf"(?<!不予)(?<!未)(?P<verb>{_RECEIVED})[到了的]*(?P<object>{_ANY}{{0,40}}?申请{_ANY}{{0,12}}?){COUNT}"),
        ("received", rf"(?<!不予)(?<!未)(?P<verb>{_RECEIVED})[到了]*{COUNT}(?P<object>{_ANY}{{0,16}}?申请)"),
        ("handled", rf"(?<!不予)(?<!未)(?P<verb>办理|处理)[了]*(?P<object>{_ANY}{{0,30}}?申请{_ANY}{{0,8}}?){COUNT}"),
        ("carried_in", rf"{_LAST}{_MOVED}(?!至?下|{_NEXT.replace('?P<of>', '?:')}){_ANY}{{0,16}}?{COUNT}"),
        ("carried_out", rf"{_MOVED}[至到入为]*{_NEXT}{_ANY}{{0,20}}?{COUNT}"),
        ("carried_out", rf"{COUNT}{_ANY}{{0,16}}?{_MOVED}[至到入为]*{_NEXT}(?!{_ANY}{{0,20}}?\d)"),
        ("handled", rf"(?<!办结)(?<!答复)(?<!回复)(?P<object>(?:依申请公开|信息公开申请)(?:政府信息|信息)?){_SAID}{COUNT}"),
        ("outcome", rf"(?P<what>{_OUTCOME})(?:的|答复|政府信息|信息|决定|告知|情形|结果)*{_SAID}{COUNT}"),
        ("applicant", rf"(?P<what>自然人|商业企业|科研机构|社会公益组织|法律服务机构)(?:提[出交]的?)?{_SAID}{COUNT}"),
        ("proceedings", rf"行政复议(?:案件)?(?:、|和|与|及|或|以及)(?:提起|发生)?(?:行政)?诉讼(?:均|都)?{_SAID}{COUNT}"),
        ("reconsideration", rf"行政复议(?:发生|新增|收到)?{_SAID}{COUNT}"),
        ("reconsideration", rf"(?:发生|引发|产生|涉及|收到|有|被提起|被申请){COUNT}(?:因{_ANY}{{0,12}})?[的]?(?:政府信息公开类?)?行政复议"),
        ("litigation", rf"诉讼(?:发生|新增|收到)?{_SAID}{COUNT}"),
        ("litigation", rf"(?:发生|引发|产生|涉及|收到|有|被提起){COUNT}(?:因{_ANY}{{0,12}})?[的]?(?:政府信息公开类?)?行政诉讼"),
        ("normative_documents.in_force", rf"现行有效的?{_PAPER}(?:目录|清单)?{_SAID}{COUNT}"),
        ("normative_documents.in_force", rf"{COUNT}现行有效的?{_PAPER}"),
        ("rules.in_force", rf"现行有效的?(?:政府)?规章{_SAID}{COUNT}"),
        ("normative_documents.issued", rf"{_THIS_YEAR}{_ANY}{{0,16}}?(?:制发|制定|制订|出台)(?:的|并公开|并发布)?{_PAPER}{_SAID}{COUNT}"),
        ("normative_documents.repealed", rf"{_THIS_YEAR}{_ANY}{{0,12}}?废止的?{_PAPER}{_SAID}{COUNT}"),
        ("licensing.decisions", rf"作出行政许可(?:处理)?决定{_SAID}{COUNT}"),
        ("penalties.decisions", rf"作出行政处罚(?:处理)?决定{_SAID}{COUNT}"),
        ("coercion.decisions", rf"作出行政强制(?:处理)?决定{_SAID}{COUNT}"),
    )
)  # fmt: skip
_COUNTS = re.compile(r"[\d零〇一二两三四五六七八九十百千]\s*[件宗起例条份项次个人]|未|没有|无|不存在")
"""What a sentence must hold to be worth a closer look; as printed, so in full or half width."""
_NONE_RECEIVED = re.compile(
    rf"(?:未|没有|尚未)(?:曾|有)?(?:收到|接到|接收到?|受理)(?:过|到)?{_ANY}{{0,24}}?(?:信息公开申请|依申请公开|公开的?申请)(?:申请|事项|情况|件)*(?=[,;。]|$)"
    r"|(?<!有)无依申请公开(?:事项|申请|信息)?(?=[,;。]|$)"
)
_NO_PROCEEDING = re.compile(
    r"(?:未|没有|不存在|尚无|无(?![法关效正理条需论偿障]))(?!经|审|结|办|按)(?P<gap>[^,;。\d]{0,40}?)(?P<kind>行政复议|行政诉讼)(?P<rest>[^,;。\d]*)"
)
_RESULT = re.compile("纠|败诉|撤销|确认|责令|维持|变更|期|审结|驳回|信息公开申请[^行]*答复")
_ALL_UPHELD = re.compile(r"(?:均|全部)[获被予以为已]*(?:结果)?维持")
_PERCENT = re.compile(rf"[,(]?(?:占比?|占{_ANY}{{0,16}}?)?(?:为)?(?P<percent>\d+(?:\.\d+)?)%")
_INCLUDES = re.compile(rf"[,(]?(?:其中)?,?(?:含|包含|包括|其中)有?{_ANY}{{0,16}}?(?:结转|转结|转至|转入|转来|顺延)")
_OTHER_TOPIC = re.compile("复议|诉讼|许可|举报|听证|仲裁|登记|救助|调解|赔偿|补贴|认定|投诉|不动产|保障|证")
_ABOUT = re.compile("信息公开|依申请|公开申请|政务公开|政府信息")
_AUTHORITY = re.compile(
    "审理|审结|应诉|出庭|复议机[构关]|复议委员会|负责人|(?:办理|受理|承办)行政复议|(?:办理|代理)行政诉讼"
)
_SOMEONE = re.compile(
    r"(?P<who>[^,;。:()\d]*(?:局|委|办|镇|乡|街道|部门|单位|本级|公司|中心|办公室|办公厅|网站|平台|邮箱|信件|信函|邮件|网络|当面|窗口))"
    r"(?:代表[^,]{1,12}?)?(?:共计|共|累计|合计|总计|全年|年度|本年|直接|依法|新)*$"
)
_WHOLE = re.compile("全|我|本(?!级)|各")
_LONG = re.compile("历年|以来|累计至|历史|同期")


def whole_number(text: str) -> int:
    """`"1,234"`, `"二十三"`, `"一百零五"`, `"十"`, `"零"` → the number. Raises ValueError for anything else."""
    plain = text.replace(",", "")
    if plain.isdecimal():
        return int(plain)
    total, digit = 0, None
    for sign in plain:
        if sign in _POWERS:
            total += (1 if digit is None else digit) * _POWERS[sign]
            digit = None
        elif sign not in _DIGITS or (digit not in (None, 0)):
            raise ValueError(f"“{text}” is no number in Chinese numerals")
        else:
            digit = _DIGITS[sign]
    return total + (digit or 0)


def statements(text: str, year: int | None, organ: str | None, about: bool = False) -> Iterator[Statement]:
    """The counts that a section's text states. `about`: it stands under a heading on requests, reviews or lawsuits."""
    for paragraph in text.split("\n"):
        context = about or bool(_ABOUT.search(paragraph))
        for sentence in re.split("[。；;！!]", paragraph):
            if len(sentence) <= LONGEST and _COUNTS.search(sentence):
                yield from _Sentence(sentence, year, organ, context).statements()


class _Sentence:
    """One sentence, as printed and folded (half width, no white space)."""

    def __init__(self, printed: str, year: int | None, organ: str | None, context: bool) -> None:
        self.printed = " ".join(printed.split())
        self.text = "".join(unicodedata.normalize("NFKC", printed).split())
        self.year, self.organ, self.context = year, organ, context
        self.about = bool(_ABOUT.search(self.text))

    def statements(self) -> Iterator[Statement]:
        taken: list[tuple[int, int]] = []
        proceedings: list[tuple[str, int, int]] = []
        for subject, word, pattern in _PATTERNS:
            for found in pattern.finditer(self.text) if word in self.text else ():
                span = found.span("count")
                if span in taken:
                    continue
                kind = self._kind(subject, found)
                if kind is None or self._of_another_year(found):
                    taken += [span] if subject in ("received", "handled") else []  # somebody else's requests
                    continue
                try:
                    count = whole_number(found["count"])
                except ValueError:  # 一二件: "one or two", no number
                    continue
                taken.append(span)
                percent = _PERCENT.match(self.text, found.end()) if subject in ("outcome", "applicant") else None
                yield Statement(kind, count, self.printed, percent["percent"] if percent else None)
                if subject in ("reconsideration", "litigation"):
                    proceedings.append((subject, count, found.end()))
        yield from self._none(taken)
        yield from self._upheld(proceedings)

    def _kind(self, subject: str, found: re.Match[str]) -> str | None:
        """The statement's subject in full; None where the sentence may speak of something else."""
        if subject in ("received", "handled"):
            return self._requests(subject, found)
        if subject in ("carried_in", "carried_out"):
            step = -1 if subject == "carried_in" else 1
            of = found["of"]
            return subject if self.context and (not of or (self.year and int(of) == self.year + step)) else None
        if subject in ("outcome", "applicant"):
            wrong = re.search("建议|提案|意见", self.text) or not self.context
            return None if wrong else f"{subject}:{found['what']}"
        if subject in ("reconsideration", "litigation", "proceedings"):
            denied = re.search("没有|未|无", re.split("[,:()]", self.text[: found.start("count")])[-1])
            return subject if self._proceeding() and not denied else None
        return None if self._someone_else(re.split("[,:()]", self.text[: found.start()])[-1]) else subject

    def _requests(self, subject: str, found: re.Match[str]) -> str | None:
        before = self.text[: found.start()]
        around = before[-40:] + found["object"]
        clause = re.split("[,:()]", before)[-1]
        if not _ABOUT.search(around) or _OTHER_TOPIC.search(found["object"]) or "其中" in before:
            return None
        if self._someone_else(clause):
            return None
        if subject == "received" and found["verb"].startswith("新"):
            return "new"
        includes = _INCLUDES.match(self.text, found.end())
        return f"{subject}_with_carried" if includes and subject == "received" else subject

    def _someone_else(self, clause: str) -> bool:
        """Whether the clause names one office among several, unless it is the reporting one."""
        someone = _SOMEONE.search(clause)
        if someone is None or _WHOLE.search(someone["who"]):
            return False
        who = re.sub(r"^\d*年度?", "", someone["who"])
        organ = (self.organ or "").replace("人民政府", "政府")
        return not (organ and (who.replace("人民政府", "政府") in organ or organ in who))

    def _proceeding(self) -> bool:
        return self.about or (self.context and not _AUTHORITY.search(self.text))

    def _of_another_year(self, found: re.Match[str]) -> bool:
        before = re.sub(r"\([^()]*\)", "", self.text[: found.start("count")])
        clause = re.split("[,;]", before)[-1]
        if "of" in found.re.groupindex:
            return bool(_LONG.search(clause))
        years = re.findall(r"(?<![较比与同])(20\d\d)年", before)
        if self.year and years and int(years[-1]) != self.year:
            return True
        return bool(
            _LONG.search(clause)
            or re.search(r"(?:[较比与]|同比)?(?:去年|上一?年度?)(?!度?(?:未办结)?(?:结转|转结))", clause)
        )

    def _none(self, taken: list[tuple[int, int]]) -> Iterator[Statement]:
        """未收到…申请, 未发生行政复议、行政诉讼: counts of 0."""
        for found in _NONE_RECEIVED.finditer(self.text):
            clause = re.split("[,:()]", self.text[: found.start()])[-1]
            years = re.findall(r"(20\d\d)年", self.text[: found.start()])
            if not self._someone_else(clause) and not (years and self.year and int(years[-1]) != self.year):
                yield Statement("received", 0, self.printed)
        for found in _NO_PROCEEDING.finditer(self.text):
            said = found["gap"] + found["kind"] + found["rest"]
            years = re.findall(r"(20\d\d)年", self.text[: found.end()])
            if _RESULT.search(said) or not self._proceeding() or (years and self.year and int(years[-1]) != self.year):
                continue
            if any(found.end() == start for start, _ in taken):  # 无…行政复议3件: the count says more
                continue
            for kind, word in (("reconsideration", "复议"), ("litigation", "诉讼")):
                if word in said:
                    yield Statement(kind, 0, self.printed)

    def _upheld(self, proceedings: list[tuple[str, int, int]]) -> Iterator[Statement]:
        """行政复议7件，诉讼9件，均获维持: every one of them was upheld."""
        found = _ALL_UPHELD.search(self.text)
        if found is None or re.search("其余|除|审结|已结", self.text):
            return
        for kind, count, end in proceedings:
            between = self.text[end : found.start()]
            if count and end <= found.start() and "其中" not in between:
                yield Statement(f"{kind}.not_upheld", 0, self.printed)
