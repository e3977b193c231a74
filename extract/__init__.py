"""The door of the extraction room: a document's bytes in, canonical cells and findings out.

Invariant: `extract_document` never raises and never guesses. Whatever the bytes are, the answer is an `Extraction`
whose status and reason say what became of them; a number in it stands under the labels that its code means.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from extract.model import Cell, Document, Extraction, Finding, Grid, GridCell, Prose, RawDocument

__all__ = [
    "Cell",
    "Document",
    "Extraction",
    "Finding",
    "Grid",
    "GridCell",
    "Prose",
    "RawDocument",
    "extract_document",
    "extractor_version",
]


def extract_document(raw: RawDocument, seconds: float | None = 60.0, prose: bool = False) -> Extraction:
    """Read one document. Pure: the same bytes give the same answer.

    `seconds` bounds the processor time of a document, or of a page of a scan (see `extract.watch`); None: unbounded.
    `prose`: recognise the text of pictures outside their tables, too; it costs some seconds a page.
    """
    from extract.pipeline import extract

    return extract(raw, seconds, prose)


@cache
def extractor_version() -> str:
    """A short stable name of the extraction code, its reference data and the programs at hand that it needs for some
    formats: results cached under another are stale, so that what was unreadable is read once LibreOffice is installed.
    Collecting has no part in it: how a file was fetched does not change what it says.
    """
    from extract.read import ocr
    from extract.read.converted import converter

    room = Path(__file__).parent
    digest = hashlib.sha256(repr((ocr.available(), converter() is not None)).encode())
    code = (file for file in room.rglob("*.py") if not file.is_relative_to(room / "fetch"))
    for file in sorted([*code, *(room.parent / "data" / "reference").glob("*.csv")]):
        digest.update(file.relative_to(room.parent).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
