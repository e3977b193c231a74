"""The versioned table of indicators, `sql/indicators.csv`: what each is, and which statutory form has it exactly, nearly or not.

From it are written the view `v_indicator_form` (a database has no other file beside it) and docs/indicators.md.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from extract.shipped import shipped
from transform.schema import quoted

INDICATORS = shipped("sql", "indicators.csv")
FORMS = ("2021", "2019", "2014", "narrative")
COMPARABLE = ("exactly", "nearly", "not")
_NO_TABLES = "the report has no tables"


class BadIndicator(Exception):
    """A line of the table that cannot be; the message names it."""


@dataclass(frozen=True, slots=True)
class InForm:
    """An indicator in one form. `cell`: a column of the summaries, a measure of table 二, or a label of the 2014 sheet."""

    form: str
    comparability: str
    note: str
    cell: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One line. `version` goes up whenever formula or forms change, so that old figures can be told from new ones."""

    code: str
    version: int
    zh: str
    en: str
    unit: str
    formula: str
    denominator: str
    caveat: str
    forms: tuple[InForm, ...]


def indicators(file: Path = INDICATORS) -> list[Indicator]:
    """The table. Raises BadIndicator for a code that stands twice, words that are missing, a form that is not told whole."""
    found: dict[str, Indicator] = {}
    with file.open(encoding="utf-8", newline="") as opened:
        for number, line in enumerate(csv.DictReader(opened), 2):
            place = f"{file.name}, line {number}"
            code = line["indicator"]
            if code in found:
                raise BadIndicator(f"{place}: {code} stands there twice")
            if not all(line[name] for name in ("indicator", "zh", "en", "unit", "formula")):
                raise BadIndicator(f"{place}: code, names, unit and formula must be there")
            if not line["version"].isdecimal():
                raise BadIndicator(f"{place}: {line['version']!r} is no version")
            forms = [_in_form(line, form, place) for form in FORMS if form != "narrative"]
            found[code] = Indicator(
                code=code,
                version=int(line["version"]),
                zh=line["zh"],
                en=line["en"],
                unit=line["unit"],
                formula=line["formula"],
                denominator=line["denominator"],
                caveat=line["caveat"],
                forms=(*forms, InForm("narrative", "not", _NO_TABLES, "")),
            )
    return list(found.values())


def _in_form(line: dict[str, str], form: str, place: str) -> InForm:
    has, note, cell = (line[f"{part}_{form}"] for part in ("form", "note", "cell"))
    if has not in COMPARABLE:
        raise BadIndicator(f"{place}: form {form} has it {has!r}, which is none of {', '.join(COMPARABLE)}")
    if (has == "not") == bool(cell):
        raise BadIndicator(f"{place}: a cell of form {form} is named exactly where the form has the indicator")
    if (has == "exactly") == bool(note):
        raise BadIndicator(f"{place}: a note on form {form} says why it has the indicator nearly or not")
    return InForm(form, has, note, cell)


_HEAD = """\
-- one row is an indicator and a statutory form: whether the form has it exactly, nearly or not, and where
-- Written from sql/indicators.csv by `make docs`. cell is a figure of v_request_summary or v_proceeding_summary, a measure of
-- table 二, or a row of the statistics sheet of 2014; version goes up whenever formula or forms change.
create or replace view v_indicator_form as
select *
from (
    values
"""
_TAIL = """
) as listed (indicator, version, indicator_zh, indicator_en, unit, formula, form, comparability, note, cell);
"""


def view(listed: list[Indicator] | None = None) -> str:
    """The file of the view `v_indicator_form`."""
    rows = []
    for each in indicators() if listed is None else listed:
        for form in each.forms:
            texts = [each.zh, each.en, each.unit, each.formula, form.form, form.comparability]
            optional = [quoted(text) if text else "null" for text in (form.note, form.cell)]
            row = [quoted(each.code), str(each.version), *map(quoted, texts), *optional]
            rows.append(f"        ({', '.join(row)})")
    return _HEAD + ",\n".join(rows) + _TAIL


def page(note: str) -> str:
    """docs/indicators.md, after the note that it is not to be edited."""
    listed = indicators()
    out = [
        note,
        "# Indicators",
        "",
        "What can be compared over the years although the forms changed (2014 to 2018 a statistics sheet, 2019 and 2020 the form",
        "of 国办公开办函〔2019〕60号, since 2021 that of 国办公开办函〔2021〕30号). `v_indicator` gives them report by report: where a",
        "form does not have one the value is NULL and `withheld` says why; nothing is estimated. *Nearly* means that a value is",
        "given which the form defines otherwise: compare it within one form, and across forms only with the note in mind.",
        "The table is `sql/indicators.csv`; a version goes up whenever formula or forms change.",
        "",
        "Of a division take `is_division_figure`: the one report that speaks for it. Never add figures up over organs.",
        "",
        "| indicator | version | names | unit | formula | denominator | 2021 | 2019 | 2014 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for i in listed:
        has = [form.comparability for form in i.forms[:3]]
        cells = [f"`{i.code}`", str(i.version), f"{i.zh}, {i.en}", i.unit, i.formula, i.denominator, *has]
        out.append(f"| {' | '.join(cells)} |")
    out += ["", "Reports without tables (narrative) have none of them.", "", "## What to mind", ""]
    for i in listed:
        notes = [f"{f.form} {f.comparability}: {f.note}." for f in i.forms[:3] if f.note]
        out.append(f"- `{i.code}`: {' '.join(filter(None, [i.caveat, *notes]))}".rstrip(": "))
    return "\n".join([*out, ""])
