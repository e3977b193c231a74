"""Where a number stands in its document: the page with the cell outlined, or the rows around it as text."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from extract.model import Box, Document, Grid, GridCell, Prose
from extract.outcomes import Outcome
from extract.read import READERS
from extract.read.detect import detect

if TYPE_CHECKING:
    from PIL.Image import Image

AROUND = 2  # rows shown above and below the cell
WIDEST = 18  # characters of a cell shown
MARGIN = 3.0  # points between a number and its outline
COLOUR = (214, 31, 38)
DPI = 110
POINTS_PER_INCH = 72


class CannotShow(Exception):
    """The place cannot be shown; the message says why."""


def pictured(content: bytes, page: int, boxes: Iterable[Box]) -> bytes:
    """The page (from 1) as a PNG, with the boxes (points from its upper left corner, turned upright) outlined.

    Errors: `CannotShow` where the document is neither PDF nor a picture, or has no such page.
    """
    kind = detect(content)
    if kind == "pdf":
        image, scale = _pdf_page(content, page)
    elif kind == "image":
        image, scale = _picture(content, page)
    else:
        raise CannotShow(f"a document of format {kind} has no pages to draw")
    from PIL import ImageDraw

    drawn = image.convert("RGB")
    for box in boxes:
        edges = (box[0] - MARGIN, box[1] - MARGIN, box[2] + MARGIN, box[3] + MARGIN)
        left, top, right, bottom = (value * scale for value in edges)
        ImageDraw.Draw(drawn).rectangle((left, top, right, bottom), outline=COLOUR, width=max(2, round(scale * 1.5)))
    target = io.BytesIO()
    drawn.save(target, "PNG")
    return target.getvalue()


def _pdf_page(content: bytes, number: int) -> tuple[Image, float]:
    import pypdfium2

    from extract.read import pdf
    from extract.read.pdfium import drawn

    opened = pypdfium2.PdfDocument(content)
    try:
        if not 1 <= number <= len(opened):
            raise CannotShow(f"the PDF has {len(opened)} pages, not {number}")
        page = opened[number - 1]
        found = drawn(page, number)
        image = page.render(scale=DPI / POINTS_PER_INCH).to_pil()
        if pdf.is_picture(found):
            return _straight(image, POINTS_PER_INCH / DPI), DPI / POINTS_PER_INCH
        return image.rotate(found.turn, expand=True), DPI / POINTS_PER_INCH
    finally:
        opened.close()


def _picture(content: bytes, number: int) -> tuple[Image, float]:
    from PIL import Image

    from extract.read.image import frames

    found = list(frames(content))
    if not 1 <= number <= len(found):
        raise CannotShow(f"the picture has {len(found)} pages, not {number}")
    pixels, points = found[number - 1]
    return _straight(Image.fromarray(pixels[:, :, ::-1]), points), 1 / points


def _straight(image: Image, points_per_pixel: float) -> Image:
    """As it was turned before it was recognised: boxes are places on the upright page."""
    import numpy
    from PIL import Image as Images

    from extract.read import ocr

    if not ocr.available():
        return image
    from extract.read.ocr.sheet import sheet

    pixels = numpy.asarray(image.convert("RGB"))[:, :, ::-1].copy()
    seen = sheet(pixels, 1, points_per_pixel, prose=True)
    return image if seen is None else Images.fromarray(seen.shades)


def first_lines(content: bytes, count: int) -> list[str]:
    """The first lines of prose. Errors: `CannotShow` where the document cannot be read."""
    prose = (block.text for block in _read(content).blocks if isinstance(block, Prose))
    return [line for text in prose for line in text.split("\n") if line.strip()][:count]


def _read(content: bytes) -> Document:
    try:
        return READERS[detect(content)](content)
    except (Outcome, KeyError) as error:
        raise CannotShow(f"the document cannot be read: {error}") from None


def grid(content: bytes, table: int) -> Grid:
    """The document's grid of that number, from 0. Errors: `CannotShow` where it has none."""
    grids = [block for block in _read(content).blocks if isinstance(block, Grid)]
    if table >= len(grids):
        raise CannotShow("its table was told in another way than by the document's own rows")
    return grids[table]


def surrounding(content: bytes, table: int, places: Collection[tuple[int, int]]) -> str:
    """The rows around some cells (row, column) as lines of text, each of them between ⟦ and ⟧. `table` counts the document's
    grids from 0.

    Errors: `CannotShow` where the document has no such cell.
    """
    cells = grid(content, table).cells
    if not any((cell.row, cell.column) in places for cell in cells):
        raise CannotShow("its place is not in the document's own rows")
    lines = []
    for index in sorted({near for row, _ in places for near in range(max(0, row - AROUND), row + AROUND + 1)}):
        own = [_shown(cell, (cell.row, cell.column) in places) for cell in cells if _reaches(cell, index)]
        if own:
            lines.append(" │ ".join(own))
    return "\n".join(lines)


def _reaches(cell: GridCell, row: int) -> bool:
    return cell.row <= row < cell.row + cell.rowspan


def _shown(cell: GridCell, marked: bool) -> str:
    text = "".join(cell.text.split())
    text = text if len(text) <= WIDEST or marked else text[: WIDEST - 1] + "…"
    return f"⟦{text}⟧" if marked else text
