-- one row is a row of v_quality, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_quality
create or replace view v_质量 as
select
    "year" as 年度,
    case "form" when '2021' then '2021年表式' when '2019' then '2019年表式' when '2014' then '2014年表式' when 'narrative' then '无表' else "form" end as 表式,
    "reports" as 报告数,
    "clean" as 无误报告数,
    "undecided" as 未判定报告数,
    "publisher_findings" as 自身有误报告数,
    "partial" as 部分可用报告数,
    "errors" as 错误数,
    "warnings" as 警告数,
    "infos" as 提示数,
    "not_applicable" as 不适用核查数,
    "blank_cells" as 空白格数,
    "documents_not_read" as 未读文件数,
    "unreadable" as 不可读文件数,
    "not_a_report" as 非报告文件数,
    "quarantined" as 待复核文件数,
    "pending" as 待读文件数
from v_quality
