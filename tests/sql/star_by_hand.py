"""A star written by hand: reports and facts a few words each, loaded into DuckDB with the declared schema."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from extract.forms.vocabulary import APPLICANT_CODES, RESULT_CODES
from transform import summaries
from transform.dimensions import dim_applicant, dim_measure, dim_outcome, dim_proceeding
from transform.dimensions import due as due_of
from transform.empty_warehouse import create_tables, create_views, view_statements
from transform.schema import TABLE, TABLES

_NULLABLE = {
    pa.int64(): pd.Int64Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


class Star:
    """Rows by table. Every method gives back the key of what it added."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for dimension in (dim_applicant, dim_outcome, dim_measure, dim_proceeding):
            self.rows[dimension.__name__] = pa.Table.from_pandas(dimension(), preserve_index=False).to_pylist()

    def _add(self, table: str, **row: Any) -> None:
        known = {column.name for column in TABLE[table].columns}
        self.rows[table].append({name: value for name, value in row.items() if name in known})

    def division(self, code: str, name: str, level: str, province: str, prefecture: str | None = None,
                 now: str | None = None, **stated: Any) -> str:  # fmt: skip
        """`now`: the division that it became."""
        full_name = "".join(dict.fromkeys(filter(None, (province, prefecture, name))))
        row = {"division_key": code, "code": code[:6], "name": name, "level": level, "province": province,
               "prefecture": prefecture, "county": name if level == "county" else None, "full_name": full_name,
               "current_key": now or code, "is_zone": False}  # fmt: skip
        self._add("dim_division", **(row | stated))
        return code

    def territory(
        self, whole: str, part: str, last_year: int, is_entire: bool = True, decision: str | None = None
    ) -> None:
        """Up to `last_year` the land of `whole` was, or was in, `part`."""
        self._add("dim_territory", division_key=whole, part_key=part, first_year=2008, last_year=last_year,
                  is_entire=is_entire, break_year=last_year + 1, decision=decision)  # fmt: skip

    def organ(self, name: str, kind: str | None, level: str | None, division: str | None, now: int | None = None,
              canonical: str | None = None) -> int:  # fmt: skip
        """`now`: the same organ of what its division became. `canonical`: its name with its place in full."""
        key = len(self.rows["dim_organ"]) + 1
        self._add("dim_organ", organ_key=key, name=name, canonical_name=canonical or name, kind=kind, level=level,
                  division_key=division, current_key=now or key)  # fmt: skip
        return key

    def year(self, year: int) -> None:
        due, governments = due_of(year)
        self._add("dim_year", year=year, form="2021", due_departments=due, due_governments=governments)

    def address(self, url: str, organ: int, division: str | None, year: int, known: str) -> None:
        """An address that would be the report of an organ and year, and gave none."""
        self._add("address", url=url, organ_key=organ, division_key=division, year=year, known=known, reason=None)

    def report(self, organ: int | None, year: int | None, form: str | None = "2021", **stated: Any) -> int:
        key = 1000 + len(self.rows["dim_report"])
        organs = {row["organ_key"]: row["division_key"] for row in self.rows["dim_organ"]}
        row: dict[str, Any] = {
            "report_key": key, "organ_key": organ, "division_key": organs.get(organ), "year": year, "form": form,
            "scope": "unknown", "title": "年度报告", "published": None, "sha256": f"{key:064x}", "format": "html",
            "version": 1, "is_current": True, "previous_report_key": None, "correction": None, "source_url": None, "quality": "clean", "extracted_at": dt.datetime(2025, 1, 1),
            "extractor": "hand",
        }  # fmt: skip
        self._add("dim_report", **(row | stated))
        self._add("document", sha256=row["sha256"], path=f"{key}.html", fetched_at=dt.datetime(2025, 1, 1),
                  status="ok", report_key=key)  # fmt: skip
        return key

    def requests(self, report: int, table: Mapping[str, Sequence[int | None]]) -> None:
        """Seven published counts a row, in the order of the form; None is a blank cell."""
        for outcome, counts in table.items():
            for applicant, count in zip(APPLICANT_CODES, counts, strict=True):
                self.request(report, outcome, applicant, count)

    def totals(self, report: int, table: Mapping[str, int | None]) -> None:
        """Rows of which only the column 总计 matters: the natural persons made all requests."""
        self.requests(report, {outcome: [n, 0, 0, 0, 0, 0, n] for outcome, n in table.items()})

    def request(self, report: int, outcome: str, applicant: str, count: int | None) -> None:
        self._add("fact_request", report_key=report, outcome_key=outcome, applicant_key=applicant, count=count)

    def proceedings(self, report: int, table: Mapping[str, Sequence[int | None]]) -> None:
        for channel, counts in table.items():
            for result, count in zip(RESULT_CODES, counts, strict=True):
                self.proceeding(report, f"{channel}.{result}", count)

    def proceeding(self, report: int, code: str, count: int | None) -> None:
        self._add("fact_proceeding", report_key=report, proceeding_key=code, count=count)

    def measure(self, report: int, measure: str, value: float | None, unit: str | None) -> None:
        self._add("fact_disclosure", report_key=report, measure_key=measure, value=value, unit=unit)

    def sheet(self, report: int, row: str, column: str, value: float | None, unit: str | None) -> None:
        """A number of a statistics sheet of 2014, whose rows are known by their labels."""
        code = f"{row}.{column}"
        if all(known["measure_key"] != code for known in self.rows["dim_measure"]):
            self._add("dim_measure", measure_key=code, code=code, row_code=row, column_code=column, name_zh=row, unit=unit,
                      forms=["2014"], sort_order=len(self.rows["dim_measure"]))  # fmt: skip
        self.measure(report, code, value, unit)

    def finding(self, report: int, check: str, severity: str, result: str = "failed") -> None:
        self._add("fact_finding", report_key=report, check_code=check, severity=severity, result=result,
                  where="requests.total", message="A finding.", since=dt.datetime(2025, 1, 1))  # fmt: skip

    def doubt(self, report: int, row: str, reading: str) -> None:
        self._add("doubted_cell", report_key=report, fact_table="fact_request", row_code=row, column_code="total",
                  reading=reading, value=1.0, raw="1", table_index=0, row_index=0, column_index=0)  # fmt: skip

    def document(self, path: str, status: str) -> None:
        self._add("document", sha256="f" * 64, path=path, fetched_at=dt.datetime(2025, 1, 1), status=status)

    def arrow(self, table: str) -> pa.Table:
        return pa.Table.from_pylist(self.rows[table], schema=TABLE[table].arrow)

    def frame(self, table: str) -> pd.DataFrame:
        """The table as pandas sees it, with pandas' nullable integers, floats and booleans."""
        frame: pd.DataFrame = self.arrow(table).to_pandas(types_mapper=_NULLABLE.get)
        return frame


Computed = dict[str, tuple[Callable[[Star], pd.DataFrame], list[str]]]
"""View → how pandas computes it, and the columns that make a row one of its kind."""


def empty_warehouse() -> duckdb.DuckDBPyConnection:
    """The star's tables, empty, and every view."""
    connection = duckdb.connect()
    create_tables(connection)
    create_views(connection, view_statements())
    return connection


def load(connection: duckdb.DuckDBPyConnection, star: Star) -> duckdb.DuckDBPyConnection:
    """Put the star's rows in the place of whatever the tables held."""
    for table in TABLES:
        connection.execute(f'delete from "{table.name}"')
        connection.register("incoming", star.arrow(table.name))
        connection.execute(f'insert into "{table.name}" by name select * from incoming')
        connection.unregister("incoming")
    for summary, fact in summaries.FACTS.items():
        connection.execute(f"delete from {summary}")
        summaries.fill(connection, fact, fact)
    return connection
