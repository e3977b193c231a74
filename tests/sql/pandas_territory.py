"""What Python computes for the views on territories, peers, consolidated reports, missing reports and timeliness."""

from __future__ import annotations

import re
from statistics import fmean
from typing import Any

import numpy as np
import pandas as pd

from tests.sql import pandas_quality
from tests.sql.pandas_views import FLOOR, coverage, district_year, records, report, speaker
from tests.sql.star_by_hand import Computed, Star

FIGURES = ("new", "carried_in", "disclosed", "denied", "unavailable", "not_processed", "other", "total", "carried_out")


def territory_part(star: Star) -> pd.DataFrame:
    chosen = {(row["division_key"], row["year"]): row for row in records(district_year(star))}
    divisions = {d["division_key"]: d for d in star.rows["dim_division"]}
    spans = star.rows["dim_territory"]
    wholes = set()
    for (key, year), row in chosen.items():
        if divisions[key].get("until") is None and row["territory"] != "part":
            wholes.add((key, year))
        wholes |= {
            (t["division_key"], year)
            for t in spans
            if t["part_key"] == key and t["first_year"] <= year <= t["last_year"]
        }
    rows = []
    for whole, year in wholes:
        here = [t for t in spans if t["division_key"] == whole and t["first_year"] <= year <= t["last_year"]]
        spoken: list[dict[str, Any] | None] = [*here] or [None]
        for t in spoken:
            part = t["part_key"] if t else whole
            row = chosen.get((part, year), {})
            rows.append({
                "division_key": whole, "division": divisions[whole]["name"],
                "full_name": divisions[whole]["full_name"], "division_level": divisions[whole]["level"],
                "province": divisions[whole]["province"], "prefecture": divisions[whole].get("prefecture"), "year": year,
                "territory": "part" if t else row.get("territory", "same"), "part_key": part,
                "part": row.get("division_then") or divisions[part]["name"], "is_entire": t["is_entire"] if t else True,
                "break_year": t and t["break_year"], "decision": t and t.get("decision"),
                "report_key": row.get("report_key"), "scope": row.get("scope"),
                **{name: row.get(name) for name in FIGURES},
            })  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def territory_year(star: Star) -> pd.DataFrame:
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in records(territory_part(star)):
        groups.setdefault((row["division_key"], row["year"]), []).append(row)
    result = []
    for parts in groups.values():
        parts.sort(key=lambda row: row["part_key"])
        whole = all(p["is_entire"] and p["report_key"] is not None for p in parts)
        scopes = {p["scope"] for p in parts}
        kinds = {p["territory"] for p in parts}
        result.append({
            **{n: parts[0][n] for n in ("division_key", "division", "full_name", "division_level", "province", "prefecture", "year")},
            "territory": kinds.pop() if "part" not in kinds else "whole" if whole else "part",
            "parts": len(parts), "parts_reported": sum(p["report_key"] is not None for p in parts),
            "part_names": [p["part"] for p in parts],
            "parts_missing": [p["part"] for p in parts if p["report_key"] is None],
            "break_year": parts[0]["break_year"], "decision": parts[0]["decision"],
            **{n: sum(p[n] for p in parts)
               if whole and not {"own", "consolidated"} <= scopes and all(p[n] is not None for p in parts) else None
               for n in ("new", "carried_in", "disclosed", "denied", "total", "carried_out")},
        })  # fmt: skip
    return pd.DataFrame(result, dtype=object)


RATES = {"disclosure_rate": "disclosed", "refusal_rate": "denied", "not_held_rate": "not_held"}


def peers(star: Star) -> pd.DataFrame:
    rows = records(district_year(star))
    result = []
    for row in rows:
        for rate, part in RATES.items():
            made = {n: row[n] for n in ("division_key", "division", "full_name", "division_level", "province", "prefecture", "year", "report_key", "total")}  # fmt: skip
            made |= {"rate": rate, "value": row[rate], "is_peer": _is_peer(row, rate)}
            for place, by in (("province", ("province",)), ("nation", ())):
                of = [
                    r
                    for r in rows
                    if _is_peer(r, rate) and all(r[n] == row[n] for n in ("division_level", "year", *by))
                ]
                made |= {f"{place}_{name}": value for name, value in _spread(of, rate, part).items()}
            result.append(made)
    return pd.DataFrame(result, dtype=object)


