"""What a record holds of a page: the address, the moment of its capture, the answer, and the body as its publisher meant it.

Writers of archives differ: many keep the headers of a transfer whose coding they have undone. A body is unpacked only where it
is what the header says.
"""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1

from extract.fetch.archive.records import Record, agrees
from extract.fetch.discover import address
from extract.fetch.http.body import unpacked
from extract.fetch.http.errors import Failed
from extract.files import MAX_BYTES

WEB = datetime(1991, 8, 6, tzinfo=UTC)  # no page was captured before the first one was there
CLOCKS = timedelta(days=1)  # by which clocks and zones may differ
_DIGITS = 18
HEAD = 2**17  # bytes of an answer's headers
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?:[ \t][^\r\n]*)?\r?\n")
_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r\n")
_PLAIN = re.compile(rb"\s*(?:<[!?a-zA-Z]|%PDF-|PK\x03\x04|\xd0\xcf\x11\xe0\xa1\xb1|\{\\rtf|\xff\xd8\xff|\x89PNG)")

_UNDONE = ("x-orig-content-encoding", "x-crawl-content-encoding")
"""How crawlers name the header of a coding that they have undone, whose length may still stand there."""


class Unusable(Exception):
    """A record that cannot be used; the message is a clause that says why."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture. `at`: its address gave this then (UTC). `digest`: of its payload, by which later records refer to it.

    `content` is None for a revisit: then what it refers to was given again, by `digest`, or by `refers_to` (address, moment).
    """

    url: str
    at: datetime
    status: int
    content_type: str | None
    content: bytes | None
    digest: str | None
    refers_to: tuple[str, datetime | None] | None = None


def where(record: Record) -> str | None:
    """The http(s) address that a record is of; None for any other."""
    said = record.headers.get("warc-target-uri", "").strip("<>")
    return address.absolute(said, said) if said else None


def capture(record: Record, url: str, now: datetime) -> Capture:
    """A record of type response, resource or revisit as a capture. Raises Unusable."""
    if record.damage is not None:
        raise Unusable(record.damage)
    at = _moment(record.headers.get("warc-date", ""))
    if at is None or not WEB <= at <= now + CLOCKS:
        raise Unusable("its date is missing, damaged or impossible")
    digest = record.headers.get("warc-payload-digest") or None
    if record.type == "revisit":
        other = record.headers.get("warc-refers-to-target-uri", "").strip("<>")
        refers_to = address.absolute(other, other) if other else None
        then = _moment(record.headers.get("warc-refers-to-date", ""))
        return Capture(url, at, 200, None, None, digest, (refers_to, then) if refers_to else None)
    if "warc-truncated" in record.headers or "warc-segment-number" in record.headers:
        raise Unusable("its body was cut when it was captured")
    if record.type == "resource":
        content_type, status, raw, content = record.headers.get("content-type"), 200, record.block, record.block
    else:
        status, headers, raw = _answer(record.block)
        content_type = headers.get("content-type")
        content = _body(headers, raw)
    if len(content) > MAX_BYTES:
        raise Unusable(f"its body has more than {MAX_BYTES // 2**20} MB")
    # writers differ in which form of the body they mean; some get the digest wrong, while that of the block is right
    verdicts = {agrees(digest, form) for form in (raw, content, _joined(raw)[0])} if digest else {None}
    if verdicts == {False} and "warc-block-digest" not in record.headers:
        raise Unusable("its bytes are not those that its digest names")
    own = "sha1:" + b32encode(sha1(content, usedforsecurity=False).digest()).decode("ascii")
    return Capture(url, at, status, content_type, content, digest if True in verdicts else own)


def _answer(block: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer of HTTP. Raises Unusable."""
    status, end = _STATUS.match(block), _END.search(block, 0, HEAD)
    if status is None or end is None:
        raise Unusable("it holds no answer of HTTP")
    headers: dict[str, str] = {}
    for line in block[status.end() : end.start()].decode("latin-1").split("\n"):
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), value.strip())
    return int(status[1]), headers, block[end.end() :]


def _body(headers: dict[str, str], raw: bytes) -> bytes:
    """The body without the coding of its transfer and its compression. Raises Unusable where it is not whole."""
    body, chunked = raw, False
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body, chunked = _joined(raw)
        if not chunked and _CHUNK.match(raw):
            raise Unusable("its body ends before its last chunk")
    coding = headers.get("content-encoding", "")
    said = headers.get("content-length", "")
    undone = coding.strip().lower() not in ("", "identity") and _PLAIN.match(body) is not None
    undone = undone or any(name in headers for name in _UNDONE)
    told = int(said) if said.isascii() and said.isdigit() and len(said) <= _DIGITS else len(raw)
    if not chunked and (len(raw) < told or (len(raw) > told and not undone)):
        raise Unusable(f"its body has {len(raw):,} bytes, where its headers say {told:,}")
    if undone or not body:
        return body
    try:
        return unpacked(body, coding, MAX_BYTES)
    except Failed as failure:
        raise Unusable(failure.reason) from None


def _joined(raw: bytes) -> tuple[bytes, bool]:
    """The chunks of a body joined, and whether it was whole and in chunks; the bytes as they are where not."""
    parts: list[bytes] = []
    position = 0
    while (head := _CHUNK.match(raw, position)) is not None:
        start, size = head.end(), int(head[1], 16)
        if size == 0:
            return b"".join(parts), True
        if raw[start + size : start + size + 2] != b"\r\n":
            break
        parts.append(raw[start : start + size])
        position = start + size + 2
    return raw, False


def _moment(said: str) -> datetime | None:
    """A moment as WARC writes it, in UTC."""
    try:
        at = datetime.fromisoformat(said.strip())
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC).replace(microsecond=0)
