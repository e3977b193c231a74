"""The columns of a part: four tidy Parquet files of what a batch of extractions gave (`parts.py` writes them)."""

from __future__ import annotations

import pyarrow as pa

from transform.schema import CODE, COUNT, DATE, FLAG, KEY, MOMENT, NUMBER, ORDER, TEXT

LOST_COPY = "lost copy"
"""The category of a document whose stored bytes are damaged or gone: what was read before stays, and it is tried again."""

OLD_READING = "old reading"
"""The category of a reading by another extractor that stands until this one has read its document (`old_readings.py`)."""


INDEX = pa.int32()
REPORT_PART = pa.schema(
    {
        "extraction_id": KEY,
        "sha256": TEXT,
        "status": CODE,
        "reason": TEXT,
        "category": CODE,
        "format": CODE,
        "title": TEXT,
        "organ": TEXT,
        "organ_identity": TEXT,
        "organ_kind": CODE,
        "organ_level": CODE,
        "organ_canonical": TEXT,
        "organ_parent": TEXT,
        "scope_phrase": TEXT,
        "organ_evidence": TEXT,
        "year_from": CODE,
        "published_from": CODE,
        "division_code": CODE,
        "year": ORDER,
        "published": DATE,
        "form": CODE,
        "scope": CODE,
        "correction": TEXT,
        "source_url": TEXT,
        "waiting": TEXT,
        "extracted_at": MOMENT,
        "read_by": TEXT,
    }
)
"""`read_by`: the extractor that gave a reading which another one keeps (`kept.py`); else NULL. Parts of before lack it."""
CELL_PART = pa.schema(
    {
        "extraction_id": KEY,
        "fact_table": CODE,
        "row_code": CODE,
        "column_code": CODE,
        "position": ORDER,
        "loadable": FLAG,
        "doubted": FLAG,
        "count": COUNT,
        "value": NUMBER,
        "fact_unit": CODE,
        "raw": TEXT,
        "unit": CODE,
        "table_index": INDEX,
        "row_index": INDEX,
        "column_index": INDEX,
        "page": INDEX,
        "bbox": TEXT,
        "reading": CODE,
        "confidence": NUMBER,
        "proof": CODE,
    }
)
SECTION_PART = pa.schema({"extraction_id": KEY, "section": CODE, "heading": TEXT, "text": TEXT})
FINDING_PART = pa.schema(
    {
        "extraction_id": KEY,
        "check_code": CODE,
        "severity": CODE,
        "origin": CODE,
        "result": CODE,
        "where": CODE,
        "expected": TEXT,
        "found": TEXT,
        "message": TEXT,
        "evidence": TEXT,
    }
)
PARTS = {"report": REPORT_PART, "cell": CELL_PART, "section": SECTION_PART, "finding": FINDING_PART}
