-- one row is a row of v_report, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_report
create or replace view v_报告 as
select
    "report_key" as 报告编号,
    "organ_key" as 机关编号,
    "organ" as 机关,
    case "organ_kind" when 'government' then '政府' when 'department' then '部门' when 'township' then '乡镇' when 'subdistrict' then '街道' when 'other' then '其他' else "organ_kind" end as 机关类别,
    case "organ_level" when 'national' then '国家级' when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "organ_level" end as 机关层级,
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    case "division_level" when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "division_level" end as 区划层级,
    "province" as 省份,
    "prefecture" as 地市,
    "county" as 区县,
    "year" as 年度,
    case "form" when '2021' then '2021年表式' when '2019' then '2019年表式' when '2014' then '2014年表式' when 'narrative' then '无表' else "form" end as 表式,
    case "scope" when 'own' then '本级' when 'consolidated' then '汇总' when 'unknown' then '不明' else "scope" end as 口径,
    case "quality" when 'clean' then '无误' when 'publisher_findings' then '自身有误' when 'partial' then '部分可用' else "quality" end as 质量,
    "published" as 发布日期,
    "division_then" as 当时区划,
    case "territory" when 'same' then '同今' when 'whole' then '整体沿革' when 'part' then '部分' else "territory" end as 地域口径,
    case when "is_zone" then '是' when not "is_zone" then '否' end as 是否功能区,
    "organ_type" as 部门类型,
    case "organ_type_fit" when 'same' then '对应' when 'wider' then '职责更宽' when 'former' then '改革前部门' else "organ_type_fit" end as 部门类型对应
from v_report
