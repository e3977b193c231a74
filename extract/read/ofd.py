"""OFD (GB/T 33190, the national document format) → prose and grids: text, lines and pictures with their places.

A package of XML: OFD.xml names documents, a document its pages and page templates, a page its objects. Places are in
millimetres from the upper left corner; they become points, and the grid finders of PDF pages read them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from extract.model import Block, Box, Document
from extract.outcomes import Unreadable, Unsupported
from extract.read import ocr
from extract.read.layout.blocks import again, below, blocks
from extract.read.layout.page import Page
from extract.read.ofd_objects import Drawing, box_of
from extract.read.overprint import deduplicated
from extract.read.package import Package, open_package
from extract.read.xml import child_of, children_of, name_of, parse, value_of

POINTS = 72 / 25.4  # a millimetre
MAX_PAGES = 120
FEW = 30  # characters: a page with fewer and a large picture is a scan
SCANNED = 0.5  # of the page


@dataclass(frozen=True, slots=True)
class _Read:
    page: Page
    blocks: tuple[Block, ...]
    again: Callable[[], list[Block]]


@dataclass(slots=True)
class _Book:
    """One document of the package: what its Document.xml and resources name."""

    package: Package
    root: str
    templates: dict[str, str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read(content: bytes, prose: bool = False) -> Document:
    """Read every page. Errors: `Unreadable` for a damaged package, one without pages or beyond `MAX_PAGES`."""
    package = open_package(content)
    top = parse(package.read("OFD.xml"))
    reads: list[_Read] = []
    titles: list[str] = []
    unread: list[str] = []
    for body in children_of(top, "DocBody"):
        title = child_of(body, "DocInfo", "Title")
        titles += [title.text.strip()] if title is not None and title.text and title.text.strip() else []
        root = child_of(body, "DocRoot")
        if root is None or not root.text:
            continue
        book = _Book(package, _located("", root.text))
        for number, drawing, place in _pages(book, len(reads)):
            reads.append(_read(book, drawing, number, place, prose, reads[-1] if reads else None))
        unread += book.unread
    if not any(r.blocks for r in reads):
        raise Unreadable(unread[0] if unread else "the OFD document has no text")

    def once_more(wanted: frozenset[int]) -> Document:
        found = (block for r in reads if r.page.number in wanted for block in r.again())
        return Document("ofd", tuple(found), by_position=True)

    def by_pdfplumber(wanted: frozenset[int]) -> Document:
        from extract.read import plumber  # slow to import: only where the readings above do not agree

        found = (block for r in reads if r.page.number in wanted for block in plumber.read_page(r.page))
        return Document("ofd", tuple(found), by_position=True)

    return Document(
        "ofd",
        tuple(block for r in reads for block in r.blocks),
        titles=tuple(titles),
        unread=tuple(unread),
        by_position=True,
        rereadings=(once_more, by_pdfplumber),
    )


def _located(base: str, location: str) -> str:
    """A location in the package, absolute or relative to the folder of the part that names it. Only looked up, never
    opened as a path.
    """
    location = location.strip().replace("\\", "/")
    joined = location if location.startswith("/") else posixpath.join(posixpath.dirname(base), location)
    return posixpath.normpath("/" + joined).lstrip("/")


def _pages(book: _Book, before: int) -> Iterator[tuple[int, Drawing, Box]]:
    """Number, objects and physical box (millimetres) of each page, templates drawn first."""
    document = parse(book.package.read(book.root))
    common = child_of(document, "CommonData")
    usual = child_of(common, "PageArea", "PhysicalBox")
    for template in children_of(common, "TemplatePage"):
        book.templates[value_of(template, "ID") or ""] = _located(book.root, value_of(template, "BaseLoc") or "")
    for kind in ("PublicRes", "DocumentRes"):
        for resource in children_of(common, kind):
            _collect_media(book, _located(book.root, resource.text or ""))
    pages = children_of(child_of(document, "Pages"), "Page")
    if before + len(pages) > MAX_PAGES:
        raise Unsupported(f"the OFD document has more than {MAX_PAGES} pages")
    for number, page in enumerate(pages, before + 1):
        name = _located(book.root, value_of(page, "BaseLoc") or "")
        content = parse(book.package.read(name))
        own = child_of(content, "Area", "PhysicalBox")
        stated = own if own is not None else usual
        place = box_of(stated.text) if stated is not None else None
        drawing = Drawing(number)
        for template in children_of(content, "Template"):
            part = book.templates.get(value_of(template, "TemplateID") or "")
            if part is not None:
                _draw(parse(book.package.read(part)), drawing)
        _draw(content, drawing)
        yield number, drawing, place or (0.0, 0.0, 210.0, 297.0)


def _collect_media(book: _Book, name: str) -> None:
    if name not in book.package:
        return
    root = parse(book.package.read(name))
    base = posixpath.join(posixpath.dirname(name), value_of(root, "BaseLoc") or "", "part")
    for media in root.iter():
        file = child_of(media, "MediaFile")
        if name_of(media) == "MultiMedia" and file is not None and file.text:
            book.media[value_of(media, "ID") or ""] = _located(base, file.text)


def _draw(root: etree._Element, drawing: Drawing) -> None:
    for layer in children_of(child_of(root, "Content"), "Layer"):
        drawing.collect(layer)


def _read(book: _Book, drawing: Drawing, number: int, place: Box, prose: bool, before: _Read | None) -> _Read:
    left, top, right, bottom = place
    width, height = (right - left) * POINTS, (bottom - top) * POINTS
    page = Page(
        number,
        width,
        height,
        tuple(
            deduplicated(
                g for g in drawing.glyphs if 0 <= g.x0 + g.x1 <= 2 * width and 0 <= g.top + g.bottom <= 2 * height
            )
        ),
        tuple(drawing.rules),
        tuple(box for box, _ in drawing.pictures),
        below(before.page, before.blocks) if before is not None else (),
    )
    found = blocks(page)
    recognised = _scanned(book, drawing, page, prose) if len(page.glyphs) < FEW else None
    if recognised is not None:
        return recognised
    return _Read(page, tuple(found), lambda: again(page, found))


def _scanned(book: _Book, drawing: Drawing, page: Page, prose: bool) -> _Read | None:
    """The page's largest picture recognised, where it covers the page."""
    for (x0, top, x1, bottom), resource in drawing.pictures:
        if (x1 - x0) * (bottom - top) < SCANNED * page.width * page.height or resource not in book.media:
            continue
        if not ocr.available():
            book.unread.append(f"page {page.number} is a picture; {ocr.MISSING}")
            return None
        from extract.read.image import frames

        image, _ = next(frames(book.package.read(book.media[resource])))
        read = ocr.read_picture(image, page.number, (x1 - x0) / image.shape[1], prose)
        return _Read(page, tuple(read.blocks), read.again)
    return None
