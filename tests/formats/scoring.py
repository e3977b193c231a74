"""Cells as extracted against cells as written: right, wrong, missing, invented, and what nobody was told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from extract import Extraction

APPLICANTS = ("natural_person", "enterprise", "research", "welfare", "legal_service", "other_org", "total")
RESULTS = ("upheld", "corrected", "other", "pending", "total")

Place = tuple[str, str, str]
"""table, row, column, as the contract names them."""


class Difference(NamedTuple):
    """A cell that is not as written. `told`: a finding of origin `extraction` names it, its row or its table."""

    document: str
    place: Place
    written: float | None
    found: float | None
    told: bool


@dataclass(frozen=True)
class Score:
    """What became of the cells of some documents. `right` counts published blanks that were read as blanks; `kinds` are
    the formats that the documents were taken for.
    """

    documents: int = 0
    cells: int = 0
    right: int = 0
    wrong: tuple[Difference, ...] = ()
    missing: tuple[Difference, ...] = ()
    invented: tuple[Difference, ...] = ()
    kinds: frozenset[str | None] = frozenset()

    def __add__(self, other: Score) -> Score:
        return Score(
            self.documents + other.documents,
            self.cells + other.cells,
            self.right + other.right,
            self.wrong + other.wrong,
            self.missing + other.missing,
            self.invented + other.invented,
            self.kinds | other.kinds,
        )

    @property
    def share(self) -> float:
        """Of the cells as written, how many were read right."""
        return self.right / self.cells if self.cells else 0.0

    @property
    def untold(self) -> tuple[Difference, ...]:
        """Wrong and invented cells that no finding of origin `extraction` names: the worst that can happen."""
        return tuple(d for d in (*self.wrong, *self.invented) if not d.told)

    @property
    def unreported(self) -> tuple[Difference, ...]:
        """Missing cells that no such finding names."""
        return tuple(d for d in self.missing if not d.told)


def written(truth: Mapping[str, Any]) -> dict[Place, float | None]:
    """The cells of a truth file."""
    found: dict[Place, float | None] = {}
    for row, measures in (truth.get("disclosure") or {}).items():
        for measure, value in measures.items():
            found["disclosure", row, measure] = _number(value)
    for table, columns in (("requests", APPLICANTS), ("proceedings", RESULTS)):
        for row, values in (truth.get(table) or {}).items():
            for column, value in zip(columns, values, strict=True):
                found[table, row, column] = _number(value)
    return found


def _number(value: Any) -> float | None:
    number: float | None = value["value"] if isinstance(value, dict) else value
    return number


def score(name: str, truth: Mapping[str, Any], extraction: Extraction) -> Score:
    """One document. A document that is not `ok` misses every cell, and its status tells so."""
    wanted = written(truth)
    found: dict[Place, float | None] = {(c.table, c.row, c.column): c.value for c in extraction.cells}

    def differing(places: Iterable[Place]) -> tuple[Difference, ...]:
        return tuple(Difference(name, p, wanted.get(p), found.get(p), _is_told(p, extraction)) for p in places)

    wrong = differing(p for p in wanted if p in found and not _same(wanted[p], found[p]))
    missing = differing(p for p in wanted if p not in found)
    invented = differing(p for p in found if p not in wanted)
    right = len(wanted) - len(wrong) - len(missing)
    return Score(1, len(wanted), right, wrong, missing, invented, frozenset([extraction.format]))


def _same(a: float | None, b: float | None) -> bool:
    return a is b or (a is not None and b is not None and abs(a - b) < 1e-9)


def _is_told(place: Place, extraction: Extraction) -> bool:
    if extraction.status != "ok":
        return True
    table, row, column = place
    names = {table, f"{table}.{row}", f"{table}.{row}.{column}", f"{table}.*.{column}"}
    return any(f.origin == "extraction" and (f.where in names or f.where == "document") for f in extraction.findings)


HEAD = (
    "| format | documents | cells | right | % | wrong | missing | invented | untold | unreported |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def line(name: str, of: Score) -> str:
    """One row of a Markdown table under `HEAD`."""
    counts = (len(of.wrong), len(of.missing), len(of.invented), len(of.untold), len(of.unreported))
    return (
        f"| {name} | {of.documents} | {of.cells} | {of.right} | {of.share:.3%} | " + " | ".join(map(str, counts)) + " |"
    )


def shown(differences: Iterable[Difference], most: int = 5) -> str:
    """The first differences, for a failed test's message."""
    return "\n".join(
        f"{d.document}: {'.'.join(d.place)} written {d.written}, found {d.found}" for d in list(differences)[:most]
    )
