"""The reviewed table of departments by their own names, `data/reference/organ_types.csv`, from which the view `v_organ_type` is written.

A type is told only where what an organ's full name adds to its division's is, whole, a name of the table: 环境卫生局 is no 卫生局.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from extract.shipped import shipped
from transform.schema import quoted

ORGAN_TYPES = shipped("data", "reference", "organ_types.csv")
FITS = ("same", "wider", "former")


class BadOrganType(Exception):
    """A line of the table that cannot be; the message names it."""


class OrganType(NamedTuple):
    """One name. `fit`: same; wider (has further duties); former (had these duties before the reform of 2018, or a part of them)."""

    organ_type: str
    organ_type_en: str
    own_name: str
    fit: str


def organ_types(file: Path = ORGAN_TYPES) -> list[OrganType]:
    """The table. Raises BadOrganType for a name that stands twice, an unknown fit, an empty word, a type with two translations."""
    listed: dict[str, OrganType] = {}
    english: dict[str, str] = {}
    with file.open(encoding="utf-8", newline="") as opened:
        for number, line in enumerate(csv.DictReader(opened), 2):
            one = OrganType(*(line[name] or "" for name in OrganType._fields))
            place = f"{file.name}, line {number}"
            if not all(one):
                raise BadOrganType(f"{place}: a word is missing")
            if one.own_name in listed:
                raise BadOrganType(f"{place}: {one.own_name} stands there twice")
            if one.fit not in FITS:
                raise BadOrganType(f"{place}: {one.fit!r} is none of {', '.join(FITS)}")
            if english.setdefault(one.organ_type, one.organ_type_en) != one.organ_type_en:
                raise BadOrganType(f"{place}: {one.organ_type} has two names in English")
            listed[one.own_name] = one
    return list(listed.values())


_HEAD = """\
-- one row is a department whose own name stands in the table of types, and its type
-- Written from data/reference/organ_types.csv by `make docs`. Its own name is what its full name adds to that of its division.
-- Departments without a row are of no type that the table knows, which says nothing of them. organ_type_fit: same; wider (it
-- has further duties: 教育体育局); former (what had these duties, or a part of them, before the reform of 2018).
create or replace view v_organ_type as
with types as (
    select *
    from (
        values
"""
_TAIL = """
    ) as listed (organ_type, organ_type_en, own_name, organ_type_fit)
)

select
    dim_organ.organ_key,
    types.organ_type,
    types.organ_type_en,
    types.organ_type_fit
from dim_organ
inner join dim_division on dim_organ.division_key = dim_division.division_key
inner join types
    on dim_organ.kind = 'department' and dim_organ.canonical_name = dim_division.full_name || types.own_name;
"""


def view(listed: list[OrganType] | None = None) -> str:
    """The file of the view `v_organ_type`."""
    rows = [f"            ({', '.join(map(quoted, one))})" for one in (organ_types() if listed is None else listed)]
    return _HEAD + ",\n".join(rows) + _TAIL
