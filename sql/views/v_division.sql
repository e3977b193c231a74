-- one row is a division, present or former, and the one of today under which its reports are compared
-- A division that became one other (renamed, a county made a district, a new code for the same land) is compared under that;
-- where several became one, or one several, the former ones stay themselves. Every view names divisions by this one, so
-- that none disagrees with another: division_key and division are those of today, division_then is the name as it was.
create or replace view v_division as
select
    own.division_key as division_key_then,
    own.name as division_then,
    own.until,
    dim_division.division_key,
    dim_division.name as division,
    dim_division.level as division_level,
    dim_division.parent_code,
    dim_division.province,
    dim_division.prefecture,
    dim_division.county,
    dim_division.full_name,
    dim_division.is_zone
from dim_division as own
inner join dim_division on coalesce(own.current_key, own.division_key) = dim_division.division_key;
