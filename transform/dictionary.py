"""What every table, view and column of the warehouse is, in one place for comments, pages, exports and `ogi describe`.

Tables are described by `transform/schema.py`; a view by the head of its file; its columns by `sql/dictionary.csv`, where a line
without a view holds for every view that has the column. A Chinese view (`transform/chinese.py`) needs no lines: its original has them. A summary (`transform/summaries.py`) is described as
views are.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from extract.shipped import shipped
from transform import chinese, summaries
from transform.schema import TABLES, quoted

DICTIONARY = shipped("sql", "dictionary.csv")

WARNINGS = (
    "A blank is not zero: NULL says that the cell was published blank or is not known; …_at_least are lower bounds.",
    "Do not add up over organs: a consolidated report repeats what the organs below it reported. Compare places through"
    " v_district_year, which has one report a division and year.",
    "Forms differ between years (2014, 2019, 2021): the same label may not be the same content.",
    "A year that is missing here is not in this warehouse; that says nothing of whether a report was published.",
    "Keys have up to 16 digits: keep them as text in spreadsheets.",
)
"""What whoever takes figures out of the warehouse must know."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One column. `unit`: what its figures are counted in, empty where it holds none."""

    name: str
    type: str
    unit: str
    description: str

    @property
    def comment(self) -> str:
        """Description and unit as one text."""
        return f"{self.description} Unit: {self.unit}." if self.unit else self.description


@dataclass(frozen=True, slots=True)
class Relation:
    """One table or view with its columns, in their order."""

    name: str
    is_view: bool
    description: str
    columns: tuple[Entry, ...]


class NotDescribed(Exception):
    """A column of a view that the dictionary does not know; the message names it."""


def view_description(statement: str) -> str:
    """What the head of a view's file says of it, as one line of text."""
    lines: list[str] = []
    for line in statement.splitlines():
        if not line.startswith("--"):
            break
        if not line.startswith("-- needs: "):
            lines.append(line.removeprefix("--").strip())
    if not lines:
        return ""
    first, *rest = lines
    return " ".join([first[:1].upper() + first[1:].rstrip(".") + ".", *rest])


def known(file: Path = DICTIONARY) -> dict[tuple[str, str], tuple[str, str]]:
    """View (empty: any) and column → unit and description. Raises ValueError where a line is doubled or says nothing."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    with file.open(encoding="utf-8", newline="") as opened:
        for number, line in enumerate(csv.DictReader(opened), 2):
            place = (line["view"], line["column"])
            if place in found or not line["description"]:
                raise ValueError(f"{file.name}, line {number}: {place} is doubled or says nothing")
            found[place] = (line["unit"], line["description"])
    return found


def view_columns(name: str, columns: list[tuple[str, str]]) -> tuple[Entry, ...]:
    """The columns (name, type) of a view with their words. Raises NotDescribed."""
    told = known()
    original = chinese.original(name)
    view = original or name
    former = {theirs: ours for ours, theirs in chinese.names("column").items()} if original else {}
    entries = []
    for column, kind in columns:
        old = former.get(column, column)
        words = told.get((view, old)) or told.get(("", old))
        if words is None:
            raise NotDescribed(f"{name}.{column} is not in {DICTIONARY.name}")
        unit, description = words
        entries.append(Entry(column, kind, unit, f"{old}: {description}" if original else description))
    return tuple(entries)


def tables() -> list[Relation]:
    """The star's tables."""
    return [
        Relation(
            t.name, False, t.description, tuple(Entry(c.name, c.duckdb_type, "", c.description) for c in t.columns)
        )
        for t in TABLES
    ]


def derived(con: duckdb.DuckDBPyConnection, statements: dict[str, str]) -> list[Relation]:
    """The summaries, and the views of these statements, as they stand in a database. Raises NotDescribed."""
    told = summaries.statements()
    statements = told | statements
    found: dict[str, list[tuple[str, str]]] = {}
    for view, column, kind in con.execute(
        "select table_name, column_name, data_type from duckdb_columns() where not internal order by table_name, column_index"
    ).fetchall():
        if view in statements:
            found.setdefault(view, []).append((column, kind))
    return [
        Relation(name, name not in told, view_description(statements[name]), view_columns(name, columns))
        for name, columns in found.items()
    ]


def comments(relations: list[Relation]) -> list[str]:
    """COMMENT ON statements for views, or tables, and their columns."""
    made = []
    for relation in relations:
        kind = "view" if relation.is_view else "table"
        made.append(f'comment on {kind} "{relation.name}" is {quoted(relation.description)}')
        made += [f'comment on column "{relation.name}"."{c.name}" is {quoted(c.comment)}' for c in relation.columns]
    return made
