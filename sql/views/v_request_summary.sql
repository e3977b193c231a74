-- one row is a current report: its figures of table 三 (requests) and their rates, NULL where it lacks the table
-- needs: v_report
-- A row of table 三 counts with its published 总计; where that cell is blank or absent, with the sum of its applicant
-- columns (derived_rows counts such rows). A group is the sum of its rows, disclosed that of 予以公开 and 部分公开. 其他处理
-- is one row in form 2019 and three in form 2021: the three count only where the one is absent or blank.
-- A sum over cells of which some are blank or absent is a lower bound: it stands in …_at_least alone and the figure is
-- NULL, unless all outcomes add up to total, which leaves nothing for the blanks (outcome_gap = 0).
-- Rates are shares of total (1 = all). rates_withheld says why one is NULL: outcomes contradict total, columns contradict
-- total (or a row of the rate), blank cells, total unknown, no requests, no table; NULL where all three stand.
-- complete says that every row has its published 总计; outcome_gap is total minus all outcomes that have a
-- figure, NULL where total is.
-- The figures of a report are told beside it (lateral): what is asked of a province looks at the facts of that province alone.
create or replace view v_request_summary as
select
    v_report.report_key,
    v_report.organ_key,
    v_report.organ,
    v_report.organ_kind,
    v_report.organ_level,
    v_report.division_key,
    v_report.division,
    v_report.full_name,
    v_report.division_level,
    v_report.province,
    v_report.prefecture,
    v_report.county,
    v_report."year",
    v_report.form,
    v_report.scope,
    v_report.quality,
    v_report.published,
    v_report.division_then,
    v_report.territory,
    v_report.is_zone,
    v_report.organ_type,
    v_report.organ_type_fit,
    case when rated.exact_new = 1 then rated."new"::bigint end as "new",
    case when rated.exact_carried_in = 1 then rated.carried_in::bigint end as carried_in,
    case when rated.is_granted_known then rated.granted::bigint end as granted,
    case when rated.is_partially_granted_known then rated.partially_granted::bigint end as partially_granted,
    case when rated.is_disclosed_known then rated.disclosed::bigint end as disclosed,
    case when rated.is_denied_known then rated.denied::bigint end as denied,
    case when rated.is_unavailable_known then rated.unavailable::bigint end as unavailable,
    case when rated.is_not_held_known then rated.not_held::bigint end as not_held,
    case when rated.is_not_processed_known then rated.not_processed::bigint end as not_processed,
    case when rated.is_other_known then rated.other::bigint end as other,
    case when rated.exact_total = 1 then rated.total::bigint end as total,
    case when rated.exact_carried_out = 1 then rated.carried_out::bigint end as carried_out,
    rated."new"::bigint as new_at_least,
    rated.disclosed::bigint as disclosed_at_least,
    rated.denied::bigint as denied_at_least,
    rated.unavailable::bigint as unavailable_at_least,
    rated.not_held::bigint as not_held_at_least,
    rated.not_processed::bigint as not_processed_at_least,
    rated.other::bigint as other_at_least,
    rated.total::bigint as total_at_least,
    rated.disclosure_rate,
    rated.refusal_rate,
    rated.not_held_rate,
    case
        when rated.report_key is null then 'no table'
        when rated.exact_total = 0 then 'total unknown'
        when rated.total = 0 and not rated.is_gap_open then 'no requests'
        when rated.is_gap_open then 'outcomes contradict total'
        when rated.is_total_contradicted then 'columns contradict total'
        when rated.is_disclosed_contradicted or rated.is_denied_contradicted or rated.is_not_held_contradicted
            then 'columns contradict a row'
        when not (rated.is_disclosed_known and rated.is_denied_known and rated.is_not_held_known) then 'blank cells'
    end as rates_withheld,
    case when rated.exact_total = 1 then rated.gap::bigint end as outcome_gap,
    coalesce(
        rated.stated_rows = rated.all_rows
        and (rated.stated_other_row = 1 or rated.stated_other_leaves = rated.all_other_leaves),
        false
    ) as complete,
    coalesce(rated.derived_rows, 0) as derived_rows,
    coalesce(rated.blank_cells, 0)::bigint as blank_cells
from v_report
left join lateral (
    with table_rows as (
        select
            report_key,
            outcome_key,
            max("count") filter (where applicant_key = 'total') as stated,
            sum("count") filter (where applicant_key <> 'total') as added_up,
            count("count") filter (where applicant_key <> 'total') as columns_known,
            count(*) - count("count") as blank_cells
        from fact_request
        where fact_request.report_key = v_report.report_key
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

    select * from rated
) as rated on true
