-- one row is a current report that may speak for its division: its government's, or its one zone's where that has none
-- needs: v_report
-- A department, a township or a subdistrict never speaks for a division. Where no government of the division has a report of
-- the year, an organ of kind other does, only when it is the division's one zone (区, 管委会) of all years, and of the
-- division's own level or named as covering it. Reports without a division or a year are left out.
create or replace view v_speaker as
with zones as (
    select
        division_key,
        any_value(organ_key) as organ_key
    from v_report
    where organ_kind = 'other'
        and organ_level = division_level
        and regexp_matches(organ, '(区|管委会|管理委员会)$')
    group by division_key
    having count(distinct organ_key) = 1
)

select
    v_report.report_key,
    v_report.division_key,
    v_report."year",
    v_report.scope,
    v_report.organ_kind
from v_report
left join zones on v_report.division_key = zones.division_key and v_report.organ_key = zones.organ_key
where v_report.division_key is not null
    and v_report."year" is not null
    and (
        v_report.organ_kind = 'government'
        or zones.organ_key is not null
        and not exists (
            from v_report as government
            where government.organ_kind = 'government'
                and government.division_key = v_report.division_key
                and government."year" = v_report."year"
        )
    );
