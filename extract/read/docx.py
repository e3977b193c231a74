"""DOCX → prose and grids: what Word shows when all changes are accepted.

Inserted text counts, deleted, struck and hidden text does not; a raised figure is a note's mark, no digit; numbers that
Word makes itself (一、) are put in front of their paragraphs. Element names are compared without their namespace: the strict
and the transitional dialect differ in nothing else here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from extract.model import UNREADABLE, Block, Document, Grid, GridCell, Prose
from extract.outcomes import Unreadable, Unsupported
from extract.read import html, mht
from extract.read.bounds import MAX_CELLS
from extract.read.detect import detect
from extract.read.numbering import Numbering
from extract.read.package import Package, open_package
from extract.read.wordstyles import Styles
from extract.read.wordtables import INSIDE, MAX_COLUMNS, has_own_cells, inside, places, reaches, rows_of
from extract.read.xml import child_of, children_of, name_of, parse, value_of

MAX_EMBEDDED = 20

_COMPUTED = re.compile(r"\s*(?:=|EQ\b|REF\b|QUOTE\b|DOCVARIABLE\b|DOCPROPERTY\b|MERGEFIELD\b)", re.IGNORECASE)
"""Fields that show a text of their own."""

_GONE = frozenset(["del", "moveFrom", "rt"])
_EMBEDDED = {"html": html.read, "mht": mht.read}
_PICTURES = frozenset(["drawing", "pict", "object"])


def read(content: bytes, prose: bool = False) -> Document:
    """Read a document. Errors: `Unreadable` for a damaged package or one without text."""
    package = open_package(content)
    main = next((name for name in ("word/document.xml", "word/document2.xml") if name in package), "")
    main = main or next((n for n in package.names if n.startswith("word/document")), "word/document.xml")
    root = parse(package.read(main))
    styles = _part(package, "word/styles.xml")
    numbering = Numbering.of(_part(package, "word/numbering.xml"), styles)
    walk = _Walk(package, main, numbering, Styles(styles))
    body = next((child for child in root if name_of(child) == "body"), root)
    blocks = list(walk.blocks(body))
    if not blocks and not walk.unread:
        raise Unreadable("the document has no text")
    return Document("docx", tuple(blocks), titles=_titles(package), unread=tuple(walk.unread))


def _part(package: Package, name: str) -> etree._Element | None:
    return parse(package.read(name)) if name in package else None


def _titles(package: Package) -> tuple[str, ...]:
    core = _part(package, "docProps/core.xml")
    title = child_of(core, "title")
    text = " ".join((title.text or "").split()) if title is not None else ""
    return (text,) if text else ()


@dataclass(slots=True)
class _Text:
    """The text of a paragraph of some style as it is gathered; `boxes` are text boxes anchored in it, `white` says which parts have
    white digits, `code` what the field computes that is open and has no result so far.
    """

    style: str | None = None
    parts: list[str] = field(default_factory=list)
    white: list[int] = field(default_factory=list)
    code: str = ""
    boxes: list[etree._Element] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    """One way through the document, counting numbered paragraphs and cells."""

    package: Package
    main: str
    numbering: Numbering
    styles: Styles
    cells: int = 0
    embedded: int = 0
    in_cell: bool = False
    is_struck: bool = False  # a number of the cell
    inner: list[Grid] = field(default_factory=list)  # tables that stand in cells of one
    unread: list[str] = field(default_factory=list)

    def blocks(self, parent: etree._Element) -> Iterator[Block]:
        """Paragraphs and tables below an element, in order."""
        for child in parent:
            name = name_of(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._table(child)
            elif name == "AlternateContent":
                yield from self.blocks(_alternative(child))
            elif name == "altChunk":
                yield from self._embedded(value_of(child, "id") or "")
            elif name in INSIDE:
                yield from self.blocks(child)
            elif name not in _GONE and _has_text(child):
                self.unread.append("a part of the document is marked in a way that is not known")

    def _embedded(self, identity: str) -> Iterator[Block]:
        """A whole HTML file that stands in place of paragraphs, as some publishing systems write it."""
        folder, name = posixpath.split(self.main)
        relations = _part(self.package, f"{folder}/_rels/{name}.rels")
        target = next(
            (e.get("Target") for e in children_of(relations, "Relationship") if e.get("Id") == identity), None
        )
        member = posixpath.normpath(posixpath.join(f"/{folder}", target or "")).lstrip("/")
        self.embedded += 1
        try:
            content = self.package.read(member)
            yield from _EMBEDDED[detect(content)](content).blocks if self.embedded <= MAX_EMBEDDED else ()
        except (Unreadable, KeyError):
            self.unread.append("a part of the document is embedded in another format and was not read")

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Block]:
        text = self._text(paragraph)
        shown = self._numbered(paragraph, "".join(text.parts))
        if shown:
            yield Prose(shown)
        for box in text.boxes:
            yield from self.blocks(box)

    def _numbered(self, paragraph: etree._Element, raw: str) -> str:
        """The lines of a paragraph, white space folded, with the number that Word puts before them.

        A figure gets none: `5` in a numbered list must not become `1.5`.
        """
        number = self.numbering.next(paragraph)  # an empty paragraph counts
        text = "\n".join(line for part in raw.split("\n") if (line := " ".join(part.split())))
        return number + text if any("\u3400" <= c <= "\u9fff" for c in text) else text

    def _text(self, paragraph: etree._Element) -> _Text:
        text = _Text(value_of(child_of(paragraph, "pPr", "pStyle")))
        self._gather(paragraph, text)
        if any(part.strip() for number, part in enumerate(text.parts) if number not in text.white):
            for number in text.white:
                text.parts[number] = UNREADABLE  # white beside black: perhaps seen, perhaps not
        return text

    def _gather(self, parent: etree._Element, text: _Text) -> None:
        for child in parent:
            name = name_of(child)
            if name == "r":
                self._run(child, text)
            elif name == "AlternateContent":
                self._gather(_alternative(child), text)
            elif name in INSIDE:
                self._gather(child, text)
            elif name not in _GONE and _has_text(child):
                text.parts.append(UNREADABLE)

    def _run(self, run: etree._Element, text: _Text) -> None:
        properties = child_of(run, "rPr")
        if self.styles.is_hidden(properties, text.style):
            digits = any(c.isdecimal() for child in children_of(run, "t") for c in child.text or "")
            self.is_struck |= digits and self.styles.is_struck(properties, text.style)
            return
        raised = self.styles.is_raised(properties, text.style)
        parts: list[str] = []
        for child in run:
            self._piece(child, parts, text)
        shown = "".join(parts)
        if self.styles.is_white(properties, text.style) and any(c.isdecimal() for c in shown):
            text.white.append(len(text.parts))
        text.parts.append(f"(注{shown})" if raised and shown.strip() else shown)

    def _piece(self, piece: etree._Element, parts: list[str], text: _Text) -> None:
        name = name_of(piece)
        if name == "t":
            parts.append(piece.text or "")
        elif name in ("tab", "ptab"):
            parts.append(" ")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name == "sym":
            parts.append(UNREADABLE)
        elif name == "instrText":
            text.code += piece.text or ""
        elif name == "fldChar":
            if value_of(piece, "fldCharType") == "end" and self.in_cell and _COMPUTED.match(text.code):
                parts.append(UNREADABLE)  # what it shows is not stored
            text.code = ""
        elif name in _PICTURES:
            text.boxes += (box for box in piece.iter() if name_of(box) == "txbxContent")
        elif name == "AlternateContent":
            for inner in _alternative(piece):
                self._piece(inner, parts, text)
        elif name == "ruby":
            self._gather(piece, text)

    def _table(self, table: etree._Element) -> Iterator[Block]:
        """Rows that hold no other table make grids; a row that does is layout, and its cells are read one by one, unless the
        table is one of figures: then a table in a cell is that cell's, and comes after it as well if it holds several texts.
        """
        rows = list(rows_of(table))
        if has_own_cells(rows):
            yield from self._grid(rows)
            inner, self.inner = self.inner, []
            yield from inner
            return
        plain: list[etree._Element] = []
        for row in rows:
            if any(name_of(inner) == "tbl" for inner in row.iter()):
                yield from self._grid(plain)
                plain = []
                for cell in inside(row, "tc"):
                    yield from self.blocks(cell)
            else:
                plain.append(row)
        yield from self._grid(plain)

    def _grid(self, rows: list[etree._Element]) -> Iterator[Block]:
        cells: list[GridCell] = []
        open_: dict[int, int] = {}  # column → the cell that vertical merging goes on from
        width = 0
        for index, row in enumerate(rows):
            for place in places(row):
                self._count(place.column + place.colspan)
                width = max(width, place.column + place.colspan)
                above = cells[open_[place.column]] if place.column in open_ else None
                if place.goes_on and above is not None and reaches(above, index, place.colspan):
                    cells[open_[place.column]] = above._replace(rowspan=index - above.row + 1)
                    continue
                text = self._cell(place.cell) or (UNREADABLE if place.goes_on else "")  # it goes on from nothing
                open_[place.column] = len(cells)
                cells.append(GridCell(text, index, place.column, 1, place.colspan))
        if cells:
            yield Grid(tuple(cells), len(rows), width)

    def _count(self, column: int) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS or column > MAX_COLUMNS:
            raise Unsupported(f"the document has more than {MAX_CELLS:,} table cells or {MAX_COLUMNS} columns")

    def _cell(self, cell: etree._Element) -> str:
        """The text of a cell, its paragraphs as lines."""
        outer, self.in_cell, self.is_struck = self.in_cell, True, False
        found = []
        for block in self.blocks(cell):
            if isinstance(block, Prose):
                found.append(block.text)
            elif filled := [inner.text for inner in block.cells if inner.text]:
                found.append(filled[0] if len(filled) == 1 else UNREADABLE)
                self.inner += [block] if len(filled) > 1 else []
        self.in_cell = outer
        if found:
            return "\n".join(found)
        if self.is_struck:
            return UNREADABLE  # a number struck out, with nothing in its place: not published blank
        return UNREADABLE if any(name_of(inner) in _PICTURES for inner in cell.iter()) else ""


def _has_text(element: etree._Element) -> bool:
    return any(name_of(inner) == "t" and (inner.text or "").strip() for inner in element.iter())


def _alternative(element: etree._Element) -> etree._Element:
    """The first choice of alternative content, or its fallback: never both."""
    chosen = child_of(element, "Choice")
    if chosen is None:
        chosen = child_of(element, "Fallback")
    return chosen if chosen is not None else etree.Element("none")
