-- one row is a row of v_peers, in Chinese: its columns, and their values as far as these are of closed sets
-- needs: v_peers
create or replace view v_同级比较 as
select
    "division_key" as 区划代码,
    "division" as 行政区划,
    "full_name" as 区划全称,
    case "division_level" when 'province' then '省级' when 'prefecture' then '地级' when 'county' then '县级' when 'township' then '乡级' else "division_level" end as 区划层级,
    "province" as 省份,
    "prefecture" as 地市,
    "year" as 年度,
    "report_key" as 报告编号,
    case "rate" when 'disclosure_rate' then '公开率' when 'refusal_rate' then '不予公开率' when 'not_held_rate' then '不掌握率' else "rate" end as 比率,
    "value" as 数值,
    "total" as 办理总计,
    case when "is_peer" then '是' when not "is_peer" then '否' end as 是否参与比较,
    "province_peers" as 省内同级数,
    "province_p10" as 省内十分位,
    "province_median" as 省内中位数,
    "province_p90" as 省内九十分位,
    "province_mean" as 省内均值,
    "province_weighted_mean" as 省内加权均值,
    "nation_peers" as 全国同级数,
    "nation_p10" as 全国十分位,
    "nation_median" as 全国中位数,
    "nation_p90" as 全国九十分位,
    "nation_mean" as 全国均值,
    "nation_weighted_mean" as 全国加权均值
from v_peers
