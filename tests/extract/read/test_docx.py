"""DOCX: the text that Word shows when all changes are accepted, and its tables with their spans."""

from __future__ import annotations

import pytest

from extract.model import Document, Grid, Prose
from extract.outcomes import Unreadable
from extract.read import READERS, docx
from tests.extract.word_parts import NAMESPACES, document, on, p, packed, part, r, tbl, tc, tr

LOST = "\ufffd"


def read(body: str, parts: dict[str, str] | None = None) -> Document:
    return READERS["docx"](document(body, parts))


def texts(found: Document) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Prose)]


def grids(found: Document) -> list[Grid]:
    return [block for block in found.blocks if isinstance(block, Grid)]


def cell(content: str, parts: dict[str, str] | None = None) -> str:
    """What a cell beside another one is read as."""
    (grid,) = grids(read(tbl(tr(tc("x"), tc(content))), parts))
    return grid.cells[1].text


CHANGED = {
    "inserted": (f"<w:ins>{r('2')}</w:ins>", "12"),
    "deleted": ("<w:del><w:r><w:delText>2</w:delText></w:r></w:del>", "1"),
    "moved here": (f"<w:moveTo>{r('2')}</w:moveTo>", "12"),
    "moved away": (f"<w:moveFrom>{r('2')}</w:moveFrom>", "1"),
    "struck": (r("2", on("strike")), "1"),
    "struck twice": (r("2", on("dstrike")), "1"),
    "struck, switched off": (r("2", on("strike", "0")), "12"),
    "hidden": (r("2", on("vanish")), "1"),
    "raised": (r("2", on("vertAlign", "superscript")), "1(注2)"),
    "on the line": (r("2", on("vertAlign", "baseline")), "12"),
    "struck by a style": (r("2", on("rStyle", "gone")), "1"),
    "raised by a style": (r("2", on("rStyle", "note")), "1(注2)"),
    "smart tag": (f"<w:smartTag>{r('2')}</w:smartTag>", "12"),
    "content control": (f"<w:sdt><w:sdtPr/><w:sdtContent>{r('2')}</w:sdtContent></w:sdt>", "12"),
    "link": (f"<w:hyperlink>{r('2')}</w:hyperlink>", "12"),
    "field": (f"<w:fldSimple w:instr=' =SUM(LEFT) '>{r('2')}</w:fldSimple>", "12"),
    "field in runs": (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> =7+7 </w:instrText></w:r>"
        f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{r('2')}<w:r><w:fldChar w:fldCharType='end'/></w:r>",
        "12",
    ),
    "field without a result": (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> =7+7 </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
        f"1{LOST}",
    ),
    "ringed by a field": (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>eq \\o\\ac(○,2)</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
        f"1{LOST}",
    ),
    "white": (r("2", on("color", "FFFFFF")), f"1{LOST}"),
    "two points high": (r("2", on("sz", "4")), "1"),
    "lifted": (r("2", on("position", "8")), "1(注2)"),
    "set right by a point": (r("2", on("position", "2")), "12"),
    "symbol of a font": ("<w:r><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>", f"1{LOST}"),
    "hyphen that holds": ("<w:r><w:noBreakHyphen/></w:r>", "1-"),
    "hyphen that is not seen": ("<w:r><w:softHyphen/></w:r>" + r("2"), "12"),
    "line break": ("<w:r><w:br/></w:r>" + r("2"), "1\n2"),
    "tabulator": ("<w:r><w:tab/></w:r>" + r("2"), "1 2"),
    "formula": ("<m:oMath><m:r><m:t>2</m:t></m:r></m:oMath>", "12"),
    "foot note": ("<w:r><w:footnoteReference w:id='1'/></w:r>", "1"),
}
STYLES = {
    "word/styles.xml": part(
        "styles",
        "<w:style w:styleId='base'><w:rPr><w:strike/></w:rPr></w:style>"
        "<w:style w:styleId='gone'><w:basedOn w:val='base'/></w:style>"
        "<w:style w:styleId='note'><w:rPr><w:vertAlign w:val='superscript'/></w:rPr></w:style>",
    )
}


@pytest.mark.parametrize(("added", "shown"), CHANGED.values(), ids=CHANGED)
def test_a_number_is_what_is_shown(added: str, shown: str) -> None:
    assert cell(p(r("1"), added), STYLES) == shown


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (p(), ""),
        (p("<w:r><w:drawing/></w:r>"), LOST),
        (p("<w:r><w:object/></w:r>"), LOST),
        (p(r("5"), "<w:r><w:drawing/></w:r>"), "5"),
        (p(r("1")) + p(r("2")), "1\n2"),
    ],
    ids=["blank", "picture", "embedded object", "number and picture", "two paragraphs"],
)
def test_a_cell_is_blank_only_if_nothing_stands_in_it(content: str, shown: str) -> None:
    assert cell(content) == shown


