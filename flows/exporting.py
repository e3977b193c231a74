"""The warehouse as files for other programs: flat tables of districts, organs, cells and findings, with the whole dictionary.

Keys are text in all of them. Each file is written whole before any takes its place in the folder.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.cli import books, result, screen
from transform import chinese
from transform.dictionary import WARNINGS, Entry
from transform.empty_warehouse import warehouse_dictionary
from transform.schema import quoted

if TYPE_CHECKING:
    import duckdb

FORMATS = ("csv", "parquet", "xlsx", "sqlite", "stata", "package")
_PANEL = """
    select summary.*, proceeding.* exclude ({shared}), proceeding.rates_withheld as proceedings_withheld,
        proceeding.blank_cells as proceedings_blank_cells, timeliness.due, timeliness.due_basis, timeliness.days_late,
        timeliness.is_late, report.title, report.source_url, report.sha256, report.format, report.version
    from v_request_summary as summary
    inner join v_proceeding_summary as proceeding on summary.report_key = proceeding.report_key
    inner join dim_report as report on summary.report_key = report.report_key
    left join v_timeliness as timeliness on summary.report_key = timeliness.report_key
"""
_OF_FOUR = {"rates_withheld": "proceedings_withheld", "blank_cells": "proceedings_blank_cells"}
_BOM = b"\xef\xbb\xbf"
_JSON_TYPES = {"BOOLEAN": "boolean", "DOUBLE": "number", "DATE": "date", "TIMESTAMP": "datetime"}


class NotExported(Exception):
    """The export cannot be made as it was asked for; the message is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Flat:
    """One table to write: its query, and the words on it and on its columns, in their order."""

    name: str
    description: str
    query: str
    columns: tuple[Entry, ...]


