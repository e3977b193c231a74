-- one row is a row of v_speaker, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_speaker
create or replace view v_代表报告 as
select
    "report_key" as 报告编号,
    "division_key" as 区划代码,
    "year" as 年度,
    case "scope" when 'own' then '本级' when 'consolidated' then '汇总' when 'unknown' then '不明' else "scope" end as 口径,
    case "organ_kind" when 'government' then '政府' when 'department' then '部门' when 'township' then '乡镇' when 'subdistrict' then '街道' when 'other' then '其他' else "organ_kind" end as 机关类别
from v_speaker
