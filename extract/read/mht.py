"""Saved pages (.mht, .mhtml, and Word's "single file web page"): MIME parts, of which the HTML ones are read.

The page that the file begins with comes first; frames follow as they stand in the file.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

from extract.model import Block, Document
from extract.outcomes import Unreadable, Unsupported
from extract.read import html
from extract.read.decode import decode

MAX_PARTS = 2_000  # a saved page has a few hundred pictures and style sheets
MAX_PAGES = 50
_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_UNICODE = ("utf-16", "unicode", "utf-16le", "utf-16-le", "ucs-2")


def read(content: bytes, prose: bool = False) -> Document:
    """Read a saved page. Errors: `Unreadable` where it has no page, or parts beyond all bounds."""
    if len(_BOUNDARY.findall(content)) > MAX_PARTS:
        raise Unsupported(f"the saved page nests more than {MAX_PARTS:,} groups of parts")
    try:
        message = message_from_bytes(content.lstrip(), policy=policy.compat32)
        parts = _parts(message)
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise Unreadable(f"the saved page's parts cannot be told apart ({type(error).__name__})") from None
    pages = [(part, _page(part)) for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise Unreadable("the saved page holds no HTML")
    documents = [html.read_source(source) for _, (source, _) in pages[:MAX_PAGES] if source.strip()]
    if not documents:
        raise Unreadable("the saved page is empty")
    damaged = any(is_damaged for _, (_, is_damaged) in pages)
    unread = ("a part of the saved page is damaged",) if damaged else ()
    first = documents[0]
    blocks: list[Block] = [block for document in documents for block in document.blocks]
    return replace(
        first,
        format="mht",
        blocks=tuple(blocks),
        titles=tuple(title for document in documents for title in document.titles),
        attachments=tuple(dict.fromkeys(a for document in documents for a in document.attachments)),
        unread=(*unread, *(why for document in documents for why in document.unread)),
    )


def _parts(message: Message) -> list[Message]:
    """The leaves in the file's order, the one that the file names as its start first."""
    found: list[Message] = []
    for part in message.walk():
        if len(found) == MAX_PARTS:
            raise Unsupported(f"the saved page has more than {MAX_PARTS:,} parts")
        if not part.is_multipart():
            found.append(part)
    start = message.get_param("start")
    named = [
        part for part in found if isinstance(start, str) and (part.get("Content-ID") or "").strip() == start.strip()
    ]
    return [*named, *(part for part in found if part not in named)]


def _page(part: Message) -> tuple[bytes, bool]:
    """A part's text as UTF-8, and whether its coding is damaged."""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = (part.get_content_charset() or "").lower()
    if charset in _UNICODE and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16-le", "replace")
    else:
        text = decode(content, charset or None)
    return text.replace("\x00", "").encode("utf-8", "replace"), bool(part.defects)
