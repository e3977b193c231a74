"""The numbers that Word makes itself: 一、, （一）, 1. in front of paragraphs whose text does not hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from extract.read.wordstyles import MAX_CHAIN
from extract.read.xml import child_of, children_of, value_of

_DIGITS = "零一二三四五六七八九"
LAST_LEVEL = 8


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""


class _List(NamedTuple):
    """A list of the document. Lists of one `family` count on from each other but where they are told to begin anew."""

    family: str | None
    levels: dict[int, _Level]
    begins: dict[int, int]  # level → the number with which this list begins


@dataclass(slots=True)
class Numbering:
    """Counts the numbered paragraphs of a document, list by list and level by level."""

    lists: dict[str, _List] = field(default_factory=dict)
    styles: dict[str, tuple[str | None, int | None, str | None]] = field(default_factory=dict)
    """Style → its list, its level, and the style that it is based on."""
    counts: dict[str | None, list[int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
        """From the parts word/numbering.xml and word/styles.xml; either may be missing."""
        made = cls()
        if numbering is not None:
            abstract = {value_of(a, "abstractNumId"): _levels(a) for a in children_of(numbering, "abstractNum")}
            for one in children_of(numbering, "num"):
                family = value_of(child_of(one, "abstractNumId"))
                levels, begins = dict(abstract.get(family, {})), {}
                for override in children_of(one, "lvlOverride"):
                    level = _whole(value_of(override, "ilvl"))
                    levels.update(_levels(override))
                    start = value_of(child_of(override, "startOverride"))
                    if start is not None:
                        begins[level] = _whole(start)
                made.lists[value_of(one, "numId") or ""] = _List(family, levels, begins)
        if styles is not None:
            for style in children_of(styles, "style"):
                number = child_of(child_of(style, "pPr"), "numPr")
                made.styles[value_of(style, "styleId") or ""] = (
                    value_of(child_of(number, "numId")),
                    _maybe(value_of(child_of(number, "ilvl"))),
                    value_of(child_of(style, "basedOn")),
                )
        return made

    def next(self, paragraph: etree._Element) -> str:
        """The number of this paragraph as shown, "" where it has none; counts it."""
        name, level = self._place(child_of(paragraph, "pPr"))
        own = self.lists.get(name or "")
        if not name or own is None or level not in own.levels:
            return ""
        levels = own.levels
        counts = self.counts.setdefault(own.family, [0] * (LAST_LEVEL + 1))
        if level in own.begins and (name, level) not in self.begun:
            self.begun.add((name, level))
            counts[level] = own.begins[level]
        else:
            counts[level] = counts[level] + 1 if counts[level] else levels[level].start
        counts[level + 1 :] = [0] * (LAST_LEVEL - level)

        def shown(match: re.Match[str]) -> str:
            number = int(match[1]) - 1
            at = levels.get(number, _Level())
            return _print(counts[number] or at.start, at.format) if number <= LAST_LEVEL else ""

        return re.sub(r"%(\d)", shown, levels[level].text)

    def _place(self, properties: etree._Element | None) -> tuple[str | None, int]:
        number = child_of(properties, "numPr")
        name, level = value_of(child_of(number, "numId")), _maybe(value_of(child_of(number, "ilvl")))
        style = value_of(child_of(properties, "pStyle"))
        for _ in range(MAX_CHAIN):
            if style is None or style not in self.styles or (name is not None and level is not None):
                break
            own, own_level, style = self.styles[style]
            name = own if name is None else name
            level = own_level if level is None else level
        return name, min(level or 0, LAST_LEVEL)


def _levels(abstract: etree._Element) -> dict[int, _Level]:
    levels = {}
    for level in children_of(abstract, "lvl"):
        format_ = value_of(child_of(level, "numFmt")) or "decimal"
        text = "" if format_ in ("bullet", "none") else value_of(child_of(level, "lvlText")) or ""
        levels[_whole(value_of(level, "ilvl"))] = _Level(
            _whole(value_of(child_of(level, "start")) or "1"), format_, text
        )
    return levels


def _print(number: int, format_: str) -> str:
    """A number in one of Word's formats; formats not met in reports are printed in figures."""
    if format_ in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"):
        return chinese(number)
    if format_ in ("ideographDigital", "japaneseDigitalTenThousand"):
        return "".join(_DIGITS[int(digit)] for digit in str(number)).replace("零", "〇")
    if format_ == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if format_ == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    if format_ in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr((97 if format_ == "lowerLetter" else 65) + number - 1)
    return str(number)


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 35 → 三十五; beyond 99 digit by digit."""
    if not 0 < number < 100:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")


def _maybe(text: str | None) -> int | None:
    return None if text is None else _whole(text)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0
