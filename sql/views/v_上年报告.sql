-- one row is a row of v_year_before, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_year_before
create or replace view v_上年报告 as
select
    "report_key" as 报告编号,
    "organ_key" as 机关编号,
    "year" as 年度,
    "report_key_before" as 前一报告编号,
    case "basis" when 'compared' then '可比' when 'no report' then '无上年报告' when 'scope differs' then '口径不同' when 'territory differs' then '地域不同' else "basis" end as 上年可比性,
    case when "comparable" then '是' when not "comparable" then '否' end as 是否可比
from v_year_before
