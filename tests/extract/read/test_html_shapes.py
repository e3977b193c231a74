"""Tables as editors, converters and page builders write them: every cell under its own code, or left out by name."""

from __future__ import annotations

import re
from typing import Any

import pytest

from extract.as_json import to_contract
from extract.model import Grid, Prose
from extract.read import html
from tests.conftest import read_bytes
from tests.extract.pages import (
    DISCLOSURE,
    DISCLOSURE_ROWS,
    HEADINGS,
    PROCEEDINGS,
    PROCEEDINGS_ROWS,
    figures,
    figures_but,
    page,
    report,
    requests_rows,
    table,
    td,
)

ALL = (DISCLOSURE, figures(), PROCEEDINGS)


def contract(content: bytes) -> dict[str, Any]:
    return to_contract(read_bytes(content))


def tables(content: bytes) -> tuple[Any, Any, Any]:
    found = contract(content)
    return found["disclosure"], found["requests"], found["proceedings"]


def styled(css: str, content: bytes) -> bytes:
    return content.replace(b"</head>", f"<style>{css}</style></head>".encode())


def first_cell(printed: str, css: str = "") -> Any:
    """What is read of 本年新收, 自然人, printed so. The string `unread` if it is left out."""
    values = figures_but("new", 0, printed)
    found = read_bytes(styled(css, report(requests=table(requests_rows(values)))))
    assert (
        len([c for c in found.cells if (c.table, c.row) == ("requests", "new") and c.column != "natural_person"]) == 6
    )
    cells = [c for c in found.cells if c[:3] == ("requests", "new", "natural_person")]
    return cells[0].value if cells else "unread"


# Word and WPS


def test_word_markup() -> None:
    """Conditional comments, o:p, smart tags, spans for every run, list numbers in their own spans."""
    content = report().decode()
    content = re.sub(
        r"<td([^>]*)>([^<]*)</td>",
        lambda m: (
            f"<td{m[1]} style='border:solid windowtext 1.0pt;mso-border-alt:solid windowtext .5pt'>"
            f"<p class=MsoNormal align=center style='text-align:center;mso-pagination:widow-orphan'>"
            f"<![if !supportLists]><span style='mso-list:Ignore'></span><![endif]>"
            f"<span style='font-size:10.5pt;mso-bidi-font-size:12.0pt'>{m[2][:1]}</span>"
            f"<span lang=EN-US>{m[2][1:]}<o:p></o:p></span></p></td>"
        ),
        content,
    )
    head = "<!--[if gte mso 9]><xml><w:WordDocument><w:View>9</w:View></w:WordDocument></xml><![endif]-->"
    assert tables(content.replace("</head>", head + "</head>").encode()) == ALL


@pytest.mark.parametrize(
    "printed",
    [
        '<p><span lang=EN-US>1</span><st1:chmetcnv w:st="on" UnitName="条"><span>2</span></st1:chmetcnv></p>',
        "<p>12<o:p>&nbsp;</o:p></p>",
        "<![if !supportEmptyParas]>12<![endif]>",
        "<!--[if !vml]--><span>12</span><!--[endif]-->",
        "<p><w:Sdt ID='1'>12<w:sdtPr></w:sdtPr></w:Sdt></p>",
        "<span style='mso-spacerun:yes'>&nbsp; </span>12<span style='mso-tab-count:1'> </span>",
    ],
)
def test_numbers_in_word_markup(printed: str) -> None:
    assert first_cell(printed) == 12


# hidden text