def _is_peer(row: dict[str, Any], rate: str) -> bool:
    return row[rate] is not None and row["total"] >= FLOOR


def _spread(of: list[dict[str, Any]], rate: str, part: str) -> dict[str, Any]:
    values = [row[rate] for row in of]
    if not values:
        return {"peers": 0, **dict.fromkeys(("p10", "median", "p90", "mean", "weighted_mean"))}
    p10, median, p90 = (float(np.quantile(values, share)) for share in (0.1, 0.5, 0.9))
    weighted = sum(row[part] for row in of) / sum(row["total"] for row in of)
    return {
        "peers": len(of),
        "p10": p10,
        "median": median,
        "p90": p90,
        "mean": fmean(values),
        "weighted_mean": weighted,
    }


_ELSEWHERE = re.compile("分局$|税务|海关|气象|地震|调查队|邮政|烟草|海事|出入境")


def consolidated(star: Star) -> pd.DataFrame:
    places = pandas_quality.compared_on(star)
    parents = {d["division_key"]: d.get("parent_code") for d in star.rows["dim_division"]}
    organs = {}
    for organ in star.rows["dim_organ"]:
        if organ["division_key"] is not None and organ["level"] != "national" and not _ELSEWHERE.search(organ["name"]):
            organs[organ["organ_key"]] = (organ["kind"] == "government", places[organ["division_key"]]["division_key"])
    reports = records(report(star))
    cells: dict[int, list[dict[str, Any]]] = {}
    for cell in records(pandas_quality.cell(star)):
        cells.setdefault(cell["report_key"], []).append(cell)
    speaking = set() if (speakers := speaker(star)).empty else set(speakers.report_key)
    rows = []
    for whole in (r for r in reports if r["report_key"] in speaking and r["scope"] == "consolidated"):

        def is_part(government: bool, place: str | None, of: str = whole["division_key"]) -> bool:
            return _within(place, of, parents) and not (government and place == of)

        def answers(r: dict[str, Any]) -> bool:
            return r["organ_key"] in organs

        known = {r["organ_key"] for r in reports if answers(r) and is_part(*organs[r["organ_key"]])}
        there = {r["organ_key"] for r in reports if r["organ_key"] in known and r["year"] == whole["year"]}
        sums: dict[Any, list[float]] = {}
        for r in reports:
            own = r["scope"] == "own" and r["year"] == whole["year"] and answers(r)
            if not own or not is_part(r["organ_kind"] == "government", r["division_key"]):
                continue
            for c in cells.get(r["report_key"], []):
                counted = c["column_code"] not in ("items_prior_year", "items_change")
                counted = counted and (c["fact_table"] != "fact_disclosure" or c["unit"] is not None)
                if counted and c["value"] is not None and c["value"] > 0:
                    sums.setdefault((c["fact_table"], c["cell"], c["unit"]), []).append(c["value"])
        for c in cells.get(whole["report_key"], []):
            added = sums.get((c["fact_table"], c["cell"], c["unit"]))
            if added is not None:
                rows.append({
                    **{n: whole[n] for n in ("report_key", "organ_key", "organ", "division_key", "division", "full_name", "year")},
                    "fact_table": c["fact_table"], "cell": c["cell"], "unit": c["unit"], "consolidated": c["value"],
                    "parts_sum": sum(added), "parts_reported": len(added), "parts_known": len(known),
                    "parts_missing": len(known) - len(there),
                })  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def _within(place: str | None, ancestor: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    while place is not None and place != ancestor and place not in seen:
        seen.add(place)
        place = parents.get(place)
    return place == ancestor


def missing(star: Star) -> pd.DataFrame:
    names = (
        "organ_key",
        "organ",
        "organ_kind",
        "organ_level",
        "division_key",
        "division",
        "full_name",
        "province",
        "prefecture",
    )
    rows = [
        {"subject": "organ", **{n: o[n] for n in names}, "year": year}
        for o in records(coverage(star)) for year in o["years_missing"]
    ]  # fmt: skip
    reports = records(report(star))
    lake = [r["year"] for r in reports if r["year"] is not None]
    provinces = {r["province"] for r in reports if r["province"] is not None}
    places = pandas_quality.compared_on(star)
    governed = {
        places[o["division_key"]]["division_key"]
        for o in star.rows["dim_organ"] if o["kind"] == "government" and o["division_key"] is not None
    }  # fmt: skip
    spoken = {(r["division_key"], r["year"]) for r in records(district_year(star))}
    for d in star.rows["dim_division"]:
        placeholder = d["name"] in ("市辖区", "县") or d["name"].endswith("直辖县级行政区划")
        skipped = d["level"] == "township" or d["is_zone"] or placeholder or d["division_key"] in governed
        if skipped or d["current_key"] != d["division_key"] or d["province"] not in provinces or not lake:
            continue
        for year in range(min(lake), max(lake) + 1):
            lasted = (d.get("since") or 0) <= year and (d.get("until") is None or year < d["until"])
            if lasted and (d["division_key"], year) not in spoken:
                rows.append({
                    "subject": "division", "organ_key": None, "organ": None, "organ_kind": "government",
                    "organ_level": d["level"], "division_key": d["division_key"], "division": d["name"], "full_name": d["full_name"],
                    "province": d["province"], "prefecture": d.get("prefecture"), "year": year,
                })  # fmt: skip
    undated = {r["organ_key"] for r in reports if r["year"] is None and r["organ_key"] is not None}
    order = ["waits", "unreadable", "address gone", "not fetched"]
    years = {y["year"]: y for y in star.rows["dim_year"]}
    for row in rows:
        told = sorted(
            (order.index(a["known"]), a["url"], a)
            for a in star.rows["address"]
            if a["year"] == row["year"]
            and (a["organ_key"] == row["organ_key"] or (row["subject"] == "division" and a["division_key"] == row["division_key"]))
        )  # fmt: skip
        of_government = row["organ_kind"] == "government" and row["organ_level"] in ("province", "prefecture", "county")
        governments = row["year"] < 2019 or of_government
        days = years.get(row["year"], {})
        row["due"] = days.get("due_governments" if governments else "due_departments")
        found = told[0][2] if told else {}
        waits = row["organ_key"] in undated
        row["known"] = "waits" if waits else found.get("known", "never seen")
        row["reason"] = found.get("reason") or ("a report of it whose year is not known" if waits else None)
        row["url"] = found.get("url")
    return pd.DataFrame(rows, dtype=object)


def timeliness(star: Star) -> pd.DataFrame:
    stated = {r["report_key"]: r for r in star.rows["dim_report"]}
    names = ("report_key", "organ_key", "organ", "organ_kind", "organ_level", "division_key", "division", "full_name",
             "division_level", "province", "prefecture", "year", "scope", "published")  # fmt: skip
    rows = []
    for row in records(report(star)):
        if row["year"] is None:
            continue
        known = stated[row["report_key"]]
        source, due, day = known.get("published_from"), known.get("due"), row["published"]
        evidence = {"url": "address", "pdf": "file"}.get(source or "", "page" if day is not None else None)
        late = None if day is None or due is None else (day - due).days
        rows.append(
            {n: row[n] for n in names}
            | {"published_from": source, "date_evidence": evidence, "due": due, "due_basis": known.get("due_basis")}
            | {"days_late": late, "is_late": None if late is None else late > 0}
        )
    return pd.DataFrame(rows, dtype=object)


COMPUTED: Computed = {
    "v_territory_part": (territory_part, ["division_key", "year", "part_key"]),
    "v_territory_year": (territory_year, ["division_key", "year"]),
    "v_peers": (peers, ["division_key", "year", "rate"]),
    "v_consolidated": (consolidated, ["report_key", "cell", "unit"]),
    "v_missing": (missing, ["subject", "organ_key", "division_key", "year"]),
    "v_timeliness": (timeliness, ["report_key"]),
}
"""View → how Python computes it, and the columns that make a row one of its kind."""
