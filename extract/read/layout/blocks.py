"""A page → its blocks in reading order: ruled tables, tables told by columns, and lines of prose around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extract.model import Block, Grid, GridCell, Prose
from extract.read.layout import columns, ruled
from extract.read.layout.lines import line as line_of
from extract.read.layout.lines import rows
from extract.read.layout.page import Found, Glyph, Page
from extract.read.layout.segments import foot, text_lines
from extract.read.layout.stacked import recognised

NARROW = 2  # columns: a grid not wider may be a frame, or rows without rules between the columns


def blocks(page: Page, reading: str | None = None, struck: bool = True) -> list[Block]:
    """Everything on the page. Rules decide where they part columns; elsewhere the places of the numbers do.

    `struck`: leave out what a rule strikes through.
    """
    if struck and page.rules:
        kept = ruled.without_struck(page.glyphs, page.rules)
        gone = (
            frozenset(map(id, page.glyphs)) - frozenset(map(id, kept)) if len(kept) < len(page.glyphs) else frozenset()
        )
        page = replace(page, glyphs=kept, struck=tuple(g for g in page.glyphs if id(g) in gone))
    found = ruled.grids(page, reading) if page.rules else []
    wide = [table for table in found if table.grid.width > NARROW]
    narrow = [table for table in found if table.grid.width <= NARROW]
    taken = frozenset(index for table in wide for index in table.taken)
    loose = [_renumbered(table, page, taken) for table in columns.grids(_without(page, taken))]
    loose = [table for table in loose if all(_tells_more(table, frame) for frame in narrow)]
    told = frozenset(index for table in loose for index in table.taken)
    return _in_order(page, [*wide, *(frame for frame in narrow if not frame.taken & told), *loose])


def _tells_more(table: Found, frame: Found) -> bool:
    """Whether the numbers tell more columns than the rules drawn around the same characters."""
    return not table.taken & frame.taken or table.grid.width > frame.grid.width


def by_columns(page: Page) -> list[Block]:
    """The page read by the places of its characters alone, as if no rule were drawn: a reading independent of them."""
    glyphs = ruled.without_struck(page.glyphs, page.rules)
    bare = replace(page, glyphs=glyphs, rules=())
    return _in_order(bare, columns.grids(bare))


def again(page: Page, first: Sequence[Block]) -> list[Block]:
    """The page read once more in another way than `first` was: ruled tables by the places of their characters alone, others
    by the order of words and numbers in their lines.
    """
    told = any(isinstance(block, Grid) and block.reading == columns.READING for block in first)
    return by_lines(page) if told else by_columns(page)


def by_lines(page: Page) -> list[Block]:
    """The page as lines of words and numbers in their order: a reading independent of where columns were seen."""
    above = text_lines(replace(page, glyphs=page.above)) if page.above else []
    rows = [(*line.labels, *line.values) for line in (*above, *text_lines(page))]
    cells = [GridCell(s.text, row, column) for row, segments in enumerate(rows) for column, s in enumerate(segments)]
    if not cells:
        return []
    return [Grid(tuple(cells), len(rows), max(map(len, rows)), page.number, ragged=True, reading="lines")]


def below(page: Page, found: Sequence[Block]) -> tuple[Glyph, ...]:
    """What stands under the last table of a page: `above` for the next one."""
    boxes = [cell.box for block in found if isinstance(block, Grid) for cell in block.cells if cell.box]
    return foot(page, max((box[3] for box in boxes), default=0.0))


def _without(page: Page, taken: frozenset[int]) -> Page:
    if not taken:
        return page
    return replace(page, glyphs=tuple(g for index, g in enumerate(page.glyphs) if index not in taken))


def _renumbered(table: Found, page: Page, left_out: frozenset[int]) -> Found:
    """Indices into the page without the glyphs left out → indices into the page."""
    if not left_out:
        return table
    kept = [index for index in range(len(page.glyphs)) if index not in left_out]
    return table._replace(taken=frozenset(kept[index] for index in table.taken))


def _in_order(page: Page, tables: list[Found]) -> list[Block]:
    """Tables and lines by height; a line beside or inside a table (a note in its corner) comes before it."""
    taken = frozenset(index for table in tables for index in table.taken)
    placed: list[tuple[float, int, Block]] = [(table.box[1], 1, table.grid) for table in tables]
    for row in recognised(rows(g for index, g in enumerate(page.glyphs) if index not in taken)):
        line = line_of(row)
        middle = (line.top + line.bottom) / 2
        top = next((table.box[1] for table in tables if table.box[1] < middle < table.box[3]), None)
        height = line.top if top is None else top
        box = (min(g.x0 for g in row), line.top, max(g.x1 for g in row), line.bottom)
        placed.append((height, 0, Prose(line.text, page.number, beside=top is not None, box=box)))
    placed.sort(key=lambda item: item[:2])
    return [block for _, _, block in placed]
