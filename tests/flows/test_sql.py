"""`ogi sql`: every format gives the values exactly, and nothing can be changed or reached."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from tests.flows.conftest import OGI, Ogi, environment, run_ogi

VALUES = """
    select 7730.28::double as amount, 1.10::decimal(9, 2) as rate, 9007199254740993 as big, null as missing,
        '' as empty, date '2024-03-08' as published, 'a "b", c' as "名称", [1, null] as list, true as yes
"""


@pytest.fixture
def sql(lake: Path) -> Ogi:
    return lambda *arguments: run_ogi("sql", "--home", lake, *arguments)


def test_csv(sql: Ogi) -> None:
    done = sql("--format", "csv", VALUES)
    assert (done.returncode, done.stderr) == (0, b"")
    head, row = done.stdout.decode().splitlines()
    assert head == "amount,rate,big,missing,empty,published,名称,list,yes"
    assert row == '7730.28,1.10,9007199254740993,,"",2024-03-08,"a ""b"", c","[1, null]",true'


def test_json(sql: Ogi) -> None:
    done = sql("--format", "json", VALUES)
    assert '"amount": 7730.28, "rate": 1.10, "big": 9007199254740993' in done.stdout.decode()
    (row,) = json.loads(done.stdout)
    assert (row["missing"], row["empty"], row["published"], row["list"]) == (None, "", "2024-03-08", [1, None])
    assert json.loads(sql("--format", "json", "select 1 as a where false").stdout) == []
    odd = json.loads(sql("--format", "json", "select 'nan'::double as a, {'k': 1.5} as b").stdout)
    assert odd == [{"a": "nan", "b": {"k": 1.5}}]


def test_markdown_and_table(sql: Ogi) -> None:
    lines = sql("--format", "markdown", "select 1 as a, 'x|y' as b, null as c").stdout.decode().splitlines()
    assert lines == ["| a | b | c |", "| ---: | --- | --- |", "| 1 | x\\|y | NULL |"]
    shown = sql("select 7730.28 as a, null as b, 'line\nbreak \x1b[31m[red]' as c").stdout.decode()
    assert shown.split() == ["a", "b", "c", "7730.28", "NULL", "line\\nbreak", "\\x1b[31m[red]"]


def test_parquet_keeps_types(sql: Ogi, tmp_path: Path) -> None:
    done = sql("--format", "parquet", VALUES)
    frame = pd.read_parquet(io.BytesIO(done.stdout), dtype_backend="pyarrow")
    assert frame["big"].tolist() == [9007199254740993]
    assert str(frame["rate"].dtype) == "decimal128(9, 2)[pyarrow]"
    assert sql("--format", "parquet", "-o", tmp_path / "out.parquet", "select 1 as a").stdout == b""
    assert pd.read_parquet(tmp_path / "out.parquet")["a"].tolist() == [1]
    assert [file.name for file in tmp_path.iterdir()] == ["out.parquet"]


def test_table_shows_the_first_rows_and_says_so(sql: Ogi) -> None:
    done = sql("select range as n from range(201)")
    assert len(done.stdout.splitlines()) == 201  # the heading and 200 rows
    assert b"there are more" in done.stderr
    assert sql("select range as n from range(200)").stderr == b""
    assert len(list(csv.reader(io.StringIO(sql("--format", "csv", "from range(5000)").stdout.decode())))) == 5001


def test_published_numbers_come_back(sql: Ogi, tmp_path: Path) -> None:
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
def test_mistakes_are_one_line_and_change_nothing(sql: Ogi, query: str, said: str) -> None:
    done = sql(query)
    assert (done.returncode, done.stdout) == (2, b"")
    message = done.stderr.decode()
    assert message.startswith("ogi: ")
    assert message.count("\n") == 1
    assert said in message


def test_doubled_names_are_refused_where_they_would_lose_a_value(sql: Ogi) -> None:
    assert b"two columns are called a" in sql("--format", "json", "select 1 as a, 2 as a").stderr
    assert sql("--format", "csv", "select 1 as a, 2 as a").stdout == b"a,a\n1,2\n"


def test_no_database_yet(tmp_path: Path) -> None:
    done = run_ogi("sql", "select 1", "--home", tmp_path)
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


READ_BACK: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": lambda file: pd.read_csv(file, dtype={"report_key": str}),
    ".json": lambda file: pd.read_json(file, dtype={"report_key": str}),
    ".parquet": pd.read_parquet,
    ".xlsx": lambda file: pd.read_excel(file, dtype={"report_key": str}, engine="openpyxl"),
    ".dta": pd.read_stata,
    ".sqlite": lambda file: pd.read_sql("select * from result", sqlite3.connect(file)),
}
MANY = "select 9007199254740000 + range as report_key, range as n, '名' as name, null::double as blank from range(300)"


@pytest.mark.parametrize("suffix", READ_BACK)
def test_the_files_suffix_says_the_format_and_every_row_is_there(sql: Ogi, tmp_path: Path, suffix: str) -> None:
    done = sql(MANY, "-o", tmp_path / f"out{suffix}")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    frame = READ_BACK[suffix](tmp_path / f"out{suffix}")
    assert frame["n"].tolist() == list(range(300))
    assert str(frame["report_key"][299]) == "9007199254740299"
    assert set(frame["name"]) == {"名"} and frame["blank"].isna().all()


def test_a_table_in_a_file_is_whole(sql: Ogi, tmp_path: Path) -> None:
    assert sql("from range(300)", "--format", "table", "-o", tmp_path / "out.txt").stderr == b""
    assert len((tmp_path / "out.txt").read_text().splitlines()) == 301
    sql("from range(300)", "-o", tmp_path / "out.md")
    assert len((tmp_path / "out.md").read_text().splitlines()) == 302


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "out.xlsx", "--format", "csv"], b"would hold csv"),
        (["-o", "out.dta", "--excel"], b"would hold excel"),
        (["-o", "out.xls"], b"name it .csv"),
        (["-o", "out"], b"or give --format"),
        (["--vertical", "--excel"], b"contradict"),
    ],
)
def test_what_file_and_format_do_not_agree_on_is_refused(sql: Ogi, arguments: list[str], said: bytes) -> None:
    done = sql("select 1 as a", *arguments)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count(b"\n") == 1
    assert not Path(arguments[1]).exists()


def test_a_book(sql: Ogi, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    sql(
        "select 12 as report_key, '=1+1' as text, date '2024-03-08' as day, 0.25 as rate, true as yes, [1, 2] as list",
        "-o",
        file,
    )
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == ["12", "=1+1", dt.datetime(2024, 3, 8), 0.25, True, "[1, 2]"]
    assert sheet["B2"].data_type == "s" and sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:F2"
    refused = sql("select repeat('字', 40000) as text", "-o", tmp_path / "long.xlsx")
    assert refused.returncode == 2 and b"40,000 characters" in refused.stderr
    assert [found.name for found in tmp_path.iterdir()] == ["out.xlsx"]


def test_stata_has_dates_and_refuses_what_it_cannot_hold(sql: Ogi, tmp_path: Path) -> None:
    file = tmp_path / "out.dta"
    sql(
        "select date '2024-03-08' as day, 1.5 as rate, repeat('字', 3000) as text, null::integer as n, 2::hugeint as big",
        "-o",
        file,
    )
    frame = pd.read_stata(file)
    assert frame["day"].tolist() == [pd.Timestamp("2024-03-08")]
    assert (len(frame["text"][0]), frame["rate"][0], frame["n"].isna()[0]) == (3000, 1.5, True)
    assert b"no name for Stata" in sql('select 1 as "a b"', "-o", file).stderr
    assert b"infinite" in sql("select 'inf'::double as a", "-o", file).stderr


def test_csv_for_excel(sql: Ogi) -> None:
    done = sql("--excel", "select 12 as report_key, 1234567890123456 as n, '名' as text, 1 as small, null as blank")
    assert done.stdout == '\ufeffreport_key,n,text,small,blank\r\n"=""12""","=""1234567890123456""",名,1,\r\n'.encode()


def test_vertical(sql: Ogi) -> None:
    done = sql("--vertical", "select range as n, 'x\n' as text from range(2)")
    assert done.stdout.decode() == "n     0\ntext  x\\n\n\nn     1\ntext  x\\n\n"


def test_a_plain_prompt(lake: Path) -> None:
    typed = "select 1 +\n1 as two;\nselec;\ninsert into dim_year values (1, 'a', null, null);\n.quit\nselect 3;\n"
    done = subprocess.run(
        [OGI, "shell", "--plain", "--home", lake],
        env=environment(),
        input=typed.encode(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (0, [b"two", b"2"])
    assert b"syntax error" in done.stderr and b"read-only" in done.stderr


def test_duckdbs_own_prompt_if_it_is_there(lake: Path, tmp_path: Path) -> None:
    stand_in = tmp_path / "duckdb"
    stand_in.write_text('#!/bin/sh\necho "$@"\nexit 3\n')
    stand_in.chmod(0o755)
    done = subprocess.run(
        [OGI, "shell", "--home", lake], env=environment(PATH=f"{tmp_path}:/bin"), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout.decode()) == (3, f"-readonly {lake / 'ogi.duckdb'}\n")
