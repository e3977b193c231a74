-- one row is a row of v_findings, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_findings
create or replace view v_核查问题 as
select
    "check_code" as 核查代码,
    case "severity" when 'error' then '错误' when 'warning' then '警告' when 'info' then '提示' else "severity" end as 严重程度,
    case "origin" when 'publisher' then '公布机关' when 'extraction' then '提取' else "origin" end as 问题来源,
    case "result" when 'failed' then '不符' when 'not_applicable' then '无法判定' else "result" end as 核查结果,
    "cell" as 单元格,
    "expected" as 应为,
    "found" as 实为,
    "message" as 说明,
    "evidence" as 依据,
    "since" as 始见时间,
    "report_key" as 报告编号,
    "other_report_key" as 相关报告编号,
    "organ" as 机关,
    case "organ_kind" when 'government' then '政府' when 'department' then '部门' when 'township' then '乡镇' when 'subdistrict' then '街道' when 'other' then '其他' else "organ_kind" end as 机关类别,
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    "province" as 省份,
    "prefecture" as 地市,
    "division_then" as 当时区划,
    "year" as 年度,
    case "form" when '2021' then '2021年表式' when '2019' then '2019年表式' when '2014' then '2014年表式' when 'narrative' then '无表' else "form" end as 表式,
    case "scope" when 'own' then '本级' when 'consolidated' then '汇总' when 'unknown' then '不明' else "scope" end as 口径,
    "format" as 文件格式,
    "version" as 版本,
    case when "is_current" then '是' when not "is_current" then '否' end as 是否现行版本,
    "title" as 标题,
    "source_url" as 来源网址,
    "sha256" as 文件散列
from v_findings
