"""The canonical codes of the three statutory tables: what a cell can mean. Data only.

Source: 国办公开办函〔2019〕60号 (form 2019) and 国办公开办函〔2021〕30号 (form 2021). The order is the forms' own.
Labels as printed, and the variants met in real reports, stand in `labels.py`.
"""

from __future__ import annotations

from typing import NamedTuple

from extract.model import Form


class Outcome(NamedTuple):
    """One row of table 三."""

    code: str
    group: str | None
    zh: str
    en: str
    forms: tuple[Form, ...]
    is_balance: bool = False

    @property
    def is_leaf(self) -> bool:
        """Whether the row counts applications dealt with in one way (the balance rows count them all)."""
        return not self.is_balance


class Applicant(NamedTuple):
    """One column of table 三."""

    code: str
    zh: str
    en: str
    is_total: bool = False


class Measure(NamedTuple):
    """One row × measure of table 二. `unit`: 件, 项, 万元."""

    row: str
    column: str
    row_zh: str
    column_zh: str
    en: str
    unit: str
    forms: tuple[Form, ...]

    @property
    def code(self) -> str:
        """`rules.issued`: row and column."""
        return f"{self.row}.{self.column}"


class Proceeding(NamedTuple):
    """One channel × result of table 四."""

    channel: str
    result: str
    zh: str
    en: str
    is_total: bool


_BOTH: tuple[Form, ...] = ("2019", "2021")

OUTCOMES: tuple[Outcome, ...] = (
    Outcome("new", None, "本年新收", "received this year", _BOTH, True),
    Outcome("carried_in", None, "上年结转", "carried in from last year", _BOTH, True),
    Outcome("granted", None, "予以公开", "granted", _BOTH),
    Outcome("partially_granted", None, "部分公开", "partially granted", _BOTH),
    Outcome("denied.state_secret", "denied", "属于国家秘密", "state secret", _BOTH),
    Outcome("denied.prohibited_by_law", "denied", "其他法律行政法规禁止公开", "prohibited by law", _BOTH),
    Outcome("denied.security_and_stability", "denied", "危及“三安全一稳定”", "security and stability", _BOTH),
    Outcome("denied.third_party_rights", "denied", "保护第三方合法权益", "third-party rights", _BOTH),
    Outcome("denied.internal_affairs", "denied", "属于三类内部事务信息", "internal affairs", _BOTH),
    Outcome("denied.deliberative_process", "denied", "属于四类过程性信息", "deliberative process", _BOTH),
    Outcome("denied.enforcement_file", "denied", "属于行政执法案卷", "enforcement file", _BOTH),
    Outcome("denied.administrative_inquiry", "denied", "属于行政查询事项", "administrative inquiry", _BOTH),
    Outcome("unavailable.not_held", "unavailable", "本机关不掌握相关政府信息", "not held", _BOTH),
    Outcome("unavailable.needs_creation", "unavailable", "没有现成信息需要另行制作", "needs creation", _BOTH),
    Outcome("unavailable.still_unclear", "unavailable", "补正后申请内容仍不明确", "still unclear", _BOTH),
    Outcome("not_processed.petition_complaint", "not_processed", "信访举报投诉类申请", "petition or complaint", _BOTH),
    Outcome("not_processed.duplicate", "not_processed", "重复申请", "duplicate", _BOTH),
    Outcome("not_processed.public_publication", "not_processed", "要求提供公开出版物", "public publication", _BOTH),
    Outcome("not_processed.excessive", "not_processed", "无正当理由大量反复申请", "excessive", _BOTH),
    Outcome(
        "not_processed.confirm_or_reissue",
        "not_processed",
        "要求行政机关确认或重新出具已获取信息",
        "confirm or reissue",
        _BOTH,
    ),
    Outcome(
        "other.no_correction",
        "other",
        "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "no correction in time",
        ("2021",),
    ),
    Outcome(
        "other.fee_unpaid",
        "other",
        "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "fee unpaid",
        ("2021",),
    ),
    Outcome("other.other", "other", "其他", "other", ("2021",)),
    Outcome("other", "other", "其他处理", "other (one row)", ("2019",)),
    Outcome("total", None, "总计", "total dealt with", _BOTH, True),
    Outcome("carried_out", None, "结转下年度继续办理", "carried over to next year", _BOTH, True),
)

GROUPS: dict[str, tuple[str, str]] = {
    "denied": ("不予公开", "denied"),
    "unavailable": ("无法提供", "unavailable"),
    "not_processed": ("不予处理", "not processed"),
    "other": ("其他处理", "other"),
}
"""Group code → (zh, en): the rows （三）–（六） that only head others."""

