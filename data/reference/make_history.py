"""Makes division_history.csv from a table of the divisions in use from 1981 to 2024 (areacodes, CC0 1.0).

    python data/reference/make_history.py AREACODES.csv           writes division_history.csv anew
    python data/reference/make_history.py AREACODES.csv --check   writes nothing; exits 1 where the committed file differs

One row is a division of county level or above as it was from `since` to `until` (excluded; empty: still in use), of those in
use in 2008, the first reported year, or later. Of `successors` those stay to which the land went when the record ended: a
`code[year]` of another year is an earlier transfer of part of the land. Where the table names none, a record whose code goes on
under another name (变更) became that one, and a prefecture became those in which its counties lay from then on. Records of one
code and one name that follow each other are one row: only what is above them was renamed.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
FIRST_REPORTED_YEAR = 2008
LEVELS = {"省级": "province", "地级": "prefecture", "县级": "county"}
COLUMNS = ("code", "name", "level", "since", "until", "successors")


class Record(NamedTuple):
    """One division as it was from `since` to `until` (excluded; None: still in use)."""

    code: str
    name: str
    level: str
    since: int
    until: int | None
    successors: tuple[str, ...]


def records(text: str) -> list[Record]:
    """The rows of the table that reports can be about, by code and year. Raises ValueError for one that cannot be read."""
    rows = list(csv.DictReader(io.StringIO(text)))
    found = [
        Record(
            row["代码"],
            row["名称"],
            LEVELS[row["级别"]],
            int(row["启用时间"]),
            int(row["变更/弃用时间"]) if row["变更/弃用时间"] else None,
            _successors(row),
        )
        for row in rows
    ]
    found = [record for record in found if record.until is None or record.until > FIRST_REPORTED_YEAR]
    found = [_by_counties(record, found) for record in found]
    return _joined(sorted(found, key=lambda record: (record.code, record.since)))


def _successors(row: dict[str, str]) -> tuple[str, ...]:
    until = row["变更/弃用时间"]
    if not until:
        return ()
    codes = []
    for said in filter(None, row["新代码"].split(";")):
        match = re.fullmatch(r"(\d{6})(?:\[(\d{4})\])?", said)
        if match is None:
            raise ValueError(f"{row['代码']} {row['名称']}: {said!r} is no successor.")
        if match[2] is None or match[2] == until:
            codes.append(match[1])
    if not codes and row["状态"] == "变更":
        codes.append(row["代码"])
    return tuple(sorted(set(codes)))


def _by_counties(record: Record, known: list[Record]) -> Record:
    """A prefecture without successors: those in which its counties lay after it."""
    if record.until is None or record.successors or record.level != "prefecture":
        return record
    counties = [r for r in known if r.level == "county" and r.code[:4] == record.code[:4] and r.until == record.until]
    return record._replace(successors=tuple(sorted({f"{code[:4]}00" for r in counties for code in r.successors})))


def _joined(found: list[Record]) -> list[Record]:
    joined: list[Record] = []
    for record in found:
        last = joined[-1] if joined else None
        if last is not None and (last.code, last.name, last.until, last.successors) == (
            record.code,
            record.name,
            record.since,
            (record.code,),
        ):
            joined[-1] = record._replace(since=last.since)
        else:
            joined.append(record)
    return joined


def main() -> int:
    """Write the file, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("areacodes", type=Path)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in records(given.areacodes.read_text(encoding="utf-8-sig")):
        writer.writerow([*record[:4], record.until or "", ";".join(record.successors)])
    target = HERE / "division_history.csv"
    if given.check:
        same = target.read_text(encoding="utf-8") == out.getvalue()
        print(f"{target.name}: {'as committed' if same else 'differs'}")
        return 0 if same else 1
    target.write_text(out.getvalue(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
