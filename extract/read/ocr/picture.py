"""The picture of one page → blocks, and the same tables read a second time.

First reading: all text of the page found and recognised, its characters put into the cells that the rules make. Text
detectors pass over lone figures, so a cell without text that shows ink is recognised by itself; it is blank only if it
shows none. Second reading: every cell's own picture, recognised line by line, without the detector.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from extract.model import Block, Grid, GridCell
from extract.read.layout.blocks import blocks as blocks_of
from extract.read.layout.page import Glyph, Page
from extract.read.layout.ruled import grids
from extract.read.ocr import engine
from extract.read.ocr.rules import binary, rules, without_strokes
from extract.read.ocr.upright import upright

Image = np.ndarray[Any, Any]

READING, AGAIN = "ocr", "ocr-cells"
UNREADABLE = "�"
NARROW = 2  # columns: a grid not wider is a frame
INSET = 0.03  # inches: how far a cell's picture keeps off its rules
SPECK = 0.0006  # square inches: less ink is a speck
SURE = 0.9  # confidence of a figure that only its own cell's picture gave
MAX_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True)
class PictureRead:
    """`blocks`: the page. `again()`: its tables by their second reading."""

    blocks: list[Block]
    again: Callable[[], list[Block]]


def read(image: Image, number: int, points_per_pixel: float, prose: bool) -> PictureRead:
    """See `extract.read.ocr.read_picture`."""
    page = upright(image)
    ink = binary(page)
    drawn = rules(page, points_per_pixel)
    size = (page.shape[1] * points_per_pixel, page.shape[0] * points_per_pixel)
    bare = Page(number, *size, (), tuple(drawn))
    if not prose and number > 1 and not any(found.grid.width > NARROW for found in grids(bare)):
        return PictureRead([], list)
    shown = np.repeat(page[:, :, None], 3, axis=2)
    glyphs = tuple(_glyph(c, points_per_pixel) for c in engine.characters(shown))
    bare = replace(bare, rules=tuple(without_strokes(drawn, glyphs)))
    sight = _Sight(page, ink, points_per_pixel)
    # a stroke through a figure is noise or a rule's rest here, never a deletion: nothing is dropped for it
    found = [
        sight.checked(block) if isinstance(block, Grid) else block
        for block in blocks_of(replace(bare, glyphs=glyphs), READING, struck=False)
    ]
    tables = [block for block in found if isinstance(block, Grid)]
    return PictureRead(found, lambda: [sight.again(table) for table in tables])


def _glyph(c: engine.Character, scale: float) -> Glyph:
    return Glyph(c.text, c.x0 * scale, c.top * scale, c.x1 * scale, c.bottom * scale, c.confidence)


@dataclass(frozen=True, slots=True)
class _Sight:
    """Looks at the picture of one cell."""

    page: Image
    ink: Image
    scale: float

    def checked(self, grid: Grid) -> Grid:
        """Cells without text that show ink get what their own picture says, if it is sure; else they are unreadable."""
        empty = [cell for cell in grid.cells if not cell.text and cell.box is not None and self._has_ink(cell)]
        said = dict(zip(empty, self._recognised(empty), strict=True))
        return replace(grid, cells=tuple(self._told(cell, said[cell]) if cell in said else cell for cell in grid.cells))

    def _told(self, cell: GridCell, said: tuple[str, float]) -> GridCell:
        text, confidence = said
        return cell._replace(text=text if text and confidence >= SURE else UNREADABLE, confidence=confidence)

    def again(self, grid: Grid) -> Block:
        """The same grid, every cell that may hold a value read from its own picture; labels stay."""
        values = [cell for cell in grid.cells if cell.box is not None and _may_be_value(cell.text)]
        inked = [cell for cell in values if self._has_ink(cell)]
        said = dict(zip(inked, self._recognised(inked), strict=True))
        cells = tuple(
            cell._replace(text=said[cell][0] or UNREADABLE, confidence=said[cell][1])
            if cell in said
            else cell._replace(text="")
            if _may_be_value(cell.text)
            else cell
            for cell in grid.cells
        )
        return replace(grid, cells=cells, reading=AGAIN)

    def _recognised(self, cells: list[GridCell]) -> list[tuple[str, float]]:
        """The text of each cell: its lines one below the other, the least of their confidences."""
        crops: list[Image] = []
        owners: list[int] = []
        for index, cell in enumerate(cells):
            for crop in self._lines(cell):
                crops.append(crop)
                owners.append(index)
        texts: list[list[str]] = [[] for _ in cells]
        scores = [1.0] * len(cells)
        for owner, (text, score) in zip(owners, engine.recognise(crops), strict=True):
            texts[owner].append(text)
            scores[owner] = min(scores[owner], score)
        return [("\n".join(lines), score) for lines, score in zip(texts, scores, strict=True)]

    def _lines(self, cell: GridCell) -> list[Image]:
        """The pictures of a cell's lines: parted where rows of pixels show no ink."""
        rows, columns = self._inside(cell)
        ink = self.ink[rows, columns]
        if not ink.size:
            return []
        has = (ink > 0).sum(axis=1) > 0
        edges = np.flatnonzero(np.diff(np.concatenate(([0], has.astype(np.int8), [0]))))
        spans = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        least = 0.05 * 72 / self.scale  # a line of print is no lower
        spans = [span for span in _joined(spans, int(least / 2)) if span[1] - span[0] >= least]
        crops = []
        for top, bottom in spans:
            across = np.flatnonzero((ink[top:bottom] > 0).sum(axis=0))
            left, right = int(across[0]), int(across[-1]) + 1
            pad = int(least)
            y0, x0 = rows.start or 0, columns.start or 0
            crops.append(
                self.page[
                    max(0, y0 + top - pad // 2) : y0 + bottom + pad // 2, max(0, x0 + left - pad) : x0 + right + pad
                ]
            )
        return crops

    def _has_ink(self, cell: GridCell) -> bool:
        rows, columns = self._inside(cell)
        return float((self.ink[rows, columns] > 0).sum()) * (self.scale / 72) ** 2 > SPECK

    def _inside(self, cell: GridCell) -> tuple[slice, slice]:
        left, top, right, bottom = cell.box or (0.0, 0.0, 0.0, 0.0)
        inset = INSET * 72
        return (
            slice(int((top + inset) / self.scale), max(0, int((bottom - inset) / self.scale))),
            slice(int((left + inset) / self.scale), max(0, int((right - inset) / self.scale))),
        )


def _joined(spans: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _may_be_value(text: str) -> bool:
    """Nothing, or figures with few words: what is not a label."""
    words = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return not text or (words <= 2 and any(c.isdigit() or c in "-—/无OoIl" for c in text))
