"""The reviewed table of departments by their own names, `data/reference/organ_types.csv`, from which the view `v_organ` is written.

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
-- one row is an organ: its names, its place, and what type of department it is
-- needs: v_division
-- Written from data/reference/organ_types.csv by `make docs`. own_name is what the full name adds to that of the organ's division.
-- organ_type is told only for departments whose own_name stands in that table; else it is NULL, which says nothing of the
-- organ. organ_type_fit: same; wider (it has further duties: 教育体育局); former (what had these duties, or a part of
-- them, before the reform of 2018). To compare one department across counties, join by organ_key and take same.
create or replace view v_organ as
with types as (
    select *
    from (
        values
"""
_TAIL = """
    ) as listed (organ_type, organ_type_en, own_name, organ_type_fit)
),

organs as (
    select
        dim_organ.*,
        case
            when starts_with(dim_organ.canonical_name, own_division.full_name)
                then substr(dim_organ.canonical_name, length(own_division.full_name) + 1)
        end as own_name
    from dim_organ
    left join dim_division as own_division on dim_organ.division_key = own_division.division_key
)

select
    organs.organ_key,
    organs.name as organ,
    organs.canonical_name,
    organs.own_name,
    organs.kind as organ_kind,
    organs.level as organ_level,
    types.organ_type,
    types.organ_type_en,
    types.organ_type_fit,
    v_division.division_key,
    v_division.division,
    v_division.full_name,
    v_division.division_level,
    v_division.province,
    v_division.prefecture,
    v_division.county
from organs
left join v_division on organs.division_key = v_division.division_key_then
left join types on organs.kind = 'department' and organs.own_name = types.own_name;
"""


def view(listed: list[OrganType] | None = None) -> str:
    """The file of the view `v_organ`."""
    rows = [f"            ({', '.join(map(quoted, one))})" for one in (organ_types() if listed is None else listed)]
    return _HEAD + ",\n".join(rows) + _TAIL
