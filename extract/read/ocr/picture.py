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

from extract import watch
from extract.model import Block, Grid, GridCell
from extract.read.layout.blocks import blocks as blocks_of
from extract.read.ocr import engine
from extract.read.ocr.ink import joined, spans
from extract.read.ocr.sheet import sheet

Image = np.ndarray[Any, Any]

READING, AGAIN = "ocr", "ocr-cells"
UNREADABLE = "�"
INSET = 0.03  # inches: how far a cell's picture keeps off its rules
LINE = 0.05  # inches: no line of print is lower
SPECK = 0.0006  # square inches: less ink is a speck
UNSURE = 0.5  # confidence of words that say more than the page's text does
SURE = 0.9  # confidence of a figure that needs no second look, and of one that only its own cell's picture gave


@dataclass(frozen=True, slots=True)
class PictureRead:
    """`blocks`: the page. `again()`: its tables by their second reading."""

    blocks: list[Block]
    again: Callable[[], list[Block]]


def read(image: Image, number: int, points_per_pixel: float, prose: bool) -> PictureRead:
    """See `extract.read.ocr.read_picture`."""
    seen = sheet(image, number, points_per_pixel, prose)
    if seen is None:
        return PictureRead([], list)
    sight = _Sight(seen.shades, seen.ink, points_per_pixel)
    # a stroke through a figure is noise or a rule's rest here, never a deletion: nothing is dropped for it
    found = [
        sight.checked(block) if isinstance(block, Grid) else block
        for block in blocks_of(seen.page, READING, struck=False)
    ]
    tables = [block for block in found if isinstance(block, Grid)]

    def again() -> list[Block]:
        watch.page()
        return [sight.again(table) for table in tables]

    return PictureRead(found, again)


@dataclass(frozen=True, slots=True)
class _Sight:
    """Looks at the picture of one cell."""

    page: Image
    ink: Image
    scale: float

    def checked(self, grid: Grid) -> Grid:
        """Cells that the page's text tells not, or not surely, get what their own picture says, if that is sure."""
        asked = [cell for cell in grid.cells if cell.box is not None and self._is_open(cell)]
        said = dict(zip(asked, self._recognised(asked), strict=True))
        return replace(grid, cells=tuple(_told(cell, *said[cell]) if cell in said else cell for cell in grid.cells))

    def _is_open(self, cell: GridCell) -> bool:
        """Whether a cell has ink but no text, or text that is not sure, or characters one below the other of which the
        page's text tells less.
        """
        if not cell.text:
            return self._has_ink(cell)
        return (cell.confidence is not None and cell.confidence < SURE) or len(self._rows(cell)) > len(cell.text)

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
        least = LINE * 72 / self.scale
        crops = []
        for top, bottom in self._rows(cell):
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

    def _rows(self, cell: GridCell) -> list[tuple[int, int]]:
        """Where the lines of a cell begin and end: rows of pixels from its upper side."""
        rows, columns = self._inside(cell)
        least = LINE * 72 / self.scale
        found = joined(spans(np.asarray((self.ink[rows, columns] > 0).any(axis=1))), int(least / 2))
        return [(top, bottom) for top, bottom in found if bottom - top >= least]

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


def _told(cell: GridCell, text: str, confidence: float) -> GridCell:
    """An empty cell with what its own picture surely says, else unreadable. A figure that was not sure is as sure as its
    second look if both are the same, else not sure at all. Words are what their own picture surely says.
    """
    if not cell.text:
        return cell._replace(text=text if text and confidence >= SURE else UNREADABLE, confidence=confidence)
    before = cell.confidence or 0.0
    if not _may_be_value(cell.text):
        is_better = confidence >= SURE or confidence > before or (len(text) > len(cell.text) and confidence > UNSURE)
        return cell._replace(text=text, confidence=confidence) if text and is_better else cell
    return cell._replace(confidence=max(before, confidence) if text == cell.text else min(before, confidence))


def _may_be_value(text: str) -> bool:
    """Nothing, or figures with few words: what is not a label."""
    words = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return not text or (words <= 2 and any(c.isdigit() or c in "-—/无OoIl" for c in text))
