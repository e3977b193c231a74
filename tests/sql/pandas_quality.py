"""What pandas computes for the views on cells, editions, findings and quality."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.sql.star_by_hand import Computed, Star

TABLES = (("fact_request", "requests"), ("fact_disclosure", "disclosure"), ("fact_proceeding", "proceedings"))


def cell(star: Star) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for fact, table in TABLES:
        for f in star.rows[fact]:
            code = f.get("measure_key") or f.get("proceeding_key") or f"{f['outcome_key']}.{f['applicant_key']}"
            row, column = code.rsplit(".", 1)
            value = f["value"] if table == "disclosure" else f["count"]
            rows.append({
                "report_key": f["report_key"], "fact_table": fact, "row_code": row, "column_code": column,
                "cell": f"{table}.{code}", "value": None if value is None else float(value), "unit": f.get("unit"),
            })  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def compared_on(star: Star) -> dict[str | None, dict[str, Any]]:
    """Division → the row of the one that its reports are compared under."""
    rows = {d["division_key"]: d for d in star.rows["dim_division"]}
    return {key: rows[row["current_key"]] for key, row in rows.items()}


def undecided(star: Star) -> set[int]:
    """Reports of which a missing cell left a sum open."""
    return {
        f["report_key"]
        for f in star.rows["fact_finding"]
        if f["result"] == "not_applicable" and f["check_code"].startswith(("requests.", "proceedings."))
    }


def year_before(star: Star) -> pd.DataFrame:
    current = [r for r in star.rows["dim_report"] if r["is_current"] and r["organ_key"] is not None and r["year"]]
    lines = {o["organ_key"]: o["current_key"] for o in star.rows["dim_organ"]}
    places = compared_on(star)
    broken = {(t["division_key"], t["break_year"]) for t in star.rows["dim_territory"]}
    rows = []
    for this in current:
        line = lines[this["organ_key"]]
        others = [r for r in current if lines[r["organ_key"]] == line and r["year"] == this["year"] - 1]
        if not others:
            continue

        def liking(r: dict[str, Any], scope: str = this["scope"]) -> tuple[Any, ...]:
            published = r["published"]
            day = -published.toordinal() if published else 0
            return (r["scope"] != scope, "unknown" not in (scope, r["scope"]), published is None, day, r["report_key"])

        best = min(others, key=liking)
        place = places.get(this["division_key"], {}).get("division_key")
        same_scope = this["scope"] == best["scope"] or "unknown" in (this["scope"], best["scope"])
        basis = "compared" if same_scope else "scope differs"
        basis = "territory differs" if (place, this["year"]) in broken else basis
        rows.append({
            "report_key": this["report_key"], "organ_key": this["organ_key"], "year": this["year"],
            "report_key_before": best["report_key"], "basis": basis, "comparable": basis == "compared",
        })  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def editions(star: Star) -> pd.DataFrame:
    reports = {r["report_key"]: r for r in star.rows["dim_report"]}
    organs = {o["organ_key"]: o["name"] for o in star.rows["dim_organ"]}
    places = compared_on(star)
    cells: dict[int, dict[str, Any]] = {}
    for c in cell(star).to_dict("records"):
        cells.setdefault(c["report_key"], {})[c["cell"]] = c
    rows = []
    for key, later in reports.items():
        before = reports.get(later.get("previous_report_key"))
        if before is None:
            continue
        was, now = cells.get(before["report_key"], {}), cells.get(key, {})
        for name in was.keys() | now.keys():
            a, b = was.get(name), now.get(name)
            old, new = (a or {}).get("value"), (b or {}).get("value")
            units = (a or {}).get("unit"), (b or {}).get("unit")
            if a and b and old == new and units[0] == units[1]:
                continue
            known = (
                "added"
                if not a
                else "removed"
                if not b
                else "filled"
                if old is None
                else "blanked"
                if new is None
                else "changed"
            )
            rows.append({
                "organ_key": later["organ_key"], "organ": organs.get(later["organ_key"]),
                "division_key": places.get(later["division_key"], {}).get("division_key"),
                "division": places.get(later["division_key"], {}).get("name"),
                "full_name": places.get(later["division_key"], {}).get("full_name"), "year": later["year"], "scope": later["scope"],
                "report_key_before": before["report_key"], "report_key": key, "version_before": before["version"],
                "version": later["version"], "published_before": before["published"], "published": later["published"],
                "correction": later.get("correction"), "is_current": later["is_current"],
                "fact_table": (a or b or {})["fact_table"], "cell": name, "change": known, "value_before": old,
                "value_after": new, "difference": None if old is None or new is None else new - old,
                "unit_before": units[0], "unit_after": units[1],
            })  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def findings(star: Star) -> pd.DataFrame:
    reports = {r["report_key"]: r for r in star.rows["dim_report"]}
    organs = {o["organ_key"]: o for o in star.rows["dim_organ"]}
    places = compared_on(star)
    then = {d["division_key"]: d["name"] for d in star.rows["dim_division"]}
    own = ("check_code", "severity", "origin", "result", "expected", "found", "message", "evidence", "since",
           "report_key", "other_report_key")  # fmt: skip
    rows = []
    for f in star.rows["fact_finding"]:
        report = reports[f["report_key"]]
        organ, place = organs.get(report["organ_key"], {}), places.get(report["division_key"], {})
        rows.append(
            {name: f.get(name) for name in own}
            | {"cell": f.get("where"), "division_then": then.get(report["division_key"])}
            | {"organ": organ.get("name"), "organ_kind": organ.get("kind"), "division_key": place.get("division_key")}
            | {"division": place.get("name"), "full_name": place.get("full_name"), "province": place.get("province"), "prefecture": place.get("prefecture")}
            | {n: report.get(n) for n in ("year", "form", "scope", "format", "version", "is_current", "title", "source_url", "sha256")}
        )  # fmt: skip
    return pd.DataFrame(rows, dtype=object)


def quality_by(star: Star) -> pd.DataFrame:
    places = compared_on(star)
    open_sums = undecided(star)
    waiting: dict[int, set[Any]] = {}
    for d in star.rows["doubted_cell"]:
        waiting.setdefault(d["report_key"], set()).add((d["fact_table"], d["row_code"], d["column_code"]))
    found: dict[int, list[Any]] = {}
    for f in star.rows["fact_finding"]:
        found.setdefault(f["report_key"], []).append(f)
    counts: dict[tuple[str, Any], dict[str, Any]] = {}
    for report in star.rows["dim_report"]:
        if not report["is_current"]:
            continue
        key, place = report["report_key"], places.get(report["division_key"], {})
        year = None if report["year"] is None else str(report["year"])
        at = {"all": "all", "year": year, "form": report["form"], "format": report["format"],
              "province": place.get("province"), "division": place.get("full_name")}  # fmt: skip
        sets = [(dimension, value, found.get(key, [])) for dimension, value in at.items()]
        sets += [
            ("check", code, [f for f in found[key] if f["check_code"] == code])
            for code in {f["check_code"] for f in found.get(key, [])}
        ]
        for dimension, value, own in sets:
            _count(
                counts.setdefault((dimension, value), dict.fromkeys(NAMES, 0)),
                "undecided" if report["quality"] == "clean" and key in open_sums else report["quality"],
                own,
                len(waiting.get(key, ())),
            )
    for row in counts.values():
        row["share_clean"] = row["clean"] / row["reports"]
        row["share_undecided"] = row["undecided"] / row["reports"]
    return pd.DataFrame([{"dimension": d, "value": v} | row for (d, v), row in counts.items()], dtype=object)


NAMES = ("reports", "clean", "undecided", "publisher_findings", "partial", "share_clean", "share_undecided", "with_errors", "with_warnings", "failed", "errors",
         "warnings", "infos", "not_applicable", "waiting_cells")  # fmt: skip


def _count(row: dict[str, Any], quality: str, own: list[dict[str, Any]], waiting: int) -> None:
    by = {s: sum(f["result"] == "failed" and f["severity"] == s for f in own) for s in ("error", "warning", "info")}
    row["reports"] += 1
    row[quality] += 1
    row["with_errors"] += by["error"] > 0
    row["with_warnings"] += by["warning"] > 0
    row["failed"] += sum(by.values())
    row["errors"] += by["error"]
    row["warnings"] += by["warning"]
    row["infos"] += by["info"]
    row["not_applicable"] += sum(f["result"] == "not_applicable" for f in own)
    row["waiting_cells"] += waiting


COMPUTED: Computed = {
    "v_cell": (cell, ["report_key", "cell"]),
    "v_year_before": (year_before, ["report_key"]),
    "v_editions": (editions, ["report_key", "cell"]),
    "v_findings": (findings, ["report_key", "check_code", "severity", "result"]),
    "v_quality_by": (quality_by, ["dimension", "value"]),
}
"""View → how pandas computes it, and the columns that make a row one of its kind."""
