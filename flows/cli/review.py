"""`ogi review`: a person decides what waits, cell by cell or table by table; each decision is a line of a plain file."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import screen
from flows.settings import option, settings, variable

if TYPE_CHECKING:
    from flows.cli.seen import Seen
    from transform.review_queue import Paper, WaitingTable

EXAMPLE = "Example: ogi review --who 'A. Reader'; then: ogi run"
FILE = "review.csv"
_CELL = "1 or 2: that reading; a number; - for blank; r: no number; s: skip; q: quit"
_AMOUNT = "1 or 2: that reading; a number with its unit (元, 千元, 万元, 百万元, 亿元); - for blank; r: no number; s: skip; q: quit"
_TABLE = "1 or 2: that reading for all of them; c: cell by cell; r: no number for any; s: skip; q: quit"
_ORGAN = "the organ's name in full, with its province, prefecture and county; s: skip; q: quit"
_YEAR = "the year reported; s: skip; q: quit"
_SURE = "y: that is it; n: ask again; q: quit"

Line = list[str]
"""The fields of one correction, as `transform.corrections.COLUMNS`."""


class _Quit(Exception):
    """The person has had enough; what was decided is written."""


def review(
    who: Annotated[
        str | None, typer.Option("--who", envvar=variable("who"), help="Your name, as it shall stand in the file.")
    ] = None,
    corrections: Annotated[Path | None, option("corrections")] = None,
    home: Annotated[Path | None, option("home")] = None,
) -> None:
    """Walk through what waits for a person, show it as the document has it, and write down what you decide."""
    with screen.edge():
        from flows import warehouse
        from flows.cli.seen import Seen
        from transform import review_queue
        from transform.lake import Lake

        chosen = settings(home=home, corrections=corrections)
        with warehouse.connect(Lake(chosen.home).database) as con:
            tables, unknown = review_queue.tables(con), review_queue.unknown(con)
        seen = Seen(chosen.home)
        name = who or getpass.getuser()
        decided = 0
        try:
            for line in _walk(tables, unknown, seen, name):
                _append(chosen.corrections, line)
                decided += 1
        except _Quit:
            pass
        _say(f"{decided} decisions in {chosen.corrections / FILE}." + (" `ogi run` applies them." if decided else ""))


def _walk(tables: list[WaitingTable], unknown: list[Paper], seen: Seen, who: str) -> Iterator[Line]:
    """Everything that waits, one after the other; yields decisions as they are taken. Raises `_Quit`."""
    for number, waiting in enumerate(tables, 1):
        paper = waiting.paper
        _say(
            f"\n[{number}/{len(tables)}] {paper.title} ({paper.year}), table {waiting.table}: {len(waiting.cells)} cells wait."
        )
        _introduce(paper)
        for line in seen.table(waiting):
            _say("  " + line)
        for readings in waiting.cells:
            _say("  " + _shown(waiting.table, readings))
        yield from _cells(waiting, who)
    for number, paper in enumerate(unknown, 1):
        _say(
            f"\n[{number}/{len(unknown)}] {paper.title or 'a report without a title'}: {paper.organ or 'whose is it?'}, {paper.year or 'of which year?'}"
        )
        _introduce(paper)
        for line in seen.beginning(paper):
            _say("  │ " + line)
        if paper.organ is None and (organ := _organ()):
            yield _of_report(paper, "organ", organ, who)
        if paper.year is None and (year := _asked(_YEAR, _is_year)) != "s":
            yield _of_report(paper, "year", year, who)


def _introduce(paper: Paper) -> None:
    for place in (*paper.paths, paper.url):
        if place:
            _say(f"  {place}")


def _shown(table: str, readings: tuple[dict[str, Any], ...]) -> str:
    first = readings[0]
    told = "   ".join(_reading(n, reading) for n, reading in enumerate(readings, 1))
    return f"{first['labels'] or ''} {table}.{first['row_code']}.{first['column_code']}   {told}"


def _reading(number: int, reading: dict[str, Any]) -> str:
    unit = f" {reading['unit']}" if reading["unit"] and reading["value"] is not None else ""
    sure = "" if reading["confidence"] is None else f", confidence {reading['confidence']:.2f}"
    return f"{number}) {reading['reading']}: {_number(reading['value'])}{unit} “{reading['raw']}”{sure}"


def _number(value: float | None) -> str:
    from transform.corrections import plain

    return "blank" if value is None else plain(value)


def _cells(waiting: WaitingTable, who: str) -> Iterator[Line]:
    answer = "c"
    if len(waiting.cells) > 1:
        answer = _asked(_TABLE, lambda given: given in ("1", "2", "c", "r", "s"))
    if answer == "s":
        return
    for readings in waiting.cells:
        own = answer
        if answer == "c" or (answer == "2" and len(readings) < 2):
            _say("  " + _shown(waiting.table, readings))
            own = _of_one_cell(waiting.table, readings)
        if own != "s":
            yield _of_cell(waiting, readings, own, who)


def _of_one_cell(table: str, readings: tuple[dict[str, Any], ...]) -> str:
    """An answer on one cell. In an amount of one reading, a bare 2 would be a number without a unit."""
    from transform.corrections import is_amount

    if not is_amount(table, readings[0]["column_code"]):
        return _asked(_CELL, lambda given: given in ("1", "2", "-", "r", "s") or _is_number(given))
    chosen = [str(n) for n in range(1, len(readings) + 1)]
    return _asked(_AMOUNT, lambda given: given in (*chosen, "-", "r", "s") or _amount(given) is not None)


def _amount(text: str) -> tuple[str, str] | None:
    """`251000元` → its number and its unit; None where one is missing."""
    from transform.figures import MONEY

    unit = max((unit for unit in MONEY if text.endswith(unit)), key=len, default="")
    number = text.removesuffix(unit).strip()
    return (number, unit) if unit and _is_number(number) else None


def _organ() -> str | None:
    """An organ's name that means one organ, confirmed; None: skipped."""
    from transform.corrections import full_organ

    while True:
        answer = _asked(_ORGAN, bool)
        if answer == "s":
            return None
        try:
            found = full_organ(answer)
        except ValueError as error:
            _say(f"  {error}.")
            continue
        _say(f"  {found.canonical} ({found.kind}, {found.division_code or 'no code of its own'})")
        if _asked(_SURE, lambda given: given in ("y", "n")) == "y":
            return answer


