"""What the page of a run shows, asked from the warehouse: plain rows, cut to what a person reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows import quality
from flows.quality import Row, Snapshot

if TYPE_CHECKING:
    import duckdb

    from transform.lake import Lake

LISTED = 50
TREND = 30  # runs

_NEW_REPORTS = """
    select coalesce(dim_organ.name, dim_report.title, dim_report.sha256), dim_report.year, dim_report.scope,
        dim_report.format, dim_report.version, dim_report.quality
    from dim_report left join dim_organ using (organ_key)
    where dim_report.sha256 in (select unnest(?::varchar[]))
    order by dim_report.year desc nulls last, 1, dim_report.version
"""
_EDITIONS = """
    select organ, year, version_before || ' → ' || version, correction, cell, change, value_before, value_after
    from v_editions where report_key in (
        select report_key from dim_report where sha256 in (select unnest(?::varchar[]))
    )
    order by organ, year, version, cell
"""
_WAITING = (
    "select path, status, reason from document where status in ('quarantined', 'unreadable', 'pending') order by all"
)
_DOUBTS = """
    select organ, year, check_code, cell as "where", message from v_findings
    where origin = 'extraction' and result = 'failed' and is_current order by all
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """`moved`: findings new and gone since `since` (a run's name, None where there is none before); lists hold `LISTED` rows
    at most, `counts` how many there are.
    """

    now: Snapshot
    then: Snapshot | None
    since: str | None
    trend: list[tuple[str, Row]]
    lists: dict[str, list[tuple[Any, ...]]]
    counts: dict[str, int] = field(default_factory=dict)


def contents(con: duckdb.DuckDBPyConnection, lake: Lake, now: Snapshot, run: str, read_now: list[str]) -> Contents:
    """What there is to tell. `run`: the name of this run; `read_now`: the SHA-256 of the documents that it read."""
    past = quality.history(lake, TREND)
    earlier = quality.before(past, now["build"])
    lists = {
        "new reports": con.execute(_NEW_REPORTS, [read_now]).fetchall(),
        "editions": con.execute(_EDITIONS, [read_now]).fetchall(),
        "waiting": con.sql(_WAITING).fetchall(),
        "doubts": con.sql(_DOUBTS).fetchall(),
    }
    moved = quality.moved_findings(con, lake, earlier[0] if earlier else None)
    lists |= {"worse": moved["new"], "better": moved["gone"]}
    trend = [(name, found["by"]["all"][0]) for name, found in [*past, (run, now)] if found["by"]["all"]]
    return Contents(
        now,
        earlier[1] if earlier else None,
        earlier[0] if earlier else None,
        trend,
        {name: rows[:LISTED] for name, rows in lists.items()},
        {name: len(rows) for name, rows in lists.items()},
    )
