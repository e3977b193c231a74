"""A cell's text → the number that was published, or blank, or unreadable. Never a guess.

Blank, absent and unreadable are three different things: a dash, `/`, `无` or nothing at all is a *blank* cell (None);
text that is neither blank nor one number is *unreadable* and becomes a finding. Seen forms: shared vocabulary of
real reports (`251000元`, `+4`, `减少1`, `22（其中修订16件）`, `１２`, `1,234`, `0件`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple


class Reading(NamedTuple):
    """`kind`: number, blank or text. `unit`: the money unit that the cell states. `signed`: it has a sign."""

    kind: str
    value: int | float | None = None
    unit: str | None = None
    signed: bool = False

    @property
    def is_count(self) -> bool:
        """A whole number without sign and money unit, or a blank: what a cell that counts cases may hold."""
        return self.kind != "text" and not self.signed and self.unit is None and not isinstance(self.value, float)


BLANK = Reading("blank")
TEXT = Reading("text")

MAX_VALUE = 10**13  # a yuan amount of ten trillion; larger ones in a cell are two numbers run together

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_BLANKS = frozenset(
    [
        "",
        "-",
        "--",
        "---",
        "----",
        "—",
        "——",
        "–",
        "―",
        "─",
        "/",
        "//",
        "\\",
        "无",
        "空",
        "N/A",
        "n/a",
        "NA",
        "…",
        "……",
        "╱",
    ]
)
_COUNTER = "件次|件|条|项|宗|起|次|个|份|人次|人|篇|部|家|例|单"
MONEY = ("百万元", "千元", "万元", "亿元", "元")
"""Units in which amounts are printed."""

_MONEY = "百万元|千元|万元|萬元|亿元|億元|元"
_NUMBER = re.compile(
    rf"""(?P<sign>[+\-−]|增加|增|新增|减少|减)?
    (?P<digits>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<fraction>\.\d+)?
    (?P<unit>{_MONEY}|{_COUNTER})?
    (?:\((?!\d+\))(?P<note>[^()]*)\))?$""",
    re.VERBOSE,
)
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_MULTIPLE = re.compile(rf"(?:[十百千万亿]{{1,2}}(?:{_COUNTER}|元)?|.{{1,3}}元)$")
_KNOWN_UNIT = re.compile(rf"(?:人民币)?(?:({_MONEY})|{_COUNTER})$")
_IN_NOTE = re.compile(rf"{_KNOWN_UNIT.pattern}|{_MULTIPLE.pattern}|(?:减|降|下降|负|[−↓▼-])少?$")
"""A note behind a number that is its unit or its sign."""
_ZERO = re.compile(rf"^[零〇○](?:{_COUNTER})?$")
_UNITS = {"萬元": "万元", "億元": "亿元"}


@lru_cache(maxsize=32768)
def read_number(text: str) -> Reading:
    """Read one cell. `"22（其中修订16件）"` → 22; `"251000元"` → 251000, unit 元; `""`, `"—"`, `"无"` → blank.

    Two numbers in a cell, an approximate number (`近5000`), a ringed or raised figure or words give `TEXT`. A line break counts as a
    separator: `"1\\n2"` is not 12.
    """
    lines = [line for line in (part.strip() for part in text.split("\n")) if line]
    if len(lines) > 1:
        return TEXT
    plain = _INVISIBLE.sub("", lines[0] if lines else "")
    if any(unicodedata.category(c) == "No" for c in _BRACKETED.sub("", plain)):
        return TEXT  # `22①`, `22²`: a note's mark, which folding would make a digit of the number
    folded = unicodedata.normalize("NFKC", plain).strip()
    if folded in _BLANKS:
        return BLANK
    if _ZERO.match(folded):
        return Reading("number", 0)
    match = _NUMBER.match(folded)
    if match is None:
        return TEXT
    digits, fraction = match["digits"].replace(",", ""), match["fraction"] or ""
    if len(digits) > 1 and digits[0] == "0":
        return TEXT  # `010`, `00`: a code, or two cells run together, not a count
    value: int | float = float(digits + fraction) if fraction.strip(".0") else int(digits)
    if value > MAX_VALUE:
        return TEXT
    sign = match["sign"]
    if sign in ("-", "−", "减少", "减"):
        value = -value
    unit = match["unit"]
    note = re.sub(r"\s+", "", match["note"] or "")
    if note and _IN_NOTE.fullmatch(note):
        known = _KNOWN_UNIT.match(note)
        if known is None or (known[1] and unit):
            return TEXT  # 86（万件）, 4（减）: what is noted changes the number
        unit = known[1] or unit
    money = unit if unit and unit.endswith("元") else None
    return Reading("number", value, _UNITS.get(money, money) if money else None, sign is not None)


STRANGE = "?"
"""What a heading states as its unit where that is none in which such numbers are printed (万件, 美元), or where it is two (元/万元)."""

_SAID_UNIT = re.compile(r"单位[:：]?\(?([^(),，;；。:：]*)|\(((?:(?!单位)[^()]){1,6})\)")


@lru_cache(maxsize=4096)
def heading_unit(text: str) -> str | None:
    """The money unit that a heading states: `本年收费金额（单位：万元）` → 万元; None where it states none, `STRANGE` where it states
    one that is not known, or several.
    """
    money = set()
    for match in _SAID_UNIT.finditer(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))):
        for word in re.split(r"[/、和及或]", match[1] or match[2] or ""):
            known = _KNOWN_UNIT.match(word)
            if known is None and _MULTIPLE.match(word):
                return STRANGE
            if known is not None and known[1]:
                money.add(_UNITS.get(known[1], known[1]))
    if len(money) > 1:
        return STRANGE
    return money.pop() if money else None


_UNIT_OVER = re.compile(r"[(（]?(?:计量|金额|数量)?单位[:：(（]")


def unit_over(line: str) -> str | None:
    """The unit that a line over a table states: （单位：元）; as `heading_unit`."""
    squeezed = "".join(line.split())
    return heading_unit(squeezed) if len(squeezed) < 20 and _UNIT_OVER.match(squeezed) else None
