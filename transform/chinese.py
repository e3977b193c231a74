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


def _rows(file: Path) -> list[tuple[str, str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return [(first, second, chinese) for first, second, chinese in list(csv.reader(opened))[1:]]


@cache
def names(kind: str) -> dict[str, str]:
    """Of each `view` or `column` its Chinese name."""
    return {name: chinese for what, name, chinese in _rows(NAMES) if what == kind}


@cache
def values() -> dict[str, dict[str, str]]:
    """Of each column with a closed set of values: value → Chinese. Others stand as they are."""
    found: dict[str, dict[str, str]] = {}
    for column, value, chinese in _rows(VALUES):
        found.setdefault(column, {})[value] = chinese
    return found


def original(view: str) -> str | None:
    """Which view a Chinese one repeats; None for any other view."""
    return next((name for name, chinese in names("view").items() if chinese == view), None)


def statement(view: str, of: list[tuple[str, str]]) -> str:
    """The view that repeats `view`, whose columns (name, type) are `of`, in Chinese. Raises KeyError where a name is missing."""
    shown = ",\n".join(f"    {_shown(name, kind)} as {names('column')[name]}" for name, kind in of)
    return (
        f"{HEAD}{view}, in Chinese: its columns, and their values as far as these are of closed sets\n-- needs: {view}\n"
        f"create or replace view {names('view')[view]} as\nselect\n{shown}\nfrom {view}\n"
    )


def _shown(name: str, kind: str) -> str:
    if kind == "BOOLEAN":
        return f"case when \"{name}\" then '是' when not \"{name}\" then '否' end"
    if name in values():
        cases = " ".join(f"when {quoted(value)} then {quoted(chinese)}" for value, chinese in values()[name].items())
        return f'case "{name}" {cases} else "{name}" end'
    return f'"{name}"'
