"""Figures and a layout → the statutory tables as rows of cells, with the spans that the national form draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import NamedTuple

from samplemaker import wording
from samplemaker.figures import Figures, Value
from samplemaker.layout import Layout


class Cell(NamedTuple):
    """One cell as printed. `kind`: label, number, or heading (a section heading inside a table)."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    kind: str = "label"


Row = list[Cell]
Table = list[Row]

_FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


class Setter:
    """Sets numbers and labels for one document; blank cells take their texts in turn."""

    def __init__(self, layout: Layout, year: int) -> None:
        self.layout = layout
        self._year = year
        self._worn = wording.WORDINGS[layout.wording]
        self._blanks = cycle(layout.blanks)
        self._count = 0

    def label(self, text: str, colspan: int = 1, rowspan: int = 1) -> Cell:
        """A label in the layout's wording."""
        worn = self._worn.get(text)
        return Cell(text if worn is None else worn.format(year=self._year), colspan, rowspan)

    def number(self, value: Value, where: str, colspan: int = 1) -> Cell:
        """A number as this layout prints it; `where` is table.row.column."""
        text = self._text(value, where)
        own = self.layout.cells.get(where)
        return Cell(own.format(text) if own else text, colspan, 1, "number")

    def _text(self, value: Value, where: str) -> str:
        if value is None:
            return next(self._blanks)
        if isinstance(value, dict):
            return str(value["raw"])
        text = repr(value)
        style = self.layout.numbers
        if style == "plain":
            return f"{value:+}" if self.layout.signed and value and where.endswith("items_change") else text
        self._count += 1
        if style in ("thousands", "mixed"):
            whole, dot, fraction = text.partition(".")
            text = f"{int(whole):,}{dot}{fraction}"
        full_width = style == "fullwidth" or (style == "mixed" and self._count % 3 == 0)
        return text.translate(_FULL_WIDTH) if full_width else text


def disclosure(figures: Figures, layout: Layout, items: tuple[wording.Item, ...], setter: Setter) -> list[Table]:
    """Table 二: one table, or one for each 项. The widest item decides the width; narrow items span."""
    width = 12
    tables: list[Table] = []
    for heading, columns, rows in items:
        share = 3 if len(columns) in (1, 3) else 4
        spans = [share] * len(columns)
        spans[-1] = width - share - share * (len(columns) - 1)
        table: Table = [[setter.label(heading, width)]]
        head = [setter.label("信息内容", share)]
        for (code, label), span in zip(columns, spans, strict=True):
            own = layout.amount_label if code == "amount" else None
            head.append(setter.label(own or label, span))
        table.append(head)
        for row, label in rows:
            values = figures.disclosure[row]
            cells = [setter.label(label, share)]
            for (code, _), span in zip(columns, spans, strict=True):
                cells.append(setter.number(values[code], f"disclosure.{row}.{code}", span))
            table.append(cells)
        tables.append(table)
    if layout.disclosure == "items":
        return [_narrowed(table) for table in tables]
    return [_narrowed([row for table in tables for row in table])]


def _narrowed(table: Table) -> Table:
    """The same table with the fewest columns: borders that no cell has are dropped."""
    borders = sorted({0} | {edge for row in table for edge in _edges(row)})
    place = {edge: i for i, edge in enumerate(borders)}
    out: Table = []
    for row in table:
        left, cells = 0, []
        for cell in row:
            right = left + cell.colspan
            cells.append(cell._replace(colspan=place[right] - place[left]))
            left = right
        out.append(cells)
    return out


def _edges(row: Row) -> Iterator[int]:
    edge = 0
    for cell in row:
        edge += cell.colspan
        yield edge


def requests(figures: Figures, layout: Layout, setter: Setter) -> list[Table]:
    """Table 三: heads, the two rows above 三, the results in their groups, 四."""
    body = _results(figures, layout, setter)
    if layout.requests == "broken":
        cut = next(i for i, (group, _) in enumerate(body) if group == "unavailable")
        upper, lower = [row for _, row in body[:cut]], [row for _, row in body[cut:]]
        first = [
            *_head(layout, setter),
            *_plain_rows(figures, layout, setter, "new", "carried_in"),
            *_banded(upper, setter),
        ]
        return [first, [*_banded(lower, setter), *_plain_rows(figures, layout, setter, "carried_out")]]
    rows = [row for _, row in body]
    cut = 10 if layout.requests == "page_break" else len(rows)
    return [
        [
            *_head(layout, setter),
            *_plain_rows(figures, layout, setter, "new", "carried_in"),
            *_banded(rows[:cut], setter),
            *(_banded(rows[cut:], setter) if rows[cut:] else []),
            *_plain_rows(figures, layout, setter, "carried_out"),
        ]
    ]


