"""Applies manual corrections and re-runs the checks that they affect.

A correction holds while the document's reading still says what it corrects: a cell's text, nothing at all where the cell was
not read, or, of a report's organ or year, its title. One that does not hold is not applied; the finding `correction.stale` says so.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.check import arithmetic
from extract.check.list_totals import enumerations
from extract.check.prose_counts import narrative, with_origin
from extract.forms.vocabulary import APPLICANT_CODES, RESULT_CODES
from extract.model import Cell, Finding
from transform.cell_codes import FACT_TABLE, POSITION, SURVEY_POSITION, TABLE_OF
from transform.corrections import Correction, read
from transform.figures import figure
from transform.part_schema import FINDING_PART
from transform.parts import finding_row

if TYPE_CHECKING:
    import duckdb

_TABLES = """
    create temp table correction_line (
        sha256 varchar, fact_table varchar, row_code varchar, column_code varchar, decision varchar, count bigint,
        value double, fact_unit varchar, was varchar, name varchar, file varchar, line integer, position smallint,
        who varchar, decided date, why varchar, typed varchar, unit varchar,
        organ varchar, organ_identity varchar, organ_kind varchar, organ_level varchar, organ_canonical varchar,
        organ_parent varchar, division_code varchar
    )
"""

_JUDGED = """
    create temp table judged as
    select line.*, reading.extraction_id, reading.extraction_id is not null and case
        when fact_table = 'dim_report' then coalesce(reading.title, '') = line.was
        else coalesce((
            select bool_or(cell.raw = line.was) from part_cell as cell
            where cell.extraction_id = reading.extraction_id and cell.fact_table = line.fact_table
                and cell.row_code = line.row_code and cell.column_code = line.column_code
        ), line.was = '') end as holds
    from correction_line as line left join reading on line.sha256 = reading.sha256 and reading.status = 'ok'
"""

_TOLD_CELL = """
    create temp view told_cell as
    with fixed as (from judged where holds and fact_table <> 'dim_report')
    select cell.* from part_cell as cell
    anti join fixed using (extraction_id, fact_table, row_code, column_code)
    union all by name
    select cell.* exclude (place) from (
        select part_cell.* replace (
                fixed.count as count, fixed.value as value, true as loadable, false as doubted, 'corrected' as reading,
                -- a number taken from a reading keeps the reading's unit; a typed one has its own
                coalesce(fixed.fact_unit, part_cell.fact_unit) as fact_unit,
                coalesce(fixed.fact_unit, part_cell.unit) as unit,
                'person' as proof
            ),
            row_number() over (
                partition by part_cell.extraction_id, part_cell.fact_table, part_cell.row_code, part_cell.column_code
                order by part_cell.raw = fixed.was desc, part_cell.doubted, part_cell.reading
            ) as place
        from part_cell join fixed using (extraction_id, fact_table, row_code, column_code)
        where fixed.decision <> 'reject'
    ) as cell
    where place = 1
    union all by name
    -- what was never read stands nowhere in the document's tables
    select extraction_id, fact_table, row_code, column_code, position, true as loadable, false as doubted, count, value, fact_unit,
        was as raw, 'corrected' as reading, 'person' as proof
    from fixed
    anti join part_cell using (extraction_id, fact_table, row_code, column_code)
    where decision <> 'reject'
"""

_WHOSE = """
    update reading set organ = fixed.organ, organ_identity = fixed.organ_identity, organ_kind = fixed.organ_kind,
        organ_level = fixed.organ_level, organ_canonical = fixed.organ_canonical, organ_parent = fixed.organ_parent,
        division_code = fixed.division_code,
        organ_evidence = 'corrected: ' || fixed.file || ':' || fixed.line
    from judged as fixed
    where fixed.holds and fixed.fact_table = 'dim_report' and fixed.row_code = 'organ' and reading.extraction_id = fixed.extraction_id
"""

_WHEN = """
    update reading set year = fixed.count, year_from = 'corrected'
    from judged as fixed
    where fixed.holds and fixed.fact_table = 'dim_report' and fixed.row_code = 'year' and reading.extraction_id = fixed.extraction_id
"""


def apply(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make `told_cell` and `told_finding`, what the readings and people tell, from the parts, `reading` and `intake`; set the
    organs and years of `reading`. `judged` holds each correction of the folder and whether it `holds`. A line about a document
    that was never taken in does not hold: it is another lake's. Raises CorrectionsWrong for a file that cannot be used.
    """
    corrections = read(folder)
    con.execute(_TABLES)
    if corrections:
        rows = [_row(c) for c in corrections]
        con.executemany(f"insert into correction_line values ({', '.join('?' * len(rows[0]))})", rows)
    con.execute(_JUDGED)
    if not corrections:
        con.execute("create temp view told_cell as from part_cell")
        con.execute("create temp view told_finding as from part_finding")
        return
    con.execute(_TOLD_CELL)
    con.execute(_WHOSE)
    con.execute(_WHEN)
    _check_again(con)


