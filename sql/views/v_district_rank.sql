-- one row is a county-level division and a year: where it stands among its prefecture's and its province's
-- needs: v_district_year
-- Rank 1 is the highest value; equal values share a rank, and the next rank is skipped. A division without the figure
-- has no rank and pushes nobody down. Divisions without a prefecture are peers of each other. Ranks compare whatever
-- report speaks for each division: mind scope and complete.
create or replace view v_district_rank as
with counties as (
    select *
    from v_district_year
    where division_level = 'county'
)

select
    division_key,
    division,
    province,
    prefecture,
    "year",
    report_key,
    scope,
    complete,
    count(*) over in_prefecture as divisions_in_prefecture,
    count(*) over in_province as divisions_in_province,
    "new",
    case when "new" is not null then rank() over (in_prefecture order by "new" desc nulls last) end
        as new_rank_in_prefecture,
    case when "new" is not null then rank() over (in_province order by "new" desc nulls last) end
        as new_rank_in_province,
    disclosure_rate,
    case when disclosure_rate is not null
        then rank() over (in_prefecture order by disclosure_rate desc nulls last) end
        as disclosure_rate_rank_in_prefecture,
    case when disclosure_rate is not null
        then rank() over (in_province order by disclosure_rate desc nulls last) end
        as disclosure_rate_rank_in_province,
    refusal_rate,
    case when refusal_rate is not null
        then rank() over (in_prefecture order by refusal_rate desc nulls last) end
        as refusal_rate_rank_in_prefecture,
    case when refusal_rate is not null
        then rank() over (in_province order by refusal_rate desc nulls last) end
        as refusal_rate_rank_in_province
from counties
window
    in_prefecture as (partition by province, prefecture, "year"),
    in_province as (partition by province, "year");
