"""Archive files given by the operator → streams of WARC: `.warc`, `.warc.gz`, and those inside a WACZ.

A WACZ is a ZIP archive. Its members are read where they lie and never written anywhere, so that their names open nothing.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from extract.fetch.archive.records import NoArchive
from extract.fetch.archive.unpacked import MAX_RATIO, SMALL
from extract.files import GivenFile, LeftOut, find, shown

MOST_MEMBERS = 10_000  # of a WACZ; those of large crawls have some hundred
DIRECTORY = 64 * 2**20  # bytes of the list of a WACZ's members
_NAMES = (".warc", ".warc.gz", ".wacz")
_TAIL = 2**16 + 100  # a ZIP's end, with the longest comment
_ENDS = (re.compile(rb"PK\x06\x06.{36}(.{8})", re.DOTALL), re.compile(rb"PK\x05\x06.{8}(.{4})", re.DOTALL))
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError)
"""What a damaged ZIP raises while it is read."""


@dataclass(frozen=True, slots=True)
class Given:
    """One WARC: a file, or the member of a WACZ. `name` shows it, without folders."""

    path: str
    name: str
    member: str | None = None


def archives(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Given | LeftOut]:
    """Every WARC that `paths` mean: files as they are named, of folders those with an archive's name, of a WACZ each in it."""
    for path in paths:
        folder, any_found = os.path.isdir(path), False  # noqa: PTH112 -- strings: a Path cannot hold every name
        for found in find([path]):
            if isinstance(found, LeftOut):
                any_found = True
                yield found
            elif not folder or found.path.lower().endswith(_NAMES):
                any_found = True
                yield from _inside(found)
        if folder and not any_found:
            yield LeftOut(shown(os.fspath(path)), "the folder holds no archive (.warc, .warc.gz, .wacz)")


@contextmanager
def opened(given: Given) -> Iterator[IO[bytes]]:
    """A WARC's bytes as they are stored. Raises OSError, NoArchive; reading them, also what `DAMAGED` lists."""
    handle = os.open(given.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NoArchive("it is no file")
        if given.member is None:
            yield file
            return
        with zipfile.ZipFile(file) as package, package.open(given.member) as member:
            yield member


def _inside(file: GivenFile) -> Iterator[Given | LeftOut]:
    """The file itself, or what is in it. Never raises for what it holds."""
    try:
        with opened(Given(file.path, file.name)) as stream:
            if stream.read(4) != b"PK\x03\x04":
                yield Given(file.path, PurePosixPath(file.name).name)
                return
            _check_directory(stream)
            members = zipfile.ZipFile(stream).infolist()
    except (*DAMAGED, NoArchive) as error:
        why = str(error) if isinstance(error, NoArchive) else f"the WACZ is damaged ({type(error).__name__})"
        yield LeftOut(file.name, why)
        return
    except OSError as error:
        yield LeftOut(file.name, f"it cannot be opened: {error.strerror or error}")
        return
    found = [_member(file, info) for info in members if info.filename.lower().endswith(_NAMES)]
    yield from found or [LeftOut(file.name, "it is a ZIP archive without a WARC in it")]


def _check_directory(stream: IO[bytes]) -> None:
    """Look at how long the list of members is before it is read into memory. Raises NoArchive."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read()
    sizes = [int.from_bytes(end[1], "little") for pattern in _ENDS for end in pattern.finditer(tail)]
    if any(DIRECTORY < told < size or (told > size and told != 2**32 - 1) for told in sizes):
        raise NoArchive(f"the list of its members has more than {DIRECTORY // 2**20} MB, or is damaged")


def _member(file: GivenFile, info: zipfile.ZipInfo) -> Given | LeftOut:
    name = info.filename.replace("\\", "/")
    said = f"{file.name}: {shown(name[:200])}"
    if name.startswith("/") or ".." in name.split("/"):
        return LeftOut(said, "the name of this member leads out of the archive: it was not read")
    if name.lower().endswith(".wacz"):
        return LeftOut(said, "a WACZ inside a WACZ: unpack it, and give it by itself", category="unsupported")
    if info.flag_bits & 0x1:
        return LeftOut(said, "it is protected by a password", category="protected")
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(1, info.compress_size):
        return LeftOut(said, f"it unpacks to more than {MAX_RATIO} times its size: it is no archive of pages")
    return Given(file.path, f"{PurePosixPath(file.name).name}/{shown(PurePosixPath(name).name[:200])}", info.filename)