@pytest.mark.parametrize(
    ("css", "printed", "read"),
    [
        (".x{display:none}", "<span class='x'>9</span>12", 12),
        (".x{display:none}", "<p class='y x'>9</p><p>12</p>", 12),
        ("#x{visibility:hidden}", "<span id='x'>9</span>12", 12),
        ("td .x, p.z > b{display:none !important}", "<p class='z'><b>9</b>12</p>", 12),
        ("td .x{display:none}", "<i class='x'>9</i>12", 12),
        ("p .x{display:none}", "<span class='x'>12</span>", 12),
        (".x{display:none}.x{display:inline}", "<span class='x'>12</span>", 12),
        (".x{display:none;text-decoration:none}", "<span class='x'>9</span>12", 12),
        (".x{display:none}span.x{display:inline}", "<span class='x'>12</span>", 12),
        (".x{display:none}", "<span class='x' style='display:inline'>12</span>", 12),
        ("@media print{.x{display:none}}", "<span class='x'>12</span>", 12),
        ("@media screen{.x{display:none}}", "<span class='x'>9</span>12", 12),
        (".x{text-decoration:line-through}", "<span class='x'>9</span>12", 12),
        (".x:hover{display:none}", "<span class='x'>12</span>", 12),
        (".x::before{display:none}", "<span class='x'>12</span>", 12),
        ("/* .x{display:none} */ .y{display:none}", "<span class='x'>12</span>", 12),
        (".x:nth-child(2){display:none}", "<span class='x'>12</span>", 12),
        (".x:nth-child(2){display:none}", "<b>1</b><span class='x'>9</span><b>2</b>", 12),
        (".a + .x{display:none}", "<span class='x'>12</span>", 12),
        (".a + .x{display:none}", "<b class='a'>12</b><span class='x'>9</span>", 12),
        (".x[lang]{display:none}", "<span class='x'>12</span>", 12),
        (".x:not(.a,.b){display:none}", "<i class='x a'>12</i><i class='x'>9</i>", 12),
        (".y{content:'}'}.x{display:none}", "<i class='x'>9</i>12", 12),
        (".y{content:'.x{display:none}'}", "<i class='x'>12</i>", 12),
        (".y{background:url(data:;display:none)}.x{color:red}", "<i class='x y'>12</i>", 12),
        (".\\78 {display:none}", "<i class='x'>9</i>12", 12),
        (".x{display:no\\6e e}", "<i class='x'>9</i>12", 12),
        (".x{display:none;display:-ms-flexbox}", "<i class='x'>9</i>12", 12),
        (".x{display:nonee}", "<i class='x'>12</i>", 12),
        ("tbody > tr .x{display:none}", "<i class='x'>9</i>12", 12),
        ("table > tr .x{display:none}", "<i class='x'>12</i>", 12),
        (".x{display:none!important}", "<i class='x' style='display:inline'>9</i>12", 12),
        (".x{display:none!important}", "<i class='x' style='display:inline!important'>12</i>", 12),
        (".x{display:none!important}.x.x{display:inline}", "<i class='x'>9</i>12", 12),
        ("@media (max-width:767px){.x{display:none}}", "<i class='x'>12</i>", 12),
        ("@media only screen and (min-width:48em){.x{display:none}}", "<i class='x'>9</i>12", 12),
        ("@media print,screen{.x{display:none}}", "<i class='x'>9</i>12", 12),
        ("@font-face{src:url(x)}@layer a{.x{display:none}}", "<i class='x'>9</i>12", 12),
        ("@keyframes x{to{opacity:0}}.y{opacity:0}", "<i class='x'>12</i>", 12),
        # what cannot be told waits
        ("@media (prefers-color-scheme:dark){.x{display:none}}", "<i class='x'>12</i>", "unread"),
        ("@supports (display:grid){.x{display:none}}", "<i class='x'>9</i>12", "unread"),
        (".x:lang(zh){display:none}", "<i class='x'>9</i>12", "unread"),
        (".x:has(b){display:none}", "<i class='x'>9</i>12", "unread"),
        (".x{opacity:0}", "<i class='x'>9</i>12", "unread"),
        (".x{visibility:hidden}.y{visibility:visible}", "<i class='x'>9<b class='y'>12</b></i>", "unread"),
        (".x{display:none}.x:lang(zh){display:inline}", "<i class='x'>12</i>", "unread"),
    ],
)
def test_what_style_sheets_hide(css: str, printed: str, read: Any) -> None:
    assert first_cell(printed, css) == read


@pytest.mark.parametrize(("doctype", "read"), [("", 12), ("<!DOCTYPE html>", 912)])
def test_without_a_doctype_the_case_of_classes_does_not_count(doctype: str, read: int) -> None:
    values = figures_but("new", 0, "<i class='x'>9</i>12")
    page = styled(".X{display:none}", report(requests=table(requests_rows(values))))
    page = doctype.encode() + page[page.lower().index(b"<html") :]
    [cell] = [c for c in read_bytes(page).cells if c[:3] == ("requests", "new", "natural_person")]
    assert cell.value == read


