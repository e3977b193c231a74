"""What stood at each path the last time, indexed: the register's log, brought up to date, as a table of SQLite.

It is derived from the log and stands beside it. What it holds is told by the names of the log's parts that went into it: parts that
came since are added, and where one has gone, or the file is damaged, it is made anew. So whoever is killed leaves nothing wrong.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from transform import clock
from transform.lake import Lake

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from transform.register import Intake

_SCHEMA = """
    create table part (name text primary key) without rowid;
    create table latest (
        path text primary key, sha256 text, source_url text, status text, reason text, category text, fetched_at text
    ) without rowid;
    pragma user_version = 1;
"""
_ENTER = """
    insert into latest values (?, ?, ?, ?, ?, ?, ?)
    on conflict (path) do update set sha256 = excluded.sha256, source_url = excluded.source_url, status = excluded.status,
        reason = excluded.reason, category = excluded.category, fetched_at = excluded.fetched_at
    where (excluded.fetched_at, coalesce(excluded.sha256, '')) > (latest.fetched_at, coalesce(latest.sha256, ''))
"""
_COLUMNS = ("path", "sha256", "source_url", "status", "reason", "category", "fetched_at")
_BATCH = 50_000


@contextmanager
def opened(lake: Lake) -> Iterator[Index]:
    """The index, as of the log that stands; the caller holds the lake's lock."""
    lake.state.mkdir(parents=True, exist_ok=True)
    file = lake.state / "register.sqlite"
    try:
        index = Index(file)
        index.bring_up(lake)
    except (sqlite3.DatabaseError, _Foreign) as error:
        if isinstance(error, sqlite3.DatabaseError):
            lake.set_aside(file, "is damaged")
        for name in (file, file.with_name(file.name + "-journal")):
            name.unlink(missing_ok=True)
        index = Index(file)
        index.bring_up(lake)
    try:
        yield index
    finally:
        index.close()


class _Foreign(Exception):
    """The index holds parts that the log has no more, or was made by other code."""


class Index:
    """The last row of each path."""

    def __init__(self, file: Path) -> None:
        self._con = sqlite3.connect(file, isolation_level=None)
        self._con.execute("pragma synchronous = normal")
        (version,) = self._con.execute("pragma user_version").fetchone()
        if version == 0:
            self._con.executescript(f"begin; {_SCHEMA} commit;")
        elif version != 1:
            raise _Foreign

    def bring_up(self, lake: Lake) -> None:
        """Add what the log's new parts say. Raises _Foreign where a part is gone."""
        there = {folder.name for folder in lake.parts(lake.intake)}
        known = {name for (name,) in self._con.execute("select name from part")}
        replaced = lake.replaced(lake.intake)
        if known - there - replaced:
            raise _Foreign
        for name in sorted(there - known):
            self.enter(lake, name)
        self._con.executemany(
            "delete from part where name = ?", [(name,) for name in sorted((known & replaced) - there)]
        )

    def enter(self, lake: Lake, name: str) -> None:
        """Add one part of the log."""
        limit = clock.limit()
        file = pq.ParquetFile(lake.intake / name / "document.parquet")
        columns = [column for column in _COLUMNS if column in file.schema_arrow.names]  # parts of before lack some
        self._con.execute("begin")
        try:
            for batch in file.iter_batches(_BATCH, columns=columns):
                rows = ({**dict.fromkeys(_COLUMNS), **row} for row in batch.to_pylist())
                self._con.executemany(
                    _ENTER, ([*(row[c] for c in _COLUMNS[:-1]), _order(row["fetched_at"], limit)] for row in rows)
                )
            self._con.execute("insert into part values (?)", [name])
        except BaseException:
            self._con.execute("rollback")
            raise
        self._con.execute("commit")

    def new(self, files: Iterable[Intake]) -> Iterator[Intake]:
        """Those of the files that say something else than what is known of their path."""
        for file in files:
            known = self._con.execute(
                "select sha256, source_url, status, reason, category from latest where path = ?", [file.path]
            ).fetchone()
            if (
                known is None
                or (file.sha256, file.status, file.reason, file.category) != (known[0], *known[2:])
                or (file.source_url is not None and file.source_url != known[1])
            ):
                yield file

    def close(self) -> None:
        """Close the file."""
        self._con.close()


def _order(moment: datetime, limit: datetime) -> str:
    """A moment as a text by whose order rows follow each other: what a clock ahead has dated comes before everything else."""
    return f"{'0' if moment > limit else '1'} {moment.isoformat()}"
