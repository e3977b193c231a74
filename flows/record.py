"""What a run says of itself: runs/<id>/run.json, for `ogi status` and for whoever looks later, and the page report.html."""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from extract import extractor_version
from flows import quality, warehouse
from flows.exit_status import BROKEN
from flows.page.contents import contents
from flows.page.page import page
from flows.spool import Spool
from flows.steps import Given, Read
from transform import trusted
from transform.clock import is_ahead, run_order
from transform.lake import Lake, folders
from transform.part_schema import LOST_COPY
from transform.partitions_written import same_file
from transform.register import Waiting
from transform.schema import quoted
from transform.sealed import read_object

if TYPE_CHECKING:
    import duckdb

    from transform.kept import Lost

REPORT = "report.html"
_log = logging.getLogger(__name__)
LISTED = 1_000
"""At most so many of the files that gave no report are listed in the record; all stand in table `document`."""

_GIVEN = "create temp table given as select path, sha256 from read_parquet({file}) group by all"
_READ_NOW = "create temp table read_now as select distinct sha256 from read_parquet({file})"
_OUTCOME = """
    create temp table outcome as
    select given.path, given.sha256, coalesce(status, 'pending') as status, reason, category, report_key,
        dim_report.sha256 <> given.sha256 as repeats
    from given left join document on given.path = document.path and given.sha256 is not distinct from document.sha256
    left join dim_report using (report_key)
"""


class Run:
    """One run as it goes on; `summary` when it has ended. Its long lists are files in `folder`, a scratch folder of the lake's.

    `before`: the documents that were reports when it began, as a file with a column `sha256`; None where there was no star.
    `lost_before`: those whose stored copy was known to be damaged or gone.
    """

    def __init__(self, lake: Lake, paths: list[str], folder: Path) -> None:
        self.paths, self.started, self.folder = paths, datetime.now(UTC), folder
        self.given = Spool(folder / "given.parquet", ("path", "sha256"))
        self.read_now = Spool(folder / "read.parquet", ("sha256",))
        self.statuses: Counter[str] = Counter()
        self.damaged: dict[str, Lost] = {}
        self.rebuilt = self.loaded = False
        self.before: Path | None = None
        self.lost_before: set[str] = set()
        self.summary: dict[str, Any] = {}

    def looks_back(self, lake: Lake) -> None:
        """Note what stood in the star when the run began; what is damaged of it was set aside before (`steps.look_through`)."""
        self.before = _reports(lake, self.folder)
        self.lost_before = _lost_copies(lake)

    def give(self, documents: Iterable[Given]) -> None:
        """Note documents that the run was given."""
        self.given.add(documents)

    def reads(self, batch: Iterable[Waiting]) -> None:
        """Note documents that the run is about to read."""
        self.read_now.add((waiting.sha256,) for waiting in batch)

    def has_read(self, reading: Read) -> None:
        """Note what came of a batch."""
        self.statuses += Counter(reading.statuses)
        self.damaged |= {lost.path: lost for lost in reading.damaged}


@contextmanager
def recording(lake: Lake, paths: list[str]) -> Iterator[Run]:
    """Write the run's record when it ends, also when it fails or is stopped; the caller holds the lake's lock."""
    with lake.scratch() as folder:
        run = Run(lake, paths, folder)
        summarised = False
        try:
            yield run
            with warehouse.own(lake.database, folder) as con:
                run.summary = _summary(con, lake, run)
                summarised = True
                _end(lake, run, con)
        except BaseException as error:
            trusted.forget(lake)  # what failed may be a file that was not hashed tonight: the next run hashes all
            if summarised:
                raise
            said = str(error).strip().splitlines()
            run.summary = {
                "exit_status": BROKEN,
                "error": f"{type(error).__name__}: {said[0] if said else 'the run was stopped'}",
            }
            _end(lake, run, None)
            raise


def _end(lake: Lake, run: Run, con: duckdb.DuckDBPyConnection | None) -> None:
    """Say what every record says, and put it in place."""
    ended = datetime.now(UTC)
    name = f"{run.started:%Y%m%dT%H%M%S.%fZ}-{os.getpid()}"
    run.summary = {
        "run": name,
        "started": run.started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "seconds": round((ended - run.started).total_seconds(), 2),
        "paths": run.paths,
        "extractor": extractor_version(),
        "healed": lake.healed,
        **run.summary,
    }
    lake.healed = []
    _publish(lake, run, name, con)


def _reports(lake: Lake, folder: Path) -> Path | None:
    """The documents that are reports in the star as it stands: its table under another name, which stays when the star goes."""
    if lake.star_manifest() is None:
        return None
    same_file(lake.star.resolve() / "dim_report.parquet", folder / "before.parquet")
    return folder / "before.parquet"


def _lost_copies(lake: Lake) -> set[str]:
    """The documents whose stored copy is damaged or gone, as the star has it."""
    if lake.star_manifest() is None:
        return set()
    rows = pq.read_table(lake.star / "document.parquet", columns=["sha256"], filters=[("category", "=", LOST_COPY)])
    return {str(sha) for sha in rows["sha256"].to_pylist()}


