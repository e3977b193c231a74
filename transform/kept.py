"""Keeps the last good reading of documents whose stored bytes are damaged or gone, so that no report leaves the warehouse for that.

What this extractor read of such a document before stays as it is. Else the last good reading of another extractor is copied into a
part of its own: marked, in the category `lost copy`, named by who gave it, and giving way to any reading of the whole file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transform import clock, frames
from transform.cell_codes import FACT_TABLE, POSITION, SURVEY_POSITION
from transform.keys import key
from transform.lake import Lake, folders
from transform.part_schema import LOST_COPY, PARTS, REPORT_PART
from transform.sealed import fault, hashes


class Lost(NamedTuple):
    """A document whose stored copy is not what it was; `reason` says how."""

    sha256: str
    path: str
    reason: str


class _Reading(NamedTuple):
    """Where a good reading stands: its row of the report part."""

    version: str
    part: Path
    row: dict[str, Any]


def keep(lake: Lake, extractor_version: str, lost: Sequence[Lost], now: datetime) -> None:
    """Give each of these documents the last good reading that there is, or the status unreadable; the caller holds the lock.

    A document that this extractor has read, or that was kept before, is left as it is.
    """
    read = _read_by(lake, extractor_version)
    asked = {document.sha256: document for document in lost if document.sha256 not in read}
    if not asked:
        return
    good = _good(lake, extractor_version, set(asked))
    told = [f"{sha} {good[sha].version if sha in good else None}" for sha in sorted(asked)]
    name = hashlib.sha256("\n".join(["kept", *told]).encode()).hexdigest()[:24]
    tidy: dict[str, list[pa.Table]] = {table: [schema.empty_table()] for table, schema in PARTS.items()}
    rows = []
    for sha in sorted(asked):
        extraction_id, reading = key("extraction", sha, name), good.get(sha)
        rows.append(_row(asked[sha], extraction_id, reading, now))
        for table, found in _below(reading).items() if reading else ():
            ids = pa.array([extraction_id] * len(found), PARTS[table].field("extraction_id").type)
            tidy[table].append(found.set_column(found.schema.get_field_index("extraction_id"), "extraction_id", ids))
    tidy["report"].append(pa.Table.from_pylist(rows, REPORT_PART))
    with lake.scratch() as scratch:
        built = scratch / "part"
        built.mkdir()
        for table, schema in PARTS.items():
            whole: pd.DataFrame = frames.from_arrow(pa.concat_tables([t.cast(schema) for t in tidy[table]]))
            frames.write(whole, schema, built / f"{table}.parquet")
        lake.publish_part(built, lake.parts_of(extractor_version), name)


def _read_by(lake: Lake, extractor_version: str) -> set[str]:
    files = lake.part_files(lake.parts_of(extractor_version), "report.parquet")
    return {sha for file in files for sha in pq.read_table(file, columns=["sha256"])["sha256"].to_pylist()}


def _good(lake: Lake, extractor_version: str, asked: set[str]) -> dict[str, _Reading]:
    """The last good reading of each of these documents by another extractor."""
    limit, best = clock.limit(), dict[str, _Reading]()
    for version in folders(lake.extracted):
        for part in lake.parts(version) if version.name != extractor_version else ():
            named = hashes(part)
            if named is None or fault(part, named, [f"{name}.parquet" for name in PARTS]):
                continue  # nothing proves what it says
            if not _is_of_this_form(part):
                continue
            table = pq.read_table(part / "report.parquet")
            is_asked = pc.is_in(table["sha256"], pa.array(sorted(asked), pa.string()))
            for row in table.filter(pc.and_(is_asked, pc.equal(table["status"], "ok"))).to_pylist():
                reading, other = _Reading(version.name, part, row), best.get(row["sha256"])
                if (other is None or _place(reading, limit) > _place(other, limit)) and _stands(reading):
                    best[row["sha256"]] = reading
    return best


def _place(reading: _Reading, limit: datetime) -> tuple[bool, datetime]:
    at = reading.row["extracted_at"]
    return (at <= limit, at)


def _is_of_this_form(part: Path) -> bool:
    """Whether a part's columns are those of today, so that copying tells the same."""
    return all(pq.read_schema(part / f"{name}.parquet").equals(schema) for name, schema in PARTS.items())


def _stands(reading: _Reading) -> bool:
    """Whether each cell is one that the forms of today have."""
    cells = _below(reading)["cell"].select(["fact_table", "row_code", "column_code", "position"]).to_pylist()
    return all(
        cell["position"] >= SURVEY_POSITION
        or _POSITIONS.get((cell["fact_table"], cell["row_code"], cell["column_code"])) == cell["position"]
        for cell in cells
    )


_POSITIONS = {(FACT_TABLE[table], row, column): n for (table, row, column), n in POSITION.items()}


def _below(reading: _Reading) -> dict[str, pa.Table]:
    """Cells, sections and findings of one reading."""
    found = {}
    for name in PARTS:
        if name != "report":
            wanted = [("extraction_id", "=", reading.row["extraction_id"])]
            found[name] = pq.read_table(reading.part / f"{name}.parquet", filters=wanted)
    return found


def _row(document: Lost, extraction_id: int, reading: _Reading | None, now: datetime) -> dict[str, Any]:
    if reading is None:
        empty = dict.fromkeys(REPORT_PART.names)
        return empty | {
            "extraction_id": extraction_id,
            "sha256": document.sha256,
            "status": "unreadable",
            "category": LOST_COPY,
            "reason": document.reason,
            "extracted_at": now.replace(tzinfo=None),
        }
    by = reading.row.get("read_by") or reading.version
    reason = f"{document.reason}; what was read of it before ({by}) stays until then"
    return reading.row | {"extraction_id": extraction_id, "category": LOST_COPY, "reason": reason, "read_by": by}
