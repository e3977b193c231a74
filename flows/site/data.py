"""Reads from the warehouse what the pages of the site show: names, ranks, and for each province its years, peers and reports.

Everything here is plain lists and dicts, ready for JSON. Keys are text. Figures are those of the views, rates rounded to six
places, cells not at all; nothing is computed a second time.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

Grid = dict[str, dict[str, list[str]]]

UNKNOWN = "00"
"""The part that holds reports of which no province is known."""
FLOOR = 30
"""Requests below which nothing is ranked: that of v_district_rank and v_peers."""
FIGURES = (
    "new", "carried_in", "total", "granted", "partially_granted", "disclosed", "denied", "unavailable", "not_held", "not_processed", "other",
    "carried_out", "disclosure_rate", "refusal_rate", "not_held_rate", "rates_withheld",
)  # fmt: skip
_REVIEWS = ("reconsideration_total", "reconsideration_corrected", "litigation_direct_total", "litigation_direct_corrected", "litigation_after_total", "litigation_after_corrected")  # fmt: skip
YEAR_COLUMNS = ("division_key", "year", "report_key", "scope", "form", "quality", "territory", "division_then", *FIGURES, *_REVIEWS, "days_late")  # fmt: skip
QUALITY_COLUMNS = ("reports", "clean", "undecided", "publisher_findings", "partial", "with_errors", "with_warnings", "failed", "waiting_cells")  # fmt: skip
_PLACEHOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")

_YEARS = """
    select d.*, {reviews}, t.days_late
    from v_district_year as d
    left join v_proceeding_summary as p on d.report_key = p.report_key
    left join v_timeliness as t on d.report_key = t.report_key
"""


def rows(con: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
    """The rows of a query by column: keys as text, days as YYYY-MM-DD, fractions rounded."""
    answer = con.execute(query, parameters or [])
    columns = [column[0] for column in answer.description or ()]
    return [{name: plain(name, value) for name, value in zip(columns, row, strict=True)} for row in answer.fetchall()]


def plain(name: str, value: Any) -> Any:
    """A value as JSON has it: keys as text, days as YYYY-MM-DD, fractions rounded, but values of cells never."""
    if isinstance(value, int) and name.endswith("_key"):
        return str(value)
    if isinstance(value, float):
        return int(value) if value.is_integer() else value if name == "value" else round(value, 6)
    return value.isoformat() if isinstance(value, date) else value


def province_parts(con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """The parts into which the data are divided, each with its province: {"32": "江苏省", "00": None}; those with a report only."""
    known = con.execute(
        "select distinct left(v.division_key, 2), v.province from v_division as v where v.division_level = 'province'"
    ).fetchall()
    codes = {name: code for code, name in known}
    held = con.execute("select distinct province from v_report").fetchall()
    parts = {UNKNOWN if name is None else codes[name]: name for (name,) in held}
    return dict(sorted(parts.items()))


def names(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every division of today down to counties, and each one below with a report: code, names, pinyin, initials, level, years."""
    found = rows(
        con,
        """
        with held as (
            select division_key, list(distinct "year" order by "year") filter (where "year" is not null) as years, count(*) as reports
            from v_report where division_key is not null group by 1
        )
        select v.division_key as code, v.division as name, v.full_name, v.division_level as level, v.is_zone as zone,
            coalesce(held.years, []) as years, coalesce(held.reports, 0) as reports
        from v_division as v
        left join held on v.division_key = held.division_key
        where v.division_key_then = v.division_key and (v.division_level <> 'township' or held.reports > 0)
        order by v.division_key
        """,
    )
    told = []
    for row in found:
        if row["name"] in _PLACEHOLDERS and not row["reports"]:
            continue
        pinyin, initials = sounds(row["name"])
        told.append(row | {"pinyin": pinyin, "initials": initials})
    return told


def sounds(name: str) -> tuple[str, str]:
    """A name in pinyin without tones, and its initials: ("pingtanxian", "ptx")."""
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(name)
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)