def _publish(lake: Lake, run: Run, name: str, con: duckdb.DuckDBPyConnection | None) -> None:
    """Put the run's folder in place: its record, then, of a run that came to its end (with its connection), the quality and the
    page, whose failure costs nothing else.
    """
    with lake.scratch() as built:
        if con is not None:
            run.summary["report"] = str(lake.runs / name / REPORT)
        text = json.dumps(run.summary, ensure_ascii=False, indent=1)
        (built / "run.json").write_text(text, encoding="utf-8", errors="backslashreplace")
        lake.publish_run(built, name)
    if con is None:
        return
    try:
        now = quality.snapshot(con)
        with lake.scratch() as built:
            quality.keep(con, built, now)
            lake.add_to_run(built, name)
        shown = page(run.summary, contents(con, lake, now, name))
        with lake.scratch() as built:
            (built / REPORT).write_text(shown, encoding="utf-8", errors="backslashreplace")
            lake.add_to_run(built, name)
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with it, the warehouse is there and the record is written
        _log.debug("the page of run %s", name, exc_info=True)
        run.summary["report"] = None
        run.summary["report_failed"] = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"


def last_run(lake: Lake) -> dict[str, Any] | None:
    """The record of the run that ended last; None where there is none that can be read. One that a clock ahead has dated into
    the future is the last only where there is no other.
    """
    for run in sorted(folders(lake.runs), key=lambda folder: run_order(folder.name), reverse=True):
        if (found := read_object(run / "run.json")) is not None:
            return found | {"from_the_future": is_ahead(run.name)}
    return None


def _summary(con: duckdb.DuckDBPyConnection, lake: Lake, run: Run) -> dict[str, Any]:
    """What became of what was given, as the warehouse has it. `read_now` stays as a table of the connection."""
    con.execute(_GIVEN.format(file=quoted(str(run.given.close()))))
    con.execute(_OUTCOME)
    con.execute(_READ_NOW.format(file=quoted(str(run.read_now.close()))))
    outcomes = con.sql(
        f"select path, status, reason, category from outcome where status <> 'ok' order by path limit {LISTED}"
    ).fetchall()
    statuses = dict(con.sql("select status, count(*) from outcome group by status order by status").fetchall())
    left_out_count = sum(count for status, count in statuses.items() if status != "ok")
    reports, new = con.execute(
        "select count(distinct report_key),"
        " count(distinct report_key) filter (not repeats and sha256 in (from read_now)) from outcome"
    ).fetchall()[0]
    repeated = con.sql(
        "select count(distinct sha256) from outcome where repeats and sha256 in (from read_now)"
    ).fetchall()[0][0]
    here = "report_key in (select report_key from outcome)"
    cells = con.sql(f"select count(*) from cell_source where {here}").fetchall()[0][0]
    findings = con.sql(
        f"select severity, count(*) from fact_finding where result = 'failed' and {here} group by severity"
    ).fetchall()
    corrections = con.sql(
        "select count(*) filter (is_applied), count(*) filter (not is_applied) from correction"
    ).fetchall()[0]
    lost = _lost(con, run)
    stored = con.sql("select count(*), (select count(*) from cell_source) from dim_report").fetchall()[0]
    damaged = run.damaged
    left_out = [
        {"path": p, "status": s, "reason": r or (damaged[p].reason if p in damaged else None), "category": c}
        for p, s, r, c in outcomes
    ]
    return {
        "files": run.given.rows,
        "documents": statuses,
        "reports": {"all": reports, "read_now": new, "unchanged": reports - new},
        "repeated": repeated,
        "documents_read_now": dict(run.statuses),
        "cells": cells,
        "findings": {severity: dict(findings).get(severity, 0) for severity in ("error", "warning", "info")},
        "corrections": dict(zip(("applied", "stale"), corrections, strict=True)),
        "left_out": left_out,
        "left_out_count": left_out_count,
        "lost": [{name: value for name, value in item.items() if name != "sha256"} for item in lost[:LISTED]],
        "lost_count": len(lost),
        "newly_lost_count": sum(item["sha256"] not in run.lost_before for item in lost),
        "warehouse": {"database": str(lake.database), "reports": stored[0], "cells": stored[1]},
        "rebuilt": run.rebuilt,
        "loaded": run.loaded,
        "exit_status": 1 if left_out_count or lost else 0,
    }


_LOST = """
    select distinct document.sha256, path, document.status, coalesce(document.reason, ''), coalesce(category, '')
    from document left join before on document.sha256 = before.sha256
    where category = ? or before.sha256 is not null and report_key is null
    order by path, document.sha256
"""


def _lost(con: duckdb.DuckDBPyConnection, run: Run) -> list[dict[str, Any]]:
    """Documents that need a person: those whose stored copy is damaged, and those that were reports before and are none now."""
    before = "select null::varchar as sha256 limit 0"
    if run.before is not None:
        before = f"select distinct sha256 from read_parquet({quoted(str(run.before))})"
    con.execute(f"create temp table before as {before}")
    found: dict[str, dict[str, Any]] = {}
    for document in run.damaged.values():
        found[document.sha256] = {"path": document.path, "status": LOST_COPY, "reason": document.reason}
    for sha, path, status, reason, category in con.execute(_LOST, [LOST_COPY]).fetchall():
        if category != LOST_COPY:
            reason = f"it was a report before and is none now{f': {reason}' if reason else ''}"
        found[sha] = {"path": path, "status": category if category == LOST_COPY else status, "reason": reason}
    for (sha,) in con.sql("select sha256 from before anti join document using (sha256)").fetchall():
        found[sha] = {"path": sha, "status": "gone", "reason": "it was a report before and is in no register now"}
    return sorted(
        ({"sha256": sha, **item} for sha, item in found.items()), key=lambda item: (item["path"], item["status"])
    )
