"""One fetched page made ready for the families: its text, its element tree, its anchors, its standard `<meta>` tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from extract.fetch.discover import address
from extract.fetch.model import Page
from extract.read.decode import decode
from extract.read.markup import is_crowded

MAX_BYTES = 8 * 2**20  # of a listing; the largest seen has 1 MB
MAX_ANCHORS = 20_000
MAX_TEXT = 300
STANDARD = (
    "SiteName", "SiteDomain", "SiteIDCode", "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType",
    "ArticleTitle", "PubDate", "ContentSource", "Keywords", "Author", "Description", "Image", "Url",
)  # fmt: skip
"""The page tags of 国办发〔2017〕47号; spelt in many cases by the sites, and so by us."""
_CANONICAL = {name.lower(): name for name in STANDARD}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_QUOTED = re.compile(r"""["']([^"'\s<>]{1,1000})["']""")
_ADDRESS = re.compile(r"^(?:https?:/|\.{0,2}/)|\.(?:s?html?|jsp|php|aspx?|pdf|docx?)(?:$|\?)", re.IGNORECASE)
_ELLIPSIS = re.compile(r"(?:…|\.{3}|···?)+\s*$")
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*(?:[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?!\d)|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日)"
)
_DAY_APART = re.compile(
    r"(?<![\d.-])(\d{1,2})\s+((?:19|20)\d\d)[-/.](\d{1,2})(?![-/.\d])|(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})\s+(\d{1,2})(?![\d:年])"
)
_DATA = re.compile(r"\s*(?:[\[{]|[\w.$]{1,100}\s*\(\s*[\[{])")
_SILENT = frozenset(["script", "style", "noscript", "template", "head"])


class Anchor(NamedTuple):
    """One link of a page: where it stands, where it leads, what it says (its title where the shown text is cut)."""

    element: etree._Element
    url: str
    text: str


@dataclass(frozen=True)
class View:
    """A page to read. `root` is None where the page is no markup (JSON) or cannot be parsed; `base` is what its addresses
    are relative to.
    """

    url: str
    source: str
    root: etree._Element | None
    base: str
    cut: bool = False  # longer than MAX_BYTES

    @cached_property
    def meta(self) -> dict[str, str]:
        """The site's standard tags, under their names in the standard."""
        found: dict[str, str] = {}
        for element in self._each("meta"):
            name = _CANONICAL.get((element.get("name") or "").strip().lower())
            value = squeeze(element.get("content") or "")
            if name and value:
                found.setdefault(name, value)
        return found

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """The links in document order, at most `MAX_ANCHORS`."""
        found: list[Anchor] = []
        for element in self._each("a", "area"):
            url = self._target(element)
            if url is not None:
                found.append(Anchor(element, url, label(element)))
                if len(found) >= MAX_ANCHORS:
                    break
        return tuple(found)

    @cached_property
    def scripts(self) -> str:
        """The code inside the page."""
        return "\n".join(element.text or "" for element in self._each("script"))

    @cached_property
    def shown(self) -> str:
        """The text of the page without its scripts and styles, white space collapsed."""
        if self.root is None:
            return ""
        return squeeze(" ".join(_texts(self.root)))

    @cached_property
    def own(self) -> str:
        """The text outside of links: the frame of a site is mostly links."""
        return "" if self.root is None else squeeze(" ".join(_texts(self.root, frozenset(["a"]))))

    def headings(self) -> list[str]:
        """What the page says it is: ArticleTitle, first headings (of the second level only where it is the only one: several
        are the names of blocks), `<title>`.
        """
        texts = [self.meta["ArticleTitle"]] if "ArticleTitle" in self.meta else []
        seconds = [element for _, element in zip(range(2), self._each("h2"), strict=False)]
        firsts = [element for _, element in zip(range(4), self._each("h1"), strict=False)]
        for element in [*firsts, *(seconds if len(seconds) == 1 else ())]:
            texts.append(squeeze("".join(element.itertext()))[:MAX_TEXT])
        return [text for text in [*texts, self.title] if text]

    @cached_property
    def title(self) -> str:
        """The text of `<title>`."""
        return next((squeeze("".join(e.itertext()))[:MAX_TEXT] for e in self._each("title")), "")

    def _each(self, *tags: str) -> Iterator[etree._Element]:
        return iter(()) if self.root is None else self.root.iter(*tags)

    def _target(self, element: etree._Element) -> str | None:
        href = element.get("href") or ""
        if href.strip().lower().startswith("javascript:") or href.strip() in ("", "#"):
            code = f"{href} {element.get('onclick') or ''}"[: 2 * address.MAX_LENGTH]
            href = next((quoted for quoted in _QUOTED.findall(code) if _ADDRESS.search(quoted)), "")
        return address.absolute(self.base, href)


def look(page: Page) -> View:
    """Make a page ready. Never raises: what cannot be parsed has no tree, and so no links."""
    content = page.content[:MAX_BYTES]
    declared = _CHARSET.search(page.content_type or "")
    source = decode(content, declared[1] if declared else None).replace("\x00", "")
    root = parse(source)
    base = url = page.url.partition("#")[0]
    if root is not None:
        written = next((e.get("href") for e in root.iter("base") if e.get("href")), None)
        base = (address.absolute(url, written) if written else None) or url
    return View(url, source, root, base, len(page.content) > MAX_BYTES)


def parse(markup: str) -> etree._Element | None:
    """The element tree of markup; None where there is none, or more than a page can have."""
    if "<" not in markup or _DATA.match(markup):
        return None
    source = markup.encode("utf-8", "replace")
    if is_crowded(source):
        return None
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(source, parser)
    except etree.XMLSyntaxError:
        return None


def fragment(base: View, markup: str) -> View:
    """Markup that a page carries inside a script or a datastore, as a view with the page's address."""
    return View(base.url, markup, parse(f"<div>{markup}</div>"), base.base)


def label(element: etree._Element) -> str:
    """What a link says: its text, or its title where that says the same in full (or without the date beside it)."""
    text = squeeze("".join(element.itertext()))[:MAX_TEXT]
    title = squeeze(element.get("title") or "")[:MAX_TEXT]
    stem = _ELLIPSIS.sub("", text)
    same = title and (not text or title in text or text in title or (stem != text and title.startswith(stem[:4])))
    return title if same and len(title) >= 4 else text


def squeeze(text: str) -> str:
    """White space (also the ideographic) collapsed to single blanks."""
    return " ".join(text.split())


def day(text: str) -> date | None:
    """The first day that a text names: 2024-01-22, 2024/1/22, 2024.1.22, 2024年1月22日; and a day set apart: 22 2024-01."""
    for match in _DATE.finditer(text):
        year, *rest = (int(part) for part in match.groups() if part)
        try:
            return date(year, *rest)
        except ValueError:  # 2024-13-01 is no day
            continue
    apart = _DAY_APART.search(text)
    if apart is None:
        return None
    number, year, month = (int(part) for part in (apart.groups()[:3] if apart[1] else (apart[6], apart[4], apart[5])))
    try:
        return date(year, month, number)
    except ValueError:  # 45 2024-01 is none, either
        return None


def without_days(text: str) -> str:
    """The text without the days that it names: lists write them into the link."""
    return _DATE.sub(" ", text)


def _texts(root: etree._Element, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """The texts of the page that are not inside of silent elements, or of those named."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        inside = element.tag in without
        if event == "start":
            depth += inside
            if not depth and element.tag not in _SILENT and element.text:
                yield element.text
        else:
            depth -= inside
            if not depth and element.tail:
                yield element.tail
