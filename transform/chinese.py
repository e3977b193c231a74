"""The views under Chinese names: of the views, of their columns, and of the values of closed sets (本级, 汇总 …).

Names stand in `sql/chinese_names.csv`, values in `sql/chinese_values.csv`; the views' files are made from them (`make docs`).
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from extract.shipped import shipped
from transform.schema import quoted

NAMES, VALUES = shipped("sql", "chinese_names.csv"), shipped("sql", "chinese_values.csv")
HEAD = "-- one row is a row of "


KINDS = ("view", "column")


class NotNamed(Exception):
    """A view or a column without a Chinese name; the message says which line is missing."""


def _rows(file: Path) -> list[tuple[int, str, str, str]]:
    """Line number, what is called, and its Chinese. Raises ValueError, with the line, for one that is doubled or says nothing."""
    found: dict[tuple[str, str], tuple[int, str, str, str]] = {}
    with file.open(encoding="utf-8", newline="") as opened:
        for number, row in list(enumerate(csv.reader(opened), 1))[1:]:
            if len(row) != 3 or not all(row) or (row[0], row[1]) in found:
                raise ValueError(f"{file.name}, line {number}: {','.join(row)} is doubled or says nothing")
            found[row[0], row[1]] = (number, row[0], row[1], row[2])
    return list(found.values())


@cache
def names(kind: str, file: Path = NAMES) -> dict[str, str]:
    """Of each `view` or `column` its Chinese name. Raises ValueError for a line of another kind, or a name that two have."""
    found: dict[str, str] = {}
    for number, what, name, chinese in _rows(file):
        if what not in KINDS:
            raise ValueError(f"{file.name}, line {number}: {what} is neither {' nor '.join(KINDS)}")
        if what == kind and chinese in found.values():
            raise ValueError(f"{file.name}, line {number}: {chinese} is the name of another {kind}")
        if what == kind:
            found[name] = chinese
    return found


def called(kind: str, name: str) -> str:
    """The Chinese name of a `view` or `column`. Raises NotNamed."""
    chinese = names(kind).get(name)
    if chinese is None:
        raise NotNamed(f"{name} has no Chinese name: a line “{kind},{name},…” in sql/{NAMES.name}")
    return chinese


@cache
def values(file: Path = VALUES) -> dict[str, dict[str, str]]:
    """Of each column with a closed set of values: value → Chinese. Others stand as they are. Raises ValueError for two values of
    a column that would look the same.
    """
    found: dict[str, dict[str, str]] = {}
    for number, column, value, chinese in _rows(file):
        told = found.setdefault(column, {})
        if chinese in told.values():
            raise ValueError(f"{file.name}, line {number}: {chinese} is another value of {column}")
        told[value] = chinese
    return found


def original(view: str) -> str | None:
    """Which view a Chinese one repeats; None for any other view."""
    return next((name for name, chinese in names("view").items() if chinese == view), None)


def statement(view: str, of: list[tuple[str, str]]) -> str:
    """The view that repeats `view`, whose columns (name, type) are `of`, in Chinese. Raises NotNamed."""
    shown = ",\n".join(f"    {_shown(name, kind)} as {called('column', name)}" for name, kind in of)
    return (
        f"{HEAD}{view}, in Chinese: its columns, and their values as far as these are of closed sets\n-- needs: {view}\n"
        f"create or replace view {called('view', view)} as\nselect\n{shown}\nfrom {view}\n"
    )


def _shown(name: str, kind: str) -> str:
    if kind == "BOOLEAN":
        return f"case when \"{name}\" then '是' when not \"{name}\" then '否' end"
    if name in values():
        cases = " ".join(f"when {quoted(value)} then {quoted(chinese)}" for value, chinese in values()[name].items())
        return f'case "{name}" {cases} else "{name}" end'
    return f'"{name}"'
