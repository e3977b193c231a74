"""The bytes of an archive file, unpacked within bounds: gzip member by member, as archives of the web write a record to a member."""

from __future__ import annotations

import zlib
from typing import IO

STEP = 2**18  # bytes that are read, or unpacked, at a time
LINE = 2**16  # of one header; real ones have some hundred bytes
MOST_UNPACKED = 64 * 2**30  # of one file; those of large crawls unpack to 5 GB
SMALL = 512 * 2**20  # bytes that may be packed however well
MAX_RATIO = 100  # of unpacked to packed bytes of a file; pages pack to a tenth
_GZIP = b"\x1f\x8b"


class Cut(Exception):
    """Nothing more of a file can be read; the message is a clause that says why. What was read before holds."""


class Unpacked:
    """The bytes of `file`, which is gzip or plain. Every method raises Cut where they cannot be had, OSError where the disk fails."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._raw = file.read(STEP)
        self._taken, self._given = len(self._raw), 0
        self._buffer = bytearray()
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16) if self._raw.startswith(_GZIP) else None

    @property
    def begins_member(self) -> bool:
        """Whether nothing was taken yet of the member that comes next."""
        return self._member is not None and not self._buffer and (self._member.eof or not self._given)

    def ends_member(self) -> bool:
        """Whether nothing is left of the member that was begun."""
        return self._member is not None and not self._buffer and not self._pull(within=True)

    def read(self, size: int, within: bool = False) -> bytes:
        """The next `size` bytes; fewer at the end of the file, or (`within`) of the member."""
        while len(self._buffer) < size and self._pull(within):
            pass
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def skip(self, size: int, within: bool = False) -> int:
        """Pass over bytes; gives how many there were."""
        passed = 0
        while passed < size and (got := len(self.read(min(STEP, size - passed), within))):
            passed += got
        return passed

    def skip_member(self) -> int:
        """Pass over what is left of the member; gives how many bytes that was."""
        return self.skip(MOST_UNPACKED, within=True)

    def line(self) -> bytes:
        """The next line with its end; nothing at the end of the file."""
        looked = 0
        while (end := self._buffer.find(b"\n", looked)) < 0:
            looked = len(self._buffer)
            if looked > LINE:
                break
            if not self._pull():
                return self.read(looked)
        if not 0 <= end < LINE:
            raise Cut(f"a line of its headers is longer than {LINE // 2**10} KB")
        return self.read(end + 1)

    def _pull(self, within: bool = False) -> bool:
        """Put more into the buffer; False at the end."""
        if self._member is None:
            return self._got(self._packed())
        while True:
            if self._member.eof and (within or not self._next_member()):
                return False
            data = self._packed()
            try:
                out = self._member.decompress(data, STEP)
            except zlib.error as error:
                raise Cut(f"its compressed bytes are damaged ({error})") from None
            self._raw = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if self._got(out):
                return True
            if not data and not self._member.eof:
                raise Cut("it ends in the middle of a record: it was cut off")

    def _next_member(self) -> bool:
        if len(self._raw) < len(_GZIP):
            self._raw += self._read()
        if not self._raw.strip(b"\0"):  # some writers pad
            return False
        if not self._raw.startswith(_GZIP):
            raise Cut("what stands after a record is no further one")
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return True

    def _packed(self) -> bytes:
        data, self._raw = self._raw or self._read(), b""
        return data

    def _read(self) -> bytes:
        data = self._file.read(STEP)
        self._taken += len(data)
        return data

    def _got(self, data: bytes) -> bool:
        self._buffer += data
        self._given += len(data)
        if self._given > MOST_UNPACKED:
            raise Cut(f"it unpacks to more than {MOST_UNPACKED // 2**30} GB")
        if self._given > SMALL and self._given > MAX_RATIO * self._taken:
            raise Cut(f"it unpacks to more than {MAX_RATIO} times its size: it is no archive of pages")
        return bool(data)
