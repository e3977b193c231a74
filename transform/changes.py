"""What became of reports and their cells between two stars: reports that are new or gone, cells that differ, and why.

Current reports are compared. A report is the same one if its document is; else if organ, year and scope are; else if organ and
year are and only one on either side is left.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from transform.engine import engine
from transform.partitions import files, rows

NEW_EDITION, CORRECTED, OTHER_EXTRACTOR, UNEXPLAINED = "new edition", "corrected", "other extractor", "not known"
COLUMNS = {
    "change": "new report, report gone; of a cell: changed, added, removed, filled (it was blank), blanked.",
    "why": "new edition, corrected (by a person), other extractor, not known; NULL for reports that are new or gone.",
    "report_key": "The report now; of one that is gone, then. A number of up to 16 digits: keep it as text.",
    "report_key_before": "The report then; NULL where it is new.",
    "organ": "Name of its organ; NULL where it is not known.",
    "place": "Full name of its division; NULL where it is not known.",
    "year": "The year that it is about; NULL where it is not known.",
    "scope": "Whose figures: own, consolidated, unknown.",
    "title": "Its title as printed.",
    "cell": "Name of the cell (requests.new.total), or report.organ, report.year, report.scope, report.form; NULL of reports.",
    "value_before": "Value then; NULL: blank, absent, or no number.",
    "value_after": "Value now; NULL: blank, absent, or no number.",
    "unit_before": "What value_before is counted in; NULL: a count, or not known.",
    "unit_after": "What value_after is counted in; NULL: a count, or not known.",
    "text_before": "Of organ, year, scope and form: what stood there then.",
    "text_after": "Of organ, year, scope and form: what stands there now.",
    "cells": "Of a report that is new or gone: how many cells it has.",
}

_CURRENT = """
    create temp table {side}_report as
    select r.report_key, r.sha256, r.organ_key, r.year, r.scope, r.form, r.title, r.extractor, o.name as organ, d.full_name as place
    from {side}_dim_report as r
    left join {side}_dim_organ as o on r.organ_key = o.organ_key
    left join {side}_dim_division as d on r.division_key = d.division_key
    where r.is_current
"""
_CELLS = """
    create temp table {side}_cell as
    with cells as (
        select report_key, 'fact_request' as fact_table, outcome_key as row_code, applicant_key as column_code,
            'requests.' || outcome_key || '.' || applicant_key as cell, "count"::double as "value", null::varchar as unit
        from {side}_fact_request
        union all
        select report_key, 'fact_proceeding', split_part(proceeding_key, '.', 1), split_part(proceeding_key, '.', 2),
            'proceedings.' || proceeding_key, "count"::double, null::varchar
        from {side}_fact_proceeding
        union all
        select f.report_key, 'fact_disclosure', m.row_code, m.column_code, 'disclosure.' || f.measure_key, f."value", f.unit
        from {side}_fact_disclosure as f inner join {side}_dim_measure as m on f.measure_key = m.measure_key
    )

    select * from cells semi join {side}_report using (report_key)
"""
_PAIRS = """
    create temp table pair as
    with same_document as (
        select now_report.report_key as later, then_report.report_key as earlier
        from now_report inner join then_report using (sha256)
        qualify row_number() over (partition by now_report.report_key order by then_report.report_key) = 1
            and row_number() over (partition by then_report.report_key order by now_report.report_key) = 1
    ),

    now_left as (from now_report where report_key not in (select later from same_document)),

    then_left as (from then_report where report_key not in (select earlier from same_document)),

    same_scope as (
        select now_left.report_key as later, then_left.report_key as earlier
        from now_left inner join then_left using (organ_key, "year", scope)
        qualify count(*) over (partition by organ_key, "year", scope) = 1
    ),

    same_year as (
        select now_left.report_key as later, then_left.report_key as earlier
        from now_left inner join then_left using (organ_key, "year")
        where now_left.report_key not in (select later from same_scope)
            and then_left.report_key not in (select earlier from same_scope)
        qualify count(*) over (partition by organ_key, "year") = 1
    ),

    paired as (
        from same_document
        union all by name
        from same_scope
        union all by name
        from same_year
    )

    select
        paired.*,
        now_report.sha256,
        now_report.sha256 <> then_report.sha256 as is_other_document,
        now_report.extractor <> then_report.extractor as is_other_extractor
    from paired
    inner join now_report on paired.later = now_report.report_key
    inner join then_report on paired.earlier = then_report.report_key
"""
# a decision of a person that was not there before, or no longer is
_DECIDED = """
    create temp table decided as
    with decisions as (
        select true as is_now, sha256, fact_table, row_code, column_code, decision, "value", unit from now_correction where is_applied
        union all
        select false, sha256, fact_table, row_code, column_code, decision, "value", unit from then_correction where is_applied
    )

    select sha256, fact_table, row_code, column_code
    from decisions
    group by all
    having bool_and(is_now) or bool_and(not is_now)
        or list_sort(list({decision}) filter (where is_now)) <> list_sort(list({decision}) filter (where not is_now))
