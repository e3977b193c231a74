"""Where a listing stands on its site: whether it is a column of annual reports, and of which year.

Told by what the page says of itself (ColumnName, breadcrumb, headings, title), never by its address: the year of a
folder is often the year of publication.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from extract.fetch.discover.view import MAX_TEXT, View, squeeze

_CRUMBS = re.compile(
    r"crumb|position|location|(?:^|[\s_-])(?:pos|dqwz|wz|mbx|local|weizhi|path|place)(?:$|[\s_-])", re.IGNORECASE
)
_HERE = re.compile(r"当前位置|现在的位置|您的位置|所在位置|您现在")
_COLUMN = re.compile(
    r"信息公开(?:工作)?(?:年度)?(?:工作)?(?:情况)?(?:年报|报告|年度报告)(?:专栏|目录|汇总|列表)?$"
    r"|^(?:政府|政务)?(?:信息)?公开?(?:工作)?年(?:度)?(?:工作)?报告?(?:专栏|目录|汇总|列表)?$"
)
_GENERAL = re.compile(
    r"^(?:工作|历年|各部门|部门|乡镇街道|本机关|机关)?(?:年报|年度报告|年度工作报告)(?:专栏|目录|汇总|列表)?$"
)
_PUBLICITY = re.compile(r"信息公开|政务公开")
_OTHERS = re.compile(r"网站|法治|依法行政|决算|预算|统计|环境|质量|绩效|审计|企业|高校|学校|解读")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年?度?")
_SPLIT = re.compile(r"\s*(?:>+|»|/|\||_|→|-{1,2}|—+|::|›|＞+)\s*")


class Place(NamedTuple):
    """`column`: the listing is a column of reports on information disclosure, called `name`; of one `year`, if it says so."""

    column: bool
    year: int | None = None
    name: str = ""


def place(view: View) -> Place:
    """Where the page stands. The narrowest name that is there decides; a general one (年度报告) counts below 信息公开."""
    names = [normal(name) for name in _names(view)]
    disclosed = any(_PUBLICITY.search(name) for name in names)
    for name in names:
        year = _YEAR.search(name)
        if is_column_name(name, disclosed):
            found = int(year[1]) if year else next((y for n in names if (y := year_alone(n))), None)
            return Place(True, found, normal(name))
    return Place(False)


def is_column_name(name: str, disclosed: bool = False) -> bool:
    """Whether a column called so holds annual reports on disclosure; `disclosed`: it stands below one on disclosure."""
    bare = _YEAR.sub("", normal(name))
    if _OTHERS.search(bare):
        return False
    return _COLUMN.search(bare) is not None or (disclosed and _GENERAL.match(bare) is not None)


def normal(text: str) -> str:
    """A short text as patterns want it: full-width forms folded, no white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text[:MAX_TEXT]))


_YEAR_ALONE = re.compile(r"[\[(【]?((?:19|20)\d\d)[\])】]?年?度?[\])】]?(?:年报|年度报告|报告)?")


def year_alone(text: str) -> int | None:
    """The year of a text that names nothing else: 2023, 2023年, 2023年度, 2023年年报."""
    match = _YEAR_ALONE.fullmatch(normal(text))
    return int(match[1]) if match else None


def _names(view: View) -> Iterator[str]:
    """What the page calls itself, the narrowest first."""
    yield from (view.meta[name] for name in ("ColumnName", "ColumnType") if name in view.meta)
    for crumb in _breadcrumbs(view):
        yield from reversed(crumb)
    for heading in view.headings():
        yield from [heading, *_SPLIT.split(heading)]


def _breadcrumbs(view: View) -> list[list[str]]:
    """The trails 首页 > 信息公开 > 年报: elements named so, or around words such as 当前位置."""
    if view.root is None:
        return []
    found: list[list[str]] = []
    for element in view.root.iter("div", "p", "td", "ul", "ol", "span", "nav", "dl", "li", "section"):
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (_CRUMBS.search(named) or _HERE.search(element.text or "")) and (trail := _trail(element)):
            found.append(trail)
            if len(found) == 3:
                break
    return found


def _trail(element: etree._Element) -> list[str]:
    if sum(1 for _ in zip(range(80), element.iter(), strict=False)) == 80:
        return []  # a container of much more than a trail
    parts = [part for text in element.itertext() for part in _SPLIT.split(_HERE.sub("", squeeze(text)))]
    return [part.strip("：: []【】") for part in parts if 1 < len(part.strip("：: []【】")) <= 40]
