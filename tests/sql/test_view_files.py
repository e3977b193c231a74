"""What every view file promises: its name, its first line, one statement, and which views it needs."""

from __future__ import annotations

import re

import duckdb
import pytest

from transform.empty_warehouse import view_statements

VIEWS = view_statements()


def needed(sql: str) -> set[str]:
    second = sql.splitlines()[1]
    return set(second.removeprefix("-- needs: ").split(", ")) if second.startswith("-- needs: ") else set()


@pytest.mark.parametrize("name", VIEWS)
def test_file(name: str) -> None:
    sql = VIEWS[name]
    code = "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    assert sql.startswith("-- one row is ")
    assert code.startswith(f"create or replace view {name} as\n")
    assert len(duckdb.extract_statements(sql)) == 1
    assert needed(sql) == set(re.findall(r"(?:from|join) (v_\w+)", code))
    assert code == re.sub(r"\b[A-Z_]{2,}\b", lambda word: word[0].lower(), code), "keywords are lower case"
