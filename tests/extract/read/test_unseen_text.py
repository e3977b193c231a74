"""What nobody sees on a page of a PDF is not read; what is seen in an unusual way is."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extract import RawDocument, extract_document
from extract.model import Prose
from extract.read import pdf

SENTENCE = "Seenbyeverybodyandlongenoughtobeapageoftextonitsown"


def page(draw: Callable[[Canvas], None], crop: tuple[float, ...] | None = None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 300))
    if crop is not None:
        canvas.setCropBox(crop)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(20, 250, SENTENCE)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def text(content: bytes) -> str:
    return "\n".join(block.text for block in pdf.read(content).blocks if isinstance(block, Prose))


def picture(opacity: int) -> ImageReader:
    return ImageReader(Image.new("RGBA", (60, 40), (200, 30, 30, opacity)))


def white(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    canvas.drawString(20, 200, "hidden")


def transparent(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(20, 200, "hidden")


def clipped_away(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(200, 100, 50, 50)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(20, 200, "hidden")


def without_ink(canvas: Canvas) -> None:
    words = canvas.beginText(20, 200)
    words.setTextRenderMode(3)
    words.textOut("hidden")
    canvas.drawText(words)


def under_a_picture(canvas: Canvas) -> None:
    canvas.drawString(20, 200, "hidden")
    canvas.drawImage(picture(255), 10, 190, 100, 30)


def painted_over(canvas: Canvas) -> None:
    canvas.drawString(20, 200, "hidden")
    canvas.setFillGray(1)
    canvas.rect(10, 190, 100, 30, stroke=0, fill=1)


def off_the_page(canvas: Canvas) -> None:
    canvas.drawString(20, 500, "hidden")


@pytest.mark.parametrize(
    "draw", [white, transparent, clipped_away, without_ink, under_a_picture, painted_over, off_the_page]
)
def test_unseen_text_is_not_read(draw: Callable[[Canvas], None]) -> None:
    assert text(page(draw)) == SENTENCE


def test_text_outside_of_the_crop_box_is_not_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(20, 20, "hidden")

    assert text(page(draw, crop=(0, 100, 400, 300))) == SENTENCE


def on_dark(canvas: Canvas) -> None:
    canvas.setFillGray(0.2)
    canvas.rect(10, 190, 100, 30, stroke=0, fill=1)
    canvas.setFillGray(1)
    canvas.drawString(20, 200, "shown")


def under_a_seal(canvas: Canvas) -> None:
    canvas.drawString(20, 200, "shown")
    canvas.drawImage(picture(90), 10, 190, 100, 30, mask="auto")


def partly_clipped(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(15, 195, 300, 40)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(20, 200, "shown")


def grey(canvas: Canvas) -> None:
    canvas.setFillGray(0.8)
    canvas.drawString(20, 200, "shown")


@pytest.mark.parametrize("draw", [on_dark, under_a_seal, partly_clipped, grey])
def test_text_that_is_seen_is_read(draw: Callable[[Canvas], None]) -> None:
    assert text(page(draw)) == f"{SENTENCE}\nshown"


def test_white_digits_beside_the_published_ones_change_nothing(shared: Callable[[str], Path]) -> None:
    file = shared("faults/pdf-white-text.pdf")
    read = extract_document(RawDocument(str(file), "0" * 64, file.read_bytes()))
    values = {c.row + "." + c.column: c.value for c in read.cells if c.table == "disclosure"}
    assert values["normative_documents.issued"] == 3
    assert len(values) == 10
    assert not read.doubted


def test_a_page_set_askew_is_a_picture() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rotate(2)
        for line in range(12):
            canvas.drawString(20, 40 + 14 * line, f"{line} {SENTENCE}")

    from extract.read.pdfium import drawn

    opened = pdf._opened(page(draw))
    found = drawn(opened[0], 1)
    assert (found.turn, found.tilt) == (0, 2)
    assert pdf.is_picture(found)
    opened.close()
