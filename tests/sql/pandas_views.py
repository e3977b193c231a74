"""Every view's figures once more, computed by pandas from the same frames: the views are compared with these."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from extract.forms.vocabulary import GROUPS as OUTCOME_GROUPS
from extract.forms.vocabulary import OUTCOME_CODES
from tests.sql import pandas_quality
from tests.sql.star_by_hand import Computed, Star
from transform.organ_types import ORGAN_TYPES

GROUPS = ("denied", "unavailable", "not_processed")
IDENTITY = ["report_key", "organ_key", "organ", "organ_kind", "organ_level", "division_key", "division", "full_name",
            "division_level", "province", "prefecture", "county", "year", "form", "scope", "quality", "published", "division_then",
            "territory", "is_zone", "organ_type", "organ_type_fit"]  # fmt: skip
ORGAN = ["organ_key", "organ", "canonical_name", "own_name", "organ_kind", "organ_level", "organ_type", "organ_type_en",
         "organ_type_fit", "division_key", "division", "full_name", "division_level", "province", "prefecture",
         "county"]  # fmt: skip
TYPES = pd.read_csv(ORGAN_TYPES, dtype=str).set_index("own_name").to_dict("index")
SCOPE_ORDER = {"consolidated": 0, "own": 1, "unknown": 2}


@lru_cache(maxsize=4)  # a star does not change once it is loaded
def report(star: Star) -> pd.DataFrame:
    reports = star.frame("dim_report")
    reports = reports[reports.is_current]
    organs = (
        star.frame("dim_organ")
        .set_index("organ_key")
        .rename(columns={"name": "organ", "kind": "organ_kind", "level": "organ_level"})
    )
    reports = reports.rename(columns={"division_key": "division_key_then"})
    reports = reports.merge(division(star).drop(columns=["until", "parent_code"]), on="division_key_then", how="left")
    named = reports.join(organs[["organ", "organ_kind", "organ_level"]], on="organ_key")
    types = organ(star).set_index("organ_key")[["organ_type", "organ_type_fit"]]
    named = named.join(types, on="organ_key")
    spans = [(t["part_key"], t["first_year"], t["last_year"]) for t in star.rows["dim_territory"]]

    def territory(row: Any) -> str | None:
        if pd.isna(row.division_key):
            return None
        if pd.notna(row.year) and any(k == row.division_key and a <= row.year <= b for k, a, b in spans):
            return "part"
        return "same" if row.division_key == row.division_key_then else "whole"

    named["territory"] = [territory(row) for row in named.itertuples()]
    return named[IDENTITY].reset_index(drop=True)


@lru_cache(maxsize=4)  # a star does not change once it is loaded
def division(star: Star) -> pd.DataFrame:
    """Every division beside the one that it is compared on."""
    then = star.frame("dim_division")
    now = then.rename(columns={"name": "division", "level": "division_level"}).drop(columns=["until", "current_key"])
    then = then.rename(
        columns={"division_key": "division_key_then", "name": "division_then", "current_key": "division_key"}
    )
    joined = then[["division_key_then", "division_then", "until", "division_key"]].merge(now, on="division_key")
    return joined[["division_key_then", "division_then", "until", "division_key", "division", "division_level", "parent_code",
                   "province", "prefecture", "county", "full_name", "is_zone"]]  # fmt: skip


@lru_cache(maxsize=4)  # a star does not change once it is loaded
def organ(star: Star) -> pd.DataFrame:
    places = {row["division_key_then"]: row for row in records(division(star))}
    full = {row["division_key"]: row["full_name"] for row in star.rows["dim_division"]}
    rows = []
    for one in star.rows["dim_organ"]:
        before, found, after = one["canonical_name"].partition(full.get(one["division_key"], "\0"))
        own = after if found and not before else None
        told = TYPES.get(own, {}) if one["kind"] == "department" else {}
        place = places.get(one["division_key"], {})
        rows.append({"organ_key": one["organ_key"], "organ": one["name"], "canonical_name": one["canonical_name"], "own_name": own,
                     "organ_kind": one["kind"], "organ_level": one["level"], "organ_type": told.get("organ_type"),
                     "organ_type_en": told.get("organ_type_en"), "organ_type_fit": told.get("fit")}
                    | {name: place.get(name) for name in ("division_key", "division", "full_name", "division_level", "province",
                                                          "prefecture", "county")})  # fmt: skip
    return pd.DataFrame(rows, columns=ORGAN, dtype=object)


@lru_cache(maxsize=4)  # a star does not change once it is loaded
def request_summary(star: Star) -> pd.DataFrame:
    tables: dict[int, dict[str, dict[str, Any]]] = {}
    for fact in star.rows["fact_request"]:
        tables.setdefault(fact["report_key"], {}).setdefault(fact["outcome_key"], {})[fact["applicant_key"]] = fact[
            "count"
        ]
    rows = [row | _summary(tables.get(row["report_key"])) for row in records(report(star))]
    return pd.DataFrame(rows, columns=[*IDENTITY, *_summary(None)], dtype=object)


class _Row:
    """One row of table 三: its figure, whether that is exact, stated, and contradicted by its own columns."""

    def __init__(self, cells: dict[str, Any] | None) -> None:
        self.cells = cells or {}
        known = [count for column, count in self.cells.items() if column != "total" and count is not None]
        added: int | None = sum(known) if known else None
        self.stated: int | None = self.cells.get("total")
        self.figure = added if self.stated is None else self.stated
        self.is_exact = self.stated is not None or len(known) == 6
        self.is_contradicted = (
            self.stated is not None
            and added is not None
            and (added > self.stated or (len(known) == 6 and added != self.stated))
        )


def _add(rows: list[_Row]) -> Any:
    known = [row.figure for row in rows if row.figure is not None]
    return sum(known) if known else None


def _summary(table: dict[str, dict[str, Any]] | None) -> dict[str, Any]:
    rows = {code: _Row((table or {}).get(code)) for code in OUTCOME_CODES}
    parts = {
        "granted": [rows["granted"]], "partially_granted": [rows["partially_granted"]],
        "disclosed": [rows["granted"], rows["partially_granted"]],
        **{group: [rows[code] for code in OUTCOME_CODES if code.startswith(f"{group}.")] for group in GROUPS},
        "not_held": [rows["unavailable.not_held"]],
    }  # fmt: skip
    leaves = [rows[code] for code in OUTCOME_CODES if code.startswith("other.")]
    parts["other"] = [rows["other"]] if rows["other"].figure is not None else leaves
    sums = {name: _add(of) for name, of in parts.items()}
    total = rows["total"]
    gap = None if total.figure is None else total.figure - sum(sums[n] or 0 for n in ("disclosed", *GROUPS, "other"))
    settled = total.is_exact and gap == 0
    exact = {name: settled or all(row.is_exact for row in of) for name, of in parts.items()}
    exact["other"] = settled or rows["other"].is_exact or all(leaf.is_exact for leaf in leaves)
    all_exact = all(exact[n] for n in ("disclosed", *GROUPS, "other"))
    opened = total.is_exact and gap is not None and (gap < 0 or (gap != 0 and all_exact))
    sound = total.is_exact and (total.figure or 0) > 0 and not opened and not total.is_contradicted
    result: dict[str, Any] = {}
    for name in ("new", "carried_in"):
        result[name] = rows[name].figure if rows[name].is_exact else None
    for name in (
        "granted",
        "partially_granted",
        "disclosed",
        "denied",
        "unavailable",
        "not_held",
        "not_processed",
        "other",
    ):
        result[name] = sums[name] if exact[name] else None
    for name in ("total", "carried_out"):
        result[name] = rows[name].figure if rows[name].is_exact else None
    result["new_at_least"] = rows["new"].figure
    for name in ("disclosed", "denied", "unavailable", "not_held", "not_processed", "other"):
        result[f"{name}_at_least"] = sums[name]
    result["total_at_least"] = total.figure
    wrong = {name: any(row.is_contradicted for row in parts[name]) for name in ("disclosed", "denied", "not_held")}
    for rate, part in (("disclosure_rate", "disclosed"), ("refusal_rate", "denied"), ("not_held_rate", "not_held")):
        stands = sound and exact[part] and not wrong[part] and sums[part] is not None
        result[rate] = sums[part] / total.figure if stands else None
    result["rates_withheld"] = (
        "no table" if table is None
        else "total unknown" if not total.is_exact
        else "no requests" if total.figure == 0 and not opened
        else "outcomes contradict total" if opened
        else "columns contradict total" if total.is_contradicted
        else "columns contradict a row" if any(wrong.values())
        else "blank cells" if not all(exact[n] for n in ("disclosed", "denied", "not_held"))
        else None
    )  # fmt: skip
    result["outcome_gap"] = gap if total.is_exact else None
    always = [row for code, row in rows.items() if not code.startswith("other")]
    others = rows["other"].stated is not None or all(leaf.stated is not None for leaf in leaves)
    result["complete"] = all(row.stated is not None for row in always) and others
    result["derived_rows"] = sum(row.stated is None and row.figure is not None for row in rows.values())
    result["blank_cells"] = sum(count is None for row in rows.values() for count in row.cells.values())
    return result


@lru_cache(maxsize=4)  # a star does not change once it is loaded
def speaker(star: Star) -> pd.DataFrame:
    """Governments' reports, and those of a division's one zone for the years without a government's."""
    placed = [row for row in records(report(star)) if row["division_key"] is not None]
    governed = {(row["division_key"], row["year"]) for row in placed if row["organ_kind"] == "government"}
    zones: dict[Any, set[Any]] = {}
    for row in placed:
        named = re.search("(区|管委会|管理委员会)$", row["organ"] or "")
        if row["organ_kind"] == "other" and row["organ_level"] == row["division_level"] and named:
            zones.setdefault(row["division_key"], set()).add(row["organ_key"])
    chosen = []
    for row in placed:
        at = row["division_key"], row["year"]
        is_zone = zones.get(row["division_key"]) == {row["organ_key"]} and at not in governed
        if row["year"] is not None and (row["organ_kind"] == "government" or is_zone):
            chosen.append({name: row[name] for name in ("report_key", "division_key", "year", "scope", "organ_kind")})
    return pd.DataFrame(chosen, dtype=object)


