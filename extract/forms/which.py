"""Which statutory form a report is on, read from its labels, block by block; never inferred from its year."""

from __future__ import annotations

import re
from collections import Counter

from extract.forms.labels import POWERS
from extract.forms.vocabulary import CHANNELS, MEASURES, OTHER_LEAVES, OUTCOMES
from extract.model import Cell, Finding, Form, Prose

_YEARS: dict[Form, tuple[int, int]] = {"2019": (2019, 2020), "2021": (2021, 9999)}
"""Reported years of each form: 国办公开办函〔2019〕60号 for 2019 and 2020, 〔2021〕30号 from 2021 on."""


def form_of(cells: tuple[Cell, ...], blocks: dict[str, Form]) -> tuple[Form | None, dict[str, Form]]:
    """(form, block → its form). The disclosure table's labels decide by majority; the row（六）其他处理 decides only where
    they say nothing. None where no label tells.
    """
    rows = {cell.row for cell in cells if cell.table == "requests"}
    other: Form | None = None
    if any(code in rows for code in OTHER_LEAVES):
        other = "2021"
    elif "other" in rows:
        other = "2019"
    blocks = dict(blocks)
    votes = Counter(blocks.values())
    if other is not None:
        blocks["requests.other"] = other
    if votes:
        (first, count), *rest = votes.most_common()
        if rest and rest[0][1] == count:
            first = other or max(votes)
        return first, blocks
    return other, blocks


def form_mismatch(form: Form | None, blocks: dict[str, Form], year: int | None) -> list[Finding]:
    """`form_mismatch` (info): a report on another year's form, or with blocks of two forms."""
    if form is None:
        return []
    found = []
    strays = sorted(where for where, of in blocks.items() if of != form)
    if strays:
        other = "2019" if form == "2021" else "2021"
        found.append(
            Finding("form_mismatch", "info", ",".join(strays), form, other, "publisher", "the report mixes two forms")
        )
    if year is not None and form in _YEARS and not _YEARS[form][0] <= year <= _YEARS[form][1]:
        due = "2019" if year < 2021 else "2021"
        found.append(
            Finding(
                "form_mismatch",
                "info",
                "form",
                due if year >= 2019 else "2014",
                form,
                "publisher",
                f"a report for {year} on form {form}",
            )
        )
    return found


_ROW_IN_TEXT = re.compile(r"(?P<label>[^\d\n]{2,30}?)[\s:：]+(?P<numbers>\d[\d.,，\s]*)")


def rows_in_prose(prose: list[Prose], cells: tuple[Cell, ...]) -> list[Finding]:
    """`reading.unreadable_row` (warning): a row of table 二 that stands in the text with its numbers, and of which no table gave a cell."""
    read = {cell.row for cell in cells if cell.table == "disclosure"}
    if not read:
        return []
    found = {}
    for line in (line for block in prose for line in block.text.split("\n") if len(line) < 60):
        row = _ROW_IN_TEXT.fullmatch(line.strip())
        power = POWERS.exact(row["label"]) if row else None
        if power is not None and power not in read:
            message = "the row stands in the text, and no table that could be read has it"
            found[power] = Finding(
                "reading.unreadable_row", "warning", f"disclosure.{power}", None, line, "extraction", message
            )
    return list(found.values())


def missing_rows(cells: tuple[Cell, ...], form: Form | None) -> list[Finding]:
    """`reading.missing_rows` (warning): rows of the form that a table of the document does not have: cut off by a lost page, or left
    out by its publisher. Of table 二, whose rows organs leave out as they need, only those at its end.
    """
    found = []
    rows = {
        table: {cell.row for cell in cells if cell.table == table}
        for table in ("disclosure", "requests", "proceedings")
    }
    if rows["requests"]:
        others = rows["requests"] & {"other", *OTHER_LEAVES}
        wanted = [o for o in OUTCOMES if o.code not in rows["requests"]]
        # 其他处理 is one row or three: where either is there, the other is not missed
        missing = [o.zh for o in wanted if not (o.code == "other" or (o.code in OTHER_LEAVES and "other" in others))]
        found += _missing("requests", missing)
    if rows["proceedings"]:
        found += _missing("proceedings", [zh for code, (zh, _) in CHANNELS.items() if code not in rows["proceedings"]])
    if rows["disclosure"] and form in _YEARS:
        of_form = list(dict.fromkeys((m.row, m.row_zh) for m in MEASURES if form in m.forms))
        last = max((n for n, (code, _) in enumerate(of_form) if code in rows["disclosure"]), default=-1)
        found += _missing("disclosure", [zh for _, zh in of_form[last + 1 :]])
    return found


def _missing(table: str, names: list[str]) -> list[Finding]:
    if not names:
        return []
    said = f"{len(names)} rows of the form are not there: {'、'.join(names)}"
    return [Finding("reading.missing_rows", "warning", table, None, len(names), "extraction", said)]
