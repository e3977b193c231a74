"""Readers: one module a format, bytes → `Document`. They know no statutory form.

A new format is one module here and one line in `READERS`; `detect` names the kind of a file by its bytes. A module is
imported when the first file of its kind comes: some are slow to import, and some need an extra.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from extract.model import Document


class Reader(Protocol):
    """`prose`: recognise the text of pictures outside their tables, too (formats without pictures do not care)."""

    def __call__(self, content: bytes, prose: bool = False) -> Document:
        """Read a file. Errors: `extract.outcomes.Outcome` with the reason."""
        ...


def _lazy(module: str) -> Reader:
    def read(content: bytes, prose: bool = False) -> Document:
        found: Callable[..., Document] = import_module(f"extract.read.{module}").read
        return found(content, prose)

    return read


READERS: dict[str, Reader] = {
    "html": _lazy("html"),
    "pdf": _lazy("pdf"),
    "text": _lazy("text"),
    "docx": _lazy("docx"),
    "xlsx": _lazy("xlsx"),
    "xls": _lazy("xls"),
    "ods": _lazy("converted"),
    "csv": _lazy("delimited"),
    "doc": _lazy("converted"),
    "rtf": _lazy("converted"),
    "odt": _lazy("converted"),
    "wps": _lazy("converted"),
    "docxml": _lazy("converted"),
    "xlsb": _lazy("converted"),
    "xlsxml": _lazy("converted"),
    "image": _lazy("image"),
    "ofd": _lazy("ofd"),
    "mht": _lazy("mht"),
    "json": _lazy("script"),
}
