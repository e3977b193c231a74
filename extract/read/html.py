"""HTML → prose and grids, in document order.

Only what the page shows as text counts (`visible_text`). One walk collects paragraphs; tables become grids (`tables`), unless
they are page layout around others. A page that shows no table is asked for the article that its scripts hold
(`script_articles`).
"""

from __future__ import annotations

import re

from lxml import etree

from extract.model import Attachment, Block, Document, Grid, Prose
from extract.outcomes import Unreadable, Unsupported
from extract.read import formatting, links, malformed_html, markup, script_articles, tables, text, visible_text
from extract.read.decode import decode

_DEEP = "the page nests its elements too deep to be a document"
_CROWDED = f"a tag of the page has more than {markup.MAX_ATTRIBUTES} attributes: no document has"
_MIN_TABLE = 3  # rows and columns: what has fewer is no table of figures

_PARSER = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)


def read(content: bytes, prose: bool = False) -> Document:
    """Parse a page. Errors: `Unreadable` where the page is nested too deep or its tables are beyond all bounds."""
    source = content if _is_plain_utf8(content) else decode(content).replace("\x00", "").encode("utf-8", "replace")
    return read_source(source)


def read_source(source: bytes) -> Document:
    """`read` of a page whose bytes are UTF-8 already, without a byte order mark."""
    if markup.is_crowded(source):
        raise Unsupported(_CROWDED)
    source, is_cut = malformed_html.mended(source)
    root = _parse(source)
    meta, titles = _head(root)
    body = root.find("body")
    attachments = links.attachments(root, source)
    blocks = _blocks(body if body is not None else root, source)
    unread: tuple[str, ...] = (malformed_html.CUT,) if is_cut else ()
    if not any(isinstance(block, Grid) and min(block.width, block.height) >= _MIN_TABLE for block in blocks):
        blocks, titles, attachments, more = _with_hidden(source, blocks, meta, titles, attachments)
        unread += more
    return Document("html", tuple(blocks), meta, tuple(titles), attachments, unread)


def _is_plain_utf8(content: bytes) -> bool:
    """UTF-8 without byte order mark and NUL, as most pages are: libxml2 takes the bytes as they are."""
    if b"\x00" in content or content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False  # which encoding it is in is for `decode` to tell
    return True


def _parse(source: bytes) -> etree._Element:
    kept = formatting.kept(source)
    root = _parsed(kept)
    if kept is not source:
        formatting.restored(root)
    return root


def _parsed(source: bytes) -> etree._Element:
    root = _tree(source, _PARSER)
    if _is_cut(_PARSER):  # rare: a parser that goes deeper is only made then
        patient = etree.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
        )
        root = _tree(source, patient)
        if _is_cut(patient):
            raise Unsupported(_DEEP)
    return root


def _tree(source: bytes, parser: etree.HTMLParser) -> etree._Element:
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"the page cannot be parsed as HTML ({error.msg})") from None
    if root is None:
        raise Unreadable("the page has no content")
    return root


def _is_cut(parser: etree.HTMLParser) -> bool:
    errors = parser.error_log.filter_from_level(etree.ErrorLevels.FATAL)
    return any("depth" in entry.message.lower() for entry in errors)


_LD_PUBLISHED = re.compile(r'"(?:datePublished|pubDate)"\s*:\s*"([^"]{8,40})"')


def _head(root: etree._Element) -> tuple[dict[str, str], list[str]]:
    """`<meta>` by lower-cased name, and the titles: ArticleTitle, `<h1>`s, `<title>`."""
    meta: dict[str, str] = {}
    for element in root.iter("meta"):
        name, value = element.get("name") or element.get("property") or element.get("itemprop"), element.get("content")
        if name and value and value.strip():
            meta.setdefault(name.lower(), value.strip())
    for element in root.iter("time"):
        if element.get("pubdate") is not None or (element.get("itemprop") or "").lower() == "datepublished":
            meta.setdefault("datepublished", element.get("datetime") or "".join(element.itertext()).strip())
    for script in root.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            published = _LD_PUBLISHED.search(script.text or "")
            if published is not None:
                meta.setdefault("datepublished", published[1])
    titles = [meta["articletitle"]] if "articletitle" in meta else []
    titles += [text for element in root.iter("h1") if (text := " ".join("".join(element.itertext()).split()))][:3]
    for element in root.iter("title"):
        titles.append(" ".join("".join(element.itertext()).split()))
        break
    return meta, titles


