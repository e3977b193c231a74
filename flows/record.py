"""What a run says of itself: runs/<id>/run.json, for `ogi status` and for whoever looks later, and the page report.html."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from extract import extractor_version
from flows import quality, warehouse
from flows.page.contents import contents
from flows.page.page import page
from flows.steps import Given, Read
from transform.lake import Lake
from transform.register import Waiting

REPORT = "report.html"
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
    """One run as it goes on; `summary` when it has ended."""

    paths: list[str]
    started: datetime
    given: list[Given] = field(default_factory=list)
    batches: list[list[Waiting]] = field(default_factory=list)
    readings: list[Read] = field(default_factory=list)
    rebuilt: bool = False
    loaded: bool = False
    summary: dict[str, Any] = field(default_factory=dict)


@contextmanager
def recording(lake: Lake, paths: list[str]) -> Iterator[Run]:
    """Write the run's record when it ends, also when it fails or is stopped; the caller holds the lake's lock."""
    run = Run(paths, datetime.now(UTC))
    summarised = False
    try:
        yield run
        run.summary = _summary(lake, run)
        summarised = True
    except BaseException as error:
        said = str(error).strip().splitlines()
        run.summary = {
            "exit_status": 1,
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
            **run.summary,
        }
        _publish(lake, run, name, summarised)


def _publish(lake: Lake, run: Run, name: str, summarised: bool) -> None:
    """Put the run's folder in place: its record, and of a run that came to its end the quality and the page."""
    with lake.scratch() as built:
        if summarised:
            run.summary["report"] = str(lake.runs / name / REPORT)
        text = json.dumps(run.summary, ensure_ascii=False, indent=1)
        (built / "run.json").write_text(text, encoding="utf-8", errors="backslashreplace")
        if summarised:
            with warehouse.connect(lake.database) as con:
                now = quality.snapshot(con)
                read_now = [w.sha256 for batch in run.batches for w in batch]
                shown = page(run.summary, contents(con, lake, now, name, read_now))
                (built / REPORT).write_text(shown, encoding="utf-8", errors="backslashreplace")
                quality.keep(con, built, now)
        lake.publish_part(built, lake.runs, name)


def last_run(lake: Lake) -> dict[str, Any] | None:
    """The record of the run that ended last; None where there is none."""
    records = sorted(lake.runs.glob("*/run.json"))
    if not records:
        return None
    found: dict[str, Any] = json.loads(records[-1].read_text(encoding="utf-8"))
    return found


def _summary(lake: Lake, run: Run) -> dict[str, Any]:
    """What became of what was given, as the warehouse has it."""
    damaged = dict(pair for reading in run.readings for pair in reading.damaged)
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
        stored = con.sql("select count(*), (select count(*) from cell_source) from dim_report").fetchall()[0]
    left_out = [{"path": p, "status": s, "reason": r or damaged.get(p), "category": c} for p, s, r, c in outcomes]
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
        "warehouse": {"database": str(lake.database), "reports": stored[0], "cells": stored[1]},
        "rebuilt": run.rebuilt,
        "loaded": run.loaded,
        "exit_status": 1 if left_out else 0,
    }
