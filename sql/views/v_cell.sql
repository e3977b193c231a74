-- one row is a published number of table 二, 三 or 四 in any edition of a report, under one name for all tables
-- cell is the name that findings use: requests.new.total, disclosure.fees.amount, proceedings.reconsideration.upheld.
-- value is NULL where the cell was published blank; unit is NULL for counts of tables 三 and 四.
-- DuckDB before 1.5 loses rows of a union in the right branch of another: the union of two stands in the left one.
create or replace view v_cell as
with counts as (
    select
        report_key,
        'fact_request' as fact_table,
        outcome_key as row_code,
        applicant_key as column_code,
        'requests.' || outcome_key || '.' || applicant_key as cell,
        "count"::double as "value",
        null::varchar as unit
    from fact_request
    union all
    select
        report_key,
        'fact_proceeding' as fact_table,
        split_part(proceeding_key, '.', 1) as row_code,
        split_part(proceeding_key, '.', 2) as column_code,
        'proceedings.' || proceeding_key as cell,
        "count"::double as "value",
        null::varchar as unit
    from fact_proceeding
)

select * from counts
union all
select
    report_key,
    'fact_disclosure' as fact_table,
    split_part(measure_key, '.', 1) as row_code,
    split_part(measure_key, '.', 2) as column_code,
    'disclosure.' || measure_key as cell,
    "value",
    unit
from fact_disclosure;