def _with_hidden(
    source: bytes, blocks: list[Block], meta: dict[str, str], titles: list[str], attachments: tuple[Attachment, ...]
) -> tuple[list[Block], list[str], tuple[Attachment, ...], tuple[str, ...]]:
    """What a page that shows no table has besides: an article in its scripts, or pictures that may be its pages."""
    root = _parse(source)
    found = script_articles.article(root, shown=sum(len(block.text) for block in blocks if isinstance(block, Prose)))
    if found is None:
        more = links.pictures(root)
        return blocks, titles, (*attachments, *more)[: links.MAX_ATTACHMENTS], ()
    inner = found.markup.replace("\x00", "").encode("utf-8", "replace")
    if markup.is_crowded(inner):
        raise Unsupported(_CROWDED)
    own = _parse(inner)
    more = links.attachments(own, inner)
    titles = [found.title, *titles] if found.title else titles
    if found.published:
        meta.setdefault("pubdate", found.published)
    if found.source:
        meta.setdefault("contentsource", found.source)
    blocks += _blocks(own, inner)
    unread = (script_articles.OTHERS,) if found.others else ()
    return blocks, titles, (*attachments, *more)[: links.MAX_ATTACHMENTS], unread


def _blocks(body: etree._Element, source: bytes) -> list[Block]:
    visible_text.reduce(body, source)
    out: list[Block] = []
    _walk(body, out)
    return out


def _flush(out: list[Block], buffer: list[str]) -> None:
    text = "".join(buffer)
    buffer.clear()
    if text and not text.isspace():
        lines = [line for part in text.split("\v") if (line := " ".join(part.split()))]
        if lines:
            out.append(Prose("\n".join(lines)))


def _walk(body: etree._Element, out: list[Block]) -> None:
    """Depth first, in document order; a stack, not recursion, since pages are nested by whoever wrote them."""
    buffer: list[str] = [body.text] if body.text else []
    stack = [(body, iter(body))]
    while stack:
        for child in stack[-1][1]:
            tag = child.tag
            if tag == "br":
                buffer.append("\v")
            elif (tag != "table" or not _table(child, out, buffer)) and (tag != "pre" or not _text(child, out, buffer)):
                if buffer:
                    _flush(out, buffer)
                if child.text:
                    buffer.append(child.text)
                if len(child):
                    stack.append((child, iter(child)))
                    break
                if buffer:
                    _flush(out, buffer)
            if child.tail:
                buffer.append(child.tail)
        else:
            element = stack.pop()[0]
            if buffer:
                _flush(out, buffer)
            if stack and element.tail:
                buffer.append(element.tail)


def _table(table: etree._Element, out: list[Block], buffer: list[str]) -> bool:
    """Read a table; False for one that is page layout, whose content is walked through as if it were not there."""
    if table.find(".//table") is None:
        _flush(out, buffer)
        out += tables.blocks(table)
        return True
    if not tables.has_own_cells(table):
        return False
    _flush(out, buffer)
    inner = tables.take_out(table)
    out += tables.blocks(table)
    for each in inner:
        around = etree.Element("div")
        around.append(each)
        _walk(around, out)
    return True


def _text(element: etree._Element, out: list[Block], buffer: list[str]) -> bool:
    """Read preformatted text as a text file is read; False where it has a table inside."""
    if element.find(".//table") is not None:
        return False
    _flush(out, buffer)
    for line_break in element.iter("br"):
        line_break.text = "\n"
    out += text.blocks("".join(element.itertext()))
    return True
