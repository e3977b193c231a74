"""The check `narrative`: what a report's sentences count, against its tables.

Tables and sentences follow different definitions: 收到75件 may be 本年新收 74 with 上年结转 1. A statement that equals the
table under the other definition is told (info), not held against the publisher; one that equals nothing is a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from extract.forms.vocabulary import APPLICANT_CODES, OUTCOMES, RESULT_CODES
from extract.model import Cell, Finding, Number
from extract.prose.counts import Statement, statements

Place = tuple[str, str, str]
Places = tuple[Place, ...]


class Known(NamedTuple):
    """What the table says of some cells together: at least `low`; exactly that unless a cell is blank."""

    low: Number
    exact: bool

    def is_not(self, count: Number) -> bool:
        """Whether the count contradicts the table, whatever its blank cells mean."""
        return count != self.low if self.exact else count < self.low


class Meaning(NamedTuple):
    """`plain`: cells whose sum the statement is; `other`: sums under other definitions, which are told but are no error;
    `silent`: the other definitions are just as common."""

    plain: Places
    other: tuple[Places, ...] = ()
    silent: bool = False


def _row(code: str, column: str = "total") -> Place:
    return ("requests", code, column)


def _group(name: str) -> Places:
    return tuple(_row(o.code) for o in OUTCOMES if o.group == name and o.code != "other")


_NEW, _IN, _TOTAL, _OUT = _row("new"), _row("carried_in"), _row("total"), _row("carried_out")
_GRANTED, _PARTIAL = _row("granted"), _row("partially_granted")
_APPLICANTS = {
    "自然人": "natural_person",
    "商业企业": "enterprise",
    "科研机构": "research",
    "社会公益组织": "welfare",
    "法律服务机构": "legal_service",
}
_CHANNELS = {
    "reconsideration": ("reconsideration",),
    "litigation": ("litigation_direct", "litigation_after_reconsideration"),
}


_NOT_UPHELD = ("corrected", "other", "pending")


def _proceedings(kind: str, *results: str) -> Places:
    return tuple(("proceedings", channel, result) for channel in _CHANNELS[kind] for result in results or ("total",))


MEANINGS: dict[str, Meaning] = {
    "new": Meaning((_NEW,)),
    "received": Meaning((_NEW,), ((_NEW, _IN), (_TOTAL,))),
    "received_with_carried": Meaning((_NEW, _IN), ((_NEW,), (_TOTAL,))),
    "handled": Meaning((_TOTAL,), ((_NEW,), (_NEW, _IN)), silent=True),
    "carried_in": Meaning((_IN,)),
    "carried_out": Meaning((_OUT,)),
    "outcome:予以公开": Meaning((_GRANTED,)),
    "outcome:部分公开": Meaning((_PARTIAL,)),
    "outcome:both": Meaning((_GRANTED, _PARTIAL)),
    "outcome:不予公开": Meaning(_group("denied")),
    "outcome:无法提供": Meaning(_group("unavailable")),
    "outcome:不予处理": Meaning(_group("not_processed")),
    "outcome:其他处理": Meaning(_group("other")),
    **{
        f"applicant:{name}": Meaning(
            (_row("new", code),), ((_row("new", code), _row("carried_in", code)), (_row("total", code),))
        )
        for name, code in _APPLICANTS.items()
    },
    "reconsideration": Meaning(_proceedings("reconsideration")),
    "reconsideration.not_upheld": Meaning(_proceedings("reconsideration", *_NOT_UPHELD)),
    "litigation": Meaning(_proceedings("litigation"), tuple((place,) for place in _proceedings("litigation"))),
    "litigation.not_upheld": Meaning(_proceedings("litigation", *_NOT_UPHELD)),
    "proceedings": Meaning(
        (*_proceedings("reconsideration"), *_proceedings("litigation")), (_proceedings("reconsideration"),)
    ),
    **{
        f"{row}.{column}": Meaning((("disclosure", row, column),))
        for row, column in (
            ("normative_documents", "in_force"),
            ("normative_documents", "issued"),
            ("normative_documents", "repealed"),
            ("rules", "in_force"),
            ("licensing", "decisions"),
            ("penalties", "decisions"),
            ("coercion", "decisions"),
        )
    },
}
"""What a statement's subject means in the tables."""

