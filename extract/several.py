"""Two reports in one document: which of its blocks belong to the report that the document is of.

A page of a column, or a file that a careless hand put together, holds the report of 2023 and below it that of 2022, or those
of two offices. Where the tables of the first are pictures, the only figures there are the second's: read as one document they
would become the first's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from extract.identify import names, title
from extract.identify.organ import organ
from extract.model import Block, Document, Finding, Grid, Prose
from extract.prose.sections import heading

_WHOLE = re.compile(r"(?:报告|年报|报告书)[)）》”\"】]*(?:[(（][^()（）]{1,8}[)）])?$")
_SENTENCE = re.compile("[。；，：;:,!?！？]")
_BEFORE = re.compile(
    r"^(?:[#*]+|[\[(（【]?附件[一二三四五六七八九十\d]{0,2}[\])）】]?[:：、.]?|[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．])"
)
"""What may stand before a title in its line: 附件2：…"""
_SIGNATURE = re.compile(
    "第二十条第[（(][一五六八九][）)]项|(?:新收|结转)政府信息公开申请数量|未经复议直接起诉|统计指标|指标名称"
)
_OFFICE = re.compile(r"(?:人民政府|政府|办事处|管理委员会|管委会)$")
_ONE_CELL = 3  # a table of so few cells is a frame around a line
_LONGEST_LINE = 60
_WRITTEN = 60  # characters between two headings 一: with less, the first one stands in a table of contents


class _Line(NamedTuple):
    block: Block
    text: str  # of a line of prose, or of a frame around one; nothing for a table


@dataclass(slots=True)
class _Part:
    """What follows a title up to the next report's. `year` and `organ` are None where the part has no title."""

    year: int | None
    organ: str | None
    lines: list[_Line] = field(default_factory=list)
    headings: set[str] = field(default_factory=set)
    tables: bool = False
    written: int = 0

    def is_report(self) -> bool:
        """Whether it is more than a title in a list of links."""
        return self.tables or (len(self.headings) >= 2 and self.written > 0)


def own(document: Document) -> tuple[Document, list[Finding]]:
    """The document without what belongs to another report, and a finding where there was one; else itself. Without a title
    that the format marks, the first report is the document's.

    Where the title that the format marks fits none of the parts, or cells are told by positions (their further readings would have both
    reports again), no table is left.
    """
    parts = _parts(document)
    reports = [part for part in parts if part.is_report()]
    if not any(_repeats(one, other) for n, one in enumerate(reports) for other in reports[:n]):
        return document, []
    marked = title.choose(document, [])
    fit = [part for part in reports if marked is None or _is_of(part, marked)]
    kept = fit[0] if fit else None
    lines: list[_Line] = []
    for part in parts[: parts.index(kept) + 1] if kept is not None else []:
        lines += part.lines if part is kept or not part.is_report() else []
    blocks = tuple(line.block for line in (lines if kept is not None else _lines(document)))
    if kept is None or document.by_position:
        blocks = tuple(block for block in blocks if isinstance(block, Prose))
    said = ", ".join(filter(None, (_named(part) for part in reports)))
    message = f"the document holds several reports ({said}): only what belongs to its title is read"
    finding = Finding("reading.several_reports", "warning", "document", 1, len(reports), "extraction", message)
    return replace(document, blocks=blocks, rereadings=()), [finding]


def _named(part: _Part) -> str:
    return " ".join(str(each) for each in (part.organ, part.year) if each is not None)


def _is_of(part: _Part, named: title.Title) -> bool:
    return (part.year is None or named.year in (None, part.year)) and _same(part.organ, named.organ)


def _repeats(one: _Part, other: _Part) -> bool:
    """Whether two parts are two reports: they have a section in common, or one is nothing but tables."""
    return bool(one.headings & other.headings) or not one.headings or not other.headings


def _parts(document: Document) -> list[_Part]:
    lines = list(_lines(document))
    printed = Counter(_squeezed(line.text) for line in lines if line.text and line.block.page is not None)
    parts = [_Part(None, None)]
    first = ""
    for at, line in enumerate(lines):
        part = parts[-1]
        found = _title(lines, at) if "公" in line.text and printed[_squeezed(line.text)] < 2 else None
        number = heading(line.text) if line.text else None
        if found is not None:
            back, year, name = found
            if part.year is None and part.organ is None and not part.is_report():
                part.year, part.organ = year, name
            elif part.year not in (None, year) or not _same(part.organ, name):
                new = _Part(year, name)
                for _ in range(min(back, len(part.lines))):
                    new.lines.insert(0, part.lines.pop())
                parts.append(new)
            part = parts[-1]
        elif number == "1" and _squeezed(line.text) == first and part.written >= _WRITTEN and len(part.headings) >= 3:
            part = _Part(None, None)
            parts.append(part)
        if number == "1" and not first:
            first = _squeezed(line.text)
        part.lines.append(line)
        if number is not None:
            part.headings.add(number)
        elif not line.text:
            part.tables = part.tables or _is_statutory(line.block)
        elif part.headings:
            part.written += len(line.text)
    return parts


def _lines(document: Document) -> Iterator[_Line]:
    for block in document.blocks:
        if isinstance(block, Prose):
            for text in block.text.split("\n"):
                if text.strip():
                    yield _Line(block if text == block.text else replace(block, text=text), text)
        elif len(block.cells) <= _ONE_CELL:
            yield _Line(block, " ".join(cell.text for cell in block.cells if cell.text.strip()))
        else:
            yield _Line(block, "")


def _title(lines: Sequence[_Line], at: int) -> tuple[int, int, str | None] | None:
    """(how many lines before this one belong to it, year, organ) of a report's title that ends with this line."""
    text = _BEFORE.sub("", _squeezed(lines[at].text))
    if len(text) > _LONGEST_LINE or "公开" not in text or _WHOLE.search(text) is None or _SENTENCE.search(text):
        return None
    for back in range(3):
        above = [_squeezed(line.text) for line in lines[max(0, at - back) : at]]
        if len(above) < back or any(not t or len(t) > 40 or _SENTENCE.search(t) or heading(t) for t in above):
            return None
        found = title.parse("".join((*above, text)))
        if found is None or found.year is None:
            continue
        name = found.organ
        if name is None and back < 2 and at > back:
            before = _squeezed(lines[at - back - 1].text)
            if names.ENDING.search(before) and names.is_name(before):
                return back + 1, found.year, before
        return back, found.year, name
    return None


def _same(one: str | None, other: str | None) -> bool:
    """Whether two names can be one organ's; a title that names nobody goes with any."""
    if one is None or other is None:
        return True
    stems = [_OFFICE.sub("", name) or name for name in (one, other)]
    if stems[0].endswith(stems[1]) or stems[1].endswith(stems[0]):
        return True
    identity = organ(one).identity
    return identity is not None and identity == organ(other).identity


def _is_statutory(block: Block) -> bool:
    return (
        isinstance(block, Grid) and _SIGNATURE.search("".join(_squeezed(cell.text) for cell in block.cells)) is not None
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())
