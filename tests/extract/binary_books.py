"""The least XLSB book of a report ([MS-XLSB]): texts, numbers and merged areas as records. No program at hand writes it."""

from __future__ import annotations

import struct

from tests.extract.word_parts import packed
from tests.formats.reports import Cell, Placed, Report, placed

_ROW, _NUMBER, _TEXT = 0, 5, 6
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/worksheets/sheet1.bin" '
    'ContentType="application/vnd.ms-excel.worksheet"/></Types>'
)
_RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{0}" Target="{1}"/></Relationships>'
)


def write(report: Report) -> bytes:
    """The report in one sheet, its tables parted by empty rows."""
    rows: list[list[Placed]] = []
    merged = b""
    count = 0
    for part in (report.title, *report.parts):
        if isinstance(part, str):
            rows.append([Placed(Cell(part), 0, 0)])
            continue
        top = len(rows)
        rows += [[] for _ in part]
        for each in placed(part):
            rows[top + each.row].append(each)
            last = (top + each.row + each.cell.rowspan - 1, each.column + each.cell.colspan - 1)
            if last != (top + each.row, each.column):
                merged += _record(176, struct.pack("<IIII", top + each.row, last[0], each.column, last[1]))
                count += 1
        rows.append([])
    data = b"".join(_row(number, cells) for number, cells in enumerate(rows))
    sheet = _record(129) + _record(145) + data + _record(146)
    sheet += _record(177, struct.pack("<I", count)) + merged + _record(178) + _record(130)
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("年报")
    book = _record(131) + _record(143) + _record(156, bundle) + _record(144) + _record(132)
    return packed({
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATION.format("officeDocument", "xl/workbook.bin"),
        "xl/_rels/workbook.bin.rels": _RELATION.format("worksheet", "worksheets/sheet1.bin"),
        "xl/workbook.bin": book,
        "xl/worksheets/sheet1.bin": sheet,
    })  # fmt: skip


def _row(number: int, cells: list[Placed]) -> bytes:
    found = _record(_ROW, struct.pack("<IIHHB", number, 0, 288, 0, 0) + struct.pack("<I", 0))
    for cell, _, column in sorted(cells, key=lambda each: each.column):
        at = struct.pack("<II", column, 0)
        if cell.kind == "number":
            found += _record(_NUMBER, at + struct.pack("<d", float(cell.text)))
        elif cell.text:
            found += _record(_TEXT, at + _wide(cell.text))
    return found


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(kind: int, content: bytes = b"") -> bytes:
    """Kind and length as numbers of seven bits a byte."""
    return _short(kind) + _short(len(content)) + content


def _short(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
