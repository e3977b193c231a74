"""The day on which a report was published, as its page says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

_DATE = r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"
_ISO = re.compile(rf"^\s*{_DATE}")
_INFO_LINE = re.compile(
    rf"(?:发布时间|发布日期|发文日期|公开日期|成文日期|生成日期|发表时间|更新时间|时间|日期)\s*[:：]?\s*[\[【]?\s*{_DATE}"
)
_URL_DATE = re.compile(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+\.s?html?$|/art/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/art_")
_META = ("pubdate", "publishdate", "pub_date", "others.pubdate")


def published(meta: dict[str, str], lines: Iterable[str], url: str | None) -> tuple[dt.date | None, str | None]:
    """(date, where it was read): the page's PubDate, then its info line (发布时间：…), then the URL's date."""
    for name in _META:
        if (date := _date(_ISO.match(meta.get(name, "")))) is not None:
            return date, "meta"
    for line in lines:
        if len(line) < 200 and (date := _date(_INFO_LINE.search(line))) is not None:
            return date, "info line"
    for address in (url, meta.get("url")):
        if address and (found := _URL_DATE.search(address)):
            numbers = [group for group in found.groups() if group]
            if (date := _real(*map(int, numbers))) is not None:
                return date, "url"
    return None, None


def _date(match: re.Match[str] | None) -> dt.date | None:
    return None if match is None else _real(int(match[1]), int(match[2]), int(match[3]))


def _real(year: int, month: int, day: int) -> dt.date | None:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None  # 2023-02-30 is no date
    return date if date.year >= 1998 else None
