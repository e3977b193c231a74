"""When a report was to be published, as a DuckDB expression over a report's organ and year.

条例 (2019) 第四十九条: departments of governments of county level and above by 31 January; their 主管部门 publishes the
government's own report by 31 March. 条例 (2007) 第三十一条, for reports about 2008 to 2018: every organ by 31 March. For
townships, subdistricts, zones, enterprises and institutions the law of 2019 names no day: by analogy, that of departments.
"""

from __future__ import annotations

from extract.identify.history import FIRST_REPORTED_YEAR
from transform.dimensions import FIRST_YEAR_OF_31_JANUARY

IS_ZONE = r"""(contains(division_code, '-') or regexp_matches(division_code, '^\d{4}7[1-9]$')
    or regexp_matches(organ_canonical, '(管委会|管理委员会)$'))"""
"""A zone, though its committee acts as a government."""

OF_GOVERNMENT = f"""(
    organ_kind = 'government' and coalesce(organ_level, '') in ('province', 'prefecture', 'county')
        and not coalesce({IS_ZONE}, false)
    -- a government's office reports for its government, or for itself: only the text tells
    or organ_kind = 'department' and scope = 'consolidated' and regexp_matches(organ_canonical, '人民政府办公(厅|室)$')
)"""
"""The report of a government of county level or above."""

_OF_DEPARTMENT = "organ_kind = 'department' and coalesce(organ_level, '') <> 'township'"

DUE = f"""case
    when year < {FIRST_YEAR_OF_31_JANUARY} then make_date(year + 1, 3, 31)
    when organ_kind is null then null
    when {OF_GOVERNMENT} then make_date(year + 1, 3, 31)
    else make_date(year + 1, 1, 31)
end"""
"""The day; NULL where the year, or from 2019 on the kind of the organ, is not known."""

DUE_BASIS = f"""case
    when year is null then null
    when year between {FIRST_REPORTED_YEAR} and {FIRST_YEAR_OF_31_JANUARY - 1} then 'law'
    when year < {FIRST_REPORTED_YEAR} then 'by analogy'
    when organ_kind is null then null
    when {OF_GOVERNMENT} or {_OF_DEPARTMENT} then 'law'
    else 'by analogy'
end"""
"""law, or by analogy."""
