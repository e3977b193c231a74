"""Layouts met in the wild, one test each: every cell under its own code, or left out by name."""

from __future__ import annotations

from typing import Any

import pytest

from extract import Extraction
from extract.as_json import to_contract
from extract.forms.vocabulary import APPLICANT_CODES
from tests.conftest import read_bytes
from tests.extract.pages import (
    APPLICANTS,
    DISCLOSURE,
    DISCLOSURE_ROWS,
    OUTCOME_ROWS,
    PROCEEDINGS,
    PROCEEDINGS_ROWS,
    RESULTS,
    figures,
    figures_but,
    page,
    report,
    requests_rows,
    table,
    td,
)


def contract(content: bytes) -> dict[str, Any]:
    return to_contract(read_bytes(content))


def cells_of(extraction: Extraction, row: str) -> dict[str, Any]:
    return {c.column: c.value for c in extraction.cells if (c.table, c.row) == ("requests", row)}


def reading_findings(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f["check"], f["where"]) for f in found["findings"] if f["check"].startswith("reading.")]


def test_the_forms_own_layout() -> None:
    found = contract(report())
    assert found["disclosure"] == DISCLOSURE
    assert found["requests"] == figures()
    assert found["proceedings"] == PROCEEDINGS
    assert found["form"] == "2021"
    assert reading_findings(found) == []
    assert found["sections"] == {"1": "本县依照条例推进公开工作。", "5": "问题与改进如下。", "6": "没有其他事项。"}


def test_one_table_for_all_three() -> None:
    caption = (
        [td("三、收到和处理政府信息公开申请情况", colspan=10)],
        [td("四、政府信息公开行政复议、行政诉讼情况", colspan=15)],
    )
    everything = table([*DISCLOSURE_ROWS, *caption[0], *requests_rows(figures()), *caption[1], *PROCEEDINGS_ROWS])
    found = contract(page("<p>二、主动公开政府信息情况</p>", everything))
    assert (found["disclosure"], found["requests"], found["proceedings"]) == (DISCLOSURE, figures(), PROCEEDINGS)


def test_disclosure_in_one_table_for_each_item() -> None:
    blocks = [DISCLOSURE_ROWS[0:4], DISCLOSURE_ROWS[4:7], DISCLOSURE_ROWS[7:11], DISCLOSURE_ROWS[11:14]]
    found = contract(report(disclosure="<p></p>".join(table(block) for block in blocks)))
    assert found["disclosure"] == DISCLOSURE


@pytest.mark.parametrize("at", range(4, 26))
def test_a_table_broken_in_two_without_repeated_headings(at: int) -> None:
    """Wherever it is broken, no number moves; rows whose merged label cell was lost with the break are still told."""
    values = figures()
    flat = requests_rows(values)[:3]
    flat += [
        td("", colspan=1) + td(group) + td(label) + "".join(td(v) for v in values[code])
        for code, group, label in OUTCOME_ROWS
    ]
    found = contract(report(requests=table(flat[:at]) + table(flat[at:])))
    assert found["requests"] == values


def test_a_subtotal_column_is_recognised_and_left_out() -> None:
    values = figures()
    rows = [td("") + "".join(td(name) for name in (*APPLICANTS[:6], "小计", "总计"))]
    rows += [
        td(label) + "".join(td(v) for v in [*values[code][:6], 999, values[code][6]])
        for code, _, label in OUTCOME_ROWS
        if code != "other.other"
    ]
    found = contract(report(requests=table(rows)))
    del values["other.other"]
    assert found["requests"] == values


def test_columns_in_another_order_follow_their_headings() -> None:
    values = figures()
    order = (6, 0, 2, 1, 3, 5, 4)
    rows = [td("项目") + "".join(td(APPLICANTS[i]) for i in order)]
    rows += [
        td(label) + "".join(td(values[code][i]) for i in order)
        for code, _, label in OUTCOME_ROWS
        if code != "other.other"
    ]
    found = contract(report(requests=table(rows)))
    del values["other.other"]
    assert found["requests"] == values


def test_other_as_one_row_is_the_2019_row() -> None:
    values = {code: row for code, row in figures().items() if not code.startswith("other.")}
    rows = requests_rows(values)
    rows.insert(-2, td("（六）其他处理", colspan=2) + "".join(td(v) for v in range(7)))
    rows = [row.replace('rowspan="19"', 'rowspan="20"') for row in rows]
    found = contract(report(requests=table(rows)))
    assert found["requests"] == {**values, "other": list(range(7))}
    assert ("form_mismatch", "requests.other") in [(f["check"], f["where"]) for f in found["findings"]]


