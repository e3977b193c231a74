"""A table that stands with one cell a line ("save as text" of word processors) → rows of cells, by order alone.

A row is a label and the numbers under it. Lines that are headings of one table, one after another, are one row of headings;
总计 that stands before other headings ends the upper of two rows, as in the form. Nothing else than order tells the cells:
whoever reads them proves them by their sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from extract.forms.labels import MEASURES, label_key
from extract.forms.rows import STRONG_APPLICANTS, hint
from extract.model import Block, Grid, GridCell


def unstacked(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, each grid of one cell a line as a grid of rows."""
    for block in blocks:
        yield _unstacked(block) if isinstance(block, Grid) and block.ragged and block.width == 1 else block


def _unstacked(grid: Grid) -> Grid:
    rows = list(_rows([cell.text for cell in grid.cells]))
    cells = tuple(GridCell(text, row, column) for row, texts in enumerate(rows) for column, text in enumerate(texts))
    return Grid(cells, len(rows), max(map(len, rows), default=1), grid.page, ragged=True, reading=grid.reading)


def _is_number(line: str) -> bool:
    return hint(line).number.kind != "text"


def _rows(lines: list[str]) -> Iterator[list[str]]:
    words: list[str] = []
    for is_number, run in groupby(lines, _is_number):
        if not is_number:
            words = list(run)
            continue
        *before, (are_headings, last) = _words(words) if words else [(False, [])]
        yield from (cells for _, cells in before)
        if are_headings:  # numbers without a label of their own: the one row of table 四
            yield last
            last = []
        yield [*last, *run]
        words = []
    yield from (cells for _, cells in _words(words))


def _words(lines: list[str]) -> list[tuple[bool, list[str]]]:
    """Lines without numbers: (True, the headings of one row), (False, [any other line])."""
    found: list[tuple[bool, list[str]]] = []
    kinds: list[str] = []
    for line in lines:  # 总计 heads a column of either table: of the one whose headings it follows
        kind = _heads(line)
        kinds.append(kinds[-1] if kind == "total" and kinds and kinds[-1] else kind)
    for kind, run in groupby(zip(kinds, lines, strict=True), lambda pair: pair[0]):
        cells = [line for _, line in run]
        if kind == "applicants" and any(hint(cell).applicant in STRONG_APPLICANTS for cell in cells):
            found += [(True, row) for row in _upper_and_lower(cells)]
        elif kind in ("measures", "results", "channels") and len(cells) > 1:
            found.append((True, cells))
        else:
            found += [(False, [cell]) for cell in cells]
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
