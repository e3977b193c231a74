"""A number that no reader of a page sees is not its cell's, whatever hides it: the page's styles, or what browsers fold away."""

from __future__ import annotations

import pytest

from extract.model import UNREADABLE, Grid
from extract.read import html
from tests.extract.read.test_faint_digits import decisions

ROW = "<td>行政许可</td><td>86</td>"


@pytest.mark.parametrize(
    "style",
    [
        "width:0;overflow:hidden",
        "height:0;overflow:hidden",
        "max-height:0px;overflow:clip",
        "block-size:0;overflow-y:auto",
        "line-height:0;overflow:hidden",
        "position:absolute;clip:rect(1px,1px,1px,1px)",
        "clip-path:inset(50%)",
        "-webkit-clip-path:circle(0)",
        "transform:scale(0)",
        "transform:rotateX(90deg)",
        "-webkit-transform:translateX(-200%)",
        "transform:scale(var(--s))",
        "scale:0",
        "translate:-100vw",
        "zoom:0.01",
        "filter:opacity(0)",
        "mask:linear-gradient(transparent,transparent)",
        "content-visibility:hidden",
        "-webkit-text-fill-color:transparent",
        "-webkit-text-security:disc",
        "font:0/0 a",
        "position:absolute;right:9999px",
        "position:absolute;inset:-9999px auto auto -9999px",
        "margin:-9999px",
        "text-indent:100%;white-space:nowrap;overflow:hidden",
        "letter-spacing:-99px",
        "opacity:.01",
    ],
)
def test_a_whole_number_out_of_sight_is_refused(style: str) -> None:
    assert decisions(f'<td><p style="{style}">86</p></td>') == "refused"
    assert decisions(f'<td><p class="unseen">86</p><style>.unseen{{{style}}}</style></td>') == "refused"


@pytest.mark.parametrize(
    "style",
    [
        "width:0",
        "overflow:hidden;width:80px;height:20px",
        "transform:translateZ(0)",
        "transform:translate(2px, 1px)",
        "transform:scale(1.1)",
        "clip:rect(0,0,0,0)",
        "filter:alpha(opacity=100)",
        "font:14px/1.5 SimSun",
        "position:relative;left:2px",
        "margin:0 auto",
        "text-indent:21pt",
        "letter-spacing:-1px",
        "zoom:1",
        "opacity:.9",
    ],
)
def test_a_number_that_stays_in_sight_is_read(style: str) -> None:
    assert decisions(f'<td><p style="{style}">86</p></td>') == 86


@pytest.mark.parametrize(
    "style",
    [
        "width:0;overflow:hidden",
        "max-width:0;overflow:hidden",
        "display:block;height:0;overflow:hidden",
        "clip-path:inset(100%)",
    ],
)
def test_a_cell_out_of_sight_is_refused(style: str) -> None:
    assert decisions(f'<td style="{style}">86</td>') == "refused"


def test_a_cell_is_never_lower_than_its_text() -> None:
    assert decisions('<td style="height:0;overflow:hidden">86</td>') == 86


@pytest.mark.parametrize(
    "style",
    ["clip-path:inset(100%)", "transform:scale(0)", "display:block;height:0;overflow:hidden", "position:absolute;clip:rect(0,0,0,0)", "opacity:0"],
)  # fmt: skip
def test_the_cells_of_a_row_out_of_sight_are_refused(style: str) -> None:
    assert decisions(f'</tr><tr style="{style}">{ROW}') == "refused"
    assert decisions(f'</tr></tbody><tbody style="{style}"><tr>{ROW}</tr></tbody><tbody><tr><td>') == "refused"


def test_a_row_is_never_lower_than_its_text() -> None:
    assert decisions(f'</tr><tr style="height:0;overflow:hidden">{ROW}') == 86


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="visibility:collapse">86</p>',
        "<dialog>86</dialog>",
        "<p popover>86</p>",
        "<datalist><option>86</option></datalist>",
        "<noembed>86</noembed>",
        "<template>86</template>",
        "<noscript>86</noscript>",
        "<rp>86</rp>",
    ],
)
def test_what_browsers_do_not_show_is_left_out(hidden: str) -> None:
    assert decisions(f"<td>{hidden}12</td>") == 12
    assert decisions(f"<td>{hidden}</td>") is None


def test_what_a_style_brings_back_is_read() -> None:
    assert decisions("<td><dialog open>86</dialog></td>") == 86
    assert decisions('<td><dialog style="display:block">86</dialog></td>') == 86


def test_what_is_folded_away_is_not_shown() -> None:
    assert decisions("<td><details><summary>12</summary><p>86</p></details></td>") == 12
    assert decisions("<td><details><summary></summary>86</details></td>") == "refused"
    assert decisions("<td><details>86</details></td>") == "refused"
    assert decisions("<td><details open>86</details></td>") == 86


def test_a_bar_shows_no_number() -> None:
    assert decisions("<td><meter>86</meter></td>") == "refused"


def test_a_rule_may_name_what_it_stands_in_within_brackets() -> None:
    assert decisions("<td class='a'><b>9</b>86</td><style>td{ &:not(&.b) b{display:none} }</style>") == 86
    assert decisions("<td class='a'><b>8</b>6</td><style>td{ &:not(&.a) b{display:none} }</style>") == 86


def test_what_a_rule_stands_in_is_the_page_where_it_stands_alone() -> None:
    assert decisions("<td><b>9</b>86</td><style>& td b:not(&){display:none}</style>") == 86


def test_no_number_is_told_where_a_column_is_not_shown() -> None:
    page = """<html><head><meta charset="utf-8"></head><body><table><colgroup><col><col class="x"></colgroup><tr><td>信息内容</td>
<td>本年处理决定数量</td></tr><tr><td>行政许可</td><td>86</td></tr><tr><td>行政处罚</td><td></td></tr></table><style>.x{visibility:collapse}</style></body></html>"""
    grid = next(block for block in html.read(page.encode()).blocks if isinstance(block, Grid))
    assert [UNREADABLE in cell.text for cell in grid.cells] == [False, False, False, True, False, True]


def test_text_that_is_hidden_beside_a_number_makes_it_no_label() -> None:
    hidden = '<span style="display:none">本年度新制作的数量，含乡镇和街道</span>'
    assert decisions(f'<td>{hidden}<b style="color:#fff">9</b>86</td>') == "refused"
    assert decisions(f"<td>{hidden}86</td>") == 86


@pytest.mark.parametrize(
    "rule", ["tbody{position:absolute;left:-9999px}", "tbody{color:#fff}", "table>tbody>tr{color:#fff}"]
)
@pytest.mark.parametrize("around", ["", "tbody"])
def test_a_rule_holds_of_the_tbody_that_browsers_put_around_rows(rule: str, around: str) -> None:
    rows = f"<{around}><tr>{ROW}</tr></{around}>" if around else f"<tr>{ROW}</tr>"
    page = f"<!doctype html><meta charset=utf-8><style>{rule}</style><body><table>{rows}</table>".encode()
    (grid,) = (block for block in html.read(page).blocks if isinstance(block, Grid))
    assert UNREADABLE in grid.cells[-1].text
