"""What stands in the tables of the star that come from reports, as queries over `report`, `told_cell`, `finding` and the parts."""

from __future__ import annotations

from typing import NamedTuple

from transform import due

_CELLS = "told_cell join ordered using (extraction_id)"


class Rows(NamedTuple):
    """The rows of a partitioned table: what to select, of what, and their order within a report."""

    columns: str
    source: str
    order: str


PARTITIONED = {
    "fact_request": Rows(
        "row_code as outcome_key, column_code as applicant_key, count",
        f"{_CELLS} where fact_table = 'fact_request' and loadable",
        "position",
    ),
    "fact_disclosure": Rows(
        "row_code || '.' || column_code as measure_key, value, fact_unit as unit",
        f"{_CELLS} where fact_table = 'fact_disclosure' and loadable",
        "position",
    ),
    "fact_proceeding": Rows(
        "row_code || '.' || column_code as proceeding_key, count",
        f"{_CELLS} where fact_table = 'fact_proceeding' and loadable",
        "position",
    ),
    "fact_section": Rows("section, heading, text", "part_section join ordered using (extraction_id)", "section"),
    "cell_source": Rows(
        "fact_table, row_code, column_code, raw, unit, table_index, row_index, column_index, page, bbox, reading, confidence, proof",
        f"{_CELLS} where not doubted",
        "position",
    ),
    "doubted_cell": Rows(
        "fact_table, row_code, column_code, reading, coalesce(count, value) as value, fact_unit as unit, raw, table_index,"
        " row_index, column_index, page, bbox, confidence",
        f"{_CELLS} where doubted",
        "position, reading",
    ),
}
"""Of each report, beside its `report_key`."""

FINDINGS = """
    select report_key, check_code, severity, origin, result, "where", expected, found, message, evidence, other_report_key, since,
        partition_no
    from finding join ordered using (report_key)
    order by report_order, check_code, "where", result, severity, origin, expected, found, message, evidence, other_report_key
"""

_QUALITY = (
    "case when is_partial or organ_key is null then 'partial' when is_flawed then 'publisher_findings' else 'clean' end"
)

JUDGED_AGAIN = f"""
    create temp table judged_again as
    select kept.* replace ({_QUALITY} as quality)
    from kept_report as kept semi join checked_report using (report_key) left join verdict using (report_key)
    where kept.quality is distinct from ({_QUALITY})
"""
"""Makes `judged_again`, rows of dim_report that were not looked at but judged otherwise by the checks across reports."""

QUERIES = {
    "dim_report": f"""
        select report_key, organ_key, division_code as division_key, year, form, scope, scope_phrase, organ_evidence, year_from, title,
            published, published_from, {due.DUE} as due, {due.DUE_BASIS} as due_basis, source_url,
            sha256, format, version::smallint as version, is_current, previous_report_key, correction,
            coalesce(quality_before, {_QUALITY}) as quality, extracted_at, coalesce(read_by, $extractor) as extractor
        from report left join verdict using (report_key) left join unchecked using (report_key)
        union all by name from judged_again
        order by "year" nulls first, division_key nulls first, report_key
    """,
    "correction": """
        select file, line, judged.sha256, fact_table, row_code, column_code, decision, typed as value, judged.unit, was, who, decided, why,
            holds as is_applied, report_key
        from judged left join report on judged.extraction_id = report.extraction_id
        order by file, line
    """,
    # a path that cannot be opened is shown only while that is the last that was seen of it
    "document": """
        with seen as (
            select *,
                min(fetched_at) over (partition by path, sha256) as first_fetched_at,
                row_number() over (partition by path order by told_at(fetched_at) desc, sha256 desc nulls last) as age,
                row_number() over (partition by path, sha256 order by told_at(fetched_at) desc, status, reason, bytes, source_url) as row_age
            from intake semi join refetched using (path)
            union all
            select *, fetched_at as first_fetched_at, 1 as age, 1 as row_age from intake anti join refetched using (path)
        )
        select seen.sha256, path, seen.source_url, first_fetched_at as fetched_at, reading.format, bytes,
            case when reading.sha256 is null then coalesce(seen.status, 'pending')
                when held.report_key is not null then 'quarantined' else reading.status end as status,
            case when reading.sha256 is null then seen.reason else coalesce(reading.reason, case when held.report_key is not null then reading.waiting end) end as reason,
            case when reading.sha256 is null then seen.category else reading.category end as category,
            report_key
        from seen left join reading using (sha256) left join echo using (sha256)
        left join report on report.sha256 = coalesce(echo.original, seen.sha256)
        left join (select distinct report_key from doubted_cell) as held using (report_key)
        where row_age = 1 and (seen.sha256 is not null or age = 1)
        order by path, sha256 nulls first
    """,
}

ORDER = {"dim_report": ("year", "division_key", "report_key"), "document": ("path", "sha256")}
"""The columns by which the tables are sorted into which rows are put, where they stand."""
LEAVING = {
    "dim_report": ("report_key", "select report_key from was union select report_key from judged_again"),
    "document": ("path", "from looked_at_path"),
}
"""Which rows leave these tables, by a column, for those of the QUERIES: all of what is looked at."""
