"""The checks across reports: one SQL file each in `sql/checks/`, run over the star before it is published.

A file's first line is `-- code (severity): rule`; its query gives `report_key`, `other_report_key` (the report that it was
compared with, or NULL), `result` (failed or not_applicable), `where`, `expected`, `found`, `message`. It sees the star's
tables and the views that its second line names (`-- needs: v_cell`). Its severity is warning or info: that two reports differ does
not tell whose number is wrong.

What it may look at is what `transform/checks_run.py` shows it: the reports of some provinces with their cells, and of the same organs
the year before. What lies further away is not there, and would not be looked at again when it changes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import duckdb

from extract.shipped import shipped
from transform.empty_warehouse import create_views, needed, view_statements

CHECKS = shipped("sql", "checks")
VIEWS = shipped("sql", "views")
_HEADER = re.compile(r"-- (?P<code>[a-z_]+) \((?P<severity>warning|info)\): (?P<rule>.+)")

_VIEW = re.compile(r"\bv_\w+")
_COMMENT = re.compile(r"--.*")

_TABLE = """
    create temp table star_finding (
        report_key bigint not null, other_report_key bigint, check_code varchar not null, severity varchar not null,
        result varchar not null check (result in ('failed', 'not_applicable')), "where" varchar not null, expected varchar, found varchar, message varchar not null
    )
"""


class Check(NamedTuple):
    """One check: its code and severity, its rule as a sentence, the views that it needs, its query."""

    code: str
    severity: str
    rule: str
    needs: tuple[str, ...]
    sql: str


def checks(folder: Path = CHECKS) -> tuple[Check, ...]:
    """The checks of a folder by name. Raises ValueError for a file whose first lines do not say what it is and needs."""
    return tuple(_check(file) for file in sorted(folder.glob("*.sql")))


def _check(file: Path) -> Check:
    sql = file.read_text(encoding="utf-8")
    first, second, *_ = [*sql.splitlines(), "", ""]
    header = _HEADER.fullmatch(first)
    if header is None or header["code"] != file.stem:
        raise ValueError(f"{file}: the first line must be “-- {file.stem} (warning): rule”, or (info).")
    needs = tuple(second.removeprefix("-- needs: ").split(", ")) if second.startswith("-- needs: ") else ()
    used = sorted(set(_VIEW.findall(_COMMENT.sub("", sql))))
    if sorted(needs) != used:  # else it stands only as long as another check needs the same view
        raise ValueError(f"{file}: the second line must be “-- needs: {', '.join(used)}”: the views of its query.")
    return Check(header["code"], header["severity"], header["rule"], needs, sql)


def views(found: tuple[Check, ...]) -> dict[str, str]:
    """The views that checks need, those that these are made of among them: name → statement."""
    statements = view_statements(VIEWS)
    names: dict[str, None] = {}
    waiting = [name for check in found for name in check.needs]
    while waiting:
        name = waiting.pop()
        if name not in names:
            names[name] = None
            waiting += needed(name, statements)
    return {name: statements[name] for name in sorted(names)}


def prepare(con: duckdb.DuckDBPyConnection, found: tuple[Check, ...] | None = None) -> None:
    """Make the views that the checks need and the empty table `star_finding`. The star's tables stand as relations."""
    create_views(con, views(found or checks()))
    con.execute(_TABLE)


def run(con: duckdb.DuckDBPyConnection, reports: str, found: tuple[Check, ...] | None = None) -> None:
    """Run every check; what they find of `reports`, a relation with `report_key`, goes into `star_finding`.

    Raises duckdb.Error, naming the check.
    """
    found = found or checks()
    # findings are sorted when they are written; to keep an order here costs memory that the checks of a nation lack
    con.execute("set preserve_insertion_order = false")
    for check in found:
        severity = f"case when result = 'failed' then '{check.severity}' else 'info' end"
        try:
            con.execute(
                f"insert into star_finding by name select *, '{check.code}' as check_code, {severity} as severity "
                f"from ({check.sql}\n) semi join {reports} using (report_key)"
            )
        except duckdb.Error as error:
            raise type(error)(f"check {check.code}: {error}") from error
    con.execute("reset preserve_insertion_order")
