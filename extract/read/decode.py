"""Bytes → text: which encoding a Chinese page is really in, whatever it declares."""

from __future__ import annotations

import codecs
import contextlib
import re

import webencodings

from extract.outside import REPLACED

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_FREQUENT = re.compile("[的一是在政府信息公开年工作和行人大为有、，。]")
_UTF16_BOMS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LARGER = {"gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs"}
"""Of two encodings of which one holds the other, the larger."""
_KNOWN = re.compile(r"(?:gb|big5|cp\d|iso8859|iso2022|euc|shift_jis|hz|utf|ascii|koi8|johab)")
"""Encodings of text, by the names that Python gives them: not what browsers refuse to read, nor Python's codecs of other things."""
_THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")
_HIGH = re.compile(rb"[\x80-\xff]")
_ASCII = bytes(range(0x80))
SAMPLE = 200_000  # bytes that are weighed, from the first that is not ASCII: more tell no more


def decode(content: bytes, declared: str | None = None) -> str:
    """Text of the bytes. A UTF-16 byte order mark decides; then valid UTF-8 (which other encodings hardly ever are);
    then UTF-8 damaged here and there; then the one of GB18030, Big5 and the declared encoding that yields the most
    common Chinese characters. `declared`: what stands outside of the bytes; otherwise the page's own words are looked at.

    Never raises: damaged places become U+FFFD, which no label and no number contains.
    """
    for mark, name in _UTF16_BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace")
    content = content.removeprefix(codecs.BOM_UTF8)
    with contextlib.suppress(UnicodeDecodeError):  # not UTF-8 throughout: weighed below
        return content.decode("utf-8")
    if _is_mostly_utf8(content):
        return content.decode("utf-8", "replace")
    candidates = ["gb18030", "utf-8", "big5hkscs"]
    if known := _codec(declared or _declared(content)):
        candidates.append(known)
    first = _HIGH.search(content)
    sample = content[first.start() if first else 0 :][:SAMPLE]
    likely = max(dict.fromkeys(candidates), key=lambda name: _plausibility(sample.decode(name, "replace")))
    return content.decode(likely, "replace")


def _codec(label: str) -> str | None:
    """Python's name of the encoding that a label means to browsers (WHATWG Encoding: `gb_2312-80`, `x-x-big5`), else to Python
    (`cp936`); None for a made-up label, which declares nothing.
    """
    found = webencodings.lookup(label)
    name = found.codec_info.name if found is not None else ""
    if not _KNOWN.match(name):
        try:
            name = codecs.lookup(label).name
        except (LookupError, ValueError):  # unknown; no name at all, such as one with a NUL
            return None
    return _LARGER.get(name, name) if _KNOWN.match(name) else None


def _declared(content: bytes) -> str:
    found = _DECLARED.search(content[:4096])
    return found[1].decode("ascii").lower() if found else ""


def _is_mostly_utf8(content: bytes) -> bool:
    """Whether most bytes above ASCII stand in sequences of three as UTF-8 writes Chinese: in GB18030 and Big5 hardly any
    do, so a few lost bytes do not make another encoding of the page.
    """
    high = content.translate(None, _ASCII)[:SAMPLE]
    return 6 * len(_THREE_BYTES.findall(high)) > len(high)


def _plausibility(text: str) -> float:
    return len(_FREQUENT.findall(text)) - 3.0 * text.count(REPLACED)
