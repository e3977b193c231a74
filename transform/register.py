"""The register of files: what was taken in from which path, and what is still to be read.

What ran out of time, memory or room is no property of the document: it is not remembered as read, and the next runs try it
again, a few times. Every try is a row of a part, which is there or not, whenever a run is killed.

It is a log: a row is added only when what stands at a path differs from the last time it was seen. So a second run
over the same files adds nothing, and `fetched_at` stays the moment at which a file was first taken in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from transform import frames
from transform.editions import READING
from transform.engine import engine, view
from transform.lake import Lake
from transform.part_schema import LOST_COPY, REPORT_PART
from transform.schema import CODE, COUNT, MOMENT, TEXT

INTAKE = pa.schema(
    {
        "path": TEXT,
        "sha256": TEXT,
        "bytes": COUNT,
        "source_url": TEXT,
        "status": TEXT,
        "reason": TEXT,
        "fetched_at": MOMENT,
        "category": CODE,
    }
)
TRIES = 3
"""So often a document is read that gives no report for want of time, memory or room; then it waits for `--reread`."""

REREAD = {
    "limits": "category = 'limits'",
    "unreadable": "status = 'unreadable'",
    "quarantined": "status = 'quarantined' or waiting is not null",
    "all": "true",
}
"""What can be asked to be read once more, though this extractor has read it."""

_SHA = pa.schema({"sha256": TEXT, "position": COUNT})

_CHANGED = """
    with latest as (
        select * from intake
        qualify row_number() over (partition by path order by told_at(fetched_at) desc, sha256 desc nulls last) = 1
    )
    select given.*
    from given left join latest using (path)
    where latest.path is null
        or given.sha256 is distinct from latest.sha256
        or given.status is distinct from latest.status
        or given.reason is distinct from latest.reason
        or given.category is distinct from latest.category
        or coalesce(given.source_url, latest.source_url) is distinct from latest.source_url
"""


_SETTLED = f"(coalesce(category, '') not in ('limits', '{LOST_COPY}') or tries >= {TRIES})"


class Intake(NamedTuple):
    """One file as it was found. `sha256` is None for a file that could not be opened.

    `status`, `reason` and `category` only where the file is not to be extracted at all (unreadable: no permission, too large).
    """

    path: str
    sha256: str | None
    bytes: int | None
    source_url: str | None = None
    status: str | None = None
    reason: str | None = None
    category: str | None = None


class Waiting(NamedTuple):
    """A stored document that an extractor has not read yet; `path` is one of those it was given at.

    `again`: it was read before, and is to be read once more.
    """

    sha256: str
    path: str
    source_url: str | None
    again: bool = False


def take_in(lake: Lake, files: Sequence[Intake], fetched_at: datetime | Sequence[datetime]) -> int:
    """Enter files into the register; those that stand there already are left as they are. Gives the rows added.

    The documents' bytes must be stored before. `fetched_at`: UTC, with or without a zone; of all files, or of each.
    """
    with lake.scratch() as scratch, engine(scratch) as con:
        changed = _changed(con, lake, files, fetched_at, scratch)
        if not changed.num_rows:
            return 0
        lake.raw_store.settle()
        part = scratch / "part"
        part.mkdir()
        frames.write(frames.from_arrow(changed), INTAKE, part / "document.parquet")
        name = hashlib.sha256(repr(changed.to_pylist()).encode("utf-8")).hexdigest()[:24]
        lake.publish_part(part, lake.intake, name)
    return int(changed.num_rows)


def any_new(lake: Lake, files: Sequence[Intake]) -> bool:
    """Whether `take_in` would add a row for any of these files; nothing is written."""
    with lake.scratch() as scratch, engine(scratch) as con:
        return bool(_changed(con, lake, files, datetime(1970, 1, 1), scratch).num_rows)


def _changed(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    files: Sequence[Intake],
    fetched_at: datetime | Sequence[datetime],
    scratch: Path,
) -> pa.Table:
    """The rows of the register that the files add to it, each as taken in at this moment, or at its own."""
    moments = [fetched_at] * len(files) if isinstance(fetched_at, datetime) else fetched_at
    rows = dict(zip(reversed(files), reversed(moments), strict=True))  # of a file that is given twice, the first
    rows = dict(reversed(rows.items()))
    given = frames.frame(
        {
            **{name: [getattr(file, name) for file in rows] for name in Intake._fields},
            "fetched_at": [moment.replace(tzinfo=None) for moment in rows.values()],
        },
        INTAKE,
    )
    view(con, "intake", lake.part_files(lake.intake, "document.parquet"), INTAKE, scratch, grown=True)
    con.register("given", frames.table(given, INTAKE))
    return con.sql(f"select * from ({_CHANGED}) order by path, sha256").to_arrow_table()


def unextracted(lake: Lake, extractor_version: str, shas: Iterable[str]) -> list[str]:
    """Which of these documents this extractor has not read yet, each once, in the order given."""
    asked = list(dict.fromkeys(shas))
    given = frames.frame({"sha256": asked, "position": range(len(asked))}, _SHA)
    files = lake.part_files(lake.parts_of(extractor_version), "report.parquet")
    with lake.scratch() as scratch, engine(scratch) as con:
        view(con, "part_report", files, REPORT_PART, scratch, grown=True)
        con.register("given", frames.table(given, _SHA))
        settled = f"select sha256 from ({READING}) where {_SETTLED}"
        rows = con.sql(f"select sha256 from given anti join ({settled}) using (sha256) order by position").fetchall()
    return [sha for (sha,) in rows]


def pending(lake: Lake, extractor_version: str, batch: int = 500, reread: str | None = None) -> Iterator[list[Waiting]]:
    """Every document of the register that this extractor has not read yet, ordered by hash, in batches; also those that ran
    out of time, memory or room fewer than `TRIES` times, and those that `reread`, a key of `REREAD`, names.

    Parts may be written while the batches are read: the answer is that of the moment of asking.
    """
    files = lake.part_files(lake.parts_of(extractor_version), "report.parquet")
    with lake.scratch() as scratch, engine(scratch) as con:
        view(con, "intake", lake.part_files(lake.intake, "document.parquet"), INTAKE, scratch, grown=True)
        view(con, "part_report", files, REPORT_PART, scratch, grown=True)
        waiting = con.execute(
            f"""
            with given as (
                select sha256, min(path) as path, min(source_url) as source_url
                from intake where sha256 is not null and status is null
                group by sha256
            ),
            known as (select sha256, {_SETTLED} and ({REREAD[reread] if reread else "false"}) is not true as is_read from ({READING}))
            select sha256, path, source_url, known.sha256 is not null as again
            from given left join known using (sha256)
            where is_read is not true
            order by sha256
            """
        )
        while rows := waiting.fetchmany(batch):
            yield [Waiting(*row) for row in rows]
