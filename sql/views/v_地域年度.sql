-- one row is a row of v_territory_year, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_territory_year
create or replace view v_地域年度 as
select
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    case "division_level" when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "division_level" end as 区划层级,
    "province" as 省份,
    "prefecture" as 地市,
    "year" as 年度,
    case "territory" when 'same' then '同今' when 'whole' then '整体沿革' when 'part' then '部分' else "territory" end as 地域口径,
    "parts" as 组成区划数,
    "parts_reported" as 已报下级数,
    "part_names" as 组成区划名称,
    "parts_missing" as 缺报下级数,
    "break_year" as 变更年度,
    "decision" as 变更依据,
    "new" as 本年新收,
    "carried_in" as 上年结转,
    "disclosed" as 公开合计,
    "denied" as 不予公开,
    "total" as 办理总计,
    "carried_out" as 结转下年
from v_territory_year