def years(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Each division and year as v_district_year has it, with reviews, lawsuits and days late (YEAR_COLUMNS)."""
    reviews = ", ".join(f"p.{name}" for name in _REVIEWS)
    chosen = ", ".join(f'"{name}"' for name in YEAR_COLUMNS)
    return rows(con, f'select {chosen} from ({_YEARS.format(reviews=reviews)}) as y order by division_key, "year"')


def peers(con: duckdb.DuckDBPyConnection) -> dict[str | None, list[list[Any]]]:
    """Of each province [level, year, rate, peers, p10, median, p90], as v_peers has them."""
    return _by_province(
        con,
        """
        select distinct province, division_level, "year", rate, province_peers, province_p10, province_median, province_p90
        from v_peers where province_peers > 0 order by all
        """,
    )


def missing(con: duckdb.DuckDBPyConnection) -> dict[str | None, list[list[Any]]]:
    """Of each province [division, what is known, why, years]: the years of which its government has no report, as v_missing has them."""
    return _by_province(
        con,
        """
        select province, division_key, known, reason, list(distinct "year" order by "year") as years from v_missing
        where subject = 'division' and division_key is not null group by all order by all
        """,
    )


def _by_province(con: duckdb.DuckDBPyConnection, query: str) -> dict[str | None, list[list[Any]]]:
    found: dict[str | None, list[list[Any]]] = defaultdict(list)
    for row in rows(con, query):
        found[row.pop("province")].append(list(row.values()))
    return found


def grid(con: duckdb.DuckDBPyConnection) -> Grid:
    """The codes of rows and columns that cells are told by, of each table of facts."""
    asked = """
        select fact_table, list(distinct row_code order by row_code) as rows, list(distinct column_code order by column_code) as columns
        from v_cell group by 1 order by 1
    """
    return {row.pop("fact_table"): row for row in rows(con, asked)}


def quality(con: duckdb.DuckDBPyConnection) -> dict[str, list[list[Any]]]:
    """What is known against the reports, as v_quality_by counts it: {dimension: [[value, each of QUALITY_COLUMNS]…]}."""
    chosen = ", ".join(f'"{name}"' for name in QUALITY_COLUMNS)
    found: dict[str, list[list[Any]]] = {name: [] for name in ("all", "year", "form", "format", "province", "check")}
    for row in rows(
        con, f"""select dimension, "value", {chosen} from v_quality_by where dimension <> 'division' order by all"""
    ):
        found[row.pop("dimension")].append(list(row.values()))
    return found


MAX_AGAINST = 500
"""Reports that the page on methods lists; `ogi review` and `v_findings` have them all."""

_AGAINST = """
    with failed as (
        select report_key, check_code, count(*) as times from v_findings
        where is_current and result = 'failed' and severity in ('error', 'warning') group by all
    ),
    told as (
        select report_key, string_agg(check_code || case when times > 1 then ' ×' || times else '' end, ', ' order by check_code) as checks
        from failed group by report_key
    )
    select r.report_key, r.division_key, coalesce(r.organ, r.full_name) as organ, r."year", r.quality, told.checks, count(*) over () as of_all
    from v_report as r left join told using (report_key)
    where r.quality <> 'clean' or told.report_key is not null
    order by r.quality <> 'partial', r.quality = 'clean', r."year" desc nulls last, r.report_key
    limit ?
"""


def against(con: duckdb.DuckDBPyConnection, most: int = MAX_AGAINST) -> dict[str, Any]:
    """The reports in doubt or with an error or a warning, those in doubt first: {"of": how many, "reports": at most `most`}."""
    found = rows(con, _AGAINST, [most])
    return {
        "of": found[0]["of_all"] if found else 0,
        "reports": [{k: v for k, v in r.items() if k != "of_all"} for r in found],
    }


def words(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, list[str]]]:
    """What rows and columns are called: {kind: {code: [Chinese, English]}}, in the order of the form."""
    return {
        kind: {
            code: [chinese, english]
            for code, chinese, english in con.execute(
                f"select {kind}_key, name_zh, name_en from dim_{kind} order by sort_order"
            ).fetchall()
        }
        for kind in ("outcome", "applicant", "proceeding", "measure")
    }
