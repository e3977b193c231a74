-- roll_up (warning): a consolidated report's figures are not below the sum of its parts' own figures of that year
-- needs: v_consolidated
-- What is a part, and which cells are looked at, v_consolidated says. Sums of amounts are compared with a tolerance: 0.1 and
-- 0.2 万元 are not more than 0.3. Counts are whole numbers, far below what a double holds exactly.
with compared as (
    select
        *,
        parts_sum - consolidated > case when fact_table = 'fact_disclosure' then 1e-6 + 1e-11 * parts_sum else 0 end
            as is_below
    from v_consolidated
)

select
    report_key,
    null::bigint as other_report_key,
    'failed' as result,
    cell as "where",
    format('≥ {:.15g}', parts_sum) as expected,
    format('{:.15g}', consolidated) as found,
    format(
        '{:.15g} in all; the own figures of {} organs add up to {:.15g}', consolidated, parts_reported, parts_sum
    ) as message
from compared
where is_below
union all
select
    report_key,
    null::bigint as other_report_key,
    'not_applicable' as result,
    'report' as "where",
    null as expected,
    count(*)::varchar as found,
    format('{} cells: its parts have a figure, the consolidated report is blank', count(*)) as message
from compared
where consolidated is null
group by report_key
