-- one row is a division and a year: the one report that speaks for the division, and its figures
-- needs: v_report, v_request_summary
-- A consolidated report repeats what the organs below it reported, so one report is chosen and nothing is added up:
-- of the division's government the consolidated report, else its own, else one whose scope is unknown. A department,
-- a township or a subdistrict never speaks for a division. Where no government of the division has a report in any
-- year, an organ of kind other does: only when it is the division's one zone (区, 管委会) at the division's own level.
-- Of equals, the organ at the division's level goes first, then a report with figures, then the latest published;
-- reports_considered says how many there were to choose from. Reports without a division or a year are left out.
create or replace view v_district_year as
with zones as (
    select
        division_key,
        any_value(organ_key) as organ_key
    from v_report
    where organ_kind = 'other'
        and organ_level = division_level
        and regexp_matches(organ, '(区|管委会|管理委员会)$')
        and division_key not in (
            select division_key from v_report
            where organ_kind = 'government' and division_key is not null
        )
    group by division_key
    having count(distinct organ_key) = 1
),

candidates as (
    select summary.*
    from v_request_summary as summary
    left join zones on summary.division_key = zones.division_key and summary.organ_key = zones.organ_key
    where summary.division_key is not null
        and summary."year" is not null
        and (summary.organ_kind = 'government' or zones.organ_key is not null)
),

ranked as (
    select
        *,
        count(*) over (partition by division_key, "year") as reports_considered,
        row_number() over (
            partition by division_key, "year"
            order by
                case scope when 'consolidated' then 1 when 'own' then 2 else 3 end,
                organ_level is not distinct from division_level desc,
                total is not null desc,
                published desc nulls last,
                report_key
        ) as choice
    from candidates
)

select
    division_key,
    division,
    division_level,
    province,
    prefecture,
    county,
    "year",
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
    disclosure_rate,
    refusal_rate,
    not_held_rate,
    outcome_gap,
    complete,
    derived_rows,
    blank_cells
from ranked
where choice = 1;
