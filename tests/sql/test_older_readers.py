"""The database file is one that older DuckDBs read: its format, and views without what they answer wrongly."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from transform.empty_warehouse import create_tables, create_views, view_statements
from transform.engine import engine


def test_the_file_has_the_format_of_duckdb_1_0(tmp_path: Path) -> None:
    with engine(tmp_path, tmp_path / "it's.duckdb") as con:
        create_tables(con)
        create_views(con, view_statements())
    head = (tmp_path / "it's.duckdb").read_bytes()[8:20]
    assert struct.unpack("<4sQ", head) == (b"DUCK", 64)


def test_the_file_may_have_any_name(tmp_path: Path) -> None:
    with engine(tmp_path, tmp_path / "ogi.duckdb") as con:
        create_tables(con)
        create_views(con, view_statements())
    (tmp_path / "ogi.duckdb").rename(tmp_path / "other.duckdb")
    with duckdb.connect(str(tmp_path / "other.duckdb"), read_only=True) as con:
        for view in view_statements():
            rows = con.execute(f'from "{view}"').fetchall()
            assert rows == [] or view in (
                "v_indicator_form",
                "v_指标表式",
            )  # what forms have, whatever is in the warehouse


def unions(plan: dict[str, Any], depth: int = 0) -> int:
    """The most right branches of unions that rows pass, ungathered, on their way into the result."""
    name, below = plan["name"].strip().upper(), plan["children"]
    if name == "UNION":
        return max(unions(branch, depth + (place > 0)) for place, branch in enumerate(below))
    if below and (name in ("PROJECTION", "FILTER", "EXPLAIN") or "JOIN" in name):
        return unions(below[0], depth)
    return depth


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The views as they come back from a file, which writes three branches in a row as two in the right one."""
    folder = tmp_path_factory.mktemp("stored")
    with engine(folder, folder / "ogi.duckdb") as con:
        create_tables(con)
        create_views(con, view_statements())
        con.execute("insert into fact_request values (1, 'new', 'total', 1)")
        con.execute("insert into fact_disclosure values (1, 'fees.amount', 1, '万元')")
        con.execute("insert into fact_proceeding values (1, 'reconsideration.total', 1)")
    with duckdb.connect(str(folder / "ogi.duckdb"), read_only=True) as con:
        yield con


@pytest.mark.parametrize("view", view_statements())
def test_no_union_stands_in_the_right_branch_of_another(view: str, stored: duckdb.DuckDBPyConnection) -> None:
    """DuckDB 1.1 to 1.4 lose the rows of such a one where nothing gathers them on the way."""
    (answer,) = stored.execute(f'explain (format json) select * from "{view}"').fetchall()
    assert all(unions(plan) <= 1 for plan in json.loads(answer[1]))
