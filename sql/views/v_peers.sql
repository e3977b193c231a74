-- one row is a division, a year and a rate: the rate beside its peers', of the same level in the province and in the nation
-- needs: v_district_year
-- rate is disclosure_rate, refusal_rate or not_held_rate. Peers are the divisions of that level whose rate stands and which
-- dealt with no fewer requests than the floor of v_district_rank (30, or the variable rank_floor), this one among them if it
-- is one of those. …_p10, …_median and …_p90 are their rates at these shares (interpolated); …_mean counts each division
-- once, …_weighted_mean each request once (the peers' requests of this kind over all their requests).
create or replace view v_peers as
with rates as (
    select
        division_key,
        division,
        full_name,
        division_level,
        province,
        prefecture,
        "year",
        report_key,
        total,
        total >= coalesce(getvariable('rank_floor'), 30) as is_above_floor,
        unnest([
            {'rate': 'disclosure_rate', 'value': disclosure_rate, 'requests': disclosed},
            {'rate': 'refusal_rate', 'value': refusal_rate, 'requests': denied},
            {'rate': 'not_held_rate', 'value': not_held_rate, 'requests': not_held}
        ], recursive := true)
    from v_district_year
),

peers as (
    select * from rates
    where is_above_floor and "value" is not null
),

provinces as (
    select
        division_level,
        province,
        "year",
        rate,
        count(*) as province_peers,
        quantile_cont("value", 0.1) as province_p10,
        quantile_cont("value", 0.5) as province_median,
        quantile_cont("value", 0.9) as province_p90,
        avg("value") as province_mean,
        sum(requests) / sum(total) as province_weighted_mean
    from peers
    group by all
),

nations as (
    select
        division_level,
        "year",
        rate,
        count(*) as nation_peers,
        quantile_cont("value", 0.1) as nation_p10,
        quantile_cont("value", 0.5) as nation_median,
        quantile_cont("value", 0.9) as nation_p90,
        avg("value") as nation_mean,
        sum(requests) / sum(total) as nation_weighted_mean
    from peers
    group by all
)

select
    rates.division_key,
    rates.division,
    rates.full_name,
    rates.division_level,
    rates.province,
    rates.prefecture,
    rates."year",
    rates.report_key,
    rates.rate,
    rates."value",
    rates.total,
    coalesce(rates.is_above_floor and rates."value" is not null, false) as is_peer,
    coalesce(provinces.province_peers, 0) as province_peers,
    provinces.province_p10,
    provinces.province_median,
    provinces.province_p90,
    provinces.province_mean,
    provinces.province_weighted_mean,
    coalesce(nations.nation_peers, 0) as nation_peers,
    nations.nation_p10,
    nations.nation_median,
    nations.nation_p90,
    nations.nation_mean,
    nations.nation_weighted_mean
from rates
left join provinces
    on rates.division_level = provinces.division_level
    and rates.province is not distinct from provinces.province
    and rates."year" = provinces."year"
    and rates.rate = provinces.rate
left join nations
    on rates.division_level = nations.division_level and rates."year" = nations."year" and rates.rate = nations.rate;
