-- one row is an organ and a year: its key figures beside those of the year before
-- needs: v_request_summary, v_year_before
-- The year before is told by v_year_before: the calendar year before, of the same organ, also under its division's former
-- name. Where the organ has no report of that year, basis is 'no report' and the figures before and the changes are NULL (a
-- gap is never bridged). They are NULL too where one report is consolidated and the other the organ's own ('scope differs'),
-- and where the division was merged or divided in between ('territory differs'): those count different things.
-- change is this year minus the year before; change_rate is that as a share of the year before, NULL where it was 0.
-- Rates change in shares of 1 (0.05 is five percentage points). carry_over_holds: carried in equals the carried out of
-- the year before; NULL where either is unknown. An organ with two current reports of a year counts with the one that can
-- be compared, else as in v_district_year; reports whose organ or year is not known are left out.
create or replace view v_year_over_year as
with paired as (
    select
        summary.*,
        v_year_before.report_key_before,
        coalesce(v_year_before.basis, 'no report') as basis
    from v_request_summary as summary
    left join v_year_before on summary.report_key = v_year_before.report_key
    where summary.organ_key is not null and summary."year" is not null
    qualify row_number() over (
        partition by summary.organ_key, summary."year"
        order by
            coalesce(v_year_before.comparable, false) desc,
            case summary.scope when 'consolidated' then 1 when 'own' then 2 else 3 end,
            summary.total is not null desc,
            summary.published desc nulls last,
            summary.report_key
    ) = 1
)

select
    paired.report_key,
    paired.organ_key,
    paired.organ,
    paired.division_key,
    paired.division,
    paired.full_name,
    paired.division_then,
    paired.territory,
    paired."year",
    paired.scope,
    paired.basis,
    paired.report_key_before,
    paired."new",
    before."new" as new_before,
    paired."new" - before."new" as new_change,
    (paired."new" - before."new") / nullif(before."new", 0) as new_change_rate,
    paired.total,
    before.total as total_before,
    paired.total - before.total as total_change,
    (paired.total - before.total) / nullif(before.total, 0) as total_change_rate,
    paired.disclosed,
    before.disclosed as disclosed_before,
    paired.disclosed - before.disclosed as disclosed_change,
    (paired.disclosed - before.disclosed) / nullif(before.disclosed, 0) as disclosed_change_rate,
    paired.denied,
    before.denied as denied_before,
    paired.denied - before.denied as denied_change,
    (paired.denied - before.denied) / nullif(before.denied, 0) as denied_change_rate,
    paired.disclosure_rate,
    before.disclosure_rate as disclosure_rate_before,
    paired.disclosure_rate - before.disclosure_rate as disclosure_rate_change,
    paired.refusal_rate,
    before.refusal_rate as refusal_rate_before,
    paired.refusal_rate - before.refusal_rate as refusal_rate_change,
    paired.not_held_rate,
    before.not_held_rate as not_held_rate_before,
    paired.not_held_rate - before.not_held_rate as not_held_rate_change,
    paired.carried_in,
    before.carried_out as carried_out_before,
    paired.carried_in = before.carried_out as carry_over_holds
from paired
left join v_request_summary as before
    on paired.report_key_before = before.report_key and paired.basis = 'compared';