def _head(layout: Layout, setter: Setter) -> Table:
    subtotal = layout.requests == "subtotal"
    labels = [setter.label(text) for text in wording.APPLICANTS]
    legal = [*labels[1:6], Cell("小计")] if subtotal else labels[1:6]
    return [
        [setter.label(wording.BALANCE_NOTE, 3, 3), Cell("申请人情况", 2 + len(legal))],
        [labels[0]._replace(rowspan=2), Cell("法人或其他组织", len(legal)), labels[6]._replace(rowspan=2)],
        legal,
    ]


def _values(figures: Figures, code: str, layout: Layout, setter: Setter) -> Row:
    row = figures.requests[code]
    cells = [setter.number(v, f"requests.{code}.{i}") for i, v in enumerate(row)]
    if layout.requests == "subtotal":
        known = [v for v in row[1:6] if isinstance(v, int)]
        cells.insert(6, setter.number(sum(known) if known else None, f"requests.{code}.subtotal"))
    return cells


_PLAIN = {"new": wording.NEW, "carried_in": wording.CARRIED_IN, "carried_out": wording.CARRIED_OUT}


def _plain_rows(figures: Figures, layout: Layout, setter: Setter, *codes: str) -> Table:
    return [[setter.label(_PLAIN[code], 3), *_values(figures, code, layout, setter)] for code in codes]


def _results(figures: Figures, layout: Layout, setter: Setter) -> list[tuple[str, Row]]:
    """(group code, row) for every row under 三, without the band's own cell."""
    out: list[tuple[str, Row]] = []
    for group, rows in wording.groups(figures.single_other):
        for i, (code, label) in enumerate(rows):
            values = _values(figures, code, layout, setter)
            if not label:
                out.append((code, [setter.label(group, 2), *values]))
                continue
            head = [setter.label(group, 1, len(rows))] if i == 0 else []
            out.append((code.partition(".")[0], [*head, setter.label(label), *values]))
    return out


def _banded(rows: Table, setter: Setter) -> Table:
    """三、本年度办理结果 in front of the rows, as one cell over all of them. A group that is cut goes on unlabelled."""
    if not rows:
        return []
    rows = [list(row) for row in rows]
    for i, row in enumerate(rows):
        if row[0].rowspan > len(rows) - i:
            row[0] = row[0]._replace(rowspan=len(rows) - i)
    return [[setter.label(wording.RESULTS, 1, len(rows)), *rows[0]], *rows[1:]]


def proceedings(figures: Figures, layout: Layout, setter: Setter) -> list[Table]:
    """Table 四 in fifteen columns, in three rows, or as three tables."""
    return _PROCEEDINGS[layout.proceedings](figures, setter)


def _channel(figures: Figures, code: str, setter: Setter) -> Row:
    return [setter.number(v, f"proceedings.{code}.{i}") for i, v in enumerate(figures.proceedings[code])]


def _results_head(setter: Setter) -> Row:
    return [setter.label(text) for text in wording.RESULT_WORDS]


def _fifteen(figures: Figures, setter: Setter) -> list[Table]:
    review, *litigation = (code for code, _ in wording.CHANNELS)
    values = _channel(figures, review, setter)
    for code in litigation:
        values += _channel(figures, code, setter)
    return [
        [
            [Cell("行政复议", 5), Cell("行政诉讼", 10)],
            [
                *(cell._replace(rowspan=2) for cell in _results_head(setter)),
                Cell("未经复议直接起诉", 5),
                Cell("复议后起诉", 5),
            ],
            [*_results_head(setter), *_results_head(setter)],
            values,
        ]
    ]


def _three_rows(figures: Figures, setter: Setter) -> list[Table]:
    table: Table = [[Cell("类别", 2), *_results_head(setter)]]
    table.append([Cell("行政复议", 2), *_channel(figures, "reconsideration", setter)])
    table.append([Cell("行政诉讼", 1, 2), Cell("未经复议直接起诉"), *_channel(figures, "litigation_direct", setter)])
    table.append([Cell("复议后起诉"), *_channel(figures, "litigation_after_reconsideration", setter)])
    return [table]


def _three_tables(figures: Figures, setter: Setter) -> list[Table]:
    heads = ("行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）")
    return [
        [[Cell(head, 5)], _results_head(setter), _channel(figures, code, setter)]
        for head, (code, _) in zip(heads, wording.CHANNELS, strict=True)
    ]


_PROCEEDINGS: dict[str, Callable[[Figures, Setter], list[Table]]] = {
    "fifteen": _fifteen,
    "rows": _three_rows,
    "tables": _three_tables,
}

WIDTH_TOGETHER = 60  # divisible by the columns of all three tables


def together(parts: list[tuple[str, list[Table]]]) -> Table:
    """One table for several: each part's heading as a full row, the columns scaled to a common width."""
    out: Table = []
    for heading, tables in parts:
        out.append([Cell(heading, WIDTH_TOGETHER, 1, "heading")])
        for table in tables:
            scale = WIDTH_TOGETHER // sum(cell.colspan for cell in table[0])
            out += [[cell._replace(colspan=cell.colspan * scale) for cell in row] for row in table]
    return out