_FAMILY = {"new": "requests", "received": "requests", "received_with_carried": "requests", "handled": "requests"}
_SHARES = ((_TOTAL,), (_NEW,), (_NEW, _IN))  # what a percentage may be of
_PARTS = {"requests": len(APPLICANT_CODES) - 1, "proceedings": len(RESULT_CODES) - 1}  # cells that add up to a total
_ABOUT_REQUESTS = ("3", "4")


def narrative(cells: Iterable[Cell], texts: Mapping[str, str], year: int | None, organ: str | None) -> list[Finding]:
    """`narrative` (warning): a count that the text states (申请 N 件, 予以公开 N 件, 行政复议 N 件, 现行有效规范性文件 N 件 …),
    and the share that it gives with it, is the table's. Counts that equal the table under the other definition (收到 with
    or without 上年结转) are told with severity info. `expected` is the table's figure, `found` the text's.
    """
    tables = _Tables(cells)
    if not tables.values:
        return []
    said = list(dict.fromkeys(_said(texts, year, organ)))
    judged = [(statement, _judge(statement, tables)) for statement in said]
    findings, undecided = [], 0
    for statement, verdict in judged:
        if verdict is None:
            undecided += 1
        elif verdict != "agrees" and not _is_a_part(statement, judged, tables):
            findings.append(_finding(statement, verdict, tables))
        if share := _share(statement, tables, said):
            findings.append(share)
    return [*findings, *_undecided(undecided, len(said))]


def _said(texts: Mapping[str, str], year: int | None, organ: str | None) -> Iterator[Statement]:
    for section in ("1", "2", "3", "4"):
        for statement in statements(texts.get(section, ""), year, organ, section in _ABOUT_REQUESTS):
            yield _named(statement)


def _named(statement: Statement) -> Statement:
    """The statement under its subject in `MEANINGS`: 予以公开及部分公开 counts both rows, 部分予以公开 is 部分公开."""
    subject = statement.subject
    if subject.startswith("outcome:"):
        what = subject.removeprefix("outcome:")
        granted = "予以公开" in what and not what.startswith(("部分", "不"))
        if granted and "部分公开" in what:
            subject = "outcome:both"
        elif what.startswith("部分"):
            subject = "outcome:部分公开"
        elif what.startswith("不予以"):
            subject = "outcome:不予公开"
    return replace(statement, subject=subject)


