"""Writes the examples that no editor of text can: PDF, OFD, Office files and pictures, each with the one fault that it shows.

    python -m tests.examples.make [NAME...]

What it writes is committed; run it to change one, then check its expectation anew. LibreOffice and a Chinese font (WenQuanYi) are
needed for some. Text, pages, CSV and JSON are written by hand.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import openpyxl
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.examples.example import HERE
from tests.extract import binary_books
from tests.extract.ofd_pages import ofd_of
from tests.extract.read.test_detect import compound
from tests.formats import programs
from tests.formats.reports import Cell, Report

FONT = "STSong-Light"  # a PDF names it and holds no outlines
TITLE = "云岭县清溪镇人民政府2023年政府信息公开工作年度报告"
BEFORE = ("一、总体情况", "全镇按季公布村务与惠农补贴，来访均有记录，逐件答复。", "二、主动公开政府信息情况")
AFTER = (
    "五、存在的主要问题及改进情况",
    "目录更新有时迟缓，今后按季清点。",
    "六、其他需要报告的事项",
    "没有需要另行说明的事项。",
)

Rows = Sequence[tuple[str, ...]]

DISCLOSURE: Rows = (
    ("第二十条第（一）项",),
    ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
    ("规章", "0", "0", "0"),
    ("行政规范性文件", "2", "1", "9"),
    ("第二十条第（五）项",),
    ("信息内容", "本年处理决定数量"),
    ("行政许可", "86"),
    ("第二十条第（六）项",),
    ("信息内容", "本年处理决定数量"),
    ("行政处罚", "17"),
    ("行政强制", "4"),
    ("第二十条第（八）项",),
    ("信息内容", "本年收费金额（单位：万元）"),
    ("行政事业性收费", "3.25"),
)
"""Table 二; a row shorter than four cells has its last one reach to the end."""


def changed(rows: Rows, label: str, *values: str) -> Rows:
    """The table with other values in one row."""
    return [(label, *values) if row[0] == label else row for row in rows]


def with_spans(rows: Rows, width: int = 4) -> tuple[tuple[Cell, ...], ...]:
    """Rows of cells, the last of a short row spanning the rest."""
    return tuple(
        tuple(
            Cell(text, width - len(row) + 1 if text is row[-1] and n == len(row) - 1 else 1)
            for n, text in enumerate(row)
        )
        for row in rows
    )


def report(rows: Rows = DISCLOSURE, title: str = TITLE) -> Report:
    return Report("example", title, (*BEFORE, with_spans(rows), *AFTER), b"", {})


def page(rows: Rows = DISCLOSURE) -> str:
    """As a web page, which LibreOffice turns into other formats."""
    table = "".join(
        "<tr>" + "".join(f"<td colspan='{cell.colspan}'>{cell.text}</td>" for cell in row) + "</tr>"
        for row in with_spans(rows)
    )
    before, after = ("".join(f"<p>{line}</p>" for line in lines) for lines in ((TITLE, *BEFORE), AFTER))
    return (
        f"<html><head><meta charset='utf-8'></head><body>{before}<table border='1'>{table}</table>{after}</body></html>"
    )


# --- pages with positions

LEFT, TOP, WIDTH, HIGH = 70, 780, 115, 22  # points; of the table's columns and rows


class Pen:
    """One page of a PDF, written from the top."""

    def __init__(self) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.out = io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=(595, 842), pageCompression=1, invariant=1)
        self.y = float(TOP)
        self.write(LEFT, TITLE, 13)
        for line in BEFORE:
            self.down(line)

    def write(self, x: float, text: str, size: float = 10, shade: float = 0) -> None:
        self.canvas.setFillGray(shade)
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, self.y, text)

    def down(self, line: str) -> None:
        self.y -= HIGH
        self.write(LEFT, line)

    def table(self, rows: Rows = DISCLOSURE, rules: bool = True, beside: str = "") -> None:
        """`beside`: written in white after each number."""
        for row in rows:
            self.y -= HIGH
            for n, text in enumerate(row):
                x = LEFT + n * WIDTH
                last = n == len(row) - 1
                if rules:
                    self.canvas.rect(x, self.y - 7, WIDTH * (4 - n if last else 1), HIGH)
                self.write(x + 4, text)
                if beside and text.replace(".", "").isdigit():
                    self.write(x + 4 + 5.2 * len(text), beside, shade=1)
        self.y -= HIGH

    def done(self) -> bytes:
        for line in AFTER:
            self.down(line)
        self.canvas.save()
        return self.out.getvalue()


def pdf_without_rules(_: Path) -> bytes:
    pen = Pen()
    pen.table(rules=False)
    return pen.done()


def pdf_with_white_digits(_: Path) -> bytes:
    pen = Pen()
    pen.table(beside="9")
    return pen.done()


def pdf_with_a_number_on_a_rule(_: Path) -> bytes:
    """31 decisions are printed over the rule between two columns: by rules it is 3 and 1, by itself 31."""
    pen = Pen()
    pen.table([("行政规范性文件", "", "", "9") if row[0] == "行政规范性文件" else row for row in DISCLOSURE])
    below = len(DISCLOSURE) - 3  # rows between that row and where the pen is
    pen.y += HIGH * below
    pen.write(LEFT + 2 * WIDTH - 5.1, "31")
    pen.y -= HIGH * below
    return pen.done()


def pdf_with_two_numbers_in_a_cell(_: Path) -> bytes:
    """One text of two numbers in the first column, a narrow space between them, and nothing in the second."""
    pen = Pen()
    pen.table(changed(DISCLOSURE, "行政规范性文件", "2 1", "", "9"))
    return pen.done()


def pdf_with_a_raised_mark(_: Path) -> bytes:
    """A note's mark in small print beside 2 is no digit: not 21."""
    pen = Pen()
    pen.table()
    low, pen.y = pen.y, TOP - HIGH * 7
    pen.y += 4
    pen.write(LEFT + WIDTH + 4 + 5, "1", size=6)
    pen.y = low
    return pen.done()


