"""How one publisher sets a report: every choice that differs from site to site, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Layout:
    """The defaults give the national form on a plain page.

    page: `plain`, `static`, `trs`, `jcms`, `boda`, `nested`, `word`, `wps`, `xhtml` (see `pages.PAGES`).
    markup: how a table cell is written: `bare`, `p`, `styled`, `spans`, `split`, `word`, `revised` (see `markup.CELLS`).
    disclosure: `one` table for all of 二, or `items`: one for each 项.
    requests: `one`, `broken` (a second table without heads), `subtotal` (a 小计 column), `page_break` (the label of 三
        printed twice in one table).
    proceedings: `fifteen` columns, `rows` (three), `tables` (three).
    together: one table for 二, 三 and 四, their headings as rows of it.
    numbering: of the section headings, see `wording.NUMBERINGS`. wording: see `wording.WORDINGS`.
    title: `{organ}`, `{year}` filled in; a line break in it stands for a title on two lines. title_in_body: whether the
        title is printed over the text. organ_source: what the page names as source (来源), None: nothing.
    charset: of the bytes; declared: what the page says, None: nothing. bom: a UTF-8 byte order mark.
    blanks: how a blank cell is printed; several: one after the other.
    numbers: `plain`, `fullwidth`, `thousands`, `mixed`; signed: 本年增/减 with its sign.
    cells: texts of single cells, by `table.row.column`, `{}` for the number (annotations, units).
    amount_label: the head of the column of amounts, where it is not the form's (`采购总金额（单位：元）`).
    section_words: words of a section heading that are not the form's, by number from 0.
    framed: sections whose prose stands in a ruled frame, a table of one cell, by number from 0.
    extra: paragraphs added to section 一.
    """

    page: str = "plain"
    markup: str = "p"
    disclosure: str = "one"
    requests: str = "one"
    proceedings: str = "fifteen"
    together: bool = False
    numbering: str = "chinese"
    wording: str = "standard"
    title: str = "{organ}{year}年政府信息公开工作年度报告"
    title_in_body: bool = True
    organ_source: str | None = None
    charset: str = "utf-8"
    declared: str | None = "utf-8"
    bom: bool = False
    blanks: tuple[str, ...] = ("&nbsp;",)
    numbers: str = "plain"
    signed: bool = False
    cells: Mapping[str, str] = field(default_factory=dict)
    amount_label: str | None = None
    framed: tuple[int, ...] = ()
    section_words: Mapping[int, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