@lru_cache(maxsize=4)  # a star does not change once it is loaded
def district_year(star: Star) -> pd.DataFrame:
    speaking = set() if (speakers := speaker(star)).empty else set(speakers.report_key)
    candidates: dict[Any, list[dict[str, Any]]] = {}
    for row in records(request_summary(star)):
        if row["report_key"] in speaking:
            candidates.setdefault((row["division_key"], row["year"]), []).append(row)
    chosen = [min(of, key=_preference) | {"reports_considered": len(of)} for of in candidates.values()]
    columns = [
        c for c in (*IDENTITY, *_summary(None)) if c not in ("organ_level", "published", "organ_type", "organ_type_fit")
    ]
    return pd.DataFrame(chosen, columns=[*columns, "reports_considered"], dtype=object)


def _preference(row: dict[str, Any]) -> tuple[Any, ...]:
    published = row["published"]
    return (
        SCOPE_ORDER[row["scope"]],
        row["organ_level"] != row["division_level"],
        pd.isna(row["total"]),
        0 if pd.isna(published) else -published.toordinal(),
        row["report_key"],
    )


FLOOR = 30


def district_rank(star: Star) -> pd.DataFrame:
    rows = [r for r in records(district_year(star)) if r["division_level"] in ("county", "prefecture")]
    names = ["division_key", "division", "full_name", "division_level", "is_zone", "province", "prefecture", "year", "division_then",
             "territory", "report_key", "scope", "complete", "new", "total", "rates_withheld", "disclosure_rate",
             "refusal_rate"]  # fmt: skip
    result = []
    for row in rows:
        made = {name: row[name] for name in names}
        for place, by in (("prefecture", ("province", "prefecture")), ("province", ("province",)), ("nation", ())):
            peers: list[dict[str, Any]] | None = [
                r for r in rows if all(r[n] == row[n] for n in ("division_level", "year", *by))
            ]
            if place == "prefecture" and row["division_level"] != "county":
                peers = None
            made[f"divisions_in_{place}"] = None if peers is None else len(peers)
            made[f"new_counted_in_{place}"] = _count_of(peers, _ranked_new)
            made[f"new_rank_in_{place}"] = _rank(row, peers, _ranked_new)
            made[f"rated_in_{place}"] = _count_of(peers, _rated("refusal_rate"))
            for rate in ("disclosure", "refusal"):
                made[f"{rate}_rank_in_{place}"] = _rank(row, peers, _rated(f"{rate}_rate"))
        result.append(made)
    return pd.DataFrame(result, dtype=object)


