"""The further reading of a PDF's tables: prose lines and ruled grids through pdfplumber.

It shares neither characters nor rules nor grid finder with `pdf`, so what both give is what the document says.
"""

from __future__ import annotations

import io
import logging
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import pdfplumber
from pdfplumber.table import Table, cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges
from pdfplumber.utils.exceptions import PdfminerException

from extract.model import UNREADABLE, Block, Document, Grid, GridCell, Prose
from extract.outcomes import Unreadable, Unsupported
from extract.read.layout.page import MAX_CHARACTERS, MAX_DRAWN, Glyph, Page, Rule

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns about fonts for each character it meets

PICTURE = OVERLAP = UNREADABLE  # makes a cell unreadable that shows a picture, or half a number
_DIGITS = frozenset("0123456789.,０１２３４５６７８９")
EDGE = 3.0  # points: borders nearer than this are one border

MIDDLE, GAP, FULL = 0.45, 0.34, 1.6
"""As `LOOSE`, `SPACE` and `FULL` of layout/lines.py, which say what they were measured on; written again, as this reading is to stand
apart from the first one.
"""


class Line(NamedTuple):
    """One line of text: its characters from left to right."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float


def read(content: bytes, wanted: frozenset[int], unseen: Mapping[int, Sequence[Glyph]] | None = None) -> Document:
    """Read the pages `wanted` (from 1) of a PDF that has been read before. `unseen`: characters that the page has and does not
    show, by page, which only the drawn page tells. Errors: `Unreadable` where pdfminer differs on whether it can be read.
    """
    blocks: list[Block] = []
    try:
        with pdfplumber.open(io.BytesIO(content), pages=sorted(n for n in wanted if n > 0)) as pdf:
            for page in pdf.pages:
                blocks.extend(_page(page, (unseen or {}).get(page.page_number, ())))
                page.close()
    except PdfminerException as error:
        raise Unreadable(_reason(error)) from None
    return Document("pdf", tuple(blocks), by_position=True)


def _reason(error: Exception) -> str:
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    return f"the PDF is damaged ({type(cause).__name__})"


def read_page(page: Page) -> list[Block]:
    """The ruled tables of a page whose characters and rules came from elsewhere, by pdfplumber's grid finder."""
    edges = [_edge(rule) for rule in page.rules]
    edges = merge_edges([*edges, *_closing(edges)], EDGE, EDGE, EDGE, EDGE)
    cells = intersections_to_cells(edges_to_intersections(edges, EDGE, EDGE))
    characters = [
        {"text": g.text, "x0": g.x0, "x1": g.x1, "top": g.top, "bottom": g.bottom, "size": g.bottom - g.top}
        for g in page.glyphs
    ]
    inside: set[int] = set()
    found = [_grid(Table(None, group), characters, [], inside, page.number) for group in cells_to_tables(cells)]
    return [grid for grid in found if grid is not None]


def _edge(rule: Rule) -> dict[str, Any]:
    width, height = rule.x1 - rule.x0, rule.bottom - rule.top
    return {
        "object_type": "line", "orientation": "h" if width > height else "v", "x0": rule.x0, "x1": rule.x1,
        "top": rule.top, "bottom": rule.bottom, "width": width, "height": height,
    }  # fmt: skip


def _page(page: Any, unseen: Sequence[Glyph] = ()) -> list[Block]:
    """Blocks of one page from top to bottom: text lines outside tables, and grids."""
    try:
        characters = [c for c in page.chars if not _is_one_of(c, unseen)] if unseen else page.chars
        drawn = len(page.rects) + len(page.lines) + len(page.curves)
    except PdfminerException as error:
        raise Unreadable(_reason(error)) from None
    if len(characters) > MAX_CHARACTERS or drawn > MAX_DRAWN:
        raise Unsupported(
            f"page {page.page_number} has {len(characters):,} characters and {drawn:,} lines drawn: more than a report has"
        )
    tables = page.find_tables({"explicit_horizontal_lines": _closing(page.edges)}) if drawn else []
    characters = _without_struck(characters, page.edges) if drawn else characters
    images = page.images if tables else []
    placed: list[tuple[float, Block]] = []
    inside: set[int] = set()
    for table in tables:
        grid = _grid(table, characters, images, inside, page.page_number)
        if grid is not None:
            placed.append((table.bbox[1], grid))
    outside = [c for index, c in enumerate(characters) if index not in inside]
    placed += [(line.top, Prose(line.text, page.page_number)) for line in lines(outside)]
    placed.sort(key=lambda item: item[0])
    return [block for _, block in placed]


