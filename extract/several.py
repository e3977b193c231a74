"""Two reports in one document: where the second one begins, and what is left of the document without it.

The tables of the first may be pictures, and those below then belong to another year or organ.
"""

from __future__ import annotations

from dataclasses import replace

from extract.identify import title
from extract.model import Document, Finding, Prose
from extract.sections import heading

_HEADINGS = 2  # that a report has at least; a link to another report has none


def first_only(document: Document) -> tuple[Document, list[Finding], bool]:
    """(document without the reports after its first, the finding, whether its tables may count as the first one's).

    They may not where the layout of pages tells the cells (further readings would have the whole document again), and where the
    format's own title is that of a later report.
    """
    starts: list[tuple[int, title.Title]] = []
    headings: list[int] = []
    for place, block in enumerate(document.blocks):
        if isinstance(block, Prose):
            lines = block.text.split("\n")
            told = next((found for line in lines if (found := title.whole(line)) is not None), None)
            starts += [(place, told)] if told is not None else []
            headings += [place for line in lines if heading(line) is not None]
    kept: list[tuple[int, title.Title]] = []
    for number, (place, told) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(document.blocks)
        if sum(place < at < end for at in headings) >= _HEADINGS:
            kept.append((place, told))
    if not kept:
        return document, [], True
    first = kept[0][1]
    begun = sum(at < kept[0][0] for at in headings) >= _HEADINGS  # a report without a title of its own stands above
    others = kept if begun else [(place, told) for place, told in kept[1:] if _differs(first, told)]
    marked = next((told for text in document.titles if (told := title.whole(text)) is not None), None)
    if begun and (marked is None or not _differs(marked, first)):
        return document, [], True  # its title is printed below its first headings, as a table of contents has it
    if not others:
        return document, [], True
    place, told = others[0]
    message = f"a second report follows: “{told.text[:60]}”; nothing from there on is read"
    finding = Finding("reading.several_reports", "warning", "document", None, None, "extraction", message)
    sure = not document.by_position and (marked is None or begun or not _differs(marked, first))
    return replace(document, blocks=document.blocks[:place]), [finding], sure


def _differs(one: title.Title, other: title.Title) -> bool:
    """Whether two titles name different years, or organs that are not one name and its longer form."""
    if one.year != other.year:
        return True
    a, b = one.organ, other.organ
    return bool(a and b) and not (
        str(a).endswith(str(b)) or str(b).endswith(str(a)) or str(a) in str(b) or str(b) in str(a)
    )
