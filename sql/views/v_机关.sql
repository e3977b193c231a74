-- one row is a row of v_organ, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_organ
create or replace view v_机关 as
select
    "organ_key" as 机关编号,
    "organ" as 机关,
    "canonical_name" as 规范名称,
    "own_name" as 自称,
    case "organ_kind" when 'government' then '政府' when 'department' then '部门' when 'township' then '乡镇' when 'subdistrict' then '街道' when 'other' then '其他' else "organ_kind" end as 机关类别,
    case "organ_level" when 'national' then '国家级' when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "organ_level" end as 机关层级,
    "organ_type" as 部门类型,
    "organ_type_en" as 部门类型英文,
    case "organ_type_fit" when 'same' then '对应' when 'wider' then '职责更宽' when 'former' then '改革前部门' else "organ_type_fit" end as 部门类型对应,
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    case "division_level" when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "division_level" end as 区划层级,
    "province" as 省份,
    "prefecture" as 地市,
    "county" as 区县
from v_organ
