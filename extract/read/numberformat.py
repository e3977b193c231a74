"""What a number in a book's cell shows under its number format: `0.5` under `0%` is 50%, `45000` under `yyyy-m-d` a day.

Rounding is not followed: the number that stands in the cell is the published one. What cannot be told is U+FFFD.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from extract.model import UNREADABLE

_DAY, _TIME = "yyyy-m-d", "h:mm"
BUILT_IN = {
    **dict.fromkeys((9, 10), "0%"),
    **dict.fromkeys((14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58), _DAY),
    **dict.fromkeys((41, 42, 43, 44), '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)'),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), _TIME),
}
"""Formats that books name by number alone and that change what is shown; the others print the number plainly."""

_TOKEN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.|General|G/通用格式|.', re.IGNORECASE | re.DOTALL)
_SECTION = re.compile(r'(?:"[^"]*"|\[[^\]]*\]|\\.|[^;"\\\[])+|(?<=;)(?=;|$)|^(?=;)')
MAX_CODE = 255  # characters, as in Excel


class Format(NamedTuple):
    """`kind`: plain, percent, day, time, words (`before` alone, as the dash for a zero) or unreadable; words printed before and
    after the number.
    """

    kind: str
    before: str = ""
    after: str = ""


def shown(value: float, code: str, is_1904: bool = False) -> str:
    """The text of a number under a format code ("" and `General` print it plainly). `is_1904`: days count from 1904."""
    if not math.isfinite(value):
        return UNREADABLE
    form = _format(code, (value > 0) - (value < 0))
    if form.kind == "words":
        return form.before
    if form.kind == "unreadable":
        return UNREADABLE
    if form.kind in ("day", "time"):
        return _moment(value + 1462 if is_1904 else value, form.kind)
    if form.kind == "percent":
        return f"{form.before}{plain(value * 100)}%{form.after}"
    return f"{form.before}{plain(value)}{form.after}"


def plain(value: float) -> str:
    """15 digits, which is what spreadsheets keep: no noise of binary fractions, no exponent."""
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


def _moment(value: float, kind: str) -> str:
    if not 0 <= value < 2_958_466:  # the end of the year 9999
        return UNREADABLE
    moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=value)
    return moment.date().isoformat() if kind == "day" else moment.time().isoformat("minutes")


@lru_cache(maxsize=1024)
def _format(code: str, sign: int) -> Format:
    if len(code) > MAX_CODE or re.search(r"\[[<>=]", code):
        return Format("unreadable")
    sections = _SECTION.findall(code)
    if not sections:
        return Format("plain")
    if sign == 0 and len(sections) > 2:
        return _section(sections[2], of_zero=True)
    negative = sign < 0
    form = _section(sections[1 if negative and len(sections) > 1 else 0])
    if negative and len(sections) > 1 and not form.before.lstrip().startswith(("-", "−", "(")):
        return Format("unreadable")  # printed without its sign
    if negative and len(sections) > 1:
        return form._replace(before=form.before.replace("(", "").replace("-", "", 1), after=form.after.replace(")", ""))
    return form


def _section(code: str, of_zero: bool = False) -> Format:
    """One section of a code. Its words are `before` and `after` the digits; where it has none of digits and is `of_zero`, they are
    what is printed: the dash of accounts, or nothing.
    """
    words = {"before": "", "after": ""}
    place = "before"
    digits, kind = "", "plain"
    for token in _TOKEN.findall(code):
        lowered = token.lower()
        if lowered in ("general", "g/通用格式", "@") or token in "0#?.,/" or lowered == "e":
            if words["after"].strip() and token != "/":
                return Format("unreadable")  # words between digits
            digits += token
            place = "after"
        elif token == "%":
            kind = "percent"
        elif lowered in "ymd" or lowered in ("[h]", "[m]", "[s]", "h", "s"):
            kind = "day" if lowered in "yd" or (lowered == "m" and kind == "day") else kind if kind == "day" else "time"
        elif token[0] == '"':
            words[place] += token[1:-1]
        elif token[0] == "[":
            words[place] += token[1:-1].partition("-")[0].removeprefix("$") if token.startswith("[$") else ""
        elif token[0] == "\\":
            words[place] += token[1:]
        elif token[0] not in "_*":
            words[place] += token
    if kind in ("day", "time"):
        return Format(kind)
    if digits.rstrip(".").endswith(","):
        return Format("unreadable")  # printed in thousands
    if not digits and of_zero:
        return Format("words", words["before"].strip())
    if not digits:
        return Format("unreadable")  # words, or nothing, instead of the number
    return Format(kind, words["before"].strip(), words["after"].strip())
