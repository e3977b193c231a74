from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.sql.star_by_hand import Star, empty_warehouse, load
from tests.sql.tricky import tricky_star


@pytest.fixture(scope="session")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables and every view, empty; tests load their own star into it."""
    with empty_warehouse() as connection:
        yield connection


@pytest.fixture(scope="session")
def star_and_names() -> tuple[Star, dict[str, int]]:
    return tricky_star()


@pytest.fixture(scope="session")
def tricky(star_and_names: tuple[Star, dict[str, int]]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of its own that holds the tricky star."""
    with empty_warehouse() as connection:
        yield load(connection, star_and_names[0])
