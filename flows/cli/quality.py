"""`ogi quality`: how good what the warehouse holds is, by year, division, format or check, and how that moved between runs."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import screen
from flows.settings import option, settings, variable

EXAMPLE = "Example: ogi quality --by check --runs 10"
RUNS = 5
REACH = 1_000  # runs that are looked through for an earlier state
_COLUMNS = ("reports", "clean", "undecided", "errors", "warnings", "infos", "not_applicable", "waiting_cells")
_HEADS = ("reports", "clean", "undecided", "errors", "warnings", "info", "not applicable", "waiting", "failed ±")


class By(StrEnum):
    """What the reports are grouped by."""

    YEAR = "year"
    FORM = "form"
    FORMAT = "format"
    PROVINCE = "province"
    DIVISION = "division"
    CHECK = "check"


def quality(
    home: Annotated[Path | None, option("home")] = None,
    by: Annotated[
        list[By] | None, typer.Option("--by", envvar=variable("by"), help="Group by this; can be given more than once.")
    ] = None,
    runs: Annotated[
        int, typer.Option(min=0, envvar=variable("runs"), help="So many of the last runs as a trend.")
    ] = RUNS,
    as_json: Annotated[bool, typer.Option("--json", envvar=variable("json"), help="One JSON object.")] = False,
) -> None:
    """Show what is known against the reports: findings by year, format and check, and the trend between runs."""
    with screen.edge():
        found = _quality(settings(home=home).home, [str(b) for b in by or (By.YEAR, By.FORMAT, By.CHECK)], runs)
        if as_json:
            sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")
        else:
            _print(found)


def _quality(home: Path, by: list[str], runs: int) -> dict[str, Any]:
    from flows import quality as known
    from flows import warehouse
    from transform.lake import Lake

    lake = Lake(home)
    with warehouse.connect(lake.database) as con:
        now = known.snapshot(con)
        groups = {dimension: known.rows(con, dimension) for dimension in ["all", *by]}
    past = known.history(lake, REACH)
    earlier = known.before(past, now["build"])
    for dimension, rows in groups.items():
        then = known.rows_of(lake, earlier, dimension)
        for row, moved in zip(rows, known.changes(rows, then, "failed"), strict=True):
            row["failed_change"] = moved
    trend = [{"run": run, **all_rows[0]} for run, found in past if (all_rows := found["by"]["all"])]
    return {
        "database": str(lake.database),
        "compared_with": earlier[0] if earlier else None,
        "documents": now["documents"],
        "by": groups,
        "runs": trend[-runs:] if runs else [],
    }


def _print(found: dict[str, Any]) -> None:
    out = screen.console(sys.stdout)
    for dimension, rows in found["by"].items():
        if rows:
            lines = [[str(row["value"] or "–"), *_figures(row)] for row in rows]
            screen.table(out, ("" if dimension == "all" else dimension, *_HEADS), lines, set(range(1, len(_HEADS) + 1)))
            out.print()
    waiting = {status: n for status, n in found["documents"].items() if status != "ok"}
    if waiting:
        out.print("documents without a report: " + ", ".join(f"{n} {status}" for status, n in waiting.items()))
    if found["compared_with"]:
        out.print(screen.text(f"± since run {found['compared_with']}"))
    if found["runs"]:
        lines = [
            [row["run"], f"{100 * row['share_clean']:.1f} %", *(str(row.get(name, "–")) for name in _COLUMNS)]
            for row in found["runs"]
        ]
        screen.table(out, ("run", "share clean", *_HEADS[:-1]), lines, set(range(1, len(_HEADS) + 1)))


def _figures(row: dict[str, Any]) -> list[str]:
    moved = row["failed_change"]
    return [*(f"{row[name]:,}" for name in _COLUMNS), "" if moved is None else f"{moved:+,}"]
