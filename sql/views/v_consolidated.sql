-- one row is a cell of a consolidated report beside the sum of its parts' own figures that are in the lake
-- needs: v_cell, v_division, v_report, v_speaker
-- Consolidated reports are those that may speak for their division. Parts are the current reports, of that year and of own
-- scope, of organs in the division and below it, except those that answer to another government (taxes, customs, branches
-- …) and governments' own figures of the same division, which an office there may have reported, too. parts_reported have a
-- figure above 0 in the cell, parts_known are the organs of the division and below it that reported of any year,
-- parts_missing those of them that have no report of this year. What a part left blank only makes the sum smaller, and so
-- does every organ that the lake does not know. Balances of items (上一年项目数量, 增/减) and figures without a known unit
-- are left out, and cells of which no part has a figure.
create or replace view v_consolidated as
with recursive above as (
    select division_key, division_key as ancestor from dim_division
    union  -- each pair once: it ends also where the parents of a division lead in a circle
    select above.division_key, dim_division.parent_code as ancestor
    from above
    inner join dim_division on above.ancestor = dim_division.division_key
    where dim_division.parent_code is not null
),

wholes as (
    select
        v_report.report_key,
        v_report.organ_key,
        v_report.organ,
        v_report.division_key,
        v_report.division,
        v_report.full_name,
        v_report."year"
    from v_report
    inner join v_speaker on v_report.report_key = v_speaker.report_key
    where v_report.scope = 'consolidated'
),

-- organs that answer to the governments above them
answering as (
    select
        dim_organ.organ_key,
        dim_organ.kind = 'government' as is_government,
        v_division.division_key
    from dim_organ
    inner join v_division on dim_organ.division_key = v_division.division_key_then
    where dim_organ.level is distinct from 'national'
        and not regexp_matches(dim_organ.name, '分局$|税务|海关|气象|地震|调查队|邮政|烟草|海事|出入境')
),

-- the own figures of a division's organs together, its government's apart: each report is added up once, not once for
-- every government above it
parts as (
    select
        v_report.division_key,
        v_report."year",
        coalesce(v_report.organ_kind = 'government', false) as is_government,
        v_cell.fact_table,
        v_cell.cell,
        v_cell.unit,
        sum(v_cell."value") as added,
        count(*) as reports
    from v_report
    inner join answering on v_report.organ_key = answering.organ_key
    inner join v_cell on v_report.report_key = v_cell.report_key
    where v_report.scope = 'own'
        and v_report.division_key is not null
        and v_cell."value" > 0
        and v_cell.column_code not in ('items_prior_year', 'items_change')
        and (v_cell.fact_table <> 'fact_disclosure' or v_cell.unit is not null)
    group by all
),

reporting as (
    select distinct answering.division_key, answering.is_government, v_report."year", answering.organ_key
    from v_report
    inner join answering on v_report.organ_key = answering.organ_key
),

-- how many organs of a division reported of any year, and of each year
known as (
    select division_key, is_government, count(distinct organ_key) as organs
    from reporting
    group by all
),

known_of_year as (
    select division_key, is_government, "year", count(distinct organ_key) as organs
    from reporting
    where "year" is not null
    group by all
),

expected as (
    select wholes.report_key, sum(known.organs)::bigint as parts_known, coalesce(sum(known_of_year.organs), 0)::bigint as there
    from wholes
    inner join above on wholes.division_key = above.ancestor
    inner join known on above.division_key = known.division_key
    left join known_of_year
        on known.division_key = known_of_year.division_key
        and known.is_government = known_of_year.is_government
        and wholes."year" = known_of_year."year"
    where not (known.is_government and known.division_key = wholes.division_key)
    group by wholes.report_key
),

sums as (
    select
        wholes.report_key,
        parts.fact_table,
        parts.cell,
        parts.unit,
        sum(parts.added) as parts_sum,
        sum(parts.reports)::bigint as parts_reported
    from wholes
    inner join above on wholes.division_key = above.ancestor
    inner join parts on above.division_key = parts.division_key and wholes."year" = parts."year"
    where not (parts.is_government and parts.division_key = wholes.division_key)
    group by all
)

select
    wholes.report_key,
    wholes.organ_key,
    wholes.organ,
    wholes.division_key,
    wholes.division,
    wholes.full_name,
    wholes."year",
    sums.fact_table,
    sums.cell,
    sums.unit,
    v_cell."value" as consolidated,
    sums.parts_sum,
    sums.parts_reported,
    expected.parts_known,
    expected.parts_known - expected.there as parts_missing
from sums
inner join wholes on sums.report_key = wholes.report_key
inner join expected on sums.report_key = expected.report_key
inner join v_cell
    on sums.report_key = v_cell.report_key
    and sums.cell = v_cell.cell
    and sums.unit is not distinct from v_cell.unit;
