"""PDF → prose and grids, page by page, through pdfium.

A page whose text cannot be used (a scan, text turned into curves, fonts that do not tell their characters) is a picture,
and so is a large picture set among text; pictures are recognised where the extra `ocr` is installed.

Further readings of the same tables: by the places of the characters alone, without the rules, and by pdfplumber.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium

from extract.model import Block, Document, GridCell, Prose
from extract.outcomes import MissingProgram, Protected, Unreadable, Unsupported
from extract.read import ocr
from extract.read.layout.blocks import again, below, blocks
from extract.read.layout.page import Glyph, Page
from extract.read.pdfium import Drawn, drawn

if TYPE_CHECKING:
    import numpy

MAX_PAGES = 120  # hongze-2023 has 5
FEW = 30  # characters: a page number and a stamp, no text
OUTLINES = 150  # shapes on a page without text: its characters were turned into curves
UNMAPPED = 0.02  # of the characters: beyond it the page is read as a picture
FOREIGN = 0.15  # of the characters are Chinese in a page of a report at the least: a table of numbers has a third
SCANNED = 0.5  # of the page: a picture so large is the page
PICTURED = 0.08  # of the page: a picture so large may show a table
DPI = 200
MAX_PIXELS = 25_000_000
POINTS_PER_INCH = 72


def read(content: bytes, prose: bool = False) -> Document:
    """Read every page. Errors: `Unreadable` for a damaged, encrypted, empty or overlong file, and for pictures where
    nothing can recognise them. `prose`: recognise the text of pictures outside their tables, too.
    """
    opened = _opened(content)
    try:
        pages: list[_Read] = []
        for number in range(1, _count(opened) + 1):
            pages.append(_page(opened, number, prose, pages[-1] if pages else None))
        title, created = _stated(opened, "Title"), _stated(opened, "CreationDate")
    finally:
        opened.close()
    if not any(page.blocks for page in pages):
        why = next((page.unread for page in pages if page.unread), "the PDF has no text")
        raise (MissingProgram if ocr.MISSING in why else Unreadable)(why)
    return Document(
        "pdf",
        tuple(block for page in pages for block in page.blocks),
        meta={"creationdate": created} if created else {},
        titles=(title,) if title and title.isprintable() else (),
        unread=tuple(page.unread for page in pages if page.unread),
        by_position=True,
        rereadings=(partial(_read_again, tuple(pages)), partial(_by_pdfplumber, content, _hidden(pages))),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """What one page gave. `again`: its recognised pictures' further reading. `page` is None for a picture."""

    number: int
    blocks: tuple[Block, ...]
    page: Page | None = None
    again: Callable[[], tuple[Block, ...]] | None = None
    unread: str = ""
    unseen: tuple[Glyph, ...] = ()


def _hidden(pages: list[_Read]) -> dict[int, tuple[Glyph, ...]]:
    """Characters that nobody sees, by page."""
    return {page.number: page.unseen for page in pages if page.unseen}


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise Protected("the PDF is protected by a password") from None
        raise Unreadable("the PDF is damaged, or is none") from None


def _stated(opened: pypdfium2.PdfDocument, name: str) -> str:
    """What the PDF says of itself under a name; nothing where that is damaged, for it is no part of its pages."""
    try:
        return str(opened.get_metadata_value(name)).strip()
    except UnicodeDecodeError:
        return ""


def _count(opened: pypdfium2.PdfDocument) -> int:
    count = len(opened)
    if count < 1:
        raise Unreadable("the PDF has no pages, or is damaged")
    if count > MAX_PAGES:
        raise Unsupported(f"the PDF has {count:,} pages; the limit is {MAX_PAGES}")
    return count


def _page(opened: pypdfium2.PdfDocument, number: int, prose: bool, before: _Read | None) -> _Read:
    try:
        page = opened[number - 1]
    except pypdfium2.PdfiumError:
        raise Unreadable(f"page {number} of the PDF is damaged") from None
    try:
        if pdfium.FPDFPage_GetAnnotCount(page) > 0:
            # what form fields and text boxes show is part of the page; in memory only
            pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
            page.close()
            page = opened[number - 1]
        found = drawn(page, number)
        if is_picture(found):
            return _recognised(page, found, number, prose)
        if before is not None and before.page is not None:
            found = replace(found, page=replace(found.page, above=below(before.page, before.blocks)))
        read = replace(_with_pictures(page, found, number, prose), unseen=found.unseen)
        return replace(read, unread=read.unread or _left_out(found.astray, number))
    finally:
        page.close()


def _left_out(astray: str, number: int) -> str:
    """What to say of characters that stand in another direction than the page's: a watermark has no numbers, a table does."""
    if not any(character.isdigit() for character in astray):
        return ""
    return f"page {number} has text in another direction that was not read: “{astray[:30]}”"


