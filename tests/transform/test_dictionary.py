"""Every table, view and column says what it is, from one source, in the database that is built, too."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.transform.given_reports import built, full_report
from transform import dictionary
from transform.empty_warehouse import (
    LoadFailed,
    comment_views,
    create_tables,
    create_views,
    view_statements,
    warehouse_dictionary,
)

RELATIONS = warehouse_dictionary()


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.name)
def test_everything_says_what_it_is(relation: dictionary.Relation) -> None:
    assert len(relation.description) > 10
    assert all(column.description.endswith((".", ")")) for column in relation.columns)


def test_every_view_is_among_them() -> None:
    assert {relation.name for relation in RELATIONS if relation.is_view} == set(view_statements())


def test_every_line_of_the_dictionary_is_of_a_column() -> None:
    told = dictionary.known()
    views = [relation for relation in RELATIONS if relation.is_view]
    used = {(v.name if (v.name, c.name) in told else "", c.name) for v in views for c in v.columns}
    assert set(told) <= used


def test_the_database_says_it(tmp_path: Path) -> None:
    lake, _ = built(tmp_path, [full_report(1)])
    with duckdb.connect(str(lake.database), read_only=True) as con:
        silent = "select table_name, column_name from duckdb_columns() where comment is null and not internal"
        assert con.execute(silent).fetchall() == []
        said = con.execute("select view_name, comment from duckdb_views() where not internal").fetchall()
        assert dict(said) == {r.name: r.description for r in RELATIONS if r.is_view}
        rate = "select comment from duckdb_columns() where table_name = 'v_区划年度' and column_name = '不予公开率'"
        ((comment,),) = con.execute(rate).fetchall()
    assert comment.startswith("refusal_rate: denied / total.") and comment.endswith("Unit: share, 1 = all.")


def test_a_column_without_words_is_refused() -> None:
    views = {"v_new": "-- one row is a thing\ncreate or replace view v_new as select 1 as nobody_knows"}
    with duckdb.connect() as con:
        create_tables(con)
        create_views(con, views)
        with pytest.raises(LoadFailed, match=r"v_new\.nobody_knows is not in dictionary\.csv"):
            comment_views(con, views)


@pytest.mark.parametrize("wrong", ["nowhere", "select"])
def test_a_view_that_does_not_stand_is_named(wrong: str) -> None:
    views = {"v_new": f"-- one row is a thing\ncreate or replace view v_new as select {wrong} from dim_report"}
    with duckdb.connect() as con:
        create_tables(con)
        with pytest.raises(LoadFailed, match=r"^v_new: "):
            create_views(con, views)


def test_a_doubled_line_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "dictionary.csv"
    file.write_text("view,column,unit,description\n,year,,A year.\n,year,,Another.\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 3"):
        dictionary.known(file)
