-- one row is a row of v_territory_part, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_territory_part
create or replace view v_地域组成 as
select
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    case "division_level" when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "division_level" end as 区划层级,
    "province" as 省份,
    "prefecture" as 地市,
    "year" as 年度,
    case "territory" when 'same' then '同今' when 'whole' then '整体沿革' when 'part' then '部分' else "territory" end as 地域口径,
    "part_key" as 组成区划代码,
    "part" as 组成区划,
    case when "is_entire" then '是' when not "is_entire" then '否' end as 是否整体划入,
    "break_year" as 变更年度,
    "decision" as 变更依据,
    "report_key" as 报告编号,
    case "scope" when 'own' then '本级' when 'consolidated' then '汇总' when 'unknown' then '不明' else "scope" end as 口径,
    "new" as 本年新收,
    "carried_in" as 上年结转,
    "disclosed" as 公开合计,
    "denied" as 不予公开,
    "unavailable" as 无法提供,
    "not_processed" as 不予处理,
    "other" as 其他处理,
    "total" as 办理总计,
    "carried_out" as 结转下年
from v_territory_part
