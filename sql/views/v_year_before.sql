-- one row is a current report and the current report of the same organ for the calendar year before
-- An organ's own and its consolidated figures are never paired: of two reports of the year before, the one of the same
-- scope is taken, else one whose scope is unknown. comparable is false where only a report of the other scope is there.
-- A report without an organ, a year or a report of the year before has no row.
create or replace view v_year_before as
select
    this_year.report_key,
    this_year.organ_key,
    this_year."year",
    last_year.report_key as report_key_before,
    this_year.scope = last_year.scope or 'unknown' in (this_year.scope, last_year.scope) as comparable
from dim_report as this_year
inner join dim_report as last_year
    on this_year.organ_key = last_year.organ_key and this_year."year" = last_year."year" + 1
where this_year.is_current and last_year.is_current
qualify row_number() over (
    partition by this_year.report_key
    order by
        this_year.scope = last_year.scope desc,
        'unknown' in (this_year.scope, last_year.scope) desc,
        last_year.published desc nulls last,
        last_year.report_key
) = 1;
