"""Every finding of a report, of its own document and across reports, and the verdict on it, as DuckDB statements."""

from __future__ import annotations

FINDING = """
    create temp table finding as
    select report_key, check_code, severity, origin, result, "where", expected, found, message, evidence,
        null::bigint as other_report_key, taken_in as since
    from told_finding join report using (extraction_id) semi join changed using (report_key)
    union all
    -- a report that is what it was has its own findings still
    select report_key, check_code, severity, origin, result, "where", expected, found, message, evidence, other_report_key, since
    from kept_finding anti join changed using (report_key) semi join ordered using (report_key)
    where check_code not in (select code from cross_check) and check_code <> 'correction.stale'
    union all
    select report_key, 'correction.stale', 'warning', null, 'failed', name, was, null,
        file || ':' || line || ' corrects what the document no longer says; it was not applied', null, null, taken_in
    from judged join report using (extraction_id) semi join checked_report using (report_key) where not holds
    union all
    -- what is in the facts has been proved; what is doubted waits elsewhere: only the publisher can have erred
    select report_key, check_code, severity, case when result = 'failed' then 'publisher' end, result,
        "where", expected, found, message, null, other_report_key, greatest(checked.taken_in, other.taken_in)
    from star_finding
    join everyone as checked using (report_key)
    left join everyone as other on star_finding.other_report_key = other.report_key
"""
"""Makes `finding`, of the partitions that are checked, from `told_finding`, `judged`, `star_finding`, `report`, `everyone`, `ordered`, the reports that are
`changed`, and `kept_finding`, the findings that stand in these partitions."""

QUALITY = """
    create temp table verdict as
    select report_key,
        bool_or(origin is not distinct from 'extraction') as is_partial,
        bool_or(result = 'failed' and severity in ('error', 'warning') or check_code like 'reading.%') as is_flawed
    from finding group by report_key
"""
"""Makes `verdict`, one a report, from `finding`."""
