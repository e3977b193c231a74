"""What a document lacks is said: rows cut off, tables that could not be read, a form without a number, a text that counts otherwise."""

from __future__ import annotations

import pytest

from extract import RawDocument, extract_document
from extract.as_json import to_contract
from extract.model import Extraction
from tests.extract.pages import DISCLOSURE_ROWS, figures, requests_rows, table, td

TITLE = "柳河镇人民政府2023年政府信息公开工作年度报告"
PROSE = "这一年，本镇把信息公开同日常工作一起安排，按月检查栏目，及时更新内容，并向来访群众说明办理的步骤。" * 3


def read(body: str, title: str = TITLE) -> Extraction:
    page = f"<html><head><meta charset='utf-8'></head><body><h1>{title}</h1>{body}</body></html>"
    return extract_document(RawDocument("given.html", "0" * 64, page.encode()))


def checks(found: Extraction, code: str) -> list[tuple[str, object, object]]:
    return [(f.where, f.expected, f.found) for f in found.findings if f.check == code]


@pytest.mark.parametrize("kept", [3, 12, 20, 24])
def test_rows_that_are_cut_off_are_named(kept: int) -> None:
    values = dict(list(figures().items())[:kept])
    found = read(f"<p>一、总体情况</p><p>{PROSE}</p>{table(requests_rows(values))}")
    assert checks(found, "reading.missing_rows") == [("requests", None, 25 - kept)]
    (said,) = [f.message for f in found.findings if f.check == "reading.missing_rows"]
    assert "结转下年度继续办理" in said


def test_a_whole_table_misses_nothing_in_either_form() -> None:
    whole = figures()
    assert not checks(read(table(requests_rows(whole))), "reading.missing_rows")
    older = {code: row for code, row in whole.items() if not code.startswith("other.")}
    body = table(requests_rows(older))  # neither 其他处理 in one row, as form 2019 has it, nor in three
    assert checks(read(body), "reading.missing_rows") == [("requests", None, 3)]


def test_rows_at_the_end_of_the_disclosure_table_are_named_and_others_are_not() -> None:
    body = table(requests_rows(figures()))
    cut = read(table(DISCLOSURE_ROWS[:3]) + body)
    assert [where for where, _, _ in checks(cut, "reading.missing_rows")] == ["disclosure"]
    without_rules = [row for row in DISCLOSURE_ROWS if "规章" not in row]
    assert not checks(read(table(without_rules) + body), "reading.missing_rows")


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("政府信息公开工作年度报告格式模板", "no organ and no year"),
        ("青桐市关于做好2009年度政府信息公开工作年度报告有关事项的通知", "empty form"),
    ],
)
def test_an_empty_form_is_no_report(title: str, why: str) -> None:
    empty = {code: ["" for _ in range(7)] for code in figures()}
    found = read(table(requests_rows(empty)), title)
    assert found.status == "not_a_report"
    assert why in (found.reason or "")


def test_a_report_whose_cells_are_blank_but_that_has_prose_stays_one() -> None:
    empty = {code: ["" for _ in range(7)] for code in figures()}
    found = read(
        f"<p>一、总体情况</p><p>{PROSE}</p>{table(requests_rows(empty))}<p>五、存在的主要问题及改进情况</p><p>{PROSE}</p>"
    )
    assert (found.status, found.year) == ("ok", 2023)


def test_a_refusal_says_what_was_found_and_what_was_missing() -> None:
    found = read("<p>一、总体情况</p><p>正常。</p>")
    assert found.status == "not_a_report"
    assert "no statutory table, and 1 sections of an annual report with 3 characters of prose" in (found.reason or "")


def test_tables_that_stand_in_the_text_and_cannot_be_read_leave_a_report() -> None:
    words = "一、本年新收政府信息公开申请数量 未经复议直接起诉 第二十条第（一）项"
    found = read(f"<p>一、总体情况</p><p>正常。</p><p>{words}</p>")
    assert (found.status, found.year) == ("ok", 2023)
    assert {where for where, _, _ in checks(found, "reading.missing_table")} == {
        "disclosure",
        "requests",
        "proceedings",
    }


@pytest.mark.parametrize(
    ("head", "amount", "printed"),
    [
        ("本年收费金额（单位：元）", "56000", {"raw": "56000", "value": 56000, "unit": "元"}),
        ("本年收费金额（单位：亿元）", "0.5", {"raw": "0.5", "value": 0.5, "unit": "亿元"}),
        ("本年收费金额（单位：万元）", "5.6", 5.6),
        ("本年收费金额（单位：万元）", "56000元", {"raw": "56000元", "value": 56000, "unit": "元"}),
    ],
)
def test_the_contract_prints_the_unit_that_a_head_or_a_cell_states(head: str, amount: str, printed: object) -> None:
    rows = [
        td("第二十条第（八）项", colspan=4), td("信息内容") + td(head, colspan=3),
        td("行政事业性收费") + td(amount, colspan=3),
    ]  # fmt: skip
    told = to_contract(read(table(DISCLOSURE_ROWS[:4]) + table(rows) + table(requests_rows(figures()))))
    assert told["disclosure"]["fees"]["amount"] == printed


SHEET = """<table><tr><td>指标名称</td><td>计量单位</td><td>2013年度</td><td>历年累计</td></tr>
<tr><td>主动公开信息数</td><td>条</td><td>1853</td><td>5395</td></tr>
<tr><td>受理依申请公开信息总数</td><td>条</td><td>7</td><td>28</td></tr>
<tr><td>其中：1.当面申请数</td><td>条</td><td>3</td><td>18</td></tr>
<tr><td>2.网上申请数</td><td>条</td><td>4</td><td>9</td></tr>
<tr><td>行政复议数</td><td>件</td><td>0</td><td>0</td></tr></table>"""


@pytest.mark.parametrize(
    ("sentence", "differs"),
    [
        ("2013年全县主动公开政府信息4970条。", [("survey.主动公开信息数", 1853, 4970)]),
        ("2013年主动公开政府信息1853条。", []),
        ("2012年主动公开政府信息4970条。", []),  # another year's
        ("县教育局主动公开政府信息497条。", []),  # one organ's
        ("主动公开政府信息1853条，其中，各乡镇主动公开政府信息613条。", []),  # a part's
        ("近几年主动公开政府信息5000余条。", []),  # rounded
        ("网上申请数3条，当面申请3件。", [("survey.网上申请数", 4, 3)]),
        ("收到1份有关政府信息公开行政复议申请。", [("survey.行政复议数", 0, 1)]),
    ],
)
def test_the_text_is_held_against_the_sheet(sentence: str, differs: list[tuple[str, object, object]]) -> None:
    body = f"<p>一、概述</p><p>{PROSE}</p><p>二、主动公开政府信息情况</p><p>{sentence}</p><p>三、统计表</p>{SHEET}"
    found = read(body, "青桐县人民政府2013年政府信息公开工作年度报告")
    assert [n for n in checks(found, "narrative") if n[0].startswith("survey.")] == differs
