"""An extraction as the one JSON object that `ogi extract --json` prints (shared/spec/canonical-cells.md)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from extract.check.arithmetic import values_of
from extract.forms.numbers import MONEY
from extract.forms.vocabulary import APPLICANT_CODES, CHANNELS, OUTCOME_CODES, RESULT_CODES
from extract.model import UNREADABLE, Cell, Extraction

_BOOKS = ("xlsx", "xls", "ods", "xlsb", "xlsxml")


def to_contract(extraction: Extraction) -> dict[str, Any]:
    """Every name of the contract, in its order; rows in form order, only those that the document prints.

    An amount whose unit, stated in the cell or in its head, is another than 万元 is `{"raw", "value", "unit"}`: the number as
    printed, unconverted.
    """
    e = extraction
    ok = e.status == "ok"
    unread = {f.where.split(".")[0] for f in e.findings if f.check.startswith("reading.")}
    named = {f.where for f in e.findings if f.check == "reading.unreadable_number" and f.found == UNREADABLE}
    # a formula whose result was never stored
    named = named if e.format in _BOOKS else set()
    return {
        "path": e.path,
        "sha256": e.sha256,
        "format": e.format,
        "status": e.status,
        "reason": e.reason,
        "category": e.category,
        "title": e.title,
        "organ": e.organ,
        "organ_canonical": e.organ_canonical,
        "division_code": e.division_code,
        "year": e.year,
        "published": e.published.isoformat() if e.published else None,
        "form": e.form,
        "scope": e.scope,
        "disclosure": _disclosure(e.cells) if ok else None,
        "requests": _rows(e.cells, "requests", OUTCOME_CODES, APPLICANT_CODES, unread, named) if ok else None,
        "proceedings": _rows(e.cells, "proceedings", tuple(CHANNELS), RESULT_CODES, unread, named) if ok else None,
        "survey": [[i.label, i.unit, i.cell.value, *([i.column] if i.column else [])] for i in e.survey]
        if e.survey is not None
        else None,
        "sections": dict(e.sections),
        "findings": [
            {"check": f.check, "where": f.where, "expected": f.expected, "found": f.found, "origin": f.origin}
            for f in e.findings
            if f.result == "failed"
        ],
        "doubted": [
            {"where": ".".join(c[:3]), "value": c.value, "raw": c.raw, "reading": c.reading, "confidence": c.confidence}
            for c in e.doubted
        ],
        "attachments": [a._asdict() for a in e.attachments],
    }


def _disclosure(cells: tuple[Cell, ...]) -> dict[str, dict[str, Any]] | None:
    table: dict[str, dict[str, Any]] = {}
    for cell in cells:
        if cell.table == "disclosure":
            other = cell.unit not in (None, "万元") and cell.unit in MONEY and cell.value is not None
            table.setdefault(cell.row, {})[cell.column] = (
                {"raw": cell.raw, "value": cell.value, "unit": cell.unit} if other else cell.value
            )
    return table or None


def _rows(
    cells: tuple[Cell, ...],
    table: str,
    order: tuple[str, ...],
    columns: tuple[str, ...],
    unread: set[str],
    named: set[str],
) -> dict[str, list[Any]] | None:
    """Rows in form order. In a table of which something could not be read, a row that lacks a cell is left out: a list
    cannot tell what was not read from what was published blank. A formula of a
    book without a stored result (`named`) is None: a finding of its own names it.
    """
    values = values_of(cells, table, columns)
    if table in unread:
        known = Counter(cell.row for cell in cells if cell.table == table)
        known.update(row for row in values for column in columns if f"{table}.{row}.{column}" in named)
        values = {code: row for code, row in values.items() if known[code] == len(columns)}
    return {code: values[code] for code in order if code in values} or None
