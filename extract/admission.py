"""Whether what was read is a report at all: its tables, or its title and sections; an empty form, a notice, a page that is gone are
none, and each says why.
"""

from __future__ import annotations

import re

from extract.forms.match import Matched
from extract.identify import title
from extract.model import Cell, Document
from extract.outcomes import MissingProgram, NotAReport, Unreadable
from extract.prose.sections import run_together
from extract.read import ocr

_REPORT_NAME = re.compile("信息公开.{0,10}年度?报|年度报告|年报")

SIGNATURES = {
    "disclosure": re.compile("第二十条第[（(][一五六八九][）)]项"),
    "requests": re.compile("(?:新收|结转)政府信息公开申请数量|结转下年度继续办理"),
    "proceedings": re.compile("未经复议直接起诉"),
}
"""Words that stand in the statutory tables and nowhere else."""


_SHEET = re.compile("(?:统计指标|指标名称)(?:计量)?单位|信息公开情况统计表")


def tables_in_prose(matched: Matched) -> set[str]:
    """Tables that were not read though their words stand in the text: drawn without rules, or torn apart."""
    text = "".join("".join(block.text.split()) for block in matched.prose)
    found = {table for table, words in SIGNATURES.items() if table not in matched.tables and words.search(text)}
    if not matched.tables and _SHEET.search(text):
        found.add("survey")
    return found


def must_be_filled(
    named: title.Title | None, read: tuple[Cell, ...], texts: dict[str, str], document: Document, matched: Matched
) -> None:
    """A form without a number in it is a report only where it is one organ's, of a year, or has prose about it."""
    if any(cell.value is not None for cell in read):
        return
    heading = _heading(named, document, matched)
    if named is None or (named.organ is None and named.year is None):
        raise NotAReport(f"an empty form: no number in any table, and no organ and no year in its title “{heading}”")
    if _ASKS.search(heading) and sum(map(len, texts.values())) < SHORTEST:
        raise NotAReport(
            f"an empty form: no number in any table, and its title “{heading}” announces or asks for reports"
        )


def _heading(named: title.Title | None, document: Document, matched: Matched) -> str:
    """What a document calls itself, for a person to read."""
    first = next((t for t in document.titles if t), "") or (matched.prose[0].text if matched.prose else "")
    asking = next((block.text for block in matched.prose[:6] if _ASKS.search(block.text[:80])), "")
    return " ".join((asking or (named.text if named else "") or first).split())[:60]


SHORTEST = 100
"""Characters of prose below the statutory headings; less says nothing about a year. The shortest narrative among the samples and shared
documents has 167, the shortest report of a real organ 243 (shulan-2012); 20 admits no document more, 1,000 loses both.
"""
SECTIONS = 2
"""Statutory sections that a narrative has at the least: the shared ones have 3 to 5. 1 admits none of those documents more, 4 loses one."""
LONGEST_ERROR = 3_000
"""Characters of a page that only says that something was not found. 300 and 300,000 decide the shared documents alike: it keeps a long
text that mentions such a page out of that reason, and changes no status.
"""
_ASKS = re.compile("通知|模板|模版|格式文本|样式|样表|样本|填报|填写说明|编制说明|工作提示")
"""Words of titles under which forms are sent out."""


def must_be_narrative(
    named: title.Title | None, texts: dict[str, str], matched: Matched, document: Document, printed: set[str]
) -> None:
    """A report without tables still has its title and the statutory sections, or its tables stand in the text and could not be
    read; anything else is no report.
    """
    length = sum(map(len, texts.values()))
    if named is not None and named.year and len(texts) >= SECTIONS and length >= SHORTEST:
        return
    heading = _heading(named, document, matched)
    if named is not None and named.year and len(printed) > 1 and not _ASKS.search(heading):
        return
    text = "".join(block.text for block in matched.prose)
    if not text.strip():
        if document.attachments:
            raise NotAReport("links its report as an attachment")
        why = document.unread[0] if document.unread else "the document has no text (it may be a scan)"
        raise (MissingProgram if ocr.MISSING in why else Unreadable)(why)
    if (
        named is None
        and re.search(r"404|找不到|不存在|无法访问|[Nn]ot [Ff]ound|已删除|页面出错", text[:600])
        and len(text) < LONGEST_ERROR
    ):
        raise NotAReport("the page says that it was not found")
    if document.attachments and (named is not None or any(_REPORT_NAME.search(a.text) for a in document.attachments)):
        raise NotAReport("links its report as an attachment")
    if named is not None and named.year and not _ASKS.search(heading) and _runs_on(matched):
        raise Unreadable("its text has lost its line breaks: the headings of its sections stand inside one line")
    unread = "".join(f"; {why}" for why in document.unread[:1])
    raise NotAReport(f"{_what_is_missing(texts, length, printed)}; its title is “{heading}”{unread}")


def _runs_on(matched: Matched) -> bool:
    """Whether a line holds a report's headings with its prose between them. A list of contents holds them side by side."""
    counts = (run_together(line) for block in matched.prose for line in block.text.split("\n") if len(line) > SHORTEST)
    return any(count > SECTIONS and between >= SHORTEST for count, between in counts)


def _what_is_missing(texts: dict[str, str], length: int, printed: set[str]) -> str:
    """What was found of a report, and what was not, as a sentence."""
    tables = (
        f"the words of {len(printed)} statutory tables but none that could be read" if printed else "no statutory table"
    )
    sections = (
        f"{len(texts)} sections of an annual report with {length} characters of prose"
        if texts
        else "no sections of an annual report"
    )
    return f"{tables}, and {sections}"
