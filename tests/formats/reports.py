"""What is written in each format: made-up reports as words and tables, with the truth from their figures.

The labels and figures are those of the generator of samples (data/samples), which has its own list of labels.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
sys.path.insert(0, str(SAMPLES))  # the generator is a folder of scripts, not a part of the installed project

bulk: Any = importlib.import_module("samplemaker.bulk")
document: Any = importlib.import_module("samplemaker.document")
layouts: Any = importlib.import_module("samplemaker.layout")
prose: Any = importlib.import_module("samplemaker.prose")
tables: Any = importlib.import_module("samplemaker.tables")
wording: Any = importlib.import_module("samplemaker.wording")


class Cell(NamedTuple):
    """One cell as printed. `kind`: label, number or heading."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    kind: str = "label"


Table = tuple[tuple[Cell, ...], ...]
"""Rows of cells; a cell that hangs down from a row above is not repeated."""

CHINESE_NUMBERS = "一二三四五六"


@dataclass(frozen=True)
class Report:
    """`parts`: paragraphs and tables in reading order, section headings with their numbers (`一、`).

    `html` is the same report as a page in one of the generator's layouts; `truth` is what both say.
    """

    name: str
    title: str
    parts: tuple[str | Table, ...]
    html: bytes
    truth: Mapping[str, Any]


_DRAWN = (
    {"requests": "one", "proceedings": "fifteen", "disclosure": "one"},
    {"requests": "one", "proceedings": "rows", "disclosure": "items"},
    {"requests": "subtotal", "proceedings": "fifteen", "disclosure": "one", "numbers": "thousands"},
    {"requests": "one", "proceedings": "tables", "disclosure": "one", "blanks": ("", "/", "—")},
)
"""How the tables are drawn, one after the other; each fits every format."""


def reports(count: int, seed: int = 1) -> list[Report]:
    """So many reports: of as many organs, their years and layouts in turn. The same for the same seed."""
    found = []
    for n, sample in enumerate(bulk.reports(count * 6, seed)):
        organ, year = divmod(n, 6)  # each organ has six years in a row
        if year == organ % 6:
            found.append(_report(sample, _DRAWN[organ % len(_DRAWN)]))
    return found


_ELSEWHERE = re.compile(rb"(?is)<(?:(script|iframe)\b.*?</\1\s*>|(?:link|img)\b[^>]*>)")
"""What a program would fetch or run when it opens a page."""


def of_page(name: str, html: bytes, truth: Mapping[str, Any]) -> Report:
    """A report of which there is only the page; what the page would fetch from elsewhere is taken out."""
    return Report(name, truth["title"], (), _ELSEWHERE.sub(b"", html), truth)


def _report(sample: Any, drawn: Mapping[str, Any]) -> Report:
    layout = layouts.Layout(**{"blanks": ("",), **drawn})
    return Report(
        sample.name, sample.title, _parts(sample, layout), document.source_of(sample), document.truth_of(sample)
    )


def _parts(sample: Any, layout: Any) -> tuple[str | Table, ...]:
    figures, random = sample.figures, Random(sample.name)
    setter = tables.Setter(replace(layout), figures.year)
    found: list[Sequence[Any]] = [
        prose.overall(figures, random),
        tables.disclosure(figures, layout, wording.DISCLOSURE[figures.form], setter),
        tables.requests(figures, layout, setter),
        tables.proceedings(figures, layout, setter),
        prose.problems(figures, random),
        prose.other(figures, random),
    ]
    parts: list[str | Table] = [prose.note(figures)]
    for number, words, content in zip(CHINESE_NUMBERS, wording.SECTIONS, found, strict=True):
        parts.append(f"{number}、{words}")
        parts += [item if isinstance(item, str) else _table(item) for item in content]
    return tuple(parts)


def _table(rows: Sequence[Sequence[Any]]) -> Table:
    return tuple(tuple(Cell(c.text, c.colspan, c.rowspan, c.kind) for c in row) for row in rows)


class Placed(NamedTuple):
    """A cell at its place: `row` and `column` from 0."""

    cell: Cell
    row: int
    column: int


def placed(table: Table) -> list[Placed]:
    """Every cell at its place, spans expanded. The table has `width_of(table)` columns."""
    taken: set[tuple[int, int]] = set()
    out = []
    for row, cells in enumerate(table):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            taken |= {(row + r, column + c) for r in range(cell.rowspan) for c in range(cell.colspan)}
            out.append(Placed(cell, row, column))
            column += cell.colspan
    return out


def width_of(table: Table) -> int:
    """The columns of a table: its first row has no cell from above."""
    return sum(cell.colspan for cell in table[0])
