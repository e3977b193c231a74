-- one row is an indicator of a current report: its value, or NULL and why there is none
-- needs: v_report, v_indicator_form, v_request_summary, v_proceeding_summary, v_district_year
-- comparability says whether the report's form has the indicator exactly, nearly (note says how it differs) or not. withheld
-- says why value is NULL: form lacks it, form unknown, no table, no cell, blank or not read, several cells, unit unknown,
-- nothing decided, results contradict total, or what rates_withheld of v_request_summary says. base is the denominator of a
-- share. is_division_figure picks the one report that speaks for its division (v_district_year). Of the statistics sheet of
-- 2014 a row counts only if its label stands there once, in one column of values, in the unit of the indicator.
create or replace view v_indicator as
with measured as (
    select
        fact_disclosure.report_key,
        case
            when not list_contains(dim_measure.forms, '2014') then dim_measure.measure_key
            else string_split(dim_measure.row_code, '/')[-1]
        end as cell,
        list_contains(dim_measure.forms, '2014') as is_sheet,
        count(*) as times,
        bool_and(not list_contains(dim_measure.forms, '2014') or dim_measure.column_code = 'value') as is_plain,
        max(fact_disclosure."value") as "value",
        max(fact_disclosure.unit) as unit
    from fact_disclosure
    inner join dim_measure on fact_disclosure.measure_key = dim_measure.measure_key
    group by all
),

placed as (
    select
        v_report.*,
        listed.indicator,
        listed.version as indicator_version,
        listed.indicator_zh,
        listed.indicator_en,
        listed.unit,
        case when v_report.form is not null then listed.comparability end as comparability,
        case when v_report.form is not null then listed.note end as note,
        case when v_report.form is not null then listed.cell end as cell
    from v_report
    inner join v_indicator_form as listed on coalesce(v_report.form, 'narrative') = listed.form
),

figures as (
    select
        placed.*,
        requests.rates_withheld as requests_withheld,
        proceedings.report_key is not null as has_proceedings,
        summary.reconsideration_total - summary.reconsideration_pending as decided,
        coalesce(contains(summary.rates_withheld, 'reconsideration: results'), false) as is_contradicted,
        requests.total,
        measured.times,
        measured.is_plain,
        measured.unit as measured_unit,
        case
            when placed.form = '2014' or contains(placed.cell, '.') then 'measure'
            when starts_with(placed.cell, 'reconsideration_') or starts_with(placed.cell, 'litigation_') then 'proceeding'
            else 'request'
        end as kind,
        case placed.cell
            when 'new' then requests."new"
            when 'carried_in' then requests.carried_in
            when 'total' then requests.total
            when 'carried_out' then requests.carried_out
            when 'granted' then requests.granted
            when 'partially_granted' then requests.partially_granted
            when 'denied' then requests.denied
            when 'unavailable' then requests.unavailable
            when 'not_held' then requests.not_held
            when 'not_processed' then requests.not_processed
            when 'other' then requests.other
            when 'disclosure_rate' then requests.disclosure_rate
            when 'refusal_rate' then requests.refusal_rate
            when 'not_held_rate' then requests.not_held_rate
            when 'reconsideration_total' then summary.reconsideration_total
            when 'reconsideration_corrected' then summary.reconsideration_corrected
            when 'reconsideration_corrected_rate' then summary.reconsideration_corrected_rate
            when 'litigation_direct_total' then summary.litigation_direct_total
            when 'litigation_after_total' then summary.litigation_after_total
            else case
                when measured.times = 1 and measured.is_plain and measured.unit = case placed.unit
                    when 'requests' then '件' when 'cases' then '件' else placed.unit
                end then measured."value"
            end
        end::double as "value"
    from placed
    inner join v_request_summary as requests on placed.report_key = requests.report_key
    inner join v_proceeding_summary as summary on placed.report_key = summary.report_key
    left join (select distinct report_key from fact_proceeding) as proceedings
        on placed.report_key = proceedings.report_key
    left join measured
        on placed.report_key = measured.report_key
        and placed.cell = measured.cell
        and (placed.form = '2014') = measured.is_sheet
)

select
    figures.* exclude (
        requests_withheld, has_proceedings, decided, is_contradicted, total, times, is_plain, measured_unit, kind, cell, "value"
    ),
    figures."value",
    case
        when figures."value" is null then null
        when figures.indicator = 'reconsideration_corrected_rate' then figures.decided
        when ends_with(figures.indicator, '_rate') then figures.total
    end as base,
    case
        when figures."value" is not null then null
        when figures.form is null then 'form unknown'
        when figures.comparability = 'not' then 'form lacks it'
        when figures.kind = 'request' and figures.requests_withheld = 'no table' then 'no table'
        when figures.kind = 'request' and ends_with(figures.indicator, '_rate') then figures.requests_withheld
        when figures.kind = 'proceeding' and not figures.has_proceedings then 'no table'
        when figures.cell = 'reconsideration_corrected_rate' and figures.is_contradicted then 'results contradict total'
        when figures.cell = 'reconsideration_corrected_rate' and figures.decided = 0 then 'nothing decided'
        when figures.kind = 'measure' and figures.times is null then 'no cell'
        when figures.kind = 'measure' and (figures.times > 1 or not figures.is_plain) then 'several cells'
        when figures.kind = 'measure' and figures.measured_unit is distinct from case figures.unit
            when 'requests' then '件' when 'cases' then '件' else figures.unit
        end then 'unit unknown'
        else 'blank or not read'
    end as withheld,
    spoken.report_key is not null as is_division_figure
from figures
left join v_district_year as spoken on figures.report_key = spoken.report_key;
