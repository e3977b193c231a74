-- carry_over (warning): in each column, carried_in of year y is carried_out of year y−1 of the same organ
-- needs: v_year_before
-- A report without a comparable one of the year before is not looked at; a blank or absent cell leaves its column open.
with cells as (
    select
        pair.report_key,
        pair.report_key_before as other_report_key,
        applicant.applicant_key,
        applicant.sort_order,
        pair."year",
        this_year."count" as carried_in,
        last_year."count" as carried_out
    from v_year_before as pair
    cross join dim_applicant as applicant
    left join fact_request as this_year
        on pair.report_key = this_year.report_key
        and this_year.outcome_key = 'carried_in'
        and applicant.applicant_key = this_year.applicant_key
    left join fact_request as last_year
        on pair.report_key_before = last_year.report_key
        and last_year.outcome_key = 'carried_out'
        and applicant.applicant_key = last_year.applicant_key
    where pair.comparable
        -- both have the table: a report without it is said once, by reading.missing_table
        and pair.report_key in (select report_key from fact_request)
        and pair.report_key_before in (select report_key from fact_request)
)

select
    report_key,
    other_report_key,
    'failed' as result,
    'requests.carried_in.' || applicant_key as "where",
    carried_out::varchar as expected,
    carried_in::varchar as found,
    format('{} carried in; the report for {} carried {} out', carried_in, "year" - 1, carried_out) as message
from cells
where carried_in <> carried_out
union all
select
    report_key,
    other_report_key,
    'not_applicable' as result,
    'requests.carried_in' as "where",
    null as expected,
    count(*)::varchar as found,
    format('{} of 7 columns: a cell that the rule needs is blank or absent', count(*)) as message
from cells
where carried_in is null or carried_out is null
group by report_key, other_report_key
