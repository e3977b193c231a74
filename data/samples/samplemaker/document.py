"""Figures and a layout → the bytes of a report, and the truth that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from samplemaker import markup, prose, tables, text, wording
from samplemaker.figures import Figures, truth
from samplemaker.layout import Layout
from samplemaker.pages import PAGES, Article
from samplemaker.tables import Setter


@dataclass(frozen=True)
class Sample:
    """One report to write. `kind`: html, text, chromium or libreoffice (PDF by that program), narrative.

    `shows`: what it is there for, one line. `key` names its figures in figures.json.
    """

    name: str
    key: str
    figures: Figures
    layout: Layout
    shows: str
    published: str | None = None
    kind: str = "html"
    host: str = "www.sample.example"
    site: str | None = None
    notes: Sequence[str] = field(default=())

    @property
    def file_name(self) -> str:
        """`pingtan-2022.html`."""
        suffix = {"text": "txt", "chromium": "pdf", "libreoffice": "pdf"}.get(self.kind, "html")
        return f"{self.name}.{suffix}"

    @property
    def title(self) -> str:
        """The title as printed, on one line."""
        return _title(self).replace("\n", "")


def truth_of(sample: Sample) -> dict[str, Any]:
    """The truth file of a sample, from its figures."""
    found = truth(sample.figures, sample.title, sample.published, sample.notes)
    if sample.kind == "narrative":
        found |= {"form": "narrative", "disclosure": {}, "requests": {}, "proceedings": {}}
    return found


def source_of(sample: Sample) -> bytes:
    """The bytes of the file itself, or of the page that a PDF is printed from."""
    random = Random(sample.name)
    if sample.kind == "text":
        return text.write(sample.figures, sample.title, random).encode(sample.layout.charset)
    page = _page(sample, random)
    content = page.encode(sample.layout.charset)
    return b"\xef\xbb\xbf" + content if sample.layout.bom else content


def _title(sample: Sample) -> str:
    return sample.layout.title.format(organ=sample.figures.organ, year=sample.figures.year)


def _page(sample: Sample, random: Random) -> str:
    layout, figures = sample.layout, sample.figures
    site = sample.site or figures.short
    printed = _title(sample).replace("\n", "</p><p>" if layout.page == "static" else "<br>")
    return PAGES[layout.page](
        Article(
            title=sample.title,
            title_html=printed if layout.title_in_body else "",
            site=site,
            host=sample.host,
            site_code=f"{(figures.division_code or '000000')[:6]}0001",
            published=sample.published,
            source=layout.organ_source,
            body=_narrative(sample) if sample.kind == "narrative" else _body(figures, layout, random),
            declared=layout.declared,
            number=random.randint(10_000, 99_999),
        )
    )


def _narrative(sample: Sample) -> str:
    out = [markup.paragraph(prose.note(sample.figures), "p")]
    for i, (heading, paragraphs) in enumerate(prose.narrative(sample.figures)):
        out.append(markup.paragraph(f"{'一二三四五'[i]}、{heading}", "p", heading=True))
        out += [markup.paragraph(p, "p") for p in paragraphs]
    return "".join(out)


def _body(figures: Figures, layout: Layout, random: Random) -> str:
    setter = Setter(layout, figures.year)
    items = wording.DISCLOSURE[_disclosure_form(figures)]
    statutory = {
        1: tables.disclosure(figures, layout, items, setter),
        2: tables.requests(figures, layout, setter),
        3: tables.proceedings(figures, layout, setter),
    }
    texts = {
        0: [*prose.overall(figures, random), *layout.extra],
        4: prose.problems(figures, random),
        5: prose.other(figures, random),
    }
    number = wording.NUMBERINGS[layout.numbering]
    headings = [f"{number[i]}{layout.section_words.get(i, words)}" for i, words in enumerate(wording.SECTIONS)]
    out = [markup.paragraph(prose.note(figures), layout.markup)]
    for i, heading in enumerate(headings):
        if layout.together and i in (1, 2, 3):
            if i == 1:
                parts = [(headings[n], statutory[n]) for n in (1, 2, 3)]
                out.append(markup.table(tables.together(parts), layout.markup))
            continue
        out.append(markup.paragraph(heading, layout.markup, heading=True))
        if i in statutory:
            out += [markup.table(table, layout.markup) for table in statutory[i]]
        else:
            out.append(_prose(texts[i], layout, framed=i in layout.framed))
    return "".join(out)


def _prose(paragraphs: list[str], layout: Layout, framed: bool) -> str:
    written = "".join(markup.paragraph(p, layout.markup) for p in paragraphs)
    return (
        f'<table border="1" cellspacing="0" width="100%"><tr><td class="frame">{written}</td></tr></table>\n'
        if framed
        else written
    )


def _disclosure_form(figures: Figures) -> str:
    """The items that these figures fill: a form, or the hybrid of both."""
    if figures.form == "2021" and "made" in figures.disclosure["rules"]:
        return "hybrid"
    return figures.form
