-- one row is a measure of table 二 (or an indicator of the 2014 sheet) in a current report, with its names and its unit
-- needs: v_report
-- value is NULL where the cell was published blank; a measure that the report's form does not have is no row. unit is
-- what value is counted in; it is NULL for an amount for which neither the form nor the document states a unit: do not
-- add such values up or compare them. Stocks (in_force, disclosed_total) are not to be added up over years.
create or replace view v_disclosure as
select
    v_report.*,
    fact_disclosure.measure_key,
    dim_measure.row_code,
    dim_measure.column_code,
    dim_measure.name_zh,
    dim_measure.name_en,
    fact_disclosure."value",
    fact_disclosure.unit
from fact_disclosure
inner join v_report on fact_disclosure.report_key = v_report.report_key
left join dim_measure on fact_disclosure.measure_key = dim_measure.measure_key;
