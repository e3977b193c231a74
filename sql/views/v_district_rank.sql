-- one row is a county-level or prefecture-level division and a year: where it stands among those of its level
-- needs: v_district_year
-- Rank 1 is the highest value; equal values share a rank, and the next rank is skipped. A division without the figure has no
-- rank and pushes nobody down; so has one with fewer requests than the floor (30, or "set variable rank_floor = 100"): of new
-- ones for new, of those dealt with for the rates. Both rates are ranked only where both stand. …_counted_… and rated_in_…
-- are how many have a rank; divisions_in_… how many have a report. Divisions without a prefecture are peers of each other; a
-- prefecture has none within its prefecture. Zones are among them (is_zone). Ranks compare whatever report speaks for each
-- division: mind scope.
create or replace view v_district_rank as
with divisions as (
    select
        *,
        case when "new" >= coalesce(getvariable('rank_floor'), 30) then "new" end as ranked_new,
        total >= coalesce(getvariable('rank_floor'), 30) and disclosure_rate is not null and refusal_rate is not null
            as is_rated,
        case when is_rated then disclosure_rate end as ranked_disclosure,
        case when is_rated then refusal_rate end as ranked_refusal,
        division_level = 'county' as is_county
    from v_district_year
    where division_level in ('county', 'prefecture')
)

select
    division_key,
    division,
    full_name,
    division_level,
    is_zone,
    province,
    prefecture,
    "year",
    division_then,
    territory,
    report_key,
    scope,
    complete,
    case when is_county then count(*) over in_prefecture end as divisions_in_prefecture,
    count(*) over in_province as divisions_in_province,
    count(*) over in_nation as divisions_in_nation,
    "new",
    case when is_county then count(ranked_new) over in_prefecture end as new_counted_in_prefecture,
    count(ranked_new) over in_province as new_counted_in_province,
    count(ranked_new) over in_nation as new_counted_in_nation,
    case when is_county and ranked_new is not null
        then rank() over (in_prefecture order by ranked_new desc nulls last) end as new_rank_in_prefecture,
    case when ranked_new is not null
        then rank() over (in_province order by ranked_new desc nulls last) end as new_rank_in_province,
    case when ranked_new is not null
        then rank() over (in_nation order by ranked_new desc nulls last) end as new_rank_in_nation,
    total,
    rates_withheld,
    case when is_county then count(ranked_refusal) over in_prefecture end as rated_in_prefecture,
    count(ranked_refusal) over in_province as rated_in_province,
    count(ranked_refusal) over in_nation as rated_in_nation,
    disclosure_rate,
    case when is_county and is_rated
        then rank() over (in_prefecture order by ranked_disclosure desc nulls last) end as disclosure_rank_in_prefecture,
    case when is_rated
        then rank() over (in_province order by ranked_disclosure desc nulls last) end as disclosure_rank_in_province,
    case when is_rated
        then rank() over (in_nation order by ranked_disclosure desc nulls last) end as disclosure_rank_in_nation,
    refusal_rate,
    case when is_county and is_rated
        then rank() over (in_prefecture order by ranked_refusal desc nulls last) end as refusal_rank_in_prefecture,
    case when is_rated
        then rank() over (in_province order by ranked_refusal desc nulls last) end as refusal_rank_in_province,
    case when is_rated
        then rank() over (in_nation order by ranked_refusal desc nulls last) end as refusal_rank_in_nation
from divisions
window
    in_prefecture as (partition by division_level, province, prefecture, "year"),
    in_province as (partition by division_level, province, "year"),
    in_nation as (partition by division_level, "year");
