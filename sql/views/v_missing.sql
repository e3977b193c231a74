-- one row is an organ, or a division without a known government, and a year of which the lake has no report of it
-- needs: v_coverage, v_district_year, v_division, v_report
-- Years are those from the organ's first report (of one without any: from the lake's first) to the lake's newest, or to the
-- last before its division became part of others. Divisions
-- are those of county level and above in use in that year, without zones, in provinces of which the lake has a report.
-- known says what is known: not due yet; waits, a report of the organ whose year is not known, or a document that is not
-- read yet or waits for a person, may be it; unreadable, there is a document that could not be read; address gone, it was
-- linked and is there no more; not fetched, asking for it failed; never seen. url and reason: of what, and why.
create or replace view v_missing as
with lake as (
    select min("year") as first_year, max("year") as last_year
    from v_report
    where "year" is not null
),

governed as (
    select v_division.division_key
    from dim_organ
    inner join v_division on dim_organ.division_key = v_division.division_key_then
    where dim_organ.kind = 'government'
    group by v_division.division_key
),

missing as (
    select
        'organ' as subject,
        organ_key,
        organ,
        organ_kind,
        organ_level,
        division_key,
        division,
        full_name,
        province,
        prefecture,
        unnest(years_missing) as "year"
    from v_coverage
    union all
    select
        'division' as subject,
        null as organ_key,
        null as organ,
        'government' as organ_kind,
        dim_division.level as organ_level,
        dim_division.division_key,
        dim_division.name as division,
        dim_division.full_name,
        dim_division.province,
        dim_division.prefecture,
        years."year"::smallint as "year"
    from dim_division
    cross join lake
    cross join unnest(range(lake.first_year, lake.last_year + 1)) as years ("year")
    where dim_division.level <> 'township'
        and not dim_division.is_zone
        and coalesce(dim_division.since, 0) <= years."year"
        and (dim_division.until is null or years."year" < dim_division.until)
        and dim_division.current_key = dim_division.division_key
        and not regexp_matches(dim_division.name, '^(市辖区|县)$|直辖县级行政区划$')
        and dim_division.province in (select province from v_report)
        and dim_division.division_key not in (select division_key from governed)
        and (dim_division.division_key, years."year") not in (select (division_key, "year") from v_district_year)
),

undated as (
    select organ_key, min(report_key) as report_key
    from v_report
    where "year" is null and organ_key is not null
    group by organ_key
),

told as (
    select
        missing.*,
        case
            when missing."year" < 2019 or missing.organ_kind = 'government'
                and missing.organ_level in ('province', 'prefecture', 'county')
                then dim_year.due_governments
            else dim_year.due_departments
        end as due,
        undated.report_key as undated_report_key,
        address.known as address_known,
        address.url,
        address.reason
    from missing
    left join dim_year on missing."year" = dim_year."year"
    left join undated on missing.organ_key = undated.organ_key
    left join address
        on missing."year" = address."year"
        and (
            missing.organ_key = address.organ_key
            or missing.subject = 'division' and missing.division_key = address.division_key
        )
    qualify row_number() over (
        partition by missing.subject, missing.organ_key, missing.division_key, missing."year"
        order by
            list_position(['waits', 'unreadable', 'address gone', 'not fetched'], address.known) nulls last,
            address.url
    ) = 1
)

select
    subject,
    organ_key,
    organ,
    organ_kind,
    organ_level,
    division_key,
    division,
    full_name,
    province,
    prefecture,
    "year",
    due,
    case
        when undated_report_key is not null then 'waits'
        when address_known is not null then address_known
        when due >= current_date then 'not due yet'
        else 'never seen'
    end as known,
    coalesce(reason, case when undated_report_key is not null then 'a report of it whose year is not known' end)
        as reason,
    url
from told;
