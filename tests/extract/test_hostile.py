"""PDFs and pictures made to break a reader: each ends with a reason that a person understands, none with a crash or a hang.

Packages, spreadsheets, web pages and converters have theirs in test_docx, test_sheets, test_archives, test_bad_input and
test_converted.
"""

from __future__ import annotations

import hashlib
import io
import struct
import time
import zlib

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extract import Extraction, RawDocument, extract_document
from extract.fetch.discover.view import parse
from extract.workers import Stored, Workers
from tests.extract import specimens


def read(content: bytes) -> Extraction:
    return extract_document(RawDocument("hostile", hashlib.sha256(content).hexdigest(), content), seconds=30.0)


def pdf(*objects: str) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return out + f"{head}trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()


CATALOGUE = "<</Type/Catalog/Pages 2 0 R>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</A 5 0 R>>>>>>"


def stream(entries: str, content: str) -> str:
    return f"<<{entries}/Length {len(content)}>>\nstream\n{content}\nendstream"


def encrypted() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption("secret", "owner"))
    canvas.drawString(100, 700, "2023")
    canvas.save()
    return target.getvalue()


def many_pages(count: int) -> bytes:
    kids = " ".join(f"{n} 0 R" for n in range(3, count + 3))
    pages = ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * count
    return pdf(CATALOGUE, f"<</Type/Pages/Kids[{kids}]/Count {count}>>", *pages)


def loop_of_forms() -> bytes:
    form = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</A 5 0 R/B 6 0 R>>>>"
    again = "/A Do /B Do /A Do /B Do"
    return pdf(
        CATALOGUE,
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        PAGE,
        stream("", "/A Do"),
        stream(form, again),
        stream(form, again),
    )


ENDLESS = "forms that draw themselves"
PDFS = {
    "encrypted": (encrypted(), "password"),
    "truncated": (specimens.printed(True)[:3_000], "damaged"),
    "no pages": (pdf(CATALOGUE, "<</Type/Pages/Kids[]/Count 0>>"), ""),
    "5,000 pages": (many_pages(5_000), "5,000 pages"),
    "a tree of pages that holds itself": (pdf(CATALOGUE, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"), ""),
    ENDLESS: (loop_of_forms(), "reading it"),
    "a huge page": (
        pdf(CATALOGUE, "<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE.replace("595 842", "1e9 1e9"), stream("", "")),
        "",
    ),
    "a page of lines": (
        pdf(
            CATALOGUE,
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            PAGE,
            stream(
                "", "".join(f"{n % 595} 0 m {n % 595} 842 l S 0 {n % 842} m 595 {n % 842} l S\n" for n in range(20_000))
            ),
        ),
        "",
    ),
}


@pytest.fixture(scope="module")
def read_in_workers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Extraction]:
    """All of them as a run reads them: in processes that are ended when native code does not come back."""
    folder = tmp_path_factory.mktemp("hostile")
    stored = {}
    for number, (name, (content, _)) in enumerate(PDFS.items()):
        (folder / f"{number}.pdf").write_bytes(content)
        stored[name] = Stored(str(folder / f"{number}.pdf"), str(folder / f"{number}.pdf"))
    endless = stored.pop(ENDLESS)  # would take whatever time it is given: it gets little, the others enough
    with Workers(1, seconds=1.0) as impatient, Workers(2, seconds=6.0) as patient:
        ended = dict(zip(stored, patient.read(list(stored.values())), strict=True))
        return {**ended, ENDLESS: impatient.read([endless])[0]}


@pytest.mark.parametrize("name", PDFS)
def test_pdf(name: str, read_in_workers: dict[str, Extraction]) -> None:
    found, word = read_in_workers[name], PDFS[name][1]
    assert found.status in ("unreadable", "not_a_report")
    assert found.reason
    assert word in found.reason
    assert "failed" not in found.reason


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1_000))) + chunk(b"IEND", b"")
    )


