-- one row is a published number of table 三 (requests) in a current report: a row of the form by an applicant column
-- needs: v_report
-- The column 总计 stands beside its parts: add up with "where not is_total", or take is_total alone, never both. Rows with
-- is_outcome add up to the row total; those with is_balance (new, carried_in, total, carried_out) are no outcomes. 其他处理 is one
-- row in form 2019 (other) and three in form 2021. count is NULL where the cell was published blank; a row that the report
-- lacks is no row. Group names are NULL for rows outside of a group.
create or replace view v_request_cell as
select
    v_report.*,
    fact_request.outcome_key,
    dim_outcome.name_zh as outcome_zh,
    dim_outcome.name_en as outcome_en,
    dim_outcome.group_code,
    case dim_outcome.group_code
        when 'denied' then '不予公开'
        when 'unavailable' then '无法提供'
        when 'not_processed' then '不予处理'
        when 'other' then '其他处理'
    end as group_zh,
    case dim_outcome.group_code
        when 'denied' then 'denied'
        when 'unavailable' then 'unavailable'
        when 'not_processed' then 'not processed'
        when 'other' then 'other'
    end as group_en,
    dim_outcome.is_leaf as is_outcome,
    dim_outcome.is_balance,
    fact_request.applicant_key,
    dim_applicant.name_zh as applicant_zh,
    dim_applicant.name_en as applicant_en,
    dim_applicant.is_total,
    fact_request."count"
from fact_request
inner join v_report on fact_request.report_key = v_report.report_key
inner join dim_outcome on fact_request.outcome_key = dim_outcome.outcome_key
inner join dim_applicant on fact_request.applicant_key = dim_applicant.applicant_key;
