"""ZIP archives as publishers attach them: each member is a document of its own.

A member's name only shows where a document came from: it is never opened as a path. An archive inside an archive is
opened once more, no deeper. A sole member stands for its archive, under the archive's own name.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator

from extract.files import LeftOut
from extract.model import RawDocument
from extract.outcomes import Outcome
from extract.read.detect import detect
from extract.read.package import open_package

MAX_DOCUMENTS = 500  # of one archive, with those inside of it
MAX_BYTES = 256 * 2**20  # of all members together
DEEPEST = 2
_RUBBISH = ("__macosx/", "thumbs.db", "desktop.ini", ".ds_store")


def members(raw: RawDocument) -> list[RawDocument | LeftOut]:
    """The documents that a file holds: itself, unless it is a ZIP archive.

    What cannot be opened is left out by name with its reason; an archive without any document is left out itself.
    """
    if not raw.content.startswith(b"PK"):
        return [raw]
    found: list[RawDocument | LeftOut] = []
    try:
        if detect(raw.content) != "zip":
            return [raw]
        size = 0
        for name, content in _opened(raw.content, DEEPEST):
            size += len(content)
            if len(found) == MAX_DOCUMENTS or size > MAX_BYTES:
                found.append(
                    LeftOut(
                        raw.path,
                        f"the archive holds more than {MAX_DOCUMENTS} documents or too much data",
                        category="unsupported",
                    )
                )
                break
            found.append(
                RawDocument(f"{raw.path}/{name}", hashlib.sha256(content).hexdigest(), content, raw.source_url)
            )
    except Outcome as outcome:
        found.append(LeftOut(raw.path, outcome.reason, raw.sha256, len(raw.content), outcome.category or "damaged"))
    if not found:
        return [LeftOut(raw.path, "the archive holds no document", raw.sha256, len(raw.content))]
    if len(found) == 1 and isinstance(found[0], RawDocument):
        return [RawDocument(raw.path, found[0].sha256, found[0].content, raw.source_url)]
    return found


def _opened(content: bytes, depth: int) -> Iterator[tuple[str, bytes]]:
    package = open_package(content)
    for name in sorted(package.names):
        if any(part in name.lower() for part in _RUBBISH) or name.rpartition("/")[2].startswith("."):
            continue
        inner = package.read(name)
        if not inner:
            continue
        if depth > 1 and inner.startswith(b"PK") and detect(inner) == "zip":
            yield from ((f"{_shown(name)}/{below}", read) for below, read in _opened(inner, depth - 1))
        else:
            yield _shown(name), inner


def _shown(name: str) -> str:
    """A member's name as text that says no other place: without control characters and ways upwards."""
    kept = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    return "/".join(part for part in kept.replace("\\", "/").split("/") if part not in ("", ".", ".."))[:200] or "?"
