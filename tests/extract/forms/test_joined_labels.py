"""Labels of table 三 that carry their group before them, in one cell: each row under its own code, whatever joins them."""

from __future__ import annotations

import re

import pytest

from extract.as_json import to_contract
from extract.forms.labels import Axis, parts
from tests.conftest import read_bytes
from tests.extract.pages import APPLICANTS, DISCLOSURE, OUTCOME_ROWS, figures, report, table, td

JOINTS = ("", "-", "——", "：", ":", " ", "\u3000", "<br>", "</p><p>", "、", "/", "－")


def flat_rows(joint: str, results: bool = True, numerals: bool = True) -> list[str]:
    """Table 三 whose labels stand in one column, each with all groups above it."""
    rows = [td("项目") + "".join(td(name) for name in APPLICANTS)]
    for code, group, label in OUTCOME_ROWS:
        before = [group] if group else []
        if results and code not in ("new", "carried_in", "carried_out"):
            before.insert(0, "三、本年度办理结果")
        said = [*before, label]
        if not numerals:
            said = [re.sub(r"^(?:（.）|.、|\d\.)", "", text) for text in said]
        rows.append(td(joint.join(said)) + "".join(td(value) for value in figures()[code]))
    return rows


@pytest.mark.parametrize("results", [True, False])
@pytest.mark.parametrize("joint", JOINTS)
def test_every_row_is_read(joint: str, results: bool) -> None:
    found = to_contract(read_bytes(report(requests=table(flat_rows(joint, results)))))
    assert found["requests"] == figures()
    assert [f for f in found["findings"] if f["check"].startswith("reading.")] == []


@pytest.mark.parametrize("joint", ["-", "："])
def test_without_numerals(joint: str) -> None:
    assert to_contract(read_bytes(report(requests=table(flat_rows(joint, numerals=False)))))["requests"] == figures()


def test_in_tab_separated_text() -> None:
    rows = [["项目", *APPLICANTS]]
    rows += [[f"{group}{label}" if group else label, *map(str, figures()[code])] for code, group, label in OUTCOME_ROWS]
    text = "某某县2023年政府信息公开工作年度报告\n一、总体情况\n本县依照条例推进公开工作。\n三、收到和处理政府信息公开申请情况\n"
    text += "\n".join("\t".join(row) for row in rows)
    assert to_contract(read_bytes(text.encode(), "a.txt"))["requests"] == figures()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("（五）不予处理：6.其他", None),  # a row that the form does not have
        ("（三）不予公开-1.重复申请", None),  # the group of another row
        ("（三）不予公开的情形", None),
        ("（五）不予处理-2.重复申请", "not_processed.duplicate"),
    ],
)
def test_what_is_joined_must_agree(text: str, told: str | None) -> None:
    values = figures()
    rows = [td("项目") + "".join(td(name) for name in APPLICANTS), td(text) + "".join(map(td, range(901, 908)))]
    rows += [
        td(label) + "".join(map(td, values[code])) for code, _, label in OUTCOME_ROWS[:3]
    ]  # so that it is a table of the form
    found = to_contract(read_bytes(report(requests=table(rows))))["requests"] or {}
    assert [code for code, row in found.items() if row == list(range(901, 908))] == ([told] if told else [])


@pytest.mark.parametrize(
    "text", ["（六）其他处理情况", "（三）不予公开", "不予公开情形", "（二）部分公开（区分处理的，只计这一情形）"]
)
def test_one_label_stays_one(text: str) -> None:
    assert parts(text) == (text,)


def test_heads_and_items_before_a_name() -> None:
    heads = ["自然人", *(f"法人或其他组织-{name}" for name in APPLICANTS[1:6]), "总计"]
    rows = [td("项目") + "".join(map(td, heads)), *flat_rows("")[1:]]
    item = [td("信息内容") + td("本年处理决定数量"), td("第二十条第（五）项 行政许可") + td(7)]
    item += [td("第二十条第（六）项：行政处罚") + td(8)]
    found = to_contract(read_bytes(report(table(item), table(rows))))
    assert found["requests"] == figures()
    assert found["disclosure"] == {code: DISCLOSURE[code] for code in ("licensing", "penalties")}


def test_a_word_that_could_be_two_labels_cannot_be_declared() -> None:
    """To the letter or after folding: whichever came last would have taken the other's numbers."""
    for word in ("结转申请", "（二）结转 申请"):
        with pytest.raises(ValueError, match="of carried_in and of carried_out"):
            Axis({"carried_in": (("结转申请", "a county, 2023"),), "carried_out": ((word, "a county, 2023"),)})
    assert Axis({"new": (("本年新收", "form"), ("本年 新收", "a county"))}).exact("一、本年新收") == "new"