def test_a_lone_other_outside_its_group_is_not_guessed() -> None:
    rows = [
        td("") + "".join(td(name) for name in APPLICANTS),
        td("一、本年新收政府信息公开申请数量") + "".join(td(v) for v in range(7)),
        td("其他") + "".join(td(v) for v in range(7)),
    ]
    found = contract(report(requests=table(rows)))
    assert set(found["requests"]) == {"new"}
    assert ("reading.unknown_row", "requests") in reading_findings(found)


def test_a_subtotal_row_of_a_group_is_no_outcome() -> None:
    rows = requests_rows(figures())
    index = next(i for i, row in enumerate(rows) if "8.属于行政查询事项" in row)
    rows = [row.replace('rowspan="8"', 'rowspan="9"').replace('rowspan="22"', 'rowspan="23"') for row in rows]
    rows.insert(index + 1, td("小计") + "".join(td(777) for _ in range(7)))
    assert contract(report(requests=table(rows)))["requests"] == figures()


@pytest.mark.parametrize("lost", range(7))
def test_a_row_with_a_lost_cell_is_left_out(lost: int) -> None:
    values = figures()
    short = [v for i, v in enumerate(values["granted"]) if i != lost]
    rows = requests_rows(values)
    index = next(i for i, row in enumerate(rows) if "（一）予以公开" in row)
    rows[index] = rows[index].replace("".join(td(v) for v in values["granted"]), "".join(td(v) for v in short))
    found = contract(report(requests=table(rows)))
    assert "granted" not in found["requests"]
    assert ("reading.unreadable_row", "requests.granted") in reading_findings(found)
    del values["granted"]
    assert found["requests"] == values


@pytest.mark.parametrize("blank_last", [False, True])
def test_a_heading_cell_that_is_too_narrow_moves_no_number(blank_last: bool) -> None:
    """The label column spans 3 in the rows and 2 in the heading: headings and values do not line up."""
    values = {code: [*row[:6], "" if blank_last else row[6]] for code, row in figures().items()}
    rows = [row.replace('colspan="3" rowspan="3"', 'colspan="2" rowspan="3"') for row in requests_rows(values)]
    found = contract(report(requests=table(rows)))
    for code, row in (found["requests"] or {}).items():
        assert row == [v if v != "" else None for v in values[code]]


def test_misaligned_spans_of_a_disclosure_block_are_read_by_order() -> None:
    """A published page (Shanghai 2019): heading spans 1-2-1, values span 2-1-1."""
    rows = [
        td("信息内容") + td("上一年项目数量") + td("本年增/减", colspan=2) + td("处理决定数量"),
        td("行政许可") + td(396, colspan=2) + td("+4") + td(181),
    ]
    found = contract(report(disclosure=table(rows)))
    assert found["disclosure"] == {"licensing": {"items_prior_year": 396, "items_change": 4, "decisions": 181}}
    assert found["form"] == "2019"


def test_a_value_merged_over_two_rows_belongs_to_neither() -> None:
    values = figures()
    rows = requests_rows(values)
    first = next(i for i, row in enumerate(rows) if "1.属于国家秘密" in row)
    rows[first] = rows[first].replace(td(values["denied.state_secret"][2]), td(5, rowspan=2))
    rows[first + 1] = rows[first + 1].replace(td(values["denied.prohibited_by_law"][2]), "")
    found = contract(report(requests=table(rows)))
    assert "denied.state_secret" not in found["requests"]
    assert "denied.prohibited_by_law" not in found["requests"]


def test_proceedings_in_three_rows() -> None:
    rows = [
        td("") + td("") + "".join(td(name) for name in RESULTS),
        td("行政复议", colspan=2) + "".join(td(v) for v in PROCEEDINGS["reconsideration"]),
        td("行政诉讼", rowspan=2) + td("未经复议直接起诉") + "".join(td(v) for v in PROCEEDINGS["litigation_direct"]),
        td("复议后起诉") + "".join(td(v) for v in PROCEEDINGS["litigation_after_reconsideration"]),
    ]
    assert contract(report(proceedings=table(rows)))["proceedings"] == PROCEEDINGS


def test_proceedings_with_results_as_rows() -> None:
    rows = [td("") + td("行政复议") + td("未经复议直接起诉") + td("复议后起诉")]
    rows += [td(name) + "".join(td(PROCEEDINGS[c][i]) for c in PROCEEDINGS) for i, name in enumerate(RESULTS)]
    assert contract(report(proceedings=table(rows)))["proceedings"] == PROCEEDINGS


def test_proceedings_all_blank_are_null() -> None:
    rows = [*PROCEEDINGS_ROWS[:3], "".join(td("&nbsp;") for _ in range(15))]
    found = contract(report(proceedings=table(rows)))
    assert found["proceedings"] == dict.fromkeys(PROCEEDINGS, [None] * 5)


