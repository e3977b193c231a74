-- duplicate_report (warning): one organ and year, two documents with different figures, neither marked as a correction
-- needs: v_cell
-- Own and consolidated figures are two reports, not two documents of one. A cell counts where both documents have a number.
with pairs as materialized (
    select
        dim_report.report_key,
        before.report_key as other_report_key,
        dim_report.version,
        before.version as version_before
    from dim_report
    inner join dim_report as before on dim_report.previous_report_key = before.report_key
    where dim_report.correction is null and before.correction is null
),

-- of the cells of some provinces those of a few reports: put together first, all would be joined with all
paired_cell as materialized (
    from v_cell
    where report_key in (select report_key from pairs union all select other_report_key from pairs)
),

differing as (
    select
        pairs.*,
        later.cell,
        format('{} {:.15g} / {:.15g}', later.cell, earlier."value", later."value") as shown,
        row_number() over (partition by pairs.report_key order by later.cell) as place
    from pairs
    inner join paired_cell as later on pairs.report_key = later.report_key
    inner join paired_cell as earlier on pairs.other_report_key = earlier.report_key and later.cell = earlier.cell
    where later."value" <> earlier."value" and later.unit is not distinct from earlier.unit
)

select
    report_key,
    other_report_key,
    'failed' as result,
    string_agg(cell, ',' order by cell) as "where",
    '0' as expected,
    count(*)::varchar as found,
    format(
        'versions {} and {} differ in {} cells and neither says that it is a correction: {}',
        version_before, version, count(*), string_agg(shown, ', ' order by cell) filter (where place <= 3)
    ) as message
from differing
group by report_key, other_report_key, version, version_before