def _row(c: Correction) -> tuple[object, ...]:
    table, whose = FACT_TABLE.get(c.table, "dim_report"), c.organ
    name = ".".join(part for part in (c.table, c.row, c.column) if part)
    whole = value = unit = None
    if c.table == "report":
        whole = None if c.value is None else int(c.value)
    else:
        whole, value, unit, _ = figure(
            Cell(c.table, c.row, c.column, c.value, "", c.unit or None, 0, 0, 0, None, None, "")
        )
        if c.decision != "value" and not c.unit:
            unit = None
    organ = (
        (whose.name, whose.identity, whose.kind, whose.level, whose.canonical, whose.parent, whose.division_code)
        if whose is not None
        else (None,) * 7
    )
    place = POSITION.get((c.table, c.row, c.column))
    return (
        *(c.sha256, table, c.row, c.column, c.decision, whole, value, unit, c.was, name, c.file, c.line, place),
        *(c.who, c.when, c.why, c.typed, c.unit),
        *organ,
    )


_CELLS_ALONE = {rule.code for rule in arithmetic.RULES}
_WIDTH = {"requests": len(APPLICANT_CODES), "proceedings": len(RESULT_CODES)}  # cells of a whole row

_OF_CORRECTED = """
    create temp table corrected_report as
    select extraction_id, reading.year, reading.organ, list(name order by name) as names
    from judged join reading using (extraction_id) where holds group by all;
    create temp table corrected_cell as
    from told_cell semi join corrected_report using (extraction_id);
    create temp table corrected_section as
    from part_section semi join corrected_report using (extraction_id);
    create temp table corrected_finding as
    from part_finding semi join corrected_report using (extraction_id);
    create temp table new_finding as from part_finding limit 0;
    create temp view told_finding as
    select * from part_finding anti join corrected_report using (extraction_id) union all by name from new_finding
"""


def _check_again(con: duckdb.DuckDBPyConnection) -> None:
    """The findings of corrected reports as their cells are now: sums and sentences are checked again, what a person has settled
    is in doubt no longer. A table of which something still waits keeps what was found when it was read.
    """
    con.execute(_OF_CORRECTED)
    rows: list[tuple[Any, ...]] = []
    for extraction_id, year, organ, names in con.execute("from corrected_report order by extraction_id").fetchall():
        cells, waiting = _cells(con, extraction_id)
        settled = _TABLES_OF_FORM - waiting
        before = con.execute("from corrected_finding where extraction_id = ?", [extraction_id])
        columns = [column[0] for column in before.description or ()]
        code, origin, where = (columns.index(name) for name in ("check_code", "origin", "where"))
        for row in before.fetchall():
            again = (
                row[where].split(".")[0] in settled
                if row[code] in _CELLS_ALONE
                else row[code] == "narrative" and not waiting
            )
            if not again and not (
                _is_doubt(row[code], row[origin]) and _is_settled(row[code], row[where], names, cells, settled)
            ):
                rows.append(row)
        found = [_publishers(f) for f in arithmetic.check(tuple(cells)) if f.where.split(".")[0] in settled]
        found += [] if waiting else _sentences(con, extraction_id, cells, year, organ)
        rows += [finding_row(extraction_id, f) for f in found]
    if rows:
        con.executemany(f"insert into new_finding values ({', '.join('?' * len(FINDING_PART))})", rows)


_TABLES_OF_FORM = set(TABLE_OF.values())


def _cells(con: duckdb.DuckDBPyConnection, extraction_id: int) -> tuple[list[Cell], set[str]]:
    """The cells of one report that are told, and the tables of which some still wait."""
    rows: list[tuple[Any, ...]] = con.execute(
        "select fact_table, row_code, column_code, coalesce(count, value), raw, unit, reading, confidence, doubted"
        " from corrected_cell where extraction_id = ? and position < ? order by position",
        [extraction_id, SURVEY_POSITION],
    ).fetchall()
    cells = [
        Cell(TABLE_OF[table], row, column, _number(value), raw, unit, 0, 0, 0, None, None, reading, confidence)
        for table, row, column, value, raw, unit, reading, confidence, doubted in rows
        if not doubted
    ]
    return cells, {TABLE_OF[table] for table, *_, doubted in rows if doubted}


def _number(value: float | None) -> int | float | None:
    return int(value) if value is not None and value == int(value) else value


def _is_doubt(code: str, origin: str | None) -> bool:
    return origin == "extraction" or code == "reading.year_conflict"


def _is_settled(code: str, where: str, names: list[str], cells: list[Cell], settled: set[str]) -> bool:
    """Whether corrections answer what a reading left open: the very cell, the whole row, the whole table, the year."""
    if where in names or (code == "reading.year_conflict" and "report.year" in names):
        return True
    if not any(name.startswith(where + ".") for name in names):
        return False
    table, _, row = where.partition(".")
    if code == "reading.disagreement":
        return table in settled
    return code == "reading.unreadable_row" and sum(c[:2] == (table, row) for c in cells) == _WIDTH.get(table)


def _publishers(finding: Finding) -> Finding:
    """A sum that fails between numbers that a person has seen: only the publisher can have erred."""
    return replace(finding, origin="publisher") if finding.result == "failed" else finding


def _sentences(
    con: duckdb.DuckDBPyConnection, extraction_id: int, cells: list[Cell], year: int | None, organ: str | None
) -> list[Finding]:
    """`narrative` again. A recognised number may be a misread one, unless a person has seen it."""
    texts = dict(
        con.execute("select section, text from corrected_section where extraction_id = ?", [extraction_id]).fetchall()
    )
    proved = {cell[:3] for cell in cells if cell.reading == "corrected" or cell.confidence is None}
    found = with_origin(narrative(cells, texts, year, organ), proved)
    recognised = any(cell.confidence is not None for cell in cells)
    return found if recognised else [*found, *enumerations(texts)]