APPLICANTS: tuple[Applicant, ...] = (
    Applicant("natural_person", "自然人", "natural person"),
    Applicant("enterprise", "商业企业", "enterprise"),
    Applicant("research", "科研机构", "research institute"),
    Applicant("welfare", "社会公益组织", "public welfare organisation"),
    Applicant("legal_service", "法律服务机构", "legal service provider"),
    Applicant("other_org", "其他", "other organisation"),
    Applicant("total", "总计", "total", True),
)

_ISSUED = ("rules", "规章", "rules"), ("normative_documents", "行政规范性文件", "normative documents")
_POWERS = (
    ("licensing", "行政许可", "administrative licensing"),
    ("other_services", "其他对外管理服务事项", "other services"),
    ("penalties", "行政处罚", "administrative penalties"),
    ("coercion", "行政强制", "administrative coercion"),
)

MEASURES: tuple[Measure, ...] = (
    *(
        Measure(row, column, zh, column_zh, f"{en}: {column_en}", "件", ("2021",))
        for row, zh, en in _ISSUED
        for column, column_zh, column_en in (
            ("issued", "本年制发件数", "issued this year"),
            ("repealed", "本年废止件数", "repealed this year"),
            ("in_force", "现行有效件数", "in force"),
        )
    ),
    *(
        Measure(row, column, zh, column_zh, f"{en}: {column_en}", "件", ("2019",))
        for row, zh, en in _ISSUED
        for column, column_zh, column_en in (
            ("made", "本年新制作数量", "made this year"),
            ("disclosed", "本年新公开数量", "disclosed this year"),
            ("disclosed_total", "对外公开总数量", "disclosed in total"),
        )
    ),
    *(
        Measure(row, column, zh, column_zh, f"{en}: {column_en}", unit, ("2019",))
        for row, zh, en in _POWERS
        for column, column_zh, column_en, unit in (
            ("items_prior_year", "上一年项目数量", "items in the prior year", "项"),
            ("items_change", "本年增/减", "change this year", "项"),
        )
    ),
    *(
        Measure(
            row,
            "decisions",
            zh,
            "处理决定数量",
            f"{en}: decisions",
            "件",
            ("2019",) if row == "other_services" else _BOTH,
        )
        for row, zh, en in _POWERS
    ),
    Measure(
        "fees",
        "items_prior_year",
        "行政事业性收费",
        "上一年项目数量",
        "administrative fees: items in the prior year",
        "项",
        ("2019",),
    ),
    Measure(
        "fees", "items_change", "行政事业性收费", "本年增/减", "administrative fees: change this year", "项", ("2019",)
    ),
    Measure("fees", "amount", "行政事业性收费", "本年收费金额", "administrative fees: amount", "万元", ("2021",)),
    Measure(
        "procurement", "projects", "政府集中采购", "采购项目数量", "central procurement: projects", "项", ("2019",)
    ),
    Measure("procurement", "amount", "政府集中采购", "采购总金额", "central procurement: amount", "万元", ("2019",)),
)

CHANNELS: dict[str, tuple[str, str]] = {
    "reconsideration": ("行政复议", "administrative reconsideration"),
    "litigation_direct": ("行政诉讼：未经复议直接起诉", "litigation without reconsideration"),
    "litigation_after_reconsideration": ("行政诉讼：复议后起诉", "litigation after reconsideration"),
}
RESULTS: dict[str, tuple[str, str]] = {
    "upheld": ("结果维持", "upheld"),
    "corrected": ("结果纠正", "corrected"),
    "other": ("其他结果", "other result"),
    "pending": ("尚未审结", "pending"),
    "total": ("总计", "total"),
}

PROCEEDINGS: tuple[Proceeding, ...] = tuple(
    Proceeding(channel, result, f"{zh}，{result_zh}", f"{en}: {result_en}", result == "total")
    for channel, (zh, en) in CHANNELS.items()
    for result, (result_zh, result_en) in RESULTS.items()
)

BLOCKS: dict[tuple[str, ...], Form] = {
    ("issued", "repealed", "in_force"): "2021",  # item （一）
    ("made", "disclosed", "disclosed_total"): "2019",  # item （一）
    ("items_prior_year", "items_change", "decisions"): "2019",  # items （五） and （六）
    ("decisions",): "2021",  # items （五） and （六）
    ("items_prior_year", "items_change"): "2019",  # item （八）
    ("amount",): "2021",  # item （八）
    ("projects", "amount"): "2019",  # item （九）
}
"""The headings that stand together over a block of table 二, in order, and the form that has them so.

A heading row with fewer has lost one.
"""

OTHER_LEAVES = ("other.no_correction", "other.fee_unpaid", "other.other")
"""The rows of form 2021 in the place of 2019's one row 其他处理."""

OUTCOME_CODES = tuple(o.code for o in OUTCOMES)
APPLICANT_CODES = tuple(a.code for a in APPLICANTS)
RESULT_CODES = tuple(RESULTS)
MEASURE_BY_CODE = {m.code: m for m in MEASURES}
