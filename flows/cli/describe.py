"""`ogi describe`: what a table, a view or one of its columns is, as the database's own comments say it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import screen

if TYPE_CHECKING:
    from transform.dictionary import Relation

EXAMPLE = "Example: ogi describe v_district_year.refusal_rate"


def describe(
    name: Annotated[
        str | None, typer.Argument(metavar="[TABLE[.COLUMN]]", help="A table or view, or one of its columns.")
    ] = None,
) -> None:
    """Say what the warehouse's tables, views and columns are. Needs no warehouse."""
    with screen.edge():
        from transform.empty_warehouse import warehouse_dictionary

        relations = {relation.name: relation for relation in warehouse_dictionary()}
        if name is None:
            _all(list(relations.values()))
            return
        table, _, column = name.partition(".")
        if table not in relations:
            raise screen.Failed(f"there is no {table}{_nearest(table, list(relations))}.", screen.WRONG_USE)
        if column:
            _column(relations[table], column)
        else:
            _relation(relations[table])


def _all(relations: list[Relation]) -> None:
    from transform.dictionary import WARNINGS

    rows = [(r.name, r.description.split(". ")[0].rstrip(".") + ".") for r in relations]
    screen.table(screen.console(sys.stdout), ("table", "what it is"), rows, set())
    _lines("", *WARNINGS)


def _relation(relation: Relation) -> None:
    _lines(relation.name, relation.description, "")
    rows = [(c.name, c.type, c.unit, c.description) for c in relation.columns]
    screen.table(screen.console(sys.stdout), ("column", "type", "unit", "what it is"), rows, set())


def _column(relation: Relation, column: str) -> None:
    for found in relation.columns:
        if found.name == column:
            _lines(f"{relation.name}.{found.name} ({found.type})", found.comment)
            return
    near = _nearest(column, [c.name for c in relation.columns])
    raise screen.Failed(f"{relation.name} has no column {column}{near}.", screen.WRONG_USE)


def _lines(*lines: str) -> None:
    sys.stdout.write("".join(line + "\n" for line in lines))


def _nearest(wrong: str, names: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(wrong, names, 3)
    return f" (near to it: {', '.join(near)})" if near else ": `ogi describe` lists all"
