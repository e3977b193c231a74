"""Every finding of a report, of its own document and across reports, and the verdict on it, as DuckDB statements."""

from __future__ import annotations

FINDING = """
    create temp table finding as
    select report_key, report_order, check_code, severity, origin, result, "where", expected, found, message, evidence,
        null::bigint as other_report_key, taken_in as since
    from told_finding join report using (extraction_id)
    union all
    select report_key, report_order, 'correction.stale', 'warning', null, 'failed', name, was, null,
        file || ':' || line || ' corrects what the document no longer says; it was not applied', null, null, taken_in
    from judged join report using (extraction_id) where not holds
    union all
    -- what is in the facts has been proved; what is doubted waits elsewhere: only the publisher can have erred
    select report_key, report.report_order, check_code, severity, case when result = 'failed' then 'publisher' end, result,
        "where", expected, found, message, null, other_report_key, greatest(report.taken_in, other.taken_in)
    from star_finding
    join report using (report_key)
    left join report as other on star_finding.other_report_key = other.report_key
"""
"""Makes `finding` from `told_finding`, `judged`, `star_finding` and `report`."""

QUALITY = """
    create temp table verdict as
    select report_key,
        bool_or(origin is not distinct from 'extraction') as is_partial,
        bool_or(result = 'failed' and severity in ('error', 'warning') or check_code like 'reading.%') as is_flawed
    from finding group by report_key
"""
"""Makes `verdict`, one a report, from `finding`."""
