"""The statutory tables in the words of the national forms, written out here a second time on purpose.

The extractor has its own list of labels; the samples must not be made from it, or a label that is wrong there would be
right in every test. Sources: 国办公开办函〔2019〕60号 (form 2019) and 国办公开办函〔2021〕30号 (form 2021).
"""

from __future__ import annotations

NEW = "一、本年新收政府信息公开申请数量"
CARRIED_IN = "二、上年结转政府信息公开申请数量"
RESULTS = "三、本年度办理结果"
CARRIED_OUT = "四、结转下年度继续办理"
BALANCE_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")

GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("（一）予以公开", (("granted", ""),)),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", (("partially_granted", ""),)),
    (
        "（三）不予公开",
        (
            ("denied.state_secret", "1.属于国家秘密"),
            ("denied.prohibited_by_law", "2.其他法律行政法规禁止公开"),
            ("denied.security_and_stability", "3.危及“三安全一稳定”"),
            ("denied.third_party_rights", "4.保护第三方合法权益"),
            ("denied.internal_affairs", "5.属于三类内部事务信息"),
            ("denied.deliberative_process", "6.属于四类过程性信息"),
            ("denied.enforcement_file", "7.属于行政执法案卷"),
            ("denied.administrative_inquiry", "8.属于行政查询事项"),
        ),
    ),
    (
        "（四）无法提供",
        (
            ("unavailable.not_held", "1.本机关不掌握相关政府信息"),
            ("unavailable.needs_creation", "2.没有现成信息需要另行制作"),
            ("unavailable.still_unclear", "3.补正后申请内容仍不明确"),
        ),
    ),
    (
        "（五）不予处理",
        (
            ("not_processed.petition_complaint", "1.信访举报投诉类申请"),
            ("not_processed.duplicate", "2.重复申请"),
            ("not_processed.public_publication", "3.要求提供公开出版物"),
            ("not_processed.excessive", "4.无正当理由大量反复申请"),
            ("not_processed.confirm_or_reissue", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
    (
        "（六）其他处理",
        (
            ("other.no_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
            ("other.fee_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
            ("other.other", "3.其他"),
        ),
    ),
    ("（七）总计", (("total", ""),)),
)
"""What stands under 三: (group label, ((row code, label), …)); a row with no label of its own is the group's."""

SINGLE_OTHER: tuple[str, tuple[tuple[str, str], ...]] = ("（六）其他处理", (("other", ""),))
"""Form 2019, and later reports that kept it."""

OUTCOME_ROWS = tuple(code for _, rows in GROUPS[:-1] for code, _ in rows)
"""The rows between 二 and （七）总计, in the order of form 2021."""


def groups(single_other: bool) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The groups under 三, with （六） as three rows or as one."""
    return (*GROUPS[:5], SINGLE_OTHER, GROUPS[6]) if single_other else GROUPS


Item = tuple[str, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
"""An item (项) of article 20: its heading, its columns (code, label), its rows (code, label)."""

_DOCUMENTS_2021 = (("issued", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数"))
_DOCUMENTS_2019 = (("made", "本年新制作数量"), ("disclosed", "本年新公开数量"), ("disclosed_total", "对外公开总数量"))
_POWERS_2019 = (
    ("items_prior_year", "上一年项目数量"),
    ("items_change", "本年增/减"),
    ("decisions", "处理决定数量"),
)
_DECISIONS = (("decisions", "本年处理决定数量"),)

FIRST_2019: Item = (
    "第二十条第（一）项",
    _DOCUMENTS_2019,
    (("rules", "规章"), ("normative_documents", "规范性文件")),
)

DISCLOSURE: dict[str, tuple[Item, ...]] = {
    "2021": (
        (
            "第二十条第（一）项",
            _DOCUMENTS_2021,
            (("rules", "规章"), ("normative_documents", "行政规范性文件")),
        ),
        ("第二十条第（五）项", _DECISIONS, (("licensing", "行政许可"),)),
        ("第二十条第（六）项", _DECISIONS, (("penalties", "行政处罚"), ("coercion", "行政强制"))),
        ("第二十条第（八）项", (("amount", "本年收费金额（单位：万元）"),), (("fees", "行政事业性收费"),)),
    ),
    "2019": (
        FIRST_2019,
        (
            "第二十条第（五）项",
            _POWERS_2019,
            (("licensing", "行政许可"), ("other_services", "其他对外管理服务事项")),
        ),
        ("第二十条第（六）项", _POWERS_2019, (("penalties", "行政处罚"), ("coercion", "行政强制"))),
        ("第二十条第（八）项", _POWERS_2019[:2], (("fees", "行政事业性收费"),)),
        (
            "第二十条第（九）项",
            (("projects", "采购项目数量"), ("amount", "采购总金额")),
            (("procurement", "政府集中采购"),),
        ),
    ),
}
DISCLOSURE["hybrid"] = (FIRST_2019, *DISCLOSURE["2021"][1:])
"""Form 2019's first block before the blocks of form 2021, as several publishers printed it."""

CHANNELS = (
    ("reconsideration", "行政复议"),
    ("litigation_direct", "未经复议直接起诉"),
    ("litigation_after_reconsideration", "复议后起诉"),
)
RESULT_WORDS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")

SECTIONS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)

_CHINESE = "一二三四五六"
NUMBERINGS: dict[str, tuple[str, ...]] = {
    "chinese": tuple(f"{n}、" for n in _CHINESE),
    "brackets": tuple(f"（{n}）" for n in _CHINESE),
    "arabic": tuple(f"{n}." for n in range(1, 7)),
    "parts": tuple(f"第{n}部分　" for n in _CHINESE),
    "none": ("",) * 6,
}

WORN: dict[str, str] = {
    "现行有效件数": "现行有效件",
    "本年制发件数": "本年({year})制发件数",
    "本年废止件数": "年废止件数",
    "规章": "规 章",
    "行政规范性文件": "规范性文件",
    "行政许可": "政许可",
    "第二十条第（八）项": "第二十条  第(八)项",
    "商业企业": "商业 企业",
    "科研机构": "科研\n机构",
    NEW: "一、本年新收",
    CARRIED_IN: "二、上年转结政府信息公开申请数量",
    "2.其他法律行政法规禁止公开": "2.其他法律行政法止公开",
    "3.危及“三安全一稳定”": '3.危及"三安全一稳定"',
    "（四）无法提供": "(四) 无法提供",
    "3.补正后申请内容仍不明确": "３．补正后申请内容仍不明确",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": "2.申请人逾期未按收费通知要求缴纳费用",
    "（七）总计": "(七)总 计",
    CARRIED_OUT: "四、结转下年",
    "尚未审结": "尚未\n审结",
    BALANCE_NOTE: "",
}
"""Labels as hasty editors left them: words lost, half-width brackets, spaces, line breaks, transposed characters."""

BROKEN: dict[str, str] = {
    "本年新制作数量": "本年新\n制作数量",
    "本年新公开数量": "本年新\n公开数量",
    "上一年项目数量": "上一年\n项目数量",
    "对外公开总数量": "对外公开\n总数量",
    "第二十条第（九）项": "第二十条第(九)项",
}
"""Labels of form 2019 with a line break in the middle, as its narrow columns invite."""

WORDINGS: dict[str, dict[str, str]] = {"standard": {}, "worn": WORN, "broken": BROKEN}
