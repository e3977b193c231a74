-- roll_up (warning): a consolidated report's figures are not below the sum of its parts' own figures of that year
-- needs: v_cell
-- Parts are the current reports, of that year and of own scope, of organs in the government's division and below it, except
-- those that answer to another government (taxes, customs, branches …) and governments' own figures of the same division,
-- which an office there may have reported, too. What a part left blank only makes its sum smaller. Balances of items
-- (上一年项目数量, 增/减) and figures without a known unit are left out.
with recursive above as (
    select division_key, division_key as ancestor from dim_division
    union all
    select above.division_key, dim_division.parent_code as ancestor
    from above
    inner join dim_division on above.ancestor = dim_division.division_key
    where dim_division.parent_code is not null
),

wholes as (
    select dim_report.report_key, dim_report.organ_key, dim_report.division_key, dim_report."year"
    from dim_report
    inner join dim_organ on dim_report.organ_key = dim_organ.organ_key
    where dim_report.is_current
        and dim_report.scope = 'consolidated'
        and dim_report.division_key is not null
        and (
            dim_organ.kind = 'government'
            or dim_organ.kind = 'other'
            and regexp_matches(dim_organ.name, '(区|管委会|管理委员会)$')
            and not exists (
                from dim_organ as government
                where government.kind = 'government' and government.division_key = dim_report.division_key
            )
        )
),

-- the own figures of a division's organs together, its government's apart: each report is added up once, not once for
-- every government above it
parts as (
    select
        dim_report.division_key,
        dim_report."year",
        dim_organ.kind = 'government' as is_government,
        v_cell.cell,
        v_cell.unit,
        sum(v_cell."value") as added,
        count(*) as reports
    from dim_report
    inner join dim_organ on dim_report.organ_key = dim_organ.organ_key
    inner join v_cell on dim_report.report_key = v_cell.report_key
    where dim_report.is_current
        and dim_report.scope = 'own'
        and dim_report.division_key is not null
        and dim_organ.level is distinct from 'national'
        and not regexp_matches(dim_organ.name, '分局$|税务|海关|气象|地震|调查队|邮政|烟草|海事|出入境')
        and v_cell."value" > 0
        and v_cell.column_code not in ('items_prior_year', 'items_change')
        and (v_cell.fact_table <> 'fact_disclosure' or v_cell.unit is not null)
    group by all
),

sums as (
    select
        wholes.report_key as whole_key,
        parts.cell,
        parts.unit,
        sum(parts.added) as added,
        sum(parts.reports)::bigint as reports
    from wholes
    inner join above on wholes.division_key = above.ancestor
    inner join parts on above.division_key = parts.division_key and wholes."year" = parts."year"
    where not (parts.is_government and parts.division_key = wholes.division_key)
    group by all
),

compared as (
    select sums.*, v_cell."value" as stated
    from sums
    inner join v_cell
        on sums.whole_key = v_cell.report_key
        and sums.cell = v_cell.cell
        and sums.unit is not distinct from v_cell.unit
)

select
    whole_key as report_key,
    null::bigint as other_report_key,
    'failed' as result,
    cell as "where",
    format('≥ {:.15g}', added) as expected,
    format('{:.15g}', stated) as found,
    format('{:.15g} in all; the own figures of {} organs add up to {:.15g}', stated, reports, added) as message
from compared
where stated < added
union all
select
    whole_key as report_key,
    null::bigint as other_report_key,
    'not_applicable' as result,
    'report' as "where",
    null as expected,
    count(*)::varchar as found,
    format('{} cells: its parts have a figure, the consolidated report is blank', count(*)) as message
from compared
where stated is null
group by whole_key
