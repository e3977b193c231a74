-- districts and years of the samples side by side, one report each (v_district_year chooses it)
select
    division,
    year,
    territory,
    scope,
    new,
    carried_in,
    granted,
    partially_granted,
    denied,
    unavailable,
    total,
    round(100 * disclosure_rate, 1) as "disclosed %"
from v_district_year
order by division, year
