"""Proof by arithmetic: of the readings that labels, order and geometry allow, the one under which every sum of the table holds.

Where headings do not stand whole over their columns, no place tells a cell. Tables 三 and 四 prove themselves: each row adds
up, each column balances. A reading is taken only if it leaves nothing out, if all of its sums that can be tested hold and
enough of them are not trivial, and if every other reading that passes gives the same cells. A table that goes on on the next
page without headings, in columns of other widths, is read there by their order if the same proves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Final

from extract.check import arithmetic
from extract.check.second_reading import DOUBT_BELOW
from extract.forms.match import Matched, match
from extract.forms.sequence import in_order
from extract.forms.vocabulary import APPLICANT_CODES, CHANNELS, RESULT_CODES
from extract.model import Cell, Document, Number

ARITHMETIC: Final = "arithmetic"
SUMMED = ("requests", "proceedings")
MAX_READINGS = 120

MIN_ROWS = 3  # rows of table 三 whose sum is not 0 = 0
MAX_UNSURE = 4  # cells of a picture that may say what was read, or nothing
MIN_COLUMNS = 2  # columns of table 三 whose balance is not 0 = 0


def proved(document: Document, kind: str, matched: Matched) -> tuple[Matched, tuple[Cell, ...]]:
    """What was matched, and its cells; a table that could not be read by its labels is read by the one reading that its sums
    prove, if there is one. `kind` names the reading for the provenance of its cells.
    """
    for table in SUMMED:
        if matched.open.get(table):
            matched = _chosen(document, kind, matched, table)
    if matched.cut:
        matched = _continued(document, kind, matched)
    cells = matched.collected.settle()
    if document.by_position:
        found = {cell.table for cell in cells}
        for table in (table for table in SUMMED if table not in found):
            own = [cell for cell in in_order(document) if cell.table == table]
            if own and (proves(own, table) or _proves_with_zeros(own, table)):
                cells += [cell._replace(proof=ARITHMETIC) for cell in own]
                matched.tables.add(table)
                matched.collected.forgive(table)
    return matched, tuple(cells)


def _chosen(document: Document, kind: str, matched: Matched, table: str) -> Matched:
    """The walk under the reading of the table's headings that is proved; `matched` itself where none is, or two differ."""
    if matched.open[table] > MAX_READINGS or any(key[0] == table for key in matched.collected.cells):
        return matched  # some of the table stands under sound headings: the rest of it is not guessed
    taken: Matched | None = None
    values: dict[tuple[str, str], Number | None] = {}
    for choice in range(matched.open[table]):
        again = match(document, kind, {**matched.chosen, table: choice})
        own = _whole(again, table)
        if own is None or not (proves(own, table) or (table in again.exact and _proves_with_zeros(own, table))):
            continue
        told = {(cell.row, cell.column): cell.value for cell in own}
        if taken is not None and told != values:
            return matched
        taken, values = taken or again, told
    if taken is None or _contradicted(document, table, values):
        return matched
    taken.proof(table, ARITHMETIC)
    return taken


def _continued(document: Document, kind: str, matched: Matched) -> Matched:
    """The walk in which table 三 goes on on the next page without headings, in as many columns of other widths, by their order:
    if it leaves out nothing there but numbers that cannot be read, gives the cells before it as they were, and all sums hold.
    """
    again = match(document, kind, matched.chosen, by_order=True)
    known, told = _requests(matched), _requests(again)
    new = {key: cell for key, cell in told.items() if key not in known}
    left_out = _left_out(again) - _left_out(matched)
    rows = {key[1] for key in new}
    whole = {".".join(("requests", row, column)) for row in rows for column in APPLICANT_CODES}
    unread = whole - {".".join(key) for key in new}
    if any(told.get(key) != cell for key, cell in known.items()) or rows & {key[1] for key in known}:
        return matched
    if left_out != {("reading.unreadable_number", where) for where in unread}:
        return matched
    contradicted = (key for key in again.collected.contradicted if key[0] == "requests")
    if any(key not in matched.collected.contradicted for key in contradicted) or not _may_add_up(known, new):
        return matched
    other = {cell[:3]: cell.value for cell in in_order(document)}
    if any(other.get(key, cell.value) != cell.value for key, cell in new.items()):
        return matched
    again.collected.cells.update({key: cell._replace(proof=ARITHMETIC) for key, cell in new.items()})
    return again


Key = tuple[str, str, str]


def _requests(matched: Matched) -> dict[Key, Cell]:
    return {key: cell for key, cell in matched.collected.cells.items() if key[0] == "requests"}


