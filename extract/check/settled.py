"""Recognised numbers that two recognisers give differently, settled by the sums of tables 三 and 四.

Each such cell may be what either recogniser gives, or blank. If exactly one combination satisfies every sum of the table that can
be tested, and each of the cells stands in sums that would fail without it, the sums tell what is printed. Arithmetic cannot tell a
blank from a 0: where one of the two would do, the cell waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from extract.check.proof import ARITHMETIC, SUMMED
from extract.check.second_reading import DOUBT_BELOW
from extract.forms.match import match
from extract.forms.vocabulary import APPLICANT_CODES, OTHER_LEAVES, OUTCOMES, RESULT_CODES
from extract.model import Cell, Document, Number
from extract.outcomes import Outcome

MOST = 7  # open cells of one table: more of them satisfy its sums by chance
FEWEST_SUMS = {"requests": 2, "proceedings": 1}  # testable sums that each settled cell stands in

Place = tuple[str, str]
Sum = tuple[tuple[Place, int], ...]
"""Places with 1 or -1: what they count together is 0."""


def settled(document: Document, kind: str, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells, those that wait for want of confidence replaced where the sums of their table tell them."""
    for table in SUMMED:
        own = {(c.row, c.column): c for c in cells if c.table == table}
        unsure = [place for place, c in own.items() if c.confidence is not None and c.confidence < DOUBT_BELOW]
        if not unsure or len(unsure) > MOST:
            continue
        others = _others(document, kind, table, own, unsure)
        told = chosen(table, own, {place: _candidates(own[place], other) for place, other in others})
        cells = tuple(told.get((c.row, c.column), c) if c.table == table else c for c in cells)
    return cells


def _others(
    document: Document, kind: str, table: str, own: dict[Place, Cell], unsure: Sequence[Place]
) -> Iterator[tuple[Place, Cell | None]]:
    """Each unsure cell with what the first further reading of its page gives."""
    pages = frozenset(c.page + step for c in own.values() if c.page is not None for step in (-1, 0))
    found: dict[Place, Cell] = {}
    for again in document.rereadings[:1]:
        try:
            reread = match(again(pages), kind).collected.settle()
        except Outcome:
            continue  # a reading that fails gives no candidates: the cells wait, which is said of them
        found = {(c.row, c.column): c for c in reread if c.table == table}
    return ((place, found.get(place)) for place in unsure)


def _candidates(cell: Cell, other: Cell | None) -> list[Cell]:
    """By value, each once; blank last."""
    found = {c.value: c for c in (other, cell) if c is not None and c.value}
    return [*found.values(), cell._replace(value=None)]


def chosen(table: str, own: dict[Place, Cell], open_: dict[Place, list[Cell]]) -> dict[Place, Cell]:
    """The open cells as the only combination of their candidates that satisfies the sums has them; nothing where there is no such, or
    a blank among them.
    """
    sums = [s for s in _sums(table, own) if all(place in own for place, _ in s)]
    if any(sum(place in (p for p, _ in s) for s in sums) < FEWEST_SUMS[table] for place in open_):
        return {}
    known: dict[Place, Number] = {place: c.value or 0 for place, c in own.items()}
    taken: tuple[Cell, ...] | None = None
    for combination in product(*open_.values()):
        values = known | {place: c.value or 0 for place, c in zip(open_, combination, strict=True)}
        if any(sum(sign * values[place] for place, sign in s) for s in sums):
            continue
        if taken is not None:
            return {}
        taken = combination
    if taken is None or any(c.value is None for c in taken):
        return {}
    return {place: cell._replace(confidence=1.0, proof=ARITHMETIC) for place, cell in zip(open_, taken, strict=True)}


def _sums(table: str, own: Iterable[Place]) -> Iterator[Sum]:
    """The sums of a table that has these rows, as the checks of `arithmetic` know them."""
    columns = APPLICANT_CODES if table == "requests" else RESULT_CODES
    rows = sorted({row for row, _ in own})
    for row in rows:
        yield (*(((row, column), 1) for column in columns[:-1]), ((row, columns[-1]), -1))
    if table == "proceedings":
        return
    leaves = _leaves(rows)
    for column in columns:
        yield (
            (("new", column), 1), (("carried_in", column), 1), (("total", column), -1), (("carried_out", column), -1),
        )  # fmt: skip
        if leaves:
            yield (*(((row, column), 1) for row in leaves), (("total", column), -1))


def _leaves(rows: Sequence[str]) -> list[str]:
    """The outcomes that add up to the row total; [] where not all are there, or （六）其他处理 is told twice."""
    other = ["other"] if "other" in rows else list(OTHER_LEAVES)
    if "other" in rows and any(row in rows for row in OTHER_LEAVES):
        return []
    return [*(o.code for o in OUTCOMES if o.is_leaf and o.group != "other"), *other]
