-- one row is a current report and the current report of the same organ for the calendar year before
-- needs: v_division
-- The one rule for "the year before". The same organ is also that of a division under its former name or code
-- (dim_organ.current_key). Of two reports of the year before, the one of the same scope is taken, else one whose scope is
-- unknown. basis: compared; scope differs, only a report of the other scope is there: an organ's own and its consolidated
-- figures are never paired; territory differs, several divisions became its division, or one several, in between.
-- comparable is true for compared alone. A report without an organ, a year or a report of the year before has no row.
create or replace view v_year_before as
with reports as (
    select
        dim_report.report_key,
        dim_report.organ_key,
        dim_organ.current_key as organ_line,
        dim_report."year",
        dim_report.scope,
        dim_report.published,
        v_division.division_key
    from dim_report
    inner join dim_organ on dim_report.organ_key = dim_organ.organ_key
    left join v_division on dim_report.division_key = v_division.division_key_then
    where dim_report.is_current and dim_report."year" is not null
),

breaks as (
    select distinct division_key, break_year from dim_territory
),

pairs as (
    select
        this_year.report_key,
        this_year.organ_key,
        this_year."year",
        last_year.report_key as report_key_before,
        this_year.scope = last_year.scope or 'unknown' in (this_year.scope, last_year.scope) as same_scope,
        breaks.break_year is not null as is_broken
    from reports as this_year
    inner join reports as last_year
        on this_year.organ_line = last_year.organ_line and this_year."year" = last_year."year" + 1
    left join breaks
        on this_year.division_key = breaks.division_key and this_year."year" = breaks.break_year
    qualify row_number() over (
        partition by this_year.report_key
        order by
            this_year.scope = last_year.scope desc,
            'unknown' in (this_year.scope, last_year.scope) desc,
            last_year.published desc nulls last,
            last_year.report_key
    ) = 1
)

select
    report_key,
    organ_key,
    "year",
    report_key_before,
    case when is_broken then 'territory differs' when same_scope then 'compared' else 'scope differs' end as basis,
    same_scope and not is_broken as comparable
from pairs;