@pytest.mark.parametrize(
    "css",
    [
        "div " * 90 + ".x{display:none}",
        ":not(" * 5_000 + ".x" + ")" * 5_000 + "{display:none}",
        "{" * 20_000 + ".x{display:none}",
        "@media screen{" * 5_000 + ".x{display:none}",
        ".x{display:none}" * 20_000,
        ",".join(f".x{n}" for n in range(20_000)) + "{display:none}",
        "".join(f"* ~ * ~ * ~ * + .y{n} * {{display:none}}" for n in range(200)),
        "((((" * 10_000,
        "/*",
        "<!--",
    ],
)
def test_hostile_style_sheets_are_bounded(css: str) -> None:
    values = figures_but("new", 0, "<div>" * 150 + "<i class='x'>12</i>" + "</div>" * 150)
    found = read_bytes(styled(css, report(requests=table(requests_rows(values)))))
    cells = {c.value for c in found.cells if c[:3] == ("requests", "new", "natural_person")}
    assert cells <= {12, None} and found.status == "ok"


@pytest.mark.parametrize("style", ["visibility:hidden", "text-decoration:line-through"])
def test_a_cell_whose_text_does_not_count_keeps_its_place(style: str) -> None:
    values = figures()
    rows = [row.replace("<td>3</td>", f"<td style='{style}'>3</td>", 1) for row in requests_rows(values)]
    found = read_bytes(report(requests=table(rows)))
    cells = {c.column: c.value for c in found.cells if (c.table, c.row) == ("requests", "new")}
    assert cells == {"natural_person": 1, "enterprise": 2, "welfare": 4, "legal_service": 5, "other_org": 6, "total": 7}


def test_hidden_columns_are_no_columns() -> None:
    rows = [row + "<td class='gone'>777</td>" for row in DISCLOSURE_ROWS]
    assert tables(styled(".gone{display:none}", report(disclosure=table(rows)))) == ALL


# tables inside tables


def test_a_value_in_a_table_of_its_own() -> None:
    boxed = [
        re.sub(r"<td>(\d+)</td>", r"<td><table><tr><td>\1</td></tr></table></td>", row) if n % 2 else row
        for n, row in enumerate(requests_rows(figures()))
    ]
    assert tables(report(requests=table(boxed))) == ALL


def test_a_table_inside_a_data_table_takes_nothing_from_either() -> None:
    inner = table(PROCEEDINGS_ROWS)
    rows = [*requests_rows(figures()), td(inner, colspan=10)]
    assert tables(page(HEADINGS[0], table(DISCLOSURE_ROWS), HEADINGS[1], table(rows), HEADINGS[3])) == ALL


def test_several_values_in_an_inner_table_are_not_one() -> None:
    values = figures_but("granted", 0, "<table><tr><td>2</td><td>1</td></tr></table>")
    found = contract(report(requests=table(requests_rows(values))))
    assert "granted" not in found["requests"]
    assert any(f["where"].startswith("requests.granted") for f in found["findings"])
    assert found["requests"] == {k: v for k, v in figures().items() if k != "granted"}


def test_a_layout_table_with_numbers_around_the_article() -> None:
    inner = report().decode().split("<body>")[1].split("</body>")[0]
    info = "<tr><td>索引号</td><td>0001/2024-1</td><td>访问</td><td>218</td></tr><tr><td>发布</td><td>2024</td><td>序号</td><td>5</td></tr>"
    assert tables(page(f"<table>{info}<tr><td colspan=4>{inner}</td></tr></table>")) == ALL


def test_layout_tables_nested_deeply() -> None:
    inner = report().decode().split("<body>")[1].split("</body>")[0]
    for _ in range(60):
        inner = f"<table><tr><td>{inner}</td></tr></table>"
    assert tables(page(inner)) == ALL


# cells where HTML has no place for them


def test_cells_outside_of_rows_and_inside_of_forms() -> None:
    rows = "".join(
        f"<tr>{row}</tr>" if n % 2 else f"<tr><form>{row}</form></tr>" for n, row in enumerate(requests_rows(figures()))
    )
    first, *rest = DISCLOSURE_ROWS
    disclosure = f"<table>{first}" + "".join(f"<tr>{row}</tr>" for row in rest) + "</table>"
    assert tables(report(disclosure=disclosure, requests=f"<table>{rows}</table>")) == ALL


