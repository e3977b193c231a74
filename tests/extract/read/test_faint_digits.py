"""Digits that a page's styles take out of sight, out of their line or out of their order are no digits of the number beside them."""

from __future__ import annotations

import pytest

from extract.as_json import to_contract
from tests.conftest import read_bytes

SHEET = """<style>.gone{font-size:0} .pale{color:#FFF} .read-aloud{position:absolute;width:1px;clip:rect(0,0,0,0)}
.drawn:before{content:'2'} .unit:after{content:'件'} .icon:before{content:'\\e601'}</style>"""


def decisions(cell: str) -> object:
    """What 行政许可 is read as, whose cell is this; "refused" where that is told."""
    page = f"""<html><head><meta charset="utf-8">{SHEET}</head><body><h1>云岭县清溪镇人民政府2023年政府信息公开工作年度报告</h1>
<p>二、主动公开政府信息情况</p><table><tr><td colspan="2">第二十条第（五）项</td></tr>
<tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政许可</td>{cell}</tr>
<tr><td colspan="2">第二十条第（六）项</td></tr><tr><td>信息内容</td><td>本年处理决定数量</td></tr>
<tr><td>行政处罚</td><td>17</td></tr></table></body></html>"""
    found = to_contract(read_bytes(page.encode()))
    assert found["disclosure"]["penalties"] == {"decisions": 17}
    told = {finding["where"] for finding in found["findings"] if finding["check"] == "reading.unreadable_number"}
    return "refused" if "disclosure.licensing.decisions" in told else found["disclosure"]["licensing"]["decisions"]


@pytest.mark.parametrize(
    "part",
    [
        '<span style="color:#fff">9</span>86',
        '<span style="COLOR: rgb(255, 255, 255)">9</span>86',
        '<font color="white">9</font>86',
        '<span class="pale">9</span>86',
        '<span class="gone">9</span>86',
        '<span class="read-aloud">9</span>86',
        '<span style="position:absolute;left:-9999px">9</span>86',
        '<span style="text-indent:-999px">9</span>86',
        '86<span style="position:relative;top:-3pt">1</span>',
        '<span style="float:right">8</span>6',
        '<bdo dir="rtl">68</bdo>',
        "<canvas>86</canvas>",
        '<div style="display:flex;flex-direction:row-reverse"><span>8</span><span>6</span></div>',
        '<b class="drawn">8</b>',
        '8<img src="6.png">',
        "<button>86</button>",
        "<math><mn>86</mn></math>",
        "<script>document.write(86)</script>",
        "<ol start='86'><li></li></ol>",
        "<s>86</s>",
        '<span style="text-decoration:line-through">86</span>',
    ],
)
def test_what_cannot_be_told_is_refused(part: str) -> None:
    assert decisions(f"<td>{part}</td>") == "refused"


@pytest.mark.parametrize(
    "part",
    [
        "86",
        '<span style="font-size:0">9</span>86',
        '<span style="position:relative">86</span>',
        '<span class="unit">86</span>',
        '<i class="icon"></i>86',
        "<s>85</s>86",
        "86<sup>1</sup>",
        '<b>8</b><span style="color:#000">6</span>',
    ],
)
def test_what_is_plain_is_read(part: str) -> None:
    assert decisions(f"<td>{part}</td>") == 86


@pytest.mark.parametrize(
    "cell",
    [
        '<td style="color:#fff">86</td>',
        '<td><span style="color:white">86</span></td>',
        '<td><font color="#ffffff">86</font></td>',
        '<td style="color:#fefefe"><p>86</p></td>',
        '<td style="color:hsl(0 0% 100%)">86</td>',
        '<td style="color:rgba(0, 0, 0, 0)">86</td>',
        '<td style="color:#fff">9<span style="color:#000">86</span></td>',
        '<td class="pale">86</td>',
        '<td class="hollow"><span>86</span></td>',
        '<td style="font-size:0">86</td>',
        '<td style="font-size:0"><b style="font-size:2em">86</b></td>',
        '<td style="background:#036;color:#036">86</td>',
        '<td style="background:#036"><span style="background:white;color:#fff">86</span></td>',
        '<td style="background-image:url(dark.png);color:#fff">86</td>',
        '<td style="text-indent:-9999px">86</td>',
        '<td><span style="position:absolute;left:-9999px">86</span></td>',
        '<td><i class="outer"><b class="nested">9</b></i>86</td>',
        '<td><span class="both also">9</span>86</td>',
        "<td><u>9</u>86</td>",
        '<td class="drawn-in"><i>8</i>6</td>',
        '<td class="from-attribute" data-more="1">8</td>',
    ],
)
def test_a_number_of_which_a_digit_is_not_seen_is_refused(cell: str) -> None:
    sheet = """<style>.hollow span{color:transparent} .outer{ .nested{font-size:0} } .both{ &.also{color:#fff} }
td > u{position:absolute} .drawn-in i:before{content:'\\32'} .from-attribute:after{content:attr(data-more)}</style>"""
    assert decisions(f"{cell}{sheet}") == "refused"


@pytest.mark.parametrize(
    "cell",
    [
        '<td style="background:#036;color:#fff">86</td>',
        '<td bgcolor="#003366"><font color="white">86</font></td>',
        '<td bgcolor="#003366"><font color="white">8</font><font color="#fff">6</font></td>',
        '<td style="background-image:url(paper.png);color:#333">86</td>',
        '<td style="color:#fff"><span style="color:#333">86</span></td>',
        '<td style="color:#fff"><a href="/86">86</a></td>',
        '<td style="color:var(--text)">86</td>',
        '<td style="font-size:0"><span style="font-size:14px">86</span></td>',
        '<td style="text-indent:-2em">86</td>',
        '<td class="pale"><b class="dark">86</b></td>',
        '<td><i class="elsewhere"><b class="inner">8</b></i>6</td>',
        '<td><b class="printed">8</b>6</td>',
        '<td class="labelled" data-label="本年">86</td>',
    ],
)
def test_a_number_that_is_seen_is_read(cell: str) -> None:
    sheet = """<style>.pale .dark{color:#000} .menu .inner{position:absolute} .menu{ .elsewhere{color:#fff} }
@media print{.printed{color:#fff}} .labelled:before{content:attr(data-label)}</style>"""
    assert decisions(f"{cell}{sheet}") == 86


def test_rules_inside_rules_hide() -> None:
    sheet = "<style>.menu{ .x{display:none} } td{ .left{display:none} &.away{display:none} @media screen{ > u{display:none} } }</style>"
    assert decisions(f"<td><i class='left'>9</i><i class='x'>8</i><u>1</u>6</td>{sheet}") == 86


def test_rules_beyond_all_bounds_say_nothing() -> None:
    deep = "(" * 20_000
    wide = "&" * 3_000
    sheet = f"<style>{wide}{{{wide}{{ {wide}{{display:none}} }} }} .a{deep} .b{{color:#fff}}{')' * 20_000}{{ td{{display:none}} }}</style>"
    assert decisions(f"<td><b style='color:{deep}'>8</b>6</td>{sheet}") == 86


def test_a_label_may_have_styles_of_its_own() -> None:
    label = '<td><span style="position:relative;top:-1pt">（1）</span>行政许可</td>'
    assert decisions(f"<td>86</td></tr><tr>{label}<td>86</td>") == 86
