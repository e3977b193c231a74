"""The kind of a file, decided by its bytes, never by its name."""

from __future__ import annotations

import re

from extract.outcomes import Unreadable

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive (or an Office document)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.doc, .xls, .wps)"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
)
_HTML = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|meta|title|table|div|p|span|h[1-6]|article|section|br|style|script|td|tr)[\s>/]",
    re.IGNORECASE,
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def detect(content: bytes) -> str:
    """`html`, `pdf` or `text`. Errors: `Unreadable` for an empty file and for a kind that is not read."""
    start = content[:1024]
    if not content.strip():
        raise Unreadable("the file is empty")
    if b"%PDF-" in start:
        return "pdf"
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            raise Unreadable(f"the file is {kind}; this format is not read")
    utf16 = start.startswith(_UTF16)
    if not utf16 and _is_binary(content[:8192]):
        raise Unreadable("the file is binary data of an unknown kind")
    head = content[:65536].replace(b"\x00", b"") if utf16 else content[:65536]
    return "html" if _HTML.search(head) else "text"


_CONTROLS = bytes(code for code in (*range(9), *range(14, 32), 127) if code != 27)  # ESC begins ISO-2022 text


def _is_binary(sample: bytes) -> bool:
    """Text of every Chinese encoding is free of control characters; a stray few are forgiven."""
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(2, len(sample) // 100)
