"""The indicators and the types of organs once more, from their tables, pandas' own summaries and the measures as they stand in the star."""

from __future__ import annotations

import csv
from typing import Any

import pandas as pd

from tests.sql.pandas_views import district_year as chosen
from tests.sql.pandas_views import organ, proceeding_summary, records, report, request_summary
from tests.sql.star_by_hand import Computed, Star
from transform.indicators import INDICATORS

_UNIT = {"requests": "件", "cases": "件"}
REQUESTS = ("new", "carried_in", "total", "carried_out", "granted", "partially_granted", "denied", "unavailable", "not_held",
            "not_processed", "other", "disclosure_rate", "refusal_rate", "not_held_rate")  # fmt: skip


def indicator_form(_: Star) -> pd.DataFrame:
    with INDICATORS.open(encoding="utf-8", newline="") as opened:
        lines = list(csv.DictReader(opened))
    rows = []
    for line in lines:
        for form in ("2021", "2019", "2014", "narrative"):
            has = line.get(f"form_{form}", "not")
            note = line.get(f"note_{form}", "the report has no tables") or None
            rows.append({"indicator": line["indicator"], "version": int(line["version"]), "indicator_zh": line["zh"],
                         "indicator_en": line["en"], "unit": line["unit"], "formula": line["formula"], "form": form,
                         "comparability": has, "note": note, "cell": line.get(f"cell_{form}") or None})  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def indicator(star: Star) -> pd.DataFrame:
    listed = indicator_form(star).to_dict("records")
    requests = {row["report_key"]: row for row in records(request_summary(star))}
    proceedings = {row["report_key"]: row for row in records(proceeding_summary(star))}
    with_proceedings = {row["report_key"] for row in star.rows["fact_proceeding"]}
    speaking = {row["report_key"] for row in records(chosen(star))}
    rows = []
    for one in records(report(star)):
        key = one["report_key"]
        for line in listed:
            if line["form"] != (one["form"] or "narrative"):
                continue
            row = one | {"indicator": line["indicator"], "indicator_version": line["version"], "unit": line["unit"],
                         "indicator_zh": line["indicator_zh"], "indicator_en": line["indicator_en"],
                         "is_division_figure": key in speaking, "value": None, "base": None}  # fmt: skip
            known = one["form"] is not None
            row |= {name: line[name] if known else None for name in ("comparability", "note")}
            if not known or line["cell"] is None:
                row["withheld"] = "form lacks it" if known else "form unknown"
            elif one["form"] == "2014" or "." in line["cell"]:
                row |= _measured(star, key, line["cell"], one["form"] == "2014", line["unit"])
            elif line["cell"] in REQUESTS:
                row |= _requested(requests[key], line["cell"])
            else:
                row |= _proceeded(proceedings[key], line["cell"], key in with_proceedings)
            rows.append(row)
    return pd.DataFrame(rows, dtype=object)


def _requested(row: dict[str, Any], cell: str) -> dict[str, Any]:
    value, is_rate = row[cell], cell.endswith("_rate")
    if value is not None:
        return {"value": float(value), "base": float(row["total"]) if is_rate else None, "withheld": None}
    why = row["rates_withheld"]
    return {"withheld": why if is_rate or why == "no table" else "blank or not read"}


def _proceeded(row: dict[str, Any], cell: str, has_table: bool) -> dict[str, Any]:
    value, is_rate = row[cell], cell.endswith("_rate")
    total, pending = row["reconsideration_total"], row["reconsideration_pending"]
    decided = None if total is None or pending is None else total - pending
    if value is not None:
        return {"value": float(value), "base": decided if is_rate else None, "withheld": None}
    if not has_table:
        return {"withheld": "no table"}
    if is_rate and "; reconsideration: results" in f"; {row['rates_withheld'] or ''}":
        return {"withheld": "results contradict total"}
    return {"withheld": "nothing decided" if is_rate and decided == 0 else "blank or not read"}


def _measured(star: Star, key: int, cell: str, is_sheet: bool, unit: str) -> dict[str, Any]:
    names = {m["measure_key"]: m for m in star.rows["dim_measure"]}
    found = []
    for fact in star.rows["fact_disclosure"]:
        measure = names[fact["measure_key"]]
        of_sheet = "2014" in measure["forms"]
        name = measure["row_code"].rpartition("/")[2] if of_sheet else fact["measure_key"]
        if fact["report_key"] == key and of_sheet == is_sheet and name == cell:
            found.append((fact, not of_sheet or measure["column_code"] == "value"))
    if not found:
        return {"withheld": "no cell"}
    if len(found) > 1 or not found[0][1]:
        return {"withheld": "several cells"}
    fact = found[0][0]
    if fact["unit"] != _UNIT.get(unit, unit):
        return {"withheld": "unit unknown"}
    value = fact["value"]
    return {"withheld": "blank or not read"} if value is None else {"value": float(value), "withheld": None}


def organ_type(star: Star) -> pd.DataFrame:
    told = organ(star)
    return told[told["organ_type"].notna()][["organ_key", "organ_type", "organ_type_en", "organ_type_fit"]]


COMPUTED: Computed = {
    "v_organ": (organ, ["organ_key"]),
    "v_organ_type": (organ_type, ["organ_key"]),
    "v_indicator_form": (indicator_form, ["indicator", "form"]),
    "v_indicator": (indicator, ["report_key", "indicator"]),
}
