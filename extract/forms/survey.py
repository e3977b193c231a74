"""政府信息公开情况统计表, the statistics sheet of the years 2014 to 2018 (国办发〔2014〕32号) and its provincial variants.

The sheets differ from province to province, so no list of indicators is imposed: a row is told by its own label and by
the items that it stands under, a value by the heading of its column, where there are several (2017年度, 历年累计).
"""

from __future__ import annotations

import re

from extract.forms.collected import Collected
from extract.forms.labels import label_key
from extract.forms.rows import Column, Heading, Row, hint
from extract.model import Cell, Grid, GridCell, Indicator

INDICATORS = frozenset(["统计指标", "指标名称", "指标", "统计项目", "项目名称"])
UNITS = frozenset(["单位", "计量单位"])
_CODES = frozenset(["序号", "编号", "代码", "指标代码", "行次"])
_LABEL, _UNIT = "label", "unit"
_PART_OF = re.compile(r"^\s*其中\s*[:：]?\s*")
_LEVELS = tuple(
    re.compile(pattern)
    for pattern in (
        r"^[一二三四五六七八九十]{1,3}[、．.]",
        r"^[（(][一二三四五六七八九十]{1,3}[)）]",
        r"^\d{1,2}[、．.](?!\d)",
        r"^(?:[（(]\d{1,2}[)）]|[①-⑳])",
    )
)
_UNNUMBERED = 1.5  # a row without a number stands below 一、 and above 1.
_BELOW = 0.5  # 其中 without a number: part of the row above it


def is_header(row: Row) -> bool:
    """统计指标 | 单位 | 统计数: no number, and a column of units."""
    keys = {label_key(cell.text) for cell in row.cells}
    return not row.numbers and bool(keys & INDICATORS) and bool(keys & UNITS)


def columns_of(row: Row) -> list[Column]:
    """The label's column, the unit's, and one for each value, from left to right. [] where two headings are alike."""
    columns = []
    for cell in row.cells:
        key = label_key(cell.text)
        end = cell.column + cell.colspan
        if key in INDICATORS:
            columns.append(Column(cell.column, end, _LABEL))
        elif key in UNITS:
            columns.append(Column(cell.column, end, _UNIT))
        elif key not in _CODES:
            columns.append(Column(cell.column, end, " ".join(cell.text.split()) or None))
    codes = [column.code for column in columns]
    told = codes[:2] == [_LABEL, _UNIT] and len(codes) > 2 and len(set(codes)) == len(codes) and None not in codes
    return columns if told else []


class SurveyTable:
    """Reads the rows under one heading; remembers the items that the next row may be part of."""

    def __init__(self, heading: Heading) -> None:
        self.heading = heading
        self.items: list[tuple[float, str]] = []

    def read(self, row: Row, grid: Grid, index: int, out: Collected) -> bool:
        """Read one row into `out`. False: no row of this table."""
        placed = _placed(row, self.heading.columns) if not grid.ragged else _ordered(row, self.heading.columns)
        label = placed[0] if placed else None
        if label is None or hint(label.text).is_blank:
            if row.numbers:
                out.leave_out("reading.unknown_row", "survey", None, f"a row of {row.numbers} numbers without a label")
            return bool(row.numbers)
        path = self._path(label.text)
        unit, values = placed[1], placed[2:]
        if unit is None or any(value is None for value in values):
            if row.numbers:
                message = "its values cannot be told apart by column"
                out.leave_out("reading.unreadable_row", "survey", label.text, message)
            return bool(row.numbers) or unit is not None
        if any(value is not None and value.rowspan != label.rowspan for value in values):
            message = "its value stands over several rows, or beside several values"
            out.leave_out("reading.unreadable_row", "survey", label.text, message)
            return True
        several = len(values) > 1
        for column, value in zip(self.heading.columns[2:], values, strict=True):
            if value is None:
                continue
            number = hint(value.text).number
            if number.kind == "text":
                out.unreadable(f"survey.{path}", value, index, "not one number")
                continue
            said = " ".join(unit.text.split())
            heading = column.code if several else None
            key = ("survey", path, heading or "value")
            out.put(*key, value, grid, index, number, number.unit or said)
            out.printed.setdefault(key, (" ".join(label.text.split()), number.unit or said, heading))
        return True

    def _path(self, label: str) -> str:
        """The row's own words after those of the items that it is part of: 收到申请数/当面申请数."""
        text = label.strip()
        part = _PART_OF.match(text)
        bare = text[part.end() :] if part else text
        level = next((float(n) for n, pattern in enumerate(_LEVELS, 1) if pattern.match(bare)), None)
        if level is None:
            level = self.items[-1][0] + _BELOW if part and self.items else _UNNUMBERED
        while self.items and self.items[-1][0] >= level:
            self.items.pop()
        self.items.append((level, label_key(bare)))
        return "/".join(key for _, key in self.items)


def _placed(row: Row, columns: list[Column]) -> list[GridCell | None]:
    """For each column the one cell of the row that stands under its heading alone."""
    placed: list[GridCell | None] = [None] * len(columns)
    for cell in row.cells:
        under = [n for n, c in enumerate(columns) if c.start < cell.column + cell.colspan and cell.column < c.end]
        if len(under) == 1 and placed[under[0]] is None:
            placed[under[0]] = cell
        elif under:
            return [row.cells[0], *[None] * (len(columns) - 1)]
    return placed


def _ordered(row: Row, columns: list[Column]) -> list[GridCell | None]:
    """The filled cells in the order of the columns, if they are as many."""
    filled = [cell for cell, h in zip(row.cells, row.hints, strict=True) if cell.text.strip()]
    if len(filled) == len(columns):
        return list(filled)
    return [filled[0] if filled else None, *[None] * (len(columns) - 1)]


def indicators(cells: list[Cell], out: Collected) -> tuple[Indicator, ...]:
    """The values that may be published, with their labels as printed, in the order of the sheet."""
    return tuple(Indicator(*out.printed[cell[:3]][:3], cell) for cell in cells if cell.table == "survey")
