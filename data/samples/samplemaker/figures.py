"""What a report says: identity and the numbers of its three tables. Read from figures.json, or made up at random.

A value is a number, None (the cell is blank) or {"raw", "value"} (the cell states a unit, as `251000元`): the shape of
the truth files. Every transformation here gives figures again, so that a truth is never read back from a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from samplemaker.wording import OUTCOME_ROWS

FIGURES = Path(__file__).resolve().parents[1] / "figures.json"

Value = int | float | dict[str, Any] | None
Rows = dict[str, list[Value]]

OTHER_LEAVES = ("other.no_correction", "other.fee_unpaid", "other.other")


@dataclass(frozen=True)
class Figures:
    """One organ's figures for one year. `form`: 2019 or 2021 as table 二 is printed; `real`: published numbers.

    `short` is what the text calls the place or office. `division_code` is None where it is not certain.
    """

    organ: str
    year: int
    form: str
    disclosure: dict[str, dict[str, Value]]
    requests: Rows
    proceedings: Rows
    real: bool
    origin: str
    short: str
    division_code: str | None = None
    scope: str | None = None

    @property
    def single_other(self) -> bool:
        """Whether （六）其他处理 is one row."""
        return "other" in self.requests


def load() -> dict[str, Figures]:
    """figures.json by key (`pingtan-2022`)."""
    entries = json.loads(FIGURES.read_text(encoding="utf-8"))["reports"]
    return {key: Figures(**entry) for key, entry in entries.items()}


def truth(figures: Figures, title: str, published: str | None, notes: Iterable[str]) -> dict[str, Any]:
    """The truth file of a document that prints these figures."""
    return {
        "source_url": None,
        "title": title,
        "organ": figures.organ,
        "year": figures.year,
        "published": published,
        "form": figures.form,
        "division_code": figures.division_code,
        "scope": figures.scope,
        "figures": figures.origin,
        "disclosure": figures.disclosure,
        "requests": figures.requests,
        "proceedings": figures.proceedings,
        "notes": list(notes),
    }


def with_blank_zeros(figures: Figures, keep_totals: bool = True) -> Figures:
    """Every 0 of tables 三 and 四 left blank, as many offices do; with `keep_totals` not in the last column."""

    def blank(rows: Rows) -> Rows:
        return {
            code: [None if v == 0 and not (keep_totals and i == len(row) - 1) else v for i, v in enumerate(row)]
            for code, row in rows.items()
        }

    return replace(figures, requests=blank(figures.requests), proceedings=blank(figures.proceedings))


def with_single_other(figures: Figures) -> Figures:
    """The three rows of （六） added up into the one row of form 2019."""
    if figures.single_other:
        return figures
    requests: Rows = {}
    for code, row in figures.requests.items():
        if code == OTHER_LEAVES[0]:
            parts = [figures.requests[leaf] for leaf in OTHER_LEAVES]
            requests["other"] = [sum(_number(v) for v in column) for column in zip(*parts, strict=True)]
        elif code not in OTHER_LEAVES:
            requests[code] = row
    return replace(figures, requests=requests)


def _number(value: Value) -> int:
    assert isinstance(value, int), value
    return value


def in_yuan(figures: Figures) -> Figures:
    """Fees published in 元 under a heading that says so: 35.2 (万元) becomes 352000."""
    fees = dict(figures.disclosure["fees"])
    amount = fees["amount"]
    assert isinstance(amount, (int, float)), amount
    yuan = round(amount * 10_000)
    fees["amount"] = {"raw": str(yuan), "value": yuan}
    return replace(figures, disclosure={**figures.disclosure, "fees": fees})


_WEIGHTS = (9, 9, 1, 1, 1, 2, 3, 2, 2, 1, 11, 4, 2, 3, 1, 1, 1, 1, 1, 1, 1)
"""How often each of OUTCOME_ROWS happens: 予以公开 and 本机关不掌握 lead everywhere."""


def series(random: Random, organ: str, short: str, years: Iterable[int], size: int, **rest: Any) -> list[Figures]:
    """Made-up figures of one organ for consecutive years: every sum holds, and years follow from one another.

    `size` is about how many applications a year has. carried_out of a year is carried_in of the next; in_force of form
    2021 is last year's + issued − repealed. `rest` goes into every `Figures` (division_code, scope, origin).
    """
    made: list[Figures] = []
    waiting: list[int] = [_some(random, size // 20), 0, 0, 0, 0, 0]
    in_force = {"rules": 0, "normative_documents": 10 + _some(random, 90)}
    for year in years:
        form = "2019" if year < 2021 else "2021"
        requests, waiting = _requests(random, size, waiting, single_other=form == "2019")
        disclosure = _disclosure_2019(random) if form == "2019" else _disclosure_2021(random, in_force)
        proceedings = {
            channel: _with_total([_some(random, most) for most in (size // 20, size // 60, size // 40, size // 60)])
            for channel in ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
        }
        made.append(
            Figures(organ, year, form, disclosure, requests, proceedings, real=False, short=short, **rest)  # type: ignore[arg-type]
        )
    return made


def _some(random: Random, most: int) -> int:
    """0 … most, small numbers more often."""
    return int(random.random() ** 2 * (most + 1))


def _with_total(parts: list[int]) -> list[int]:
    return [*parts, sum(parts)]


def _requests(
    random: Random, size: int, waiting: list[int], single_other: bool
) -> tuple[dict[str, list[int]], list[int]]:
    """(table 三, carried out by applicant column)."""
    codes = (*OUTCOME_ROWS[:-3], "other") if single_other else OUTCOME_ROWS
    weights = (*_WEIGHTS[:-3], 2) if single_other else _WEIGHTS
    rows = {code: [0] * 6 for code in codes}
    new, out = [0] * 6, [0] * 6
    for column, share in enumerate((1.0, 0.12, 0.01, 0.01, 0.03, 0.04)):
        new[column] = int(size * share * (0.6 + 0.8 * random.random()) + random.random())
        due = new[column] + waiting[column]
        out[column] = min(due, _some(random, due // 8))
        for code in random.choices(codes, weights, k=due - out[column]):
            rows[code][column] += 1
    total = [sum(column) for column in zip(*rows.values(), strict=True)]
    ordered = {"new": new, "carried_in": waiting, **rows, "total": total, "carried_out": out}
    return {code: _with_total(row) for code, row in ordered.items()}, out


def _disclosure_2021(random: Random, in_force: dict[str, int]) -> dict[str, dict[str, Value]]:
    issued, repealed = _some(random, 30), _some(random, min(20, in_force["normative_documents"]))
    in_force["normative_documents"] += issued - repealed
    return {
        "rules": {"issued": 0, "repealed": 0, "in_force": in_force["rules"]},
        "normative_documents": {"issued": issued, "repealed": repealed, "in_force": in_force["normative_documents"]},
        "licensing": {"decisions": _some(random, 30_000)},
        "penalties": {"decisions": _some(random, 9_000)},
        "coercion": {"decisions": _some(random, 400)},
        "fees": {"amount": round(random.random() * 20_000, random.choice((1, 2, 2, 4, 6)))},
    }


def _disclosure_2019(random: Random) -> dict[str, dict[str, Value]]:
    made = _some(random, 60)
    powers = {
        row: {
            "items_prior_year": _some(random, most),
            "items_change": random.randint(-9, 9),
            "decisions": _some(random, 9_000),
        }
        for row, most in (("licensing", 500), ("other_services", 200), ("penalties", 4_000), ("coercion", 200))
    }
    return {
        "rules": {"made": 0, "disclosed": 0, "disclosed_total": 0},
        "normative_documents": {"made": made, "disclosed": made, "disclosed_total": made + _some(random, 300)},
        **powers,  # type: ignore[dict-item]
        "fees": {"items_prior_year": _some(random, 40), "items_change": random.randint(-3, 3)},
        "procurement": {"projects": _some(random, 300), "amount": round(random.random() * 90_000, 2)},
    }
