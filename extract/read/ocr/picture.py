"""The picture of one page → blocks, and the same tables read a second time.

First reading: all text of the page found and recognised, its characters put into the cells that the rules make. Text
detectors pass over lone figures, so a cell without text that shows ink is recognised by itself; it is blank only if it
shows none. Second reading: the picture of every cell that may hold a number, by another recogniser, line by line. A number
that the two do not agree on has no confidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from extract.model import UNREADABLE, Block, Grid, GridCell
from extract.read import ocr
from extract.read.layout.blocks import blocks as blocks_of
from extract.read.ocr import engine, numbers
from extract.read.ocr.ink import joined, spans, without_rests
from extract.read.ocr.sheet import sheet
from extract.read.ocr.strokes import mark
from extract.read.ocr.values import SURE, Verdict, verdict

Image = np.ndarray[Any, Any]

READING, AGAIN = "ocr", "ocr-cells"
INSET = 0.03  # inches: how far a cell's picture keeps off its rules
LINE = 0.05  # inches: no line of print is lower
SPECK = 0.0006  # square inches: less ink is a speck
UNSURE = 0.5  # confidence of words that say more than the page's text does


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
    found: list[Block] = []
    tables: list[Block] = []
    for block in blocks_of(seen.page, READING, struck=False):
        if isinstance(block, Grid):
            block, other = sight.checked(block)
            tables.append(other)
        found.append(block)
    return PictureRead(found, lambda: tables)


@dataclass(frozen=True, slots=True)
class _Sight:
    """Looks at the picture of one cell."""

    page: Image
    ink: Image
    scale: float

    def checked(self, grid: Grid) -> tuple[Grid, Grid]:
        """The grid with what the pictures of its own cells say, and the same by the other reading. Cells that may hold a
        value are what both recognisers say; other cells that the page's text tells not, or not surely, get what their own
        picture says, if that is sure.
        """
        cells = [cell for cell in grid.cells if cell.box is not None and UNREADABLE not in cell.text]
        inked = {cell: self._has_ink(cell) for cell in cells if not cell.text or _may_be_value(cell.text)}
        asked = [cell for cell in cells if inked.get(cell, True) and self._is_open(cell)]
        looked = dict(zip(asked, self._recognised(asked), strict=True))
        first, other = dict[GridCell, GridCell](), dict[GridCell, GridCell]()
        values = []
        for cell in cells:
            text, sure = _first(cell, looked.get(cell))
            if inked.get(cell) and _may_be_value(text) and not _are_words(looked.get(cell)):
                values.append((cell, text, sure))
            elif cell in looked:
                first[cell] = _told(cell, *looked[cell])
        for (cell, _, _), told in zip(values, self._weighed(values, looked), strict=True):
            first[cell] = cell._replace(text=told.text or UNREADABLE, confidence=told.confidence)
            other[cell] = cell._replace(text=told.other or UNREADABLE, confidence=told.confidence)
        again = tuple(other.get(cell, first.get(cell, cell)) for cell in grid.cells)
        return (
            replace(grid, cells=tuple(first.get(cell, cell) for cell in grid.cells)),
            replace(grid, cells=again, reading=AGAIN),
        )

    def _weighed(
        self, values: list[tuple[GridCell, str, float]], looked: dict[GridCell, tuple[str, float]]
    ) -> list[Verdict]:
        """What cells with their first readings say. Where the two recognisers differ, the first looks at the cell itself,
        as the second did: the page's text may have lost or gained a character.
        """
        if ocr.number_model() is None:
            return [Verdict(text, 0.0, text) for _, text, _ in values]
        seconds = self._seconds([cell for cell, _, _ in values])
        found = [verdict(text, sure, said, mark) for (_, text, sure), (said, mark) in zip(values, seconds, strict=True)]
        open_ = [n for n, told in enumerate(found) if not told.confidence and values[n][0] not in looked]
        for n, (text, sure) in zip(open_, self._recognised([values[n][0] for n in open_]), strict=True):
            told = verdict(text, sure, *seconds[n])
            if sure >= SURE and told.confidence >= SURE:
                found[n] = told
        return found

    def _seconds(self, cells: list[GridCell]) -> list[tuple[numbers.Said, str | None]]:
        """What the second recogniser says of each cell, and the form of its ink."""
        crops = [self._lines(cell) for cell in cells]
        said = iter(numbers.recognise([crop for lines in crops for crop in lines]))
        found = []
        for cell, lines in zip(cells, crops, strict=True):
            own = [next(said) for _ in lines]
            text, free = ("\n".join(getattr(line, name) for line in own) for name in ("text", "free"))
            sure, free_sure = (
                min((getattr(line, name) for line in own), default=0.0) for name in ("confidence", "free_confidence")
            )
            shown = mark(self._bare(cell)) if len(own) < 2 else None
            found.append((numbers.Said(text, sure, free, free_sure), shown))
        return found

    def _is_open(self, cell: GridCell) -> bool:
        """Whether a cell has ink but no text, or text that is not sure, or characters one below the other of which the
        page's text tells less.
        """
        if not cell.text:
            return self._has_ink(cell)
        return (cell.confidence is not None and cell.confidence < SURE) or len(self._rows(cell)) > len(cell.text)

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

    def _bare(self, cell: GridCell) -> Image:
        """The ink of a cell's only line, without what is left of a rule that runs along its side."""
        ink, found = without_rests(self.ink[self._inside(cell)]), self._rows(cell)
        return ink[found[0][0] : found[0][1]] if len(found) == 1 else ink

    def _rows(self, cell: GridCell) -> list[tuple[int, int]]:
        """Where the lines of a cell begin and end: rows of pixels from its upper side."""
        rows, columns = self._inside(cell)
        least = LINE * 72 / self.scale
        found = joined(spans(np.asarray((self.ink[rows, columns] > 0).any(axis=1))), int(least / 2))
        return [(top, bottom) for top, bottom in found if bottom - top >= least]

    def _has_ink(self, cell: GridCell) -> bool:
        ink = without_rests(self.ink[self._inside(cell)])
        return float((ink > 0).sum()) * (self.scale / 72) ** 2 > SPECK

    def _inside(self, cell: GridCell) -> tuple[slice, slice]:
        left, top, right, bottom = cell.box or (0.0, 0.0, 0.0, 0.0)
        inset = INSET * 72
        return (
            slice(int((top + inset) / self.scale), max(0, int((bottom - inset) / self.scale))),
            slice(int((left + inset) / self.scale), max(0, int((right - inset) / self.scale))),
        )


