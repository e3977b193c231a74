"""Table 二, 主动公开政府信息情况: blocks of rows, each under headings of its own."""

from __future__ import annotations

from extract.forms.collected import Collected
from extract.forms.labels import MEASURES, POWERS, label_key, without_item
from extract.forms.numbers import STRANGE, Reading, heading_unit
from extract.forms.rows import Column, Heading, Row, assign, hint
from extract.forms.vocabulary import BLOCKS, MEASURE_BY_CODE
from extract.model import Form, Grid


def is_header(row: Row) -> bool:
    """A row that names measures (or begins with 信息内容) and has no number."""
    if row.numbers:
        return False
    if any(h.measure for h in row.hints):
        return True
    first = next((cell.text for cell, h in zip(row.cells, row.hints, strict=True) if not h.is_blank), "")
    return label_key(first) == "信息内容"


def is_caption(row: Row) -> bool:
    """第二十条第（一）项, which begins a block and ends the one before."""
    return row.filled == 1 and any("第二十条" in cell.text for cell in row.cells)


def unit_of(caption: Row) -> str | None:
    """The unit that a caption states for its block: 第二十条第（八）项（单位：元）."""
    return next((unit for cell in caption.cells if (unit := heading_unit(cell.text))), None)


def columns_of(row: Row) -> tuple[list[Column], Form | None]:
    """The measure columns of one heading row, and the form that has such a block. Two headings that read alike, or an unknown one, get code None.

    No columns where the headings are not those of one block of the form, counting unknown ones: one of them is lost.
    """
    found = []
    for position, (cell, h) in enumerate(zip(row.cells, row.hints, strict=True)):
        if h.is_blank or label_key(cell.text) == "信息内容" or h.power:
            continue
        code = MEASURES.nearest(cell.text)
        if code is None and position == 0:
            continue
        found.append(Column(cell.column, cell.column + cell.colspan, code, heading_unit(cell.text)))
    codes = [column.code for column in found]
    known = {code for code in codes if code is not None and codes.count(code) == 1}
    told = [code if code in known else None for code in codes]
    form = next((form for block, form in BLOCKS.items() if _is_block(told, block)), None)
    if form is None:
        return [], None
    return [c if c.code in known else c._replace(code=None) for c in found], form


def _is_block(told: list[str | None], block: tuple[str, ...]) -> bool:
    """All of a block's headings in any order; where some cannot be told, the others must be in their own places."""
    if None not in told:
        return sorted(told) == sorted(block)  # type: ignore[type-var]
    return len(told) == len(block) and all(code is None or code == own for code, own in zip(told, block, strict=True))


class DisclosureBlock:
    """Reads data rows under one heading row. `unit`: what the words over the block, or over the table, state as its unit."""

    def __init__(self, heading: Heading, form: Form, unit: str | None = None) -> None:
        self.heading = heading
        self.form = form
        self.unit = unit

    def read(self, row: Row, grid: Grid, index: int, out: Collected) -> bool:
        """Read one row into `out`. False: no data row of this table."""
        split, values = assign(row, self.heading, grid)
        texts = [cell.text for cell, h in zip(row.cells[:split], row.hints[:split], strict=True) if not h.is_blank]
        power = POWERS.nearest(without_item(texts[-1])) if texts else None
        if power is None:
            if not row.numbers:
                return self._words(texts, out)
            out.leave_out(
                "reading.unknown_row",
                "disclosure",
                texts[-1] if texts else None,
                "a row whose label is no row of the form",
            )
            return True
        if values is None:
            out.leave_out(
                "reading.unreadable_row", f"disclosure.{power}", texts[-1], "its values cannot be told apart by column"
            )
            return True
        for column, cell in zip(self.heading.columns, values, strict=True):
            if column.code is None or f"{power}.{column.code}" not in MEASURE_BY_CODE:
                if not hint(cell.text).is_blank:
                    out.leave_out(
                        "reading.unknown_column",
                        f"disclosure.{power}",
                        cell.text,
                        "a value under a heading that is not in the form",
                    )
                continue
            number = hint(cell.text).number
            money = column.code == "amount"
            if (
                number.kind == "text"
                or (number.signed and column.code != "items_change")
                or (number.unit and not money)
                or (isinstance(number.value, float) and not money)
            ):
                out.unreadable(f"disclosure.{power}.{column.code}", cell, index, "not one number of the expected kind")
                continue
            unit = self._unit(number, column, texts[-1], money)
            if unit == STRANGE and number.value:
                message = "its headings state a unit that is not known, or two different ones"
                out.leave_out("reading.unreadable_number", f"disclosure.{power}.{column.code}", cell.text, message)
                continue
            out.put("disclosure", power, column.code, cell, grid, index, number, None if unit == STRANGE else unit)
            out.forms[f"disclosure.{power}"] = self.form
        return True

    def _unit(self, number: Reading, column: Column, label: str, money: bool) -> str | None:
        """The unit of a value: its own, else the one that heading, label and the words over them state."""
        if number.unit:
            return number.unit
        stated = {unit for unit in (column.unit, heading_unit(label), self.unit) if unit is not None}
        if STRANGE in stated or (money and len(stated) > 1):
            return STRANGE
        return stated.pop() if money and stated else None

    def _torn(self, texts: list[str], out: Collected) -> bool:
        """A row whose number stands in its label, as it ran over the rule between them."""
        power = (
            POWERS.nearest(without_item(texts[-1].rstrip("0123456789.,\n ")))
            if texts and texts[-1][-1:].isdecimal()
            else None
        )
        if power is not None:
            out.leave_out("reading.unreadable_row", f"disclosure.{power}", texts[-1], "a number stands in its label")
        return power is not None

    def _words(self, texts: list[str], out: Collected) -> bool:
        """A row of the form that has words where its numbers would stand (详见附件, 八十六). False: it is none."""
        power = next((power for text in texts[:-1] if (power := POWERS.nearest(without_item(text))) is not None), None)
        if power is None:
            return self._torn(texts, out)
        codes = [column.code for column in self.heading.columns]
        where = f"disclosure.{power}.{codes[0]}" if len(codes) == 1 and codes[0] else f"disclosure.{power}"
        out.leave_out("reading.unreadable_number", where, texts[-1], "words in the place of its numbers")
        return True
