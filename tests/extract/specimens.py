"""Whole documents of one report in which no two numbers are the same, so that a number in a wrong place is a wrong number.

All sums of the report hold. What its documents say is known from its figures (`TRUTH`), never by reading.
"""

from __future__ import annotations

import base64
import functools
import importlib
import io
import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.extract import binary_books
from tests.extract.ofd_pages import ofd_of
from tests.extract.read.test_detect import compound
from tests.formats import drawn, reports, sheets, word
from tests.formats.pictures import Scan, encoded, scan
from tests.formats.reports import Report, document, layouts, wording
from tests.formats.typeset import Setting, Typesetter
from tests.formats.writers import Workshop

maker: Any = importlib.import_module("samplemaker.figures")
text: Any = importlib.import_module("samplemaker.text")

FONT = "STSong-Light"  # a PDF names it and holds no outlines: every reader knows its characters
LEAVES = tuple(code for _, rows in wording.GROUPS for code, _ in rows if code != "total")


@functools.cache
def figures(seed: int = 1) -> Any:
    """Figures of form 2021 whose sums hold, all numbers of two to five digits and different."""
    random = Random(seed)
    while True:
        pool = iter(random.sample(range(11, 3_000), 400))
        rows = {code: [next(pool) for _ in range(6)] for code in LEAVES}
        total = [sum(column) for column in zip(*rows.values(), strict=True)]
        before, after = [next(pool) for _ in range(6)], [next(pool) for _ in range(6)]
        new = [t + a - b for t, a, b in zip(total, after, before, strict=True)]
        ordered = {"new": new, "carried_in": before, **rows, "total": total, "carried_out": after}
        requests = {code: [*row, sum(row)] for code, row in ordered.items()}
        channels = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
        parts = {channel: [next(pool) for _ in range(4)] for channel in channels}
        proceedings = {channel: [*row, sum(row)] for channel, row in parts.items()}
        disclosure: dict[str, dict[str, float]] = {
            "rules": {"issued": next(pool), "repealed": next(pool), "in_force": next(pool)},
            "normative_documents": {"issued": next(pool), "repealed": next(pool), "in_force": next(pool)},
            "licensing": {"decisions": 10_000 + next(pool)},
            "penalties": {"decisions": 20_000 + next(pool)},
            "coercion": {"decisions": next(pool)},
            "fees": {"amount": next(pool) + 0.57},
        }
        numbers: list[float] = [n for row in (*requests.values(), *proceedings.values()) for n in row]
        numbers += [n for row in disclosure.values() for n in row.values()]
        if len(set(numbers)) == len(numbers) and min(new) > 0:
            organ, short = "武义县人民政府", "武义县"
            return maker.Figures(organ, 2023, "2021", disclosure, requests, proceedings, False, "made up", short)


@functools.cache
def report(page: str = "plain", markup: str = "p", disclosure: str = "one", proceedings: str = "fifteen") -> Report:
    """The report in one of the generator's layouts."""
    layout = layouts.Layout(page=page, markup=markup, disclosure=disclosure, proceedings=proceedings)
    sample = document.Sample("specimen", "", figures(), layout, "", published="2024-01-20", site="武义县人民政府")
    return reports._report(sample, {"disclosure": disclosure, "proceedings": proceedings})


TRUTH: Mapping[str, Any] = report().truth


def pages() -> list[bytes]:
    """HTML: the form on a plain page, and pages as site programs write them."""
    shapes = (("plain", "p"), ("trs", "spans"), ("word", "word"), ("jcms", "split"), ("nested", "styled"))
    return [report(page, markup).html for page, markup in shapes]


def tabbed() -> list[bytes]:
    """Text with tabs, in UTF-8 and GB18030, and as Markdown."""
    plain = text.write(figures(), TRUTH["title"], Random(1))
    marked = "\n\n".join(part if isinstance(part, str) else _barred(part) for part in report(proceedings="rows").parts)
    return [plain.encode(), plain.encode("gb18030"), f"# {TRUTH['title']}\n\n{marked}\n".encode()]


def _barred(table: reports.Table) -> str:
    width = reports.width_of(table)
    rows = [[""] * width for _ in table]
    for cell, row, column in reports.placed(table):
        rows[row][column] = cell.text.replace("\n", "<br>")
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])


