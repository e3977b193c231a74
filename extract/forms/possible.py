"""Headings that do not stand whole over their columns: the readings that labels, order and geometry still allow.

None of them is taken for itself. `extract.check.proof` reads the table under each and keeps the one that its sums prove.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

from extract.forms import requests
from extract.forms.labels import APPLICANTS, CHANNELS, RESULTS, label_key
from extract.forms.proceedings import Place
from extract.forms.rows import DAMAGED_NUMBER, Column, Heading, Row, hint
from extract.forms.vocabulary import APPLICANT_CODES, RESULT_CODES
from extract.forms.vocabulary import CHANNELS as CHANNEL_CODES
from extract.model import GridCell

MAX_SPARE = 3  # columns of blanks beside those of the form

_IN_ORDER = (*APPLICANT_CODES[:-1], "subtotal", APPLICANT_CODES[-1])
"""The columns of table 三; a 小计 of the organisations, which the form lacks, stands after them."""

Span = tuple[int, int]
Head = tuple[str, int, int]  # code, start, end


def requests_headings(header: list[Row], data: list[Row]) -> list[Heading]:
    """Table 三: the headings are all seven, once each, in the order of the form, and nothing unknown stands among them (but a
    小计 of the organisations).
    """
    heads: list[Head] = []
    for row in header:
        said = [(hint(c.text).applicant or requests.misprinted(c, row), c) for c in row.cells]
        codes = [code for code, _ in said if code is not None]
        if codes != [code for code in _IN_ORDER if code in codes]:
            return []
        heads += [(code, c.column, c.column + c.colspan) for code, c in said if code is not None]
    if sorted(code for code, _, _ in heads if code != "subtotal") != sorted(APPLICANT_CODES):
        return []
    heads.sort(key=lambda head: _IN_ORDER.index(head[0]))
    first = heads[0][1]
    strays = (c for row in header for c in row.cells if c.column > first and not hint(c.text).is_blank)
    if not _follow(heads) or any(not (hint(c.text).applicant or hint(c.text).is_head or _told(c)) for c in strays):
        return []
    own = tuple(code for code, _, _ in heads)
    return [_heading(columns, own, data) for columns in _columns(heads, data)]


def _told(cell: GridCell) -> bool:
    return APPLICANTS.nearest(cell.text) is not None


def proceedings_headings(header: list[Row], data: list[Row]) -> list[tuple[Heading, list[Place]]]:
    """Table 四 in fifteen columns: three channels, each once, the five results of each in the order of the form, and each
    channel over its own results, all but the outermost wholly.
    """
    leaves: list[Head] = []
    channels: list[Head] = []
    for row in header:
        for cell in row.cells:
            if hint(cell.text).is_blank:
                continue
            channel, result = CHANNELS.exact(cell.text), RESULTS.exact(cell.text) or _other(cell.text)
            if channel:
                channels.append((channel, cell.column, cell.column + cell.colspan))
            elif result:
                leaves.append((result, cell.column, cell.column + cell.colspan))
            else:
                return []
    leaves.sort(key=lambda head: head[1:])
    heads = sorted((head for head in channels if head[0] != "litigation"), key=lambda head: head[1:])
    each = len(RESULT_CODES)
    if sorted(code for code, _, _ in heads) != sorted(CHANNEL_CODES) or not _follow(heads):
        return []
    if [code for code, _, _ in leaves] != list(RESULT_CODES) * len(heads) or not _follow(leaves):
        return []
    for n, (_, start, end) in enumerate(heads):
        own = leaves[each * n : each * (n + 1)]
        inside = sum(start <= left and right <= end for _, left, right in own)
        if inside < each - 2 or not all(left < end and start < right for _, left, right in own):
            return []
    places = [Place(code, result) for code, _, _ in heads for result in RESULT_CODES]
    codes = tuple(code for code, _, _ in leaves)
    return [(_heading(columns, codes, data), places) for columns in _columns(leaves, data)]


def _other(text: str) -> str | None:
    return "other" if label_key(text) == "其他" else None


def _follow(heads: list[Head]) -> bool:
    """Whether the heads begin and end one after another; their spans may overlap."""
    return all(a[1] < b[1] and a[2] < b[2] for a, b in pairwise(heads))


def _heading(columns: tuple[Span, ...], codes: tuple[str, ...], data: list[Row]) -> Heading:
    ends = Counter(row.cells[-1].column + row.cells[-1].colspan for row in data if row.numbers)
    told = [Column(start, end, code) for (start, end), code in zip(columns, codes, strict=True)]
    return Heading(told, ends.most_common(1)[0][0], full=True)


def _columns(heads: list[Head], data: list[Row]) -> list[tuple[Span, ...]]:
    """As many columns of values as there are heads, in order, so that only columns without any value are left over; of
    those choices, the ones in which each column lies under its head, if there are such.
    """
    spans = [[(c.column, c.column + c.colspan) for c in _values(row)] for row in data if row.numbers]
    if not spans:
        return []
    usual = Counter(map(tuple, spans)).most_common(1)[0][0]
    count = len(heads)
    if not count <= len(usual) <= count + MAX_SPARE:
        return []
    filled = {
        span
        for row in data
        for c in _values(row)
        for span in usual
        if not hint(c.text).is_blank and c.column < span[1] and span[0] < c.column + c.colspan
    }
    choices = [chosen for chosen in combinations(usual, count) if filled <= set(chosen)]
    under = [
        chosen
        for chosen in choices
        if all(start < head[2] and head[1] < end for (start, end), head in zip(chosen, heads, strict=True))
    ]
    return under or (choices if len(usual) == count else [])


def exact(data: list[Row], count: int) -> bool:
    """Whether each row of numbers has so many values, each at the same places."""
    spans = {tuple((c.column, c.column + c.colspan) for c in _values(row)) for row in data if row.numbers}
    return len(spans) == 1 and len(next(iter(spans))) == count


def _values(row: Row) -> list[GridCell]:
    """The cells of a row after its last words."""
    after = 0
    for position, (cell, h) in enumerate(zip(row.cells, row.hints, strict=True), 1):
        if not h.is_number and not h.is_blank and (h.is_label or not DAMAGED_NUMBER.match(cell.text)):
            after = position
    return row.cells[after:]
