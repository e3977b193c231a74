"""Reports as spreadsheets (written by openpyxl) and as comma-separated text."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.formats.reports import Cell, Report, Table, placed, width_of


@dataclass(frozen=True)
class Style:
    """apart: a sheet for each table, an empty one before them. typed: numbers are numbers, not text.
    sums: the totals of table 三 are formulas (a program must have worked them out before the file is read).
    """

    apart: bool = False
    typed: bool = True
    sums: bool = False


STYLES = {"one_sheet": Style(), "sheets": Style(apart=True), "text_cells": Style(typed=False)}
WITH_FORMULAS = Style(sums=True)


def write(report: Report, style: Style) -> bytes:
    """An XLSX file."""
    book = openpyxl.Workbook()
    sheet: Worksheet = book.active
    sheet.title = "年报"
    sheet.append([report.title])
    for part in report.parts:
        if isinstance(part, str):
            if style.apart and part[1:2] == "、" and len(part) < 30:
                sheet = book.create_sheet(part[2:])
            sheet.append([part])
        else:
            _add_table(sheet, part, style)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _add_table(sheet: Worksheet, table: Table, style: Style) -> None:
    top = sheet.max_row + 1
    for cell, row, column in placed(table):
        at = sheet.cell(top + row, column + 1)
        at.value = _value(cell, style)
        last = (top + row + cell.rowspan - 1, column + cell.colspan)
        if style.sums and last[1] == width_of(table) == 10 and cell.kind == "number" and cell.text:
            at.value = f"=SUM(D{top + row}:I{top + row})"
        if (at.row, at.column) != last:
            sheet.merge_cells(start_row=at.row, start_column=at.column, end_row=last[0], end_column=last[1])
    sheet.cell(top + len(table), 1).value = " "  # a row between this table and what follows


def _value(cell: Cell, style: Style) -> str | int | float | None:
    if cell.kind != "number" or not style.typed:
        return cell.text or None
    if re.fullmatch(r"-?\d+", cell.text):
        return int(cell.text)
    return float(cell.text) if re.fullmatch(r"-?\d+\.\d+", cell.text) else cell.text or None


def write_csv(report: Report, charset: str) -> bytes:
    """Comma-separated text as a spreadsheet program saves it: merged cells leave empty fields, every row as wide."""
    width = max(width_of(part) for part in report.parts if not isinstance(part, str))
    rows = [[report.title]]
    for part in report.parts:
        if isinstance(part, str):
            rows.append([part])
            continue
        top = len(rows)
        rows += [[""] for _ in part]
        for cell, row, column in placed(part):
            fields = rows[top + row]
            fields += [""] * (column + 1 - len(fields))
            fields[column] = cell.text
    target = io.StringIO()
    csv.writer(target).writerows([*row, *[""] * (width - len(row))] for row in rows)
    return target.getvalue().encode(charset)
