-- one row is a current report, with the names of its organ and its division; earlier editions are left out
-- needs: v_division, v_organ_type
-- A report whose organ or division is not known keeps its row: the names are NULL. A division that became one other stands
-- under that, so that years compare on today's divisions; division_then is its name as the report has it. Merged and
-- divided ones stay themselves. territory says what land that is, beside today's division: same; whole (the one
-- predecessor, renamed); part (before several became one, or one several: v_territory_year puts them together).
create or replace view v_report as
select
    dim_report.report_key,
    dim_report.organ_key,
    dim_organ.name as organ,
    dim_organ.kind as organ_kind,
    dim_organ.level as organ_level,
    v_division.division_key,
    v_division.division,
    v_division.full_name,
    v_division.division_level,
    v_division.province,
    v_division.prefecture,
    v_division.county,
    dim_report."year",
    dim_report.form,
    dim_report.scope,
    dim_report.quality,
    dim_report.published,
    v_division.division_then,
    case
        when v_division.division_key is null then null
        when exists (
            from dim_territory
            where dim_territory.part_key = v_division.division_key
                and dim_report."year" between dim_territory.first_year and dim_territory.last_year
        ) then 'part'
        when v_division.division_key <> v_division.division_key_then then 'whole'
        else 'same'
    end as territory,
    v_division.is_zone,
    v_organ_type.organ_type,
    v_organ_type.organ_type_fit
from dim_report
left join dim_organ on dim_report.organ_key = dim_organ.organ_key
left join v_organ_type on dim_report.organ_key = v_organ_type.organ_key
left join v_division on dim_report.division_key = v_division.division_key_then
where dim_report.is_current;
