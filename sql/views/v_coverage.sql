-- one row is an organ: the years of which it has a report, and the years missing from its first to the lake's newest
-- needs: v_division, v_report
-- An organ that stopped reporting misses the years since, but none after its division became part of others, or several: its last
-- year is then the one before. One without any report has its row too: it misses every year of
-- the lake. v_missing says what is known of each. A report without tables counts as a report;
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

lake as (
    select min("year") as first_year, max("year") as last_year
    from v_report
    where "year" is not null
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
    v_division.division_key,
    v_division.division,
    v_division.full_name,
    v_division.province,
    v_division.prefecture,
    years.first_year,
    years.last_year,
    coalesce(len(years.years_present), 0) as number_of_years,
    coalesce(years.years_present, []) as years_present,
    coalesce(
        list_filter(
            range(
                coalesce(years.first_year, lake.first_year),
                case
                    when v_division.division_key_then = v_division.division_key and v_division.until <= lake.last_year
                        then v_division.until
                    else lake.last_year + 1
                end
            ),
            lambda y: not list_contains(coalesce(years.years_present, []), y)
        )::smallint[],
        []
    ) as years_missing,
    coalesce(with_requests.years_with_requests, []) as years_with_requests,
    coalesce(years.reports, 0) as reports
from dim_organ
cross join lake
left join years on dim_organ.organ_key = years.organ_key
left join with_requests on dim_organ.organ_key = with_requests.organ_key
left join v_division on dim_organ.division_key = v_division.division_key_then;
