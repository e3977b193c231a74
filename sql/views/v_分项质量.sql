-- one row is a row of v_quality_by, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_quality_by
create or replace view v_分项质量 as
select
    case "dimension" when 'all' then '全部' when 'year' then '年度' when 'form' then '表式' when 'format' then '文件格式' when 'province' then '省份' when 'division' then '区划' when 'check' then '核查' else "dimension" end as 分项,
    "value" as 数值,
    "reports" as 报告数,
    "clean" as 无误报告数,
    "undecided" as 未判定报告数,
    "publisher_findings" as 自身有误报告数,
    "partial" as 部分可用报告数,
    "share_clean" as 无误占比,
    "share_undecided" as 未判定占比,
    "with_errors" as 有错误报告数,
    "with_warnings" as 有警告报告数,
    "failed" as 核查不符数,
    "errors" as 错误数,
    "warnings" as 警告数,
    "infos" as 提示数,
    "not_applicable" as 不适用核查数,
    "waiting_cells" as 待复核单元格数
from v_quality_by
