"""What a document's own bytes say against what LibreOffice kept of it: text and tables that were lost while converting.

Each format is looked at only as far as its text stands open in it: XML by its text elements, binary Word by runs of UTF-16, RTF by
its characters. What is said there and nowhere in the converted document was lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from extract.model import Document, Grid
from extract.outcomes import Unreadable
from extract.read.package import open_package
from extract.read.xml import name_of, parse

MIN_CHARACTERS, LOST = (
    500,
    5,
)  # of RTF, whose fonts and styles have names, too: fewer characters tell nothing; a fifth is no whole document
FEW, SHARE = 40, 0.1  # Chinese characters that may be missing: those of notes, headers and deleted text
PIECE = 12  # characters of a run in binary Word, which pictures do not have by chance

_RTF_CHARACTER = re.compile(rb"\\u-?\d{2,5}|\\'[89a-f][0-9a-f]\\'[0-9a-f]{2}", re.IGNORECASE)
_RTF_ROW = re.compile(rb"\\trowd")
_CHINESE = re.compile("[\u3400-\u9fff]")
_RUN = re.compile(
    rb"(?:[\x00-\xff][\x4e-\x9f]|[\x01-\x02\x08-\x0f\x14-\x1f]\x30|[\x01\x08\x09\x0c\x1a\x1b]\xff|[\x30-\x39]\x00){%d,}"
    % PIECE
)
_BESIDE = frozenset(
    ["hdr", "ftr", "footnote", "endnote", "annotation", "comment", "tracked-changes", "binData", "docPr", "styles"]
)
"""Elements whose text is not the document's own."""
_TEXTS = {"docxml": ("t",), "xlsxml": ("Data",), "odt": ("p", "h", "span", "a"), "ods": ("p", "span", "a")}
_ROWS = {"docxml": "tr", "xlsxml": "Row", "odt": "table-row", "ods": "table-row"}


def checked(content: bytes, kind: str, document: Document) -> Document:
    """The converted document; where a part of its text was lost, it says so (`unread`). Errors: `Unreadable` where its tables or
    most of its text are gone.
    """
    kept = "".join("".join(text.split()) for text in _texts(document))
    given, lost, rows = _compared(content, kind, kept)
    if rows and not any(isinstance(block, Grid) for block in document.blocks):
        raise Unreadable("LibreOffice lost the document's tables while converting it")
    if kind == "rtf":
        if given > MIN_CHARACTERS and len(_CHINESE.findall(kept)) * LOST < given:
            raise Unreadable("LibreOffice lost most of the document's text while converting it")
        return document
    if lost > FEW and lost * 2 > given:
        raise Unreadable("LibreOffice lost most of the document's text while converting it")
    if lost > FEW and lost > SHARE * given:
        why = f"LibreOffice lost {lost:,} of the document's {given:,} Chinese characters while converting it"
        return replace(document, unread=(*document.unread, why))
    return document


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        if isinstance(block, Grid):
            yield from (cell.text for cell in block.cells)
        else:
            yield block.text


def _compared(content: bytes, kind: str, kept: str) -> tuple[int, int, int]:
    """How many Chinese characters the document has of its own, how many of them nowhere stand in `kept`, and how many rows of
    tables it has, as far as its format tells.
    """
    if kind == "rtf":
        return len(_RTF_CHARACTER.findall(content)), 0, len(_RTF_ROW.findall(content))
    rows = 0
    if kind in _TEXTS:
        root = parse(open_package(content).read("content.xml") if kind in ("odt", "ods") else content)
        pieces = list(_pieces(root, _TEXTS[kind]))
        rows = sum(name_of(element) == _ROWS[kind] for element in root.iter(etree.Element))
    elif kind in ("doc", "wps"):
        pieces = [run.decode("utf-16-le", "ignore") for run in _RUN.findall(content)]
    else:
        return 0, 0, 0
    counts = [(len(_CHINESE.findall(piece)), "".join(piece.split()) in kept) for piece in pieces]
    return sum(count for count, _ in counts), sum(count for count, is_kept in counts if not is_kept), rows


def _pieces(root: etree._Element, names: tuple[str, ...]) -> Iterator[str]:
    """The text that stands directly in elements of these names, without what is noted beside the document."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if name_of(element) in _BESIDE:
            continue
        own = name_of(element) in names
        if own and element.text:
            yield element.text
        for child in element:
            if own and child.tail:
                yield child.tail
        waiting += [child for child in element if isinstance(child.tag, str)]
