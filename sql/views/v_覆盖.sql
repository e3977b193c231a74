-- one row is a row of v_coverage, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_coverage
create or replace view v_覆盖 as
select
    "organ_key" as 机关编号,
    "organ" as 机关,
    case "organ_kind" when 'government' then '政府' when 'department' then '部门' when 'township' then '乡镇' when 'subdistrict' then '街道' when 'other' then '其他' else "organ_kind" end as 机关类别,
    case "organ_level" when 'national' then '国家级' when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "organ_level" end as 机关层级,
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    "province" as 省份,
    "prefecture" as 地市,
    "first_year" as 最早年度,
    "last_year" as 最近年度,
    "number_of_years" as 年度数,
    "years_present" as 有报告年度,
    "years_missing" as 缺报告年度,
    "years_with_requests" as 有申请数据年度,
    "reports" as 报告数
from v_coverage
