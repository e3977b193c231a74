"""Every cell that a statutory form can have: the table of facts that holds it, its place in its form, and the years that reports can be of."""

from __future__ import annotations

from extract.forms.vocabulary import APPLICANTS, MEASURES, OUTCOMES, PROCEEDINGS

FACT_TABLE = {"disclosure": "fact_disclosure", "requests": "fact_request", "proceedings": "fact_proceeding"}
FACT_TABLE["survey"] = FACT_TABLE["disclosure"]
"""Table of a form → the fact table that holds its cells."""
TABLE_OF = {fact: table for table, fact in FACT_TABLE.items() if table != "survey"}
"""Fact table → the table of the form."""
SURVEY_POSITION = 1000
"""Where the indicators of a statistics sheet begin; they follow each other as printed."""

POSITION: dict[tuple[str, str, str], int] = {
    code: position
    for position, code in enumerate(
        [
            *(("disclosure", m.row, m.column) for m in MEASURES),
            *(("requests", o.code, a.code) for o in OUTCOMES for a in APPLICANTS),
            *(("proceedings", p.channel, p.result) for p in PROCEEDINGS),
        ]
    )
}
"""Every cell that a form can have → its place, tables 二, 三, 四 one after another."""

FIRST_YEAR, LAST_YEAR = 2000, 2099  # reports are said to begin in 2008; cities with rules of their own were earlier
