"""Table 三, 收到和处理政府信息公开申请情况: rows are outcomes, columns applicants."""

from __future__ import annotations

from extract.forms.collected import Collected
from extract.forms.labels import APPLICANTS, GROUPS, OUTCOMES, label_key, parts
from extract.forms.rows import STRONG_APPLICANTS, Column, Heading, Row, assign, hint
from extract.forms.vocabulary import APPLICANT_CODES
from extract.model import Grid, GridCell


def is_header(row: Row) -> bool:
    """A row that names applicants, or the heads over them, and has no number."""
    return not row.numbers and any(h.is_head or h.applicant in STRONG_APPLICANTS for h in row.hints)


def columns_of(header: list[Row], ragged: bool) -> list[Column]:
    """The applicant columns from the heading rows; a column with another heading, or none, gets code None.

    [] where the headings cannot be trusted: one stands twice, fewer than the form's seven are there, or headings in
    several rows are not in the order of the form (a head that was lost moves those beside it).
    """
    found: list[Column] = []
    for row in header:
        for cell in row.cells:
            code = hint(cell.text).applicant or misprinted(cell, row)
            if code is not None:
                found.append(Column(cell.column, cell.column + cell.colspan, code))
    codes = [column.code for column in sorted(found, key=lambda column: column.start) if column.code != "subtotal"]
    if not found or len(set(codes)) != len(codes):
        return []
    if len(header) > 1 and codes != [code for code in APPLICANT_CODES if code in codes]:
        return []
    first = min(column.start for column in found)
    for row in header:
        for cell in row.cells:
            start, end = cell.column, cell.column + cell.colspan
            free = all(end <= column.start or column.end <= start for column in found)
            h = hint(cell.text)
            if free and start > first and not h.is_head and not (ragged and h.is_blank):
                found.append(Column(start, end, None))
    found.sort(key=lambda column: column.start)
    return found if _in_place([column.code for column in found if column.code != "subtotal"]) else []


def _in_place(codes: list[str | None]) -> bool:
    """Whether all seven headings are there; or, where some cannot be told, the others stand in the places of the form."""
    if set(codes) >= set(APPLICANT_CODES):
        return True
    told = zip(codes, APPLICANT_CODES, strict=False)
    return len(codes) == len(APPLICANT_CODES) and all(code is None or code == own for code, own in told)


def misprinted(cell: GridCell, row: Row) -> str | None:
    """A heading that is no exact label: the applicant it must mean, if it stands beside one that is exact."""
    if hint(cell.text).is_blank or len(cell.text) > 12:
        return None
    if not any(h.applicant in STRONG_APPLICANTS for h in row.hints):
        return None
    code = APPLICANTS.nearest(cell.text)
    return code if code in STRONG_APPLICANTS else None


def outcome_of(texts: list[str], group: str | None) -> tuple[str | None, str | None]:
    """(row code, group) from the label cells of a row, outermost first; `group` is what the rows above stood under.

    A text may carry its group before it. `3.其他` is an outcome only inside （六）其他处理, and （六）其他处理 with numbers of its own is the one row
    `other`. A 小计 row, or 总计 inside a group, is recognised as `subtotal`.
    """
    texts = [part for text in texts for part in parts(text)]
    inside = group
    for text in texts[:-1]:
        head = GROUPS.nearest(text)
        if head is not None and head != "results":
            inside = head
    last = texts[-1]
    key = label_key(last)
    if key in ("小计", "分计"):
        return "subtotal", inside
    if key in ("总计", "合计"):
        under_group = any(GROUPS.nearest(text) not in (None, "results") for text in texts[:-1])
        return ("subtotal", inside) if under_group else ("total", None)
    if key in ("其他", "其他情形", "其他原因"):
        return ("other.other", "other") if inside == "other" else (None, inside)
    head = GROUPS.exact(last)
    if head is not None:
        return ("other", "other") if head == "other" else (head, head)
    code = OUTCOMES.nearest(last)
    if code is None:
        return None, inside
    own = code.partition(".")[0] if "." in code else None
    stated = [GROUPS.nearest(text) for text in texts[:-1]]
    if own is not None and any(g not in (None, "results", own) for g in stated):
        return None, inside  # the label says one group, the cell that it stands in another
    return code, own


_HEADS = frozenset(["denied", "unavailable", "not_processed", "results"])


class RequestsTable:
    """Reads data rows under one heading; remembers the group that unspanned rows stand under."""

    def __init__(self, heading: Heading) -> None:
        self.heading = heading
        self.group: str | None = None

    def read(self, row: Row, grid: Grid, index: int, out: Collected) -> bool:
        """Read one row into `out`. False: the row is no data row of this table (prose, a caption)."""
        split, values = assign(row, self.heading, grid)
        start = self.heading.columns[0].start
        own = [cell for cell, h in zip(row.cells[:split], row.hints[:split], strict=True) if not h.is_blank]
        if not own:
            if row.numbers:
                message = f"a row of {row.numbers} numbers without a label"
                out.leave_out("reading.unknown_row", "requests", None, message)
            return bool(row.numbers)
        texts = [cell.text for cell in row.above if cell.column < start and not hint(cell.text).is_blank]
        texts += [cell.text for cell in own]
        code, group = outcome_of(texts, self.group)
        label = texts[-1]
        if row.filled == 1 and (code in _HEADS or (code == "other" and len(row.cells) <= 2)):
            self.group = group if code != "results" else None
            return True  # a heading row of its own
        if code == "other" and values is not None and own[-1].rowspan > values[0].rowspan:
            code = None  # the head of the group, in a row whose own label is lost
        if code is None and not row.numbers:
            return False
        self.group = group
        if code is None or code in _HEADS:
            out.leave_out("reading.unknown_row", "requests", label, "a row whose label is no row of the form")
            return True
        if code == "subtotal":
            return True
        if values is None:
            if row.numbers or row.filled > len(texts):
                out.leave_out(
                    "reading.unreadable_row", f"requests.{code}", label, "its values cannot be told apart by column"
                )
                return True
            return False
        self._put(code, values, grid, index, out)
        return True

    def _put(self, code: str, values: list[GridCell], grid: Grid, index: int, out: Collected) -> None:
        for column, cell in zip(self.heading.columns, values, strict=True):
            if column.code == "subtotal":
                continue
            if column.code is None:
                if not hint(cell.text).is_blank:
                    out.leave_out(
                        "reading.unknown_column",
                        f"requests.{code}",
                        cell.text,
                        "a value under a heading that is not in the form",
                    )
                continue
            number = hint(cell.text).number
            if not number.is_count:
                out.unreadable(f"requests.{code}.{column.code}", cell, index, "not one whole number")
                continue
            out.put("requests", code, column.code, cell, grid, index, number, None)


def drop_other_beside_its_parts(out: Collected) -> None:
    """（六）其他处理 is one row (form 2019) or heads three (form 2021). Where a document has both, the one row is a subtotal
    or a part that lost its label: it is left out and reported.
    """
    rows = {row for table, row, _ in out.cells if table == "requests"}
    if "other" in rows and any(row.startswith("other.") for row in rows):
        for key in [key for key in out.cells if key[:2] == ("requests", "other")]:
            del out.cells[key]
            out.contradicted.discard(key)
        out.leave_out(
            "reading.contradiction", "requests.other", None, "（六）其他处理 has numbers, and so have its parts"
        )
