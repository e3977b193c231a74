"""Brings a database up from the star that it holds to the star that stands, by what differs between the two.

The database that stands is copied (as a clone, where the file system has such a thing), changed in one transaction and put in its
place; whoever has the old one open keeps it. Which rows differ is told by the stars' files: a file with the same hash holds the same
rows. What was put in is verified as after a whole load, and every table is counted.
"""

from __future__ import annotations

import errno
import fcntl
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from transform import summaries
from transform.partitions import files, rows
from transform.schema import TABLES, Table, quoted
from transform.sealed import MANIFEST, is_as_signed, read_object, sha256_of
from transform.star_before import STATE

if TYPE_CHECKING:
    import duckdb

    from transform.lake import Lake

GROWN, ROOM = 1.5, 20_000_000
"""A database that is so many times, and so many bytes more, than its rows took when they were loaded whole is made anew."""
_CLONE = 0x40049409  # ioctl FICLONE of Linux: another file with the same blocks
_NO_CLONES = (errno.EOPNOTSUPP, errno.ENOTTY, errno.EXDEV, errno.EINVAL, errno.EPERM)


def star_held(lake: Lake, build_id: str) -> Path | None:
    """The star that a database of this build was made from, if it is still there, the database is sound and not full of holes, and its
    summaries were told by the same form.
    """
    folder = lake.builds / build_id
    manifest = read_object(folder / MANIFEST)
    if manifest is None or not is_as_signed(manifest) or STATE not in manifest.get("files", {}):
        return None
    if any(not (folder / name).is_file() for name in manifest["files"]):
        return None
    forms = f"{summaries.DIMENSION}.parquet"
    if manifest["sha256"].get(forms) != (read_object(lake.star / MANIFEST) or {}).get("sha256", {}).get(forms):
        return None  # summaries of reports that are the same would be others
    if not lake.is_looked_through and sha256_of(lake.database) not in lake.known_databases():
        return None
    return folder if lake.database.stat().st_size <= _room(lake, sum(manifest["rows"].values())) else None


def _room(lake: Lake, rows: int) -> int:
    """How many bytes a database of so many rows may have before it is made anew. 0 where nothing is known of a whole load."""
    whole = (read_object(lake.known_database) or {}).get("whole")
    if not isinstance(whole, dict) or not all(isinstance(whole.get(name), int) for name in ("bytes", "rows")):
        return 0
    return int(GROWN * whole["bytes"] * rows / max(1, whole["rows"])) + ROOM


def copy(database: Path, target: Path) -> None:
    """Copy a database file: as a clone, which costs nothing, where the file system can."""
    with database.open("rb") as given, target.open("wb") as made:
        try:
            fcntl.ioctl(made, _CLONE, given.fileno())
        except OSError as error:
            if error.errno not in _NO_CLONES:
                raise
            shutil.copyfile(database, target)


def bring_up(con: duckdb.DuckDBPyConnection, before: Path, now: Path) -> dict[str, str]:
    """Change the tables from the star `before` to the star `now`. Gives, by table, a relation of
    the rows that may be new.
    """
    was, is_now = ((read_object(star / MANIFEST) or {})["sha256"] for star in (before, now))
    state = [quoted(str(star / STATE)) for star in (before, now)]
    con.execute(
        f"""
        create temp table changed_report as
        select coalesce(was.report_key, now.report_key) as report_key
        from read_parquet({state[0]}) as was full join read_parquet({state[1]}) as now on was.report_key = now.report_key
        where was.told is distinct from now.told
        """
    )
    new_rows: dict[str, str] = {}
    for table in TABLES:
        old, new = (
            _others(star, table, mine, theirs) for star, mine, theirs in ((before, was, is_now), (now, is_now, was))
        )
        if not old and not new:
            new_rows[table.name] = f'(from "{table.name}" limit 0)'
            continue
        stood, stands = rows(old, table.name), rows(new, table.name)
        if not table.is_partitioned:
            new_rows[table.name] = _replace(con, table, stood, stands)
            continue
        # a report may differ whose rows in this table do not, nor then their file
        if table.name == "fact_finding":
            other = f"(from {stood} except all from {stands}) union all (from {stands} except all from {stood})"
        else:
            other = f"from ((select report_key from {stood}) union all (select report_key from {stands})) semi join changed_report using (report_key)"
        reports = f"other_{table.name}"
        con.execute(f"create temp table {reports} as select distinct report_key from ({other})")
        con.execute(f'delete from "{table.name}" where report_key in (select report_key from {reports})')
        con.execute(f'insert into "{table.name}" by name from {stands} semi join {reports} using (report_key)')
        new_rows[table.name] = f'(from "{table.name}" semi join {reports} using (report_key))'
        summaries.clear(con, table.name, reports)
        summaries.fill(con, table.name, f"{stands} semi join {reports} using (report_key)")
    return new_rows


def _others(star: Path, table: Table, mine: dict[str, str], theirs: dict[str, str]) -> list[Path]:
    """The files of a table in a star that the other star has not."""
    own = (name for name in mine if name == f"{table.name}.parquet" or name.startswith(f"{table.name}/"))
    return [star / name for name in own if mine[name] != theirs.get(name)]


def _replace(con: duckdb.DuckDBPyConnection, table: Table, stood: str, stands: str) -> str:
    """Take out and put in the rows of a table that is one file: those that differ, where rows have keys. Gives a relation of them."""
    if not table.key:
        con.execute(f'delete from "{table.name}"')
        con.execute(f'insert into "{table.name}" by name from {stands}')
        return f'"{table.name}"'
    key = f"hash({', '.join(f'{chr(34)}{name}{chr(34)}' for name in table.key)})"
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    other = f"other_{table.name}"
    # two numbers a row: the keys and rows of all documents of a nation would have to be spilled. Of keys with one hash all rows go
    # where one differs, and come again
    hashed = f"select {key} as key, hash({columns}) as said from"
    con.execute(
        f"create temp table {other} as select coalesce(was.key, now.key) as key"
        f" from ({hashed} {stood}) as was full join ({hashed} {stands}) as now on was.key = now.key"
        " where was.said is distinct from now.said"
    )
    con.execute(f'delete from "{table.name}" where {key} in (select key from {other})')
    con.execute(f'insert into "{table.name}" by name from {stands} where {key} in (select key from {other})')
    return f'(from "{table.name}" where {key} in (select key from {other}))'


def lost_keys(con: duckdb.DuckDBPyConnection, before: Path, now: Path) -> set[str]:
    """The `table.column` that others refer to and that hold fewer values than before."""
    referred = sorted({c.references for table in TABLES for c in table.columns if c.references})
    lost = set()
    for name in referred:
        table, column = name.split(".")
        stood, stands = (rows(files(star, table), table) for star in (before, now))
        if con.execute(f'select 1 from {stood} anti join {stands} using ("{column}") limit 1').fetchall():
            lost.add(name)
    return lost
