"""Statutory tables as HTML, written out from the national form for the tests: wording independent of the matcher's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

OUTCOME_ROWS: tuple[tuple[str, str, str], ...] = (
    # code, group label, row label
    ("new", "", "一、本年新收政府信息公开申请数量"),
    ("carried_in", "", "二、上年结转政府信息公开申请数量"),
    ("granted", "", "（一）予以公开"),
    ("partially_granted", "", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    ("denied.state_secret", "（三）不予公开", "1.属于国家秘密"),
    ("denied.prohibited_by_law", "（三）不予公开", "2.其他法律行政法规禁止公开"),
    ("denied.security_and_stability", "（三）不予公开", "3.危及“三安全一稳定”"),
    ("denied.third_party_rights", "（三）不予公开", "4.保护第三方合法权益"),
    ("denied.internal_affairs", "（三）不予公开", "5.属于三类内部事务信息"),
    ("denied.deliberative_process", "（三）不予公开", "6.属于四类过程性信息"),
    ("denied.enforcement_file", "（三）不予公开", "7.属于行政执法案卷"),
    ("denied.administrative_inquiry", "（三）不予公开", "8.属于行政查询事项"),
    ("unavailable.not_held", "（四）无法提供", "1.本机关不掌握相关政府信息"),
    ("unavailable.needs_creation", "（四）无法提供", "2.没有现成信息需要另行制作"),
    ("unavailable.still_unclear", "（四）无法提供", "3.补正后申请内容仍不明确"),
    ("not_processed.petition_complaint", "（五）不予处理", "1.信访举报投诉类申请"),
    ("not_processed.duplicate", "（五）不予处理", "2.重复申请"),
    ("not_processed.public_publication", "（五）不予处理", "3.要求提供公开出版物"),
    ("not_processed.excessive", "（五）不予处理", "4.无正当理由大量反复申请"),
    ("not_processed.confirm_or_reissue", "（五）不予处理", "5.要求行政机关确认或重新出具已获取信息"),
    ("other.no_correction", "（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("other.fee_unpaid", "（六）其他处理", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other.other", "（六）其他处理", "3.其他"),
    ("total", "", "（七）总计"),
    ("carried_out", "", "四、结转下年度继续办理"),
)
APPLICANTS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")

Figures = dict[str, list[int]]


def figures(start: int = 1) -> Figures:
    """Seven different numbers for every row, so that a cell in a wrong place is a wrong number."""
    return {code: [start + 10 * row + column for column in range(7)] for row, (code, _, _) in enumerate(OUTCOME_ROWS)}


def figures_but(row: str, column: int, text: str) -> dict[str, list[int | str]]:
    """The same, of which one is printed so."""
    values: dict[str, list[int | str]] = {code: [*numbers] for code, numbers in figures().items()}
    values[row][column] = text
    return values


def td(content: object, **spans: int) -> str:
    attributes = "".join(f' {name}="{count}"' for name, count in spans.items() if count > 1)
    return f"<td{attributes}>{content}</td>"


def requests_rows(values: Mapping[str, Sequence[object]]) -> list[str]:
    """The rows of table 三 as printed in the form (heading in three rows, groups merged downwards)."""
    out = [
        td("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", colspan=3, rowspan=3)
        + td("申请人情况", colspan=7),
        td("自然人", rowspan=2) + td("法人或其他组织", colspan=5) + td("总计", rowspan=2),
        "".join(td(name) for name in APPLICANTS[1:6]),
    ]
    printed = [row for row in OUTCOME_ROWS if row[0] in values]
    results = [row for row in printed if row[0] not in ("new", "carried_in", "carried_out")]
    for code, group, label in printed:
        cells = "".join(td(value) for value in values[code])
        if code in ("new", "carried_in", "carried_out"):
            out.append(td(label, colspan=3) + cells)
            continue
        head = td("三、本年度办理结果", rowspan=len(results)) if code == results[0][0] else ""
        if not group:
            out.append(head + td(label, colspan=2) + cells)
        else:
            members = [row[0] for row in results if row[1] == group]
            head += td(group, rowspan=len(members)) if code == members[0] else ""
            out.append(head + td(label) + cells)
    return out


def table(rows: list[str]) -> str:
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


DISCLOSURE_ROWS = [
    td("第二十条第（一）项", colspan=4),
    td("信息内容") + td("本年制发件数") + td("本年废止件数") + td("现行有效件数"),
    td("规章") + td(1) + td(2) + td(3),
    td("行政规范性文件") + td(4) + td(5) + td(6),
    td("第二十条第（五）项", colspan=4),
    td("信息内容") + td("本年处理决定数量", colspan=3),
    td("行政许可") + td(7, colspan=3),
    td("第二十条第（六）项", colspan=4),
    td("信息内容") + td("本年处理决定数量", colspan=3),
    td("行政处罚") + td(8, colspan=3),
    td("行政强制") + td(9, colspan=3),
    td("第二十条第（八）项", colspan=4),
    td("信息内容") + td("本年收费金额（单位：万元）", colspan=3),
    td("行政事业性收费") + td("10.5", colspan=3),
]
DISCLOSURE: dict[str, dict[str, float]] = {
    "rules": {"issued": 1, "repealed": 2, "in_force": 3},
    "normative_documents": {"issued": 4, "repealed": 5, "in_force": 6},
    "licensing": {"decisions": 7},
    "penalties": {"decisions": 8},
    "coercion": {"decisions": 9},
    "fees": {"amount": 10.5},
}

RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
PROCEEDINGS = {
    "reconsideration": [1, 2, 3, 4, 10],
    "litigation_direct": [5, 6, 7, 8, 26],
    "litigation_after_reconsideration": [9, 10, 11, 12, 42],
}
PROCEEDINGS_ROWS = [
    td("行政复议", colspan=5) + td("行政诉讼", colspan=10),
    "".join(td(name, rowspan=2) for name in RESULTS) + td("未经复议直接起诉", colspan=5) + td("复议后起诉", colspan=5),
    "".join(td(name) for name in RESULTS * 2),
    "".join(td(value) for row in PROCEEDINGS.values() for value in row),
]


def page(*parts: str, title: str = "某某县2023年政府信息公开工作年度报告") -> bytes:
    """A small page around the parts."""
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>{''.join(parts)}</body></html>".encode()


HEADINGS = (
    "<p>一、总体情况</p><p>本县依照条例推进公开工作。</p><p>二、主动公开政府信息情况</p>",
    "<p>三、收到和处理政府信息公开申请情况</p>",
    "<p>四、政府信息公开行政复议、行政诉讼情况</p>",
    "<p>五、存在的主要问题及改进情况</p><p>问题与改进如下。</p><p>六、其他需要报告的事项</p><p>没有其他事项。</p>",
)


def report(disclosure: str | None = None, requests: str | None = None, proceedings: str | None = None) -> bytes:
    """A whole report; a part left out is the form's own layout."""
    return page(
        HEADINGS[0],
        table(DISCLOSURE_ROWS) if disclosure is None else disclosure,
        HEADINGS[1],
        table(requests_rows(figures())) if requests is None else requests,
        HEADINGS[2],
        table(PROCEEDINGS_ROWS) if proceedings is None else proceedings,
        HEADINGS[3],
    )
