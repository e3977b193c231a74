"""What a run says of itself: runs/<id>/run.json, for `ogi status` and for whoever looks later, and the page report.html."""

from __future__ import annotations

import json
import logging
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from extract import extractor_version
from flows import quality, warehouse
from flows.exit_status import BROKEN
from flows.page.contents import contents
from flows.page.page import page
from flows.steps import Given, Read
from transform.clock import is_ahead, run_order
from transform.lake import Lake, folders
from transform.part_schema import LOST_COPY
from transform.register import Waiting
from transform.sealed import read_object

if TYPE_CHECKING:
    import duckdb

    from transform.kept import Lost

REPORT = "report.html"
_log = logging.getLogger(__name__)
LISTED = 1_000
"""At most so many of the files that gave no report are listed in the record; all stand in table `document`."""

_GIVEN = """
    create temp table given as
    select path, sha256 from (select unnest(?::varchar[]) as path, unnest(?::varchar[]) as sha256) group by all
"""
_OUTCOME = """
    create temp table outcome as
    select given.path, given.sha256, coalesce(status, 'pending') as status, reason, category, report_key,
        dim_report.sha256 <> given.sha256 as repeats
    from given left join document on given.path = document.path and given.sha256 is not distinct from document.sha256
    left join dim_report using (report_key)
"""


@dataclass(slots=True)
class Run:
    """One run as it goes on; `summary` when it has ended. `before`: the documents that were reports when it began;
    `lost_before`: those whose stored copy was known to be damaged or gone.
    """

    paths: list[str]
    started: datetime
    given: list[Given] = field(default_factory=list)
    batches: list[list[Waiting]] = field(default_factory=list)
    readings: list[Read] = field(default_factory=list)
    rebuilt: bool = False
    loaded: bool = False
    before: list[str] = field(default_factory=list)
    lost_before: set[str] = field(default_factory=set)
    summary: dict[str, Any] = field(default_factory=dict)


@contextmanager
def recording(lake: Lake, paths: list[str]) -> Iterator[Run]:
    """Write the run's record when it ends, also when it fails or is stopped; the caller holds the lake's lock."""
    run = Run(paths, datetime.now(UTC))
    summarised = False
    try:
        run.before = _reports(lake)
        run.lost_before = _lost_copies(lake)
        yield run
        run.summary = _summary(lake, run)
        summarised = True
    except BaseException as error:
        said = str(error).strip().splitlines()
        run.summary = {
            "exit_status": BROKEN,
            "error": f"{type(error).__name__}: {said[0] if said else 'the run was stopped'}",
        }
        raise
    finally:
        ended = datetime.now(UTC)
        name = f"{run.started:%Y%m%dT%H%M%S.%fZ}-{os.getpid()}"
        run.summary = {
            "run": name,
            "started": run.started.isoformat(timespec="seconds"),
            "ended": ended.isoformat(timespec="seconds"),
            "seconds": round((ended - run.started).total_seconds(), 2),
            "paths": paths,
            "extractor": extractor_version(),
            "healed": lake.healed,
            **run.summary,
        }
        lake.healed = []
        _publish(lake, run, name, summarised)


def _reports(lake: Lake) -> list[str]:
    """The documents that are reports in the star as it stands."""
    if lake.star_manifest() is None:
        return []
    rows = pq.read_table(lake.star / "dim_report.parquet", columns=["sha256"])
    return [str(sha) for sha in rows["sha256"].to_pylist()]


def _lost_copies(lake: Lake) -> set[str]:
    """The documents whose stored copy is damaged or gone, as the star has it."""
    if lake.star_manifest() is None:
        return set()
    rows = pq.read_table(lake.star / "document.parquet", columns=["sha256"], filters=[("category", "=", LOST_COPY)])
    return {str(sha) for sha in rows["sha256"].to_pylist()}


