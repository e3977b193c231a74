"""Star and database of everything that the lake holds: the last step of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extract.shipped import looked_for
from transform.lake import Lake
from transform.load import load
from transform.star import build_star


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What the warehouse holds after a build. `documents`: files by status."""

    reports: int
    cells: int
    findings: int
    documents: dict[str, int]
    rebuilt: bool
    loaded: bool
    build_id: str


def build(lake: Lake, extractor_version: str, corrections: Path | None = None) -> BuildSummary:
    """Bring star and database up to the lake's parts; what is up to date is left alone.

    `corrections`: their folder, where it is another than they are looked for by themselves (`extract.shipped.looked_for`).
    The caller holds the lake's lock. A run killed between the two is completed by the next: each knows its build.
    """
    manifest, rebuilt = build_star(lake, extractor_version, corrections or looked_for("corrections"))
    loaded = load(lake, manifest)
    rows = manifest["rows"]
    return BuildSummary(
        reports=rows["dim_report"],
        cells=rows["cell_source"],
        findings=rows["fact_finding"],
        documents=manifest["documents"],
        rebuilt=rebuilt,
        loaded=loaded,
        build_id=manifest["build_id"],
    )
