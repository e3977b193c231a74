"""What the text of a report of 2008–2018 counts, against its own statistics sheet (政府信息公开情况统计表).

Sheets name their rows in words of their own, so a sentence is compared only where it names a row as the sheet does: the
information disclosed, the channels of requests, requests, reviews and lawsuits; for the reported year, and for the whole organ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from extract.model import Finding, Indicator
from extract.prose.counts import LONGEST, statements, whole_number

_COUNT = r"(?P<count>\d{1,3}(?:,\d{3})+|\d+)(?:条|件|份|次|宗)(?![余多])"
_WHOLE = r"(?:(?P<year>20\d\d)年度?|全年|本年度?|当年)?,?(?:全|我|本)?[省市州区县旗镇乡局委]?(?:共计|共|累计|总计)?"
_CHANNEL = r"(?:当面|现场|传真|网上|网络|信函|电子邮件|邮件)"
_STATED = re.compile(
    rf"(?:^|[,;:。]){_WHOLE}(?P<what>主动公开(?:政府)?信息|{_CHANNEL}(?:、{_CHANNEL})*申请)(?:总?数量?)?(?:共计|共|为|是)?{_COUNT}"
)
_NUMBERING = re.compile(
    r"^(?:其中)?[:：]?(?:[(（][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十\d]+[、．.]|[①-⑳])?(?:其中)?[:：]?"
)
_OF_SUBJECT = {
    "received": re.compile(
        r"^(?:收到|受理)[^、]{0,10}申请[^、]{0,6}数$|^(?:收到|受理)[^、]{0,8}依申请公开[^、]{0,4}数$"
    ),
    "reconsideration": re.compile(r"^行政复议(?:申请|案件)?数量?$"),
    "litigation": re.compile(r"^行政诉讼(?:案件)?数量?$"),
}
_REVIEWS = re.compile(rf"收到{_COUNT}(?:有关|关于)?(?:政府)?信息公开(?:的)?(?P<what>行政复议|行政诉讼)")


def against_sheet(
    sheet: Iterable[Indicator], texts: Mapping[str, str], year: int | None, organ: str | None
) -> list[Finding]:
    """`narrative` (warning): a count that the text states is not the sheet's. `expected` is the sheet's figure, `found` the text's."""
    rows = _of_year(sheet, year)
    found: dict[str, Finding] = {}
    said = list(_said(rows, texts, year, organ)) if rows else []
    for label, count, sentence in said:
        value = rows[label]
        if value is not None and value != count and label not in found:
            message = f"the sheet says {value:g}, the text {count}"
            where = f"survey.{label}"
            found[label] = Finding("narrative", "warning", where, value, count, "publisher", message, evidence=sentence)
    agreed = {label for label, count, _ in said if rows[label] == count}  # another sentence counted something else
    return [finding for label, finding in found.items() if label not in agreed]


def _of_year(sheet: Iterable[Indicator], year: int | None) -> dict[str, int | float | None]:
    """The sheet's figures for the year by the row's own words; rows of one name, which could be either, are left out."""
    found: dict[str, list[int | float | None]] = {}
    for indicator in sheet:
        column = indicator.column or ""
        if not column or (str(year) in column) or re.search("本年|当年", column):
            found.setdefault(_plain(indicator.label), []).append(indicator.cell.value)
    return {label: values[0] for label, values in found.items() if len(values) == 1}


def _plain(label: str) -> str:
    return _NUMBERING.sub("", "".join(unicodedata.normalize("NFKC", label).split()))


def _said(
    rows: Mapping[str, object], texts: Mapping[str, str], year: int | None, organ: str | None
) -> Iterator[tuple[str, int, str]]:
    """(row, count, sentence) of every count that names one row."""
    for section, text in texts.items():
        for sentence in re.split("[。；;\n]", text):
            plain = "".join(unicodedata.normalize("NFKC", sentence).split())
            if len(plain) > LONGEST:
                continue
            for match in _STATED.finditer(plain):
                label = _row(rows, match["what"])
                if label is not None and match["year"] in (None, str(year)):
                    yield label, whole_number(match["count"]), sentence.strip()
            for match in _REVIEWS.finditer(plain):
                of = "reconsideration" if match["what"] == "行政复议" else "litigation"
                if (label := _only(rows, of)) is not None:
                    yield label, whole_number(match["count"]), sentence.strip()
        for statement in statements(text, year, organ, section in ("3", "4")):
            label = _only(rows, statement.subject.partition(":")[0])
            if label is not None:
                yield label, statement.count, statement.sentence


def _row(rows: Mapping[str, object], what: str) -> str | None:
    """The row that is named as the sentence names it, 政府 and 数 left aside."""
    wanted = what.replace("政府", "")
    fit = [label for label in rows if re.sub("(?:总?数量?)$", "", label.replace("政府", "")) == wanted]
    return fit[0] if len(fit) == 1 else None


def _only(rows: Mapping[str, object], subject: str) -> str | None:
    pattern = _OF_SUBJECT.get(subject)
    fit = [label for label in rows if pattern is not None and pattern.match(label)]
    return fit[0] if len(fit) == 1 else None
