"""Cross-checks cells with a second extraction and attributes failed sums to the publisher or to the extraction.

A table whose sums hold has been proved by them. Where they fail, and where nothing proves a table that was told by
positions (the disclosure table has no sums), the document's further readings are asked, the cheapest first, until one
gives the same cells: then the document itself says so (origin `publisher`). If none does, the reading is in doubt
(origin `extraction`) and nothing of the table is loaded until a person has looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import islice
from typing import Final

from extract.forms.match import match
from extract.forms.sequence import in_order
from extract.model import Cell, Document, Finding, Origin
from extract.outcomes import Outcome

DOUBT_BELOW = 0.90
"""Recognised text of less confidence is not loaded. The cells of both shared scans, which are clean, have 0.999 and more, so any bound
serves them; it was chosen when pictures were first read, and `python benchmarks/scans.py` judges it on noisy ones (docs/house.md).
"""

FEW = 4
"""Where two readings of a picture differ in no more than one of so many cells, these wait; else the whole table does. Nothing is known of
where it is from, and no shared picture tells: their readings do not differ.
"""

SECOND_READING: Final = "second reading"

MAX_NAMED = 3  # differing cells named in a finding

Place = tuple[str, str]  # row, column


@dataclass(slots=True)
class Weighed:
    """`cells` may be loaded; `doubted` wait for a person; `findings` have their origins."""

    cells: tuple[Cell, ...]
    doubted: tuple[Cell, ...]
    findings: list[Finding]


@dataclass(slots=True)
class _Doubt:
    """What speaks against a table's cells. `places` None: the whole table."""

    places: set[Place] | None = field(default_factory=set)
    others: list[Cell] = field(default_factory=list)


def weigh(document: Document, kind: str, cells: tuple[Cell, ...], findings: list[Finding]) -> Weighed:
    """Judge the cells of one document. `findings`: those of the arithmetic checks, still without origin."""
    doubts: dict[str, _Doubt] = {}
    judged: list[Finding] = []
    failed = {_table(f) for f in findings if _is_sum(f)}
    wanted = failed | ({"disclosure", "survey"} if document.by_position else set())
    recognised = {c.table for c in cells if c.confidence is not None}
    tables = {table: _of(cells, table) for table in sorted(wanted)}
    seconded: set[tuple[str, str, str]] = set()
    for table, own in tables.items():
        if own:
            judged += _second_opinion(document, kind, table, own, findings, recognised, doubts, seconded)
    for table in sorted(recognised - wanted):
        seconded |= set(_seconded(document, kind, table, _of(cells, table)))
    for finding in findings:
        judged.append(_with_origin(finding, doubts, recognised))
        if _is_sum(finding) and _table(finding) in recognised:
            _add(doubts, _table(finding), _places(finding, cells))
    judged += _uncertain(cells, doubts)
    cells = tuple(c._replace(proof=SECOND_READING) if c.proof == "labels" and c[:3] in seconded else c for c in cells)
    return Weighed(
        tuple(c for c in cells if not _is_doubted(c, doubts)),
        tuple(c for c in cells if _is_doubted(c, doubts)) + tuple(c for doubt in doubts.values() for c in doubt.others),
        judged,
    )


def _seconded(document: Document, kind: str, table: str, own: dict[Place, Cell]) -> Iterator[tuple[str, str, str]]:
    """The sure cells of a recognised table that the first further reading gives as well; of one that fails, none."""
    pages = frozenset(c.page + step for c in own.values() if c.page is not None for step in (-1, 0))
    for read in islice(_further_readings(document, kind, pages), 1 if document.rereadings else 0):
        try:
            other = _of(read(), table)
        except Outcome:
            return  # nothing was wanted of it but to say more of cells that stand already
        for place, cell in own.items():
            if _same(cell, other.get(place)) and (cell.confidence or 0.0) >= DOUBT_BELOW:
                yield (table, *place)


def _table(finding: Finding) -> str:
    return finding.where.split(".")[0]


def _is_sum(finding: Finding) -> bool:
    return finding.severity == "error" and finding.result == "failed"


def _of(cells: Iterable[Cell], table: str) -> dict[Place, Cell]:
    return {(c.row, c.column): c for c in cells if c.table == table}