def _first(cell: GridCell, look: tuple[str, float] | None) -> tuple[str, float]:
    """The first recogniser's reading of a cell: of the page, and of its own picture where that was asked for. Where the two
    differ it is not sure.
    """
    sure = 1.0 if cell.confidence is None else cell.confidence
    if look is None:
        return cell.text, sure
    if not cell.text:
        return look
    return cell.text, max(sure, look[1]) if look[0] == cell.text else min(sure, look[1])


def _told(cell: GridCell, text: str, confidence: float) -> GridCell:
    """A cell of words with what its own picture surely says; an empty one is unreadable if that is not sure."""
    if not cell.text:
        return cell._replace(text=text if text and confidence >= SURE else UNREADABLE, confidence=confidence)
    before = cell.confidence or 0.0
    is_better = confidence >= SURE or confidence > before or (len(text) > len(cell.text) and confidence > UNSURE)
    return cell._replace(text=text, confidence=confidence) if text and is_better else cell


def _are_words(look: tuple[str, float] | None) -> bool:
    """Whether a cell's own picture tells more words than a value has: of 其他, in two lines, the page's text may have 其 alone."""
    return look is not None and look[1] > UNSURE and not _may_be_value("".join(look[0].split()))


def _may_be_value(text: str) -> bool:
    """Nothing, one character, or figures with few words: what is not a label."""
    words = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return len(text) <= 1 or (words <= 2 and any(c.isdigit() or c in "-—/无OoIl" for c in text))
