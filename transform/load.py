"""The star's Parquet → one DuckDB file: tables with comments, views, and the proof that nothing was lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

import duckdb

from transform import empty_warehouse, load_changes, partitions, summaries
from transform.empty_warehouse import VIEWS, LoadFailed, view_statements, views_id
from transform.engine import engine, first
from transform.lake import Lake
from transform.schema import TABLES, Column, Table, quoted

PARTITIONS = 20
"""So many files of a table are added up together, or asked whether their keys are unique."""


def load(lake: Lake, manifest: dict[str, Any], views: Path = VIEWS) -> bool:
    """Make `ogi.duckdb` hold the star of this manifest, unless it does already; the caller holds the lake's lock.

    Readers that have the old file open keep it. Gives whether it was loaded now. Raises LoadFailed; the old database
    then stays.
    """
    if is_loaded(lake, manifest, views):
        return False
    statements = view_statements(views)
    wanted = (str(manifest["build_id"]), views_id(statements))
    held = loaded_build(lake)
    before = load_changes.star_held(lake, held[0]) if held is not None and held[1] == wanted[1] else None
    with lake.scratch() as scratch:
        built = scratch / "ogi.duckdb"
        if before is None:
            _load_whole(scratch, built, lake.star, statements, manifest["rows"]["dim_report"], comments=views == VIEWS)
        else:
            load_changes.copy(lake.database, built)
            _load_changes(scratch, built, before, lake.star)
        with engine(scratch, built) as con:
            for table in TABLES:
                _count(con, table, manifest["rows"][table.name])
            con.execute("delete from lake_build")
            con.execute("insert into lake_build values (?, ?, ?)", [*wanted, manifest["extractor"]])
            con.execute("checkpoint")
        lake.publish_database(built, sum(manifest["rows"].values()) if before is None else None)
    return True


def _load_whole(
    scratch: Path, built: Path, star: Path, statements: dict[str, str], reports: int, comments: bool
) -> None:
    empty_warehouse.write(built, statements, comments)
    with engine(scratch, built, reports) as con:
        # rows of one partition stay together; to keep the order of all of them one core would have to write while the other waits
        con.execute("set preserve_insertion_order = false")
        for table in TABLES:
            found = partitions.rows(partitions.files(star, table.name), table.name)
            con.execute(f'insert into "{table.name}" by name from {found}')
        for fact in dict.fromkeys(summaries.FACTS.values()):
            for some in _some(partitions.files(star, fact)):
                summaries.fill(con, fact, partitions.rows(some, fact))
        for table in TABLES:
            _verify_whole(con, table, star)


def _load_changes(scratch: Path, built: Path, before: Path, star: Path) -> None:
    with engine(scratch, built) as con:
        con.begin()
        new_rows = load_changes.bring_up(con, before, star)
        lost = load_changes.lost_keys(con, before, star)
        for table in TABLES:
            verify(con, table, new_rows[table.name], lost)
        con.commit()


def _count(con: duckdb.DuckDBPyConnection, table: Table, rows: int) -> None:
    loaded = first(con, f'select count(*) from "{table.name}"')
    if loaded != (rows,):
        raise LoadFailed(f"{table.name}: {loaded} rows of {rows} were loaded.")


def is_loaded(lake: Lake, manifest: dict[str, Any], views: Path = VIEWS) -> bool:
    """Whether `ogi.duckdb` holds the star of this manifest, and these views."""
    return loaded_build(lake) == (str(manifest["build_id"]), views_id(view_statements(views)))


def loaded_build(lake: Lake) -> tuple[str, str] | None:
    """Build id and views id of the database that stands; None where none can be read."""
    if not lake.database.is_file() or not lake.known_databases():
        return None
    try:
        with duckdb.connect(str(lake.database), read_only=True) as con:
            row = first(con, "select build_id, views_id from lake_build")
    except duckdb.Error:  # damaged, or held open for writing by someone: it is to be replaced, not repaired
        return None
    return (row[0], row[1]) if row else None


def verify(con: duckdb.DuckDBPyConnection, table: Table, new: str | None = None, lost: Set[str] = frozenset()) -> None:
    """Raise LoadFailed unless the table's keys are unique and every reference is met.

    `new`: a relation of those rows that may be new; the others were verified before, and what they refer to stands, unless it is
    among the `lost` columns (`table.column`).

    Queries, not constraints: a PRIMARY KEY on the three columns of 1.75 million facts must be held in memory and does
    not fit into the engine's 256 MB; the query takes a part of a second and spills.
    """
    new = new or f'"{table.name}"'
    _verify_unique(con, table, new)
    _verify_references(con, table, new, lost)


def _verify_whole(con: duckdb.DuckDBPyConnection, table: Table, star: Path) -> None:
    """The same of a whole table: whether keys are unique is asked of some partitions at a time, as the keys of a nation's cells do not
    fit into memory, and whether each report stands in one partition.
    """
    if not table.is_partitioned:
        verify(con, table)
        return
    found = partitions.files(star, table.name)
    for some in _some(found):
        _verify_unique(con, table, partitions.rows(some, table.name))
    if found:
        listed = ", ".join(quoted(str(file)) for file in found)
        twice = f"""
            select report_key from (
                select distinct report_key, filename from read_parquet([{listed}], filename = true, hive_partitioning = false)
            ) group by report_key having count(*) > 1
        """
        if row := first(con, twice):
            raise LoadFailed(f"{table.name}: the report {row[0]} stands in several partitions.")
    _verify_references(con, table, f'"{table.name}"')


def _some(found: list[Path]) -> Iterator[list[Path]]:
    """Files that are looked at together."""
    yield from (found[n : n + PARTITIONS] for n in range(0, len(found), PARTITIONS))


def _verify_unique(con: duckdb.DuckDBPyConnection, table: Table, rows: str) -> None:
    if not table.key:
        return
    key = ", ".join(f'"{name}"' for name in table.key)
    if table.is_partitioned:
        # numbers are counted faster than texts: whether a report's hashes are all different tells whether to look closer
        owner, *others = (f'"{name}"' for name in table.key)
        counted = f"having count(*) <> count(distinct hash({', '.join(others)}))"
        rows = f"(from {rows} semi join (select {owner} from {rows} group by {owner} {counted}) using ({owner}))"
    if row := first(con, f"select {key} from {rows} group by {key} having count(*) > 1"):
        raise LoadFailed(f"{table.name}: the key {row} stands there more than once.")


def _verify_references(con: duckdb.DuckDBPyConnection, table: Table, new: str, lost: Set[str] = frozenset()) -> None:
    for column in table.columns:
        looked_at = f'"{table.name}"' if column.references in lost else new
        if column.references and (row := first(con, _orphans(looked_at, column))):
            raise LoadFailed(f"{table.name}.{column.name}: {row[0]!r} is not in {column.references}.")


def _orphans(rows: str, column: Column) -> str:
    parent, key = str(column.references).split(".")
    return f"""
        select distinct child."{column.name}" from {rows} as child
        anti join "{parent}" as parent on child."{column.name}" = parent."{key}"
        where child."{column.name}" is not null
    """
