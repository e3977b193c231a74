-- one row is a finding, with the names of its report, organ, division and document
-- needs: v_division
-- Editions that are not current are there too (is_current). since is when the last document that the finding needs was
-- first taken in. cell names the cells concerned, separated by commas (fact_finding."where"). result is failed, or
-- not_applicable where a missing cell left the rule undecided.
create or replace view v_findings as
select
    fact_finding.check_code,
    fact_finding.severity,
    fact_finding.origin,
    fact_finding.result,
    fact_finding."where" as cell,
    fact_finding.expected,
    fact_finding.found,
    fact_finding.message,
    fact_finding.evidence,
    fact_finding.since,
    fact_finding.report_key,
    fact_finding.other_report_key,
    dim_organ.name as organ,
    dim_organ.kind as organ_kind,
    v_division.division_key,
    v_division.division,
    v_division.full_name,
    v_division.province,
    v_division.prefecture,
    v_division.division_then,
    dim_report."year",
    dim_report.form,
    dim_report.scope,
    dim_report.format,
    dim_report.version,
    dim_report.is_current,
    dim_report.title,
    dim_report.source_url,
    dim_report.sha256
from fact_finding
inner join dim_report on fact_finding.report_key = dim_report.report_key
left join dim_organ on dim_report.organ_key = dim_organ.organ_key
left join v_division on dim_report.division_key = v_division.division_key_then;
