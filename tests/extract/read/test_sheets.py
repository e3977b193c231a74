"""Books and comma-separated text: every table of a sheet, and numbers as the sheet shows them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from lxml import html
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from extract.model import Block, Grid, Prose
from extract.outcomes import Unreadable
from extract.read import READERS
from extract.read.numberformat import BUILT_IN, shown
from extract.read.sheet import Area, Sheet, blocks_of
from tests.conftest import read_bytes
from tests.extract.pages import (
    DISCLOSURE,
    DISCLOSURE_ROWS,
    PROCEEDINGS,
    PROCEEDINGS_ROWS,
    figures,
    requests_rows,
)
from tests.extract.word_parts import packed
from tests.formats.programs import convert

LOST = "\ufffd"
BOOK = '<workbook xmlns:r="r"><sheets>{0}</sheets></workbook>'
STYLES = """<styleSheet><numFmts><numFmt numFmtId="180" formatCode="0&quot;件&quot;"/><numFmt numFmtId="181" formatCode="#,##0,"/>
<numFmt numFmtId="182" formatCode="[White]0"/></numFmts><fonts><font/><font><strike/></font><font><vertAlign val="superscript"/></font><font><color rgb="FFFFFFFF"/></font>
<font><color theme="0"/></font></fonts><fills><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FF003366"/></patternFill></fill></fills><cellXfs>
<xf numFmtId="0" fontId="0"/><xf numFmtId="9" fontId="0"/><xf numFmtId="180" fontId="0"/><xf numFmtId="181" fontId="0"/>
<xf numFmtId="0" fontId="1"/><xf numFmtId="0" fontId="2"/><xf numFmtId="14" fontId="0"/>
<xf numFmtId="0" fontId="3" fillId="0"/><xf numFmtId="0" fontId="4" fillId="0"/><xf numFmtId="0" fontId="3" fillId="1"/>
<xf numFmtId="182" fontId="0" fillId="0"/></cellXfs></styleSheet>"""


def book(*sheets: str, states: Sequence[str] = (), shared: str = "") -> bytes:
    """An XLSX file of the bare parts; each sheet is the inside of its `worksheet`."""
    parts = {"[Content_Types].xml": "<Types/>", "xl/styles.xml": STYLES}
    names = relations = ""
    for n, inside in enumerate(sheets, 1):
        state = f' state="{states[n - 1]}"' if states else ""
        names += f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"{state}/>'
        relations += f'<Relationship Id="r{n}" Type="x/worksheet" Target="worksheets/sheet{n}.xml"/>'
        parts[f"xl/worksheets/sheet{n}.xml"] = f"<worksheet>{inside}</worksheet>"
    parts["xl/workbook.xml"] = BOOK.format(names)
    parts["xl/_rels/workbook.xml.rels"] = f"<Relationships>{relations}</Relationships>"
    if shared:
        parts["xl/sharedStrings.xml"] = f"<sst>{shared}</sst>"
    return packed(parts)


def text(content: str, place: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{content}</t></is></c>'


def grids(blocks: Sequence[Block]) -> list[Grid]:
    return [block for block in blocks if isinstance(block, Grid)]


CELLS = {
    "a whole number": ("<c r='B1'><v>81</v></c>", "81"),
    "a whole number as a fraction": ("<c r='B1'><v>81.0</v></c>", "81"),
    "noise of binary fractions": ("<c r='B1'><v>0.30000000000000004</v></c>", "0.3"),
    "a large amount": ("<c r='B1'><v>1.2E7</v></c>", "12000000"),
    "percent": ("<c r='B1' s='1'><v>0.125</v></c>", "12.5%"),
    "a unit in the format": ("<c r='B1' s='2'><v>4</v></c>", "4件"),
    "shown in thousands": ("<c r='B1' s='3'><v>4000</v></c>", LOST),
    "struck": ("<c r='B1' s='4'><v>4</v></c>", LOST),
    "raised": ("<c r='B1' s='5'><v>4</v></c>", "(注4)"),
    "white on white": ("<c r='B1' s='7'><v>4</v></c>", LOST),
    "of the paper's colour": ("<c r='B1' s='8'><v>4</v></c>", LOST),
    "white on dark": ("<c r='B1' s='9'><v>4</v></c>", "4"),
    "white by its format": ("<c r='B1' s='10'><v>4</v></c>", LOST),
    "a day": ("<c r='B1' s='6'><v>45000</v></c>", "2023-03-15"),
    "shared text": ("<c r='B1' t='s'><v>0</v></c>", "12"),
    "shared text with a raised mark": ("<c r='B1' t='s'><v>1</v></c>", "12(注1)"),
    "shared text with struck digits": ("<c r='B1' t='s'><v>2</v></c>", "13"),
    "shared text, read aloud": ("<c r='B1' t='s'><v>3</v></c>", "规章"),
    "shared text that is missing": ("<c r='B1' t='s'><v>99</v></c>", LOST),
    "formula": ("<c r='B1'><f>SUM(C1:D1)</f><v>3</v></c>", "3"),
    "formula without its result": ("<c r='B1'><f>SUM(C1:D1)</f></c>", LOST),
    "formula that gives no text": ("<c r='B1' t='str'><f>IF(C1=0,\"\",C1)</f><v></v></c>", ""),
    "error": ("<c r='B1' t='e'><v>#REF!</v></c>", LOST),
    "truth value": ("<c r='B1' t='b'><v>1</v></c>", LOST),
    "blank with a border": ("<c r='B1' s='1'/>", ""),
}
SHARED = (
    "<si><t>12</t></si>"
    "<si><r><t>12</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>1</t></r></si>"
    "<si><r><rPr><strike/></rPr><t>12</t></r><r><t>13</t></r></si>"
    "<si><t>规章</t><rPh sb='0' eb='2'><t>guizhang</t></rPh></si>"
)


@pytest.mark.parametrize(("cell", "expected"), CELLS.values(), ids=CELLS)
def test_a_cell_is_what_the_sheet_shows(cell: str, expected: str) -> None:
    row = f"<row r='1'>{text('规章', 'A1')}{cell}{text('末', 'C1')}</row>"
    found = READERS["xlsx"](book(f"<sheetData>{row}</sheetData>", shared=SHARED))
    assert [c.text for c in grids(found.blocks)[0].cells] == ["规章", expected, "末"]


def test_a_zero_that_its_sheet_does_not_show_is_blank() -> None:
    row = f"<row r='1'>{text('规章', 'A1')}<c r='B1'><v>0</v></c><c r='C1'><v>10</v></c></row>"
    view = "<sheetViews><sheetView workbookViewId='0' showZeros='0'/></sheetViews>"
    found = READERS["xlsx"](book(f"{view}<sheetData>{row}</sheetData>"))
    assert [c.text for c in grids(found.blocks)[0].cells] == ["规章", "", "10"]


@pytest.mark.formats
def test_what_a_binary_book_does_not_show(tmp_path: Path) -> None:
    written, numbers = Workbook(), range(81, 87)
    sheet = written.active
    for number in numbers:
        sheet.append([f"行{number}", number])
    sheet["B1"].font = sheet["B2"].font = Font(color="FFFFFFFF")
    sheet["B2"].fill = PatternFill("solid", fgColor="FF003366")
    sheet["B3"].font = Font(strike=True)
    sheet["B4"].number_format = "[White]0"
    sheet["B5"].number_format = ";;;"
    written.save(tmp_path / "book.xlsx")
    (file,) = convert([tmp_path / "book.xlsx"], "xls:MS Excel 97", tmp_path, tmp_path / "profile")
    (grid,) = grids(READERS["xls"](file.read_bytes()).blocks)
    assert [c.text for c in grid.cells if c.column == 1] == [LOST, "82", LOST, LOST, LOST, "86"]


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (-4.0, "0;-0", "-4"),
        (-4.0, "#,##0_);(#,##0)", "-4"),
        (-4.0, "0;[Red]0", LOST),  # printed without its sign
        (0.0, '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        (7.0, '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', "7"),
        (-7.0, BUILT_IN[41], "-7"),
        (0.0, BUILT_IN[43], "-"),
        (0.0, "0;-0;;@", ""),
        (0.0, "0;-0;0", "0"),
        (0.0, "0;-0", "0"),
        (0.0, ";;;", ""),
        (5.0, "[>100]0;0", LOST),
        (5.0, ";;;", LOST),
        (172.0, "[$￥-804]#,##0.00", "￥172"),
        (5.0, "G/通用格式", "5"),
        (45000.0, 'yyyy"年"m"月"d"日"', "2023-03-15"),
        (0.5, "h:mm", "12:00"),
        (1e20, "", "100000000000000000000"),
        (float("inf"), "", LOST),
        (5.0, "0" * 10_000, LOST),
    ],
)
def test_number_formats(value: float, code: str, expected: str) -> None:
    assert shown(value, code) == expected


def test_hidden_sheets_rows_and_columns_are_not_read() -> None:
    rows = (
        f"<row r='1'>{text('甲', 'A1')}{text('乙', 'B1')}{text('丙', 'C1')}</row>"
        "<row r='2' hidden='1'><c r='A2'><v>1</v></c><c r='B2'><v>2</v></c><c r='C2'><v>3</v></c></row>"
        "<row r='3'><c r='A3'><v>4</v></c><c r='B3'><v>5</v></c><c r='C3'><v>6</v></c></row>"
    )
    shown_sheet = f"<cols><col min='2' max='2' hidden='1'/></cols><sheetData>{rows}</sheetData>"
    found = READERS["xlsx"](book(shown_sheet, f"<sheetData>{rows}</sheetData>", states=("visible", "hidden")))
    (grid,) = grids(found.blocks)
    assert [(c.text, c.row, c.column) for c in grid.cells] == [("甲", 0, 0), ("丙", 0, 1), ("4", 1, 0), ("6", 1, 1)]
    assert found.unread == ("the book hides row 2 and column 2: what stands there is not read",)


def laid_out(*rows: str) -> tuple[dict[tuple[int, int], str], list[Area]]:
    """Rows of HTML cells placed as a spreadsheet program places them: texts by place, and merged areas."""
    texts: dict[tuple[int, int], str] = {}
    areas: list[Area] = []
    taken: set[tuple[int, int]] = set()
    for row, source in enumerate(rows):
        column = 0
        for cell in html.fromstring(f"<table><tr>{source}</tr></table>").iter("td"):
            while (row, column) in taken:
                column += 1
            height, width = int(cell.get("rowspan", "1")), int(cell.get("colspan", "1"))
            taken.update((row + i, column + j) for i in range(height) for j in range(width))
            if cell.text_content():
                texts[row, column] = str(cell.text_content())
            if height * width > 1:
                areas.append(Area(row, column, row + height - 1, column + width - 1))
            column += width
    return texts, areas


SECTIONS = ("一、总体情况", "本县依照条例推进公开工作。", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况")  # fmt: skip


def one_sheet(gap: int) -> tuple[dict[tuple[int, int], str], list[Area]]:
    """A whole report in one sheet; `gap` rows are left empty below each table."""
    texts: dict[tuple[int, int], str] = {(0, 0): "某某县2023年政府信息公开工作年度报告"}
    areas: list[Area] = []
    row = 1
    tables = {2: DISCLOSURE_ROWS, 3: requests_rows(figures()), 4: PROCEEDINGS_ROWS}
    for n, heading in enumerate(SECTIONS):
        texts[row, 0] = heading
        row += 1
        if n in tables:
            own, merged = laid_out(*tables[n])
            texts |= {(row + r, c): value for (r, c), value in own.items()}
            areas += [Area(row + a.top, a.left, row + a.bottom, a.right) for a in merged]
            row += len(tables[n]) + gap
    return texts, areas


def inside(texts: dict[tuple[int, int], str], areas: Sequence[Area]) -> str:
    """The inside of a sheet with these texts and merged areas."""
    rows: dict[int, str] = {}
    for (row, column), value in sorted(texts.items()):
        place = f"{chr(65 + column)}{row + 1}"
        is_number = value.replace(".", "", 1).isdecimal()
        rows[row] = rows.get(row, "") + (f'<c r="{place}"><v>{value}</v></c>' if is_number else text(value, place))
    merged = "".join(
        f'<mergeCell ref="{chr(65 + a.left)}{a.top + 1}:{chr(65 + a.right)}{a.bottom + 1}"/>' for a in areas
    )
    content = "".join(f'<row r="{row + 1}">{cells}</row>' for row, cells in rows.items())
    return f"<sheetData>{content}</sheetData><mergeCells>{merged}</mergeCells>"


def as_csv(texts: dict[tuple[int, int], str], mark: str, charset: str) -> bytes:
    target = io.StringIO()
    height, width = max(row for row, _ in texts) + 1, max(column for _, column in texts) + 1
    lines = [[texts.get((row, column), "") for column in range(width)] for row in range(height)]
    csv.writer(target, delimiter=mark).writerows(lines)
    return target.getvalue().encode(charset)


def assert_whole(content: bytes) -> None:
    found = read_bytes(content, "report")
    cells = {(c.table, c.row, c.column): c.value for c in found.cells}
    assert found.status == "ok"
    assert {k: v for k, v in cells.items() if k[0] == "disclosure"} == {
        ("disclosure", row, column): value for row, values in DISCLOSURE.items() for column, value in values.items()
    }
    assert [v for k, v in cells.items() if k[0] == "proceedings"] == [v for row in PROCEEDINGS.values() for v in row]
    assert [v for k, v in cells.items() if k[0] == "requests"] == [v for row in figures().values() for v in row]


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_a_report_in_one_sheet(gap: int) -> None:
    assert_whole(book(inside(*one_sheet(gap))))


@pytest.mark.parametrize("gap", [0, 1])
def test_a_report_whose_cells_are_not_merged(gap: int) -> None:
    assert_whole(book(inside(one_sheet(gap)[0], ())))


@pytest.mark.parametrize(("mark", "charset"), [(",", "utf-8"), (",", "utf-8-sig"), (",", "gb18030"), (";", "utf-8")])
def test_a_report_as_comma_separated_text(mark: str, charset: str) -> None:
    assert_whole(as_csv(one_sheet(0)[0], mark, charset))


def test_a_sheet_for_each_table() -> None:
    opening = ("某某县2023年政府信息公开工作年度报告", *SECTIONS[:2])
    tables = (DISCLOSURE_ROWS, requests_rows(figures()), PROCEEDINGS_ROWS)
    sheets = [inside(*laid_out(*(f"<td>{line}</td>" for line in opening)))]
    for heading, rows in zip(SECTIONS[2:], tables, strict=True):
        sheets.append(inside(*laid_out(f"<td>{heading}</td>", *rows)))
    assert_whole(book(*sheets))


def test_blank_rows_of_a_table_stay_in_it() -> None:
    """A label whose values are all blank stands alone in its row and is yet a row of the table."""
    texts = {(0, 0): "甲", (0, 1): "乙", (1, 0): "子", (1, 1): "1", (2, 0): "丑", (3, 0): "寅", (3, 1): "3"}
    (grid,) = grids(list(blocks_of(Sheet(texts))))
    assert [c.text for c in grid.cells] == ["甲", "乙", "子", "1", "丑", "", "寅", "3"]


def test_paragraphs_part_tables() -> None:
    texts = {(0, 0): "甲", (0, 1): "乙", (1, 0): "子", (1, 1): "1", (2, 0): "这是一句话。", (3, 0): "丙", (3, 1): "2"}
    blocks = list(blocks_of(Sheet(texts)))
    assert [block.text if isinstance(block, Prose) else block.height for block in blocks] == [2, "这是一句话。", 1]


@pytest.mark.parametrize(
    "content",
    [
        b'a,"b"c,d\n' * 9,
        b'a,b,c,"d\n' + b"1,2,3,4\n" * 9,
        (",".join("1" * 2000) + "\n").encode() * 600,
    ],
    ids=["text after a quote", "a quote that does not close", "fields"],
)
def test_damaged_comma_separated_text(content: bytes) -> None:
    with pytest.raises(Unreadable):
        READERS["csv"](content)


HOSTILE = {
    "a million empty rows": ("".join(f"<row r='{n}'/>" for n in range(1, 1_000_001)), "", "no text"),
    "a million cells": ("<row>" + "<c><v>1</v></c>" * 70_000 + "</row>", "", "cells"),
    "merged over all": (
        f"<row>{text('a', 'A1')}{text('b', 'B1')}</row>",
        "<mergeCell ref='A1:XFD1048576'/>" * 3,
        "merges",
    ),
}


@pytest.mark.parametrize(("rows", "merged", "words"), HOSTILE.values(), ids=HOSTILE)
def test_books_beyond_the_bounds(rows: str, merged: str, words: str) -> None:
    content = book(f"<sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells>")
    with pytest.raises(Unreadable, match=words):
        READERS["xlsx"](content)


def test_two_far_corners_cost_nothing() -> None:
    rows = f"<row r='1'>{text('甲', 'A1')}</row><row r='1048576'><c r='XFD1048576'><v>5</v></c></row>"
    found = READERS["xlsx"](book(f"<sheetData>{rows}</sheetData>"))
    assert [block.text for block in found.blocks if isinstance(block, Prose)] == ["甲", "5"]


def test_a_hidden_row_without_cells_does_not_part_a_table() -> None:
    def row(number: int) -> str:
        return f"<row r='{number}'>{text('甲', f'A{number}')}{text('乙', f'B{number}')}</row>"

    found = READERS["xlsx"](book(f"<sheetData>{row(1)}<row r='2' hidden='1'/>{row(3)}<row r='4'/>{row(5)}</sheetData>"))
    assert [grid.height for grid in grids(found.blocks)] == [2, 1]


def test_places_that_only_some_cells_state_are_not_guessed() -> None:
    row = f"<row r='1'>{text('甲', 'A1')}<c r='B1' s='1'/><c><v>5</v></c></row>"
    with pytest.raises(Unreadable, match="not of all"):
        READERS["xlsx"](book(f"<sheetData>{row}</sheetData>"))


def test_two_cells_at_one_place_are_not_one_number() -> None:
    row = f"<row r='1'>{text('甲', 'A1')}<c r='B1'><v>5</v></c><c r='B1'><v>6</v></c></row>"
    (grid,) = grids(READERS["xlsx"](book(f"<sheetData>{row}</sheetData>")).blocks)
    assert [c.text for c in grid.cells] == ["甲", LOST]


@pytest.mark.parametrize("place", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_are_refused(place: str) -> None:
    declared = "<!DOCTYPE x [<!ENTITY e '1'>]>"
    parts = {
        "xl/workbook.xml": BOOK.format('<sheet name="a" sheetId="1" r:id="r1"/>'),
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": "<worksheet><sheetData><row><c><v>1</v></c><c><v>2</v></c></row></sheetData></worksheet>",
        "xl/sharedStrings.xml": "<sst/>",
    }
    parts[place] = declared + parts[place].replace("<v>1</v>", "<v>1&e;2</v>")
    with pytest.raises(Unreadable, match="entities"):
        READERS["xlsx"](packed(parts))
