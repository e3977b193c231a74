-- one row is an organ: the years of which it has a report, and the years missing between its first and its last
-- needs: v_report
-- An organ without any report has its row too: no years, an empty list. A report without tables counts as a report;
-- years_with_requests lists the years whose table 三 is there. Reports whose year is not known are left out.
create or replace view v_coverage as
with years as (
    select
        organ_key,
        min("year") as first_year,
        max("year") as last_year,
        list(distinct "year" order by "year") as years_present,
        count(*) as reports
    from v_report
    where "year" is not null
    group by organ_key
),

with_requests as (
    select
        v_report.organ_key,
        list(distinct v_report."year" order by v_report."year") as years_with_requests
    from v_report
    where v_report."year" is not null and v_report.report_key in (select report_key from fact_request)
    group by v_report.organ_key
)

select
    dim_organ.organ_key,
    dim_organ.name as organ,
    dim_organ.kind as organ_kind,
    dim_organ.level as organ_level,
    dim_organ.division_key,
    dim_division.name as division,
    dim_division.province,
    dim_division.prefecture,
    years.first_year,
    years.last_year,
    coalesce(len(years.years_present), 0) as number_of_years,
    coalesce(years.years_present, []) as years_present,
    coalesce(
        list_filter(
            range(years.first_year, years.last_year),
            lambda y: not list_contains(years.years_present, y)
        )::smallint[],
        []
    ) as years_missing,
    coalesce(with_requests.years_with_requests, []) as years_with_requests,
    coalesce(years.reports, 0) as reports
from dim_organ
left join years on dim_organ.organ_key = years.organ_key
left join with_requests on dim_organ.organ_key = with_requests.organ_key
left join dim_division on dim_organ.division_key = dim_division.division_key;
