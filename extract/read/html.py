"""HTML → prose and grids, in document order.

Only what the page shows as text counts (`shown`). One walk collects paragraphs; tables that hold no other table become
grids (a table around others is page layout).
"""

from __future__ import annotations

from lxml import etree

from extract.model import Block, Document, Grid, GridCell, Prose
from extract.outcomes import Unreadable
from extract.read import shown
from extract.read.decode import decode

MAX_ROWS = 5_000  # the longest statutory table has 28 rows; a page of 100,000 is a data dump
MAX_SPAN = 1_000  # what browsers allow for colspan
MAX_CELLS = 60_000

_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)


def read(content: bytes, prose: bool = False) -> Document:
    """Parse a page. Errors: `Unreadable` where the page is nested too deep or its tables are beyond all bounds."""
    source = content if _is_plain_utf8(content) else decode(content).replace("\x00", "").encode("utf-8", "replace")
    try:
        root = etree.fromstring(source, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"the page cannot be parsed as HTML ({error.msg})") from None
    if root is None:
        raise Unreadable("the page has no content")
    if any("depth" in entry.message.lower() for entry in _PARSER.error_log.filter_from_level(etree.ErrorLevels.FATAL)):
        raise Unreadable("the page nests its elements too deep to be a document")
    meta, titles = _head(root)
    body = root.find("body")
    blocks = _blocks(body if body is not None else root, source)
    return Document("html", tuple(blocks), meta, tuple(titles))


def _is_plain_utf8(content: bytes) -> bool:
    """UTF-8 without byte order mark and NUL, as most pages are: libxml2 takes the bytes as they are."""
    if b"\x00" in content or content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False  # which encoding it is in is for `decode` to tell
    return True


def _head(root: etree._Element) -> tuple[dict[str, str], list[str]]:
    """`<meta>` by lower-cased name, and the titles: ArticleTitle, `<h1>`s, `<title>`."""
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name, value = element.get("name"), element.get("content")
        if name and value and value.strip():
            meta.setdefault(name.lower(), value.strip())
    titles = [meta["articletitle"]] if "articletitle" in meta else []
    titles += [text for element in root.iter("h1") if (text := " ".join("".join(element.itertext()).split()))][:3]
    for element in root.iter("title"):
        titles.append(" ".join("".join(element.itertext()).split()))
        break
    return meta, titles


def _blocks(body: etree._Element, source: bytes) -> list[Block]:
    shown.reduce(body, source)
    out: list[Block] = []
    buffer: list[str] = []
    _walk(body, out, buffer)
    _flush(out, buffer)
    return out


def _flush(out: list[Block], buffer: list[str]) -> None:
    if buffer:
        text = "".join(buffer)
        buffer.clear()
        if text and not text.isspace():
            lines = [line for part in text.split("\v") if (line := " ".join(part.split()))]
            if lines:
                out.append(Prose("\n".join(lines)))


def _walk(element: etree._Element, out: list[Block], buffer: list[str]) -> None:
    """Depth first, in document order. Recursion is bounded: libxml2 refuses pages nested deeper than its limit."""
    if element.text:
        buffer.append(element.text)
    for child in element:
        tag = child.tag
        if tag == "br":
            buffer.append("\v")
        elif tag == "table" and child.find(".//table") is None:
            _flush(out, buffer)
            grid = _grid(child)
            if grid is not None:
                out.append(grid)
        else:
            _flush(out, buffer)
            _walk(child, out, buffer)
            _flush(out, buffer)
        if child.tail:
            buffer.append(child.tail)


def _span(value: str) -> int:
    """A colspan or rowspan attribute as browsers take it: at least 1, at most `MAX_SPAN`, nonsense is 1."""
    digits = value.strip()
    if not digits.isdecimal() or len(digits) > 6:
        return 1
    return max(1, min(int(digits), MAX_SPAN))


def _grid(table: etree._Element) -> Grid | None:
    """A table without inner tables, its spans laid out as a browser does."""
    cells: list[GridCell] = []
    blocked: dict[int, int] = {}  # column → first row in which it is free again
    height = width = 0
    for row_element in table.iter("tr"):
        row, column = height, 0
        height += 1
        if height > MAX_ROWS or len(cells) > MAX_CELLS:
            raise Unreadable(f"the page has a table of more than {MAX_ROWS:,} rows or {MAX_CELLS:,} cells")
        for element in row_element:
            if element.tag not in ("td", "th"):
                continue
            while blocked and blocked.get(column, 0) > row:
                column += 1
            attribute = element.get("colspan")
            colspan = 1 if attribute is None else _span(attribute)
            attribute = element.get("rowspan")
            rowspan = 1 if attribute is None else _span(attribute)
            cells.append(GridCell(_text(element), row, column, rowspan, colspan))
            if rowspan > 1:
                for covered in range(column, column + colspan):
                    blocked[covered] = row + rowspan
            column += colspan
        width = max(width, column)
    if not cells:
        return None
    return Grid(tuple(cells), height, width)


def _text(cell: etree._Element) -> str:
    """The text of a cell: paragraphs and `<br>` give line breaks, white space runs one space.

    The two usual shapes, bare text and one paragraph, are read without a walk: they are nine cells in ten.
    """
    count = len(cell)
    if count == 0:
        text = cell.text
        return " ".join(text.split()) if text else ""
    if count == 1:
        child = cell[0]
        text, before, after = child.text, cell.text, child.tail
        if text and len(child) == 0 and (not before or before.isspace()) and (not after or after.isspace()):
            return " ".join(text.split())
    text = "\n".join(line for part in cell.itertext() if (line := " ".join(part.split())))
    return text or (shown.PICTURE if cell.find(".//img") is not None else "")