def test_captions_and_text_outside_of_cells_are_not_lost() -> None:
    content = "<table><caption>表一</caption><tr>单位：件<td>1</td>以上</tr><tr><td>2</td></tr>止</table>"
    document = html.read(content.encode())
    assert [block.text for block in document.blocks if isinstance(block, Prose)] == ["表一", "单位：件", "以上", "止"]


# tables without <table>


def boxes(rows: list[str], row: str, cell: str, around: str) -> str:
    return (
        f"<div {around}>"
        + "".join(
            f"<div {row}>" + re.sub(r"<td[^>]*>(.*?)</td>", rf"<div {cell}>\1</div>", each) + "</div>" for each in rows
        )
        + "</div>"
    )


FLAT = [
    td("项目") + "".join(td(name) for name in ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")),
    *("".join([td(label), *(td(v) for v in figures()[code])]) for code, label in (
        ("new", "一、本年新收政府信息公开申请数量"), ("carried_in", "二、上年结转政府信息公开申请数量"),
        ("granted", "（一）予以公开"), ("denied.state_secret", "1.属于国家秘密"), ("total", "（七）总计"),
        ("carried_out", "四、结转下年度继续办理"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "cell", "around", "css"),
    [
        ('role="row"', 'role="cell"', 'role="table"', ""),
        ("style='display:table-row'", "style='display:table-cell'", "style='display: table'", ""),
        (
            "class='tr'",
            "class='td'",
            "class='tb'",
            ".tb{display:table}.tb .tr{display:table-row}.td{display:table-cell}",
        ),
        ("class='line'", "class='item'", "", ".line{display:flex}"),
        ("style='display:flex'", "", "", ""),
    ],
)
def test_tables_of_boxes(row: str, cell: str, around: str, css: str) -> None:
    content = page(HEADINGS[1], boxes(FLAT, row, cell, around), HEADINGS[2], HEADINGS[3])
    want = {
        code: v
        for code, v in figures().items()
        if code in ("new", "carried_in", "granted", "denied.state_secret", "total", "carried_out")
    }
    assert contract(styled(css, content))["requests"] == want


def test_spans_of_roles() -> None:
    rows = [
        re.sub(r"(col|row)span=", r"role='cell' aria-\1span=", row).replace("<td>", "<td role='cell'>")
        for row in requests_rows(figures())
    ]
    drawn = (
        "<div role='table'>"
        + "".join("<div role='row'>" + row.replace("<td", "<div").replace("</td>", "</div>") + "</div>" for row in rows)
        + "</div>"
    )
    assert contract(page(HEADINGS[1], drawn, HEADINGS[3]))["requests"] == figures()


def test_flexible_boxes_of_a_page_with_tables_are_layout() -> None:
    menu = "".join(f"<div style='display:flex'><div>{n}</div><div>首页</div></div>" for n in range(5))
    assert tables(report().replace(b"<h1>", f"{menu}<h1>".encode())) == ALL


# depth


def test_a_page_nested_deeper_than_the_parser_likes() -> None:
    content = report().decode()
    assert tables(content.replace("<body>", "<body>" + "<div>" * 900).encode()) == ALL


def test_a_page_nested_without_end() -> None:
    extraction = read_bytes(b"<html><body>" + b"<div>" * 50_000 + b"x")
    assert (extraction.status, "deep" in (extraction.reason or "")) == ("unreadable", True)


def test_text_in_a_pre_is_read_as_text() -> None:
    lines = ["项目\t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计"]
    lines += ["一、本年新收政府信息公开申请数量\t" + "\t".join(map(str, figures()["new"]))]
    assert contract(page(HEADINGS[1], "<pre>" + "\n".join(lines) + "</pre>", HEADINGS[3]))["requests"] == {
        "new": figures()["new"]
    }
    assert contract(page(HEADINGS[1], "<pre>" + "<br>".join(lines) + "</pre>", HEADINGS[3]))["requests"] == {
        "new": figures()["new"]
    }


def test_a_table_inside_a_pre_is_a_table() -> None:
    assert isinstance(
        next(b for b in html.read(b"<pre>x<table><tr><td>1</td></tr></table></pre>").blocks if isinstance(b, Grid)),
        Grid,
    )