def _asked(help_text: str, understood: Any) -> str:
    """One answer; asked again until it is understood. Raises `_Quit`."""
    while True:
        sys.stdout.write(f"  {help_text}\n  > ")
        sys.stdout.flush()
        line = sys.stdin.readline()
        answer = line.strip()
        if not line or answer.lower() == "q":
            raise _Quit
        for said in (answer, answer.lower()):
            if understood(said) or said == "s":
                return said
        _say("  That is none of these.")


def _is_number(text: str) -> bool:
    from transform.corrections import NUMBER

    return NUMBER.fullmatch(text) is not None


def _is_year(text: str) -> bool:
    from transform.cell_codes import FIRST_YEAR, LAST_YEAR

    return text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR


def _of_cell(waiting: WaitingTable, readings: tuple[dict[str, Any], ...], answer: str, who: str) -> Line:
    """The decision on one cell. In a cell of one reading, 1 takes it; a bare 2 there is the number 2."""
    from transform.corrections import is_amount
    from transform.figures import MONEY

    first = readings[0]
    decision, value, unit = "value", answer, ""
    if answer == "r":
        decision, value = "reject", ""
    elif answer == "-":
        value = ""
    elif answer in ("1", "2") and int(answer) <= len(readings):
        decision = ("first", "second")[int(answer) - 1]
        chosen = readings[int(answer) - 1]["value"]
        value = "" if chosen is None else _number(chosen)
        if is_amount(waiting.table, first["column_code"]):
            unit = readings[int(answer) - 1]["unit"] or ""
            unit = unit if unit in MONEY else ""  # another than these stays the reading's
    elif (amount := _amount(answer)) is not None:
        value, unit = amount
    why = {"first": f"reading {first['reading']}", "reject": "no reading can be trusted"}.get(
        decision, "seen in the document"
    )
    place = [waiting.table, first["row_code"], first["column_code"]]
    return [waiting.paper.sha256, *place, decision, value, unit, first["raw"], who, _today(), why]


def _of_report(paper: Paper, what: str, value: str, who: str) -> Line:
    return [
        paper.sha256,
        "report",
        what,
        "",
        "value",
        value,
        "",
        paper.title or "",
        who,
        _today(),
        "seen in the document",
    ]


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _append(folder: Path, fields: Line) -> None:
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
    before = _with_unit(file.read_text(encoding="utf-8")) if file.exists() else ""
    new = folder / f".{FILE}.new"
    with new.open("w", encoding="utf-8", newline="") as stream:
        stream.write(before + text.getvalue())
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def _with_unit(text: str) -> str:
    """A file from before amounts had a unit, with that column; any other text as it is."""
    import csv
    import io

    from transform.corrections import COLUMNS, OLDER

    rows = list(csv.reader(text.splitlines(keepends=True)))
    if not rows or tuple(rows[0]) != OLDER:
        return text
    at = COLUMNS.index("unit")
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([*row[:at], "", *row[at:]] for row in rows[1:])
    return target.getvalue()


def _say(text: str) -> None:
    sys.stdout.write("\n".join(screen.visible(line) for line in text.split("\n")) + "\n")
