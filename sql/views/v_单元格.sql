-- one row is a row of v_cell, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_cell
create or replace view v_单元格 as
select
    "report_key" as 报告编号,
    case "fact_table" when 'fact_disclosure' then '主动公开情况' when 'fact_request' then '依申请公开情况' when 'fact_proceeding' then '行政复议行政诉讼情况' else "fact_table" end as 事实表,
    "row_code" as 行代码,
    "column_code" as 列代码,
    "cell" as 单元格,
    "value" as 数值,
    "unit" as 单位
from v_cell
