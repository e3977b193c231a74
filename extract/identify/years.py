"""The year reported, of all the years that a document names.

The title's year and the period that the text states (自2023年1月1日起至12月31日止) should be one. Where they are not, one of
them was left over from the year before: the day of publication decides, because a report appears in the year after the one
that it is about (条例 第四十九条: by 31 January; governments by 31 March). Where it is not known or fits neither, the title's
year wins: people write the title anew and copy the period. It loses only where two further statements of the text (sentences
with the year's totals, headings of tables, other dates of the year) side with the period, and fewer with the title. The conflict is a finding either way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from extract.identify.identity import year_of
from extract.identify.title import REPORT
from extract.model import Finding, YearFrom


class Told(NamedTuple):
    """The reported year, or None, what speaks against it, and what told it: title, period or address."""

    year: int | None
    findings: list[Finding]
    source: YearFrom | None


_STATED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年(?:度)?(?=[^。；\n]{0,24}(?:共|累计|全年|主动公开|公开政府信息|公开各类|收到|受理|发布|本(?:机关|局|委|镇|乡|街道|县|市|区)))"
)
_ABOUT_OTHERS = re.compile(r"(?:比|较|同比|与|去年|上年|以来|截至|截止|将|下一步|计划|统计期限|1月1日|规划|条例|号|《)")
_HEADING = re.compile(
    r"^[^。,，]{0,20}?(?<!\d)((?:19|20)\d\d)年?度?(?:$|[^。,，\d]{0,20}(?:表|情况|件数|数量|数|合计|金额)$)"
)


_ENDS = re.compile("[。；]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?:[4-9]|1[0-2])月(?!31日止)")
"""A day of the reported year. In its first months stands the day on which the report of the year before was written."""


def stated(lines: Iterable[str]) -> Counter[int]:
    """How many independent statements of the text are about each year: its totals, the headings of its tables, and other dates
    of it, each of which is one statement however often it is made. The period and titles are none; nor are comparisons, plans
    and numbers of documents.
    """
    totals, headings, days = Counter[int](), Counter[int](), Counter[int]()
    seen: set[str] = set()
    for line in lines:
        squeezed = "".join(line.split())
        for sentence in _ENDS.split(squeezed) if _YEAR.search(squeezed) else ():
            if sentence in seen or _YEAR.search(sentence) is None:
                continue
            seen.add(sentence)
            if REPORT.search(sentence) is not None:
                continue
            for kind, match in (
                (headings, _HEADING.match(sentence) if len(sentence) < 30 else None),
                (totals, _STATED.search(sentence)),
                (days, _DAY.search(sentence)),
            ):
                if match is not None and _ABOUT_OTHERS.search(sentence[: match.end() + 8]) is None:
                    kind[int(match[1])] += 1
                    break
    most = (kind.most_common(2) for kind in (totals, headings, days))
    return Counter(found[0][0] for found in most if found and (len(found) == 1 or found[0][1] > found[1][1]))


def reported(
    title: int | None, period: int | None, published: dt.date | None, url: str | None, said: Counter[int] | None = None
) -> Told:
    """Weigh the years of the title, of the stated period, and of an address that is enumerated by reported years. `said`: what
    `stated` found in the text.
    """
    if title is None or period is None or title == period:
        source: YearFrom | None = "title" if title is not None else "period" if period is not None else None
        year = title or period or year_of(url)
        return Told(year, [], source or ("address" if year is not None else None))
    votes = said or Counter[int]()
    by_title: tuple[int, YearFrom] = (title, "title")
    by_period: tuple[int, YearFrom] = (period, "period")
    if published is not None and published.year - 1 in (title, period):
        told, source = by_title if published.year - 1 == title else by_period
    else:
        told, source = by_period if votes[period] >= 2 and votes[period] > votes[title] else by_title
    message = f"the title says {title}, the period stated in the text is that of {period}"
    finding = Finding(
        "reading.year_conflict", "warning", "year", told, period if told == title else title, "publisher", message
    )
    return Told(told, [finding], source)
