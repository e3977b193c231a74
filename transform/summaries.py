"""Tables that a load fills from the star's, so that a view reads a row a report where it would add up the cells of all.

One file each in `sql/summaries/`: a query over the table that its rows are told from, and dimensions. They stand in the database alone:
whoever has the star has all that they say.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from extract.shipped import shipped

if TYPE_CHECKING:
    import duckdb

SUMMARIES = shipped("sql", "summaries")

FACTS = {"request_summary": "fact_request"}
"""Summary → the table of which a report's rows are told; both have `report_key`."""

DIMENSION = "dim_outcome"
"""What the queries read beside the facts: where it is another, every summary is told anew."""


@cache
def statements() -> dict[str, str]:
    """The queries of the summaries, by name."""
    return {name: (SUMMARIES / f"{name}.sql").read_text(encoding="utf-8") for name in FACTS}


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables, empty; the star's stand."""
    for name, query in statements().items():
        con.execute(f"create table {name} as select * from ({query}\n) limit 0")


def fill(con: duckdb.DuckDBPyConnection, fact: str, rows: str) -> None:
    """Add the summaries of reports none of which has one: `rows`, a relation, holds all their rows of the table `fact`."""
    for name, query in statements().items():
        if FACTS[name] == fact:
            con.execute(f"insert into {name} by name with {fact} as (from {rows}) select * from ({query}\n)")


def clear(con: duckdb.DuckDBPyConnection, fact: str, reports: str) -> None:
    """Take out the summaries of the `reports`, a relation with `report_key`, that are told from `fact`."""
    for name in (name for name, told_from in FACTS.items() if told_from == fact):
        con.execute(f"delete from {name} where report_key in (select report_key from {reports})")
