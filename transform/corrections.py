"""Corrections by people: plain CSV files keyed by document and cell.

Each line says what the document's reading said when it was corrected (`was`). `apply_corrections.py` applies them on every build. A file
that cannot be understood stops the build before anything is made: the last good star stays.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from extract.forms.vocabulary import MEASURE_BY_CODE
from extract.identify.organ import Organ, organ
from transform.cell_codes import FIRST_YEAR, LAST_YEAR, POSITION
from transform.figures import MONEY

COLUMNS = ("sha256", "table", "row", "column", "decision", "value", "unit", "was", "who", "when", "why")
OLDER = tuple(column for column in COLUMNS if column != "unit")
"""Files from before amounts had a unit: they can state none."""

DECISIONS = ("first", "second", "value", "reject")
"""The first reading's number, the second's, a typed one (all three stand in `value`; empty: blank), or no number at all."""

OF_REPORT = ("organ", "year")
"""Rows of the table `report`: whose report a document is, and of which year. They have no column; `was` is its title."""

_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")
NUMBER = re.compile(r"-?\d{1,19}(?:\.\d{1,340})?", re.ASCII)


class CorrectionsWrong(ValueError):
    """A file cannot be used; the message names file and line."""


class Correction(NamedTuple):
    """One line. `value` None: blank, rejected, or an organ; `organ` then names it in full. `typed`: the value as written.
    `unit`: what it is counted in, as written; empty: the form's own, or, of a reading that was taken, the reading's.
    """

    file: str
    line: int
    sha256: str
    table: str
    row: str
    column: str
    decision: str
    value: int | float | None
    unit: str
    was: str
    who: str
    when: date
    why: str
    typed: str
    organ: Organ | None = None


def read(folder: Path) -> list[Correction]:
    """Every correction of a folder, by file and line. Raises CorrectionsWrong."""
    found: list[Correction] = []
    seen: dict[tuple[str, ...], Correction] = {}
    for file in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        for correction in _read(file):
            place = correction[2:6]
            if place in seen:
                other = seen[place]
                raise CorrectionsWrong(
                    f"{file}:{correction.line}: this cell is already corrected in {other.file}:{other.line}"
                )
            seen[place] = correction
            found.append(correction)
    return found


def _read(file: Path) -> Iterator[Correction]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise CorrectionsWrong(f"{file}:1: not UTF-8 ({error.reason})") from None
    for number, line in enumerate(lines, 1):
        if line.startswith(_CONFLICT):
            raise CorrectionsWrong(f"{file}:{number}: a merge conflict was left in the file")
    reader = csv.reader(lines, strict=True)
    try:
        head = next(reader, [])
        if tuple(head) not in (COLUMNS, OLDER):
            raise CorrectionsWrong(f"{file}:1: the columns must be {','.join(COLUMNS)}")
        for fields in reader:
            if fields:
                if len(fields) != len(head):
                    raise CorrectionsWrong(f"{file}:{reader.line_num}: {len(fields)} fields, not {len(head)}")
                at = COLUMNS.index("unit")
                fields = fields if tuple(head) == COLUMNS else [*fields[:at], "", *fields[at:]]
                yield _correction(file, reader.line_num, fields)
    except csv.Error as error:
        raise CorrectionsWrong(f"{file}:{reader.line_num}: {error}") from None


def _correction(file: Path, line: int, fields: list[str]) -> Correction:
    def wrong(why: str) -> CorrectionsWrong:
        return CorrectionsWrong(f"{file}:{line}: {why}")

    sha256, table, row, column, decision, value, unit, was, who, when, why = fields
    if re.fullmatch(r"[0-9a-f]{64}", sha256) is None:
        raise wrong("sha256 is not 64 small hexadecimal digits")
    if table == "report":
        if row not in OF_REPORT or column:
            raise wrong(
                f"of a report, {' and '.join(OF_REPORT)} can be corrected, without a column; not {row}.{column}"
            )
        if decision not in ("value", "reject") or (decision == "value") != bool(value):
            raise wrong("of a report, the decision is value, with a value, or reject, without one")
    elif (table, row, column) not in POSITION:
        raise wrong(f"{table}.{row}.{column} is no cell of a form")
    if decision not in DECISIONS:
        raise wrong(f"decision {decision!r} is none of {', '.join(DECISIONS)}")
    named = (table, row) == ("report", "organ")
    if value and not named and NUMBER.fullmatch(value) is None:
        raise wrong(f"value {value!r} is no number")
    if value and decision == "reject":
        raise wrong("a rejected cell has no value")
    if value and not named and table != "disclosure" and "." in value:
        raise wrong(f"value {value!r} is no whole count")
    said_unit = _wrong_unit(table, row, column, decision, value, unit)
    if said_unit:
        raise wrong(said_unit)
    if not who.strip() or not why.strip():
        raise wrong("who and why must be said")
    try:
        day = datetime.fromisoformat(when).date()
    except ValueError:
        raise wrong(f"when {when!r} is no date") from None
    whose = None
    if named and value:
        try:
            whose = full_organ(value)
        except ValueError as error:
            raise wrong(str(error)) from None
    elif row == "year" and value and not FIRST_YEAR <= float(value) <= LAST_YEAR:
        raise wrong(f"the year {value} is not between {FIRST_YEAR} and {LAST_YEAR}")
    number = (float(value) if "." in value else int(value)) if value and whose is None else None
    place, said = (file.name, line, sha256, table, row, column), (who.strip(), day, why.strip(), value)
    return Correction(*place, decision, number, unit, was, *said, whose)


def _wrong_unit(table: str, row: str, column: str, decision: str, value: str, unit: str) -> str | None:
    """What is wrong with a unit. A typed amount of money has one: which, nobody guesses."""
    if is_amount(table, column):
        if unit and unit not in MONEY:
            return f"unit {unit!r} is none of {', '.join(MONEY)}"
        return "a typed amount needs its unit" if value and decision == "value" and not unit else None
    own = MEASURE_BY_CODE[f"{row}.{column}"].unit if table == "disclosure" else ""
    return f"unit {unit!r} is not what {table}.{row}.{column} is counted in" if unit not in ("", own) else None


def is_amount(table: str, column: str) -> bool:
    """Whether a cell is an amount of money."""
    return table == "disclosure" and column == "amount"


def plain(value: float) -> str:
    """A number with all its digits and no exponent: what `NUMBER` reads back as the same."""
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def full_organ(name: str) -> Organ:
    """The one organ that a name in full means (with its province, prefecture, county). Raises ValueError, naming what it could be."""
    found = organ(name)
    if found.identity is None or found.candidates:
        could = f": {', '.join(found.candidates[:4])}" if found.candidates else ""
        raise ValueError(f"{name!r} could be several organs{could}; name it with the divisions above it")
    if found.division_code is None and found.level not in ("national", "township"):
        raise ValueError(f"{name!r} begins with no known division; name it with the divisions above it")
    return found


def digest(folder: Path) -> str:
    """A name for what the files say; part of a build's name, so that a changed file gives a new star."""
    found = hashlib.sha256()
    for file in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()[:16]