def _publish(lake: Lake, run: Run, name: str, summarised: bool) -> None:
    """Put the run's folder in place: its record, then, of a run that came to its end, the quality and the page, whose failure
    costs nothing else.
    """
    with lake.scratch() as built:
        if summarised:
            run.summary["report"] = str(lake.runs / name / REPORT)
        text = json.dumps(run.summary, ensure_ascii=False, indent=1)
        (built / "run.json").write_text(text, encoding="utf-8", errors="backslashreplace")
        lake.publish_run(built, name)
    if not summarised:
        return
    try:
        with warehouse.connect(lake.database) as con:
            now = quality.snapshot(con)
            with lake.scratch() as built:
                quality.keep(con, built, now)
                lake.add_to_run(built, name)
            read_now = [w.sha256 for batch in run.batches for w in batch]
            shown = page(run.summary, contents(con, lake, now, name, read_now))
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


def _summary(lake: Lake, run: Run) -> dict[str, Any]:
    """What became of what was given, as the warehouse has it."""
    damaged = {lost.path: lost for reading in run.readings for lost in reading.damaged}
    read_now = [w.sha256 for batch in run.batches for w in batch]
    with warehouse.connect(lake.database) as con:
        con.execute(_GIVEN, [[g.path for g in run.given], [g.sha256 for g in run.given]])
        con.execute(_OUTCOME)
        con.execute("create temp table read_now as select unnest(?::varchar[]) as sha256", [read_now])
        outcomes = con.sql(
            "select path, status, reason, category from outcome where status <> 'ok' order by path"
        ).fetchall()
        statuses = dict(con.sql("select status, count(*) from outcome group by status order by status").fetchall())
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
        lost = _lost(con, run.before, list(damaged.values()))
        stored = con.sql("select count(*), (select count(*) from cell_source) from dim_report").fetchall()[0]
    left_out = [
        {"path": p, "status": s, "reason": r or (damaged[p].reason if p in damaged else None), "category": c}
        for p, s, r, c in outcomes
    ]
    return {
        "files": len(run.given),
        "documents": statuses,
        "reports": {"all": reports, "read_now": new, "unchanged": reports - new},
        "repeated": repeated,
        "documents_read_now": dict(sum((Counter(reading.statuses) for reading in run.readings), Counter())),
        "cells": cells,
        "findings": {severity: dict(findings).get(severity, 0) for severity in ("error", "warning", "info")},
        "corrections": dict(zip(("applied", "stale"), corrections, strict=True)),
        "left_out": left_out[:LISTED],
        "left_out_count": len(left_out),
        "lost": [{name: value for name, value in item.items() if name != "sha256"} for item in lost[:LISTED]],
        "lost_count": len(lost),
        "newly_lost_count": sum(item["sha256"] not in run.lost_before for item in lost),
        "warehouse": {"database": str(lake.database), "reports": stored[0], "cells": stored[1]},
        "rebuilt": run.rebuilt,
        "loaded": run.loaded,
        "exit_status": 1 if left_out or lost else 0,
    }


_LOST = """
    select distinct document.sha256, path, document.status, coalesce(document.reason, ''), coalesce(category, '')
    from document left join (select unnest(?::varchar[]) as sha256) as before on document.sha256 = before.sha256
    where category = ? or before.sha256 is not null and report_key is null
    order by path, document.sha256
"""


def _lost(con: duckdb.DuckDBPyConnection, before: list[str], damaged: list[Lost]) -> list[dict[str, Any]]:
    """Documents that need a person: those whose stored copy is damaged, and those that were reports `before` and are none now."""
    found: dict[str, dict[str, Any]] = {}
    for document in damaged:
        found[document.sha256] = {"path": document.path, "status": LOST_COPY, "reason": document.reason}
    for sha, path, status, reason, category in con.execute(_LOST, [before, LOST_COPY]).fetchall():
        if category != LOST_COPY:
            reason = f"it was a report before and is none now{f': {reason}' if reason else ''}"
        found[sha] = {"path": path, "status": category if category == LOST_COPY else status, "reason": reason}
    known = {sha for (sha,) in con.sql("select sha256 from document where sha256 is not null").fetchall()}
    for sha in set(before) - known:
        found[sha] = {"path": sha, "status": "gone", "reason": "it was a report before and is in no register now"}
    return sorted(
        ({"sha256": sha, **item} for sha, item in found.items()), key=lambda item: (item["path"], item["status"])
    )