def _second_opinion(
    document: Document,
    kind: str,
    table: str,
    own: dict[Place, Cell],
    findings: list[Finding],
    recognised: set[str],
    doubts: dict[str, _Doubt],
    seconded: set[tuple[str, str, str]],
) -> list[Finding]:
    """Ask the further readings for one table; enters a doubt where none of them gives the same cells, and the cells that
    one gives as well into `seconded`.

    Where sums failed, every cell of theirs must be confirmed; in a table without sums, every cell. Only readings that
    contradict the first one nowhere in the table confirm cells of it.
    """
    summed = {place for f in findings if _is_sum(f) and _table(f) == table for place in _places(f, own.values())}
    proof = summed or set(own)
    pages = frozenset(c.page + step for c in own.values() if c.page is not None for step in (-1, 0))
    best: dict[Place, Cell] = {}
    confirmed: set[Place] = set()
    failures: list[str] = []
    for read in _further_readings(document, kind, pages):
        try:
            other = _of(read(), table)
        except Outcome as outcome:
            failures.append(f"a further reading failed: {outcome.reason}")
            continue
        shared = own.keys() & other.keys()
        if all(_same(own[place], other[place]) for place in shared):
            confirmed |= shared
            seconded |= {(table, *place) for place in shared}
        if proof <= confirmed:
            return []
        if len(other) > len(best):
            best = other
    differing = [place for place in own if place not in confirmed and not _same(own[place], best.get(place))]
    if table in recognised and len(differing) * FEW <= len(own):
        _add(doubts, table, set(differing))
    else:
        doubts[table] = _Doubt(None)
    doubts[table].others += [best[place] for place in differing if place in best]
    return [_disagreement(table, own, best, differing, failures)]


def _further_readings(document: Document, kind: str, pages: frozenset[int]) -> Iterator[Callable[[], list[Cell]]]:
    """The document's own further readings, each by columns and by order; without any, markup is read by the order of its
    cells, without spans.
    """
    if not document.rereadings:
        yield partial(in_order, document)
    for again in document.rereadings:
        reread = cache(partial(again, pages))
        yield partial(_by_columns, reread, kind)
        yield partial(_by_order, reread)


def _by_columns(reread: Callable[[], Document], kind: str) -> list[Cell]:
    return match(reread(), kind).collected.settle()


def _by_order(reread: Callable[[], Document]) -> list[Cell]:
    return in_order(reread())


def _same(cell: Cell, other: Cell | None) -> bool:
    return other is not None and cell.value == other.value


def _disagreement(
    table: str, own: dict[Place, Cell], other: dict[Place, Cell], differing: list[Place], failures: list[str]
) -> Finding:
    named = ", ".join(
        f"{'.'.join(place)} {_shown(own[place])} / {_shown(other.get(place))}" for place in differing[:MAX_NAMED]
    )
    message = f"two readings of this table differ in {len(differing)} of {len(own)} cells: {named}"
    message = "; ".join([message, *failures])
    return Finding("reading.disagreement", "warning", table, len(own), len(own) - len(differing), "extraction", message)


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return "not read"
    return "blank" if cell.value is None else str(cell.value)


def _with_origin(finding: Finding, doubts: dict[str, _Doubt], recognised: set[str]) -> Finding:
    if not _is_sum(finding):
        return finding
    table = _table(finding)
    origin: Origin = "extraction" if table in doubts or table in recognised else "publisher"
    return replace(finding, origin=origin)


def _places(finding: Finding, cells: Iterable[Cell]) -> set[Place]:
    """The cells of the row or column whose sum failed: `requests.granted`, `requests.*.total`, `requests.total.research`."""
    table, *at = finding.where.split(".")
    whole_column = finding.check in ("requests.balance", "requests.outcomes")
    return {
        (c.row, c.column)
        for c in cells
        if c.table == table and (c.column == at[-1] if whole_column else c.row == ".".join(at))
    }


def _uncertain(cells: Iterable[Cell], doubts: dict[str, _Doubt]) -> list[Finding]:
    """Recognised cells of little confidence; one finding a table, which counts them and names the first."""
    unsure: dict[str, list[Cell]] = {}
    own: dict[str, int] = {}
    for cell in cells:
        own[cell.table] = own.get(cell.table, 0) + 1
        if cell.confidence is not None and cell.confidence < DOUBT_BELOW:
            _add(doubts, cell.table, {(cell.row, cell.column)})
            unsure.setdefault(cell.table, []).append(cell)
    found = []
    for table, waiting in unsure.items():
        named = ", ".join(f"{c.row}.{c.column} “{c.raw[:40]}” ({c.confidence or 0.0:.2f})" for c in waiting[:MAX_NAMED])
        where = table if len(waiting) > 1 else ".".join(waiting[0][:3])
        message = f"{len(waiting)} of {own[table]} cells were recognised with little confidence and wait: {named}"
        found.append(
            Finding(
                "reading.low_confidence", "warning", where, own[table], own[table] - len(waiting), "extraction", message
            )
        )
    return found


def _add(doubts: dict[str, _Doubt], table: str, places: set[Place]) -> None:
    doubt = doubts.setdefault(table, _Doubt())
    if doubt.places is not None:
        doubt.places |= places


def _is_doubted(cell: Cell, doubts: dict[str, _Doubt]) -> bool:
    doubt = doubts.get(cell.table)
    return doubt is not None and (doubt.places is None or (cell.row, cell.column) in doubt.places)
