-- one row is a year and a form: how many current reports there are and what is known against them
-- needs: v_report
-- Documents that gave no report have no year: they stand in the row whose year and form are NULL, with the reports of
-- which neither is known. clean, undecided, publisher_findings and partial add up to reports: undecided are those against
-- which nothing is known, but of which blanks left a sum open (requests.*, proceedings.*). errors, warnings and infos count failed checks; not_applicable counts checks that a missing
-- cell made undecidable. blank_cells counts cells of the three tables that were published blank.
create or replace view v_quality as
with undecided_sums as (
    select distinct report_key
    from fact_finding
    where result = 'not_applicable' and regexp_matches(check_code, '^(requests|proceedings)\.')
),

reports as (
    select
        v_report."year",
        v_report.form,
        count(*) as reports,
        count(*) filter (where quality = 'clean' and undecided_sums.report_key is null) as clean,
        count(*) filter (where quality = 'clean' and undecided_sums.report_key is not null) as undecided,
        count(*) filter (where quality = 'publisher_findings') as publisher_findings,
        count(*) filter (where quality = 'partial') as "partial"
    from v_report
    left join undecided_sums on v_report.report_key = undecided_sums.report_key
    group by v_report."year", v_report.form
),

findings as (
    select
        v_report."year",
        v_report.form,
        count(*) filter (where result = 'failed' and severity = 'error') as errors,
        count(*) filter (where result = 'failed' and severity = 'warning') as warnings,
        count(*) filter (where result = 'failed' and severity = 'info') as infos,
        count(*) filter (where result = 'not_applicable') as not_applicable
    from fact_finding
    inner join v_report on fact_finding.report_key = v_report.report_key
    group by v_report."year", v_report.form
),

blanks as (
    select report_key from fact_request where "count" is null
    union all
    select report_key from fact_disclosure where "value" is null
    union all
    select report_key from fact_proceeding where "count" is null
),

blank_counts as (
    select
        v_report."year",
        v_report.form,
        count(*) as blank_cells
    from blanks
    inner join v_report on blanks.report_key = v_report.report_key
    group by v_report."year", v_report.form
),

unread as (
    select
        dim_report."year",
        dim_report.form,
        count(*) as documents_not_read,
        count(*) filter (where status = 'unreadable') as unreadable,
        count(*) filter (where status = 'not_a_report') as not_a_report,
        count(*) filter (where status = 'quarantined') as quarantined,
        count(*) filter (where status = 'pending') as pending
    from document
    left join dim_report on document.report_key = dim_report.report_key
    where document.status <> 'ok'
    group by dim_report."year", dim_report.form
),

year_forms as (
    select "year", form from reports
    union
    select "year", form from unread
)

select
    year_forms."year",
    year_forms.form,
    coalesce(reports.reports, 0) as reports,
    coalesce(reports.clean, 0) as clean,
    coalesce(reports.undecided, 0) as undecided,
    coalesce(reports.publisher_findings, 0) as publisher_findings,
    coalesce(reports."partial", 0) as "partial",
    coalesce(findings.errors, 0) as errors,
    coalesce(findings.warnings, 0) as warnings,
    coalesce(findings.infos, 0) as infos,
    coalesce(findings.not_applicable, 0) as not_applicable,
    coalesce(blank_counts.blank_cells, 0) as blank_cells,
    coalesce(unread.documents_not_read, 0) as documents_not_read,
    coalesce(unread.unreadable, 0) as unreadable,
    coalesce(unread.not_a_report, 0) as not_a_report,
    coalesce(unread.quarantined, 0) as quarantined,
    coalesce(unread.pending, 0) as pending
from year_forms
left join reports
    on year_forms."year" is not distinct from reports."year" and year_forms.form is not distinct from reports.form
left join findings
    on year_forms."year" is not distinct from findings."year" and year_forms.form is not distinct from findings.form
left join blank_counts
    on year_forms."year" is not distinct from blank_counts."year"
    and year_forms.form is not distinct from blank_counts.form
left join unread
    on year_forms."year" is not distinct from unread."year" and year_forms.form is not distinct from unread.form;
