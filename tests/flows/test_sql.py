"""`ogi sql`: every format gives the values exactly, and nothing can be changed or reached."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from tests.flows.conftest import OGI, Ogi, environment

VALUES = """
    select 7730.28::double as amount, 1.10::decimal(9, 2) as rate, 9007199254740993 as big, null as missing,
        '' as empty, date '2024-03-08' as published, 'a "b", c' as "名称", [1, null] as list, true as yes
"""


@pytest.fixture
def sql(lake: Path, ogi: Ogi):
    return lambda *arguments: ogi("sql", "--home", lake, *arguments)


def test_csv(sql) -> None:
    done = sql("--format", "csv", VALUES)
    assert (done.returncode, done.stderr) == (0, b"")
    head, row = done.stdout.decode().splitlines()
    assert head == "amount,rate,big,missing,empty,published,名称,list,yes"
    assert row == '7730.28,1.10,9007199254740993,,"",2024-03-08,"a ""b"", c","[1, null]",true'


def test_json(sql) -> None:
    done = sql("--format", "json", VALUES)
    assert '"amount": 7730.28, "rate": 1.10, "big": 9007199254740993' in done.stdout.decode()
    (row,) = json.loads(done.stdout)
    assert (row["missing"], row["empty"], row["published"], row["list"]) == (None, "", "2024-03-08", [1, None])
    assert json.loads(sql("--format", "json", "select 1 as a where false").stdout) == []
    odd = json.loads(sql("--format", "json", "select 'nan'::double as a, {'k': 1.5} as b").stdout)
    assert odd == [{"a": "nan", "b": {"k": 1.5}}]


def test_markdown_and_table(sql) -> None:
    lines = sql("--format", "markdown", "select 1 as a, 'x|y' as b, null as c").stdout.decode().splitlines()
    assert lines == ["| a | b | c |", "| ---: | --- | --- |", "| 1 | x\\|y | NULL |"]
    shown = sql("select 7730.28 as a, null as b, 'line\nbreak \x1b[31m[red]' as c").stdout.decode()
    assert shown.split() == ["a", "b", "c", "7730.28", "NULL", "line\\nbreak", "\\x1b[31m[red]"]


def test_parquet_keeps_types(sql, tmp_path: Path) -> None:
    done = sql("--format", "parquet", VALUES)
    frame = pd.read_parquet(io.BytesIO(done.stdout), dtype_backend="pyarrow")
    assert frame["big"].tolist() == [9007199254740993]
    assert str(frame["rate"].dtype) == "decimal128(9, 2)[pyarrow]"
    assert sql("--format", "parquet", "-o", tmp_path / "out.parquet", "select 1 as a").stdout == b""
    assert pd.read_parquet(tmp_path / "out.parquet")["a"].tolist() == [1]
    assert [file.name for file in tmp_path.iterdir()] == ["out.parquet"]


def test_table_shows_the_first_rows_and_says_so(sql) -> None:
    done = sql("select range as n from range(201)")
    assert len(done.stdout.splitlines()) == 201  # the heading and 200 rows
    assert b"there are more" in done.stderr
    assert sql("select range as n from range(200)").stderr == b""
    assert len(list(csv.reader(io.StringIO(sql("--format", "csv", "from range(5000)").stdout.decode())))) == 5001


def test_published_numbers_come_back(sql, tmp_path: Path) -> None:
    query = tmp_path / "total.sql"
    query.write_text(
        "-- what Pingtan received\nselect year, count from fact_request join dim_report using (report_key)"
        " join dim_organ using (organ_key) where outcome_key = 'new' and applicant_key = 'total'"
        " and name like '平潭%' order by year;\n",
        encoding="utf-8",
    )
    assert sql("-f", query, "--format", "csv").stdout.decode().splitlines() == ["year,count", "2022,74", "2024,218"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("selec 1", "syntax error"),
        ("select nope from dim_report", "nope"),
        ("select 1; select 2", "2 statements"),
        ("", "0 statements"),
        ("insert into dim_year values (1, 'a', null, null)", "read-only"),
        ("drop view v_report", "read-only"),
        ("copy (select 1) to '/tmp/stolen.csv'", "disabled"),
        ("select * from read_csv('/etc/hostname')", "disabled"),
        ("attach '/tmp/other.duckdb'", "disabled"),
        ("set enable_external_access = true", "locked"),
        ("install httpfs", "disabled"),
    ],
)
def test_mistakes_are_one_line_and_change_nothing(sql, query: str, said: str) -> None:
    done = sql(query)
    assert (done.returncode, done.stdout) == (2, b"")
    message = done.stderr.decode()
    assert message.startswith("ogi: ")
    assert message.count("\n") == 1
    assert said in message


def test_doubled_names_are_refused_where_they_would_lose_a_value(sql) -> None:
    assert b"two columns are called a" in sql("--format", "json", "select 1 as a, 2 as a").stderr
    assert sql("--format", "csv", "select 1 as a, 2 as a").stdout == b"a,a\n1,2\n"


def test_no_database_yet(ogi: Ogi, tmp_path: Path) -> None:
    done = ogi("sql", "select 1", "--home", tmp_path)
    assert done.returncode == 1
    assert "run `ogi run PATH…` first" in done.stderr.decode()


def test_reader_that_has_seen_enough(lake: Path) -> None:
    query = "select repeat('x', 1000) from range(100000)"
    run = subprocess.Popen(
        [OGI, "sql", query, "--home", lake, "--format", "csv"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.readline()
    run.stdout.close()
    assert (run.stderr.read(), run.wait(30)) == (b"", 0)
