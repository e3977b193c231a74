"""An empty warehouse: every table and view with its words, before any row is in it.

To bind the views and to put words on their columns takes longer than to load a small lake: a process makes the empty file once, and
each whole load fills a copy of it.
"""

from __future__ import annotations

import hashlib
import tempfile
from functools import lru_cache
from pathlib import Path

import duckdb

from extract.shipped import shipped
from transform import dictionary, summaries
from transform.engine import STORAGE, engine
from transform.schema import TABLES

VIEWS = shipped("sql", "views")

_OWN = {
    "table lake_build": "Which star and which views this file holds.",
    "column lake_build.build_id": "The star.",
    "column lake_build.views_id": "The views, with their words and the format of the file.",
    "column lake_build.extractor": "Version of the extraction code.",
}


class LoadFailed(Exception):
    """The star cannot be loaded as it is: rows lost, doubled or orphaned, or a view that does not stand."""


def write(target: Path, statements: dict[str, str], comments: bool = True) -> None:
    """Write the file of an empty warehouse with these views; `comments`: each of them has words in the dictionary.

    Raises LoadFailed where a view does not stand or has no words.
    """
    target.write_bytes(_made(tuple(statements.items()), comments))


@lru_cache(maxsize=2)
def _made(statements: tuple[tuple[str, str], ...], comments: bool) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.duckdb"
        with engine(Path(folder), file) as con:
            create_tables(con)
            create_views(con, dict(statements))
            if comments:
                comment_views(con, dict(statements))
            con.execute("create table lake_build (build_id varchar, views_id varchar, extractor varchar)")
            for what, text in _OWN.items():
                con.execute(f"comment on {what} is '{text}'")
        return file.read_bytes()


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the star's tables, empty, with their comments, and those that are told from them."""
    con.begin()  # else each of the statements, a comment a column, waits for the disk
    for table in TABLES:
        for statement in table.ddl():
            con.execute(statement)
    summaries.create(con)
    con.commit()


def view_statements(views: Path = VIEWS) -> dict[str, str]:
    """The view files, by name: one CREATE OR REPLACE VIEW each."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(views.glob("*.sql"))}


def views_id(statements: dict[str, str]) -> str:
    """A stable name of these views, of their words and of the file format that they stand in."""
    text = (
        STORAGE
        + dictionary.DICTIONARY.read_text(encoding="utf-8")
        + "\0".join(f"{name}\0{s}" for name, s in sorted((statements | summaries.statements()).items()))
    )
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def create_views(con: duckdb.DuckDBPyConnection, statements: dict[str, str]) -> None:
    """Create the views in the order in which they need each other. Raises LoadFailed, naming those that do not stand and why."""
    waiting = dict(sorted(statements.items(), key=lambda item: _depth(item[0], statements)))
    while waiting:
        failed: dict[str, str] = {}
        for name, statement in waiting.items():
            try:
                con.execute(statement)
            except duckdb.CatalogException as error:  # it may need a view that is still to come
                failed[name] = str(error)
            except (duckdb.BinderException, duckdb.ParserException) as error:
                raise LoadFailed(f"{name}: {error}") from error
        if len(failed) == len(waiting):
            raise LoadFailed("; ".join(f"{name}: {error}" for name, error in failed.items()))
        waiting = {name: waiting[name] for name in failed}


def comment_views(con: duckdb.DuckDBPyConnection, statements: dict[str, str]) -> None:
    """Say in the database what each view and summary, and each of their columns, is. Raises LoadFailed where one has no words."""
    try:
        told = dictionary.comments(dictionary.derived(con, statements))
    except dictionary.NotDescribed as error:
        raise LoadFailed(str(error)) from None
    con.begin()
    for statement in told:
        con.execute(statement)
    con.commit()


def warehouse_dictionary(statements: dict[str, str] | None = None) -> list[dictionary.Relation]:
    """Every table and view (of these statements; else of all files) with its columns, without any warehouse."""
    statements = statements or view_statements()
    with duckdb.connect() as con:
        create_tables(con)
        create_views(con, statements)
        return [*dictionary.tables(), *dictionary.derived(con, statements)]


def needed(view: str, statements: dict[str, str]) -> tuple[str, ...]:
    """The views that a view is made of, as the second line of its file says (`-- needs: v_report`)."""
    second = [*statements.get(view, "").splitlines(), "", ""][1]
    return tuple(second.removeprefix("-- needs: ").split(", ")) if second.startswith("-- needs: ") else ()


def _depth(name: str, statements: dict[str, str], within: frozenset[str] = frozenset()) -> int:
    """How many views stand below a view: a view is bound once, not tried."""
    below = needed(name, statements) if name not in within else ()
    return 1 + max(_depth(view, statements, within | {name}) for view in below) if below else 0