def _ranked_new(row: dict[str, Any]) -> Any:
    return row["new"] if row["new"] is not None and row["new"] >= FLOOR else None


def _rated(rate: str) -> Any:
    def value(row: dict[str, Any]) -> Any:
        both = row["disclosure_rate"] is not None and row["refusal_rate"] is not None
        return row[rate] if both and row["total"] >= FLOOR else None

    return value


def _count_of(peers: list[dict[str, Any]] | None, value: Any) -> int | None:
    return None if peers is None else sum(value(peer) is not None for peer in peers)


def _rank(row: dict[str, Any], peers: list[dict[str, Any]] | None, value: Any) -> int | None:
    own = value(row)
    if own is None or peers is None:
        return None
    return 1 + sum(1 for theirs in map(value, peers) if theirs is not None and theirs > own)


def year_over_year(star: Star) -> pd.DataFrame:
    summary = {row["report_key"]: row for row in records(request_summary(star))}
    pairs = {row["report_key"]: row for row in records(pandas_quality.year_before(star))}
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in summary.values():
        if row["organ_key"] is not None and row["year"] is not None:
            groups.setdefault((row["organ_key"], row["year"]), []).append(row)

    def liking(row: dict[str, Any]) -> tuple[Any, ...]:
        comparable = pairs.get(row["report_key"], {}).get("comparable", False)
        preference = _preference(row)
        return (not comparable, preference[0], *preference[2:])

    result = []
    for group in groups.values():
        row = min(group, key=liking)
        pair = pairs.get(row["report_key"])
        result.append(_beside(row, pair, summary.get(pair["report_key_before"]) if pair else None))
    return pd.DataFrame(result, dtype=object)


