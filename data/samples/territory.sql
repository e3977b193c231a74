-- the land of 拱墅区 over the years: 下城区 became part of it in 2021 (v_territory_year adds up what reported of it)
select
    division,
    year,
    territory,
    part_names as "made of",
    parts_missing as missing,
    break_year,
    new,
    total
from v_territory_year
where break_year is not null or division_key in (select division_key from dim_territory)
order by division, year
