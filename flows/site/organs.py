"""Reads from the warehouse what the pages say of each organ: its names, its reports with their figures, and all their editions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from flows.site.data import FIGURES, UNKNOWN, rows, sounds

if TYPE_CHECKING:
    import duckdb


def organs(con: duckdb.DuckDBPyConnection, parts: dict[str, str | None]) -> list[dict[str, Any]]:
    """Every organ with a report: its key, name, place, kind, type, the part that holds it, years, pinyin and initials."""
    part_of = {province: part for part, province in parts.items()}
    found = rows(
        con,
        """
        with held as (
            select organ_key, list(distinct "year" order by "year") filter (where "year" is not null) as years, min(province) as province
            from v_report where organ_key is not null group by 1
        )
        select o.organ_key, o.organ, o.division_key, o.full_name, o.organ_kind, o.organ_type, o.organ_type_fit, held.province,
            coalesce(held.years, []) as years
        from held inner join v_organ as o on held.organ_key = o.organ_key
        order by o.division_key nulls last, o.organ, o.organ_key
        """,
    )
    for organ in found:
        organ["part"] = part_of.get(organ.pop("province"), UNKNOWN)
        organ["pinyin"], organ["initials"] = sounds(organ["organ"] or "")
    return found


def reports(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """The current reports of each organ, by its key, with the figures of v_request_summary."""
    figures = ", ".join(f's."{name}"' for name in FIGURES)
    return _by_organ(
        con,
        f"""
        select s.organ_key, s.report_key, s."year", s.scope, s.form, s.quality, s.published, t.days_late, d.title, d.source_url, d.sha256,
            d.format, d.version, {figures}
        from v_request_summary as s
        inner join dim_report as d on s.report_key = d.report_key
        left join v_timeliness as t on s.report_key = t.report_key
        where s.organ_key is not null
        order by s.organ_key, s."year" nulls last, s.scope, s.report_key
        """,
    )


def editions(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Of each organ the editions of reports that have several: each with what changed since the one before ([cell, change, before, after])."""
    changes = defaultdict(list)
    for row in rows(
        con, "select report_key, cell, change, value_before, value_after from v_editions order by report_key, cell"
    ):
        changes[row.pop("report_key")].append(list(row.values()))
    found = _by_organ(
        con,
        """
        select organ_key, report_key, "year", scope, version, is_current, published, correction, title, source_url, sha256, format
        from dim_report
        where organ_key is not null
        qualify max(version) over (partition by organ_key, "year") > 1
        order by organ_key, "year" nulls last, version, scope, report_key
        """,
    )
    for listed in found.values():
        for edition in listed:
            edition["changes"] = changes[edition["report_key"]]
    return found


def _by_organ(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(con, query):
        found[row.pop("organ_key")].append(row)
    return found
