-- one row is a division of today, a year, and one of the divisions that its land then was in, with that one's figures
-- needs: v_district_year
-- Predecessors and successor side by side, over the years from the lake's first to its newest of which the division or a
-- predecessor has a report. report_key is NULL where that part has no report of the year. territory is same from the last
-- break on (and for divisions that have none), whole for the one predecessor under another name, part before a break:
-- is_entire says whether all of the part's land is in the division today. break_year and decision: what ended it.
create or replace view v_territory_part as
-- wholes: every division of today and year of which it or a part of it has a report
with wholes as (
    select parts.division_key, v_district_year."year"
    from v_district_year
    inner join dim_territory as parts
        on v_district_year.division_key = parts.part_key
        and v_district_year."year" between parts.first_year and parts.last_year
    union
    select v_district_year.division_key, v_district_year."year"
    from v_district_year
    inner join dim_division on v_district_year.division_key = dim_division.division_key
    where dim_division.until is null and v_district_year.territory <> 'part'
),

made_of as (
    select
        wholes.division_key,
        wholes."year",
        coalesce(parts.part_key, wholes.division_key) as part_key,
        parts.part_key is not null as is_part,
        coalesce(parts.is_entire, true) as is_entire,
        parts.break_year,
        parts.decision
    from wholes
    left join dim_territory as parts
        on wholes.division_key = parts.division_key
        and wholes."year" between parts.first_year and parts.last_year
)

select
    made_of.division_key,
    dim_division.name as division,
    dim_division.full_name,
    dim_division.level as division_level,
    dim_division.province,
    dim_division.prefecture,
    made_of."year",
    case when made_of.is_part then 'part' else coalesce(v_district_year.territory, 'same') end as territory,
    made_of.part_key,
    coalesce(v_district_year.division_then, part.name) as part,
    made_of.is_entire,
    made_of.break_year,
    made_of.decision,
    v_district_year.report_key,
    v_district_year.scope,
    v_district_year."new",
    v_district_year.carried_in,
    v_district_year.disclosed,
    v_district_year.denied,
    v_district_year.unavailable,
    v_district_year.not_processed,
    v_district_year.other,
    v_district_year.total,
    v_district_year.carried_out
from made_of
inner join dim_division on made_of.division_key = dim_division.division_key
inner join dim_division as part on made_of.part_key = part.division_key
left join v_district_year
    on made_of.part_key = v_district_year.division_key and made_of."year" = v_district_year."year";
