"""Labels as printed, and their variants met in real reports: data first, then the lookup.

Every alias names its witness: `FORM` is the wording of the national form (国办公开办函〔2019〕60号, 〔2021〕30号), `FIELD` the notes
that the project began with; of a new one, where it was seen in a few words ("reports of X county, 2023"). To teach the project
a variant, add one here. Lookups compare *keys*: full width folded, numbering, white space and punctuation dropped.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz

FORM = "form"
FIELD = "field notes"

# fmt: off
OUTCOME_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "new": (("本年新收政府信息公开申请数量", FORM), ("本年新收", FIELD), ("本年新收申请数量", FIELD), ("本年新收政府信息公开申请", FIELD)),
    "carried_in": (("上年结转政府信息公开申请数量", FORM), ("上年转结政府信息公开申请数量", FIELD), ("上年结转", FIELD),
                   ("上年转结", FIELD), ("上年度结转", FIELD), ("上年度结转政府信息公开申请数量", FIELD)),
    "granted": (("予以公开", FORM),),
    "partially_granted": (("部分公开（区分处理的，只计这一情形，不计其他情形）", FORM), ("部分公开", FIELD), ("予以部分公开", FIELD)),
    "denied.state_secret": (("属于国家秘密", FORM), ("涉及国家秘密", FIELD)),
    "denied.prohibited_by_law": (("其他法律行政法规禁止公开", FORM), ("法律行政法规禁止公开", FIELD)),
    "denied.security_and_stability": (("危及“三安全一稳定”", FORM), ("三安全一稳定", FIELD)),
    "denied.third_party_rights": (("保护第三方合法权益", FORM),),
    "denied.internal_affairs": (("属于三类内部事务信息", FORM), ("三类内部事务信息", FIELD)),
    "denied.deliberative_process": (("属于四类过程性信息", FORM), ("四类过程性信息", FIELD)),
    "denied.enforcement_file": (("属于行政执法案卷", FORM), ("行政执法案卷", FIELD)),
    "denied.administrative_inquiry": (("属于行政查询事项", FORM), ("行政查询事项", FIELD)),
    "unavailable.not_held": (("本机关不掌握相关政府信息", FORM), ("本机关不掌握", FIELD)),
    "unavailable.needs_creation": (("没有现成信息需要另行制作", FORM), ("需要另行制作", FIELD)),
    "unavailable.still_unclear": (("补正后申请内容仍不明确", FORM), ("补正后仍不明确", FIELD)),
    "not_processed.petition_complaint": (("信访举报投诉类申请", FORM), ("信访投诉举报类申请", FIELD)),
    "not_processed.duplicate": (("重复申请", FORM),),
    "not_processed.public_publication": (("要求提供公开出版物", FORM),),
    "not_processed.excessive": (("无正当理由大量反复申请", FORM),),
    "not_processed.confirm_or_reissue": (("要求行政机关确认或重新出具已获取信息", FORM),),
    "other.no_correction": (("申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", FORM), ("申请人无正当理由逾期不补正", FIELD), ("逾期不补正", FIELD)),
    "other.fee_unpaid": (("申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", FORM),
                         ("申请人逾期未按收费通知要求缴纳费用", FIELD), ("逾期未缴费", FIELD)),
    "total": (("总计", FORM), ("合计", FIELD)),
    "carried_out": (("结转下年度继续办理", FORM), ("结转下年度", FIELD), ("结转下年", FIELD), ("结转下年继续办理", FIELD), ("转下年度继续办理", FIELD), ("结转下一年度继续办理", FIELD)),
}
"""Rows of table 三. `other` (one row) and `other.other` share words with other rows: see `requests.outcome_of`."""

GROUP_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "denied": (("不予公开", FORM),),
    "unavailable": (("无法提供", FORM),),
    "not_processed": (("不予处理", FORM),),
    "other": (("其他处理", FORM), ("其他处理情况", FIELD)),
    "results": (("本年度办理结果", FORM), ("本年办理结果", FIELD), ("办理结果", FIELD)),
}
"""Rows of table 三 that head others; `results` is 三、本年度办理结果."""

APPLICANT_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "natural_person": (("自然人", FORM), ("公民", FIELD)),
    "enterprise": (("商业企业", FORM), ("企业", FIELD)),
    "research": (("科研机构", FORM),),
    "welfare": (("社会公益组织", FORM), ("社会组织", FIELD), ("公益组织", FIELD), ("社会公益", FIELD)),
    "legal_service": (("法律服务机构", FORM), ("法律服务", FIELD)),
    "other_org": (("其他", FORM), ("其他组织", FIELD)),
    "total": (("总计", FORM), ("合计", FIELD)),
    "subtotal": (("小计", FIELD),),
}
"""Columns of table 三. `subtotal` is not in the form: such a column is recognised and left out."""

APPLICANT_HEADS = ("申请人情况", "法人或其他组织", "法人及其他组织", "法人和其他组织")
"""Heads over the applicants; one may stand before the name of a column (法人或其他组织-商业企业)."""

POWER_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "rules": (("规章", FORM), ("政府规章", FIELD), ("行政规章", FIELD)),
    "normative_documents": (("行政规范性文件", FORM), ("规范性文件", FORM)),
    "licensing": (("行政许可", FORM),),
    "other_services": (("其他对外管理服务事项", FORM),),
    "penalties": (("行政处罚", FORM),),
    "coercion": (("行政强制", FORM),),
    "fees": (("行政事业性收费", FORM), ("行政事业收费", FIELD)),
    "procurement": (("政府集中采购", FORM),),
}
"""Rows of table 二."""

MEASURE_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "issued": (("本年制发件数", FORM), ("本年度制发件数", FIELD)),
    "repealed": (("本年废止件数", FORM), ("本年度废止件数", FIELD)),
    "in_force": (("现行有效件数", FORM), ("现行有效件", FIELD), ("现行有效数", FIELD)),
    "made": (("本年新制作数量", FORM), ("新制作数量", FIELD), ("本年制作数量", FIELD)),
    "disclosed": (("本年新公开数量", FORM), ("新公开数量", FIELD), ("本年公开数量", FIELD)),
    "disclosed_total": (("对外公开总数量", FORM), ("对外公开总数", FIELD)),
    "items_prior_year": (("上一年项目数量", FORM), ("上年项目数量", FIELD), ("上一年度项目数量", FIELD)),
    "items_change": (("本年增/减", FORM), ("本年增减数", FIELD), ("本年增减数量", FIELD)),
    "decisions": (("本年处理决定数量", FORM), ("处理决定数量", FORM), ("本年度处理决定数量", FIELD)),
    "amount": (("本年收费金额", FORM), ("采购总金额", FORM), ("收费金额", FIELD), ("本年度收费金额", FIELD)),
    "projects": (("采购项目数量", FORM),),
}
"""Columns of table 二; which of them stand together tells the form of a block (`vocabulary.BLOCKS`)."""

CHANNEL_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "reconsideration": (("行政复议", FORM), ("行政复议情况", FIELD)),
    "litigation": (("行政诉讼", FORM), ("行政诉讼情况", FIELD)),
    "litigation_direct": (("未经复议直接起诉", FORM), ("未经行政复议直接起诉", FIELD), ("直接起诉", FIELD), ("未经复议直接诉讼", FIELD), ("行政诉讼未经复议直接起诉", FIELD)),
    "litigation_after_reconsideration": (("复议后起诉", FORM), ("经复议后起诉", FIELD), ("复议后诉讼", FIELD), ("行政诉讼复议后起诉", FIELD), ("行政复议后起诉", FIELD)),
}
"""Rows of table 四, printed as column heads in the form; `litigation` heads two of them."""

RESULT_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "upheld": (("结果维持", FORM), ("维持", FIELD), ("维持结果", FIELD)),
    "corrected": (("结果纠正", FORM), ("纠正", FIELD), ("纠正结果", FIELD)),
    "other": (("其他结果", FORM), ("其它结果", FIELD)),
    "pending": (("尚未审结", FORM), ("未审结", FIELD), ("尚未审理", FIELD)),
    "total": (("总计", FORM), ("合计", FIELD)),
}
"""Columns of table 四."""
# fmt: on

_SPACE = re.compile(r"\s+")
_NUMBERING = re.compile(r"^(?:\([一二三四五六七八九十\d]{1,3}\)|(?:第?[一二三四五六七八九十]{1,3}|\d{1,2})[、.,:])+")
_BRACKETED = re.compile(r"\([^()]*\)")
_PART = re.compile(r"\(其中\D*$")
_NOT_WORD = re.compile(r"[\W_]+")
_VARIANT_CHARACTERS = str.maketrans({"它": "他"})


@lru_cache(maxsize=16384)
def label_key(text: str) -> str:
    """`（三）不予 公开` → `不予公开`: what labels are compared by. Numbering, spaces and punctuation do not count.

    Full-width and compatibility characters are folded (NFKC) and 其它 is written 其他.
    """
    return _NOT_WORD.sub("", _unnumbered(text).translate(_VARIANT_CHARACTERS))


def _unnumbered(text: str) -> str:
    """Full width folded, white space and numbering gone."""
    return _NUMBERING.sub("", _SPACE.sub("", unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=16384)
def outer_key(text: str) -> str:
    """`label_key` without what stands in brackets: `本年(2023)制发件数` → `本年制发件数`."""
    return label_key(_BRACKETED.sub("", _unnumbered(text)))


FLOOR = 74.0
"""How alike a misprint and its label are at the least, of 100. Tried on the 63 documents without pictures in data/samples and the shared
reports and faults: the 13 misprints that they need have 78 to 95; what is refused has 73 (法人或其他组织, which names no one column) or less.
50 to 76 read them all alike, 79 loses 7 cells, 86 loses 22.
"""

LEAD, LEAD_OF_SHORT, LONG = 12.0, 20.0, 8
"""How far ahead of any other code's label it is; more for a key of fewer than `LONG` characters, as one of 4 changes the ratio by 25.
Two labels of different codes are up to 80 alike (予以公开, 予以部分公开), so the floor alone tells nothing. The misprints above
lead by 36 and more; 本年予以公开, 13 ahead, is refused. Leads of 0 to 30 read the documents alike, 37 loses 2 cells.
"""


_TELLING = ("本年", *"上下去前累历不未非无增减")
"""Words that make another label of one: 上年处理决定数量 is no misprint of 本年处理决定数量, 未结转 none of 结转."""


def _says_otherwise(key: str, label: str) -> bool:
    """Whether a text has a telling word that a label has not. One that it has lost tells nothing."""
    return any(key.count(word) > label.count(word) for word in _TELLING)


def _names_a_part(text: str) -> bool:
    """Whether what stands in brackets makes a label that of a part: 行政规范性文件（其中：政府规范性文件）. With a number
    （其中：3件转办） it is a note.
    """
    return "其中" in text and any(_PART.match(part) for part in _BRACKETED.findall(_unnumbered(text)))


class Axis:
    """One list of labels (the rows or the columns of a table): exact lookup, then the nearest label.

    `nearest` answers only where one label is clearly meant: at least `floor` alike (indel ratio of the keys), and
    ahead of the best label of any other code by `lead`. ValueError: a word that could be two labels, or is one of `others`;
    a label of which numbering and punctuation leave less than two characters; one that names no witness.
    """

    def __init__(
        self, labels: dict[str, tuple[tuple[str, str], ...]], floor: float = FLOOR, others: Axis | None = None
    ) -> None:
        self.floor = floor
        self.by_key: dict[str, str] = {}
        for code, aliases in labels.items():
            for text, witness in aliases:
                key = label_key(text)
                if len(key) < 2:
                    raise ValueError(
                        f"{text} of {code} is no label: without numbering and punctuation “{key}” is left."
                    )
                if not witness.strip():
                    raise ValueError(f"{text} of {code} names no witness: say where it was seen.")
                other = (others.by_key.get(key) if others else None) or self.by_key.setdefault(key, code)
                if other != code:
                    raise ValueError(f"{text} is a label of {other} and of {code}: what could be two is no label.")
        self._nearest: dict[str, str | None] = {}
        self._exact: dict[str, str | None] = {}

    def exact(self, text: str) -> str | None:
        """The code whose label this is to the letter (by key, or by key without bracketed words), or None."""
        try:
            return self._exact[text]
        except KeyError:
            if len(self._exact) > 16384:
                self._exact.clear()
            found = self.by_key.get(label_key(text))
            if found is None and not _names_a_part(text):
                found = self.by_key.get(outer_key(text))
            self._exact[text] = found
            return found

    def nearest(self, text: str) -> str | None:
        """The code of the exact label, or of the one label that this misprint can only mean, or None."""
        exact = self.exact(text)
        if exact is not None:
            return exact
        if text not in self._nearest:
            if len(self._nearest) > 16384:
                self._nearest.clear()
            self._nearest[text] = None if _names_a_part(text) else self._search(outer_key(text) or label_key(text))
        return self._nearest[text]

    def _search(self, key: str) -> str | None:
        if not 3 <= len(key) <= 60 or key[-1].isdecimal():
            return None  # a digit at its end may be the number of the cell beside it
        best: dict[str, float] = {}
        for label, code in self.by_key.items():
            if len(label) >= 3:
                best[code] = max(best.get(code, 0.0), fuzz.ratio(key, label))
        (first, score), (_, second) = sorted(best.items(), key=lambda item: -item[1])[:2]
        lead = LEAD if len(key) >= LONG else LEAD_OF_SHORT
        if score < self.floor or score - second < lead:
            return None
        own = [label for label, code in self.by_key.items() if code == first]
        return None if all(_says_otherwise(key, label) for label in own) else first


_GROUP_KEYS = sorted({label_key(text) for aliases in GROUP_LABELS.values() for text, _witness in aliases}, key=len)[
    ::-1
]
_GROUP_BEFORE = re.compile(
    rf"[\W_]*(?:[一二三四五六七八九十\d]{{1,3}}[\W_]*)?({'|'.join(_GROUP_KEYS)})(?:[^\w(]|_)*(?=[\w(])"
)
_OTHERS = frozenset(["其他", "其他情形", "其他原因", "小计", "分计", "总计", "合计"])
_ITEM_BEFORE = re.compile(r"第二十条第\(?[一二三四五六七八九十]\)?项[\s\W_]*(?=\w)")


@lru_cache(maxsize=16384)
def parts(text: str) -> tuple[str, ...]:
    """The labels of a row of table 三 that carries its group before its own: `（五）不予处理-2.重复申请` → (`（五）不予处理`,
    `2.重复申请`), whatever joins them: nothing, a dash, a colon, a space, a line break; (text,) where it is one label.

    A text is cut only after the whole name of a group and before the whole name of a row, of 其他 or of a sum.
    """
    folded = unicodedata.normalize("NFKC", text)
    if len(folded) > 120 or OUTCOMES.exact(text) or GROUPS.exact(text):
        return (text,)
    spaceless = _SPACE.sub("", folded)
    group = _GROUP_BEFORE.match(spaceless)
    if group is None:
        return (text,)
    rest = spaceless[group.end() :]
    if label_key(rest) in _OTHERS or GROUPS.exact(rest) or OUTCOMES.nearest(rest):
        return spaceless[: group.end(1)], rest
    inner = parts(rest)
    return (text,) if len(inner) == 1 else (spaceless[: group.end(1)], *inner)


def without_head(text: str) -> str:
    """A column of table 三 without the head that stands before its name: `法人或其他组织-商业企业` → `商业企业`."""
    key = label_key(text)
    head = next((head for head in APPLICANT_HEADS if key.startswith(head) and key != head), "")
    return without_head(key[len(head) :]) if head else text


def without_item(text: str) -> str:
    """A label of table 二 without the item that stands before it: `第二十条第（五）项 行政许可` → `行政许可`."""
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    item = _ITEM_BEFORE.match(folded)
    return text if item is None else folded[item.end() :]


OUTCOMES = Axis(OUTCOME_LABELS)
GROUPS = Axis(GROUP_LABELS, others=OUTCOMES)
APPLICANTS = Axis(APPLICANT_LABELS)
POWERS = Axis(POWER_LABELS)
MEASURES = Axis(MEASURE_LABELS)
CHANNELS = Axis(CHANNEL_LABELS)
RESULTS = Axis(RESULT_LABELS)
