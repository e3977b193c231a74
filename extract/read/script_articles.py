"""The article that a page holds in its scripts: as a string of markup, escaped once or twice, or as a field of JSON.

Only strings are looked at; no script is run. Of several strings with tables only the longest is taken: two articles of one
page may be two years' reports.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

from extract.outside import REPLACED, json_value, whole

MAX_SCRIPT = 16 * 2**20  # characters of one script; a page's state with its article has some 100 KB
MAX_CANDIDATES = 2_000
MAX_NODES = 500_000  # of JSON
MAX_DEPTH = 3  # JSON in a string of JSON in a script
SHORT = 40  # characters: a shorter string holds no article
ASSIGNED = 200  # characters before the value of `window.name = {…}`
ARTICLE = 200  # Chinese characters that make an article of a string without a table
LITTLE = 400  # characters shown: a page that shows more has its article on it

OTHERS = "the page's scripts hold further articles, which were not read"

_STRING = re.compile(
    r"""//[^\n]*|/\*.*?\*/"""
    r"""|"(?P<double>[^"\\\n]*(?:\\.[^"\\\n]*)*)(?:"|(?=\n)|\Z)"""
    r"""|'(?P<single>[^'\\\n]*(?:\\.[^'\\\n]*)*)(?:'|(?=\n)|\Z)"""
    r"""|`(?P<back>[^`\\]*(?:\\.[^`\\]*)*)(?:`|\Z)""",
    re.DOTALL,
)
_JOINED = re.compile(r"\s*\+\s*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(\r?\n)|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_OPEN = r"(?:<|&lt;|&#60;|&#x3c;|\\u003c|\\x3c|%3c)"
_TABLE = re.compile(rf"{_OPEN}(?:table|td)\b", re.IGNORECASE)
_MARKUP = re.compile(rf"{_OPEN}(?:table|td|p|div|br|span|section)\b", re.IGNORECASE)
_TAG = re.compile(r"<(?:table|td|p|div|br|span|section)\b", re.IGNORECASE)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_TITLE = ("articletitle", "doctitle", "infotitle", "newstitle", "contenttitle", "title", "subject", "headline", "name")
_DATE = (
    "pubdate", "publishdate", "publishtime", "pubtime", "publishedtime", "releasetime", "releasedate", "docreltime",
    "docpubtime", "deploytime", "writetime", "issuetime",
)  # fmt: skip
_SOURCE = ("contentsource", "source", "publisher")
_FIELDS = frozenset([*_TITLE, *_DATE, *_SOURCE])
_CHINA = dt.timezone(dt.timedelta(hours=8))


class Article(NamedTuple):
    """Markup, and what stands beside it under the names of a title and a day of publication. `others`: there were more
    strings with tables, which say something else.
    """

    markup: str
    title: str | None = None
    published: str | None = None
    source: str | None = None
    others: bool = False


def article(root: etree._Element, shown: int) -> Article | None:
    """The article in a page's scripts, hidden fields and frames' own text. `shown`: how many characters the page shows."""
    found: list[Article] = []
    for element in root.iter("script", "textarea", "xmp", "iframe", "input", "template"):
        text = element.get("srcdoc") or element.get("value") or element.text or ""
        if element.tag == "script":
            found += _of_script(text[:MAX_SCRIPT])
        elif SHORT <= len(text) <= MAX_SCRIPT:
            found += _of_string(text, 0)
        if len(found) > MAX_CANDIDATES:
            break
    return choose(found, shown < LITTLE)


def choose(found: list[Article], without_table: bool) -> Article | None:
    """The longest with a table; where `without_table`, else the longest text."""
    tables = [each for each in found if _TABLE.search(each.markup)]
    if tables:
        best = max(tables, key=lambda each: len(each.markup))
        others = any("".join(each.markup.split()) not in "".join(best.markup.split()) for each in tables)
        return best._replace(others=others)
    texts = [each for each in found if len(_CHINESE.findall(each.markup)) >= ARTICLE]
    return max(texts, key=lambda each: len(each.markup)) if texts and without_table else None


def _of_script(code: str) -> Iterator[Article]:
    """The articles among a script's strings. Of `name = {…}` the fields are known by their names."""
    if not _MARKUP.search(code):
        return
    if code.lstrip().startswith("<"):
        yield Article(code)  # a template: markup as it is
        return
    start = re.search(r"[{\[]", code[:ASSIGNED])
    if start is not None and (found := of_json(_json(code[start.start() :]))):
        yield from found
        return
    for literal in _strings(code):
        yield from _of_string(literal, 0)


def _json(text: str) -> Any:
    """The JSON value that a text begins with; None where it is none."""
    try:
        return json_value(text)
    except (ValueError, RecursionError):
        return None  # a script's own notation, or not JSON at all: its strings are looked at one by one


def _strings(code: str) -> Iterator[str]:
    """The string literals of a script, unescaped; those that `+` joins are one."""
    parts: list[str] = []
    end = -1
    for match in _STRING.finditer(code):
        literal = match["double"] if match["double"] is not None else match["single"] or match["back"]
        if literal is None:
            continue
        if parts and not _JOINED.fullmatch(code, end, match.start()):
            yield unescape("".join(parts))
            parts = []
        parts.append(literal)
        end = match.end()
    if parts:
        yield unescape("".join(parts))


def unescape(literal: str) -> str:
    """A script's string as it is when the script runs."""
    if "\\" not in literal:
        return literal
    text = _ESCAPE.sub(_escaped, literal)
    return whole(text)


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is not None:
        return chr(number) if (number := int(code, 16)) <= 0x10FFFF else REPLACED
    return "" if match[4] is not None else _PLAIN.get(match[5], match[5])


def _of_string(text: str, depth: int) -> Iterator[Article]:
    """The markup that a string holds, however it is escaped; JSON inside a string is looked into."""
    if len(text) < SHORT or depth > MAX_DEPTH or not _MARKUP.search(text):
        return
    if text.lstrip()[:1] in ("{", "[") and (fields := _json(text.lstrip())) is not None:
        yield from of_json(fields, depth + 1)
        return
    markup = _revealed(text)
    if markup is not None:
        yield Article(markup)


def _revealed(text: str) -> str | None:
    """Markup out of a text in which its signs are written as entities, escapes or percent codes; None if it has none."""
    for reveal in (str, html.unescape, unescape, unquote):
        found = reveal(text)
        if _TAG.search(found):
            return found
    return None


def of_json(value: Any, depth: int = 0) -> list[Article]:
    """The articles among the strings of a JSON value, each with the title and day that stand in its own object, or in
    the nearest around it.
    """
    found: list[Article] = []
    waiting: list[tuple[Any, dict[str, Any]]] = [(value, {})]
    nodes = 0
    while waiting and nodes < MAX_NODES:
        node, around = waiting.pop()
        nodes += 1
        if isinstance(node, dict):
            own = {**around, **{name: held for key, held in node.items() if (name := _name(key)) in _FIELDS}}
            waiting += [(held, own) for held in reversed(node.values())]
        elif isinstance(node, list):
            waiting += [(held, around) for held in reversed(node)]
        elif isinstance(node, str):
            found += [_described(each, around) for each in _of_string(node, depth)]
    return found


def _name(key: str) -> str:
    return key.replace("_", "").lower()


def _described(found: Article, fields: dict[str, Any]) -> Article:
    title = next((held for name in _TITLE if isinstance(held := fields.get(name), str) and 4 <= len(held) <= 300), None)
    published = next((day for name in _DATE if (day := _day(fields.get(name))) is not None), None)
    source = next((held for name in _SOURCE if isinstance(held := fields.get(name), str)), None)
    title = found.title or (html.unescape(re.sub(r"<[^>]{0,200}>", "", title)) if title else None)
    return found._replace(title=title, published=found.published or published, source=found.source or source)


def _day(value: Any) -> str | None:
    """A date as text; seconds or milliseconds since 1970 become the day in China."""
    if isinstance(value, str) and not value.isdecimal():
        return value
    if isinstance(value, bool) or value is None or not 9 <= len(str(value)) <= 13:
        return None
    number = int(value)
    seconds = number / 1000 if number > 10**11 else number
    return dt.datetime.fromtimestamp(seconds, _CHINA).date().isoformat()
