"""Pages that render a report themselves: columns that show the newest one, and endpoints with one address a year.

What stands at such an address changes from year to year: a report is its organ, year and content, never its address.
"""

from __future__ import annotations

import re

from extract.fetch.discover import address
from extract.fetch.discover.families import annual_report, lonsun
from extract.fetch.discover.listing import Family, Listing
from extract.fetch.discover.view import View
from extract.fetch.model import Link, Source
from extract.identify import title

SECTIONS = (
    re.compile(r"总体情况|工作概述|基本情况"),
    re.compile(r"主动公开政府信息(?:的)?情况|主动公开情况"),
    re.compile(r"(?:收到和处理|依申请公开|申请公开)(?:政府信息|信息)?(?:公开)?(?:申请)?(?:的)?情况"),
    re.compile(r"(?:行政复议|被申请行政复议)[、和]?(?:提起)?行政诉讼(?:的)?情况|行政复议.{0,4}行政诉讼"),
    re.compile(r"存在的?(?:主要)?问题(?:及|和|与)?(?:改进|整改|下一步)?"),
    re.compile(r"其他需要报告的?事项|需要说明的其他事项"),
)
ENOUGH = 4  # of the six: a listing's own text names two or three at most
SUBSTANCE = 400  # characters of an endpoint's page that is more than its frame
_ARTICLE = re.compile(
    r"(?:本机关|本单位|本部门|我[局委办厅镇乡县区市州旗省]|全[市县区镇]).{0,200}(?:信息公开|公开信息)"
)


def read(view: View, source: Source) -> Listing:
    """The page's own address as a report, with the year that its title or its statistics period states."""
    if not holds_report(view):
        return Listing()
    named = _title(view)
    stated = annual_report.year_of(view.url) or lonsun.year_of(view.url)
    year = stated or (named.year if named else None) or title.period_year(view.shown[:20_000])
    text = named.text if named else (view.title or view.url)
    return Listing(reports=(Link(view.url, text, year, follow=True),))


def sections(text: str) -> int:
    """How many of the six statutory sections a text names."""
    return sum(section.search(text) is not None for section in SECTIONS)


def holds_report(view: View) -> bool:
    """Whether the page shows a report: its sections; at an endpoint of one report, any text of substance; in a
    column, a file shown under the full title of a report.
    """
    if sections(view.shown) >= ENOUGH:
        return True
    stated = annual_report.year_of(view.url) or lonsun.year_of(view.url)
    if stated is not None and len(view.shown) >= SUBSTANCE and _ARTICLE.search(view.shown) is not None:
        return True
    return (
        address.is_column(view.url)
        and _embeds_file(view)
        and any((parsed := title.parse(text)) is not None and parsed.year and parsed.organ for text in view.headings())
    )


def _embeds_file(view: View) -> bool:
    """Whether the page shows a file inside itself, as columns do whose report is a PDF."""
    if view.root is None:
        return False
    shown = (element.get("src") or element.get("data") or "" for element in view.root.iter("iframe", "embed", "object"))
    return any(address.is_file(text) or ".pdf" in text.lower() for text in shown)


def _title(view: View) -> title.Title | None:
    """The fullest title: of the page's headings, then of its opening lines."""
    found = [parsed for text in view.headings() if (parsed := title.parse(text)) is not None]
    if not any(each.year for each in found):
        found += [parsed for text in _lines(view) if (parsed := title.parse(text)) is not None and parsed.year]
    return max(found, key=lambda each: 2 * (each.year is not None) + (each.organ is not None), default=None)


def _lines(view: View) -> list[str]:
    if view.root is None:
        return []
    texts = (" ".join(text.split()) for text in view.root.itertext())
    return [
        text
        for _, text in zip(range(3_000), texts, strict=False)
        if 8 <= len(text) <= 80 and "公开" in text and "报" in text
    ]


FAMILY = Family("in_place", lambda view: view.root is not None, read)
