-- one row is a current report, with the names of its organ and its division; earlier editions are left out
-- A division that was renamed, raised or merged into one other stands under its successor, so that years compare on
-- today's divisions; dim_report keeps the one that the report was made for. One that was divided stays itself.
create or replace view v_report as
select
    dim_report.report_key,
    dim_report.organ_key,
    dim_organ.name as organ,
    dim_organ.kind as organ_kind,
    dim_organ.level as organ_level,
    dim_division.division_key,
    dim_division.name as division,
    dim_division.level as division_level,
    dim_division.province,
    dim_division.prefecture,
    dim_division.county,
    dim_report."year",
    dim_report.form,
    dim_report.scope,
    dim_report.quality,
    dim_report.published
from dim_report
left join dim_organ on dim_report.organ_key = dim_organ.organ_key
left join dim_division as own on dim_report.division_key = own.division_key
left join dim_division on coalesce(own.current_key, own.division_key) = dim_division.division_key
where dim_report.is_current;
