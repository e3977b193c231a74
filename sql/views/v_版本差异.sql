-- one row is a row of v_editions, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_editions
create or replace view v_版本差异 as
select
    "organ_key" as 机关编号,
    "organ" as 机关,
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    "year" as 年度,
    case "scope" when 'own' then '本级' when 'consolidated' then '汇总' when 'unknown' then '不明' else "scope" end as 口径,
    "report_key_before" as 前一报告编号,
    "report_key" as 报告编号,
    "version_before" as 前一版本,
    "version" as 版本,
    "published_before" as 前一版本发布日期,
    "published" as 发布日期,
    "correction" as 更正用语,
    case when "is_current" then '是' when not "is_current" then '否' end as 是否现行版本,
    case "fact_table" when 'fact_disclosure' then '主动公开情况' when 'fact_request' then '依申请公开情况' when 'fact_proceeding' then '行政复议行政诉讼情况' else "fact_table" end as 事实表,
    "cell" as 单元格,
    case "change" when 'added' then '新增' when 'removed' then '删除' when 'filled' then '补填' when 'blanked' then '改空' when 'changed' then '修改' else "change" end as 变化,
    "value_before" as 变化前数值,
    "value_after" as 变化后数值,
    "difference" as 差额,
    "unit_before" as 变化前单位,
    "unit_after" as 变化后单位
from v_editions
