"""Plain text → prose and grids: lines with tabs, Markdown rows, frames of characters and columns set with spaces.

Tabs and Markdown do not align columns: such a table is `ragged`, only the order of the cells in a line is certain.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from extract.model import Block, Document, Grid, GridCell, Prose
from extract.outcomes import Unsupported
from extract.read import aligned, framed
from extract.read.bounds import MAX_CELLS
from extract.read.decode import decode

MAX_LINES = 50_000
MAX_ALIGNED = 200_000  # characters among which columns are looked for: a report has some 10,000

_PARTING = "\t|｜│┃║"
_RULE = re.compile(r"^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_LOOSE_RULE = re.compile(r"^\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+$")  # of a Markdown table without bars at its sides
_BAR = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s*(?=[^\s#])|(?<=\S)\s+#+\s*$")  # # 标题, and as people write it: #标题
_SPACED = re.compile(r"\D\S*(?: \S+)?(?: [+\-]?\d[\d.,]*){3,}$")
_SENTENCE = re.compile("[。；]")
_VALUE = re.compile(r"^[+\-−]?\d[\d,，.]*$|^[/／—–\-－]$")
MIN_SPACED = 3
MIN_STACKED = 5  # numbers, one a line
MAX_STACKED = 60  # characters
_EMPHASIS = re.compile(r"^(\*{1,3}|_{1,3}|`+|~~)(.+)\1$", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def read(content: bytes, prose: bool = False) -> Document:
    """Read text. Errors: `Unreadable` where it has more than `MAX_LINES` lines or `MAX_CELLS` tabs."""
    text = decode(content)
    found = blocks(text)
    if not has_aligned(text):
        return Document("text", tuple(found))
    if not any(part.kind == "aligned" for part in _parts(text)):
        return Document("text", tuple(found), by_position=True)  # nothing but order tells its cells
    again = tuple(blocks(text, by_lines=True))
    return Document(
        "text", tuple(found), by_position=True, rereadings=(lambda _pages: Document("text", again, by_position=True),)
    )


def blocks(text: str, by_lines: bool = False) -> list[Block]:
    """Paragraphs and tables of a text, in their order. `by_lines`: what is set with spaces by the order of its words and
    numbers, not by their places. Errors: as for `read`.
    """
    out: list[Block] = []
    for kind, lines in _parts(text):
        if kind == "frame":
            grid = framed.grid(lines)
            out += [grid] if grid is not None else []
        elif kind == "aligned":
            out += aligned.by_lines(lines) if by_lines else aligned.blocks(lines)
        elif kind == "spaced":
            out += _ragged([line.split() for line in lines])
        elif kind == "stacked":
            out += _ragged([[line] for line in lines])
        elif kind == "plain":
            out += [Prose(" ".join(_HEADING.sub("", line).split())) for line in lines if line.strip()]
        else:
            out += _ragged([_tabbed(line) if kind == "tabs" else _barred(line) for line in lines])
    return out


def has_aligned(text: str) -> bool:
    """Whether a part of the text is a table set with spaces, or with a cell a line."""
    return any(part.kind in ("aligned", "spaced", "stacked") for part in _parts(text))


class _Part(NamedTuple):
    kind: str  # plain, aligned, spaced, stacked, frame, tabs or bars
    lines: list[str]


def _parts(text: str) -> Iterator[_Part]:
    """Consecutive lines of one kind."""
    lines = text.splitlines()
    if len(lines) > MAX_LINES or sum(map(text.count, _PARTING)) > MAX_CELLS:
        raise Unsupported(f"the text has more than {MAX_LINES:,} lines or {MAX_CELLS:,} table cells")
    part = _Part("plain", [])
    at = 0
    while at < len(lines):
        end = framed.end_of(lines, at)
        kind = "frame" if end > at else _kind(lines, at, part)
        end = max(end, at + 1)
        if kind != part.kind or kind == "frame":
            yield from _settled(part)
            part = _Part(kind, [])
        part.lines.extend(lines[at:end])
        at = end
    yield from _settled(part)


def _settled(part: _Part) -> Iterator[_Part]:
    if part.kind == "plain" and aligned.is_likely(part.lines) and sum(map(len, part.lines)) <= MAX_ALIGNED:
        part = part._replace(kind="aligned")
    if part.kind == "plain" and _is_stacked(part.lines):
        yield from _stacked(part.lines)
    elif part.kind == "plain" and _is_spaced(part.lines):
        yield from _spaced(part.lines)
    elif part.lines:
        yield part


def _is_spaced(lines: list[str]) -> bool:
    """Whether several lines are words and then several numbers, single spaces between: a table whose tabs were lost."""
    return sum(_SPACED.match(line.strip()) is not None for line in lines) >= MIN_SPACED


def _spaced(lines: list[str]) -> Iterator[_Part]:
    """Lines of several words without a sentence, and the other lines."""
    for is_row, run in groupby(lines, lambda line: len(line.split()) > 1 and not _SENTENCE.search(line)):
        yield _Part("spaced" if is_row else "plain", list(run))


def _is_stacked(lines: list[str]) -> bool:
    """Whether several runs of lines are numbers alone: a table with one cell a line. A text may have a few such lines, page
    numbers among them.
    """
    runs = (len(list(run)) for is_number, run in groupby(filter(str.strip, lines), _is_number) if is_number)
    return sum(length >= MIN_STACKED for length in runs) >= MIN_SPACED


def _is_number(line: str) -> bool:
    return _VALUE.match(line.strip()) is not None


def _stacked(lines: list[str]) -> Iterator[_Part]:
    """Runs of short lines with numbers alone among them, and the other lines."""
    filled = [" ".join(line.split()) for line in lines if line.strip()]
    for is_short, run in groupby(filled, lambda line: len(line) <= MAX_STACKED and not _SENTENCE.search(line)):
        part = list(run)
        yield _Part("stacked" if is_short and any(map(_is_number, part)) else "plain", part)


def _kind(lines: list[str], at: int, before: _Part) -> str:
    line = lines[at]
    stripped = line.strip()
    if stripped.startswith("|") and len(_BAR.findall(stripped)) >= 2:
        return "bars"
    loose = _LOOSE_RULE.match(lines[at + 1]) if at + 1 < len(lines) else None
    if _BAR.search(stripped) and (before.kind == "bars" or loose is not None):
        return "bars"
    return "tabs" if _is_tabbed(line, before) else "plain"


def _is_tabbed(line: str, before: _Part) -> bool:
    if "\t" not in line:
        return False
    cells = line.rstrip("\r\n").split("\t")
    filled = [cell for cell in cells if cell.strip()]
    if not filled:
        return before.kind == "tabs"
    return not (len(filled) == 1 and len(cells) == 2 and not cells[0].strip())  # a paragraph indented by one tab


def _tabbed(line: str) -> list[str]:
    cells = [" ".join(cell.split()) for cell in line.rstrip("\r\n").split("\t")]
    return cells if any(cells) else []


def _barred(line: str) -> list[str]:
    """The cells of a Markdown row; [] for the line under the headings."""
    stripped = line.strip()
    if _RULE.match(stripped):
        return []
    cells = _BAR.split(stripped)
    cells = cells[1:] if not cells[0].strip() and stripped.startswith("|") else cells
    cells = cells[:-1] if len(cells) > 1 and not cells[-1].strip() and stripped.endswith("|") else cells
    return [_unmarked(cell) for cell in cells]


def _unmarked(cell: str) -> str:
    """A Markdown cell as it is shown: without emphasis and escapes, breaks as line breaks."""
    text = _BREAK.sub("\n", cell.strip())
    while (found := _EMPHASIS.match(text)) is not None:
        text = found[2].strip()
    text = html.unescape(_ESCAPED.sub(r"\1", text))
    return "\n".join(line for part in text.split("\n") if (line := " ".join(part.split())))


def _ragged(table: list[list[str]]) -> list[Block]:
    rows = [texts for texts in table if texts]
    if not rows:
        return []
    rows = (
        [texts if len(texts) == usual else _without_ends(texts) for texts in rows] if (usual := _usual(rows)) else rows
    )
    cells = tuple(GridCell(text, row, column) for row, texts in enumerate(rows) for column, text in enumerate(texts))
    return [Grid(cells, len(rows), max(map(len, rows)), ragged=True)]


def _usual(rows: list[list[str]]) -> int | None:
    """How many cells most rows have; None where rows are of any length, as editors leave them that take ends off."""
    count, times = Counter(map(len, rows)).most_common(1)[0]
    return count if times * 5 >= len(rows) * 3 else None


def _without_ends(texts: list[str]) -> list[str]:
    """A row that has lost or gained a tab, without the blanks at its end: one of them would stand for its last value."""
    end = max((place for place, text in enumerate(texts, 1) if text), default=0)
    return texts[:end]
