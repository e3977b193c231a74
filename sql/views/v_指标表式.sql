-- one row is a row of v_indicator_form, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_indicator_form
create or replace view v_指标表式 as
select
    "indicator" as 指标代码,
    "version" as 版本,
    "indicator_zh" as 指标名称,
    "indicator_en" as 指标英文名称,
    "unit" as 单位,
    "formula" as 公式,
    case "form" when '2021' then '2021年表式' when '2019' then '2019年表式' when '2014' then '2014年表式' when 'narrative' then '无表' else "form" end as 表式,
    case "comparability" when 'exactly' then '一致' when 'nearly' then '相近' when 'not' then '无此项' else "comparability" end as 可比性,
    "note" as 备注,
    "cell" as 单元格
from v_indicator_form
