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
from typing import NamedTuple

import pyarrow as pa

from transform import frames, register_index
from transform.editions import READING
from transform.engine import engine, view
from transform.lake import Lake, folders
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

ORDERS = {"newest": "old_year.year desc nulls first,", "oldest": "old_year.year nulls first,"}
"""In which order documents are read that another extractor has read before."""

_SHA = pa.schema({"sha256": TEXT, "position": COUNT})

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

    def as_kept(self) -> Intake:
        """With texts as they can be written: of a name that is no UTF-8 its bytes are shown."""
        return self._replace(path=frames.written(self.path), reason=self.reason and frames.written(self.reason))


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

    The documents' bytes must be stored before. `fetched_at`: UTC, with or without a zone; of all files, or of each (of a
    file that is given twice, the first counts).
    """
    with register_index.opened(lake) as index:
        changed = _changed(index, files)
        if not changed:
            return 0
        lake.raw_store.settle()
        columns = {name: [getattr(file, name) for file in changed] for name in Intake._fields}
        moments = [fetched_at] * len(files) if isinstance(fetched_at, datetime) else fetched_at
        at: dict[Intake, datetime] = {}
        for file, moment in zip(files, moments, strict=True):
            at.setdefault(file.as_kept(), moment.replace(tzinfo=None))
        rows = frames.frame(columns | {"fetched_at": [at[file] for file in changed]}, INTAKE)
        with lake.scratch() as scratch:
            part = scratch / "part"
            part.mkdir()
            frames.write(rows, INTAKE, part / "document.parquet")
            told = repr(frames.table(rows, INTAKE).to_pylist())
            name = hashlib.sha256(told.encode("utf-8")).hexdigest()[:24]
            lake.publish_part(part, lake.intake, name)
        index.enter(lake, name)
    return len(changed)


def any_new(lake: Lake, files: Sequence[Intake]) -> bool:
    """Whether `take_in` would add a row for any of these files; the register is left as it is."""
    with register_index.opened(lake) as index:
        return bool(_changed(index, files))


def _changed(index: register_index.Index, files: Iterable[Intake]) -> list[Intake]:
    """Those of the files that the register does not know as they are, each once, by path."""
    found = index.new(dict.fromkeys(file.as_kept() for file in files))
    return sorted(found, key=lambda file: (file.path, file.sha256 is None, file.sha256 or ""))


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


def pending(
    lake: Lake, extractor_version: str, batch: int = 500, reread: str | None = None, order: str = "hash"
) -> Iterator[list[Waiting]]:
    """Every document of the register that this extractor has not read yet, in batches; also those that ran
    out of time, memory or room fewer than `TRIES` times, and those that `reread`, a key of `REREAD`, names.

    `order`: `hash`, or one of `ORDERS`, by the year that another extractor read in a document; what none has read comes first.

    Parts may be written while the batches are read: the answer is that of the moment of asking.
    """
    files = lake.part_files(lake.parts_of(extractor_version), "report.parquet")
    with lake.scratch() as scratch, engine(scratch) as con:
        view(con, "intake", lake.part_files(lake.intake, "document.parquet"), INTAKE, scratch, grown=True)
        view(con, "part_report", files, REPORT_PART, scratch, grown=True)
        if order in ORDERS:
            others = (folder for folder in folders(lake.extracted) if folder.name != extractor_version)
            old = [file for folder in others for file in lake.part_files(folder, "report.parquet")]
            view(con, "old_report", old, REPORT_PART, scratch, grown=True)
            con.execute(
                "create temp table old_year as select sha256, max(year) as year from old_report group by sha256"
            )
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
            {"left join old_year using (sha256)" if order in ORDERS else ""}
            where is_read is not true
            order by {ORDERS.get(order, "")} sha256
            """
        )
        while rows := waiting.fetchmany(batch):
            yield [Waiting(*row) for row in rows]
