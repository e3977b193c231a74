"""Text with one cell of a table on each line ("save as text" of word processors) → rows of cells, by order alone.

A row is a label and the numbers under it. Lines that are headings of one table, one after another, are one row of headings;
总计 that stands before other headings ends the upper of two rows, as in the form. Nothing else than order tells the cells:
whoever reads them proves them by their sums.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from extract.forms.labels import MEASURES, label_key
from extract.forms.rows import STRONG_APPLICANTS, hint

MIN_RUNS = 3  # of numbers, one a line
MIN_NUMBERS = 5  # in each of them: a text may have a few numbers alone on a line, page numbers among them
MAX_LABEL = 60  # characters

_NUMBER = re.compile(r"^[+\-−]?\d[\d,，.]*$|^[/／—–\-－]$")


def is_stacked(lines: list[str]) -> bool:
    """Whether several runs of lines are nothing but numbers."""
    runs = (len(list(run)) for is_number, run in groupby(_filled(lines), _is_number) if is_number)
    return sum(length >= MIN_NUMBERS for length in runs) >= MIN_RUNS


def parts(lines: list[str]) -> Iterator[tuple[str, list[list[str]]]]:
    """("rows", rows of cells) and ("plain", [[line], …]) in the order of the lines."""
    for is_plain, run in groupby(_parts(_filled(lines)), lambda part: part[0] == "plain"):
        yield "plain" if is_plain else "rows", [cells for _, cells in run]


def _filled(lines: list[str]) -> list[str]:
    return [" ".join(line.split()) for line in lines if line.strip()]


def _is_number(line: str) -> bool:
    return _NUMBER.match(line) is not None


def _parts(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    words: list[str] = []
    for is_number, run in groupby(lines, _is_number):
        if not is_number:
            words = list(run)
            continue
        *before, (kind, last) = _words(words) if words else [("rows", [])]
        yield from before
        if kind == "headings":  # numbers without a label of their own: the one row of table 四
            yield "rows", last
            last = []
        yield "rows", [*last, *run]
        words = []
    yield from _words(words)


def _words(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Lines without numbers: headings of one table together, labels each alone, sentences."""
    found: list[tuple[str, list[str]]] = []
    kinds: list[str] = []
    for line in lines:  # 总计 heads a column of either table: of the one whose headings it follows
        kinds.append(kinds[-1] if kinds and _heads(line) == "total" and kinds[-1] else _heads(line))
    for kind, run in groupby(zip(kinds, lines, strict=True), lambda pair: pair[0]):
        cells = [line for _, line in run]
        if kind == "applicants" and any(hint(cell).applicant in STRONG_APPLICANTS for cell in cells):
            found += [("headings", row) for row in _upper_and_lower(cells)]
        elif kind in ("measures", "results", "channels") and len(cells) > 1:
            found.append(("headings", cells))
        else:
            found += [("rows" if len(cell) <= MAX_LABEL and "。" not in cell else "plain", [cell]) for cell in cells]
    return found


def _heads(line: str) -> str:
    """Of which table a line could be a heading; "" for none."""
    said = hint(line)
    if label_key(line) == "信息内容" or MEASURES.exact(line) is not None:
        return "measures"
    if said.result is not None:
        return "results" if said.applicant is None else "total"
    if said.applicant is not None or said.is_head:
        return "applicants"
    return "channels" if said.channel is not None else ""


def _upper_and_lower(cells: list[str]) -> list[list[str]]:
    for place, cell in enumerate(cells[:-1], 1):
        if hint(cell).applicant == "total":
            return [cells[:place], cells[place:]]
    return [cells]
