"""Links to the further pages of a listing: 下一页, page numbers, a choice of pages; and pages that are only counted."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml import etree

from extract.fetch.discover import address
from extract.fetch.discover.listing import MAX_PAGES
from extract.fetch.discover.view import View, squeeze

_NEXT = re.compile(r"^(?:下一?页|后一?页|下一?頁|尾页|末页|最后一?页|next|last|[>›»]{1,2})$", re.IGNORECASE)
_PAGE_LABEL = re.compile(r"^\[?(\d{1,6})\]?$")
_PARAMETER = re.compile(
    r"(?:^|[?&])(?:page|pageno|pagenum|pageindex|curpage|currpage|cur_page|p|pn|page_index)=(\d+)", re.IGNORECASE
)
_CHOICES = 500


def links(view: View) -> tuple[str, ...]:
    """Addresses of further pages that the page links, without pages beyond the bound."""
    found: dict[str, None] = {}
    for anchor in view.anchors:
        text = anchor.text.strip()
        if _NEXT.match(text) or (_PAGE_LABEL.match(text) and _is_sibling(view.url, anchor.url)):
            found.setdefault(anchor.url)
    for option in _options(view):
        target = address.absolute(view.base, option.get("value") or "")
        number = squeeze("".join(option.itertext()))
        if target and _PAGE_LABEL.match(number.strip("第页 ")) and _is_sibling(view.url, target):
            found.setdefault(target)
    inside = [url for url in found if url != view.url and number_of(url) <= MAX_PAGES]
    return tuple(inside[:MAX_PAGES])


def number_of(url: str) -> int:
    """Which page of its listing an address is, by `page=7` or `index_7.html`; 0 where it does not say."""
    where = address.path(url)
    stated = _PARAMETER.search(where)
    if stated is None:
        name = where.partition("?")[0].rpartition("/")[2]
        stated = re.search(r"[_-](\d+)\.\w+$", name)
    return int(stated[1][:9]) if stated else 0


def numbered(url: str, name: str, extension: str, numbers: range) -> list[str | None]:
    """`index_1.html`, `index_2.html`, … beside a listing's address."""
    return [address.absolute(url, f"{name}_{number}.{extension}") for number in numbers[:MAX_PAGES]]


def file_of(view: View) -> tuple[str, str]:
    """The name and the extension of a listing's own file: of its address, or of a link that leads to it (`nlist.htm`)."""
    own = address.folder(view.url)
    for url in [view.url, *(anchor.url for anchor in view.anchors)]:
        if address.folder(url) == own:
            name = re.match(
                r"((?:index|[a-z]?list|default)[a-z]*)(?:_\d+)?\.(s?html?|jsp)$", url[len(own) :], re.IGNORECASE
            )
            if name:
                return name[1], name[2]
    return "index", "html"


def _is_sibling(one: str, other: str) -> bool:
    """Whether two addresses differ only in numbers of their last part or of the query: pages of one listing."""
    if address.host(one) != address.host(other):
        return False
    return _shape(one) == _shape(other)


def _shape(url: str) -> str:
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    plain = re.sub(r"^(?:index|default)(?:[_-]\d+)?\.\w+$", "", name)
    return f"{folder}/" + re.sub(r"^\d{1,4}(?=\.\w+$)|[_-]\d+(?=\.\w+$)", "", plain)  # list_2.html, 2.html


def _options(view: View) -> list[etree._Element]:
    if view.root is None:
        return []
    return [option for _, option in zip(range(_CHOICES), view.root.iter("option"), strict=False)]
