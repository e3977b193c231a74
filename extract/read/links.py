"""The files that a page links or shows inside itself: reports are often published as an attachment of an empty page.

A link counts by the ending of the file that it names, anywhere in its address (`?filename=…`, `viewer.html?file=…`), by
the ending in its text, or by the words of the download endpoints of the common systems. Addresses stay as written.
"""

from __future__ import annotations

import re

from lxml import etree

from extract.model import Attachment

MAX_ATTACHMENTS = 200
MAX_HREF = 2_000  # a longer one holds a file's bytes (data:), not its address
MAX_TEXT = 200
SMALL = 120  # pixels: a smaller picture is an icon

_FILES = r"pdf|docx?|docm|wps|wpt|xlsx?|xlsm|et|ofd|rtf|odt|ods|zip|rar|7z"
_PICTURES = r"jpe?g|png|tiff?|bmp|gif|webp"
_SIGN = re.compile(
    rf"(?:\.|%2e)(?:{_FILES}|{_PICTURES})(?![0-9a-z])|down|attach|^\s*(?:$|#|[a-z]+:(?!/))", re.IGNORECASE
)
"""What the address of every link that could count has; asked first, because a page has a hundred others."""
_FILE = re.compile(rf"(?:\.|%2e)(?:{_FILES})(?![0-9a-z])", re.IGNORECASE)
_PICTURE = re.compile(rf"(?:\.|%2e)(?:{_PICTURES})(?![0-9a-z])", re.IGNORECASE)
_NAMED = re.compile(rf"\.(?:{_FILES}|{_PICTURES})\s*[)）\]】》”\"]?\s*$", re.IGNORECASE)
_ENDPOINT = re.compile(
    r"down(?:load)?_?files?\b|file_?down(?:load)?\b|attach(?:ment)?_?down|download(?:attach\w*)?\.(?:jsp|do|action|aspx|ashx|php)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""["']([^"'\s]{1,2000})["']""")
_NO_ADDRESS = re.compile(r"\s*(?:javascript|data|mailto|tel|about|blob)\s*:|\s*#|\s*$", re.IGNORECASE)
_EMBEDDING = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_OF_THE_SITE = frozenset(["a", "li", "nav", "header", "footer", "button"])  # around a picture that is not the article's
_OWN = re.compile(
    r"logo|icon|banner|button|btn|qr_?code|erweima|weixin|wechat|share|avatar|sprite|loading", re.IGNORECASE
)


def attachments(root: etree._Element, source: bytes) -> tuple[Attachment, ...]:
    """The linked and embedded files in document order, each once; at most `MAX_ATTACHMENTS`. The page's own pictures are
    not among them. `source` is only asked, quickly, for an attribute.
    """
    found: dict[Attachment, None] = {}
    for element in root.iter("a", "area", *_EMBEDDING):
        attachment = _link(element) if element.tag in ("a", "area") else _frame(element)
        if attachment is not None:
            found.setdefault(attachment)
            if len(found) >= MAX_ATTACHMENTS:
                break
    for element in root.iterfind(".//*[@data-pdf]") if b"data-pdf" in source else ():
        address = element.get("data-pdf") or ""
        if len(found) < MAX_ATTACHMENTS and 0 < len(address) <= MAX_HREF:
            found.setdefault(Attachment(address, _text(element)))
    return tuple(found)


def _link(element: etree._Element) -> Attachment | None:
    href = element.get("href") or ""
    if not _SIGN.search(href) and element.get("download") is None and not _has_dot(element):
        return None
    if len(href) > MAX_HREF:
        return None
    if _NO_ADDRESS.match(href):
        return _scripted(element, href)
    if _FILE.search(href) or _ENDPOINT.search(href):
        return Attachment(href, _text(element))
    if _PICTURE.search(href) or element.get("download") is not None or _NAMED.search(text := _text(element)):
        text = _text(element)
        return Attachment(href, text) if text else None
    return None


def _scripted(element: etree._Element, href: str) -> Attachment | None:
    """A link that a script follows: the file that its code names, or at least the name that it shows."""
    code = f"{href} {element.get('onclick') or ''}"[: 2 * MAX_HREF]
    address = next((named for named in _QUOTED.findall(code) if _FILE.search(named) or _ENDPOINT.search(named)), None)
    if address is not None:
        return Attachment(address, _text(element))
    text = _text(element)
    return Attachment(href, text) if _NAMED.search(text) else None


def _frame(element: etree._Element) -> Attachment | None:
    address = element.get(_EMBEDDING[str(element.tag)]) or ""
    if len(address) > MAX_HREF or _NO_ADDRESS.match(address):
        return None
    if not (_FILE.search(address) or _ENDPOINT.search(address) or element.get("type") == "application/pdf"):
        return None
    return Attachment(address, element.get("title") or "")


def pictures(root: etree._Element) -> tuple[Attachment, ...]:
    """The pictures of an article, which may be its pages: not those of the site (in links and lists, small, or named as
    icons).
    """
    found: dict[Attachment, None] = {}
    for element in root.iter("img"):
        address = element.get("src") or element.get("data-src") or ""
        if len(address) > MAX_HREF or not _PICTURE.search(address) or _OWN.search(address) or _is_small(element):
            continue
        if not any(around.tag in _OF_THE_SITE for around in element.iterancestors()):
            found.setdefault(Attachment(address, (element.get("alt") or element.get("title") or "")[:MAX_TEXT]))
    return tuple(found)[:MAX_ATTACHMENTS]


def _is_small(picture: etree._Element) -> bool:
    for name in ("width", "height"):
        stated = (picture.get(name) or "").removesuffix("px").strip()
        if stated.isascii() and stated.isdigit() and len(stated) < 6 and int(stated) < SMALL:
            return True
    return False


def _has_dot(element: etree._Element) -> bool:
    """Whether a link's text may be the name of a file."""
    return len(element) > 0 or "." in (element.text or "")


def _text(element: etree._Element) -> str:
    text = " ".join("".join(element.itertext()).split())
    return (text or element.get("title") or element.get("download") or "")[:MAX_TEXT]
