"""Plain text → prose and grids: runs of lines with tabs (or Markdown rows) are tables.

Tabs do not align columns: a text table is `ragged`, only the order of the cells in a line is certain.
"""

from __future__ import annotations

import re

from extract.model import Block, Document, Grid, GridCell, Prose
from extract.outcomes import Unreadable
from extract.read.decode import decode

MAX_LINES = 50_000
MAX_CELLS = 60_000  # as in HTML: a statutory table has under 400
_RULE = re.compile(r"^\|?[\s:|-]+\|[\s:|-]*$")


def read(content: bytes, prose: bool = False) -> Document:
    """Read text. Errors: `Unreadable` where it has more than `MAX_LINES` lines or `MAX_CELLS` tabs."""
    text = decode(content)
    lines = text.splitlines()
    if len(lines) > MAX_LINES or text.count("\t") + text.count("|") > MAX_CELLS:
        raise Unreadable(f"the text has more than {MAX_LINES:,} lines or {MAX_CELLS:,} table cells")
    blocks: list[Block] = []
    table: list[list[str]] = []
    for line in lines:
        cells = _cells(line)
        if cells is None:
            _flush(blocks, table)
            if line.strip():
                blocks.append(Prose(" ".join(line.split())))
        elif cells:
            table.append(cells)
    _flush(blocks, table)
    return Document("text", tuple(blocks))


def _cells(line: str) -> list[str] | None:
    """The cells of a table line; [] for a Markdown rule; None for a line that is no table line."""
    stripped = line.strip()
    if stripped.startswith("|") and stripped.count("|") >= 2:
        if _RULE.match(stripped):
            return []
        return [" ".join(cell.split()) for cell in stripped.removeprefix("|").removesuffix("|").split("|")]
    if "\t" not in line:
        return None
    cells = [" ".join(cell.split()) for cell in line.rstrip("\r\n").split("\t")]
    if not any(cells):
        return []
    if cells[0] == "" and sum(map(bool, cells)) == 1 and len(cells) == 2:
        return None  # a paragraph indented by one tab
    return cells


def _flush(blocks: list[Block], table: list[list[str]]) -> None:
    if not table:
        return
    cells = tuple(GridCell(text, row, column) for row, texts in enumerate(table) for column, text in enumerate(texts))
    blocks.append(Grid(cells, len(table), max(map(len, table)), ragged=True))
    table.clear()
