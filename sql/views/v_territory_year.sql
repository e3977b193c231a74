-- one row is a division of today and a year: the figures of its present land, as far as they can be put together
-- needs: v_territory_part
-- territory: same, the division as it is; whole, the one predecessor under another name or code, or all of several
-- predecessors reported: then, and only then, the figures are their sum; part, a predecessor is missing, or was divided, so
-- that its figures are of other land, too: then there is no sum. A sum is NULL where a predecessor's figure is not known,
-- and where one predecessor's report is consolidated and another's own. break_year and decision: what ended these years.
create or replace view v_territory_year as
with wholes as (
    select
        division_key,
        "year",
        any_value(division) as division,
        any_value(full_name) as full_name,
        any_value(division_level) as division_level,
        any_value(province) as province,
        any_value(prefecture) as prefecture,
        count(*) as parts,
        count(report_key) as parts_reported,
        list(part order by part_key) as part_names,
        coalesce(list(part order by part_key) filter (where report_key is null), []) as parts_missing,
        case
            when bool_and(territory <> 'part') then any_value(territory)
            when bool_and(is_entire and report_key is not null) then 'whole'
            else 'part'
        end as territory,
        max(break_year) as break_year,
        max(decision) as decision,
        -- the figures of reports that count different things are not added up
        bool_and(is_entire and report_key is not null)
        and not (bool_or(scope = 'own') and bool_or(scope = 'consolidated')) as can_add,
        sum("new") as "new",
        count("new") as new_known,
        sum(carried_in) as carried_in,
        count(carried_in) as carried_in_known,
        sum(disclosed) as disclosed,
        count(disclosed) as disclosed_known,
        sum(denied) as denied,
        count(denied) as denied_known,
        sum(total) as total,
        count(total) as total_known,
        sum(carried_out) as carried_out,
        count(carried_out) as carried_out_known
    from v_territory_part
    group by division_key, "year"
)

select
    division_key,
    division,
    full_name,
    division_level,
    province,
    prefecture,
    "year",
    territory,
    parts,
    parts_reported,
    part_names,
    parts_missing,
    break_year,
    decision,
    case when can_add and new_known = parts then "new"::bigint end as "new",
    case when can_add and carried_in_known = parts then carried_in::bigint end as carried_in,
    case when can_add and disclosed_known = parts then disclosed::bigint end as disclosed,
    case when can_add and denied_known = parts then denied::bigint end as denied,
    case when can_add and total_known = parts then total::bigint end as total,
    case when can_add and carried_out_known = parts then carried_out::bigint end as carried_out
from wholes;