def saved() -> list[bytes]:
    """MHT: the page as Base64 and as it stands."""
    page = pages()[0]
    head = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="--=_part"; type="text/html"\r\n\r\n'
    found = []
    for coding, body in (("base64", base64.encodebytes(page)), ("8bit", page)):
        part = f"----=_part\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: {coding}\r\n\r\n"
        picture = b"----=_part\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\nR0lGODlhAQABAAAAACw=\r\n"
        found.append(head.encode() + part.encode() + body + b"\r\n" + picture + b"----=_part--\r\n")
    return found


def answers() -> list[bytes]:
    """JSON: a site's answer with the article as a string, its characters escaped or not."""
    page = pages()[0].decode()
    article = page[page.index("<body>") + 6 : page.index("</body>")]
    value = {"code": 0, "data": {"title": TRUTH["title"], "pubDate": "2024-01-20", "content": article}}
    return [json.dumps(value).encode(), json.dumps(value, ensure_ascii=False, indent=1).encode()]


def books() -> list[bytes]:
    """XLSX: numbers as numbers, and as text in sheets of their own."""
    return [sheets.write(report(), sheets.Style()), sheets.write(report(), sheets.Style(apart=True, typed=False))]


def words() -> list[bytes]:
    """DOCX: plain, with Word's numbering, nested, with tracked changes, and in text boxes."""
    return [word.write(report(), style) for style in word.STYLES.values()]


def separated() -> list[bytes]:
    """CSV in two encodings."""
    return [sheets.write_csv(report(), charset) for charset in ("utf-8-sig", "gb18030")]


def printed(compressed: bool, ruled: bool = True) -> bytes:
    """The report as PDF, its streams `compressed` or bare."""
    setting = Setting()
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(setting.width, setting.height), pageCompression=int(compressed), invariant=1)
    canvas.setTitle(TRUTH["title"])
    for sheet in Typesetter(setting).set(report()):
        for box in sheet.cells if ruled else ():
            canvas.rect(box.x0, setting.height - box.y1, box.x1 - box.x0, box.y1 - box.y0)
        for line in sheet.words:
            canvas.setFont(FONT, line.size)
            canvas.drawString(line.x, setting.height - line.y, line.text)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def prints() -> list[bytes]:
    """PDF: bare and compressed streams."""
    return [printed(False), printed(True)]


def packages() -> list[bytes]:
    """OFD, written from the PDF's characters and rules."""
    return [ofd_of(io.BytesIO(printed(True)))]


FAST: dict[str, Callable[[], list[bytes]]] = {
    "html": pages,
    "pdf": prints,
    "text": tabbed,
    "docx": words,
    "xlsx": books,
    "csv": separated,
    "ofd": packages,
    "mht": saved,
    "json": answers,
}
"""Kind → valid documents of it, of those that need no program to be written and none to be read."""


def by_programs(shop: Workshop) -> dict[str, list[bytes]]:
    """Kind → documents that LibreOffice writes. Errors: `programs.Missing`."""
    room = shop.room("specimens")
    page, book = room / "page.html", room / "book.xlsx"
    page.write_bytes(pages()[0])
    book.write_bytes(books()[0])
    texts = {
        "doc": "doc:MS Word 97",
        "rtf": "rtf:Rich Text Format",
        "odt": "odt:writer8",
        "docxml": "fodt:OpenDocument Text Flat XML",
    }
    tables = {"xls": "xls:MS Excel 97", "ods": "ods:calc8", "xlsxml": "fods:OpenDocument Spreadsheet Flat XML"}
    found = {}
    for kind, target in texts.items():
        found[kind] = shop.convert([page], target, room / kind, "HTML (StarWriter)")
    for kind, target in tables.items():
        found[kind] = shop.convert([book], target, room / kind, None)
    return {kind: [file.read_bytes() for file in files] for kind, files in found.items()}


def works() -> list[bytes]:
    """WPS, as Microsoft Works wrote it: no program at hand does, so this is a shell without text, which nobody can read."""
    return [compound("MatOST", "CONTENTS")]


def binary() -> list[bytes]:
    """XLSB."""
    return [binary_books.write(report())]


def scans() -> list[bytes]:
    """PNG, JPEG and TIFF of the report's last page. Errors: `programs.Missing` where no Chinese font is installed."""
    how = Scan(dpi=150)
    page = scan(drawn.write(report(), drawn.Style()), how)[-1]
    return [encoded([page], kind, how.dpi) for kind in ("png", "jpg", "fax")]
