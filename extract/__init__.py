"""The door of the extraction room: a document's bytes in, canonical cells and findings out.

Invariant: `extract_document` never raises and never guesses. Whatever the bytes are, the answer is an `Extraction`
whose status and reason say what became of them; a number in it stands under the labels that its code means.
"""

from __future__ import annotations

from functools import cache

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
    """A short stable name of what documents are read with: code, reference data, libraries, models and LibreOffice.

    Results cached under another are stale; so what was unreadable is read once LibreOffice or the extra `ocr` is installed.
    Comments have no part in it, nor has collecting: how a file was fetched does not change what it says.
    """
    from extract.version import named

    return named()
