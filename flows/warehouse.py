"""Looking into the warehouse without being able to change it, or anything else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


class NoWarehouse(Exception):
    """There is no database yet; the message says what to do."""


def own(database: Path, scratch: Path) -> duckdb.DuckDBPyConnection:
    """A connection for the program's own questions: read-only on the database, in bounded memory, with access to its own files and
    tables of its own. Raises NoWarehouse.
    """
    import duckdb

    from transform.engine import engine
    from transform.schema import quoted

    con = engine(scratch)
    try:
        con.execute(f"attach {quoted(str(database))} as warehouse (read_only)")
    except duckdb.Error as error:
        con.close()
        raise NoWarehouse(f"{database} cannot be opened ({str(error).splitlines()[0]}).") from None
    con.execute("use warehouse")
    return con


def connect(database: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection that reaches no other file, loads no extension and cannot be reconfigured.

    It keeps its snapshot while a run puts a new database in place. Raises NoWarehouse.
    """
    import duckdb

    if not database.exists():
        raise NoWarehouse(f"There is no database {database} yet: run `ogi run PATH…` first, or name another --home.")
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": "",  # nothing is spilled: a query too large for memory fails
        "lock_configuration": True,
    }
    try:
        return duckdb.connect(str(database), read_only=True, config=config)
    except duckdb.Error as error:
        raise NoWarehouse(
            f"{database} cannot be opened ({str(error).splitlines()[0]}): `ogi run` replaces it."
        ) from None
