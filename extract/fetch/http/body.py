"""The body of an answer, decompressed within bounds: a small body that swells beyond the limit costs no more than it."""

from __future__ import annotations

import zlib
from typing import Protocol

import brotli
import httpx

from extract.fetch.http.errors import Failed, Passing

ACCEPTED = "gzip, deflate, br"
STEP = 2**20  # bytes that are decompressed at a time
MAX_CODINGS = 2  # some servers compress twice


class _Coding(Protocol):
    def feed(self, data: bytes, room: int) -> bytes:
        """More of the body; stops soon after `room` bytes, the caller then gives up."""

    def ended(self) -> bool:
        """Whether the compressed body came to its end."""


async def read(response: httpx.Response, limit: int, cut: bool = False) -> bytes:
    """The whole body, at most `limit` bytes after decompression. Raises Failed (too large, damaged) and Passing (cut off).

    `cut`: what stands beyond the limit is left away instead.
    """
    codings = _codings(response.headers.get("content-encoding", ""))
    content = bytearray()
    async for part in response.aiter_raw():
        data = part
        for coding in codings:
            data = _fed(coding, data, limit - len(content))
        content += data
        if len(content) > limit:
            if cut:
                return bytes(content[:limit])
            raise Failed(f"its body has more than {limit / 2**20:,.0f} MB")
    if content and not all(coding.ended() for coding in codings):
        raise Passing("its compressed body was cut off")
    return bytes(content)


def unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """A whole body without its `Content-Encoding`, at most `limit` bytes. Raises Failed (too large, damaged, cut off)."""
    codings, content = _codings(encoding), bytearray()
    if not codings:
        return body
    for start in range(0, len(body), STEP):
        data = body[start : start + STEP]
        for coding in codings:
            data = _fed(coding, data, limit - len(content))
        content += data
        if len(content) > limit:
            raise Failed(f"its body has more than {limit / 2**20:,.0f} MB")
    if not all(coding.ended() for coding in codings):
        raise Failed("its compressed body was cut off")
    return bytes(content)


def _codings(encoding: str) -> list[_Coding]:
    """What undoes a header's codings, the last one first. Raises Failed."""
    names = [name.strip().lower() for name in encoding.split(",")]
    codings = [_coding(name) for name in reversed(names) if name not in ("", "identity")]
    if len(codings) > MAX_CODINGS:
        raise Failed(f"its body is compressed {len(codings)} times")
    return codings


def _fed(coding: _Coding, data: bytes, room: int) -> bytes:
    try:
        return coding.feed(data, room)
    except (zlib.error, brotli.error) as error:
        raise Failed(f"its compressed body is damaged ({error})") from None


def _coding(name: str) -> _Coding:
    if name in ("gzip", "x-gzip"):
        return _Zlib(zlib.MAX_WBITS | 16)
    if name == "deflate":
        return _Deflate()
    if name == "br":
        return _Brotli()
    raise Failed(f"its body is compressed as {name[:20]!r}, which we did not offer")


class _Zlib:
    """gzip (members one after another) or zlib."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._done = False

    def feed(self, data: bytes, room: int) -> bytes:
        out = bytearray()
        while data and len(out) <= room:
            if self._stream.eof:
                if not data.startswith(b"\x1f"):  # rubbish after the end, as some servers pad
                    break
                self._stream = zlib.decompressobj(self._window)
            out += self._stream.decompress(data, STEP)
            data = self._stream.unconsumed_tail or self._stream.unused_data
        while not self._stream.eof and len(out) <= room and (more := self._stream.decompress(b"", STEP)):
            out += more
        return bytes(out)

    def ended(self) -> bool:
        return self._stream.eof


class _Deflate:
    """What servers call deflate: zlib, or bare deflate without its head."""

    def __init__(self) -> None:
        self._inner: _Zlib | None = None

    def feed(self, data: bytes, room: int) -> bytes:
        if self._inner is None and data:
            headed = data[0] & 0x0F == 8 and (len(data) < 2 or int.from_bytes(data[:2]) % 31 == 0)
            self._inner = _Zlib(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)
        return self._inner.feed(data, room) if self._inner else b""

    def ended(self) -> bool:
        return self._inner is None or self._inner.ended()


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def feed(self, data: bytes, room: int) -> bytes:
        out = bytearray(self._stream.process(data, output_buffer_limit=STEP))
        while not self._stream.can_accept_more_data() and not self._stream.is_finished() and len(out) <= room:
            out += self._stream.process(b"", output_buffer_limit=STEP)
        return bytes(out)

    def ended(self) -> bool:
        return bool(self._stream.is_finished())
