-- one row is a report that has table 三 (requests), of any edition: its figures and their rates
-- v_request_summary shows them of current reports, beside whose they are, and says how they are told; there are no other rules here.
-- They are told when the database is loaded: to add up the cells of a nation takes longer than a reader waits.
-- A sum beyond the largest BIGINT is NULL: it is no number of requests, and must not keep the others out of the warehouse.
with table_rows as (
    select
        report_key,
        outcome_key,
        max("count") filter (where applicant_key = 'total') as stated,
        sum("count") filter (where applicant_key <> 'total') as added_up,
        count("count") filter (where applicant_key <> 'total') as columns_known,
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
        table_rows.stated is not null or table_rows.columns_known = 6 as is_exact,
        table_rows.stated is not null as is_stated,
        coalesce(
            table_rows.added_up > table_rows.stated
            or table_rows.columns_known = 6 and table_rows.added_up <> table_rows.stated,
            false
        ) as is_contradicted,
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
        count(*) filter (where is_exact and outcome_key = 'new') as exact_new,
        count(*) filter (where is_exact and outcome_key = 'carried_in') as exact_carried_in,
        count(*) filter (where is_exact and outcome_key = 'granted') as exact_granted,
        count(*) filter (where is_exact and outcome_key = 'partially_granted') as exact_partially_granted,
        count(*) filter (where is_exact and group_code = 'denied') as exact_denied,
        count(*) filter (where is_exact and group_code = 'unavailable') as exact_unavailable,
        count(*) filter (where is_exact and outcome_key = 'unavailable.not_held') as exact_not_held,
        count(*) filter (where is_exact and group_code = 'not_processed') as exact_not_processed,
        count(*) filter (where is_exact and outcome_key = 'other') as exact_other_row,
        count(*) filter (where is_exact and group_code = 'other' and outcome_key <> 'other') as exact_other_leaves,
        count(*) filter (where is_exact and outcome_key = 'total') as exact_total,
        count(*) filter (where is_exact and outcome_key = 'carried_out') as exact_carried_out,
        bool_or(is_contradicted) filter (where outcome_key = 'total') as is_total_contradicted,
        bool_or(is_contradicted) filter (where outcome_key in ('granted', 'partially_granted'))
            as is_disclosed_contradicted,
        bool_or(is_contradicted) filter (where group_code = 'denied') as is_denied_contradicted,
        bool_or(is_contradicted) filter (where outcome_key = 'unavailable.not_held') as is_not_held_contradicted,
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
        count(*) filter (where group_code = 'other' and outcome_key <> 'other') as all_other_leaves,
        count(*) filter (where group_code = 'denied') as all_denied,
        count(*) filter (where group_code = 'unavailable') as all_unavailable,
        count(*) filter (where group_code = 'not_processed') as all_not_processed
    from dim_outcome
),

-- gap: what the outcomes leave of total; is_settled: they leave nothing, so that every blank outcome is zero
gaps as (
    select
        by_report.*,
        form_rows.*,
        by_report.exact_other_row = 1 or by_report.exact_other_leaves = form_rows.all_other_leaves as is_other_exact,
        by_report.total - by_report.outcomes_but_other - coalesce(by_report.other, 0) as gap,
        coalesce(by_report.exact_total = 1 and gap = 0, false) as is_settled
    from by_report
    cross join form_rows
),

known as (
    select
        *,
        exact_granted = 1 or is_settled as is_granted_known,
        exact_partially_granted = 1 or is_settled as is_partially_granted_known,
        is_granted_known and is_partially_granted_known as is_disclosed_known,
        exact_denied = all_denied or is_settled as is_denied_known,
        exact_unavailable = all_unavailable or is_settled as is_unavailable_known,
        exact_not_held = 1 or is_settled as is_not_held_known,
        exact_not_processed = all_not_processed or is_settled as is_not_processed_known,
        is_other_exact or is_settled as is_other_known,
        is_disclosed_known and is_denied_known and is_unavailable_known and is_not_processed_known and is_other_known
            as are_outcomes_known,
        exact_total = 1 and (gap < 0 or gap <> 0 and are_outcomes_known) as is_gap_open,
        exact_total = 1 and total > 0 and not is_gap_open and not coalesce(is_total_contradicted, false)
            as is_total_sound
    from gaps
),

rated as (
    select
        *,
        case when is_total_sound and is_disclosed_known and not coalesce(is_disclosed_contradicted, false)
            then disclosed / total end as disclosure_rate,
        case when is_total_sound and is_denied_known and not coalesce(is_denied_contradicted, false)
            then denied / total end as refusal_rate,
        case when is_total_sound and is_not_held_known and not coalesce(is_not_held_contradicted, false)
            then not_held / total end as not_held_rate
    from known
)

select
    report_key,
    case when exact_new = 1 then try_cast("new" as bigint) end as "new",
    case when exact_carried_in = 1 then try_cast(carried_in as bigint) end as carried_in,
    case when is_granted_known then try_cast(granted as bigint) end as granted,
    case when is_partially_granted_known then try_cast(partially_granted as bigint) end as partially_granted,
    case when is_disclosed_known then try_cast(disclosed as bigint) end as disclosed,
    case when is_denied_known then try_cast(denied as bigint) end as denied,
    case when is_unavailable_known then try_cast(unavailable as bigint) end as unavailable,
    case when is_not_held_known then try_cast(not_held as bigint) end as not_held,
    case when is_not_processed_known then try_cast(not_processed as bigint) end as not_processed,
    case when is_other_known then try_cast(other as bigint) end as other,
    case when exact_total = 1 then try_cast(total as bigint) end as total,
    case when exact_carried_out = 1 then try_cast(carried_out as bigint) end as carried_out,
    try_cast("new" as bigint) as new_at_least,
    try_cast(disclosed as bigint) as disclosed_at_least,
    try_cast(denied as bigint) as denied_at_least,
    try_cast(unavailable as bigint) as unavailable_at_least,
    try_cast(not_held as bigint) as not_held_at_least,
    try_cast(not_processed as bigint) as not_processed_at_least,
    try_cast(other as bigint) as other_at_least,
    try_cast(total as bigint) as total_at_least,
    disclosure_rate,
    refusal_rate,
    not_held_rate,
    case
        when exact_total = 0 then 'total unknown'
        when total = 0 and not is_gap_open then 'no requests'
        when is_gap_open then 'outcomes contradict total'
        when is_total_contradicted then 'columns contradict total'
        when is_disclosed_contradicted or is_denied_contradicted or is_not_held_contradicted
            then 'columns contradict a row'
        when not (is_disclosed_known and is_denied_known and is_not_held_known) then 'blank cells'
    end as rates_withheld,
    case when exact_total = 1 then try_cast(gap as bigint) end as outcome_gap,
    stated_rows = all_rows and (stated_other_row = 1 or stated_other_leaves = all_other_leaves) as complete,
    derived_rows,
    try_cast(blank_cells as bigint) as blank_cells
from rated
