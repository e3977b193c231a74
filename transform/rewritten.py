"""Writes the register of files again where parts of it are lost: from the star, the history of addresses and the raw store.

What was taken in from a path that nobody remembers stands under its place in the raw store: no document is lost for want of a
path.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Set
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from transform import frames
from transform.engine import engine, view
from transform.lake import Lake
from transform.part_schema import REPORT_PART
from transform.register import INTAKE
from transform.schema import TABLE
from transform.sealed import hashes, sha256_of

_OF_STAR = """
    insert into rewritten
    select path, sha256, bytes, source_url, null, null, fetched_at, null from known
    where sha256 is not null and (path, sha256) not in (select (path, sha256) from intake where sha256 is not null)
    union all
    select path, null, bytes, source_url, status, reason, fetched_at, category from known
    where sha256 is null and path not in (select path from intake)
"""
_OF_NOBODY = """
    select sha256 from (select sha256 from stored union select sha256 from part_report)
    where sha256 not in (select sha256 from intake where sha256 is not null)
        and sha256 not in (select sha256 from rewritten where sha256 is not null)
    order by sha256
"""

_IS_PLACE = "ends_with(path, '/raw/' || left(sha256, 2) || '/' || sha256)"
NAMED = f"""
    create temp table nameless as
        with placed as materialized (select distinct path, sha256 from seen_file where {_IS_PLACE})
        select placed.path from placed semi join (select sha256 from seen_file where not {_IS_PLACE}) using (sha256);
    create temp view intake as from seen_file where path not in (select path from nameless);
"""
"""Makes `intake` of `seen_file`, all of the register: without the places in the raw store of documents that have a name (again)."""


def rewrite(lake: Lake, extractor_version: str, lost: Set[Path]) -> list[str]:
    """Write what the parts of the register without the `lost` ones lack as a part of its own; the caller holds the lock.

    Gives a line on what was written. Whatever was collected and is in no register now is taken in anew by the next run that
    takes in what was collected.
    """
    parts = lake.parts_of(extractor_version)
    reports = [folder / "report.parquet" for folder in lake.parts(parts)]
    with lake.scratch() as scratch, engine(scratch) as con:
        sound = [str(folder / "document.parquet") for folder in lake.parts(lake.intake) if folder not in lost]
        view(con, "intake", sound, INTAKE, scratch, grown=True)
        view(con, "part_report", [str(file) for file in reports if _is_sealed(file)], REPORT_PART, scratch, grown=True)
        con.register("nothing", INTAKE.empty_table())
        con.execute("create temp table rewritten as from nothing")
        known = lake.star / "document.parquet"
        if _is_sealed(known):
            view(con, "known", [str(known)], TABLE["document"].arrow, scratch)
            con.execute(_OF_STAR)
        again = _collect_again(
            lake, {sha for (sha,) in con.sql("select sha256 from intake union select sha256 from rewritten").fetchall()}
        )
        stored = lake.raw_store.documents() - again
        con.register("stored", pa.table({"sha256": pa.array(sorted(stored), pa.string())}))
        orphans = [sha for (sha,) in con.sql(_OF_NOBODY).fetchall()]
        for sha in orphans:
            place, kept = lake.raw_store.path(sha), lake.raw_store.kept(sha)
            at = datetime.fromtimestamp(kept.written, UTC) if kept else datetime.now(UTC)
            size = kept.bytes if kept else None
            con.execute(
                "insert into rewritten values (?, ?, ?, null, null, null, ?, null)",
                [str(place), sha, size, at.replace(tzinfo=None)],
            )
        rows = con.sql("from rewritten order by path, sha256").to_arrow_table()
        if rows.num_rows:
            part = scratch / "part"
            part.mkdir()
            frames.write(frames.from_arrow(rows), INTAKE, part / "document.parquet")
            # another name than that of the lost part, which may hold the same rows and still stands
            text = f"rewritten {datetime.now(UTC)} {rows.to_pylist()!r}"
            name = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:24]
            lake.publish_part(part, lake.intake, name)
    unnamed = (
        f", {len(orphans)} of them under their place in raw/, as nothing tells where they came from" if orphans else ""
    )
    return [f"intake was written again: {rows.num_rows + len(again)} files{unnamed}."]


def _is_sealed(file: Path) -> bool:
    """Whether a file is what it was when its folder was published."""
    named = (hashes(file.parent) or {}).get(file.name)
    return named is not None and file.is_file() and sha256_of(file) == named


def _collect_again(lake: Lake, known: Set[str | None]) -> set[str]:
    """Has what was collected or imported and is not `known` taken in once more; gives the hashes."""
    history = lake.home / "fetch" / "history.sqlite"
    if not history.exists():
        return set()
    again = set()
    with closing(sqlite3.connect(history)) as con, con:
        there = {name for (name,) in con.execute("select name from sqlite_master where type = 'table'")}
        for table, mark in (("version", "taken_in"), ("capture", "in_register")):
            if table in there:  # a history from before imports has no captures
                lost = {sha for (sha,) in con.execute(f"select distinct sha256 from {table}")} - known
                con.executemany(f"update {table} set {mark} = 0 where sha256 = ?", [(sha,) for sha in sorted(lost)])
                again |= lost
    return again
