"""`ogi export`: the same rows in every format, keys as text, every column with its words, and nothing overwritten unasked."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from frictionless import Package

from flows import warehouse
from flows.cli import books
from flows.exporting import NotExported, export
from tests.flows.conftest import run_ogi

TABLES = ("district_year", "organ_year", "request_cell", "finding", "panel")


@pytest.fixture(scope="module")
def exported(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "out"
    done = run_ogi("export", folder, "--home", lake)
    assert (done.returncode, done.stderr) == (0, b"")
    assert sorted(map(str, folder.iterdir())) == done.stdout.decode().splitlines()
    return folder


@pytest.fixture
def con(lake: Path) -> duckdb.DuckDBPyConnection:
    return warehouse.connect(lake / "ogi.duckdb")


def read_csv(folder: Path, table: str) -> pd.DataFrame:
    file = folder / ("panel.csv.gz" if table == "panel" else f"{table}.csv")
    return pd.read_csv(file, encoding="utf-8-sig", dtype=str)


@pytest.mark.services
def test_the_data_package_is_valid_and_says_everything(exported: Path) -> None:
    package = Package(str(exported / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "note"])
    assert tuple(package.resource_names) == TABLES
    described = json.loads((exported / "datapackage.json").read_text(encoding="utf-8"))
    assert "Do not add up over organs" in described["description"] and described["licenses"] and described["sources"]
    assert all(field["description"] for resource in described["resources"] for field in resource["schema"]["fields"])


@pytest.mark.services
@pytest.mark.parametrize("table", TABLES)
def test_the_same_rows_in_every_format(exported: Path, table: str) -> None:
    text = read_csv(exported, table)
    parquet, stata = pd.read_parquet(exported / f"{table}.parquet"), pd.read_stata(exported / f"{table}.dta")
    with sqlite3.connect(exported / "ogi.sqlite") as made:
        lite = pd.read_sql(f"select * from {table}", made)
    assert len(text) > 0 or table == "finding"  # these samples have none
    keys = text["report_key"].tolist()
    for other in (parquet, stata, lite):
        assert list(other) == list(text)
        assert other["report_key"].tolist() == keys
    fields = pq.read_schema(exported / f"{table}.parquet")
    assert all(field.metadata[b"description"] for field in fields)


@pytest.mark.services
def test_what_was_published_comes_out(exported: Path, con: duckdb.DuckDBPyConnection) -> None:
    query = 'select report_key::varchar, "new" from v_district_year where "new" is not null order by 1'
    published = con.execute(query).fetchall()
    text = read_csv(exported, "district_year").dropna(subset=["new"])
    assert sorted(zip(text["report_key"], map(int, text["new"]), strict=True)) == published


@pytest.mark.services
def test_the_book(exported: Path) -> None:
    book = openpyxl.load_workbook(exported / "ogi.xlsx")
    assert book.sheetnames == ["说明", "区划年度", "机关年度", "核查问题", "区划年度（宽表）"]
    sheet = book["区划年度"]
    heads = [cell.value for cell in sheet[1]]
    assert {"区划代码", "区划全称", "本年新收", "不予公开率"} <= set(heads)
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref.startswith("A1:")
    assert isinstance(sheet[2][heads.index("报告编号")].value, str)
    assert any(str(cell.value).startswith("本年新收 20") for cell in book["区划年度（宽表）"][1])


@pytest.mark.services
def test_a_csv_file_begins_with_the_mark_that_excel_needs(exported: Path) -> None:
    assert (exported / "district_year.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    assert gzip.decompress((exported / "panel.csv.gz").read_bytes())[:3] == b"\xef\xbb\xbf"


@pytest.mark.services
def test_some_years_and_one_province(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    ((province, year),) = con.execute(
        'select province, "year" from v_district_year where province is not null order by all limit 1'
    ).fetchall()
    made = export(con, tmp_path / "out", ["csv"], province, (year, year))
    assert "ogi.xlsx" not in {file.name for file in made}
    for table in TABLES:
        rows = read_csv(tmp_path / "out", table)
        assert set(rows["province"]) <= {province} and set(rows["year"]) <= {str(year)}


@pytest.mark.services
def test_nothing_is_overwritten_unasked(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    (folder / "panel.parquet").write_text("old")
    with pytest.raises(NotExported, match="--force"):
        export(con, folder, ["parquet"])
    assert (folder / "panel.parquet").read_text() == "old"
    export(con, folder, ["parquet"], force=True)
    assert (folder / "mine.txt").read_text() == "mine" and len(pq.read_table(folder / "panel.parquet"))
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_what_there_is_not(lake: Path, tmp_path: Path) -> None:
    for arguments, said in (
        (["--province", "无省"], "there is no report of 无省; there are of "),
        (["--years", "1999"], "no report of these years"),
        (["--years", "2022-2021"], "are no years"),
    ):
        done = run_ogi("export", tmp_path / "out", "--home", lake, *arguments)
        assert (done.returncode, done.stdout) == (2, b"") and said in done.stderr.decode()
    assert not (tmp_path / "out").exists()
    assert "run `ogi run PATH…` first" in run_ogi("export", tmp_path / "x", "--home", tmp_path).stderr.decode()


@pytest.mark.services
def test_more_rows_than_a_sheet_holds_are_split(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "split.xlsx") as book:
        assert books.write_sheet(book, "data", con.execute("select range as n from range(7)"), most=4) == 3
    read = openpyxl.load_workbook(tmp_path / "split.xlsx")
    assert [[cell.value for cell in sheet["A"]] for sheet in read] == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]
