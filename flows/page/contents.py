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
    where dim_report.sha256 in (select sha256 from read_now)
    order by dim_report.year desc nulls last, 1, dim_report.version
"""
_EDITIONS = """
    select organ, year, version_before || ' → ' || version, correction, cell, change, value_before, value_after
    from v_editions where report_key in (
        select report_key from dim_report where sha256 in (select sha256 from read_now)
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


def contents(con: duckdb.DuckDBPyConnection, lake: Lake, now: Snapshot, run: str) -> Contents:
    """What there is to tell. `run`: the name of this run; The documents that it read are the connection's
    table `read_now`. Of each list as many rows are held as are shown.
    """
    past = quality.history(lake, TREND)
    earlier = quality.before(past, now["build"])
    asked = {"new reports": _NEW_REPORTS, "editions": _EDITIONS, "waiting": _WAITING, "doubts": _DOUBTS}
    lists = {name: con.sql(f"from ({sql}) limit {LISTED}").fetchall() for name, sql in asked.items()}
    counts = {name: con.sql(f"select count(*) from ({sql})").fetchall()[0][0] for name, sql in asked.items()}
    moved = quality.moved_findings(con, lake, earlier[0] if earlier else None, LISTED)
    for name, (rows, count) in {"worse": moved["new"], "better": moved["gone"]}.items():
        lists[name], counts[name] = rows, count
    trend = [(name, found["by"]["all"][0]) for name, found in [*past, (run, now)] if found["by"]["all"]]
    return Contents(
        now,
        earlier[1] if earlier else None,
        earlier[0] if earlier else None,
        trend,
        lists,
        counts,
    )
