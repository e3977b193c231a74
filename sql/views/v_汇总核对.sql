-- one row is a row of v_consolidated, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_consolidated
create or replace view v_汇总核对 as
select
    "report_key" as 报告编号,
    "organ_key" as 机关编号,
    "organ" as 机关,
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    "year" as 年度,
    case "fact_table" when 'fact_disclosure' then '主动公开情况' when 'fact_request' then '依申请公开情况' when 'fact_proceeding' then '行政复议行政诉讼情况' else "fact_table" end as 事实表,
    "cell" as 单元格,
    "unit" as 单位,
    "consolidated" as 汇总数,
    "parts_sum" as 下级合计,
    "parts_reported" as 已报下级数,
    "parts_known" as 已知下级数,
    "parts_missing" as 缺报下级数
from v_consolidated
