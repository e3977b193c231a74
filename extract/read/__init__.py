"""Readers: one module a format, bytes → `Document`. They know no statutory form.

A new format is one module here and one line in `READERS`; `detect` names the kind of a file by its bytes.
"""

from __future__ import annotations

from collections.abc import Callable

from extract.model import Document


def _html(content: bytes) -> Document:
    from extract.read import html

    return html.read(content)


def _pdf(content: bytes) -> Document:
    from extract.read import pdf  # pdfminer is slow to import: only where a PDF is read

    return pdf.read(content)


def _text(content: bytes) -> Document:
    from extract.read import text

    return text.read(content)


READERS: dict[str, Callable[[bytes], Document]] = {"html": _html, "pdf": _pdf, "text": _text}