def pdf_with_a_number_struck_out(_: Path) -> bytes:
    """A line goes through the only number of a cell."""
    pen = Pen()
    pen.table()
    y = TOP - HIGH * 7 + 3.5
    pen.canvas.line(LEFT + WIDTH + 2, y, LEFT + WIDTH + 12, y)
    return pen.done()


def ofd_of_a_page(room: Path) -> bytes:
    pen = Pen()
    pen.table()
    (room / "page.pdf").write_bytes(pen.done())
    return ofd_of(room / "page.pdf")


# --- Office


def docx_template(_: Path) -> bytes:
    """The form as it is sent out: no organ, no year, no number."""
    document = docx.Document()
    document.add_paragraph("政府信息公开工作年度报告")
    for line in BEFORE[::2]:
        document.add_paragraph(line)
    rows = [row[:1] + row[1:] if not row[-1].replace(".", "").isdigit() else (row[0], *[""] * (len(row) - 1)) for row in DISCLOSURE]  # fmt: skip
    table = document.add_table(len(rows), 4, style="Table Grid")
    for number, row in enumerate(with_spans(rows)):
        place = 0
        for cell in row:
            target = table.cell(number, place)
            if cell.colspan > 1:
                target = target.merge(table.cell(number, place + cell.colspan - 1))
            target.text = cell.text
            place += cell.colspan
    for line in AFTER[::2]:
        document.add_paragraph(line)
    return saved(document.save)


