"""DOCX → prose and grids: what Word shows when all changes are accepted.

Inserted text counts, deleted, struck and hidden text does not; a raised figure is a note's mark, no digit; numbers that
Word makes itself (一、) are put in front of their paragraphs. Element names are compared without their namespace: the strict
and the transitional dialect differ in nothing else here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from extract.model import Block, Document, Grid, GridCell, Prose
from extract.outcomes import Unreadable
from extract.read.numbering import Numbering
from extract.read.package import Package, open_package
from extract.read.xml import child_of, children_of, name_of, parse, value_of

MAX_CELLS = 60_000  # of one document, as in HTML
MAX_COLUMNS = 200
UNREADABLE = "�"  # a cell that shows only a picture is not blank

_INSIDE = frozenset(
    ["ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "customXml", "fldSimple", "dir", "bdo", "ruby", "rubyBase"]
)  # fmt: skip
_GONE = frozenset(["del", "moveFrom", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr", "rt"])
_HIDING = ("vanish", "webHidden", "strike", "dstrike")
_PICTURES = frozenset(["drawing", "pict", "object"])


def read(content: bytes, prose: bool = False) -> Document:
    """Read a document. Errors: `Unreadable` for a damaged package or one without text."""
    package = open_package(content)
    main = next((name for name in ("word/document.xml", "word/document2.xml") if name in package), "")
    root = parse(
        package.read(main or next((n for n in package.names if n.startswith("word/document")), "word/document.xml"))
    )
    styles = _part(package, "word/styles.xml")
    walk = _Walk(Numbering.of(_part(package, "word/numbering.xml"), styles), _hiding(styles))
    body = next((child for child in root if name_of(child) == "body"), root)
    blocks = list(walk.blocks(body))
    if not blocks and not walk.unread:
        raise Unreadable("the document has no text")
    return Document("docx", tuple(blocks), titles=_titles(package), unread=tuple(walk.unread))


def _part(package: Package, name: str) -> etree._Element | None:
    return parse(package.read(name)) if name in package else None


def _hiding(styles: etree._Element | None) -> frozenset[str]:
    """Character styles whose text is struck or hidden; `del` is the name that HTML's deleted text keeps when converted."""
    own = children_of(styles, "style")
    return frozenset(
        value_of(style, "styleId") or ""
        for style in own
        if any(_is_on(child_of(style, "rPr", name)) for name in _HIDING) or value_of(child_of(style, "name")) == "del"
    )


def _titles(package: Package) -> tuple[str, ...]:
    core = _part(package, "docProps/core.xml")
    title = child_of(core, "title")
    text = " ".join((title.text or "").split()) if title is not None else ""
    return (text,) if text else ()


@dataclass(slots=True)
class _Text:
    """The text of a paragraph as it is gathered; `boxes` are text boxes anchored in it."""

    parts: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    picture: bool = False


@dataclass(slots=True)
class _Walk:
    """One way through the document, counting numbered paragraphs and cells."""

    numbering: Numbering
    hiding: frozenset[str]
    cells: int = 0
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
                self.unread.append("a part of the document is embedded in another format and was not read")
            elif name in _INSIDE:
                yield from self.blocks(child)

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
        text = "\n".join(line for part in raw.split("\n") if (line := " ".join(part.split())))
        if not text:
            return ""
        number = self.numbering.next(paragraph)
        return number + text if any("\u3400" <= c <= "\u9fff" for c in text) else text

    def _text(self, parent: etree._Element) -> _Text:
        text = _Text()
        self._gather(parent, text)
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

    def _run(self, run: etree._Element, text: _Text) -> None:
        properties = child_of(run, "rPr")
        if self._is_hidden(properties):
            return
        raised = value_of(child_of(properties, "vertAlign")) in ("superscript", "subscript")
        parts: list[str] = []
        for child in run:
            self._piece(child, parts, text)
        shown = "".join(parts)
        text.parts.append(f"(注{shown})" if raised and shown.strip() else shown)

    def _is_hidden(self, properties: etree._Element | None) -> bool:
        """Whether a run is struck or hidden, by its own properties or, where they say nothing, by its style."""
        said = [child_of(properties, name) for name in _HIDING]
        if any(switch is not None for switch in said):
            return any(_is_on(switch) for switch in said)
        return value_of(child_of(properties, "rStyle")) in self.hiding

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
            boxes = [box for box in piece.iter() if name_of(box) == "txbxContent"]
            text.boxes += boxes
            text.picture = text.picture or not boxes
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
            column = int_of(child_of(row, "trPr", "gridBefore"))
            for element in _inside(row, "tc"):
                properties = child_of(element, "tcPr")
                colspan = max(1, int_of(child_of(properties, "gridSpan")))
                merge = child_of(properties, "vMerge")
                horizontal = child_of(properties, "hMerge")
                if merge is not None and value_of(merge) != "restart" and column in open_:
                    above = cells[open_[column]]
                    cells[open_[column]] = above._replace(rowspan=index - above.row + 1)
                elif horizontal is not None and value_of(horizontal) != "restart" and cells and cells[-1].row == index:
                    cells[-1] = cells[-1]._replace(colspan=cells[-1].colspan + colspan)
                else:
                    open_[column] = len(cells)
                    cells.append(GridCell(self._cell(element), index, column, 1, colspan))
                column += colspan
                self._count(column)
            width = max(width, column)
        if cells:
            yield Grid(tuple(cells), len(rows), width)

    def _count(self, column: int) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS or column > MAX_COLUMNS:
            raise Unreadable(f"the document has more than {MAX_CELLS:,} table cells or {MAX_COLUMNS} columns")

    def _cell(self, cell: etree._Element) -> str:
        """The text of a cell, its paragraphs as lines."""
        found = [block.text for block in self.blocks(cell) if isinstance(block, Prose)]
        if found:
            return "\n".join(found)
        return UNREADABLE if any(name_of(inner) in _PICTURES for inner in cell.iter()) else ""


def int_of(element: etree._Element | None) -> int:
    """A whole number that an element's `val` gives; 0 where it gives none, and at most `MAX_COLUMNS`."""
    value = value_of(element) or "0"
    return min(int(value), MAX_COLUMNS) if value.isdecimal() and len(value) < 10 else 0


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and (value_of(switch) or "true") not in ("0", "false", "off", "none")


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
        if child_of(properties, "del") is None and not _is_on(child_of(properties, "hidden")):
            yield row