def test_heading_cells_left_blank_instead_of_merged_downwards() -> None:
    rows = requests_rows(figures())
    rows[1] = td("自然人") + td("法人或其他组织", colspan=5) + td("总计")
    rows[2] = td("") + "".join(td(name) for name in APPLICANTS[1:6]) + td("")
    results = "".join(td(name) for name in RESULTS)
    proceedings = [
        PROCEEDINGS_ROWS[0],
        results + td("未经复议直接起诉", colspan=5) + td("复议后起诉", colspan=5),
        "".join(td("") for _ in range(5)) + results * 2,
        PROCEEDINGS_ROWS[3],
    ]
    found = contract(report(requests=table(rows), proceedings=table(proceedings)))
    assert (found["requests"], found["proceedings"]) == (figures(), PROCEEDINGS)
    assert reading_findings(found) == []


def test_a_litigation_subtotal_is_left_out() -> None:
    rows = [
        td("行政复议", colspan=5) + td("行政诉讼", colspan=11),
        "".join(td(name, rowspan=2) for name in RESULTS)
        + td("未经复议直接起诉", colspan=5)
        + td("复议后起诉", colspan=5)
        + td("总计", rowspan=2),
        "".join(td(name) for name in RESULTS * 2),
        "".join(td(value) for row in PROCEEDINGS.values() for value in row) + td(68),
    ]
    assert contract(report(proceedings=table(rows)))["proceedings"] == PROCEEDINGS


def test_layout_tables_around_the_article() -> None:
    inner = report().decode().split("<body>")[1].split("</body>")[0]
    nested = f"<table><tr><td>导航 12 34</td><td><table><tr><td>{inner}</td></tr></table></td></tr></table>"
    found = contract(page(nested))
    assert (found["disclosure"], found["requests"], found["proceedings"]) == (DISCLOSURE, figures(), PROCEEDINGS)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("１２", 12),
        ("<span>1</span><span>2</span>", 12),
        ("<p>12</p><p>&nbsp;</p>", 12),
        ("12<sup>1</sup>", 12),
        ("12<sup><span>[3]</span></sup>", 12),
        ("12<sub>4</sub>", 12),
        ("<s>9</s>12", 12),
        ("<span style='text-decoration: line-through'>9</span>12", 12),
        ("1<span style='display:none'>9</span>2", 12),
        ("<del>3</del><ins>12</ins>", 12),
        ("<input type='text' value='12'>", 12),
        ("<input type='hidden' value='9'>12", 12),
        ("<textarea>12</textarea>", 12),
        ("<select><option>9</option><option selected>12</option></select>", 12),
        ("1,234", 1234),
        ("22（其中修订16件）", 22),
        ("0件", 0),
        ("/", None),
        ("—", None),
        ("无", None),
        ("&nbsp;", None),
    ],
)
def test_how_a_number_is_printed(printed: str, read: int | None) -> None:
    values = figures_but("new", 0, printed)
    assert contract(report(requests=table(requests_rows(values))))["requests"]["new"][0] == read


@pytest.mark.parametrize(
    "printed",
    [
        "<p>1</p><p>2</p>",
        "1<br>2",
        "1 2",
        "近5000",
        "-3",
        "3.5",
        "12元",
        "<img src='12.png'>",
        "<select><option>9</option></select>",
        "12万",
        "010",
        "1-2",
        "<b>1</b>月",
    ],
)
def test_what_is_not_one_whole_number_is_left_out(printed: str) -> None:
    values = figures_but("new", 0, printed)
    extraction = read_bytes(report(requests=table(requests_rows(values))))
    assert cells_of(extraction, "new") == {code: figures()["new"][n] for n, code in enumerate(APPLICANT_CODES) if n}
    found = to_contract(extraction)
    assert "new" not in found["requests"], "a list cannot tell what was not read from a blank"
    assert ("reading.unreadable_number", "requests.new.natural_person") in reading_findings(found)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("carried_in", "二、上年转结政府信息公开申请数量"),
        ("denied.prohibited_by_law", "2.其他法律行政止公开"),
        ("denied.security_and_stability", '3.危及"三安全一稳定"'),
        ("denied.security_and_stability", "3.危及三安全一\n稳定"),
        ("partially_granted", "(二)部分公开(区分处理的,只计这一情形，不计其他情形)"),
        ("partially_granted", "（二）部分 公开"),
        ("total", "（七）总&nbsp;&nbsp;计"),
        ("carried_out", "四、结转下年度办理"),
        ("unavailable.not_held", "１．本机关不掌握相关<br>政府信息"),
        ("not_processed.petition_complaint", "1．信访举报投诉类申请件"),
    ],
)
def test_labels_as_misprinted(code: str, label: str) -> None:
    proper = next(row[2] for row in OUTCOME_ROWS if row[0] == code)
    rows = [row.replace(f">{proper}<", f">{label}<") for row in requests_rows(figures())]
    assert contract(report(requests=table(rows)))["requests"] == figures()