def test_alternative_content_is_read_once() -> None:
    box = "<w:txbxContent>{0}</w:txbxContent>"
    choice = f"<w:drawing><wps:txbx>{box.format(p(r('一、总体情况')))}</wps:txbx></w:drawing>"
    fallback = f"<w:pict><v:textbox>{box.format(p(r('一、总体情况')))}</v:textbox></w:pict>"
    both = f"<mc:AlternateContent><mc:Choice>{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    assert texts(read(p(f"<w:r>{both}</w:r>"))) == ["一、总体情况"]


def test_spans_of_columns_and_rows() -> None:
    """A heading over two columns, a label over two rows, and a row that begins one column later."""
    (grid,) = grids(
        read(
            tbl(
                tr(tc("a", on("vMerge", "restart")), tc("b", on("gridSpan", "2"))),
                tr(tc("", on("vMerge")), tc("c"), tc("d")),
                tr(tc("e"), tc("f"), properties=on("gridBefore", "1")),
            )
        )
    )
    assert (grid.height, grid.width) == (3, 3)
    assert [(c.text, c.row, c.column, c.rowspan, c.colspan) for c in grid.cells] == [
        ("a", 0, 0, 2, 1),
        ("b", 0, 1, 1, 2),
        ("c", 1, 1, 1, 1),
        ("d", 1, 2, 1, 1),
        ("e", 2, 1, 1, 1),
        ("f", 2, 2, 1, 1),
    ]


def test_cells_merged_as_old_word_does() -> None:
    (grid,) = grids(read(tbl(tr(tc("a", on("hMerge", "restart")), tc("", on("hMerge")), tc("b")))))
    assert [(c.text, c.column, c.colspan) for c in grid.cells] == [("a", 0, 2), ("b", 2, 1)]


def test_a_cell_that_goes_on_from_nothing_is_not_blank() -> None:
    (grid,) = grids(read(tbl(tr(tc("a"), tc("", on("vMerge"))))))
    assert grid.cells[1].text == LOST


def test_deleted_and_hidden_rows_are_gone() -> None:
    rows = (
        tr(tc("a"), tc("1")) + tr(tc("b"), tc("2"), properties=on("del")) + tr(tc("c"), tc("3"), properties=on("ins"))
    )
    (grid,) = grids(read(tbl(rows, tr(tc("d"), tc("4"), properties=on("hidden")))))
    assert [c.text for c in grid.cells] == ["a", "1", "c", "3"]


def test_a_table_inside_a_layout_table_stands_in_its_place() -> None:
    inner = tbl(tr(tc("规章"), tc("1")))
    layout = tbl(tr(tc(p(r("前")) + inner + p(r("后")))))
    found = read(p(r("标题")) + layout)
    assert [block.text if isinstance(block, Prose) else "table" for block in found.blocks] == [
        "标题",
        "前",
        "table",
        "后",
    ]


def level(number: int, kind: str, text: str, start: int = 1) -> str:
    return f"<w:lvl w:ilvl='{number}'>{on('start', str(start))}{on('numFmt', kind)}{on('lvlText', text)}</w:lvl>"


def numbered(levels: str, more: str = "") -> dict[str, str]:
    content = f"<w:abstractNum w:abstractNumId='7'>{levels}</w:abstractNum><w:num w:numId='1'>{on('abstractNumId', '7')}</w:num>"
    return {"word/numbering.xml": part("numbering", content + more)}


def item(text: str, depth: int = 0, name: str = "1") -> str:
    return p(r(text), properties=f"<w:numPr>{on('ilvl', str(depth))}{on('numId', name)}</w:numPr>")


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("chineseCountingThousand", "%1、", ["一、甲", "二、乙"]),
        ("chineseCounting", "（%1）", ["（一）甲", "（二）乙"]),
        ("japaneseCounting", "第%1部分", ["第一部分甲", "第二部分乙"]),
        ("decimal", "%1.", ["1.甲", "2.乙"]),
        ("decimalEnclosedCircle", "%1", ["①甲", "②乙"]),
        ("bullet", "\uf0b7", ["甲", "乙"]),
        ("none", "", ["甲", "乙"]),
    ],
)
def test_numbers_that_word_makes(kind: str, text: str, shown: list[str]) -> None:
    assert texts(read(item("甲") + item("乙"), numbered(level(0, kind, text)))) == shown


