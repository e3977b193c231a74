"""Headings of a table whose cells are not merged: which blanks belong to the heading at their left or above.

Comma-separated text, and sheets typed without merging, print 法人或其他组织 once over five columns and leave blanks beside
it. Only headings over other headings are spread; what stands over numbers keeps its own column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Texts = Sequence[Mapping[int, str]]
"""The heading rows, top down: column → text that is not blank."""


@dataclass(slots=True)
class _Head:
    row: int
    left: int
    right: int
    bottom: int
    places: int = 1

    @property
    def is_whole(self) -> bool:
        """Whether the places taken fill a rectangle."""
        return self.places == (self.right - self.left + 1) * (self.bottom - self.row + 1)


def spans(rows: Texts, left: int, right: int) -> dict[tuple[int, int], tuple[int, int]]:
    """(row, column) of a heading → (rows, columns) that it spans, for those that span more than their place.

    Rows count from the first one given, columns as given. {} where the blanks cannot be shared out in rectangles.
    """
    owners: list[dict[int, _Head]] = []
    heads: list[_Head] = []
    for index, texts in enumerate(rows):
        above = owners[-1] if owners else {}
        own: dict[int, _Head] = {}
        for column in range(left, right + 1):
            if column in texts:
                own[column] = _Head(index, column, column, index)
                heads.append(own[column])
                continue
            beside, over = own.get(column - 1), above.get(column)
            is_below = over is not None and over.left == column
            if beside is not None and beside.row == index and not is_below:
                if _heads_more(rows, index, beside.left, column):
                    own[column] = beside
                    beside.right, beside.places = column, beside.places + 1
            elif over is not None:
                own[column] = over
                over.bottom, over.places = index, over.places + 1
        owners.append(own)
    if not all(head.is_whole for head in heads):
        return {}
    return {
        (head.row, head.left): (head.bottom - head.row + 1, head.right - head.left + 1)
        for head in heads
        if head.places > 1
    }


def _heads_more(rows: Texts, index: int, start: int, column: int) -> bool:
    """Whether below the place, or right of it below the same heading, stands another heading."""
    following = [c for c in rows[index] if c > start]
    end = min(following) if following else None
    return any(start <= c and column <= c and (end is None or c < end) for texts in rows[index + 1 :] for c in texts)
