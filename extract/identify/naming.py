"""The name of the reporting organ in a document: its title's, else its text's, else its page's."""

from __future__ import annotations

import re

from extract.identify import names
from extract.identify import title as titles
from extract.identify.identity import of_site
from extract.identify.organ import organ
from extract.identify.site import Mention
from extract.identify.title import Title, suits
from extract.model import Document, Prose

_COMPILED_BY = re.compile(r"(?:本报告|报告)由([一-鿿]{3,30}?)(?:根据|按照|依据|编制|依照|汇总)")
_ANNOUNCING = re.compile(r"[现兹特](?:将|就|公布|公开|发布|向)|向(?:全?社会|公众)|予以(?:公布|公开|发布)")
_SITE_WORDS = re.compile(r"(?:门户网站|政府网站|官方网站|政务网|网站|信息公开网)$")
_NOBODY = re.compile(r"^(?:本站|本网|本单位|本机关|原创|互联网|转载|管理员|admin|未知|无)$")


def name_of(
    title: Title | None, document: Document, prose: list[Prose], mentions: tuple[Mention, ...], host: str | None
) -> tuple[str, str] | None:
    """(name as printed, where it stands): the title, the text's own words, <meta> ContentSource, SiteName, the host."""
    if title is not None and title.organ:
        return title.organ, "title"
    ourselves = title.ourselves if title is not None else ""
    for block in prose:
        squeezed = re.sub(r"\s+", "", block.text)
        found = _COMPILED_BY.search(squeezed)
        if found and names.is_name(found[1]):
            return found[1], "text"
        announced = _announced(squeezed)
        if announced is not None:
            return announced, "text"
    for name in ("contentsource", "sitename"):
        value = _SITE_WORDS.sub("", re.sub(r"\s+", "", document.meta.get(name, "")))
        if (
            value
            and names.is_name(value)
            and not _NOBODY.match(value)
            and suits(ourselves, organ(value, mentions, host).kind)
        ):
            return value, name
    who = of_site(mentions, host)
    if who is None or who.kind != "department" or not suits(ourselves, who.kind):
        return None
    return who.name, "host"


def _announced(text: str) -> str | None:
    """The organ whose report a sentence announces: 现公布某市人民政府2017年政府信息公开工作年度报告."""
    for sentence in re.split("[。；]", text):
        if titles.REPORT.search(sentence) is None or _ANNOUNCING.search(sentence) is None:
            continue
        if titles.GOES_ON.search(sentence):
            continue  # 按照…的报告的格式: another's report is only mentioned
        found = titles.parse(sentence)
        if found is not None and found.year is not None and found.organ:
            return found.organ
    return None