def _left_out(matched: Matched) -> set[tuple[str, str]]:
    return {(f.check, f.where) for f in matched.collected.findings if f.where.split(".")[0] == "requests"}


def _may_add_up(known: dict[Key, Cell], new: dict[Key, Cell]) -> bool:
    """Whether they add up where each of the few cells that a picture does not show surely says what was read, or nothing. They
    wait all the same.
    """
    unsure = [key for key, c in (known | new).items() if c.confidence is not None and c.confidence < DOUBT_BELOW]
    if len(unsure) > MAX_UNSURE:
        return False
    for count in range(len(unsure) + 1):
        for blank in combinations(unsure, count):
            first, rest = (
                {key: cell._replace(value=None) if key in blank else cell for key, cell in own.items()}
                for own in (known, new)
            )
            if _adds_up(first, rest):
                return True
    return False


def _adds_up(known: dict[Key, Cell], new: dict[Key, Cell]) -> bool:
    """Whether all rows and columns add up with a blank as 0, and enough of them say something, most of the new rows among them."""
    rows = {key[1] for key in new}
    counted = _zeros((*known.values(), *new.values()))
    if not holds(counted, "requests"):
        return False
    values = arithmetic.values_of(counted, "requests", APPLICANT_CODES)
    tested = [row for row in rows if None not in values[row]]
    if sum(values[row][-1] != 0 for row in tested) < MIN_ROWS or 2 * len(tested) < len(rows):
        return False
    untold = sum(int(f.found or 0) for f in arithmetic.requests_outcomes(values) if f.result != "failed")
    telling = sum(any(values[row][column] for row in rows) for column in range(len(APPLICANT_CODES)))
    return telling - untold >= MIN_COLUMNS


def _whole(matched: Matched, table: str) -> list[Cell] | None:
    """The cells of a table that was read without leaving anything out; else None."""
    told = matched.collected
    if any(finding.where.split(".")[0] == table for finding in told.findings):
        return None
    if any(key[0] == table for key in told.contradicted):
        return None
    return [cell for key, cell in told.cells.items() if key[0] == table]


def _contradicted(document: Document, table: str, values: dict[tuple[str, str], Number | None]) -> bool:
    """Whether the same document in the order of its labels and numbers gives other cells whose sums hold as well."""
    other = [cell for cell in in_order(document) if cell.table == table]
    differs = any(values.get((cell.row, cell.column), cell.value) != cell.value for cell in other)
    return differs and holds(other, table)


def _zeros(cells: Iterable[Cell]) -> list[Cell]:
    return [cell._replace(value=cell.value or 0) for cell in cells]


def _proves_with_zeros(cells: list[Cell], table: str) -> bool:
    """Whether the table is proved with 0 for every blank, which is what a publisher means who leaves out zeros; its sums tell
    whether he did. Table 四 has one row of sums and no column of them: there a cell that moved by one blank would not show.
    """
    zeros = _zeros(cells)
    return (table == "requests" or all(cell.value == 0 for cell in zeros)) and proves(zeros, table)


def holds(cells: Iterable[Cell], table: str) -> bool:
    """Whether no sum of the table fails."""
    own = tuple(cells)
    return not any(
        f.result == "failed" and f.severity == "error" and f.check.startswith(table) for f in arithmetic.check(own)
    )


def proves(cells: list[Cell], table: str) -> bool:
    """Whether all sums of the table that can be tested hold, and enough of them say something. Where every value is 0, or
    every cell blank, every reading gives the same.
    """
    if cells and all(cell.value is None for cell in cells):
        return True
    if not cells or not holds(cells, table) or any(cell.value is None for cell in cells):
        return False  # beside a blank, a number may stand one place off and the sum still hold
    if all(cell.value == 0 for cell in cells):
        return True
    columns = APPLICANT_CODES if table == "requests" else RESULT_CODES
    rows = arithmetic.values_of(cells, table, columns)
    telling = sum(None not in row and row[-1] != 0 for row in rows.values())
    if table == "proceedings":
        return telling > 0 and rows.keys() == CHANNELS.keys()
    balance = [rows.get(code) for code in ("new", "carried_in", "total", "carried_out")]
    lines = [line for line in balance if line is not None]
    if len(lines) < len(balance):
        return False
    tested = [column for column in zip(*lines, strict=True) if None not in column and any(column)]
    return telling >= MIN_ROWS and len(tested) >= MIN_COLUMNS
