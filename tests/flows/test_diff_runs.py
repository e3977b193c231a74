"""What changed between two stars, said on the screen and in files."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tests.transform.given_reports import VERSION, built, fill, report, requests
from transform.build import build
from transform.lake import Lake

FIRST = report("a", requests({"new": [3, 0, 0, 0, 0, 0, 3]}), published=None)
AGAIN = replace(report("b", requests({"new": [30, 0, 0, 0, 0, 0, 30]})), correction="更正")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake, _ = built(tmp_path_factory.mktemp("two"), [FIRST])
    with lake.lock():
        fill(lake, [[AGAIN, report("c", year=2020)]])
        build(lake, VERSION)
    return lake.home


def said(home: Path, *arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["diff-runs", *map(str, arguments), "--home", str(home)])
    return done.exit_code, done.output


def test_what_the_last_build_changed(home: Path) -> None:
    status, told = said(home)
    assert status == 0
    assert told.startswith("# Changes from before to now\n\n1 new reports, 0 gone, 2 changed cells.\n")
    assert "| requests.new.total | changed | 3 | 30 | new edition |" in told.replace("\\", "")


def test_into_files(home: Path, tmp_path: Path) -> None:
    builds = sorted(folder.name for folder in (home / "builds").iterdir())
    now = (home / "star").resolve().name
    (before,) = set(builds) - {now}
    for suffix in ("csv", "json", "parquet", "md"):
        assert said(home, before[:8], now, "-o", tmp_path / f"out.{suffix}")[0] == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert [row["change"] for row in rows].count("new report") == 1
    assert len(json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))) == len(rows) == 3


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["2020.01"], "there is no one star '2020.01'"),
        (["before", "now", "-o", "x.txt"], "x.txt: the format is none of"),
    ],
)
def test_mistakes_are_one_line(home: Path, arguments: list[str], what: str) -> None:
    status, told = said(home, *arguments)
    assert status == 2
    assert what in told
    assert Lake(home).star_manifest() is not None
