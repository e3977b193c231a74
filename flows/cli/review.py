"""`ogi review`: a person decides what waits, cell by cell or table by table; each decision is a line of a plain file."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import screen
from flows.settings import option, settings, variable

EXAMPLE = "Example: ogi review --who 'A. Reader'; then: ogi run"
FILE = "review.csv"
_HELP = "1 or 2: that reading; a number; - for blank; r: no number; s: skip; q: quit"
_TABLE_HELP = "1 or 2: that reading for all of them; c: cell by cell; r: no number for any; s: skip; q: quit"
_CODES = {"fact_request": "requests", "fact_proceeding": "proceedings", "fact_disclosure": "disclosure"}


class _Quit(Exception):
    """The person has had enough; what was decided is written."""


def review(
    who: Annotated[
        str | None, typer.Option("--who", envvar=variable("who"), help="Your name, as it shall stand in the file.")
    ] = None,
    corrections: Annotated[Path | None, option("corrections")] = None,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Walk through the numbers that wait for a person, show their readings, and write down what you decide."""
    with screen.edge():
        chosen = settings(home=home, corrections=corrections)
        tables = _waiting(chosen.home)
        name = who or getpass.getuser()
        decided = 0
        try:
            for number, (report, cells) in enumerate(tables, 1):
                _introduce(number, len(tables), report, cells)
                for line in _decide(report, cells, name):
                    _append(chosen.corrections, line)
                    decided += 1
        except _Quit:
            pass
        _say(f"{decided} decisions in {chosen.corrections / FILE}." + (" `ogi run` applies them." if decided else ""))
        _say(_unresolved(chosen.home))


def _waiting(home: Path) -> list[tuple[dict[str, Any], list[list[dict[str, Any]]]]]:
    """(report and table, its cells, each with its readings), for every table with cells that wait."""
    from flows import warehouse
    from transform.lake import Lake

    with warehouse.connect(Lake(home).database) as con:
        found = con.execute(
            """
            select report_key, title, year, sha256, fact_table, row_code, column_code, reading, value, raw, confidence, page,
                (select min(path) from document where document.sha256 = dim_report.sha256) as path
            from doubted_cell join dim_report using (report_key)
            order by report_key, fact_table, row_code, column_code, reading
            """
        )
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    tables = []
    for _, own in groupby(rows, key=lambda row: (row["report_key"], row["fact_table"])):
        held = list(own)
        cells = [list(same) for _, same in groupby(held, key=lambda row: (row["row_code"], row["column_code"]))]
        tables.append((held[0], cells))
    return tables


def _unresolved(home: Path) -> str:
    from flows import warehouse
    from transform.lake import Lake

    with warehouse.connect(Lake(home).database) as con:
        row = con.execute("select count(*) from dim_report where organ_key is null").fetchone()
    count = row[0] if row else 0
    if not count:
        return "Every report has its organ."
    return f"{count} reports without an organ: teach it in data/reference/organs.csv, then `ogi identify --check`."


def _introduce(number: int, of: int, report: dict[str, Any], cells: list[list[dict[str, Any]]]) -> None:
    table = _CODES[report["fact_table"]]
    _say(f"\n[{number}/{of}] {report['title']} ({report['year']}), table {table}: {len(cells)} cells wait.")
    _say(f"  {report['path']}")
    for readings in cells:
        _say("  " + _shown(readings))


def _shown(readings: list[dict[str, Any]]) -> str:
    first = readings[0]
    told = "   ".join(f"{n}) {r['reading']}: {_number(r['value'])} “{r['raw']}”" for n, r in enumerate(readings, 1))
    return f"{_CODES[first['fact_table']]}.{first['row_code']}.{first['column_code']}   {told}"


def _number(value: float | None) -> str:
    return "blank" if value is None else f"{value:.12g}"


def _decide(report: dict[str, Any], cells: list[list[dict[str, Any]]], who: str) -> list[list[str]]:
    answer = "c"
    if len(cells) > 1:
        answer = _asked(_TABLE_HELP, {"1", "2", "c", "r", "s", "q"})
    if answer == "s":
        return []
    decided = []
    for readings in cells:
        own = answer
        if answer == "c" or (answer == "2" and len(readings) < 2):
            _say("  " + _shown(readings))
            own = _asked(_HELP, None)
        if own != "s":
            decided.append(_line(report, readings, own, who))
    return decided


def _asked(help_text: str, allowed: set[str] | None) -> str:
    """One answer; asked again until it can be understood. Raises `_Quit`."""
    while True:
        sys.stdout.write(f"  {help_text}\n  > ")
        sys.stdout.flush()
        line = sys.stdin.readline()
        answer = line.strip().lower()
        if not line or answer == "q":
            raise _Quit
        if answer in allowed if allowed is not None else answer in ("1", "2", "-", "r", "s") or _is_number(answer):
            return answer
        _say("  That is none of these.")


def _is_number(text: str) -> bool:
    from transform.corrections import NUMBER

    return NUMBER.fullmatch(text) is not None


def _line(report: dict[str, Any], readings: list[dict[str, Any]], answer: str, who: str) -> list[str]:
    """The fields of one correction. In a cell of one reading, 1 takes it; a bare 2 there is the number 2."""
    first = readings[0]
    table = _CODES[first["fact_table"]]
    decision, value = "value", answer
    if answer == "r":
        decision, value = "reject", ""
    elif answer == "-":
        value = ""
    elif answer in ("1", "2") and int(answer) <= len(readings):
        decision = ("first", "second")[int(answer) - 1]
        chosen = readings[int(answer) - 1]["value"]
        value = "" if chosen is None else _number(chosen)
    why = {"first": f"reading {first['reading']}", "reject": "no reading can be trusted"}.get(
        decision, "seen in the document"
    )
    when = datetime.now(UTC).date().isoformat()
    return [
        report["sha256"],
        table,
        first["row_code"],
        first["column_code"],
        decision,
        value,
        first["raw"],
        who,
        when,
        why,
    ]


def _append(folder: Path, fields: list[str]) -> None:
    """Add one line; the file is whole at every moment."""
    import csv
    import io
    import os

    from transform.corrections import COLUMNS

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not file.exists():
        writer.writerow(COLUMNS)
    writer.writerow(fields)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    new = folder / f".{FILE}.new"
    with new.open("w", encoding="utf-8", newline="") as stream:
        stream.write(before + text.getvalue())
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def _say(text: str) -> None:
    sys.stdout.write("\n".join(screen.visible(line) for line in text.split("\n")) + "\n")
