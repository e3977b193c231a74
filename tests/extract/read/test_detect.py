"""The kind of a file is told by its bytes; its name is never asked."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from extract.outcomes import Unreadable
from extract.read import READERS
from extract.read.detect import detect

HTML = "<!DOCTYPE html><html><head><meta charset='{0}'></head><body><p>政府信息公开</p></body></html>"
WORD_HTML = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">'
    "<head><meta name=ProgId content=Word.Document></head><body><p class=MsoNormal>年度报告</p></body></html>"
)
MHT = """From: <Saved by Blink>
Subject: =?utf-8?Q?=E5=B9=B4=E5=BA=A6?=
 =?utf-8?Q?=E6=8A=A5=E5=91=8A?=
MIME-Version: 1.0
Content-Type: multipart/related; boundary="x"

--x
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable

<html><body>=E5</body></html>
--x--
"""
WORD_XML = '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>'
EXCEL_XML = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
FLAT_ODT = '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:mimetype="application/vnd.oasis.opendocument.text"/>'
CSV = "信息内容,本年制发件数,本年废止件数,现行有效件数\n" + "规章,1,2,3\n" * 8
SENTENCES = "本机关主动公开信息12条, 其中规章3件.\n收到申请5件, 办结4件, 结转1件.\n" * 6


def zipped(*names: str, mimetype: str | None = None, content: str = "x") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        if mimetype is not None:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


def compound(*streams: str) -> bytes:
    """The least OLE compound file with these empty streams: a header, one sector of allocation, one of directory."""
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\0" * 10 + struct.pack("<IIIIIIII", 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    table = struct.pack("<II", 0xFFFFFFFD, end) + struct.pack("<I", free) * 126

    def entry(name: str, kind: int, right: int, child: int) -> bytes:
        raw = name.encode("utf-16-le")
        text = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
        return text + struct.pack("<III", free, right, child) + b"\0" * 36 + struct.pack("<IQ", end, 0)

    entries = [entry("Root Entry", 5, free, 1 if streams else free)]
    entries += [entry(name, 2, n + 1 if n < len(streams) else free, free) for n, name in enumerate(streams, 1)]
    directory = b"".join(entries).ljust(512, b"\0")
    return header + table + directory


KINDS: dict[str, tuple[bytes, str]] = {
    "html": (HTML.format("utf-8").encode(), "html"),
    "html in GBK": (HTML.format("gbk").encode("gbk"), "html"),
    "html in UTF-16": (HTML.format("utf-16").encode("utf-16"), "html"),
    "html that was named .doc": (WORD_HTML.encode(), "html"),
    "page of Word with an XML declaration": (b'<?xml version="1.0"?>' + WORD_HTML.encode(), "html"),
    "a fragment of a page": ("<table><tr><td>规章</td></tr></table>".encode(), "html"),
    "saved page, folded subject": (MHT.encode(), "mht"),
    "saved page, Windows lines": (MHT.replace("\n", "\r\n").encode(), "mht"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
    "pdf after noise": (b"\r\n\r\n%PDF-1.4\n", "pdf"),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
    "docx, part numbered": (zipped("[Content_Types].xml", "word/document2.xml"), "docx"),
    "docx by a packer of Windows": (zipped("word\\document.xml"), "docx"),
    "xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
    "xlsb": (zipped("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
    "odt": (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "odt"),
    "ods": (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
    "ofd": (zipped("OFD.xml", "Doc_0/Document.xml"), "ofd"),
    "an archive of a PDF": (zipped("a.pdf", content="%PDF-1.7"), "zip"),
    "an archive of reports": (zipped("a.docx", "b.pdf"), "zip"),
    "doc": (compound("WordDocument", "1Table"), "doc"),
    "xls": (compound("Workbook"), "xls"),
    "xls of Excel 5": (compound("Book"), "xls"),
    "wps of Works": (compound("MatOST", "CONTENTS"), "wps"),
    "rtf": (b"{\\rtf1\\ansi x}", "rtf"),
    "rtf after a mark": (b"\xef\xbb\xbf{\\rtf1\\ansi x}", "rtf"),
    "Word's XML of 2003": (WORD_XML.encode(), "docxml"),
    "Excel's XML of 2003": (EXCEL_XML.encode(), "xlsxml"),
    "flat ODF": (FLAT_ODT.encode(), "docxml"),
    "png": (b"\x89PNG\r\n\x1a\n\0", "image"),
    "jpeg": (b"\xff\xd8\xff\xe0", "image"),
    "gif": (b"GIF89a\0", "image"),
    "tiff, little endian": (b"II*\0\x08\0\0\0", "image"),
    "tiff, big endian": (b"MM\0*\0\0\0\x08", "image"),
    "bmp": (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", "image"),
    "webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "image"),
    "csv": (CSV.encode(), "csv"),
    "csv in GBK": (CSV.encode("gbk"), "csv"),
    "csv with semicolons": (CSV.replace(",", ";").encode(), "csv"),
    "json": ('{"title": "年度报告", "content": "<p>x</p>"}'.encode(), "json"),
    "text": ("一、总体情况\n本机关依照条例推进公开工作。\n".encode(), "text"),
    "text in UTF-16": ("一、总体情况\n本机关依照条例推进公开工作。\n".encode("utf-16"), "text"),
    "sentences with commas": (SENTENCES.encode(), "text"),
    "text that begins as a bitmap": (b"BM meeting notes of the year, all lines plain\n", "text"),
    "text that begins as a program": ("MZ 县政府信息公开年度报告\n".encode(), "text"),
}


@pytest.mark.parametrize(("content", "kind"), KINDS.values(), ids=KINDS)
def test_kind(content: bytes, kind: str) -> None:
    assert detect(content) == kind


@pytest.mark.parametrize(("content", "kind"), KINDS.values(), ids=KINDS)
def test_every_kind_has_its_reader(content: bytes, kind: str) -> None:
    assert kind == "zip" or kind in READERS


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"Rar!\x1a\x07\x01\0\x33\x92", "RAR archive; unpack it"),
        (b"7z\xbc\xaf\x27\x1c\0\x04\0\0", "7-Zip archive; unpack it"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "gzip"),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "a program"),
        (b"PK\x05\x06" + b"\0" * 18, "archive is empty"),
        (b"PK\x03\x04" + b"\0" * 40, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        (compound("EncryptedPackage", "EncryptionInfo"), "password"),
        (compound("PowerPoint Document"), "neither a text nor a table"),
        (bytes(range(256)) * 8, "binary data"),
    ],
    ids=["empty", "blank", "rar", "7z", "gzip", "exe", "empty zip", "cut zip", "cut ole", "locked", "slides", "noise"],
)
def test_what_is_not_read_says_why(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        detect(content)