def _beside(row: dict[str, Any], pair: dict[str, Any] | None, before: dict[str, Any] | None) -> dict[str, Any]:
    names = [
        "report_key",
        "organ_key",
        "organ",
        "division_key",
        "division",
        "full_name",
        "division_then",
        "territory",
        "year",
        "scope",
    ]
    result = {name: row[name] for name in names} | {"report_key_before": pair and pair["report_key_before"]}
    result["basis"] = pair["basis"] if pair else "no report"
    if result["basis"] != "compared":
        before = None
    before = before or dict.fromkeys(row)
    for figure in ("new", "total", "disclosed", "denied", "disclosure_rate", "refusal_rate", "not_held_rate"):
        change = None if row[figure] is None or before[figure] is None else row[figure] - before[figure]
        result |= {figure: row[figure], f"{figure}_before": before[figure], f"{figure}_change": change}
        if not figure.endswith("rate"):
            unknown = change is None or before[figure] == 0
            result[f"{figure}_change_rate"] = None if unknown else change / before[figure]
    carried = row["carried_in"], before["carried_out"]
    result |= {"carried_in": carried[0], "carried_out_before": carried[1]}
    return result | {"carry_over_holds": None if None in carried else carried[0] == carried[1]}


def proceeding_summary(star: Star) -> pd.DataFrame:
    facts = star.frame("fact_proceeding")
    cells = {(fact["report_key"], fact["proceeding_key"]): fact["count"] for fact in records(facts)}
    result = []
    for row in records(report(star)):
        own = {code: count for (key, code), count in cells.items() if key == row["report_key"]}
        row |= {
            "derived_totals": 0,
            "totals_differ": 0,
            "rates_withheld": None,
            "blank_cells": sum(pd.isna(count) for count in own.values()),
        }
        for channel in ("litigation_after_reconsideration", "litigation_direct", "reconsideration"):
            row |= _channel(channel, own, row)
        result.append(row)
    return pd.DataFrame(result, dtype=object)


