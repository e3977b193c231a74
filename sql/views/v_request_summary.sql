-- one row is a current report: its figures of table 三 (requests) and their rates, NULL where it lacks the table
-- needs: v_report
-- A row of table 三 counts with its published 总计; where that cell is blank or absent, with the sum of its applicant
-- columns (derived_rows counts such rows). A group is the sum of its rows, disclosed that of 予以公开 and 部分公开. 其他处理
-- is one row in form 2019 and three in form 2021: the three count only where the one is absent or blank.
-- A sum over cells of which some are blank or absent is a lower bound: it stands in …_at_least alone and the figure is
-- NULL, unless all outcomes add up to total, which leaves nothing for the blanks (outcome_gap = 0).
-- Rates are shares of total (1 = all). rates_withheld says why one is NULL: outcomes contradict total, columns contradict
-- total (or a row of the rate), blank cells, total unknown, no requests, no table; NULL where all three stand.
-- complete says that every row has its published 总计; outcome_gap is total minus all outcomes that have a
-- figure, NULL where total is.
-- The figures stand in the table request_summary, which a load fills (sql/summaries/).
create or replace view v_request_summary as
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
    v_report.county,
    v_report."year",
    v_report.form,
    v_report.scope,
    v_report.quality,
    v_report.published,
    v_report.division_then,
    v_report.territory,
    v_report.is_zone,
    v_report.organ_type,
    v_report.organ_type_fit,
    request_summary."new",
    request_summary.carried_in,
    request_summary.granted,
    request_summary.partially_granted,
    request_summary.disclosed,
    request_summary.denied,
    request_summary.unavailable,
    request_summary.not_held,
    request_summary.not_processed,
    request_summary.other,
    request_summary.total,
    request_summary.carried_out,
    request_summary.new_at_least,
    request_summary.disclosed_at_least,
    request_summary.denied_at_least,
    request_summary.unavailable_at_least,
    request_summary.not_held_at_least,
    request_summary.not_processed_at_least,
    request_summary.other_at_least,
    request_summary.total_at_least,
    request_summary.disclosure_rate,
    request_summary.refusal_rate,
    request_summary.not_held_rate,
    case when request_summary.report_key is null then 'no table' else request_summary.rates_withheld end as rates_withheld,
    request_summary.outcome_gap,
    coalesce(request_summary.complete, false) as complete,
    coalesce(request_summary.derived_rows, 0) as derived_rows,
    coalesce(request_summary.blank_cells, 0) as blank_cells
from v_report
left join request_summary on v_report.report_key = request_summary.report_key;