def tiff(width: int, height: int) -> bytes:
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 200), (277, 3, 1), (278, 4, height), (279, 4, 100)]  # fmt: skip
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + body + bytes(300)


@pytest.mark.parametrize("content", [png(50_000, 50_000), tiff(50_000, 50_000), png(2**31 - 1, 1), png(0, 0)])
def test_pictures_of_giant_or_no_size(content: bytes) -> None:
    found = read(content)
    assert found.status == "unreadable"
    assert found.reason
    assert "failed" not in found.reason


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>" + b"<div>" * 100_000 + b"x",
        b"<table>" + b"<tr><td>" * 30_000,
        b"<table><tr>" + b"<td rowspan=65534 colspan=1000>1</td>" * 500,
        ("<p>" + "&lt;" * 200_000 + "</p>").encode(),
        b"<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><p>&b;</p>",
    ],
    ids=["depth", "open tables", "spans", "entities", "own entities"],
)
def test_pages(content: bytes) -> None:
    found = read(content)
    assert found.status in ("unreadable", "not_a_report")
    assert found.reason


CROWDS = {
    "values": b" ".join(b'data-%d="v"' % n for n in range(40_000)),
    "names": b" ".join(b"a%d" % n for n in range(40_000)),
    "tags in values": b" ".join(b'a%d="<p>"' % n for n in range(40_000)),
    "quotes without space": b"".join(b"a%d='1'" % n for n in range(40_000)),
}
SPANS = {
    "wide": b"<tr>" + b"<td rowspan=5000 colspan=1000>1</td>" * 10 + b"</tr>",
    "few": b"<tr>" + b"<td rowspan=5000>1</td>" * 200 + b"</tr>" + b"<tr><td>2</td></tr>" * 1500,
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_a_tag_of_countless_attributes_costs_no_time(crowd: str) -> None:
    page = b"<html><body><!--> <p " + CROWDS[crowd] + b">text</p></body></html>"
    began = time.process_time()
    found = read(page)
    assert (found.status, found.category) == ("unreadable", "unsupported")
    assert parse(page.decode()) is None  # for collecting, too
    assert time.process_time() - began < 2


def test_what_looks_like_many_attributes_and_is_none_is_read() -> None:
    page = b"<p>shown</p><script>if (i<n) { " + b"a = b; " * 500 + b"}</script><p title='" + b"x " * 500 + b"'>more</p>"
    assert "no statutory table" in (read(page).reason or "")
    assert parse(page.decode()) is not None


@pytest.mark.parametrize("spans", SPANS)
def test_a_grid_of_countless_places_costs_no_time(spans: str) -> None:
    began = time.process_time()
    found = read(b"<table>" + SPANS[spans] * (300 if spans == "wide" else 1) + b"</table>")
    assert (found.status, found.category) == ("unreadable", "unsupported")
    assert time.process_time() - began < 2


@pytest.mark.parametrize("torn", [b"<img src='" + b"a1" * 50_000 + b"'><p<1", b"<p<1<a " + b"1" * 100_000 + b">"])
def test_a_torn_page_with_a_long_tag_costs_no_time(torn: bytes) -> None:
    began = time.process_time()
    assert read(b"<table><tr><td>1<td>" + torn + b"</table>").status == "not_a_report"
    assert time.process_time() - began < 2


def test_the_largest_picture_is_made_small_enough_for_the_memory_of_a_worker() -> None:
    from PIL import Image

    from extract.read import image

    target = io.BytesIO()
    Image.new("L", (7_000, 8_500), 255).save(target, "PNG", dpi=(600, 600))
    ((pixels, points),) = image.frames(target.getvalue())
    assert 0.9 * image.MOST_PIXELS < pixels.shape[0] * pixels.shape[1] <= image.MOST_PIXELS
    assert pixels.shape[1] * points == pytest.approx(7_000 * 72 / 600, rel=0.001)
    assert image.MOST_PIXELS * 50 < 3_072 * 2**20
