"""Write below each SQL query of a page what it gives on the samples: docs/cookbook.md, and the three of README.md.

A query is a block fenced with ```sql; its result is the pipe table after it. `make docs` runs it over a warehouse that it makes of the
samples; tests/test_examples.py compares the pages with what it would write.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from flows.cli.result import write_markdown

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("docs/cookbook.md", "README.md")
_QUERY = re.compile(r"^```sql\n(?P<sql>(?:(?!```).*\n)+)```\n(?:\n(?:\|.*\n)+)?", re.MULTILINE)


def answered(page: str, con: duckdb.DuckDBPyConnection) -> str:
    """The text of a page with the result of each query below it. Raises duckdb.Error where one does not run."""
    return _QUERY.sub(lambda found: f"```sql\n{found['sql']}```\n\n{result(con, found['sql'])}", page)


def queries(page: str) -> list[str]:
    """The queries of a page, in their order."""
    return [found["sql"] for found in _QUERY.finditer(page)]


def result(con: duckdb.DuckDBPyConnection, query: str) -> str:
    """What a query gives, as a pipe table. Raises duckdb.Error."""
    con.execute(query)
    text = io.BytesIO()
    write_markdown(con, text)
    return text.getvalue().decode()


def write() -> None:
    """Write the pages anew over a warehouse of the samples. Raises CalledProcessError where it cannot be made, duckdb.Error."""
    with tempfile.TemporaryDirectory() as home:
        ogi = Path(sys.executable).with_name("ogi")
        subprocess.run([ogi, "run", ROOT / "data" / "samples" / "reports", "--home", home, "--quiet"], check=True)
        with duckdb.connect(str(Path(home) / "ogi.duckdb"), read_only=True) as con:
            for name in PAGES:
                file = ROOT / name
                file.write_text(answered(file.read_text(encoding="utf-8"), con), encoding="utf-8")
