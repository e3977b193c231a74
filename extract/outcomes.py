"""The ways in which a document gives no report. Raised where known, turned into a status in one place.

Messages are whole sentences for the operator who finds them in `ogi status`; they never hold text of the document
beyond a short quoted title.
"""

from __future__ import annotations

import errno
from typing import Final

from extract.model import Category, Status

LIMITS: Final = "limits"
"""The category of what says nothing about the document: time, memory or room ran out. It is tried again."""

NO_MEMORY = "there was not enough memory to read it; --worker-megabytes gives a worker more"
NO_ROOM = "there was no room left on the disk to read it"

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_HANDLES = {errno.EMFILE, errno.ENFILE, errno.EAGAIN}
_STARVED = ("alloc", "out of memory", "insufficient memory", "cannot allocate")
"""Words of native libraries that got no memory; they raise errors of their own."""


class Outcome(Exception):
    """A document that gives no report; `status` is what `document.status` will say, `category` why it is unreadable."""

    status: Status = "unreadable"
    category: Category | None = "damaged"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreadable(Outcome):
    """The bytes cannot be turned into text and tables: they are damaged, or hold none."""


class Protected(Unreadable):
    """A password is needed."""

    category = "protected"


class Unsupported(Unreadable):
    """Of a kind that is not read, or larger than any report."""

    category = "unsupported"


class MissingProgram(Unreadable):
    """A program or package that reads this kind is not installed."""

    category = "missing_program"


class NotAReport(Outcome):
    """Readable, but no annual report on open government information."""

    status = "not_a_report"
    category = None


class OutOfTime(BaseException):
    """The alarm. No `Outcome` and no `Exception`: nothing that goes on after a failure may go on after this one."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def starved(error: BaseException) -> str | None:
    """Why an error says nothing about the document, as a sentence: memory or room ran out. None where it does not."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError):
            return NO_MEMORY
        if isinstance(seen, OSError):
            if seen.errno in _NO_ROOM:
                return NO_ROOM
            if seen.errno == errno.ENOMEM:
                return NO_MEMORY
            if seen.errno in _NO_HANDLES:
                return "the system had no more processes or open files to give; try again when it is less busy"
        elif type(seen).__module__.partition(".")[0] in ("cv2", "onnxruntime", "rapidocr", "numpy"):
            said = str(seen).lower()
            if any(word in said for word in _STARVED):
                return NO_MEMORY
        seen = seen.__cause__ or seen.__context__
    return None
