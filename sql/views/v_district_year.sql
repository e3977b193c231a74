-- one row is a division and a year: the one report that speaks for the division, and its figures
-- needs: v_request_summary, v_speaker
-- A consolidated report repeats what the organs below it reported, so one report is chosen and nothing is added up:
-- of the reports that may speak for the division (v_speaker) the consolidated one, else its own, else one whose scope is
-- unknown. Of equals, the organ at the division's level goes first, then a report with figures, then the latest published;
-- reports_considered says how many there were to choose from.
-- province stands among what rows are counted by, as it hangs on division_key, so that a question on one looks at it alone.
-- A division that was merged or divided keeps its years under its own name: territory is then part, also for the years of
-- 拱墅区 before 下城区 became part of it. v_territory_year puts together what is today one.
create or replace view v_district_year as
with ranked as (
    select
        summary.*,
        count(*) over (partition by summary.division_key, summary."year", summary.province) as reports_considered,
        row_number() over (
            partition by summary.division_key, summary."year", summary.province
            order by
                case summary.scope when 'consolidated' then 1 when 'own' then 2 else 3 end,
                summary.organ_level is not distinct from summary.division_level desc,
                summary.total is not null desc,
                summary.published desc nulls last,
                summary.report_key
        ) as choice
    from v_request_summary as summary
    inner join v_speaker on summary.report_key = v_speaker.report_key
)

select
    division_key,
    division,
    full_name,
    division_level,
    province,
    prefecture,
    county,
    is_zone,
    "year",
    division_then,
    territory,
    report_key,
    organ_key,
    organ,
    organ_kind,
    scope,
    reports_considered,
    form,
    quality,
    "new",
    carried_in,
    granted,
    partially_granted,
    disclosed,
    denied,
    unavailable,
    not_held,
    not_processed,
    other,
    total,
    carried_out,
    new_at_least,
    disclosed_at_least,
    denied_at_least,
    unavailable_at_least,
    not_held_at_least,
    not_processed_at_least,
    other_at_least,
    total_at_least,
    disclosure_rate,
    refusal_rate,
    not_held_rate,
    rates_withheld,
    outcome_gap,
    complete,
    derived_rows,
    blank_cells
from ranked
where choice = 1;
