-- one row is a current report: its figures of table 四 (proceedings) by channel, NULL where it lacks the table
-- needs: v_report
-- Channels: reconsideration, litigation_direct (未经复议直接起诉), litigation_after (复议后起诉). A channel's total is its
-- published 总计; where that cell is blank or absent, the sum of its four results (derived_totals counts such channels), if
-- all four are there: else it is a lower bound and stands in …_total_at_least alone. totals_differ counts channels whose
-- published total is not the sum of their results: more than it, or all four known and not equal; both stay as published.
-- The channels are not added up: one case may go through two of them.
-- corrected_rate is corrected / (total - pending), the share of the decided cases (1 = all); NULL where one of the three is
-- unknown, nothing was decided, or total and results contradict each other: rates_withheld names those channels.
create or replace view v_proceeding_summary as
with channels as (
    select
        fact_proceeding.report_key,
        dim_proceeding.channel,
        max("count") filter (where result = 'upheld') as upheld,
        max("count") filter (where result = 'corrected') as corrected,
        max("count") filter (where result = 'other') as other,
        max("count") filter (where result = 'pending') as pending,
        max("count") filter (where dim_proceeding.is_total) as stated,
        sum("count") filter (where not dim_proceeding.is_total) as added_up,
        count("count") filter (where not dim_proceeding.is_total) as published_results,
        count(*) - count("count") as blank_cells
    from fact_proceeding
    inner join dim_proceeding on fact_proceeding.proceeding_key = dim_proceeding.proceeding_key
    group by fact_proceeding.report_key, dim_proceeding.channel
),

figures as (
    select
        *,
        coalesce(stated, case when published_results = 4 then added_up end)::bigint as total,
        coalesce(stated, added_up)::bigint as total_at_least,
        coalesce(stated < added_up or published_results = 4 and stated <> added_up, false) as is_contradicted
    from channels
),

rated as (
    select
        *,
        case when total > pending and not is_contradicted then corrected / (total - pending) end as corrected_rate
    from figures
),

by_report as (
    select
        report_key,
        max(upheld) filter (where channel = 'reconsideration') as reconsideration_upheld,
        max(corrected) filter (where channel = 'reconsideration') as reconsideration_corrected,
        max(other) filter (where channel = 'reconsideration') as reconsideration_other,
        max(pending) filter (where channel = 'reconsideration') as reconsideration_pending,
        max(total) filter (where channel = 'reconsideration') as reconsideration_total,
        max(total_at_least) filter (where channel = 'reconsideration') as reconsideration_total_at_least,
        max(corrected_rate) filter (where channel = 'reconsideration') as reconsideration_corrected_rate,
        max(upheld) filter (where channel = 'litigation_direct') as litigation_direct_upheld,
        max(corrected) filter (where channel = 'litigation_direct') as litigation_direct_corrected,
        max(other) filter (where channel = 'litigation_direct') as litigation_direct_other,
        max(pending) filter (where channel = 'litigation_direct') as litigation_direct_pending,
        max(total) filter (where channel = 'litigation_direct') as litigation_direct_total,
        max(total_at_least) filter (where channel = 'litigation_direct') as litigation_direct_total_at_least,
        max(corrected_rate) filter (where channel = 'litigation_direct') as litigation_direct_corrected_rate,
        max(upheld) filter (where channel = 'litigation_after_reconsideration') as litigation_after_upheld,
        max(corrected) filter (where channel = 'litigation_after_reconsideration') as litigation_after_corrected,
        max(other) filter (where channel = 'litigation_after_reconsideration') as litigation_after_other,
        max(pending) filter (where channel = 'litigation_after_reconsideration') as litigation_after_pending,
        max(total) filter (where channel = 'litigation_after_reconsideration') as litigation_after_total,
        max(total_at_least) filter (where channel = 'litigation_after_reconsideration') as litigation_after_total_at_least,
        max(corrected_rate) filter (where channel = 'litigation_after_reconsideration') as litigation_after_corrected_rate,
        count(*) filter (where stated is null and total is not null) as derived_totals,
        count(*) filter (where is_contradicted) as totals_differ,
        string_agg(
            case channel when 'litigation_after_reconsideration' then 'litigation_after' else channel end
            || ': results contradict total', '; '
            order by channel
        ) filter (where is_contradicted) as rates_withheld,
        sum(blank_cells)::bigint as blank_cells
    from rated
    group by report_key
)

select
    v_report.*,
    by_report.* exclude (report_key, derived_totals, totals_differ, blank_cells),
    coalesce(by_report.derived_totals, 0) as derived_totals,
    coalesce(by_report.totals_differ, 0) as totals_differ,
    coalesce(by_report.blank_cells, 0) as blank_cells
from v_report
left join by_report on v_report.report_key = by_report.report_key;
