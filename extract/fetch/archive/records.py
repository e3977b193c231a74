"""The records of a WARC file (ISO 28500) one after another, within bounds; what its lengths say is checked, not believed.

Written for files from outside: `warcio`, by which WARC is written here, reads a header line of any length into memory, unpacks
Brotli without a bound, and ends a damaged or cut file as if it were whole.
"""

from __future__ import annotations

import hashlib
from base64 import b16decode, b32decode
from binascii import Error as NoBase
from collections.abc import Generator
from dataclasses import dataclass
from typing import IO

from extract.fetch.archive.unpacked import Cut, Unpacked
from extract.files import MAX_BYTES

HEADERS = 500  # lines of one record's headers
BLOCK = MAX_BYTES + 2**20  # of a record that is looked at: a document and its headers
MOST_RECORDS = 10_000_000  # of one file
LOOKED_AT = frozenset({"response", "resource", "revisit"})
_DIGITS = 19
_ENDS = (b"\r\n\r\n", b"\n\n")


class NoArchive(Exception):
    """A file is no WARC; the message is a clause that says what it is."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `headers`: by lower-case name, of several the first. `block`: empty where the type is not looked at.

    `damage`: why its block is not what it should be, as a clause.
    """

    type: str
    headers: dict[str, str]
    block: bytes
    damage: str | None = None


def records(file: IO[bytes]) -> Generator[Record]:
    """Every record of a WARC, gzip or plain. Raises NoArchive before the first, Cut where the rest cannot be read, OSError."""
    try:
        stream = Unpacked(file)
        aligned = stream.begins_member
        line = _start(stream)
    except Cut as cut:
        raise NoArchive(f"it is no archive of the web ({cut})") from None
    if not line.startswith(b"WARC/"):
        raise NoArchive(_what(line))
    for _ in range(MOST_RECORDS):
        record, line, lost = _record(stream, line, aligned)
        yield record
        if lost is not None:
            raise Cut(lost)
        aligned = not line and stream.begins_member
        line = line or _start(stream)
        if not line:
            return
        if not line.startswith(b"WARC/"):
            raise Cut("what stands after a record is no further one")
    raise Cut(f"it has more than {MOST_RECORDS:,} records")


def agrees(digest: str, content: bytes) -> bool | None:
    """Whether a digest as WARC writes it (`sha1:BASE32`) is that of the content; None where it is of a kind that is not known."""
    name, _, said = digest.strip().partition(":")
    algorithm = name.strip().lower().replace("-", "")
    if algorithm not in ("sha1", "sha256", "md5"):
        return None
    own = hashlib.new(algorithm, content, usedforsecurity=False)
    said = said.strip().upper()
    try:
        told = b16decode(said) if len(said) == 2 * own.digest_size else b32decode(said + "=" * (-len(said) % 8))
    except NoBase:
        return None
    return told == own.digest()


def _start(stream: Unpacked) -> bytes:
    """The next line that is not blank; nothing at the end."""
    while (line := stream.line()) and not line.strip():
        pass
    return line


def _record(stream: Unpacked, version: bytes, aligned: bool) -> tuple[Record, bytes, str | None]:
    """A record; the first line of the next one where it was read already; why nothing more can be read.

    `aligned`: it began a gzip member, and so ends with it at the latest, whatever its length says.
    """
    headers = _headers(stream)
    kind, said = headers.get("warc-type", "").lower(), headers.get("content-length", "")
    if not said.isascii() or not said.isdigit() or len(said) > _DIGITS:
        raise Cut("a record does not say its length")
    length, block, damage = int(said), b"", None
    if kind not in LOOKED_AT:
        had = stream.skip(length, within=aligned)
    elif length > BLOCK:
        had = stream.skip(length, within=aligned)
        damage = f"it has {length / 2**20:,.0f} MB; the limit is {BLOCK // 2**20} MB"
    else:
        block = stream.read(length, within=aligned)
        had = len(block)
    if had < length and not aligned:
        raise Cut("it ends in the middle of a record: it was cut off, or a length lies")
    lost = None
    if had < length:
        damage = f"it says that it has {length:,} bytes, and has {had:,}"
    line, ends = b"", b""
    while not (aligned and stream.ends_member()) and (line := stream.line()) and not line.strip():
        line, ends = b"", ends + line
    if not ends.startswith(_ENDS):
        damage = damage or f"what follows its {length:,} bytes is no end of a record: its length lies"
    if line and not line.startswith(b"WARC/"):
        damage = f"it has more than the {length:,} bytes that it says"
        line = b""
        if aligned:
            stream.skip_member()
        else:
            lost = "a record has more bytes than it says: where the next one begins cannot be told"
    if damage is None and b"\r\n\r\nWARC/1." in block:
        damage = "its length lies: the next record stands in it"
    if damage is None and agrees(headers.get("warc-block-digest", ""), block) is False and block:
        damage = "its bytes are not those that its digest names"
    return Record(kind, headers, b"" if damage else block, damage), line, lost


def _headers(stream: Unpacked) -> dict[str, str]:
    """The lines up to the next blank one. Raises Cut."""
    found: dict[str, str] = {}
    for _ in range(HEADERS):
        line = stream.line()
        if not line:
            raise Cut("it ends in the middle of a record: it was cut off")
        if not line.strip():
            return found
        name, _, value = line.decode("utf-8", "replace").partition(":")
        found.setdefault(name.strip().lower(), value.strip())
    raise Cut(f"a record has more than {HEADERS} headers")


def _what(line: bytes) -> str:
    """What a file is that is no WARC, by its first line."""
    if line.startswith(b"filedesc:"):
        return "it is an archive of the old form ARC, which is not read; convert it with `warcio recompress`"
    if line.startswith(b"(\xb5/\xfd"):
        return "it is compressed with Zstandard; unpack it first"
    return "it is no archive of the web (WARC, or WACZ)" if line else "it holds no record"
