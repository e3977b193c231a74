"""Corrections by people: plain CSV files keyed by document and cell, applied on every build.

Each line says what the document's reading said when it was corrected (`was`): where a later reading says something else, or
the cell is not there any more, the correction is stale; it is not applied, and a finding says so. A file that cannot be
understood stops the build before anything is made: the last good star stays.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from transform.parts import FACT_TABLE, POSITION

if TYPE_CHECKING:
    import duckdb

FOLDER = Path(__file__).resolve().parents[1] / "data" / "corrections"
COLUMNS = ("sha256", "table", "row", "column", "decision", "value", "was", "who", "when", "why")
DECISIONS = ("first", "second", "value", "reject")
"""The first reading's number, the second's, a typed one (all three stand in `value`; empty: blank), or no number at all."""

_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?")


class CorrectionsWrong(ValueError):
    """A file cannot be used; the message names file and line."""


class Correction(NamedTuple):
    """One line. `value` None: blank, or rejected."""

    file: str
    line: int
    sha256: str
    table: str
    row: str
    column: str
    decision: str
    value: float | None
    was: str


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
                    f"{file.name}:{correction.line}: this cell is already corrected in {other.file}:{other.line}"
                )
            seen[place] = correction
            found.append(correction)
    return found


def _read(file: Path) -> Iterator[Correction]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise CorrectionsWrong(f"{file.name}:1: not UTF-8 ({error.reason})") from None
    for number, line in enumerate(lines, 1):
        if line.startswith(_CONFLICT):
            raise CorrectionsWrong(f"{file.name}:{number}: a merge conflict was left in the file")
    reader = csv.reader(lines, strict=True)
    try:
        head = next(reader, [])
        if tuple(head) != COLUMNS:
            raise CorrectionsWrong(f"{file.name}:1: the columns must be {','.join(COLUMNS)}")
        for fields in reader:
            if fields:
                yield _correction(file.name, reader.line_num, fields)
    except csv.Error as error:
        raise CorrectionsWrong(f"{file.name}:{reader.line_num}: {error}") from None


def _correction(file: str, line: int, fields: list[str]) -> Correction:
    def wrong(why: str) -> CorrectionsWrong:
        return CorrectionsWrong(f"{file}:{line}: {why}")

    if len(fields) != len(COLUMNS):
        raise wrong(f"{len(fields)} fields, not {len(COLUMNS)}")
    sha256, table, row, column, decision, value, was, who, when, why = fields
    if re.fullmatch(r"[0-9a-f]{64}", sha256) is None:
        raise wrong("sha256 is not 64 small hexadecimal digits")
    if (table, row, column) not in POSITION:
        raise wrong(f"{table}.{row}.{column} is no cell of a form")
    if decision not in DECISIONS:
        raise wrong(f"decision {decision!r} is none of {', '.join(DECISIONS)}")
    if value and NUMBER.fullmatch(value) is None:
        raise wrong(f"value {value!r} is no number")
    if value and decision == "reject":
        raise wrong("a rejected cell has no value")
    if value and table != "disclosure" and "." in value:
        raise wrong(f"value {value!r} is no whole count")
    if not who.strip() or not why.strip():
        raise wrong("who and why must be said")
    try:
        datetime.fromisoformat(when)
    except ValueError:
        raise wrong(f"when {when!r} is no date") from None
    return Correction(file, line, sha256, table, row, column, decision, float(value) if value else None, was)


def digest(folder: Path) -> str:
    """A name for what the files say; part of a build's name, so that a changed file gives a new star."""
    found = hashlib.sha256()
    for file in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()[:16]


_TABLES = """
    create temp table correction (
        sha256 varchar, fact_table varchar, row_code varchar, column_code varchar, decision varchar, count bigint,
        value double, was varchar, name varchar, file varchar, line integer
    )
"""

_SORT = """
    create temp table judged as
    select correction.*, reading.extraction_id, reading.extraction_id is not null and coalesce((
        select bool_or(cell.raw = correction.was) from part_cell as cell
        where cell.extraction_id = reading.extraction_id and cell.fact_table = correction.fact_table
            and cell.row_code = correction.row_code and cell.column_code = correction.column_code
    ), false) as holds
    from correction left join reading on correction.sha256 = reading.sha256 and reading.status = 'ok'
"""

_TOLD = """
    create temp view told_cell as
    select cell.* from part_cell as cell
    anti join (select * from judged where holds) as fixed using (extraction_id, fact_table, row_code, column_code)
    union all by name
    select cell.* exclude (place) from (
        select part_cell.* replace (
                fixed.count as count, fixed.value as value, true as loadable, false as doubted, 'corrected' as reading
            ),
            row_number() over (
                partition by part_cell.extraction_id, part_cell.fact_table, part_cell.row_code, part_cell.column_code
                order by part_cell.raw = fixed.was desc, part_cell.doubted, part_cell.reading
            ) as place
        from part_cell join judged as fixed using (extraction_id, fact_table, row_code, column_code)
        where fixed.holds and fixed.decision <> 'reject'
    ) as cell
    where place = 1
"""


def apply(con: duckdb.DuckDBPyConnection, corrections: list[Correction]) -> None:
    """Make `told_cell`, what the readings and people tell, from `part_cell`, `reading` and `intake`; `judged` holds each
    correction and whether it `holds`. Raises CorrectionsWrong for a document that was never taken in.
    """
    con.execute(_TABLES)
    if corrections:
        con.executemany(
            "insert into correction values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [_row(c) for c in corrections]
        )
    stray = con.execute(
        "select file, line, sha256 from correction anti join intake using (sha256) order by all limit 1"
    ).fetchone()
    if stray is not None:
        raise CorrectionsWrong(f"{stray[0]}:{stray[1]}: no document has the SHA-256 {stray[2]}")
    con.execute(_SORT)
    con.execute(_TOLD if corrections else "create temp view told_cell as select * from part_cell")


def _row(c: Correction) -> tuple[object, ...]:
    amount = c.table == "disclosure"
    whole = None if c.value is None or amount else int(c.value)
    value = c.value if amount else None
    name = f"{c.table}.{c.row}.{c.column}"
    return (c.sha256, FACT_TABLE[c.table], c.row, c.column, c.decision, whole, value, c.was, name, c.file, c.line)
