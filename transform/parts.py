"""One part of the lake: what a batch of extractions gave, as four tidy frames of Parquet.

`report` has a row for every document of the batch, whatever became of it; `cell`, `section` and `finding` only for
those that are reports. Nothing here depends on other batches: keys across documents are the star's business.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from extract.model import Cell, Extraction, Finding
from extract.outcomes import LIMITS
from transform import frames
from transform.cell_codes import FACT_TABLE, FIRST_YEAR, LAST_YEAR, POSITION, SURVEY_POSITION
from transform.figures import Figure, figure
from transform.keys import key
from transform.lake import Lake
from transform.part_schema import CELL_PART, FINDING_PART, PARTS, REPORT_PART, SECTION_PART


@dataclass(frozen=True, slots=True)
class PartSummary:
    """What one batch gave. `statuses`: documents by status."""

    name: str
    statuses: dict[str, int]
    cells: int
    findings: int


def write_part(
    lake: Lake, extractor_version: str, extractions: Sequence[Extraction], extracted_at: datetime, again: bool = False
) -> PartSummary:
    """Keep what a batch gave; the caller holds the lake's lock. `extracted_at`: UTC, with or without a zone.

    The same documents are the same part, written once; where some were read `again`, or ran out of time, memory or room and
    will be, each try is a part of its own.

    Raises ValueError for an extraction without a hash: a file that could not be opened is in the register only.
    """
    shas = sorted({_sha(extraction) for extraction in extractions})
    is_try = again or any(extraction.category == LIMITS for extraction in extractions)
    name = hashlib.sha256("\n".join([*shas, *([str(extracted_at)] if is_try else [])]).encode()).hexdigest()[:24]
    tidy = part_frames(extractions, name, extracted_at)
    with lake.scratch() as scratch:
        built = scratch / "part"
        built.mkdir()
        for table, schema in PARTS.items():
            frames.write(tidy[table], schema, built / f"{table}.parquet")
        lake.publish_part(built, lake.parts_of(extractor_version), name)
    statuses = Counter(str(status) for status in tidy["report"]["status"])
    return PartSummary(name, dict(sorted(statuses.items())), len(tidy["cell"]), len(tidy["finding"]))


def part_frames(extractions: Sequence[Extraction], part: str, extracted_at: datetime) -> dict[str, pd.DataFrame]:
    """The four frames of a batch (see PARTS for their columns), one row a document, cell, section, finding."""
    unique = {_sha(extraction): _accepted(extraction) for extraction in reversed(extractions)}
    accepted = [unique[sha] for sha in sorted(unique)]
    # the part belongs to the identity: one document in two parts stays two readings, of which the star takes one
    ids = [key("extraction", extraction.sha256, part) for extraction in accepted]
    loaded = [(i, extraction) for i, extraction in zip(ids, accepted, strict=True) if extraction.status == "ok"]
    cells, unloadable = _cell_columns(loaded)
    return {
        "report": frames.frame(_report_columns(ids, accepted, extracted_at), REPORT_PART),
        "cell": frames.frame(cells, CELL_PART),
        "section": frames.frame(_section_columns(loaded), SECTION_PART),
        "finding": frames.frame(_finding_columns(loaded, unloadable), FINDING_PART),
    }


def _sha(extraction: Extraction) -> str:
    if extraction.sha256 is None:
        raise ValueError(f"{extraction.path}: a file without a hash has no extraction to keep.")
    return extraction.sha256


def _accepted(extraction: Extraction) -> Extraction:
    """The extraction as it is, or set aside with the reason why it cannot be loaded."""
    reason = _breach(extraction) if extraction.status == "ok" else None
    return replace(extraction, status="quarantined", reason=reason) if reason else extraction


def _breach(extraction: Extraction) -> str | None:
    """What would make rows of this report ambiguous or meaningless in the star."""
    if extraction.year is not None and not FIRST_YEAR <= extraction.year <= LAST_YEAR:
        return f"The reported year {extraction.year} is not between {FIRST_YEAR} and {LAST_YEAR}."
    seen: set[tuple[str, str, str]] = set()
    for cell in extraction.cells:
        code = cell[:3]
        if code not in POSITION:
            return f"The cell {'.'.join(code)} is in no statutory form."
        if code in seen:
            return f"The cell {'.'.join(code)} was read twice."
        seen.add(code)
    return None


def _report_columns(ids: list[int], extractions: list[Extraction], extracted_at: datetime) -> dict[str, list[Any]]:
    same = (name for name in REPORT_PART.names if name not in ("extraction_id", "waiting", "extracted_at", "read_by"))
    return {
        "extraction_id": ids,
        "waiting": [_waiting(extraction) for extraction in extractions],
        "extracted_at": [extracted_at.replace(tzinfo=None)] * len(ids),
        "read_by": [None] * len(ids),
        **{name: [getattr(extraction, name) for extraction in extractions] for name in same},
    }


def _waiting(extraction: Extraction) -> str | None:
    """Which tables hold cells that a person has to look at before they are loaded, and how many."""
    count = Counter(cell.table for cell in {cell[:3]: cell for cell in extraction.doubted}.values())
    if extraction.status != "ok" or not count:
        return None
    return "waits for a person: " + ", ".join(f"{n} cells of {table}" for table, n in sorted(count.items()))


def _cell_columns(loaded: list[tuple[int, Extraction]]) -> tuple[dict[str, list[Any]], list[tuple[int, Cell]]]:
    """The columns of CELL_PART, and the cells whose number no fact can hold."""
    sure = [(i, cell) for i, extraction in loaded for cell in (*extraction.cells, *_indicators(extraction))]
    doubted = [(i, cell) for i, extraction in loaded for cell in extraction.doubted]
    owners, cells = _transposed(sure + doubted, 2)
    own = dict(zip(Cell._fields, _transposed(cells, len(Cell._fields)), strict=True))  # a part has some 100,000 cells
    figures = list(map(figure, cells))
    whole, values, units, loadable = _transposed(figures, len(Figure._fields))
    columns: dict[str, list[Any]] = {
        "extraction_id": owners,
        "fact_table": [FACT_TABLE[table] for table in own["table"]],
        "row_code": own["row"],
        "column_code": own["column"],
        "position": list(map(_position, cells)),
        "loadable": loadable[: len(sure)] + [False] * len(doubted),
        "doubted": [False] * len(sure) + [True] * len(doubted),
        "count": whole,
        "value": values,
        "fact_unit": units,
        "bbox": [",".join(f"{edge:.2f}" for edge in box) if box else None for box in own["box"]],
        **{
            name: own[name]
            for name in (
                *("raw", "unit", "table_index", "row_index", "column_index", "page", "reading", "confidence"),
                "proof",
            )
        },
    }
    unloadable = [one for one, can_be in zip(sure, loadable[: len(sure)], strict=True) if not can_be]
    return columns, unloadable


def _indicators(extraction: Extraction) -> list[Cell]:
    """The values of a statistics sheet; its headings (一、主动公开情况 | —— | ——) have neither unit nor value."""
    found = (i.cell for i in extraction.survey or ())
    return [cell for cell in found if cell.value is not None or (cell.unit or "").strip("—-– ")]


def _position(cell: Cell) -> int:
    if cell.table == "survey":
        return min(SURVEY_POSITION + 8 * cell.row_index + min(cell.column_index, 7), 2**15 - 1)
    return POSITION[cell[:3]]


def _section_columns(loaded: list[tuple[int, Extraction]]) -> dict[str, list[Any]]:
    rows = [(i, name, e.headings.get(name), text) for i, e in loaded for name, text in e.sections.items()]
    return dict(zip(SECTION_PART.names, _transposed(rows, len(SECTION_PART.names)), strict=True))


def _finding_columns(loaded: list[tuple[int, Extraction]], unloadable: list[tuple[int, Cell]]) -> dict[str, list[Any]]:
    found = [(i, finding) for i, extraction in loaded for finding in extraction.findings]
    found += [(i, _unloadable_finding(cell)) for i, cell in unloadable]
    rows = [finding_row(i, f) for i, f in found]
    return dict(zip(FINDING_PART.names, _transposed(rows, len(FINDING_PART.names)), strict=True))


def finding_row(extraction_id: int, f: Finding) -> tuple[Any, ...]:
    """One row of FINDING_PART."""
    printed = (_printed(f.expected), _printed(f.found))
    return (extraction_id, f.check, f.severity, f.origin, f.result, f.where, *printed, f.message, f.evidence)


def _unloadable_finding(cell: Cell) -> Finding:
    what = "an exact figure" if cell.table in ("disclosure", "survey") else "a whole count"
    where = ".".join(cell[:3])
    return Finding(
        "reading.value", "error", where, found=cell.raw, message=f"“{cell.raw}” is not {what}; no fact holds it."
    )


def _printed(value: int | float | str | None) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(int(value)) if math.isfinite(value) and value == int(value) else str(value)


def _transposed(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in range(width)]
