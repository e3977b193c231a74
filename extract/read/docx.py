"""DOCX → prose and grids: what Word shows when all changes are accepted.

Inserted text counts, deleted, struck and hidden text does not; a raised figure is a note's mark, no digit; numbers that
Word makes itself (一、) are put in front of their paragraphs. Element names are compared without their namespace: the strict
and the transitional dialect differ in nothing else here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from extract.model import UNREADABLE, Block, Document, Grid, GridCell, Prose
from extract.outcomes import Unreadable, Unsupported
from extract.read import html, mht
from extract.read.bounds import MAX_CELLS
from extract.read.detect import detect
from extract.read.numbering import Numbering
from extract.read.package import Package, open_package
from extract.read.wordstyles import Styles, is_on
from extract.read.xml import child_of, children_of, name_of, parse, value_of

MAX_COLUMNS = 200
MAX_EMBEDDED = 20

_INSIDE = frozenset([
    "ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "customXml", "fldSimple", "dir", "bdo", "ruby", "rubyBase",
    "oMath", "oMathPara",
])  # fmt: skip
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
    """The text of a paragraph of some style as it is gathered; `boxes` are text boxes anchored in it."""

    style: str | None = None
    parts: list[str] = field(default_factory=list)
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
            elif name in _INSIDE:
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
        return text

    def _gather(self, parent: etree._Element, text: _Text) -> None:
        for child in parent:
            name = name_of(child)
            if name == "r":
                self._run(child, text)
            elif name == "AlternateContent":
                self._gather(_alternative(child), text)
            elif name in _INSIDE:
                self._gather(child, text)
            elif name not in _GONE and _has_text(child):
                text.parts.append(UNREADABLE)

    def _run(self, run: etree._Element, text: _Text) -> None:
        properties = child_of(run, "rPr")
        if self.styles.is_hidden(properties, text.style):
            return
        raised = self.styles.is_raised(properties, text.style)
        parts: list[str] = []
        for child in run:
            self._piece(child, parts, text)
        shown = "".join(parts)
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
        elif name in _PICTURES:
            text.boxes += (box for box in piece.iter() if name_of(box) == "txbxContent")
        elif name == "AlternateContent":
            for inner in _alternative(piece):
                self._piece(inner, parts, text)
        elif name == "ruby":
            self._gather(piece, text)

    def _table(self, table: etree._Element) -> Iterator[Block]:
        """Rows that hold no other table make grids; a row that does is layout, and its cells are read one by one."""
        plain: list[etree._Element] = []
        for row in _rows(table):
            if any(name_of(inner) == "tbl" for inner in row.iter()):
                yield from self._grid(plain)
                plain = []
                for cell in _inside(row, "tc"):
                    yield from self.blocks(cell)
            else:
                plain.append(row)
        yield from self._grid(plain)

    def _grid(self, rows: list[etree._Element]) -> Iterator[Block]:
        cells: list[GridCell] = []
        open_: dict[int, int] = {}  # column → the cell that vertical merging goes on from
        width = 0
        for index, row in enumerate(rows):
            for place in _places(row):
                self._count(place.column + place.colspan)
                width = max(width, place.column + place.colspan)
                above = cells[open_[place.column]] if place.column in open_ else None
                if place.goes_on and above is not None and _reaches(above, index, place.colspan):
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
        found = [block.text for block in self.blocks(cell) if isinstance(block, Prose)]
        if found:
            return "\n".join(found)
        return UNREADABLE if any(name_of(inner) in _PICTURES for inner in cell.iter()) else ""


class _Place(NamedTuple):
    """Where a cell stands in its row. `goes_on`: it is merged with the one above."""

    cell: etree._Element
    column: int
    colspan: int
    goes_on: bool


def _places(row: etree._Element) -> list[_Place]:
    places: list[_Place] = []
    column = int_of(child_of(row, "trPr", "gridBefore"))
    for cell in _inside(row, "tc"):
        properties = child_of(cell, "tcPr")
        if child_of(properties, "cellDel") is not None:
            continue
        colspan = max(1, int_of(child_of(properties, "gridSpan")))
        if places and _is_continued(child_of(properties, "hMerge")):
            places[-1] = places[-1]._replace(colspan=places[-1].colspan + colspan)
        else:
            places.append(_Place(cell, column, colspan, _is_continued(child_of(properties, "vMerge"))))
        column += colspan
    return places


def _is_continued(merge: etree._Element | None) -> bool:
    return merge is not None and value_of(merge) != "restart"


def _reaches(above: GridCell, row: int, colspan: int) -> bool:
    """Whether a cell that is as wide ends right above this row, so that vertical merging goes on from it."""
    return above.row + above.rowspan == row and above.colspan == colspan


def int_of(element: etree._Element | None) -> int:
    """A whole number that an element's `val` gives; 0 where it gives none, and at most `MAX_COLUMNS`."""
    value = value_of(element) or "0"
    return min(int(value), MAX_COLUMNS) if value.isdecimal() and len(value) < 10 else 0


def _has_text(element: etree._Element) -> bool:
    return any(name_of(inner) == "t" and (inner.text or "").strip() for inner in element.iter())


def _alternative(element: etree._Element) -> etree._Element:
    """The first choice of alternative content, or its fallback: never both."""
    chosen = child_of(element, "Choice")
    if chosen is None:
        chosen = child_of(element, "Fallback")
    return chosen if chosen is not None else etree.Element("none")


def _inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children of a name, also inside content controls."""
    for child in parent:
        if name_of(child) == name:
            yield child
        elif name_of(child) in _INSIDE:
            yield from _inside(child, name)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows that are there when all changes are accepted, and shown."""
    for row in _inside(table, "tr"):
        properties = child_of(row, "trPr")
        if child_of(properties, "del") is None and not is_on(child_of(properties, "hidden")):
            yield row
