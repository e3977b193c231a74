"""What a person looks at while deciding: pictures of pages with the cells outlined, rows of tables, a report's beginning."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from flows.documents import content_of

if TYPE_CHECKING:
    from extract.model import Box
    from transform.review_queue import Paper, WaitingTable

LINES = 8  # of a report's beginning
WIDEST = 100  # characters of a line


class Seen:
    """The documents of one lake. Pictures are written into its folder `review`, one a page."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def table(self, waiting: WaitingTable) -> list[str]:
        """The cells that wait, where they stand: the files of pictures, or the rows as text; or why they cannot be shown."""
        from extract.showing import CannotShow

        content = content_of(self._home, waiting.paper.sha256, waiting.paper.paths)
        if content is None:
            return ["the document's bytes are not at hand: its path is gone or holds something else"]
        try:
            return self._pictures(waiting, content) if _boxed(waiting) else _rows(waiting, content)
        except CannotShow as error:
            return [f"it cannot be shown: {error}"]

    def _pictures(self, waiting: WaitingTable, content: bytes) -> list[str]:
        from extract.showing import pictured

        shown = []
        folder = self._home / "review"
        folder.mkdir(exist_ok=True)
        for page, boxes in sorted(_boxed(waiting).items()):
            file = folder / f"{waiting.paper.sha256[:12]}-{waiting.table}-{page}.png"
            file.write_bytes(pictured(content, page, boxes))
            shown.append(f"page {page}, the cells outlined: {file}")
        return shown

    def beginning(self, paper: Paper) -> list[str]:
        """The first lines of a report: mostly they name who reports."""
        from extract.showing import CannotShow, first_lines

        content = content_of(self._home, paper.sha256, paper.paths)
        if content is None:
            return ["the document's bytes are not at hand: its path is gone or holds something else"]
        try:
            return [line[:WIDEST] for line in first_lines(content, LINES)]
        except CannotShow as error:
            return [f"it cannot be shown: {error}"]


def _boxed(waiting: WaitingTable) -> dict[int, list[Box]]:
    """Page → the boxes of the first readings that wait on it."""
    found: dict[int, list[Box]] = defaultdict(list)
    for first, *_ in waiting.cells:
        if first["bbox"] and first["page"] is not None:
            left, top, right, bottom = map(float, first["bbox"].split(","))
            found[first["page"]].append((left, top, right, bottom))
    return dict(found)


def _rows(waiting: WaitingTable, content: bytes) -> list[str]:
    from extract.showing import surrounding

    places: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for first, *_ in waiting.cells:
        places[first["table_index"]].add((first["row_index"], first["column_index"]))
    return [line for table, cells in sorted(places.items()) for line in surrounding(content, table, cells).split("\n")]
