"""Table 四, 行政复议、行政诉讼情况: in fifteen columns, in three rows, or in tables of their own.

Whatever the layout, a value is told by one channel and one result, each from the headings above it or from the
labels to its left.
"""

from __future__ import annotations

from typing import NamedTuple

from extract.forms.collected import Collected
from extract.forms.labels import CHANNELS, RESULTS, label_key
from extract.forms.rows import STRONG_RESULTS, Column, Heading, Row, assign, hint
from extract.forms.vocabulary import RESULT_CODES
from extract.model import Grid


class Place(NamedTuple):
    """What a heading (or a row label) says of a value: channel, result, either may be unsaid."""

    channel: str | None
    result: str | None


def is_header(row: Row) -> bool:
    """A row without numbers that names two results, or channels."""
    if row.numbers:
        return False
    results = sum(1 for h in row.hints if h.result in STRONG_RESULTS)
    channels = sum(1 for h in row.hints if h.channel)
    return results >= 2 or channels >= 2 or (channels == 1 and row.filled == 1)


def places_of(header: list[Row], ragged: bool) -> tuple[list[Column], list[Place]]:
    """The value columns under the heading rows, and what each column's headings say.

    In ragged text a heading reaches to the next filled cell of its row. [] where the headings cannot be trusted:
    a channel without its five results in the order of the form, or values under no channel beside others. Where one row
    holds all headings, each over its column (the layout of three rows), the five may stand in any order.
    """
    leaves: list[tuple[Column, Place]] = []
    heads: list[tuple[int, int, str]] = []
    for row in header:
        for position, (cell, h) in enumerate(zip(row.cells, row.hints, strict=True)):
            if h.is_blank:
                continue
            end = cell.column + cell.colspan
            if ragged:
                following = (
                    row.cells[i].column for i in range(position + 1, len(row.cells)) if not row.hints[i].is_blank
                )
                end = next(following, max(end, 10**6))
            channel, result = CHANNELS.nearest(cell.text), RESULTS.exact(cell.text) or _result(cell.text, row)
            if channel:
                heads.append((cell.column, end, channel))
            elif result:
                leaves.append((Column(cell.column, cell.column + cell.colspan, result), Place(None, result)))
    if not leaves:
        leaves = [(Column(start, end, code), Place(code, None)) for start, end, code in heads if code != "litigation"]
        leaves.sort()
        return [leaf[0] for leaf in leaves], [leaf[1] for leaf in leaves]
    leaves.sort()
    columns = [column for column, _ in leaves]
    places = [Place(_channel_over(column, heads), place.result) for column, place in leaves]
    ordered = _in_order(places) or (len(header) == 1 and not ragged and _in_any_order(places))
    return (columns, places) if ordered else ([], [])


def _in_order(places: list[Place]) -> bool:
    """Each channel with its five results in the order of the form, once; 行政诉讼 alone may only head a 总计."""
    results: dict[str | None, list[str | None]] = {}
    for place in places:
        results.setdefault(place.channel, []).append(place.result)
    if results.pop("litigation", ["total"]) != ["total"]:
        return False
    if None in results and len(results) > 1:
        return False
    by_channel = [None] if places[0].result is None else list(RESULT_CODES)
    return all(said == by_channel for said in results.values())


def _in_any_order(places: list[Place]) -> bool:
    """The five results, each once, over no channel."""
    return (
        len(places) == len(RESULT_CODES)
        and {p.result for p in places} == set(RESULT_CODES)
        and not any(p.channel for p in places)
    )


def _result(text: str, row: Row) -> str | None:
    """The result that a misprinted or shortened heading means, beside exact ones; 其他 alone is 其他结果 here."""
    if not any(h.result in STRONG_RESULTS for h in row.hints):
        return None
    if label_key(text) == "其他":
        return "other"
    return RESULTS.nearest(text)


def _channel_over(column: Column, heads: list[tuple[int, int, str]]) -> str | None:
    over = {code for start, end, code in heads if start <= column.start and column.end <= end}
    exact = over - {"litigation"}
    if len(exact) == 1 and not ("reconsideration" in exact and "litigation" in over):
        return exact.pop()
    return "litigation" if over == {"litigation"} else None


class ProceedingsTable:
    """Reads data rows under one set of headings."""

    def __init__(self, heading: Heading, places: list[Place]) -> None:
        self.heading = heading
        self.places = places
        self.read_any = False

    def read(self, row: Row, grid: Grid, index: int, out: Collected) -> bool:
        """Read one row into `out`. False: no data row of this table."""
        if not row.numbers and (self.read_any or row.filled > 2) and not self._labels(row):
            return False
        split, values = assign(row, self.heading, grid)
        said = self._said(row, split)
        if said is None:
            if row.numbers:
                out.leave_out(
                    "reading.unknown_row",
                    "proceedings",
                    row.cells[0].text,
                    "a row whose labels contradict each other or are unknown",
                )
            return bool(row.numbers)
        if values is None:
            if row.numbers:
                out.leave_out(
                    "reading.unreadable_row",
                    "proceedings",
                    row.cells[0].text,
                    "its values cannot be told apart by column",
                )
            return bool(row.numbers)
        self.read_any = True
        for place, cell in zip(self.places, values, strict=True):
            channel, result = self._settle(place, said)
            if channel == "litigation":
                continue  # 行政诉讼小计, a column that the form does not have
            if channel is None or result is None:
                if not hint(cell.text).is_blank:
                    out.leave_out(
                        "reading.unknown_column",
                        "proceedings",
                        cell.text,
                        "a value whose channel or result is not stated",
                    )
                continue
            number = hint(cell.text).number
            if not number.is_count:
                out.unreadable(f"proceedings.{channel}.{result}", cell, index, "not one whole number")
                continue
            out.put("proceedings", channel, result, cell, grid, index, number, None)
        return True

    def _labels(self, row: Row) -> bool:
        return any(h.channel or h.result for h in row.hints)

    def _said(self, row: Row, split: int) -> Place | None:
        """What the labels left of the values say; None where a label is unknown."""
        start = self.heading.columns[0].start
        channel = result = None
        cells = [cell for cell in row.above if cell.column + cell.colspan <= start] + row.cells[:split]
        for cell in cells:
            if hint(cell.text).is_blank:
                continue
            said_channel, said_result = CHANNELS.nearest(cell.text), RESULTS.nearest(cell.text)
            if said_channel is None and said_result is None:
                return None
            if said_channel and not (said_channel == "litigation" and channel not in (None, "litigation")):
                channel = said_channel
            result = said_result or result
        return Place(channel, result)

    @staticmethod
    def _settle(place: Place, said: Place) -> Place:
        """Heading and label together; a contradiction says nothing."""
        channels = {c for c in (place.channel, said.channel) if c} - (
            {"litigation"} if {place.channel, said.channel} - {None, "litigation"} else set()
        )
        results = {r for r in (place.result, said.result) if r}
        return Place(channels.pop() if len(channels) == 1 else None, results.pop() if len(results) == 1 else None)
