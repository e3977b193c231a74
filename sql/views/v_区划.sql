-- one row is a row of v_division, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_division
create or replace view v_区划 as
select
    "division_key_then" as 当时区划代码,
    "division_then" as 当时区划,
    "until" as 截至年度,
    "division_key" as 区划代码,
    "division" as 行政区划,
    case "division_level" when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "division_level" end as 区划层级,
    "parent_code" as 上级区划代码,
    "province" as 省份,
    "prefecture" as 地市,
    "county" as 区县,
    "full_name" as 区划全称,
    case when "is_zone" then '是' when not "is_zone" then '否' end as 是否功能区
from v_division
