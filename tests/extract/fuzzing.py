"""A damaged document, and the verdict on what was read from it."""

from __future__ import annotations

import functools
import hashlib
from random import Random
from typing import NamedTuple

from extract import RawDocument, extract_document
from tests.extract import mutations, specimens, verdicts


class Verdict(NamedTuple):
    """`status` of the extraction, or `raised`; the cells that are wrong, unreported, and not so printed in what is left."""

    status: str
    reason: str | None
    untold: tuple[str, ...]


@functools.cache
def whole(kind: str) -> tuple[bytes, ...]:
    """Valid documents of a kind."""
    return tuple(specimens.FAST[kind]())


def damaged(kind: str, random: Random) -> bytes:
    """A valid document of a kind, damaged."""
    return mutations.mutated(random.choice(whole(kind)), kind, random)


def judge(content: bytes) -> Verdict:
    """Read and compare."""
    try:
        found = extract_document(RawDocument("damaged", hashlib.sha256(content).hexdigest(), content), seconds=20.0)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the defect that is looked for
        return Verdict("raised", repr(error), ())
    if found.status == "unreadable" and "reading it failed" in (found.reason or ""):
        return Verdict("raised", found.reason, ())
    unreported = verdicts.wrong(found, content) if found.status == "ok" else []
    return Verdict(found.status, found.reason, tuple(".".join(place) for place, _, _ in unreported))
