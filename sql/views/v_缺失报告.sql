-- one row is a row of v_missing, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_missing
create or replace view v_缺失报告 as
select
    case "subject" when 'organ' then '机关' when 'division' then '区划' else "subject" end as 缺失主体,
    "organ_key" as 机关编号,
    "organ" as 机关,
    case "organ_kind" when 'government' then '政府' when 'department' then '部门' when 'township' then '乡镇' when 'subdistrict' then '街道' when 'other' then '其他' else "organ_kind" end as 机关类别,
    case "organ_level" when 'national' then '国家级' when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "organ_level" end as 机关层级,
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    "province" as 省份,
    "prefecture" as 地市,
    "year" as 年度,
    "due" as 应公布日期,
    case "known" when 'not due yet' then '未到期' when 'waits' then '待取' when 'unreadable' then '不可读' when 'address gone' then '网址失效' when 'not fetched' then '未取得' when 'never seen' then '未见' else "known" end as 已知情况,
    "reason" as 原因,
    "url" as 网址
from v_missing
