"""What pages print is what comes out: queries give their results, Python runs, every `ogi` line is one that the command takes."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
import typer
from typer.exceptions import TyperException

from flows.cli.app import app
from tests.conftest import ROOT
from tests.flows.conftest import SAMPLES
from tests.flows.plain_job import plain_job
from transform.lake import Lake

COOKBOOK = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")


def loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


examples = loaded("examples")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of all samples; only looked at."""
    home = tmp_path_factory.mktemp("samples") / "lake"
    plain_job(str(home), [str(SAMPLES)], batch_size=8)
    return Lake(home).database


@pytest.fixture(scope="module")
def con(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("page", examples.PAGES)
def test_each_query_gives_the_result_below_it(page: str, con: duckdb.DuckDBPyConnection) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text == examples.answered(text, con), "run `make docs`"


def test_thirty_questions_or_more_each_with_a_query() -> None:
    asked = re.findall(r"^### (\d+)\. .+\n\n```sql$", COOKBOOK, re.MULTILINE)
    assert asked == [str(number + 1) for number in range(len(examples.queries(COOKBOOK)))] and len(asked) >= 30


def rounded(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [tuple(round(100 * v, 1) if isinstance(v, float) and v < 1 else v for v in row) for row in rows]


def test_pandas_says_the_same(database: Path, con: duckdb.DuckDBPyConnection) -> None:
    (block,) = re.findall(r"^### pandas\n\n```python\n(.*?)^```", COOKBOOK, re.MULTILINE | re.DOTALL)
    found: dict[str, Any] = {}
    exec(block.replace("data/lake/ogi.duckdb", str(database)), found)
    queries = dict(enumerate(examples.queries(COOKBOOK), 1))

    def asked(number: int, columns: str) -> list[tuple[object, ...]]:
        return con.sql(queries[number]).project(columns).fetchall()

    def told(name: str) -> list[tuple[object, ...]]:
        return rounded(list(found[name].itertuples(index=False, name=None)))

    assert told("refusing") == asked(1, "full_name, total, percent_refused")
    assert told("series") == asked(9, "year, scope, new, total")
    percents = [round(p, 1) for p in found["forms"]["percent_refused"]]
    assert percents == [p for (p,) in asked(10, "percent_refused")]
    assert told("growth") == asked(13, "organ, year, new_change")
    assert told("late") == asked(22, "organ, year, days_late")


PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "data").rglob("README.md")),
]
_LINE = re.compile(r"^(?:\$ )?(ogi .+?)(?:  +#.*| +# .*)?$", re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`(ogi [^`\n]+)`(?!`)")


def command_lines(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in _LINE.findall(block)] + _INLINE.findall(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_line_of_ogi_is_one_that_it_takes(page: Path) -> None:
    root = typer.main.get_command(app)
    for line in command_lines(page):
        arguments = shlex.split(line.replace("…", ".").replace("[", "").replace("]", ""))[1:]
        if arguments[0].startswith("-"):
            continue
        command, names = root, ["ogi"]
        while hasattr(command, "commands"):
            name = arguments.pop(0) if arguments else ""
            if not name:
                break
            names.append(name)
            assert name.split("|")[0] in command.commands, f"{page.name}: {line}"
            command = command.commands[name.split("|")[0]]
        try:
            command.make_context(" ".join(names), arguments)
        except TyperException as error:
            said = error.format_message()  # a command, or its option, may be only named
            assert re.match(r"Missing|Option .* requires an argument|$", said), f"{page.name}: {line}: {said}"