@pytest.mark.parametrize("label", ["不以公开", "本年政府信息公开申请数量", "9.属于其他情形", "（八）依法不予"])
def test_a_label_that_could_be_two_is_reported(label: str) -> None:
    rows = requests_rows(figures())
    rows = [row.replace(">（一）予以公开<", f">{label}<") for row in rows]
    found = contract(report(requests=table(rows)))
    assert "granted" not in found["requests"]
    assert ("reading.unknown_row", "requests") in reading_findings(found)
    want = figures()
    del want["granted"]
    assert found["requests"] == want


def test_a_label_in_another_groups_cell_is_reported() -> None:
    rows = [row.replace("（三）不予公开", "（四）无法提供") for row in requests_rows(figures())]
    found = contract(report(requests=table(rows)))
    assert not any(code.startswith("denied.") for code in found["requests"] if code == "denied.state_secret")


def test_two_different_values_for_a_cell_cancel_each_other() -> None:
    second = figures()
    second["new"][0] = 4711
    extraction = read_bytes(
        report(requests=table(requests_rows(figures())) + "<p>另一份</p>" + table(requests_rows(second)))
    )
    assert "natural_person" not in cells_of(extraction, "new")
    found = to_contract(extraction)
    assert "new" not in found["requests"]
    assert ("reading.contradiction", "requests.new.natural_person") in reading_findings(found)


def test_units_of_money_are_kept_as_stated() -> None:
    rows = [
        td("信息内容") + td("采购项目数量") + td("采购总金额"),
        td("政府集中采购") + td(6) + td("251000元"),
        td("信息内容") + td("本年收费金额（单位：元）", colspan=2),
        td("行政事业性收费") + td("300", colspan=2),
    ]
    extraction = read_bytes(report(disclosure=table(rows)))
    amounts = {(c.row, c.column): (c.value, c.unit, c.raw) for c in extraction.cells if c.column == "amount"}
    assert amounts == {("procurement", "amount"): (251000, "元", "251000元"), ("fees", "amount"): (300, "元", "300")}


def test_headings_lost_in_a_line_break_tell_no_column() -> None:
    rows = [td("信息内容") + td("本年新") + td("本年新") + td("对外公开总数量"), td("规章") + td(1) + td(2) + td(3)]
    found = contract(report(disclosure=table(rows)))
    assert found["disclosure"] == {"rules": {"disclosed_total": 3}}
    assert ("reading.unknown_column", "disclosure.rules") in reading_findings(found)


def test_rows_that_the_form_does_not_have_are_reported() -> None:
    rows = [*DISCLOSURE_ROWS[:7], td("行政检查") + td(55, colspan=3), *DISCLOSURE_ROWS[7:]]
    found = contract(report(disclosure=table(rows)))
    assert found["disclosure"] == DISCLOSURE
    assert ("reading.unknown_row", "disclosure") in reading_findings(found)


def test_a_missing_table_is_reported() -> None:
    found = contract(report(proceedings=""))
    assert found["proceedings"] is None
    assert ("reading.missing_table", "proceedings") in reading_findings(found)


def test_hybrid_of_two_forms() -> None:
    rows = [
        td("信息内容") + td("本年新制作数量") + td("本年新公开数量") + td("对外公开总数量"),
        td("规章") + td(1) + td(2) + td(3),
        *DISCLOSURE_ROWS[4:],
    ]
    found = contract(report(disclosure=table(rows)))
    assert found["disclosure"]["rules"] == {"made": 1, "disclosed": 2, "disclosed_total": 3}
    assert found["disclosure"]["fees"] == {"amount": 10.5}
    assert found["form"] == "2021"
    assert "form_mismatch" in {f["check"] for f in found["findings"]}


def test_a_narrative_report_without_tables() -> None:
    text = "<p>一、概述</p><p>本县依照条例开展工作，全年主动公开信息三百条，办理群众来信若干件。</p><p>二、主动公开政府信息情况</p><p>通过网站公开三百条，内容包括机构、规划、预算等方面的信息，并通过公报发布。</p><p>三、政府信息依申请公开情况</p><p>未收到申请。</p><p>四、存在的主要问题及改进措施</p><p>公开的内容还不够全面，将加以改进，继续做好有关工作，加强培训和检查，完善有关制度。</p>"
    found = contract(page(text, title="某某县2012年政府信息公开工作年度报告"))
    assert (found["status"], found["form"], found["year"]) == ("ok", "narrative", 2012)
    assert set(found["sections"]) == {"1", "2", "3", "5"}
    assert found["requests"] is None
