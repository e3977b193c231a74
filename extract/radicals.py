"""Kangxi radicals and compatibility ideographs, as many PDF writers leave them, written as the characters that they show."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from extract.model import Block, Document, Prose

_SIMPLIFIED = dict(
    zip(
        "⺟⺠⺮⻄⻅⻆⻉⻋⻌⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "母民竹西见角贝车辶长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
"""CJK Radicals Supplement: those that are characters of their own and that Unicode gives no character for."""
_ODD = re.compile("[\u2e80-\u2fd5\uf900-\ufaff]")
_FOLDED = {
    code: unicodedata.normalize("NFKC", chr(code))
    for codes in (range(0x2E80, 0x2FD6), range(0xF900, 0xFB00))
    for code in codes
}
_FOLDED[0x2F3E] = "户"  # NFKC gives 戶, which nobody writes here
_FOLDED |= {ord(radical): character for radical, character in _SIMPLIFIED.items()}


def plain(text: str) -> str:
    """`⼀、总体情况` → `一、总体情况`; text without such characters as it is."""
    return text.translate(_FOLDED) if _ODD.search(text) else text


def plainly(document: Document) -> Document:
    """The document with all of its texts written plainly; itself where they are."""
    texts = [*document.titles, *document.meta.values(), *(a.text for a in document.attachments)]
    for block in document.blocks:
        texts += [block.text] if isinstance(block, Prose) else [cell.text for cell in block.cells]
    if not _ODD.search("\n".join(texts)):
        return document
    return replace(
        document,
        blocks=tuple(map(_block, document.blocks)),
        meta={name: plain(text) for name, text in document.meta.items()},
        titles=tuple(map(plain, document.titles)),
        attachments=tuple(a._replace(text=plain(a.text)) for a in document.attachments),
    )


def _block(block: Block) -> Block:
    if isinstance(block, Prose):
        return replace(block, text=plain(block.text))
    return replace(block, cells=tuple(cell._replace(text=plain(cell.text)) for cell in block.cells))