def export(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    formats: Sequence[str] = FORMATS,
    province: str | None = None,
    years: tuple[int, int] | None = None,
    force: bool = False,
) -> list[Path]:
    """Write the tables into the folder in these formats; gives the files.

    Raises NotExported for a province or years of which the warehouse has nothing, and for a folder that holds other files
    unless `force`d: then files of the same names are replaced, the others stay.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())) and not force:
        raise NotExported(
            f"{folder} is not empty: name another folder, or give --force to replace files of the same names."
        )
    tables = flat_tables(con, province, years)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as aside:
        made = Path(aside) / "made"
        made.mkdir()
        for name in FORMATS:
            if name in formats:
                _WRITERS[name](con, tables, made)
        folder.mkdir(exist_ok=True)
        names = sorted(file.name for file in made.iterdir())
        for name in names:
            shutil.move(made / name, folder / name)
    return [folder / name for name in names]


def flat_tables(
    con: duckdb.DuckDBPyConnection, province: str | None = None, years: tuple[int, int] | None = None
) -> list[Flat]:
    """What is exported: district_year, organ_year, request_cell, finding, panel. Raises NotExported."""
    conditions = []
    if province is not None:
        known = [name for (name,) in con.execute("select distinct province from v_report where province is not null").fetchall()]  # fmt: skip
        if province not in known:
            raise NotExported(
                f"there is no report of {province}; there are of {', '.join(sorted(known)) or 'no province'}."
            )
        conditions.append(f"province = {quoted(province)}")
    if years is not None:
        conditions.append(f'"year" between {years[0]} and {years[1]}')
    where = " and ".join(conditions) or "true"
    if con.execute(f"select count(*) from v_report where {where}").fetchall() == [(0,)]:
        raise NotExported("there is no report of these years and this province: `ogi status` shows what there is.")
    words = {relation.name: relation for relation in warehouse_dictionary()}
    proceeding = {column.name for column in words["v_proceeding_summary"].columns}
    shared = sorted(proceeding & {column.name for column in words["v_request_summary"].columns})
    told_of_four = {column.name: column for column in words["v_proceeding_summary"].columns}
    panel = _PANEL.format(shared=", ".join(f'"{name}"' for name in shared))
    wanted = [
        ("district_year", "v_district_year", "select * from v_district_year"),
        ("organ_year", "v_request_summary", "select * from v_request_summary"),
        ("request_cell", "v_request_cell", "select * from v_request_cell"),
        ("finding", "v_findings", "select * from v_findings where is_current"),
        ("panel", "v_request_summary", panel),
    ]
    tables = []
    for name, view, query in wanted:
        description = words[view].description
        if name == "panel":
            description = f"Tables 三 and 四, punctuality and source of each current report in one row. {description}"
        told = {
            c.name: c
            for relation in ("dim_report", "v_timeliness", "v_proceeding_summary", view)
            for c in words[relation].columns
        }
        told |= {new: told_of_four[old] for old, new in _OF_FOUR.items()}
        columns, chosen = [], []
        for column, kind, *_ in con.execute(f"describe {query}").fetchall():
            is_key = result.is_key(column)
            chosen.append(f'"{column}"::varchar as "{column}"' if is_key else f'"{column}"')
            columns.append(Entry(column, "VARCHAR" if is_key else kind, told[column].unit, told[column].description))
        ordered = f"select {', '.join(chosen)} from ({query}) as flat where {where} order by all"
        tables.append(Flat(name, description, ordered, tuple(columns)))
    return tables


def _csv(con: duckdb.DuckDBPyConnection, tables: list[Flat], folder: Path) -> None:
    for table in tables:
        opened: Any = gzip.GzipFile(folder / "panel.csv.gz", "wb", mtime=0) if table.name == "panel" else (folder / f"{table.name}.csv").open("wb")  # fmt: skip
        with opened as stream:
            stream.write(_BOM)
            result.write_csv(con.execute(table.query), stream)


def _parquet(con: duckdb.DuckDBPyConnection, tables: list[Flat], folder: Path) -> None:
    import pyarrow.parquet as pq

    for table in tables:
        reader = con.sql(table.query).to_arrow_reader()
        told = {column.name: column for column in table.columns}
        schema = reader.schema.with_metadata({"description": table.description, "warnings": json.dumps(WARNINGS, ensure_ascii=False)})  # fmt: skip
        for place, field in enumerate(schema):
            words = {"description": told[field.name].description, "unit": told[field.name].unit}
            schema = schema.set(place, field.with_metadata(words))
        with pq.ParquetWriter(folder / f"{table.name}.parquet", schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch.cast(schema))


def _xlsx(con: duckdb.DuckDBPyConnection, tables: list[Flat], folder: Path) -> None:
    import xlsxwriter

    heads = dict.fromkeys(("district_year", "organ_year"), chinese.names("column"))
    by_name = {table.name: table for table in tables}
    with xlsxwriter.Workbook(folder / "ogi.xlsx", {"constant_memory": True}) as book:
        notes = book.add_worksheet("说明")
        notes.set_column(0, 2, 24)
        notes.set_column(3, 3, 120)
        for line, cells in enumerate(_notes(tables, heads)):
            for place, cell in enumerate(cells):
                notes.write_string(line, place, cell)
        for name, title in (("district_year", "区划年度"), ("organ_year", "机关年度"), ("finding", "核查问题")):
            sheets = books.write_sheet(book, title, con.execute(by_name[name].query), heads.get(name))
            if sheets > 1:
                screen.say(f"{title}: a sheet holds {books.SHEET_ROWS:,} rows, the rest stands in {sheets - 1} more.")
        books.write_sheet(book, "区划年度（宽表）", con.execute(_wide(con, by_name["district_year"].query)))


def _notes(tables: list[Flat], heads: dict[str, dict[str, str]]) -> Iterator[list[str]]:
    for warning in WARNINGS:
        yield [warning]
    for table in tables:
        if table.name in ("district_year", "organ_year", "finding"):
            yield []
            yield [table.name, table.description]
            for column in table.columns:
                yield [
                    heads.get(table.name, {}).get(column.name, column.name),
                    column.name,
                    column.unit,
                    column.description,
                ]


def _wide(con: duckdb.DuckDBPyConnection, query: str) -> str:
    """A division a row: new requests and the rate of refusals of each year side by side."""
    years = [year for (year,) in con.execute(f'select distinct "year" from ({query}) as flat order by 1').fetchall()]
    cells = [
        f'max({figure}) filter (where "year" = {year}) as "{label} {year}"'
        for figure, label in (('"new"', "本年新收"), ("refusal_rate", "不予公开率"))
        for year in years
    ]
    chosen = ", ".join(['division_key as "区划代码"', 'full_name as "区划全称"', *cells])
    return f"select {chosen} from ({query}) as flat group by division_key, full_name order by division_key"


def _sqlite(con: duckdb.DuckDBPyConnection, tables: list[Flat], folder: Path) -> None:
    import sqlite3

    made = sqlite3.connect(folder / "ogi.sqlite")
    try:
        for table in tables:
            books.fill_sqlite(made, table.name, con.execute(table.query))
        made.execute("create table dictionary (table_name text, column_name text, unit text, description text)")
        for table in tables:
            rows = [(table.name, c.name, c.unit, c.description) for c in table.columns]
            made.executemany("insert into dictionary values (?, ?, ?, ?)", [(table.name, None, None, table.description), *rows])  # fmt: skip
        made.commit()
    finally:
        made.close()


def _stata(con: duckdb.DuckDBPyConnection, tables: list[Flat], folder: Path) -> None:
    for table in tables:
        labels = {column.name: column.comment for column in table.columns}
        with (folder / f"{table.name}.dta").open("wb") as stream:
            books.stata(con.execute(table.query)).to_stata_file(stream, labels)


def _package(con: duckdb.DuckDBPyConnection, tables: list[Flat], folder: Path) -> None:
    """A Frictionless data package of the CSV files."""
    if not (folder / "panel.csv.gz").exists():
        _csv(con, tables, folder)
    described = {
        "name": "ogi-reports",
        "title": "China's annual reports on open government information (政府信息公开工作年度报告)",
        "description": " ".join(WARNINGS),
        "profile": "tabular-data-package",
        "licenses": [{"name": "MIT", "title": "MIT licence", "path": "https://opensource.org/license/mit"}],
        "sources": [
            {"title": "The organs' own annual reports; panel.source_url and panel.sha256 name the document of each row"}
        ],
        "warnings": list(WARNINGS),
        "resources": [_resource(table) for table in tables],
    }
    text = json.dumps(described, ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(text + "\n", encoding="utf-8")


def _resource(table: Flat) -> dict[str, Any]:
    packed = {"path": "panel.csv.gz", "compression": "gz"} if table.name == "panel" else {"path": f"{table.name}.csv"}
    fields = [
        {"name": c.name, "type": _json_type(c.type), "description": c.description}
        | ({"unit": c.unit} if c.unit else {})
        for c in table.columns
    ]
    return {
        "name": table.name,
        **packed,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "description": table.description,
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _json_type(kind: str) -> str:
    if kind.endswith("[]"):
        return "array"
    return "integer" if re.search("INT", kind) else _JSON_TYPES.get(kind, "string")


_WRITERS = {
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "sqlite": _sqlite,
    "stata": _stata,
    "package": _package,
}
