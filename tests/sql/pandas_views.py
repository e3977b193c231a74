"""Every view's figures once more, computed by pandas from the same frames: the views are compared with these."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pandas_quality
from star_by_hand import Star

from extract.forms.vocabulary import OUTCOME_CODES

GROUPS = ("denied", "unavailable", "not_processed")
IDENTITY = ["report_key", "organ_key", "organ", "organ_kind", "organ_level", "division_key", "division", "division_level",
            "province", "prefecture", "county", "year", "form", "scope", "quality", "published"]  # fmt: skip
SCOPE_ORDER = {"consolidated": 0, "own": 1, "unknown": 2}


def report(star: Star) -> pd.DataFrame:
    reports = star.frame("dim_report")
    reports = reports[reports.is_current]
    organs = (
        star.frame("dim_organ")
        .set_index("organ_key")
        .rename(columns={"name": "organ", "kind": "organ_kind", "level": "organ_level"})
    )
    divisions = (
        star.frame("dim_division")
        .set_index("division_key")
        .rename(columns={"name": "division", "level": "division_level"})
    )
    reports = reports.assign(division_key=reports.division_key.map(divisions.current_key))
    named = reports.join(organs[["organ", "organ_kind", "organ_level"]], on="organ_key")
    named = named.join(divisions[["division", "division_level", "province", "prefecture", "county"]], on="division_key")
    return named[IDENTITY].reset_index(drop=True)


def request_summary(star: Star) -> pd.DataFrame:
    facts = star.frame("fact_request")
    cells = facts.pivot(index=["report_key", "outcome_key"], columns="applicant_key", values="count")
    if "total" not in cells:
        cells["total"] = pd.array([pd.NA] * len(cells), dtype="Int64")
    stated = cells.pop("total").astype("Int64")
    rows = stated.fillna(cells.sum(axis=1, min_count=1).astype("Int64"))
    derived = (stated.isna() & rows.notna()).groupby("report_key").sum()
    by_report = rows.unstack("outcome_key").reindex(columns=list(OUTCOME_CODES)).astype("Int64")
    stated_by_report = stated.unstack("outcome_key").reindex(columns=list(OUTCOME_CODES)).notna()
    blank = facts["count"].isna().groupby(facts.report_key).sum()

    reports = report(star).set_index("report_key")
    figures = by_report.reindex(reports.index)
    was_stated = stated_by_report.reindex(reports.index, fill_value=False)
    leaves = [code for code in OUTCOME_CODES if code.startswith("other.")]
    result = reports.copy()
    for code in ("new", "carried_in", "granted", "partially_granted"):
        result[code] = figures[code]
    result["disclosed"] = _sum(figures[["granted", "partially_granted"]])
    for group in GROUPS:
        result[group] = _sum(figures[[code for code in OUTCOME_CODES if code.startswith(group + ".")]])
    result["not_held"] = figures["unavailable.not_held"]
    result["other"] = figures["other"].where(figures["other"].notna(), _sum(figures[leaves]))
    result["total"], result["carried_out"] = figures["total"], figures["carried_out"]
    for rate, part in (("disclosure_rate", "disclosed"), ("refusal_rate", "denied"), ("not_held_rate", "not_held")):
        result[rate] = _ratio(result[part], result.total)
    explained = result[["disclosed", *GROUPS, "other"]].sum(axis=1).astype("Int64")
    result["outcome_gap"] = result.total - explained
    always = [code for code in OUTCOME_CODES if not code.startswith("other")]
    result["complete"] = was_stated[always].all(axis=1) & (was_stated["other"] | was_stated[leaves].all(axis=1))
    result["derived_rows"] = derived.reindex(reports.index).fillna(0).astype(int)
    result["blank_cells"] = blank.reindex(reports.index).fillna(0).astype(int)
    return result.reset_index()


def _sum(frame: pd.DataFrame) -> pd.Series:
    return frame.sum(axis=1, min_count=1).astype("Int64")


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part.astype("Float64") / whole.where(whole != 0).astype("Float64")


def district_year(star: Star) -> pd.DataFrame:
    summary = request_summary(star)
    placed = summary[summary.division_key.notna()]
    chosen = []
    for _, of_division in placed.groupby("division_key"):
        speakers = of_division[of_division.organ_kind == "government"]
        if speakers.empty:
            level = of_division.organ_level == of_division.division_level
            zone = of_division.organ.map(lambda name: bool(re.search("(区|管委会|管理委员会)$", name)))
            speakers = of_division[(of_division.organ_kind == "other") & level & zone]
            if speakers.organ_key.nunique() > 1:
                continue
        for _, candidates in speakers[speakers.year.notna()].groupby("year"):
            best = min(records(candidates), key=_preference)
            chosen.append(best | {"reports_considered": len(candidates)})
    columns = [c for c in summary.columns if c not in ("organ_level", "published")]
    return pd.DataFrame(chosen, columns=[*columns, "reports_considered"])


def _preference(row: dict[str, Any]) -> tuple[Any, ...]:
    published = row["published"]
    return (
        SCOPE_ORDER[row["scope"]],
        row["organ_level"] != row["division_level"],
        pd.isna(row["total"]),
        0 if pd.isna(published) else -published.toordinal(),
        row["report_key"],
    )


def district_rank(star: Star) -> pd.DataFrame:
    counties = district_year(star)
    counties = counties[counties.division_level == "county"].reset_index(drop=True)
    result = counties[["division_key", "division", "province", "prefecture", "year", "report_key", "scope", "complete",
                       "new", "disclosure_rate", "refusal_rate"]].copy()  # fmt: skip
    for place, by in (("prefecture", ["province", "prefecture", "year"]), ("province", ["province", "year"])):
        groups = counties.groupby(by, dropna=False)
        result[f"divisions_in_{place}"] = groups["division_key"].transform("size")
        for figure in ("new", "disclosure_rate", "refusal_rate"):
            values = counties.assign(value=counties[figure].astype("Float64").astype(float))
            result[f"{figure}_rank_in_{place}"] = values.groupby(by, dropna=False)["value"].rank(
                method="min", ascending=False
            )
    return result


def year_over_year(star: Star) -> pd.DataFrame:
    summary = request_summary(star)
    summary = summary[summary.organ_key.notna() & summary.year.notna()]
    one = {}
    for (organ, year), group in summary.groupby(["organ_key", "year"]):
        one[organ, year] = min(records(group), key=lambda row: (*_preference(row)[:1], *_preference(row)[2:]))
    return pd.DataFrame([_beside(row, one.get((organ, year - 1))) for (organ, year), row in one.items()], dtype=object)


def _beside(row: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    names = ["report_key", "organ_key", "organ", "division_key", "division", "year", "scope"]
    result = {name: row[name] for name in names} | {"report_key_before": before and before["report_key"]}
    result["basis"] = "compared" if before else "no report"
    if before and {row["scope"], before["scope"]} == {"own", "consolidated"}:
        result["basis"], before = "scope differs", None
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
    cells = {(row.report_key, row.proceeding_key): row.count for row in facts.itertuples(index=False)}
    result = []
    for row in report(star).to_dict("records"):
        own = {code: count for (key, code), count in cells.items() if key == row["report_key"]}
        row |= {"derived_totals": 0, "totals_differ": 0, "blank_cells": sum(pd.isna(count) for count in own.values())}
        for channel in ("reconsideration", "litigation_direct", "litigation_after_reconsideration"):
            row |= _channel(channel, own, row)
        result.append(row)
    return pd.DataFrame(result, dtype=object)


def _channel(channel: str, own: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    upheld, corrected, other, pending, total = (
        None if pd.isna(own.get(f"{channel}.{name}")) else int(own[f"{channel}.{name}"])
        for name in ("upheld", "corrected", "other", "pending", "total")
    )
    results = [count for count in (upheld, corrected, other, pending) if count is not None]
    if total is None and results:
        total = sum(results)
        row["derived_totals"] += 1
    elif total is not None and len(results) == 4 and sum(results) != total:
        row["totals_differ"] += 1
    decided = None if total is None or pending is None else total - pending
    known = decided is not None and corrected is not None and decided > 0 and corrected <= decided
    values = {"upheld": upheld, "corrected": corrected, "other": other, "pending": pending, "total": total,
              "corrected_rate": corrected / decided if known else None}  # fmt: skip
    return {f"{channel}_{name}": value for name, value in values.items()}


def disclosure(star: Star) -> pd.DataFrame:
    measures = star.frame("dim_measure")[["measure_key", "row_code", "column_code", "name_zh", "name_en"]]
    facts = star.frame("fact_disclosure")[["report_key", "measure_key", "value", "unit"]]
    return report(star).merge(facts, on="report_key").merge(measures, on="measure_key", how="left")


def coverage(star: Star) -> pd.DataFrame:
    reports = report(star)
    reports = reports[reports.year.notna()]
    with_requests = set(star.frame("fact_request").report_key)
    places = star.frame("dim_division").set_index("division_key")
    result = []
    for organ in star.frame("dim_organ").to_dict("records"):
        own = reports[reports.organ_key == organ["organ_key"]]
        years = sorted({int(year) for year in own.year})
        place = {} if pd.isna(organ["division_key"]) else places.loc[organ["division_key"]].to_dict()
        result.append({
            "organ_key": organ["organ_key"], "organ": organ["name"], "organ_kind": organ["kind"],
            "organ_level": organ["level"], "division_key": organ["division_key"], "division": place.get("name"),
            "province": place.get("province"), "prefecture": place.get("prefecture"),
            "first_year": years[0] if years else None, "last_year": years[-1] if years else None,
            "number_of_years": len(years), "years_present": years,
            "years_missing": [y for y in range(years[0], years[-1]) if y not in years] if years else [],
            "years_with_requests": sorted({int(y) for y in own[own.report_key.isin(with_requests)].year}),
            "reports": len(own),
        })  # fmt: skip
    return pd.DataFrame(result, dtype=object)


def quality(star: Star) -> pd.DataFrame:
    reports = report(star).set_index("report_key")
    reports["at"] = [(_plain(year), _plain(form)) for year, form in zip(reports.year, reports.form, strict=True)]
    at = reports["at"].to_dict()
    counts: dict[tuple[Any, Any], dict[str, int]] = {}
    names = ["reports", "clean", "publisher_findings", "partial", "errors", "warnings", "infos", "not_applicable", "blank_cells",
             "documents_not_read", "unreadable", "not_a_report", "quarantined", "pending"]  # fmt: skip

    def add(place: tuple[Any, Any], *columns: str) -> None:
        row = counts.setdefault(place, dict.fromkeys(names, 0))
        for column in columns:
            row[column] += 1

    for place, stated in zip(reports["at"], reports.quality, strict=True):
        add(place, "reports", stated)
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
    return [{name: _plain(value) for name, value in row.items()} for row in frame.astype(object).to_dict("records")]


COMPUTED = {
    "v_report": (report, ["report_key"]),
    "v_request_summary": (request_summary, ["report_key"]),
    "v_district_year": (district_year, ["division_key", "year"]),
    "v_district_rank": (district_rank, ["division_key", "year"]),
    "v_year_over_year": (year_over_year, ["organ_key", "year"]),
    "v_proceeding_summary": (proceeding_summary, ["report_key"]),
    "v_disclosure": (disclosure, ["report_key", "measure_key"]),
    "v_coverage": (coverage, ["organ_key"]),
    "v_quality": (quality, ["year", "form"]),
    **pandas_quality.COMPUTED,
}
"""View → how pandas computes it, and the columns that make a row one of its kind."""
