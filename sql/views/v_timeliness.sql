-- one row is a current report of a known year: when it was published, and how many days after it was due
-- needs: v_report
-- due is 31 January of the next year for departments, 31 March for governments of county level and above (条例 2019 §49), and
-- 31 March for all of 2008 to 2018 (条例 2007 §31). due_basis is law, or by analogy where the law names no day for organs of
-- that kind. days_late is published minus due: above 0 is late, 0 or less in time; is_late is that as a truth value. Both
-- are NULL where no date is known. date_evidence says how far the date can be stood by: page (the page's own line or tags),
-- file (the document's creation date), address (a folder's or file's name, often of a later move).
create or replace view v_timeliness as
select
    v_report.report_key,
    v_report.organ_key,
    v_report.organ,
    v_report.organ_kind,
    v_report.organ_level,
    v_report.division_key,
    v_report.division,
    v_report.full_name,
    v_report.division_level,
    v_report.province,
    v_report.prefecture,
    v_report."year",
    v_report.scope,
    v_report.published,
    dim_report.published_from,
    case dim_report.published_from
        when 'url' then 'address'
        when 'pdf' then 'file'
        else case when v_report.published is not null then 'page' end
    end as date_evidence,
    dim_report.due,
    dim_report.due_basis,
    v_report.published - dim_report.due as days_late,
    v_report.published > dim_report.due as is_late
from v_report
inner join dim_report on v_report.report_key = dim_report.report_key
where v_report."year" is not null;
