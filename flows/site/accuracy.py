"""How accurate the reading is, as it was measured: the figures that the page on methods and docs/accuracy.md both show."""

from __future__ import annotations

import csv
from pathlib import Path

FIGURES = Path(__file__).with_name("accuracy.csv")
COUNTS = ("documents", "cells", "right", "waiting", "unread", "wrong")
"""Counts of each measurement: what is not right waits for a person, is not read, or is wrong."""


def measured(file: Path = FIGURES) -> list[dict[str, str | int]]:
    """One entry a measurement: `what_zh`, `what_en`, the `COUNTS`, `measured_by` (a command or a test).

    Raises ValueError where the counts of a line do not add up to its cells.
    """
    found: list[dict[str, str | int]] = []
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            counts = {name: int(row[name]) for name in COUNTS}
            if sum(counts[name] for name in COUNTS[2:]) != counts["cells"]:
                raise ValueError(f"{file.name}:{number}: right, waiting, unread and wrong do not add up to cells.")
            found.append({**row, **counts})
    return found


def share(one: dict[str, str | int]) -> str:
    """How many of the cells are right, as a percentage: 99.78%. Never rounded up to 100%."""
    right, cells = int(one["right"]), int(one["cells"])
    return "100%" if right == cells else f"{min(100 * right / cells, 99.99):.2f}%"