class _Tables:
    """The values of a report's cells."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self.values = {cell[:3]: cell.value for cell in cells}
        self.rows: dict[tuple[str, str], dict[str, Number | None]] = {}
        for (table, row, column), value in self.values.items():
            self.rows.setdefault((table, row), {})[column] = value

    def known(self, places: Places) -> Known | None:
        """The sum of some cells; None where one of them is not in the document."""
        each = [self._one(place) for place in places]
        if any(one is None for one in each):
            return None
        return Known(sum(one.low for one in each if one), all(one.exact for one in each if one))

    def _one(self, place: Place) -> Known | None:
        table, row, column = place
        if (table, row) not in self.rows and row.startswith("other."):  # form 2019 has 其他处理 as one row
            return self._one((table, "other", column)) if row == "other.other" else Known(0, True)
        cells = self.rows.get((table, row))
        if cells is None:
            return None
        value = cells.get(column)
        if value is not None:
            return Known(value, True)
        if column != "total":
            return Known(0, False) if column in cells else None
        known = [part for name, part in cells.items() if name != "total" and part is not None]
        return Known(sum(known), len(known) == _PARTS[table])


def _judge(statement: Statement, tables: _Tables) -> str | None:
    """agrees, otherwise (it equals another definition) or differs; None where a cell that it needs is blank or absent."""
    meaning = MEANINGS[statement.subject]
    known = tables.known(meaning.plain)
    others = [other for places in meaning.other if (other := tables.known(places))]
    if known is not None and known.exact and known.low == statement.count:
        return "agrees"
    if known is None or not known.is_not(statement.count):
        return None
    if any(other.exact and other.low == statement.count for other in others):
        return "agrees" if meaning.silent else "otherwise"
    if not all(other.is_not(statement.count) for other in others):
        return None
    return "differs"


def _is_a_part(statement: Statement, judged: list[tuple[Statement, str | None]], tables: _Tables) -> bool:
    """Whether the statement is a part of the table's figure: another sentence gives the whole of the same subject, or all that
    the text says of it adds up to the whole (网站收到5件；信件收到3件).
    """
    family = _family(statement)
    others = [(other, verdict) for other, verdict in judged if _family(other) == family]
    if any(verdict in ("agrees", "otherwise") and other.count > statement.count for other, verdict in others):
        return True
    meaning = MEANINGS[statement.subject]
    whole = [k.low for places in (meaning.plain, *meaning.other) if (k := tables.known(places)) and k.exact]
    return len(others) > 1 and sum(other.count for other, _ in others) in whole


def _family(statement: Statement) -> str:
    return _FAMILY.get(statement.subject, statement.subject)


def _finding(statement: Statement, verdict: str, tables: _Tables) -> Finding:
    meaning = MEANINGS[statement.subject]
    known = tables.known(meaning.plain)
    assert known is not None
    where = ",".join(".".join(place) for place in meaning.plain)
    at_least = "" if known.exact else "at least "
    table = f"{at_least}{known.low:.15g}"
    message = f"the text says {statement.count}, the table {table}"
    if statement.subject.endswith("not_upheld"):
        message = f"the text says that all were upheld, the table has {table} with another result"
    if verdict == "otherwise":
        same = next(p for p in meaning.other if (k := tables.known(p)) and k.exact and k.low == statement.count)
        message += f"; {statement.count} is {' + '.join('.'.join(place) for place in same)}"
    return Finding(
        "narrative",
        "info" if verdict == "otherwise" else "warning",
        where,
        known.low if known.exact else f"≥ {known.low:.15g}",
        statement.count,
        None,
        message,
        evidence=statement.sentence,
    )


def _share(statement: Statement, tables: _Tables, said: list[Statement]) -> Finding | None:
    """A percentage behind a count that is neither the text's count nor the table's of anything that it may be of."""
    if statement.percent is None:
        return None
    meaning = MEANINGS[statement.subject]
    known = tables.known(meaning.plain)
    whole = [k.low for places in _SHARES if (k := tables.known(places)) and k.exact]
    if known is None or len(whole) < len(_SHARES):
        return None
    whole += [s.count for s in said if _FAMILY.get(s.subject) == "requests"]
    decimals = len(statement.percent.partition(".")[2])
    step = 10.0**-decimals
    shares = [100 * part / of for part in (statement.count, known.low) for of in whole if of]
    if any(abs(share - float(statement.percent)) < step * 1.0001 for share in shares):  # rounded or cut
        return None
    of = whole[0]
    expected = f"{100 * known.low / of:.{decimals}f}%" if of else None
    return Finding(
        "narrative",
        "warning",
        ",".join(".".join(place) for place in meaning.plain),
        f"≥ {expected}" if expected and not known.exact else expected,
        f"{statement.percent}%",
        None,
        f"the text says {statement.percent}%; {statement.count} (text) or {known.low:.15g} (table) of {of:.15g} is another share",
        evidence=statement.sentence,
    )


def _undecided(count: int, of: int) -> list[Finding]:
    if not count:
        return []
    message = f"{count} of {of} counts in the text: a cell that the rule needs is blank or absent"
    return [Finding("narrative", "info", "document", None, count, None, message, "not_applicable")]


def places(finding: Finding) -> list[Place]:
    """The cells that a finding of this check names."""
    split = [name.split(".") for name in finding.where.split(",") if name.count(".") >= 2]
    return [(table, ".".join(row), column) for table, *row, column in split]


def with_origin(findings: Iterable[Finding], proved: set[Place]) -> list[Finding]:
    """The findings, with origin `publisher` where every cell concerned has been proved by sums or by a second reading."""
    return [
        replace(finding, origin="publisher")
        if finding.result == "failed" and places(finding) and proved.issuperset(places(finding))
        else finding
        for finding in findings
    ]
