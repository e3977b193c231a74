"""ZIP archives as publishers attach them: each member is a document of its own.

A member's name only shows where a document came from: it is never opened as a path. An archive inside an archive is
opened once more, no deeper. A sole member stands for its archive, under the archive's own name. What is of no kind that is
read is a document all the same, which a later extractor may read; an archive of nothing else is left out.

An archive is kept as it came (`archived.py`), and its documents are read from it by the `Way` that leads to each.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from extract.files import LeftOut
from extract.model import Category, RawDocument, Way
from extract.outcomes import Outcome, Protected, Unreadable
from extract.read.detect import detect
from extract.read.package import open_package

MAX_DOCUMENTS = 500  # of one archive, with those inside of it
MAX_BYTES = 256 * 2**20  # of all members together
MAX_RATIO = 20  # of all members together to the archive: office files and scans hardly pack, pages to a tenth
SMALL = 32 * 2**20  # bytes that any archive may hold, however well it packs
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
        size, most = 0, min(MAX_BYTES, max(SMALL, MAX_RATIO * len(raw.content)))
        for name, way, content in _opened(raw.content, DEEPEST):
            size += 0 if isinstance(content, Outcome) else len(content)
            if len(found) == MAX_DOCUMENTS or size > most:
                found.append(
                    LeftOut(
                        raw.path,
                        f"the archive holds more than {MAX_DOCUMENTS} documents, or more than {most // 2**20} MB: the rest is left out",
                        category="unsupported",
                    )
                )
                break
            path = f"{raw.path}/{name}"
            if isinstance(content, Outcome):
                found.append(LeftOut(path, content.reason, category=content.category or "damaged"))
            else:
                sha256 = hashlib.sha256(content).hexdigest()
                found.append(RawDocument(path, sha256, content, raw.source_url, way))
    except Outcome as outcome:
        found.append(LeftOut(raw.path, outcome.reason, raw.sha256, len(raw.content), outcome.category or "damaged"))
    if not found:
        return [LeftOut(raw.path, "the archive holds no document", raw.sha256, len(raw.content))]
    reasons = {_why_not(each) for each in found}
    if len(reasons) == 1 and (why_not := reasons.pop()) is not None:  # nothing of it can be read, for one reason
        return [LeftOut(raw.path, why_not[0], raw.sha256, len(raw.content), why_not[1])]
    if len(found) == 1 and isinstance(found[0], RawDocument):
        return [replace(found[0], path=raw.path)]
    return found


def _why_not(found: RawDocument | LeftOut) -> tuple[str, Category] | None:
    """Why a member is left out, or is of no kind that is read."""
    if isinstance(found, LeftOut):
        return found.reason, found.category
    try:
        detect(found.content)
    except Outcome as outcome:
        return outcome.reason, outcome.category or "unsupported"
    return None


def _opened(content: bytes, depth: int) -> Iterator[tuple[str, Way, bytes | Outcome]]:
    """The members with their bytes, or with what keeps one from being read: a damaged or locked one costs no other."""
    package = open_package(content)
    for name in sorted(package.names):
        if any(part in name.lower() for part in _RUBBISH) or name.rpartition("/")[2].startswith("."):
            continue
        try:
            inner = package.read(name)
            nested = depth > 1 and inner.startswith(b"PK") and detect(inner) == "zip"
            if nested:
                open_package(inner)
        except (Unreadable, Protected) as outcome:
            yield _shown(name), (package.number(name),), outcome
            continue
        way = (package.number(name),)
        if nested:
            found = _opened(inner, depth - 1)
            yield from ((f"{_shown(name)}/{below}", way + further, read) for below, further, read in found)
        elif inner:
            yield _shown(name), way, inner


def _shown(name: str) -> str:
    """A member's name as text that says no other place: without control characters and ways upwards."""
    kept = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    return "/".join(part for part in kept.replace("\\", "/").split("/") if part not in ("", ".", ".."))[:200] or "?"
