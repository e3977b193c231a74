"""A ZIP package from outside, opened within bounds: DOCX, XLSX, OFD and plain archives are such packages.

Sizes are counted while members are unpacked: what their headers say is not believed. A member's name is only looked up,
never used as a path.
"""

from __future__ import annotations

import copy
import io
import zipfile
import zlib
from typing import BinaryIO

from extract.outcomes import Protected, Unreadable, Unsupported

MAX_MEMBERS = 2_000  # a report has some 20 parts, an archive of reports a few hundred
MAX_MEMBER = 128 * 2**20
MAX_TOTAL = 256 * 2**20
MAX_RATIO = 500  # XML packs to a fiftieth; a bomb to a thousandth
SMALL = 2**20  # members up to so many bytes may have any ratio
CHUNK = 2**18


class Package:
    """The members of a package by name. Reading counts towards one total."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._infos = archive.infolist()
        self._numbers = {name: n for n, info in enumerate(self._infos) if not (name := _name(info)).endswith("/")}
        self._read = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names in the package's order."""
        return tuple(self._numbers)

    def __contains__(self, name: str) -> bool:
        return name in self._numbers

    def number(self, name: str) -> int:
        """Which entry of the package's directory a member is, from 0: however names are told."""
        return self._numbers[name]

    def afresh(self) -> Package:
        """The same package, nothing of it read yet."""
        same = copy.copy(self)
        same._read = 0
        return same

    def read(self, name: str) -> bytes:
        """A member's bytes. Errors: `Unreadable` for one that is missing, locked, damaged or too large."""
        if name not in self._numbers:
            raise Unreadable(f"the package lacks its part {name[:80]}")
        return self.read_number(self._numbers[name])

    def read_number(self, number: int) -> bytes:
        """The bytes of an entry of the directory. Errors as of `read`."""
        if not 0 <= number < len(self._infos):
            raise Unreadable(f"the package has no {number + 1} parts")
        info = self._infos[number]
        if info.flag_bits & 0x1:
            raise Protected("the archive is protected by a password")
        parts: list[bytes] = []
        size = 0
        try:
            with self._archive.open(info) as member:
                while chunk := member.read(CHUNK):
                    size += len(chunk)
                    self._read += len(chunk)
                    self._check(info, size)
                    parts.append(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise Unreadable(f"a part of the package is damaged ({type(error).__name__})") from None
        return b"".join(parts)

    def _check(self, info: zipfile.ZipInfo, size: int) -> None:
        if size > MAX_MEMBER or self._read > MAX_TOTAL:
            raise Unsupported(f"the package unpacks to more than {MAX_TOTAL // 2**20} MB")
        if size > SMALL and size > MAX_RATIO * max(1, info.compress_size):
            raise Unsupported("the package unpacks to hundreds of times its size: it is no document")


def open_package(content: bytes | BinaryIO) -> Package:
    """Open a package: its bytes, or a file that stays open while it is read. Errors: `Unreadable` where it is damaged or has more than `MAX_MEMBERS` members."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise Unreadable(f"the package is damaged ({type(error).__name__})") from None
    if len(archive.infolist()) > MAX_MEMBERS:
        raise Unsupported(f"the archive has {len(archive.infolist()):,} members; the limit is {MAX_MEMBERS:,}")
    return Package(archive)


def _name(info: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 flag are in the packer's own encoding: in China GBK, or UTF-8 all the same."""
    name = info.filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("gb18030", "replace")
    return name.replace("\\", "/")
