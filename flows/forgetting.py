"""Deletes old runs from a Prefect database that no server uses, by Prefect's own code: DATABASE, as a process of its own.

Prefect's server does the same while it runs (its service "db vacuum"); deployments and their schedules stay. How old is old stands
in the environment (`flows.server.RETENTION`), as everything about Prefect.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

_OLD = "select count(*) from flow_run where parent_task_run_id is null and end_time < ?"


def old_runs(database: Path, keep: timedelta) -> int:
    """How many runs ended longer ago."""
    before = datetime.now(UTC) - keep
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as con:
        return int(con.execute(_OLD, [f"{before:%Y-%m-%d %H:%M:%S.%f}"]).fetchone()[0])


async def forget() -> None:
    """Delete old runs with their logs and artifacts, and old events."""
    from prefect.server.database import provide_database_interface
    from prefect.server.services import db_vacuum

    database = provide_database_interface()
    await db_vacuum.vacuum_old_flow_runs(db=database)
    await db_vacuum.vacuum_orphaned_logs(db=database)
    await db_vacuum.vacuum_orphaned_artifacts(db=database)
    await db_vacuum.vacuum_stale_artifact_collections(db=database)
    await db_vacuum.vacuum_old_events(db=database)


if __name__ == "__main__":
    asyncio.run(forget())
    with closing(sqlite3.connect(sys.argv[1])) as compacted:
        compacted.execute("vacuum")
        compacted.execute("pragma wal_checkpoint(truncate)")