def test_levels_begin_anew_below_a_higher_one() -> None:
    levels = level(0, "chineseCounting", "%1、") + level(1, "decimal", "%1.%2")
    found = read(item("甲") + item("乙", 1) + item("丙", 1) + item("丁") + item("戊", 1), numbered(levels))
    assert texts(found) == ["一、甲", "一.1乙", "一.2丙", "二、丁", "二.1戊"]


def test_a_style_gives_its_number_and_another_list_begins_anew() -> None:
    more = f"<w:num w:numId='2'>{on('abstractNumId', '7')}<w:lvlOverride w:ilvl='0'>{on('startOverride', '1')}</w:lvlOverride></w:num>"
    style = f"<w:style w:styleId='h'><w:pPr><w:numPr>{on('numId', '1')}</w:numPr></w:pPr></w:style>"
    parts = numbered(level(0, "decimal", "%1."), more) | {"word/styles.xml": part("styles", style)}
    body = p(r("甲"), properties=on("pStyle", "h")) + item("乙") + item("丙", name="2")
    assert texts(read(body, parts)) == ["1.甲", "2.乙", "1.丙"]


def test_a_figure_gets_no_number_of_a_list() -> None:
    """`5` in a numbered paragraph of a cell must not become `1.5`."""
    (grid,) = grids(read(tbl(tr(tc("x"), f"<w:tc>{item('5')}</w:tc>")), numbered(level(0, "decimal", "%1."))))
    assert grid.cells[1].text == "5"


def test_the_title_of_the_file() -> None:
    core = "<c:coreProperties xmlns:c='c' xmlns:dc='d'><dc:title> 某县 年报 </dc:title></c:coreProperties>"
    assert read(p(r("文")), {"docProps/core.xml": core}).titles == ("某县 年报",)


def test_the_strict_dialect_is_read_alike() -> None:
    strict = NAMESPACES.replace(
        "schemas.openxmlformats.org/wordprocessingml/2006", "purl.oclc.org/ooxml/wordprocessingml"
    )
    text = f"<w:document {strict}><w:body>{p(r('一、总体情况'))}</w:body></w:document>"
    assert texts(READERS["docx"](packed({"word/document.xml": text}))) == ["一、总体情况"]


LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = "<!DOCTYPE x [<!ENTITY i SYSTEM 'file:///etc/hostname'>]>"


@pytest.mark.parametrize("declared", [LAUGHS, OUTSIDE], ids=["billion laughs", "outside"])
@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "docProps/core.xml"])
def test_entities_are_refused(declared: str, name: str) -> None:
    body = f"<w:body>{p(r('&i;'))}</w:body>"
    parts = {"word/document.xml": f"<w:document {NAMESPACES}><w:body>{p(r('甲'))}</w:body></w:document>"}
    parts[name] = f"{declared}<w:document {NAMESPACES}>{body}</w:document>"
    with pytest.raises(Unreadable):
        READERS["docx"](packed(parts))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "no text"),
        (tbl(*[tr(*[tc("1")] * 10)] * 11), "table cells"),
        (tbl(tr(tc("1", on("gridSpan", "150")), tc("2", on("gridSpan", "150")))), "columns"),
        ("<w:p>" * 5_000 + "</w:p>" * 5_000, "well-formed"),
    ],
    ids=["empty", "cells", "columns", "depth"],
)
def test_beyond_the_bounds(body: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx, "MAX_CELLS", 100)
    with pytest.raises(Unreadable, match=words):
        read(body)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(Unreadable, match="times its size"):
        READERS["docx"](packed({"word/document.xml": "<a>" + " " * 60_000_000}))


def test_a_number_struck_out_alone_is_not_blank() -> None:
    (grid,) = grids(read(tbl(tr(tc("x"), tc(p(r("4", on("strike"))))))))
    assert grid.cells[1].text == LOST


def test_white_text_alone_is_read_as_on_a_dark_ground() -> None:
    (grid,) = grids(read(tbl(tr(tc("x"), tc(p(r("4", on("color", "FFFFFF"))))))))
    assert grid.cells[1].text == "4"


def test_a_table_in_a_cell_of_figures_is_that_cells() -> None:
    inner = tbl(tr(tc("7")))
    several = tbl(tr(tc("7"), tc("8")))
    rows = tr(tc("规章"), tc("1")) + tr(tc("行政许可"), tc("2")) + tr(tc("行政处罚"), f"<w:tc>{inner}</w:tc>")
    found = grids(read(tbl(rows + tr(tc("行政强制"), f"<w:tc>{several}</w:tc>"))))
    assert [cell.text for cell in found[0].cells] == ["规章", "1", "行政许可", "2", "行政处罚", "7", "行政强制", LOST]
    assert [cell.text for cell in found[1].cells] == ["7", "8"]
