"""`ogi status`: what the lake holds, what gave no report and why, and how the last run ended."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import screen
from flows.places import places
from flows.settings import CollectSettings, collect_settings, option, variable

if TYPE_CHECKING:
    import duckdb

    from transform.lake import Lake

EXAMPLE = "Example: ogi status --home data/lake --json"
LAST = 20


def status(
    home: Annotated[Path | None, option("home")] = None,
    as_json: Annotated[bool, typer.Option("--json", envvar=variable("json"), help="One JSON object.")] = False,
    last: Annotated[
        int,
        typer.Option(
            min=0, envvar=variable("last"), help="So many of the files that gave no report, those taken in last first."
        ),
    ] = LAST,
) -> None:
    """Show what the lake holds: reports by year and form, documents by status, the last run."""
    with screen.edge():
        chosen = collect_settings(home=home)
        found = _status(chosen.home, last) | {"places": _places(chosen)}
        if as_json:
            sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")
        else:
            _print(found)


def _status(home: Path, last: int) -> dict[str, Any]:
    from flows import warehouse
    from flows.record import last_run
    from transform.lake import Lake

    lake = Lake(home)
    found: dict[str, Any] = {"home": str(lake.home), "database": None, "reports": [], "documents": {}, "left_out": []}
    if lake.database.exists():
        with warehouse.connect(lake.database) as con:
            found |= {"database": str(lake.database), **_held(con, last)}
    return found | {"running": _running(lake), "last_run": last_run(lake)}


def _places(chosen: CollectSettings) -> dict[str, dict[str, str]]:
    """Where the lake, the corrections and the sources are, and why there."""
    return {place.name: {"folder": str(place.folder), "why": place.why} for place in places(chosen)}


def _held(con: duckdb.DuckDBPyConnection, last: int) -> dict[str, Any]:
    """What the warehouse holds."""
    reports = con.sql("select year, form, count(*) from dim_report group by all order by all nulls last").fetchall()
    documents = con.sql("select status, count(*) from document group by all order by status").fetchall()
    left_out = con.execute(
        "select path, status, reason, category, fetched_at from document where status <> 'ok' order by fetched_at desc, path limit ?",
        [last],
    ).fetchall()
    return {
        "reports": [{"year": year, "form": form, "reports": count} for year, form, count in reports],
        "documents": dict(documents),
        "left_out": [
            {
                "path": path,
                "status": state,
                "reason": reason,
                "category": category,
                "taken_in": at.isoformat(timespec="seconds"),
            }
            for path, state, reason, category, at in left_out
        ],
    }


def _running(lake: Lake) -> dict[str, Any] | None:
    """The run that has not given the lake back: `alive` is None where it runs on another machine."""
    holder = lake.holder()
    if holder is None:
        return None
    alive: bool | None = None
    if holder.host == os.uname().nodename:
        try:
            os.kill(holder.pid, 0)
            alive = True
        except ProcessLookupError:
            alive = False
        except PermissionError:
            alive = True
    return {"pid": holder.pid, "host": holder.host, "since": holder.since, "alive": alive}


def _print(found: dict[str, Any]) -> None:
    out = screen.console(sys.stdout)
    out.print(screen.text(found["database"] or f"{found['home']}: nothing here yet. Begin with: ogi run PATH…", "bold"))
    if found["reports"]:
        rows = [[str(r["year"] or "–"), r["form"] or "–", str(r["reports"])] for r in found["reports"]]
        screen.table(out, ("year", "form", "reports"), rows, right={2})
    if found["documents"]:
        screen.table(out, ("documents", "files"), [[s, str(n)] for s, n in found["documents"].items()], right={1})
    if found["left_out"]:
        gave_none = sum(n for status, n in found["documents"].items() if status != "ok")
        out.print(f"gave no report ({len(found['left_out'])} of {gave_none}, those taken in last first):")
        for item in found["left_out"]:
            out.print(screen.text(f"  {item['status']}: {item['path']}: {item['reason'] or ''}"))
    for name, place in found["places"].items():
        out.print(screen.text(f"{'lake' if name == 'home' else name}: {place['folder']} ({place['why']})"))
    _print_runs(found)


def _print_runs(found: dict[str, Any]) -> None:
    out = screen.console(sys.stdout)
    running, last = found["running"], found["last_run"]
    if running:
        who = f"process {running['pid']} on {running['host']}, since {running['since']}"
        cut = "cut short a run" if running["alive"] is False else None
        out.print(f"{cut}: {who}; the next run completes it" if cut else f"a run is going on: {who}")
    if last:
        result = last.get("error") or f"{last['files']} files, {last['left_out_count']} without a report"
        out.print(
            screen.text(
                f"last run: {last['ended']}, {last['seconds']:g} s, exit status {last['exit_status']}: {result}"
            )
        )
