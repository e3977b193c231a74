"""A cell's number as its fact holds it: whole counts, values in the form's unit, amounts of money in 万元."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from extract.forms.vocabulary import MEASURE_BY_CODE
from extract.model import Cell

_LARGEST_COUNT = 2**63 - 1
_LARGEST_EXACT = 2**53  # beyond it, a DOUBLE is no longer the integer that was published
_CONVERTIBLE = {
    unit: Decimal(w)
    for unit, w in {"元": "0.0001", "千元": "0.1", "万元": "1", "百万元": "100", "亿元": "10000"}.items()
}

MONEY = tuple(_CONVERTIBLE)
"""The units of money that can be converted into 万元."""


class Figure(NamedTuple):
    """A published number as its fact holds it: a whole count, or a value in `unit`.

    `loadable` is False where the fact's type cannot hold it exactly.
    """

    whole: int | None
    value: float | None
    unit: str | None
    loadable: bool = True


def figure(cell: Cell) -> Figure:
    """A cell's number as its fact holds it: counts as integers, amounts of money in 万元, a blank as NULL."""
    value = cell.value
    if cell.table not in ("disclosure", "survey"):
        return _count(value)
    if value is not None and (not math.isfinite(value) or abs(value) > _LARGEST_EXACT):
        return Figure(None, None, None, loadable=False)
    if cell.table == "survey":
        return Figure(None, None if value is None else float(value), cell.unit)
    measure = MEASURE_BY_CODE[f"{cell.row}.{cell.column}"]
    if measure.unit == "万元":
        return _amount(value, cell.unit or ("万元" if measure.row == "fees" else None))
    return Figure(None, None if value is None else float(value), measure.unit)


@lru_cache(1024)  # nearly all counts are small
def _count(value: int | float | None) -> Figure:
    if value is None:
        return Figure(None, None, None)
    if not math.isfinite(value) or value != int(value) or abs(value) > _LARGEST_COUNT:
        return Figure(None, None, None, loadable=False)
    return Figure(int(value), None, None)


def _amount(value: int | float | None, unit: str | None) -> Figure:
    """An amount in 万元; in its own unit where that is none of the known ones: as published, never scaled by a guess."""
    factor = _CONVERTIBLE.get(unit or "")
    if factor is None:
        return Figure(None, None if value is None else float(value), unit)
    return Figure(None, None if value is None else float(Decimal(str(value)) * factor), "万元")