def is_picture(found: Drawn) -> bool:
    """Whether the page's own text cannot be used, so that it is read as a picture."""
    page, count = found.page, len(found.page.glyphs)
    if count < FEW:
        covered = sum(_share(box, page) for box in page.pictures)
        return covered > SCANNED or (count == 0 and (covered > PICTURED or found.paths > OUTLINES))
    if found.unmapped > UNMAPPED * count or found.tilt:
        return True
    return count > 10 * FEW and sum(_is_chinese(glyph.text) for glyph in page.glyphs) < FOREIGN * count


def _is_chinese(text: str) -> bool:
    return "\u3400" <= text[0] <= "\u9fff" or "\uf900" <= text[0] <= "\ufaff"


def _share(box: tuple[float, float, float, float], page: Page) -> float:
    width = max(0.0, min(box[2], page.width) - max(box[0], 0.0))
    height = max(0.0, min(box[3], page.height) - max(box[1], 0.0))
    return width * height / (page.width * page.height)


def _recognised(page: pypdfium2.PdfPage, found: Drawn, number: int, prose: bool) -> _Read:
    if not ocr.available():
        return _Read(number, (), unread=f"page {number} is a picture; {ocr.MISSING}")
    image, points = _rendered(page)
    read = ocr.read_picture(image, number, points, prose)
    return _Read(number, tuple(read.blocks), again=lambda: tuple(read.again()))


def _rendered(page: pypdfium2.PdfPage) -> tuple[numpy.ndarray[Any, Any], float]:
    """The page as pixels (H × W × 3, BGR), and how many points a pixel is."""
    width, height = page.get_size()
    scale = min(DPI / POINTS_PER_INCH, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    return page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3], 1 / scale


def _with_pictures(page: pypdfium2.PdfPage, found: Drawn, number: int, prose: bool) -> _Read:
    """A page of text, and what its large pictures show."""
    own = blocks(found.page)
    shown = [
        box for box in found.page.pictures if _share(box, found.page) > PICTURED and not _is_behind(box, found.page)
    ]
    if not shown:
        return _Read(number, tuple(own), found.page)
    if not ocr.available():
        return _Read(
            number, tuple(own), found.page, unread=f"page {number} shows a picture that was not read; {ocr.MISSING}"
        )
    image, points = _rendered(page)
    reads = [(box, ocr.read_picture(_cut(image, box, points), number, points, prose)) for box in shown]
    first = [block for box, read in reads for block in _moved(read.blocks, box)]
    return _Read(
        number,
        (*own, *first),
        found.page,
        again=lambda: tuple(block for box, read in reads for block in _moved(read.again(), box)),
    )


def _is_behind(box: tuple[float, float, float, float], page: Page) -> bool:
    """Whether text stands on the picture: a background, a seal, a letterhead."""
    on = sum(box[0] < (g.x0 + g.x1) / 2 < box[2] and box[1] < (g.top + g.bottom) / 2 < box[3] for g in page.glyphs)
    return on > FEW


def _cut(
    image: numpy.ndarray[Any, Any], box: tuple[float, float, float, float], points: float
) -> numpy.ndarray[Any, Any]:
    left, top, right, bottom = (max(0, round(value / points)) for value in box)
    return image[top:bottom, left:right]


def _moved(found: tuple[Block, ...] | list[Block], box: tuple[float, float, float, float]) -> list[Block]:
    """Blocks of a picture at its place on the page."""
    moved: list[Block] = []
    for block in found:
        if isinstance(block, Prose):
            moved.append(block)
            continue
        cells = tuple(cell._replace(box=_shifted(cell, box[0], box[1])) for cell in block.cells)
        edges = tuple(x + box[0] for x in block.edges) if block.edges else None
        moved.append(replace(block, cells=cells, edges=edges))
    return moved


def _shifted(cell: GridCell, x: float, y: float) -> tuple[float, float, float, float] | None:
    if cell.box is None:
        return None
    left, top, right, bottom = cell.box
    return left + x, top + y, right + x, bottom + y


def _read_again(pages: tuple[_Read, ...], wanted: frozenset[int]) -> Document:
    """The wanted pages once more, in another way; pictures by their own further reading."""
    found: list[Block] = []
    for read in pages:
        if read.number in wanted and read.page is not None:
            found += again(read.page, read.blocks)
        if read.number in wanted and read.again is not None:
            found += read.again()
    return Document("pdf", tuple(found), by_position=True)


def _by_pdfplumber(content: bytes, unseen: dict[int, tuple[Glyph, ...]], wanted: frozenset[int]) -> Document:
    from extract.read import plumber  # pdfminer is slow to import: only where the first reading is in doubt

    return plumber.read(content, wanted, unseen)
