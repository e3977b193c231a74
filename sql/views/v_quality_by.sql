-- one row is a value of one dimension (all, year, form, format, province, division, check): what is known against its reports
-- needs: v_division
-- Current reports only. reports counts those of the value; for a check, those that it has something to say of. with_errors
-- and with_warnings count reports; failed, errors, warnings, infos and not_applicable count findings; waiting_cells are
-- numbers that were read but wait for a person. clean, undecided, publisher_findings and partial add up to reports: clean
-- are those without an error, a warning or anything unread, of which every sum could be tested; undecided those of which
-- blanks left a sum open (requests.*, proceedings.*). share_clean and share_undecided are shares of reports (1 = all).
-- value is NULL where it is not known.
create or replace view v_quality_by as
with reports as (
    select
        dim_report.report_key,
        case
            when dim_report.quality = 'clean' and bool_or(
                fact_finding.result = 'not_applicable'
                and regexp_matches(fact_finding.check_code, '^(requests|proceedings)\.')
            ) then 'undecided'
            else dim_report.quality
        end as quality,
        dim_report."year"::varchar as "year",
        dim_report.form,
        dim_report.format,
        v_division.province,
        v_division.full_name as division,
        count(*) filter (where fact_finding.result = 'failed' and fact_finding.severity = 'error') as errors,
        count(*) filter (where fact_finding.result = 'failed' and fact_finding.severity = 'warning') as warnings,
        count(*) filter (where fact_finding.result = 'failed' and fact_finding.severity = 'info') as infos,
        count(*) filter (where fact_finding.result = 'not_applicable') as not_applicable
    from dim_report
    left join v_division on dim_report.division_key = v_division.division_key_then
    left join fact_finding on dim_report.report_key = fact_finding.report_key
    where dim_report.is_current
    group by
        dim_report.report_key,
        dim_report.quality,
        dim_report."year",
        dim_report.form,
        dim_report.format,
        v_division.province,
        v_division.full_name
),

waiting as (
    select report_key, count(distinct (fact_table, row_code, column_code)) as waiting_cells
    from doubted_cell
    group by report_key
),

values_of as (
    select
        dimensions.dimension,
        case dimensions.dimension
            when 'all' then 'all'
            when 'year' then reports."year"::varchar
            when 'form' then reports.form
            when 'format' then reports.format
            when 'province' then reports.province
            when 'division' then reports.division
        end as "value",
        reports.*
    from reports
    cross join (values ('all'), ('year'), ('form'), ('format'), ('province'), ('division')) as dimensions (dimension)
    union all
    select
        'check' as dimension,
        fact_finding.check_code as "value",
        reports.report_key,
        reports.quality,
        reports."year",
        reports.form,
        reports.format,
        reports.province,
        reports.division,
        count(*) filter (where fact_finding.result = 'failed' and fact_finding.severity = 'error') as errors,
        count(*) filter (where fact_finding.result = 'failed' and fact_finding.severity = 'warning') as warnings,
        count(*) filter (where fact_finding.result = 'failed' and fact_finding.severity = 'info') as infos,
        count(*) filter (where fact_finding.result = 'not_applicable') as not_applicable
    from fact_finding
    inner join reports on fact_finding.report_key = reports.report_key
    group by all
)

select
    values_of.dimension,
    values_of."value",
    count(*) as reports,
    count(*) filter (where values_of.quality = 'clean') as clean,
    count(*) filter (where values_of.quality = 'undecided') as undecided,
    count(*) filter (where values_of.quality = 'publisher_findings') as publisher_findings,
    count(*) filter (where values_of.quality = 'partial') as "partial",
    count(*) filter (where values_of.quality = 'clean') / count(*) as share_clean,
    count(*) filter (where values_of.quality = 'undecided') / count(*) as share_undecided,
    count(*) filter (where values_of.errors > 0) as with_errors,
    count(*) filter (where values_of.warnings > 0) as with_warnings,
    sum(values_of.errors + values_of.warnings + values_of.infos)::bigint as failed,
    sum(values_of.errors)::bigint as errors,
    sum(values_of.warnings)::bigint as warnings,
    sum(values_of.infos)::bigint as infos,
    sum(values_of.not_applicable)::bigint as not_applicable,
    coalesce(sum(waiting.waiting_cells), 0)::bigint as waiting_cells
from values_of
left join waiting on values_of.report_key = waiting.report_key
group by values_of.dimension, values_of."value";
