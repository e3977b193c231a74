"""The six statutory sections of prose, found by the words of their headings (their numbering shifts in the wild).

Sections, by 国办公开办函〔2021〕30号: 1 总体情况, 2 主动公开政府信息情况, 3 收到和处理政府信息公开申请情况,
4 政府信息公开行政复议、行政诉讼情况, 5 存在的主要问题及改进情况, 6 其他需要报告的事项.
"""

from __future__ import annotations

import re
from functools import lru_cache

from extract.model import Prose

_NUMBERING = r"^\s*(?:第?[一二三四五六七八九十]{1,2}(?:部分|章|[、.．,，:：\s])|[(（][一二三四五六七八九十\d]{1,2}[)）]|\d{1,2}[、.．]|[ⅠⅡⅢⅣⅤⅥ][、.．]?)?\s*"
_WORDS = (
    (
        "3",
        r"收到(?:和|及|与)?处理政府信息公开(?:的)?(?:申请)?(?:的)?情况|(?:政府信息)?依申请公开(?:政府信息)?(?:的)?(?:工作)?(?:的)?(?:办理)?情况",
    ),
    (
        "4",
        r".{0,24}行政法?复议.{0,12}(?:行政)?诉讼.{0,12}情况|.{0,10}行政法?复议(?:、|和|及|与)(?:提起)?行政诉讼(?:的)?情况?",
    ),
    ("2", r"(?:主动公开政府信息|政府信息主动公开|主动公开)(?:的)?(?:工作)?情况"),
    ("5", r"[^，。；：]{0,12}(?:存在的?|主要)(?:主要)?(?:的)?(?:问题|不足|困难)[^，。；：]{0,20}"),
    ("6", r"其[他它]需要(?:报告|说明)的?(?:事项|情况)?|需要说明的其[他它]事项.{0,8}|其[他它]事项"),
    ("1", r"(?:总体|基本|工作基本|总的)情况|(?:工作|基本|总体)?概述|(?:工作)?概况|政府信息公开工作(?:总体|基本)情况"),
)
_HEADINGS = tuple((number, re.compile(rf"{_NUMBERING}(?:{words})\s*[:：。]?\s*$")) for number, words in _WORDS)
_FOOT = re.compile(
    r"^(?:相关附件|附件下载|上一[篇条]|下一[篇条]|打印|【?打印|关闭|主办单位?[:：]|承办单位?[:：]|版权所有|扫一扫|分享到?|网站地图|联系我们|责任编辑"
    r"|编辑[:：]|信息来源[:：]|ICP备|Copyright|友情链接|相关链接|政府网站标识码|返回顶部|您访问的链接)"
)
_SENTENCE = re.compile("[。；，]")
_NOTE = re.compile(r"^\s*[（(]?\s*本列数据的?勾稽关系.{0,50}$")
MAX_SECTION = 200_000


@lru_cache(maxsize=8192)
def heading(line: str) -> str | None:
    """The section ("1" … "6") that a line heads, or None. A heading is short and says its section's words."""
    if len(line) > 48:
        return None
    squeezed = re.sub(r"\s+", "", line)
    for number, pattern in _HEADINGS:
        if pattern.match(squeezed):
            return number
    return None


_INSIDE = tuple(re.compile(f"[一二三四五六七八]、(?:{words})") for _, words in _WORDS)


def run_together(line: str) -> tuple[int, int]:
    """How many sections' numbered headings stand inside a line, and how many characters lie between the first and the last."""
    squeezed = re.sub(r"\s+", "", line[:MAX_SECTION])
    found = [match.start() for pattern in _INSIDE if (match := pattern.search(squeezed)) is not None]
    return len(found), max(found) - min(found) if found else 0


BEFORE, AFTER, UNHEADED = 15, 60, 200


def opening(prose: list[Prose]) -> list[Prose]:
    """Where a report says who it is: the lines around its first section heading, past the site's menus.

    Without any heading: the first `UNHEADED` blocks.
    """
    for index, block in enumerate(prose):
        if any(heading(line) is not None and _style(line) != "none" for line in block.text.split("\n")):
            return prose[max(0, index - BEFORE) : index + AFTER]
    return prose[:UNHEADED]


def sections(prose: list[Prose]) -> tuple[dict[str, str], dict[str, str]]:
    """(text, heading as printed) by section, of the sections that have text. Sub-headings stay in the text.

    Where a heading stands twice (a table of contents), the longer text is the section's. Sections 2 to 4 have text
    only where a report writes some beside the tables.
    """
    texts: dict[str, str] = {}
    printed: dict[str, str] = {}
    current: str | None = None
    style: str | None = None  # of the first heading: a sub-heading, as （一）主动公开情况 inside 一, has another
    seen: str = ""
    lines: list[str] = []
    paged = any(block.page is not None for block in prose)  # printed lines, not paragraphs

    def close() -> None:
        kept = _paragraphs(lines) if paged else lines
        if current in ("2", "3", "4"):
            # what a table's frame left over is no prose, nor is the form's own note
            kept = [line for line in kept if _SENTENCE.search(line) and not _NOTE.match(line)]
        text = "\n".join(kept).strip()
        if current is not None and len(text) > len(texts.get(current, "")):
            texts[current], printed[current] = text[:MAX_SECTION], seen
        lines.clear()

    for line in (line for block in prose for line in block.text.split("\n")):
        number = heading(line)
        if number is not None and style in (None, _style(line)):
            close()
            current, seen, style = number, line, _style(line)
        elif current is not None:
            if _FOOT.match(line):
                close()
                current = None
            else:
                lines.append(line)
    close()
    return texts, printed


_PAGE_NUMBER = re.compile(r"^[\s\-—–·第页共/]*\d{0,4}[\s\-—–·页/]*\d{0,4}[\s\-—–页]*$")
_ITEM = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]+[，,、])"
)


def _paragraphs(lines: list[str]) -> list[str]:
    """Printed lines → paragraphs: a line goes on in the next one unless it ends a sentence or the next begins an
    item. Page numbers are dropped.
    """
    out: list[str] = []
    for line in lines:
        if len(line) <= 24 and _PAGE_NUMBER.match(line):
            continue
        if out and not out[-1].endswith(("。", "！", "？", "；", "：", ":")) and not _ITEM.match(line):
            out[-1] += line
        else:
            out.append(line)
    return out


_STYLES = (
    ("part", re.compile(r"^\s*第[一二三四五六七八九十]{1,2}(?:部分|章)")),
    ("numeral", re.compile(r"^\s*[一二三四五六七八九十]{1,2}[、.．,，:：\s]")),
    ("bracket", re.compile(r"^\s*[(（]")),
    ("digit", re.compile(r"^\s*\d{1,2}[、.．]")),
)


def _style(line: str) -> str:
    """How a heading is numbered: part, numeral, bracket, digit or none."""
    return next((name for name, pattern in _STYLES if pattern.match(line)), "none")