def docx_with_embedded_book(_: Path) -> bytes:
    """A report whose table stands in an embedded text of another format (altChunk)."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    document = docx.Document()
    for line in (TITLE, *BEFORE):
        document.add_paragraph(line)
    for text in (
        "本镇把公开作为便民服务的一部分，村务与政务同栏刊登，来电来访均有记录，逐件答复，没有超期。",
        "为方便老年人，窗口备有纸质目录，集市日安排专人讲解，农闲时到村里流动办公，解答医保与补贴问题。",
    ):
        document.add_paragraph(text)
    part = Part(PackURI("/word/table.bin"), "application/octet-stream", b"\0not read\0", document.part.package)
    name = document.part.relate_to(part, RELATIONSHIP_TYPE.A_F_CHUNK)
    body = document.element.body
    body.insert(
        len(body) - 1,
        parse_xml(
            '<w:altChunk xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
            f'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{name}"/>'
        ),
    )
    for line in AFTER:
        document.add_paragraph(line)
    return saved(document.save)


def saved(save: Callable[[io.BytesIO], None]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def book(rows: Rows, formula: str | None = None) -> bytes:
    """A book of one sheet. `formula`: takes the place of the last value of 行政处罚; its result is not stored."""
    made = openpyxl.Workbook()
    sheet = made.active
    for line in (TITLE, *BEFORE):
        sheet.append([line])
    for row in rows:
        sheet.append([float(t) if "." in t and t[0].isdigit() else int(t) if t.isdigit() else t for t in row])
        at = sheet.max_row
        if formula is not None and row[0] == "行政处罚":
            sheet.cell(at, 2).value = formula
        if len(row) < 4:
            sheet.merge_cells(start_row=at, start_column=len(row), end_row=at, end_column=4)
    sheet.append([" "])
    for line in AFTER:
        sheet.append([line])
    return saved(made.save)


def xlsx_formula(_: Path) -> bytes:
    return book(DISCLOSURE, "=8+9")


def xlsb(_: Path) -> bytes:
    return binary_books.write(report())


def wps(_: Path) -> bytes:
    return compound("MatOST", "CONTENTS")


def converted(target: str) -> Callable[[Path], bytes]:
    """By LibreOffice, from the page or the book."""

    def write(room: Path) -> bytes:
        texts = target in ("doc", "rtf", "odt")
        (room / "made").mkdir()
        source = room / ("page.html" if texts else "book.xlsx")
        source.write_bytes(page().encode() if texts else book(DISCLOSURE))
        by = {
            "doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "odt": "odt:writer8",
            "xls": "xls:MS Excel 97", "ods": "ods:calc8",
        }[target]  # fmt: skip
        how = "HTML (StarWriter)" if texts else None
        (made,) = programs.convert([source], by, room / "made", room / "libreoffice", how)
        return made.read_bytes()

    return write


# --- pictures


class Sheet:
    """A page as a scanner sees it. `size`: of its characters in dots; `ink`: 0 is black, 255 white."""

    def __init__(self, width: int, height: int, size: int = 30, ink: int = 20) -> None:
        self.image = Image.new("L", (width, height), 250)
        self.draw = ImageDraw.Draw(self.image)
        self.font = ImageFont.truetype(str(programs.font("WenQuanYi Zen Hei")), size)
        self.high, self.ink, self.y = 2 * size, ink, 30

    def line(self, text: str) -> None:
        self.draw.text((60, self.y), text, self.ink, self.font)
        self.y += self.high

    def row(self, cells: Sequence[str], width: int) -> None:
        """Cells of a width; the last reaches to the end of four."""
        x = 60
        for n, text in enumerate(cells):
            end = 60 + 4 * width if n == len(cells) - 1 else x + width
            self.draw.rectangle((x, self.y, end, self.y + self.high), outline=60, width=2)
            self.draw.text((x + 14, self.y + self.high // 5), text, self.ink, self.font)
            x = end
        self.y += self.high

    def done(self) -> bytes:
        return saved(lambda out: self.image.save(out, "png", optimize=True))


def picture(rows: Rows, size: int = 30, ink: int = 20, width: int = 330) -> bytes:
    """Title, heading and a part of table 二."""
    sheet = Sheet(120 + 4 * width, 2 * size * (len(rows) + 3), size, ink)
    for line in (TITLE, BEFORE[2]):
        sheet.line(line)
    for row in rows:
        sheet.row(row, width)
    return sheet.done()


def png_of_table_two(_: Path) -> bytes:
    return picture(DISCLOSURE[:4], size=20, width=230)


def png_in_small_print(_: Path) -> bytes:
    return picture(DISCLOSURE[:4], size=11, width=170)


MAKERS: dict[str, Callable[[Path], bytes]] = {
    "pdf/no-rules.pdf": pdf_without_rules,
    "pdf/white-digits.pdf": pdf_with_white_digits,
    "pdf/number-on-a-rule.pdf": pdf_with_a_number_on_a_rule,
    "pdf/two-numbers-in-a-cell.pdf": pdf_with_two_numbers_in_a_cell,
    "pdf/raised-mark.pdf": pdf_with_a_raised_mark,
    "pdf/number-struck-out.pdf": pdf_with_a_number_struck_out,
    "ofd/objects-by-position.ofd": ofd_of_a_page,
    "docx/template-sent-out.docx": docx_template,
    "reading.unread/embedded-part.docx": docx_with_embedded_book,
    "xlsx/formula-without-result.xlsx": xlsx_formula,
    "xlsb/records.xlsb": xlsb,
    "wps/works-without-text.wps": wps,
    **{f"{kind}/merged-to-the-end.{kind}": converted(kind) for kind in ("doc", "rtf", "odt", "xls", "ods")},
    "image/part-of-table-two.png": png_of_table_two,
    "image/out-of-time.png": png_of_table_two,
    "reading.low_confidence/small-print.png": png_in_small_print,
}
"""Where each stands below this folder, and what writes it."""


def main(names: Sequence[str]) -> None:
    for name, make in MAKERS.items():
        if names and not any(each in name for each in names):
            continue
        target = HERE / name
        target.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as room:
            target.write_bytes(make(Path(room)))


if __name__ == "__main__":
    main(sys.argv[1:])