def _channel(channel: str, own: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    upheld, corrected, other, pending, stated = (
        None if pd.isna(own.get(f"{channel}.{name}")) else int(own[f"{channel}.{name}"])
        for name in ("upheld", "corrected", "other", "pending", "total")
    )
    name = "litigation_after" if channel == "litigation_after_reconsideration" else channel
    results = [count for count in (upheld, corrected, other, pending) if count is not None]
    total, at_least, contradicted = stated, stated, False
    if stated is None and results:
        at_least = sum(results)
        total = at_least if len(results) == 4 else None
        row["derived_totals"] += total is not None
    elif stated is not None and results:
        contradicted = sum(results) > stated or (len(results) == 4 and sum(results) != stated)
    if contradicted:
        row["totals_differ"] += 1
        row["rates_withheld"] = "; ".join(filter(None, [row["rates_withheld"], f"{name}: results contradict total"]))
    rate = None
    if not contradicted and total is not None and pending is not None and corrected is not None and total > pending:
        rate = corrected / (total - pending)
    values = {"upheld": upheld, "corrected": corrected, "other": other, "pending": pending, "total": total,
              "total_at_least": at_least, "corrected_rate": rate}  # fmt: skip
    return {f"{name}_{what}": value for what, value in values.items()}


def disclosure(star: Star) -> pd.DataFrame:
    measures = star.frame("dim_measure")[["measure_key", "row_code", "column_code", "name_zh", "name_en"]]
    facts = star.frame("fact_disclosure")[["report_key", "measure_key", "value", "unit"]]
    return report(star).merge(facts, on="report_key").merge(measures, on="measure_key", how="left")


def request_cell(star: Star) -> pd.DataFrame:
    reports = {row["report_key"]: row for row in records(report(star))}
    outcomes = {row["outcome_key"]: row for row in star.rows["dim_outcome"]}
    applicants = {row["applicant_key"]: row for row in star.rows["dim_applicant"]}
    rows = []
    for fact in star.rows["fact_request"]:
        if fact["report_key"] not in reports:
            continue
        outcome, applicant = outcomes[fact["outcome_key"]], applicants[fact["applicant_key"]]
        zh, en = OUTCOME_GROUPS.get(outcome["group_code"], (None, None))
        rows.append({
            **reports[fact["report_key"]], "outcome_key": fact["outcome_key"], "outcome_zh": outcome["name_zh"],
            "outcome_en": outcome["name_en"], "group_code": outcome["group_code"], "group_zh": zh, "group_en": en,
            "is_outcome": outcome["is_leaf"], "is_balance": outcome["is_balance"],
            "applicant_key": fact["applicant_key"], "applicant_zh": applicant["name_zh"],
            "applicant_en": applicant["name_en"], "is_total": applicant["is_total"], "count": fact["count"],
        })  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def coverage(star: Star) -> pd.DataFrame:
    reports = report(star)
    reports = reports[reports.year.notna()]
    with_requests = set(star.frame("fact_request").report_key)
    places = {row["division_key_then"]: row for row in records(division(star))}
    lake = [int(year) for year in reports.year]
    result = []
    for organ in star.frame("dim_organ").to_dict("records"):
        own = reports[reports.organ_key == organ["organ_key"]]
        years = sorted({int(year) for year in own.year})
        place = places.get(organ["division_key"], {})
        ended = place.get("until") if place.get("division_key") == organ["division_key"] else None
        end = min(max(lake, default=0) + 1, ended or 9999)
        expected = range(years[0] if years else min(lake), end) if lake else []
        result.append({
            "organ_key": organ["organ_key"], "organ": organ["name"], "organ_kind": organ["kind"],
            "organ_level": organ["level"], "division_key": place.get("division_key"), "division": place.get("division"),
            "full_name": place.get("full_name"), "province": place.get("province"), "prefecture": place.get("prefecture"),
            "first_year": years[0] if years else None, "last_year": years[-1] if years else None,
            "number_of_years": len(years), "years_present": years,
            "years_missing": [y for y in expected if y not in years],
            "years_with_requests": sorted({int(y) for y in own[own.report_key.isin(with_requests)].year}),
            "reports": len(own),
        })  # fmt: skip
    return pd.DataFrame(result, dtype=object)


def quality(star: Star) -> pd.DataFrame:
    reports = report(star).set_index("report_key")
    reports["at"] = [(_plain(year), _plain(form)) for year, form in zip(reports.year, reports.form, strict=True)]
    at = reports["at"].to_dict()
    counts: dict[tuple[Any, Any], dict[str, int]] = {}
    names = ["reports", "clean", "undecided", "publisher_findings", "partial", "errors", "warnings", "infos", "not_applicable", "blank_cells",
             "documents_not_read", "unreadable", "not_a_report", "quarantined", "pending"]  # fmt: skip

    def add(place: tuple[Any, Any], *columns: str) -> None:
        row = counts.setdefault(place, dict.fromkeys(names, 0))
        for column in columns:
            row[column] += 1

    open_sums = pandas_quality.undecided(star)
    for key, place, stated in zip(reports.index, reports["at"], reports.quality, strict=True):
        add(place, "reports", "undecided" if stated == "clean" and key in open_sums else stated)
    for finding in star.frame("fact_finding").itertuples():
        if finding.report_key in at:
            add(at[finding.report_key], f"{finding.severity}s" if finding.result == "failed" else "not_applicable")
    for table, value in (("fact_request", "count"), ("fact_disclosure", "value"), ("fact_proceeding", "count")):
        facts = star.frame(table)
        for key in facts.report_key[facts[value].isna()]:
            if key in at:
                add(at[key], "blank_cells")
    for status in star.frame("document").status:
        if status != "ok":
            add((None, None), "documents_not_read", status)
    return pd.DataFrame([{"year": year, "form": form} | row for (year, form), row in counts.items()], dtype=object)


def _plain(value: Any) -> Any:
    if isinstance(value, list | np.ndarray):
        return [_plain(part) for part in value]
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain Python values, every kind of missing value as None."""
    rows = frame.astype(object).to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


COMPUTED: Computed = {
    "v_division": (division, ["division_key_then"]),
    "v_report": (report, ["report_key"]),
    "v_speaker": (speaker, ["report_key"]),
    "v_request_summary": (request_summary, ["report_key"]),
    "v_district_year": (district_year, ["division_key", "year"]),
    "v_district_rank": (district_rank, ["division_key", "year"]),
    "v_year_over_year": (year_over_year, ["organ_key", "year"]),
    "v_proceeding_summary": (proceeding_summary, ["report_key"]),
    "v_disclosure": (disclosure, ["report_key", "measure_key"]),
    "v_request_cell": (request_cell, ["report_key", "outcome_key", "applicant_key"]),
    "v_coverage": (coverage, ["organ_key"]),
    "v_quality": (quality, ["year", "form"]),
    **pandas_quality.COMPUTED,
}
