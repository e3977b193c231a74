-- stock (warning): form 2021: in_force of year y is in_force of year y−1 + issued − repealed (rules, normative documents)
-- needs: v_year_before
-- Only form 2021 has the three columns; a pair of which one lacks the row is not looked at, a blank cell leaves it open.
with stocks as (
    select
        report_key,
        split_part(measure_key, '.', 1) as row_code,
        max("value") filter (where measure_key like '%.issued') as issued,
        max("value") filter (where measure_key like '%.repealed') as repealed,
        max("value") filter (where measure_key like '%.in_force') as in_force
    from fact_disclosure
    where measure_key similar to '(rules|normative_documents)\.(issued|repealed|in_force)'
    group by all
),

compared as (
    select
        pair.report_key,
        pair.report_key_before as other_report_key,
        pair."year",
        stock.*,
        before.in_force as in_force_before,
        before.in_force + stock.issued - stock.repealed as expected
    from v_year_before as pair
    inner join stocks as stock on pair.report_key = stock.report_key
    inner join stocks as before on pair.report_key_before = before.report_key and stock.row_code = before.row_code
    where pair.comparable
)

select
    report_key,
    other_report_key,
    'failed' as result,
    'disclosure.' || row_code || '.in_force' as "where",
    format('{:.15g}', expected) as expected,
    format('{:.15g}', in_force) as found,
    format(
        '{:.15g} in force; {:.15g} in force in {} + {:.15g} issued - {:.15g} repealed make {:.15g}',
        in_force, in_force_before, "year" - 1, issued, repealed, expected
    ) as message
from compared
where in_force <> expected
union all
select
    report_key,
    other_report_key,
    'not_applicable' as result,
    'disclosure.' || row_code as "where",
    null as expected,
    null as found,
    'a cell that the rule needs is blank or absent' as message
from compared
where in_force is null or expected is null
