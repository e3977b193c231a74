"""A damaged document, and the verdict on what was read from it."""

from __future__ import annotations

import functools
import hashlib
from random import Random
from typing import NamedTuple

from extract import RawDocument, extract_document
from extract.forms.vocabulary import APPLICANT_CODES, RESULT_CODES
from tests.extract import mutations, specimens


class Verdict(NamedTuple):
    """`status` of the extraction, or `raised`; the cells that hold another number than the report has."""

    status: str
    reason: str | None
    told: tuple[str, ...]
    untold: tuple[str, ...]


@functools.cache
def whole(kind: str) -> tuple[bytes, ...]:
    """Valid documents of a kind."""
    return tuple(specimens.FAST[kind]())


def damaged(kind: str, random: Random) -> bytes:
    """A valid document of a kind, damaged."""
    return mutations.mutated(random.choice(whole(kind)), kind, random)


@functools.cache
def truth() -> dict[tuple[str, str, str], float]:
    found = {("disclosure", row, c): v for row, own in specimens.TRUTH["disclosure"].items() for c, v in own.items()}
    for table, columns in (("requests", APPLICANT_CODES), ("proceedings", RESULT_CODES)):
        for row, values in specimens.TRUTH[table].items():
            found |= {(table, row, column): value for column, value in zip(columns, values, strict=True)}
    return found


def judge(content: bytes) -> Verdict:
    """Read and compare. A wrong cell is told if a finding says that something of its table is wrong or was not read."""
    try:
        found = extract_document(RawDocument("damaged", hashlib.sha256(content).hexdigest(), content), seconds=20.0)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the defect that is looked for
        return Verdict("raised", repr(error), (), ())
    if found.status == "unreadable" and "reading it failed" in (found.reason or ""):
        return Verdict("raised", found.reason, (), ())
    known = truth()
    wrong = [c for c in found.cells if c.value is not None and not _same(c.value, known.get(c[:3]))]
    said = {f.where.split(".")[0] for f in found.findings if f.severity != "info"}
    named = [(c.table, ".".join(c[:3])) for c in wrong]
    return Verdict(
        found.status,
        found.reason,
        tuple(place for table, place in named if table in said),
        tuple(place for table, place in named if table not in said),
    )


def _same(value: float, expected: float | None) -> bool:
    return expected is not None and abs(value - expected) < 1e-9
