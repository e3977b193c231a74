"""A question in words → whose report, of which year, and which cell or derived figure it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extract.forms import labels
from extract.forms.labels import label_key
from extract.forms.vocabulary import (
    APPLICANT_CODES,
    APPLICANTS,
    CHANNELS,
    GROUPS,
    MEASURES,
    OUTCOME_CODES,
    OUTCOMES,
    RESULT_CODES,
    RESULTS,
)
from extract.identify.simplified import simplified
from transform.cell_codes import FACT_TABLE, TABLE_OF
from transform.figures_shown import BY_ZH, FIGURES, Figure, of_group

LONGEST = 4  # words that name one cell
_VIEWS = ("v_request_summary", "v_proceeding_summary", "v_依申请公开汇总", "v_复议诉讼汇总")

Place = tuple[str, str, str]
"""Fact table, row and column."""


class NotUnderstood(Exception):
    """The question means nothing, or several things; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`words` name the organ or its place; `table` is the name of the fact table. `figure`: what a view derives, in place of
    one cell; `row` and `column` are then empty.
    """

    words: tuple[str, ...]
    report: int | None
    sha256: str | None
    year: int | None
    table: str
    row: str
    column: str
    figure: Figure | None = None


def understood(question: str, sha256: str | None = None) -> Asked:
    """`平潭 2022 requests.new total`, `平潭 2022 本年新收 总计`, `平潭 2022 refusal_rate` → its parts.

    Errors: `NotUnderstood` where no cell or several are named, or no report.
    """
    report = year = None
    words: list[str] = []
    for token in question.split():
        if re.fullmatch(r"(?:19|20)\d\d(?:年度?)?", token) and year is None:
            year = int(token[:4])
        elif token.isdecimal():
            report = int(token)
        else:
            words.append(simplified(token))
    own, meant = _split(words)
    if not meant:
        raise NotUnderstood(
            "name one cell: requests.ROW COLUMN, proceedings.CHANNEL RESULT or disclosure.ROW MEASURE, their labels, or a "
            "column of v_request_summary or v_proceeding_summary, as in “平潭 2022 requests.new total”, “平潭 2022 本年新收 总计”, "
            "“平潭 2022 refusal_rate”; docs/labels.md lists the codes."
        )
    if len(meant) > 1:
        could = ", ".join(sorted(_name(m) for m in meant)[:12])
        raise NotUnderstood(f"the cell's name means {len(meant)}: name one cell of {could}.")
    if not own and report is None and sha256 is None:
        raise NotUnderstood("name an organ or its place, a report's key, or a document with --document.")
    (one,) = meant
    whose = (tuple(own), report, sha256, year)
    return Asked(*whose, one.table, "", "", one) if isinstance(one, Figure) else Asked(*whose, *one)


def _name(meant: Place | Figure) -> str:
    if isinstance(meant, Figure):
        return meant.name
    return f"{TABLE_OF[meant[0]]}.{meant[1]}.{meant[2]}"


def _split(words: Sequence[str]) -> tuple[list[str], set[Place | Figure]]:
    """The words that name whose report, and what the others, as many as make sense together, can mean."""
    coded = [word for word in words if word.isascii()]
    if coded:
        found = _coded(".".join(coded))
        if found is not None:
            return [word for word in words if not word.isascii()], {found}
    for count in range(min(LONGEST, len(words)), 0, -1):
        for start in (len(words) - count, 0):
            some, others = tuple(words[start : start + count]), [*words[:start], *words[start + count :]]
            if "".join(some).isascii() or any(word.isascii() for word in others):
                continue  # a code that is none, or a part of one
            meant = _meant(some)
            if meant and not any(_key(word) in _said() for word in others):
                return others, meant
    return [], set()


def _coded(dotted: str) -> Place | Figure | None:
    head, _, rest = dotted.partition(".")
    if head in _VIEWS:
        return FIGURES.get(rest)
    row, _, column = rest.rpartition(".")
    known = {
        "requests": row in OUTCOME_CODES and column in APPLICANT_CODES,
        "proceedings": row in CHANNELS and column in RESULT_CODES,
        "disclosure": any((m.row, m.column) == (row, column) for m in MEASURES),
    }
    if known.get(head):
        return FACT_TABLE[head], row, column
    if head == "requests" and row in GROUPS and column in APPLICANT_CODES:
        return of_group(row, column)
    return FIGURES.get(dotted)


def _meant(words: tuple[str, ...]) -> set[Place | Figure]:
    """What words can mean together, each being a label or a code of a row, column or group."""
    keys = [_key(word) for word in words]
    found: set[Place | Figure] = set()
    for order in (keys, keys[::-1]) if len(keys) == 2 else (keys,):
        for group, rows, columns, meant in _targets():
            if _fits(order, group, rows, columns, meant):
                found.add(meant)
        if found:
            break
    if not found and len(words) == 1:
        view, _, column = words[0].rpartition(".")
        return {BY_ZH[column]} if view in ("", *_VIEWS) and column in BY_ZH else set()
    return found


def _fits(
    keys: list[str], group: frozenset[str], rows: frozenset[str], columns: frozenset[str], meant: Place | Figure
) -> bool:
    """Whether keys are [group,] row, column; the column 总计 may go unsaid."""
    rest = keys[1:] if len(keys) > 1 and keys[0] in group else keys
    if rest[0] not in rows:
        return False
    column = meant.column if isinstance(meant, Figure) else meant[2]
    return (len(rest) == 2 and rest[1] in columns) or (len(rest) == 1 and column == "total")


def _key(word: str) -> str:
    """A code as it is, a label by what labels are compared by."""
    return word if word.isascii() else label_key(word)


Target = tuple[frozenset[str], frozenset[str], frozenset[str], Place | Figure]


@cache
def _targets() -> tuple[Target, ...]:
    """Every cell and every group: keys of what may stand before the row, of its row, of its column."""
    return (*_of_requests(), *_of_proceedings(), *_of_disclosure())


@cache
def _said() -> frozenset[str]:
    """Every word that names something of a form."""
    return frozenset[str]().union(*(keys for *each, _ in _targets() for keys in each))


def _keys(table: dict[str, tuple[tuple[str, str], ...]], code: str, *more: str) -> frozenset[str]:
    return frozenset([code, *(label_key(text) for text in (*(label for label, _ in table.get(code, ())), *more))])


def _of_requests() -> Iterator[Target]:
    requests = _keys(labels.GROUP_LABELS, "results", "依申请公开") | {"requests"}
    applicants = {a.code: _keys(labels.APPLICANT_LABELS, a.code, a.zh) for a in APPLICANTS}
    groups = {code: _keys(labels.GROUP_LABELS, code, zh) for code, (zh, _) in GROUPS.items()}
    for outcome in OUTCOMES:
        if outcome.code == "other":  # 其他处理: the group, which is one row in form 2019
            rows = frozenset(["requests.other"])
        else:
            rows = _keys(labels.OUTCOME_LABELS, outcome.code, outcome.zh) | {f"requests.{outcome.code}"}
        for column, said in applicants.items():
            above = requests | groups.get(outcome.group or "", frozenset())
            yield above, rows, said, ("fact_request", outcome.code, column)
    for code, named in groups.items():
        for column, said in applicants.items():
            yield requests, named | ({f"requests.{code}"} if code != "other" else set()), said, of_group(code, column)


def _of_proceedings() -> Iterator[Target]:
    litigation = _keys(labels.CHANNEL_LABELS, "litigation") | {"proceedings"}
    for channel, (zh, _) in CHANNELS.items():
        above = litigation if channel.startswith("litigation") else frozenset(["proceedings"])
        rows = _keys(labels.CHANNEL_LABELS, channel, zh) | {f"proceedings.{channel}"}
        for result, (result_zh, _) in RESULTS.items():
            yield above, rows, _keys(labels.RESULT_LABELS, result, result_zh), ("fact_proceeding", channel, result)
            if channel.startswith("litigation"):
                yield (
                    frozenset(),
                    litigation - {"proceedings"},
                    _keys(labels.RESULT_LABELS, result, result_zh),
                    ("fact_proceeding", channel, result),
                )


def _of_disclosure() -> Iterator[Target]:
    for m in MEASURES:
        rows = _keys(labels.POWER_LABELS, m.row, m.row_zh) | {f"disclosure.{m.row}"}
        columns = _keys(labels.MEASURE_LABELS, m.column, m.column_zh)
        yield frozenset(["disclosure", "主动公开"]), rows, columns, ("fact_disclosure", m.row, m.column)
