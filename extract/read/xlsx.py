"""XLSX → prose and grids: what a book shows, sheet by sheet, read from its parts.

Read here and not by a library, because figures depend on what libraries drop: a raised note mark beside a number, struck
digits, formulas whose result was never stored, hidden rows and columns, percent and unit formats.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from extract.model import UNREADABLE, Block, Document
from extract.outcomes import Unreadable, Unsupported
from extract.read import numberformat
from extract.read.bounds import MAX_CELLS
from extract.read.package import Package, open_package
from extract.read.sheet import MAX_SHEETS, Area, Place, Sheet, blocks_of, folded, unread
from extract.read.xml import child_of, children_of, name_of, parse, value_of

MAX_ELEMENTS = 2_500_000  # beginnings and ends of rows and cells, most of them empty, that are looked at
MAX_HIDDEN = 100_000  # rows and columns
MAX_POSITION = 1_048_576  # rows of a sheet

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_EMPTY = re.compile(rb"""<(?:row|c)\s(?![^<>]*\b(?:hidden=|ht=["']0["'.]))(?:[^<>]*\s)?r=["'][A-Z]*\d+["'][^<>]*/>""")
"""A row or cell that states its place, holds nothing and is not hidden: nine in ten of a formatted sheet."""
_VALUE = re.compile(rb"<(?:\w+:)?v[\s/>]")
_NO_ZEROS = re.compile(rb"<(?:\w+:)?sheetView\s[^<>]*\bshowZeros\s*=\s*[\"'](?:0|false)[\"']")
_HEAD = 20_000  # bytes of a sheet in which it says how it is viewed
_KINDS = frozenset(["b", "d", "e", "inlineStr", "n", "s", "str"])
_WORKBOOK = "xl/workbook.xml"


def read(content: bytes, prose: bool = False) -> Document:
    """Read every sheet that is shown. Errors: `Unreadable` for a damaged or overlong book."""
    package = open_package(content)
    book = parse(package.read(_WORKBOOK))
    looks = _Looks.of(_part(package, "xl/styles.xml"))
    shared = _shared_texts(_part(package, "xl/sharedStrings.xml"))
    is_1904 = value_of(child_of(book, "workbookPr"), "date1904") in ("1", "true")
    paths = _sheet_paths(package, book)
    if len(paths) > MAX_SHEETS:
        raise Unsupported(f"the book has {len(paths)} sheets; the limit is {MAX_SHEETS}")
    blocks: list[Block] = []
    sheets: list[Sheet] = []
    for path in paths:
        sheets.append(_Reading(shared, looks, is_1904).sheet(package.read(path)))
        blocks += blocks_of(sheets[-1])
    if not blocks:
        raise Unreadable("the book has no text")
    title = child_of(_part(package, "docProps/core.xml"), "title")
    text = " ".join((title.text or "").split()) if title is not None else ""
    return Document("xlsx", tuple(blocks), titles=(text,) if text else (), unread=unread(sheets))


def _part(package: Package, name: str) -> etree._Element | None:
    return parse(package.read(name)) if name in package else None


def _sheet_paths(package: Package, book: etree._Element) -> list[str]:
    """The names of the parts that hold the sheets shown, in the book's order."""
    relations = _part(package, "xl/_rels/workbook.xml.rels")
    targets = {
        str(each.get("Id")): posixpath.normpath(posixpath.join("/xl", str(each.get("Target")))).lstrip("/")
        for each in children_of(relations, "Relationship")
        if str(each.get("Type")).endswith("/worksheet")  # not a chart, a macro or a dialog sheet
    }
    shown = [
        sheet
        for sheet in children_of(child_of(book, "sheets"), "sheet")
        if (sheet.get("state") or "visible") == "visible"
    ]
    return [targets[identity] for sheet in shown if (identity := value_of(sheet, "id") or "") in targets]


@dataclass(frozen=True, slots=True)
class _Looks:
    """How cells look, by the number of their style: number format, and whether the whole text is struck, raised or white on white."""

    formats: tuple[str, ...] = ()
    struck: tuple[bool, ...] = ()
    raised: tuple[bool, ...] = ()
    white: tuple[bool, ...] = ()

    @classmethod
    def of(cls, styles: etree._Element | None) -> _Looks:
        codes = {
            _whole(value_of(each, "numFmtId")): value_of(each, "formatCode") or ""
            for each in children_of(child_of(styles, "numFmts"), "numFmt")
        }
        fonts = children_of(child_of(styles, "fonts"), "font")
        formats: list[str] = []
        struck: list[bool] = []
        raised: list[bool] = []
        white: list[bool] = []
        fills = children_of(child_of(styles, "fills"), "fill")
        for each in children_of(child_of(styles, "cellXfs"), "xf"):
            number, font = _whole(value_of(each, "numFmtId")), _whole(value_of(each, "fontId"))
            formats.append(codes.get(number, numberformat.BUILT_IN.get(number, "")))
            look = fonts[font] if font < len(fonts) else None
            struck.append(_is_struck(look))
            raised.append(_is_raised(look))
            fill = _whole(value_of(each, "fillId"))
            is_white = "[white]" in formats[-1].lower() or _is_white(look)
            white.append(is_white and _is_paper(fills[fill] if fill < len(fills) else None))
        return cls(tuple(formats), tuple(struck), tuple(raised), tuple(white))


def _is_struck(font: etree._Element | None) -> bool:
    strike = child_of(font, "strike")
    return strike is not None and (value_of(strike) or "1") not in ("0", "false")


def _is_raised(font: etree._Element | None) -> bool:
    return value_of(child_of(font, "vertAlign")) in ("superscript", "subscript")


def _shared_texts(part: etree._Element | None) -> list[str]:
    return [_rich(each) for each in children_of(part, "si")]


def _rich(element: etree._Element) -> str:
    """The text of a string element: runs put together, struck ones left out, raised ones as a note's mark; white digits cannot be read."""
    if len(children_of(element, "t")) > 1:
        return UNREADABLE  # one text twice, or two of which one is meant
    parts: list[str] = []
    struck = ""
    for child in element:
        name, look = name_of(child), child_of(child, "rPr")
        text = "".join(each.text or "" for each in children_of(child, "t")) if name == "r" else child.text or ""
        if name == "t":
            parts.append(text)
        elif name == "r" and _is_struck(look):
            struck += text
        elif name == "r":
            white = _is_white(look) and any(c.isdecimal() for c in text)  # perhaps seen, perhaps not
            parts.append(UNREADABLE if white else f"(注{text})" if text.strip() and _is_raised(look) else text)
    return folded("".join(parts)) or _if_struck(struck)


def _is_white(font: etree._Element | None) -> bool:
    return _is_white_colour(child_of(font, "color"))


def _is_white_colour(colour: etree._Element | None) -> bool:
    """Whether a colour is white: as such, of the old palette, or the theme's paper, which a tint may darken."""
    if colour is None:
        return False
    is_papers = colour.get("theme") == "0" and not (colour.get("tint") or "0").startswith("-")
    return is_papers or (colour.get("rgb") or "").upper().endswith("FFFFFF") or colour.get("indexed") in ("1", "9")


def _is_paper(fill: etree._Element | None) -> bool:
    """Whether a cell's ground is white: filled with nothing, or with white."""
    pattern = child_of(fill, "patternFill")
    if pattern is None:
        return fill is None or child_of(fill, "gradientFill") is None
    kind = pattern.get("patternType") or "none"
    return kind == "none" or (kind == "solid" and _is_white_colour(child_of(pattern, "fgColor")))


def _if_struck(text: str) -> str:
    """What a cell shows whose whole text is struck out: a number with nothing in its place was not published blank."""
    return UNREADABLE if any(c.isdecimal() for c in text) else ""


@dataclass(slots=True)
class _Reading:
    """One way through the part of a sheet; positions go on from the last one where they are not stated."""

    shared: list[str]
    looks: _Looks
    is_1904: bool
    texts: dict[Place, str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    row: int = -1
    column: int = -1
    is_reduced: bool = False  # empty rows and cells have been taken out: those left must state their places
    values: int = 0  # cells with one
    has_no_zeros: bool = False  # a cell whose value is 0 shows nothing

    def sheet(self, content: bytes) -> Sheet:
        """Read the part. Errors: `Unreadable` where it is damaged or too large."""
        self.has_no_zeros = _NO_ZEROS.search(content, 0, _HEAD) is not None
        reduced = _EMPTY.sub(b"", content)
        self.is_reduced = len(reduced) < len(content)
        for count, (event, element) in enumerate(_elements(reduced)):
            if count > MAX_ELEMENTS or len(self.texts) > MAX_CELLS or len(self.hidden_rows) > MAX_HIDDEN:
                raise Unsupported(f"a sheet of the book has more than {MAX_CELLS:,} cells or too many empty rows")
            name = name_of(element)
            if event == "start":
                if name == "row":
                    self._begin_row(element)
                continue
            if name == "c":
                self._cell(element)
            elif name == "mergeCell":
                self._merge(str(element.get("ref")))
            elif name == "col" and _is_hidden(element):
                first, last = _whole(element.get("min")), min(_whole(element.get("max")), 16_384)
                self.hidden_columns.update(range(first - 1, last))
            element.clear()
        if self.values != len(_VALUE.findall(content)):
            raise Unreadable("a sheet of the book has values that stand in no cell")
        hidden = frozenset(self.hidden_rows), frozenset(self.hidden_columns)
        return Sheet(self.texts, tuple(self.merged), *hidden)

    def _begin_row(self, row: etree._Element) -> None:
        stated = _whole(row.get("r"))
        self._check_stated(stated > 0)
        self.row = stated - 1 if stated else self.row + 1
        self.column = -1
        if _is_hidden(row):
            self.hidden_rows.add(self.row)

    def _cell(self, cell: etree._Element) -> None:
        place = _place(cell.get("r") or "")
        self._check_stated(place is not None)
        row, column = place if place is not None else (self.row, self.column + 1)
        if row != self.row or column < self.column:
            raise Unreadable("a sheet of the book contradicts itself about where its cells stand")
        self.column = column
        self.values += any(name_of(child) == "v" for child in cell)
        text = self._text(cell)
        if text:
            twice = (row, column) in self.texts
            self.texts[row, column] = UNREADABLE if twice else text

    def _check_stated(self, is_stated: bool) -> None:
        if self.is_reduced and not is_stated:
            raise Unreadable("a sheet of the book says of some cells where they stand, but not of all")

    def _text(self, cell: etree._Element) -> str:
        style = _whole(cell.get("s"))
        text = self._value(cell, self.looks.formats[style] if style < len(self.looks.formats) else "")
        if style < len(self.looks.struck) and self.looks.struck[style]:
            return _if_struck(text)
        if style < len(self.looks.white) and self.looks.white[style] and any(c.isdecimal() for c in text):
            return UNREADABLE
        return f"(注{text})" if text and style < len(self.looks.raised) and self.looks.raised[style] else text

    def _value(self, cell: etree._Element, code: str) -> str:
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            inline = child_of(cell, "is")
            return _rich(inline) if inline is not None else UNREADABLE if len(cell) else ""
        if kind not in _KINDS:
            return UNREADABLE if len(cell) else ""
        value = child_of(cell, "v")
        text = (value.text or "") if value is not None else ""
        if not text:
            is_formula = child_of(cell, "f") is not None and kind != "str"
            return UNREADABLE if is_formula or child_of(cell, "is") is not None else ""
        if kind == "s":
            index = _whole(text.strip())
            return self.shared[index] if text.strip().isdecimal() and index < len(self.shared) else UNREADABLE
        if kind in ("str", "d"):
            return folded(text)
        if kind != "n":
            return UNREADABLE  # an error; a truth value is no number
        try:
            number = float(text)
        except ValueError:
            return UNREADABLE
        return "" if number == 0 and self.has_no_zeros else numberformat.shown(number, code, self.is_1904)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _place(first), _place(last)
        if start is not None and end is not None and start <= end and start[1] <= end[1]:
            self.merged.append(Area(*start, *end))
        if len(self.merged) > MAX_CELLS:
            raise Unsupported(f"a sheet of the book merges more than {MAX_CELLS:,} areas")


def _elements(content: bytes) -> Iterator[tuple[str, etree._Element]]:
    """Rows as they begin; cells, columns and merged areas as they end. A sheet is too large to be held as a tree."""
    events = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), tag=("{*}row", "{*}c", "{*}mergeCell", "{*}col"),
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for count, (event, element) in enumerate(events):
            if count == 0 and element.getroottree().docinfo.doctype:  # it stands before the first element
                raise Unreadable("a part of the book declares entities; none that is published does")
            yield str(event), element
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"a sheet of the book is no well-formed XML ({str(error.msg)[:80]})") from None


def _is_hidden(element: etree._Element) -> bool:
    size = element.get("ht") or element.get("width")
    return element.get("hidden") in ("1", "true") or size in ("0", "0.0")


def _place(reference: str) -> Place | None:
    """`B3` → (2, 1); None for what is no place of a sheet."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    row = int(match[2])
    return (row - 1, column - 1) if 0 < row <= MAX_POSITION else None


def _whole(text: str | None) -> int:
    """A number that counts or points; 0 where none is stated."""
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0
