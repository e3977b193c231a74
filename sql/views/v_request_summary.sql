-- one row is a current report: its figures of table 三 (requests) and their rates, NULL where it lacks the table
-- needs: v_report
-- A row of table 三 counts with its published 总计; where that cell is blank or absent, with the sum of its published
-- applicant columns (derived_rows counts such rows). A group is the sum of its leaf rows that have a figure, NULL when
-- none has one; so is disclosed (予以公开 and 部分公开). A blank may thus hide something, and two columns tell: complete
-- says that every row has its published 总计; outcome_gap is total minus all outcomes, 0 when the blanks hide nothing.
-- 其他处理 is one row in form 2019 and three in form 2021: the three count only where the one is absent or blank.
-- Rates are shares of total (1 = all); NULL where total is 0 or unknown.
create or replace view v_request_summary as
with table_rows as (
    select
        report_key,
        outcome_key,
        max("count") filter (where applicant_key = 'total') as stated,
        sum("count") filter (where applicant_key <> 'total') as added_up,
        count(*) - count("count") as blank_cells
    from fact_request
    group by report_key, outcome_key
),

figures as (
    select
        table_rows.report_key,
        table_rows.outcome_key,
        dim_outcome.group_code,
        dim_outcome.is_leaf and dim_outcome.group_code is distinct from 'other' as is_outcome_but_other,
        coalesce(table_rows.stated, table_rows.added_up) as figure,
        table_rows.stated is not null as is_stated,
        table_rows.blank_cells
    from table_rows
    inner join dim_outcome on table_rows.outcome_key = dim_outcome.outcome_key
),

by_report as (
    select
        report_key,
        max(figure) filter (where outcome_key = 'new') as "new",
        max(figure) filter (where outcome_key = 'carried_in') as carried_in,
        max(figure) filter (where outcome_key = 'granted') as granted,
        max(figure) filter (where outcome_key = 'partially_granted') as partially_granted,
        sum(figure) filter (where outcome_key in ('granted', 'partially_granted')) as disclosed,
        sum(figure) filter (where group_code = 'denied') as denied,
        sum(figure) filter (where group_code = 'unavailable') as unavailable,
        max(figure) filter (where outcome_key = 'unavailable.not_held') as not_held,
        sum(figure) filter (where group_code = 'not_processed') as not_processed,
        -- the one row 其他处理 is the whole group: it is never added to the three
        coalesce(
            max(figure) filter (where outcome_key = 'other'),
            sum(figure) filter (where group_code = 'other')
        ) as other,
        coalesce(sum(figure) filter (where is_outcome_but_other), 0) as outcomes_but_other,
        max(figure) filter (where outcome_key = 'total') as total,
        max(figure) filter (where outcome_key = 'carried_out') as carried_out,
        count(*) filter (where is_stated and group_code is distinct from 'other') as stated_rows,
        count(*) filter (where is_stated and outcome_key = 'other') as stated_other_row,
        count(*) filter (where is_stated and group_code = 'other' and outcome_key <> 'other') as stated_other_leaves,
        count(*) filter (where not is_stated and figure is not null) as derived_rows,
        sum(blank_cells) as blank_cells
    from figures
    group by report_key
),

form_rows as (
    select
        count(*) filter (where group_code is distinct from 'other') as all_rows,
        count(*) filter (where group_code = 'other' and outcome_key <> 'other') as all_other_leaves
    from dim_outcome
)

select
    v_report.report_key,
    v_report.organ_key,
    v_report.organ,
    v_report.organ_kind,
    v_report.organ_level,
    v_report.division_key,
    v_report.division,
    v_report.division_level,
    v_report.province,
    v_report.prefecture,
    v_report.county,
    v_report."year",
    v_report.form,
    v_report.scope,
    v_report.quality,
    v_report.published,
    by_report."new"::bigint as "new",
    by_report.carried_in::bigint as carried_in,
    by_report.granted::bigint as granted,
    by_report.partially_granted::bigint as partially_granted,
    by_report.disclosed::bigint as disclosed,
    by_report.denied::bigint as denied,
    by_report.unavailable::bigint as unavailable,
    by_report.not_held::bigint as not_held,
    by_report.not_processed::bigint as not_processed,
    by_report.other::bigint as other,
    by_report.total::bigint as total,
    by_report.carried_out::bigint as carried_out,
    by_report.disclosed / nullif(by_report.total, 0) as disclosure_rate,
    by_report.denied / nullif(by_report.total, 0) as refusal_rate,
    by_report.not_held / nullif(by_report.total, 0) as not_held_rate,
    (by_report.total - by_report.outcomes_but_other - coalesce(by_report.other, 0))::bigint as outcome_gap,
    coalesce(
        by_report.stated_rows = form_rows.all_rows
        and (by_report.stated_other_row = 1 or by_report.stated_other_leaves = form_rows.all_other_leaves),
        false
    ) as complete,
    coalesce(by_report.derived_rows, 0) as derived_rows,
    coalesce(by_report.blank_cells, 0)::bigint as blank_cells
from v_report
cross join form_rows
left join by_report on v_report.report_key = by_report.report_key;
