-- one row is a row of v_disclosure, under Chinese column names; values are unchanged
-- needs: v_disclosure
create or replace view v_主动公开 as
select
    report_key as 报告编号,
    organ_key as 机关编号,
    organ as 机关,
    organ_kind as 机关类别,
    organ_level as 机关层级,
    division_key as 区划代码,
    division as 行政区划,
    full_name as 区划全称,
    division_level as 区划层级,
    province as 省份,
    prefecture as 地市,
    county as 区县,
    "year" as 年度,
    form as 表式,
    scope as 口径,
    quality as 质量,
    published as 发布日期,
    division_then as 当时区划,
    territory as 地域口径,
    is_zone as 是否功能区,
    organ_type as 部门类型,
    organ_type_fit as 部门类型对应,
    measure_key as 指标编号,
    row_code as 行代码,
    column_code as 列代码,
    name_zh as 指标,
    name_en as 指标英文名,
    "value" as 数值,
    unit as 单位
from v_disclosure;
