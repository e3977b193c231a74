"""docs/views.md tells the truth: every view is there with its first line, its columns exist, its examples run."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from transform.empty_warehouse import view_statements

PAGE = (Path(__file__).parents[2] / "docs" / "views.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r'^ogi sql "(.+)"$', PAGE, re.MULTILINE)
TABLE = {row[0]: row[1:] for row in re.findall(r"^\| `(v_\w+)` \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)}


def test_every_view_stands_there_with_what_its_row_is() -> None:
    first_lines = {name: sql.splitlines()[0].removeprefix("-- one row is ") for name, sql in view_statements().items()}
    assert {name: row for name, (row, _) in TABLE.items()} == {
        name: line for name, line in first_lines.items() if name.isascii()
    }
    assert dict(re.findall(r"^- `(v_\w+)` is `(v_\w+)`$", PAGE, re.MULTILINE)) == {
        name: line.split(",")[0].removeprefix("a row of ") for name, line in first_lines.items() if not name.isascii()
    }


@pytest.mark.parametrize("view", TABLE)
def test_columns_exist(view: str, tricky: duckdb.DuckDBPyConnection) -> None:
    columns = [name for (name, *_) in tricky.execute(f'describe "{view}"').fetchall()]
    for named in re.findall(r"`(\w+)(…?)`", TABLE[view][1]):
        name, is_start = named
        assert any(column.startswith(name) for column in columns) if is_start else name in columns, name


@pytest.mark.parametrize("query", EXAMPLES)
def test_example_runs(query: str, tricky: duckdb.DuckDBPyConnection) -> None:
    assert tricky.execute(query).fetchall()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6
