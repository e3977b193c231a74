-- one row is a cell that differs between two consecutive editions of an organ's report for a year
-- needs: v_cell, v_division
-- change is changed, added (only the later edition has the cell), removed (only the earlier one), filled (it was blank)
-- or blanked. difference is the later value minus the earlier one, NULL where either is absent or blank. correction is
-- the word by which the later edition says that it corrects; is_current tells whether comparisons use the later one.
create or replace view v_editions as
with pairs as (
    select
        dim_report.report_key,
        dim_report.organ_key,
        dim_organ.name as organ,
        v_division.division_key,
        v_division.division,
        v_division.full_name,
        dim_report."year",
        dim_report.scope,
        dim_report.version,
        dim_report.is_current,
        dim_report.published,
        dim_report.correction,
        before.report_key as report_key_before,
        before.version as version_before,
        before.published as published_before
    from dim_report
    inner join dim_report as before on dim_report.previous_report_key = before.report_key
    left join dim_organ on dim_report.organ_key = dim_organ.organ_key
    left join v_division on dim_report.division_key = v_division.division_key_then
),

cells as (
    select pairs.report_key, v_cell.fact_table, v_cell.cell, v_cell."value", v_cell.unit, true as is_later
    from pairs
    inner join v_cell on pairs.report_key = v_cell.report_key
    union all
    select pairs.report_key, v_cell.fact_table, v_cell.cell, v_cell."value", v_cell.unit, false as is_later
    from pairs
    inner join v_cell on pairs.report_key_before = v_cell.report_key
),

compared as (
    select
        report_key,
        fact_table,
        cell,
        max("value") filter (where not is_later) as value_before,
        max("value") filter (where is_later) as value_after,
        max(unit) filter (where not is_later) as unit_before,
        max(unit) filter (where is_later) as unit_after,
        bool_or(not is_later) as was_there,
        bool_or(is_later) as is_there
    from cells
    group by report_key, fact_table, cell
)

select
    pairs.organ_key,
    pairs.organ,
    pairs.division_key,
    pairs.division,
    pairs.full_name,
    pairs."year",
    pairs.scope,
    pairs.report_key_before,
    pairs.report_key,
    pairs.version_before,
    pairs.version,
    pairs.published_before,
    pairs.published,
    pairs.correction,
    pairs.is_current,
    compared.fact_table,
    compared.cell,
    case
        when not compared.was_there then 'added'
        when not compared.is_there then 'removed'
        when compared.value_before is null then 'filled'
        when compared.value_after is null then 'blanked'
        else 'changed'
    end as change,
    compared.value_before,
    compared.value_after,
    compared.value_after - compared.value_before as difference,
    compared.unit_before,
    compared.unit_after
from compared
inner join pairs on compared.report_key = pairs.report_key
where compared.was_there is distinct from compared.is_there
    or compared.value_before is distinct from compared.value_after
    or compared.unit_before is distinct from compared.unit_after;
