"""The day on which a report was published, as its page says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from extract.model import PublishedFrom

_DATE = r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"
_ISO = re.compile(rf"^\s*{_DATE}")
_AFTER = rf"\s*[:：]?\s*[\[【]?\s*{_DATE}"
_INFO_LINES = (
    re.compile(rf"(?:发布|发表|公布|公开|上传|录入)\s*(?:时间|日期|于){_AFTER}"),
    re.compile(
        rf"(?<!统计)(?<!截止)(?<!截至)(?<!起止)(?<!办公)(?:成文日期|生成日期|更新时间|更新日期|时间|日期){_AFTER}"
    ),
)
"""What a page says of publishing counts before what it says of writing."""
_URL_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+\.s?html?$",
        r"/art/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/art_",
        r"/((?:19|20)\d\d)[-/]?(\d\d)[-/](\d\d)/[\w-]+\.s?html?$",
        r"/((?:19|20)\d\d)(\d\d)(\d\d)[0-2]\d[0-5]\d[0-5]\d\d{0,3}\.s?html?$",
    )
)
_EPOCH = re.compile(r"/(1[2-9]\d{11})(?:[A-Za-z]\w*)?(?:\.s?html?)?$")
_META = (
    "pubdate", "publishdate", "pub_date", "others.pubdate", "firstpublishedtime", "article:published_time", "og:published_time",
    "og:article:published_time", "datepublished", "publishedtime", "releasedate", "dc.date.issued", "dcterms.issued", "publish-date",
    "weibo:article:create_at", "og:release_date",
)  # fmt: skip
_PDF_DATE = re.compile(r"^D:((?:19|20)\d\d)(\d\d)(\d\d)")
_CHINA = dt.timezone(dt.timedelta(hours=8))


def published(
    meta: dict[str, str], lines: Iterable[str], url: str | None
) -> tuple[dt.date | None, PublishedFrom | None]:
    """(date, where it was read): the page's PubDate, then its info line (发布时间：…), then the URL's date."""
    for name in _META:
        if (date := _date(_ISO.match(_in_china(meta.get(name, ""))))) is not None:
            return date, "meta"
    short = [line for line in lines if len(line) < 200 and ("20" in line or "19" in line)]
    for pattern in _INFO_LINES:
        for line in short:
            if (date := _date(pattern.search(line))) is not None:
                return date, "info line"
    for address in (url, meta.get("url")):
        if address and (date := _of_url(address.partition("?")[0])) is not None:
            return date, "url"
    return None, None


_LABEL = re.compile(
    r"^[\[【]?(?:(?:发布|发表|公布|公开|发文|上传|录入|成文|生成|更新)\s*(?:时间|日期)|时间|日期)[\]】]?\s*[:：]?$"
)


def is_label(text: str) -> bool:
    """Whether a text of its own labels the date that stands beside it: a cell of a table of metadata, a `<dt>`."""
    return len(text) < 24 and ("间" in text or "期" in text) and _LABEL.match("".join(text.split())) is not None


def labelled(label: str, value: str) -> str:
    """Label and date as one line of information, white space inside of the label removed, 20240119 as 2024-01-19."""
    date = re.sub(r"^\s*((?:19|20)\d\d)(\d\d)(\d\d)\s*$", r"\1-\2-\3", value)
    return f"{''.join(label.split())} {date}"


def _in_china(moment: str) -> str:
    """A moment that is given with its offset, as the clock in China shows it; any other text as it is."""
    try:
        given = dt.datetime.fromisoformat(moment.strip())
    except ValueError:
        return moment  # a date in words
    return given.astimezone(_CHINA).isoformat() if given.tzinfo is not None else moment


def created(meta: dict[str, str], year: int | None) -> dt.date | None:
    """The day on which a PDF was made, where that can be the day of publication: in the year after the reported one. A file
    that was made later was converted again.
    """
    date = _date(_PDF_DATE.match(meta.get("creationdate", "")))
    return date if date is not None and year is not None and date.year == year + 1 else None


def _of_url(address: str) -> dt.date | None:
    for pattern in _URL_DATES:
        if (date := _date(pattern.search(address))) is not None:
            return date
    epoch = _EPOCH.search(address)
    return dt.datetime.fromtimestamp(int(epoch[1]) / 1000, _CHINA).date() if epoch else None


def _date(match: re.Match[str] | None) -> dt.date | None:
    return None if match is None else _real(int(match[1]), int(match[2]), int(match[3]))


def _real(year: int, month: int, day: int) -> dt.date | None:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None  # 2023-02-30 is no date
    return date if date.year >= 1998 else None
