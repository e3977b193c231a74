"""政府信息公开情况统计表 of the years 2014 to 2018: every row by its own label, every value under its own heading."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from extract import Extraction, RawDocument, extract_document
from extract.as_json import to_contract
from tests.extract.pages import page, table, td

ROWS = [
    ("一、主动公开情况", "——", "——"),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", "2,133"),
    ("其中：主动公开规范性文件数", "条", "7"),
    ("制发规范性文件总数", "件", "9"),
    ("二、依申请公开情况", "——", "——"),
    ("（一）收到申请数", "件", "12"),
    ("1.当面申请数", "件", "3"),
    ("2.网络申请数", "件", "9"),
    ("（二）申请答复数", "件", "11"),
    ("1.同意公开答复数", "件", ""),
    ("其中：涉及国家秘密", "件", "0"),
    ("七、依申请公开信息收取的费用", "万元", "0.35"),
]


def sheet(rows: Sequence[tuple[str, ...]], heading: tuple[str, ...] = ("统 计 指 标", "单 位", "统计数")) -> bytes:
    body = [heading, *rows]
    return page(
        table(["".join(td(text) for text in row) for row in body]), title="某某县2016年政府信息公开工作年度报告"
    )


def read(content: bytes) -> Extraction:
    return extract_document(RawDocument("a", hashlib.sha256(content).hexdigest(), content))


def test_every_row_in_the_order_of_the_sheet() -> None:
    found = read(sheet(ROWS))
    assert (found.status, found.form) == ("ok", "2014")
    values = [None if v in ("", "——") else float(v.replace(",", "")) for _, _, v in ROWS]
    assert to_contract(found)["survey"] == [
        [label, unit, value] for (label, unit, _), value in zip(ROWS, values, strict=True)
    ]


def test_a_row_is_known_by_what_it_is_part_of() -> None:
    rows = [i.cell.row for i in read(sheet(ROWS)).survey or ()]
    assert rows[2] == "主动公开情况/主动公开政府信息数不同渠道和方式公开相同信息计1条/主动公开规范性文件数"
    assert rows[3] == "主动公开情况/制发规范性文件总数"
    assert rows[7] == "依申请公开情况/收到申请数/网络申请数"
    assert rows[10] == "依申请公开情况/申请答复数/同意公开答复数/涉及国家秘密"
    assert len(set(rows)) == len(rows)


def test_columns_of_values_are_told_by_their_headings() -> None:
    content = sheet([("主动公开文件数", "条", "22", "1037")], ("指标名称", "计量单位", "2016年度", "历年累计"))
    assert to_contract(read(content))["survey"] == [
        ["主动公开文件数", "条", 22, "2016年度"],
        ["主动公开文件数", "条", 1037, "历年累计"],
    ]


@pytest.mark.parametrize(
    ("row", "check"),
    [
        (("收到申请数", "件", "近50"), "reading.unreadable_number"),
        (("收到申请数", "件"), "reading.unreadable_row"),
        (("", "件", "5"), "reading.unknown_row"),
    ],
)
def test_what_cannot_be_told_is_left_out_and_said(row: tuple[str, ...], check: str) -> None:
    rows = [("主动公开文件数", "条", "22"), row if check != "reading.unreadable_row" else ("收到申请数", "5")]
    found = read(sheet(rows))
    assert [i.label for i in found.survey or ()] == ["主动公开文件数"]
    assert check in {finding.check for finding in found.findings}


def test_two_headings_alike_give_nothing() -> None:
    found = read(sheet([("收到申请数", "件", "5", "6")], ("统计指标", "单位", "统计数", "统计数")))
    assert found.survey is None
    assert "reading.unknown_column" in {finding.check for finding in found.findings}


def test_a_cell_that_states_its_own_unit() -> None:
    rows = [*ROWS[:-1], ("七、依申请公开信息收取的费用", "万元", "3500元")]
    assert (to_contract(read(sheet(rows)))["survey"] or [])[-1] == ["七、依申请公开信息收取的费用", "元", 3500]


def test_a_value_over_two_rows_is_neithers() -> None:
    cells = [td("1.当面申请数") + td("件") + td("3", rowspan=2), td("2.网络申请数") + td("件")]
    body = ["".join(td(text) for text in row) for row in (("统计指标", "单位", "统计数"), *ROWS[:6])]
    found = to_contract(read(page(table([*body, *cells]), title="某某县2016年政府信息公开工作年度报告")))
    assert "1.当面申请数" not in [row[0] for row in found["survey"] or []]
    assert "reading.unreadable_row" in [finding["check"] for finding in found["findings"]]


def test_a_blank_below_a_cell_of_two_numbers_is_no_blank() -> None:
    rows = [*ROWS[:6], ("1.当面申请数", "件", "3<br>9"), ("2.网络申请数", "件", ""), *ROWS[8:]]
    found = to_contract(read(sheet(rows)))
    assert not {"1.当面申请数", "2.网络申请数"} & {row[0] for row in found["survey"] or []}
