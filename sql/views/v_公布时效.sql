-- one row is a row of v_timeliness, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_timeliness
create or replace view v_公布时效 as
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
    "year" as 年度,
    case "scope" when 'own' then '本级' when 'consolidated' then '汇总' when 'unknown' then '不明' else "scope" end as 口径,
    "published" as 发布日期,
    case "published_from" when 'meta' then '网页标签' when 'info line' then '信息行' when 'url' then '网址' when 'pdf' then 'PDF属性' else "published_from" end as 发布日期来源,
    case "date_evidence" when 'page' then '页面' when 'file' then '文件' when 'address' then '网址' else "date_evidence" end as 日期证据,
    "due" as 应公布日期,
    case "due_basis" when 'law' then '法定' when 'by analogy' then '参照' else "due_basis" end as 期限依据,
    "days_late" as 逾期天数,
    case when "is_late" then '是' when not "is_late" then '否' end as 是否逾期
from v_timeliness