def _is_one_of(character: dict[str, Any], glyphs: Sequence[Glyph]) -> bool:
    """Whether a character is one of these: the same text at the same place."""
    x, y = (character["x0"] + character["x1"]) / 2, (character["top"] + character["bottom"]) / 2
    return any(g.text == character["text"] and g.x0 < x < g.x1 and g.top - EDGE < y < g.bottom + EDGE for g in glyphs)


def _closing(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A rule at the top and at the bottom of each run of vertical lines: a merged cell that the page break cuts has
    lines at its sides but none where the page ends, and would not be a cell otherwise.
    """
    runs: list[list[float]] = []
    for edge in sorted((e for e in edges if e["orientation"] == "v"), key=lambda e: float(e["top"])):
        if runs and edge["top"] <= runs[-1][1] + EDGE:
            run = runs[-1]
            run[1:] = [max(run[1], edge["bottom"]), min(run[2], edge["x0"]), max(run[3], edge["x0"])]
        else:
            runs.append([edge["top"], edge["bottom"], edge["x0"], edge["x0"]])
    return [
        {
            "object_type": "line",
            "orientation": "h",
            "x0": left,
            "x1": right,
            "top": y,
            "bottom": y,
            "width": right - left,
            "height": 0,
        }
        for top, bottom, left, right in runs
        if bottom - top > 2 * EDGE and right - left > 2 * EDGE
        for y in (top, bottom)
    ]


def _without_struck(characters: list[dict[str, Any]], edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Characters without those that a line strikes through: what a revision deleted does not count."""
    rules = sorted((e for e in edges if e["orientation"] == "h"), key=lambda e: float(e["top"]))
    heights = [e["top"] for e in rules]
    kept = []
    for c in characters:
        size = c["bottom"] - c["top"]
        low, high = bisect_left(heights, c["top"] + 0.35 * size), bisect_right(heights, c["top"] + 0.7 * size)
        middle = (c["x0"] + c["x1"]) / 2
        if not any(rule["x0"] <= middle <= rule["x1"] for rule in rules[low:high]):
            kept.append(c)
    return kept


def _grid(
    table: Table, characters: list[dict[str, Any]], images: list[dict[str, Any]], inside: set[int], page: int
) -> Grid | None:
    """A found table as a grid over its merged borders; marks in `inside` the characters it took."""
    boxes = table.cells
    xs = _borders([x for box in boxes for x in (box[0], box[2])])
    ys = _borders([y for box in boxes for y in (box[1], box[3])])
    taken: list[list[dict[str, Any]]] = [[] for _ in boxes]
    left, top, right, bottom = table.bbox
    for index, c in enumerate(characters):
        x, y = (c["x0"] + c["x1"]) / 2, (c["top"] + c["bottom"]) / 2
        if not c["text"].isdecimal():  # punctuation hangs over the frame; a digit outside is no digit of the table
            x = _hung(x, left, right, c["size"])
        if left <= x <= right and top <= y <= bottom and index not in inside:
            for number, box in enumerate(boxes):
                if box[0] <= x < box[2] and box[1] <= y < box[3]:
                    taken[number].append(c)
                    inside.add(index)
                    break
    crossed = _crossed(taken)
    cells = []
    for number, (box, own) in enumerate(zip(boxes, taken, strict=True)):
        column, row = _index(xs, box[0]), _index(ys, box[1])
        colspan, rowspan = _index(xs, box[2]) - column, _index(ys, box[3]) - row
        if colspan > 0 and rowspan > 0:
            text = _cell_text(own, box) or (PICTURE if _holds_picture(box, images) else "")
            text += OVERLAP if number in crossed else ""
            cells.append(GridCell(text, row, column, rowspan, colspan, tuple(round(v, 2) for v in box)))
    if not cells:
        return None
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(tuple(cells), len(ys) - 1, len(xs) - 1, page, edges=tuple(xs), reading="pdfplumber")


def _crossed(taken: list[list[dict[str, Any]]]) -> set[int]:
    """The cells of numbers that run over a border: digits side by side that fell into different cells. Which digits
    belong to which number cannot be told then.
    """
    digits = sorted(
        (
            (c["top"], c["x0"], c["x1"], c["size"], number)
            for number, own in enumerate(taken)
            for c in own
            if c["text"] in _DIGITS
        ),
        key=lambda d: (round(d[0] / EDGE), d[1]),
    )
    crossed: set[int] = set()
    for (top, _, x1, size, number), (other_top, x0, _, _, other) in pairwise(digits):
        if number != other and abs(top - other_top) < EDGE and -size < x0 - x1 < 0.15 * size:
            crossed |= {number, other}
    return crossed


def _holds_picture(box: tuple[float, float, float, float], images: list[dict[str, Any]]) -> bool:
    """Whether a picture stands mostly inside the box: a cell without text that shows one is not blank."""
    for image in images:
        x, y = (image["x0"] + image["x1"]) / 2, (image["top"] + image["bottom"]) / 2
        if box[0] <= x < box[2] and box[1] <= y < box[3] and image["width"] < 1.5 * (box[2] - box[0]):
            return True
    return False


def _hung(x: float, left: float, right: float, size: float) -> float:
    """A character that stands out of the frame by less than its size belongs to the line inside."""
    if left - size < x < left:
        return left + 0.1
    return right - 0.1 if right <= x < right + size else x


def _borders(values: list[float]) -> list[float]:
    """Sorted positions, those nearer than `EDGE` to the one before folded into it."""
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > EDGE:
            merged.append(value)
    return merged


def _index(borders: list[float], value: float) -> int:
    return min(range(len(borders)), key=lambda i: abs(borders[i] - value))


def _cell_text(own: list[dict[str, Any]], box: tuple[float, float, float, float]) -> str:
    """The lines of a cell. A line that fills the cell's width goes on in the next one (`1139888` / `9`); any other
    line break is kept, so that two numbers in one cell never run together.
    """
    found = lines(own)
    text = ""
    for number, line in enumerate(found):
        if number:
            before = found[number - 1]
            size = (before.x1 - before.x0) / max(1, len(before.text))
            full = (box[2] - box[0]) - (before.x1 - before.x0) < FULL * size + 4
            text += "" if full else "\n"
        text += line.text
    return text


def lines(characters: list[dict[str, Any]]) -> list[Line]:
    """Characters → lines, top down: a character belongs to the line whose middle it overlaps. A gap wider than a
    third of the type size gives one space.
    """
    rows: list[list[dict[str, Any]]] = []
    middles: list[float] = []
    for c in sorted(characters, key=lambda c: (c["top"] + c["bottom"]) / 2):
        if c["text"].isspace():
            continue
        middle = (c["top"] + c["bottom"]) / 2
        if rows and abs(middle - middles[-1]) <= MIDDLE * max(c["bottom"] - c["top"], 4.0):
            rows[-1].append(c)
        else:
            rows.append([c])
            middles.append(middle)
    return [_line(row) for row in rows]


def _line(row: list[dict[str, Any]]) -> Line:
    row.sort(key=lambda c: c["x0"])
    text = row[0]["text"]
    for before, c in pairwise(row):
        if c["x0"] - before["x1"] > GAP * max(c["size"], 4.0):
            text += " "
        text += c["text"]
    return Line(text, row[0]["x0"], row[-1]["x1"], min(c["top"] for c in row), max(c["bottom"] for c in row))
