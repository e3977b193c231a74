"""What users teach: data/reference/organs.csv (organs) and organ_aliases.csv (names that stand for them). Both win over
everything that the resolver would find by itself.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple, cast, get_args

from extract.identify.divisions import REFERENCE, index
from extract.model import OrganKind, OrganLevel

KINDS: tuple[OrganKind, ...] = get_args(OrganKind)
LEVELS: tuple[OrganLevel, ...] = get_args(OrganLevel)
ORGANS = ("name", "kind", "level", "division_code", "source")
ALIASES = ("alias", "host", "name", "source")


class Taught(NamedTuple):
    """One line of organs.csv."""

    name: str
    kind: OrganKind
    level: OrganLevel
    division_code: str | None
    source: str


def organ(name: str, host: str | None) -> Taught | None:
    """The organ that a user says a name means, on this host or anywhere."""
    organs, aliases = known()
    for key in ((name, host or ""), (name, "")):
        if key in aliases:
            return organs.get(aliases[key])
    return organs.get(name)


@cache
def known(folder: Path = REFERENCE) -> tuple[dict[str, Taught], dict[tuple[str, str], str]]:
    """The organs by name, and the aliases by name and host ("" for any), of a folder."""
    organs = {
        row["name"]: Taught(
            row["name"],
            cast("OrganKind", row["kind"]),  # `problems` names any other
            cast("OrganLevel", row["level"]),
            row["division_code"] or None,
            row["source"],
        )
        for row in _rows(folder / "organs.csv")
    }
    aliases = {(row["alias"], row["host"]): row["name"] for row in _rows(folder / "organ_aliases.csv")}
    return organs, aliases


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def problems(folder: Path = REFERENCE) -> list[str]:
    """What is wrong with both files, each with file and line; [] where nothing is."""
    found: list[str] = []
    names: dict[str, int] = {}
    for line, row in _read(folder / "organs.csv", ORGANS, found):
        where = f"organs.csv:{line}"
        if not row["name"].strip():
            found.append(f"{where}: no name")
        if row["name"] in names:
            found.append(f"{where}: {row['name']} is already in line {names[row['name']]}")
        names.setdefault(row["name"], line)
        if row["kind"] not in KINDS:
            found.append(f"{where}: kind {row['kind']!r} is none of {', '.join(KINDS)}")
        if row["level"] not in LEVELS:
            found.append(f"{where}: level {row['level']!r} is none of {', '.join(LEVELS)}")
        if row["division_code"] and row["division_code"] not in index().by_code:
            found.append(f"{where}: no division has the code {row['division_code']}")
    seen: dict[tuple[str, str], int] = {}
    for line, row in _read(folder / "organ_aliases.csv", ALIASES, found):
        where = f"organ_aliases.csv:{line}"
        key = (row["alias"], row["host"])
        if not row["alias"].strip():
            found.append(f"{where}: no alias")
        if key in seen:
            found.append(f"{where}: {row['alias']} on {row['host'] or 'any host'} is already in line {seen[key]}")
        seen.setdefault(key, line)
        if row["name"] not in names:
            found.append(f"{where}: {row['name']} is not in organs.csv")
    return found


def _read(file: Path, columns: tuple[str, ...], found: list[str]) -> list[tuple[int, dict[str, str]]]:
    if not file.is_file():
        found.append(f"{file.name}: there is no such file")
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != columns:
            found.append(f"{file.name}:1: the columns must be {','.join(columns)}")
            return []
        rows = []
        for row in reader:
            if None in row or None in row.values():
                found.append(f"{file.name}:{reader.line_num}: a row of other than {len(columns)} columns")
            else:
                rows.append((reader.line_num, row))
    return rows