""".format(decision="""decision || '|' || coalesce("value", '') || '|' || coalesce(unit, '')""")
_CHANGES = f"""
    with before as (
        select pair.later, cell.* exclude (report_key) from then_cell as cell inner join pair on cell.report_key = pair.earlier
    ),

    after as (
        select pair.later, cell.* exclude (report_key) from now_cell as cell inner join pair on cell.report_key = pair.later
    ),

    compared as (
        select
            coalesce(after.later, before.later) as report_key,
            coalesce(after.fact_table, before.fact_table) as fact_table,
            coalesce(after.row_code, before.row_code) as row_code,
            coalesce(after.column_code, before.column_code) as column_code,
            coalesce(after.cell, before.cell) as cell,
            case
                when before.cell is null then 'added'
                when after.cell is null then 'removed'
                when before."value" is null and after."value" is not null then 'filled'
                when after."value" is null and before."value" is not null then 'blanked'
                else 'changed'
            end as change,
            before."value" as value_before,
            after."value" as value_after,
            before.unit as unit_before,
            after.unit as unit_after,
            null::varchar as text_before,
            null::varchar as text_after
        from after
        full join before on after.later = before.later and after.cell = before.cell
        where before.cell is null or after.cell is null or before."value" is distinct from after."value"
            or before.unit is distinct from after.unit
    ),

    told as (
        select later, unnest(['organ', 'year', 'scope', 'form']) as what,
            unnest([then_report.organ_key::varchar, then_report."year"::varchar, then_report.scope, then_report.form]) as was,
            unnest([now_report.organ_key::varchar, now_report."year"::varchar, now_report.scope, now_report.form]) as now_is,
            then_report.organ as organ_before, now_report.organ as organ_after
        from pair
        inner join now_report on pair.later = now_report.report_key
        inner join then_report on pair.earlier = then_report.report_key
    ),

    changed as (
        from compared
        union all by name
        select later as report_key, 'dim_report' as fact_table, what as row_code, '' as column_code, 'report.' || what as cell,
            case when was is null then 'filled' when now_is is null then 'blanked' else 'changed' end as change,
            case what when 'organ' then coalesce(organ_before, was) else was end as text_before,
            case what when 'organ' then coalesce(organ_after, now_is) else now_is end as text_after
        from told
        where was is distinct from now_is
    ),

    explained as (
        select changed.*, pair.earlier as report_key_before,
            case
                when pair.is_other_document then '{NEW_EDITION}'
                when decided.sha256 is not null then '{CORRECTED}'
                when pair.is_other_extractor then '{OTHER_EXTRACTOR}'
                else '{UNEXPLAINED}'
            end as why
        from changed
        inner join pair on changed.report_key = pair.later
        left join decided on pair.sha256 = decided.sha256 and changed.fact_table = decided.fact_table
            and changed.row_code = decided.row_code and changed.column_code = decided.column_code
    ),

    of_reports as (
        select 'new report' as change, now_report.* exclude (sha256, organ_key, form, extractor),
            (select count(*) from now_cell where now_cell.report_key = now_report.report_key) as cells
        from now_report
        where report_key not in (select later from pair)
        union all by name
        select 'report gone' as change, then_report.* exclude (sha256, organ_key, form, extractor),
            report_key as report_key_before,
            (select count(*) from then_cell where then_cell.report_key = then_report.report_key) as cells
        from then_report
        where report_key not in (select earlier from pair)
    ),

    listed as (
        from of_reports
        union all by name
        select explained.* exclude (fact_table, row_code, column_code), named.organ, named.place, named."year", named.scope, named.title
        from explained
        inner join now_report as named on explained.report_key = named.report_key
    )

    select {", ".join(f'"{name}"' for name in COLUMNS)} from listed
    order by change not in ('new report', 'report gone'), change, "year", place, organ, report_key, cell
"""
_TABLES = ("dim_report", "dim_organ", "dim_division", "dim_measure", "fact_request", "fact_proceeding", "fact_disclosure", "correction")  # fmt: skip


def changes(now: Path, before: Path | None, scratch: Path) -> pa.Table:
    """One row a report that is new or gone, or a cell that differs, with the columns COLUMNS.

    `now`, `before`: folders of a star's Parquet files; without one before, all reports are new.
    """
    with engine(scratch) as con:
        for table in _TABLES:
            con.execute(f"create view now_{table} as from {rows(files(now, table), table)}")
            if before is None:
                con.execute(f"create view then_{table} as from now_{table} limit 0")
            else:
                con.execute(f"create view then_{table} as from {rows(files(before, table), table)}")
        for side in ("now", "then"):
            con.execute(_CURRENT.format(side=side))
            con.execute(_CELLS.format(side=side))
        con.execute(_PAIRS)
        con.execute(_DECIDED)
        return con.sql(_CHANGES).to_arrow_table()
