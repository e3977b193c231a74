"""The kind of a file, decided by its bytes, never by its name."""

from __future__ import annotations

import re
import struct

import olefile

from extract.outcomes import Protected, Unreadable, Unsupported
from extract.read.package import Package, open_package

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_BMP = re.compile(rb"BM.{4}\0{4}", re.DOTALL)
_UNSUPPORTED: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a", "a RAR archive; unpack it, or give a ZIP archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it, or give a ZIP archive"),
    (b"\x1f\x8b", "a gzip file; unpack it first"),
    (b"\xfd7zXZ", "an xz file; unpack it first"),
    (b"BZh", "a bzip2 file; unpack it first"),
    (b"SQLite format 3", "an SQLite database; this format is not read"),
    (b"PAR1", "a Parquet file; this format is not read"),
    (b"\x7fELF", "a program; this format is not read"),
    (b"MZ", "a program; this format is not read"),
)
_HTML = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|meta|title|table|div|p|span|h[1-6]|article|section|br|style|script|td|tr)[\s>/]",
    re.IGNORECASE,
)
_MIME = re.compile(
    rb"\s*(?:[A-Za-z-]+:[^\n]*\n|[ \t][^\n]*\n)*?(?:MIME-Version:|Content-Type:\s*multipart/)", re.IGNORECASE
)
_OFFICE_XML = (
    b'progid="Word.Document"',
    b"office:document",
    b"schemas.microsoft.com/office/word/2003",
    b"w:wordDocument",
)
_BOOK_XML = (b'progid="Excel.Sheet"', b"urn:schemas-microsoft-com:office:spreadsheet", b"opendocument.spreadsheet")
_SPACE = b"\xef\xbb\xbf \t\r\n"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def detect(content: bytes) -> str:
    """The kind of the bytes, a key of `READERS` or `zip`. Errors: `Unreadable` for an empty file and for what is not
    read.
    """
    start = content[:1024]
    if not content.strip():
        raise Unreadable("the file is empty")
    if start.startswith(_ZIP):  # before PDF: a packed PDF may begin in the first kilobyte
        return _package_kind(open_package(content))
    if start.startswith(_OLE):
        return _compound_kind(content)
    if b"%PDF-" in start:
        return "pdf"
    if start.lstrip(_SPACE).startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith(_IMAGES) or _BMP.match(start) or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        return "image"
    for magic, kind in _UNSUPPORTED:
        if start.startswith(magic) and _is_binary(content[:8192]):
            raise Unsupported(f"the file is {kind}")
    return _text_kind(content)


def _package_kind(package: Package) -> str:
    names = set(package.names)
    if any(name.startswith("word/document") for name in names):
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "OFD.xml" in names:
        return "ofd"
    if "mimetype" in names:
        kind = package.read("mimetype").strip()
        if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return "ods"
        if kind.startswith(b"application/vnd.oasis.opendocument.text"):
            return "odt"
    if not names:
        raise Unreadable("the archive is empty")
    return "zip"


def _compound_kind(content: bytes) -> str:
    """What an OLE compound file holds, by its streams: Word and WPS text, or an Excel or ET book."""
    try:
        with olefile.OleFileIO(content) as compound:
            streams = {entry[0] for entry in compound.listdir()}
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        ArithmeticError,
        AttributeError,
        RecursionError,
        struct.error,
    ) as error:
        raise Unreadable(f"the old Office document is damaged ({type(error).__name__})") from None
    if {"Workbook", "Book"} & streams:
        return "xls"
    if "WordDocument" in streams:
        return "doc"  # of Kingsoft's WPS, too
    if "MatOST" in streams or "WpsDocument" in streams:
        return "wps"
    if "EncryptedPackage" in streams:
        raise Protected("the document is protected by a password")
    raise Unsupported("the file is an old Office file, but neither a text nor a table")


def _text_kind(content: bytes) -> str:
    utf16 = content.startswith(_UTF16)
    if not utf16 and _is_binary(content[:8192]):
        raise Unsupported("the file is binary data of an unknown kind")
    head = content[:65536].replace(b"\x00", b"") if utf16 else content[:65536]
    if head.lstrip(_SPACE).startswith(b"<?xml"):
        if any(mark in head[:4096] for mark in _BOOK_XML):
            return "xlsxml"
        if any(mark in head[:4096] for mark in _OFFICE_XML):
            return "docxml"
    if _MIME.match(head[:8192]):
        return "mht"
    if head.lstrip(_SPACE)[:1] in (b"{", b"[") and b'"' in head and _is_json(head):
        return "json"
    if _HTML.search(head):
        return "html"
    return "csv" if _is_csv(head) else "text"


def _is_json(head: bytes) -> bool:
    return re.match(rb'[\xef\xbb\xbf\s]*(?:\{\s*"|\[\s*[\[{"])', head) is not None


def _is_csv(head: bytes) -> bool:
    """Rows with the same number of commas (or semicolons), most of them several: sentences do not count alike."""
    lines = [line for line in head.splitlines()[:200] if line.strip()]
    return any(_has_columns([line.count(mark) for line in lines]) for mark in (b",", b";"))


def _has_columns(counts: list[int]) -> bool:
    rows = [count for count in counts if count >= 3]
    if len(rows) < 5 or len(rows) * 2 < len(counts):
        return False
    return rows.count(max(set(rows), key=rows.count)) * 2 >= len(rows)


_CONTROLS = bytes(code for code in (*range(9), *range(14, 32), 127) if code != 27)  # ESC begins ISO-2022 text


def _is_binary(sample: bytes) -> bool:
    """Text of every Chinese encoding is free of control characters; a stray few are forgiven."""
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(2, len(sample) // 100)
