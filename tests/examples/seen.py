"""What the program makes of an example, through its public doors, in the shape in which expectations are written.

What is empty (None, no row, no finding) is left out, so that an expectation says only what there is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from extract import Extraction, RawDocument, extract_document
from extract.as_json import to_contract
from extract.fetch.discover.families import FAMILIES
from extract.fetch.discover.links import discover
from extract.fetch.model import Page, Source
from tests.examples.example import Example
from tests.examples.kinds import ACROSS
from transform.build import build
from transform.lake import Lake
from transform.parts import write_part
from transform.register import Intake, take_in

LISTING = "https://www.yunlingxian.gov.cn/zwgk/zfxxgknb/index.html"
"""Where a listing is said to stand, if the example gives no address."""

_NOW = datetime(2025, 2, 1, 8, 30, tzinfo=UTC)
_SHOWN = 24  # characters of a section


def seen(example: Example, given: dict[str, Any], warehouse: Callable[[], Warehouse]) -> dict[str, Any]:
    """What comes of it. `given`: what the expectation gives with the document; `warehouse`: of all that are folders."""
    if example.kind in FAMILIES:
        return listing(example.path, given)
    if example.path.is_dir():
        return warehouse().says(example.path)
    return document(extracted(example.path, given))


def extracted(path: Path, given: dict[str, Any]) -> Extraction:
    """`given`: `url`, where the document was found; `seconds`, the processor time that it may use."""
    content = path.read_bytes()
    raw = RawDocument(path.name, hashlib.sha256(content).hexdigest(), content, given.get("url"))
    return extract_document(raw, given.get("seconds", 60.0))


def document(extraction: Extraction) -> dict[str, Any]:
    """What `ogi extract --json` prints, but for path and hash; of sections their beginning, findings by check, doubts without confidence."""
    contract = to_contract(extraction)
    for name in ("path", "sha256"):
        del contract[name]
    contract["sections"] = {number: _begun(text) for number, text in contract["sections"].items()}
    contract["findings"].sort(key=lambda finding: (finding["check"], finding["where"]))
    for doubt in contract["doubted"]:
        del doubt["confidence"]
    return _there(contract)


def _begun(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def listed(path: Path, given: dict[str, Any]) -> tuple[Page, Source]:
    """The page of a listing, and the source that it is looked at for."""
    url = given.get("url", LISTING)
    years = given.get("years")
    page = Page(url, path.read_bytes(), given.get("type", "text/html; charset=utf-8"))
    return page, Source("example", (url,), years=tuple(years) if years else None)


def listing(path: Path, given: dict[str, Any]) -> dict[str, Any]:
    """The reports, further pages and refusals of a listing. `given`: `url`, `type` (the header), `years` of the source."""
    found = discover(*listed(path, given))
    return _there(
        {
            "reports": [
                {"url": link.url, "text": link.text, "year": link.year, "organ": link.organ,
                 "published": link.published.isoformat() if link.published else None}
                for link in found.reports
            ],
            "pages": list(found.pages),
            "refused": [{"url": each.url, "reason": each.reason} for each in found.refused],
        }
    )  # fmt: skip


_REPORTS = """
    select organ.name as organ, report.year, report.version, report.is_current
    from dim_report as report left join dim_organ as organ using (organ_key)
    where report.sha256 in (select unnest(?)) order by all
"""
_FINDINGS = """
    select check_code, organ.name as organ, report.year, report.version, f."where", f.expected, f.found
    from fact_finding as f join dim_report as report using (report_key) left join dim_organ as organ using (organ_key)
    where report.sha256 in (select unnest(?)) and f.result = 'failed' and check_code in (select unnest(?)) order by all
"""


class Warehouse:
    """One warehouse of all examples that are folders: each has a county of its own, so that none speaks of another's."""

    def __init__(self, home: Path, folders: list[Path]) -> None:
        self.lake = Lake(home)
        found = [
            replace(extracted(path, {}), path=str(path.relative_to(folder.parents[1])))
            for folder in folders
            for path in sorted(folder.iterdir())
        ]
        with self.lake.lock():
            take_in(self.lake, [Intake(e.path, e.sha256, e.bytes or 0) for e in found], _NOW)
            write_part(self.lake, "example", found, _NOW)
            build(self.lake, "example")

    def says(self, folder: Path) -> dict[str, Any]:
        """The reports of one folder, and what the checks across reports say of them."""
        own = [hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()]
        with duckdb.connect(str(self.lake.database), read_only=True) as con:
            reports = con.execute(_REPORTS, [own]).fetchall()
            findings = con.execute(_FINDINGS, [own, sorted(ACROSS)]).fetchall()
        parts = ("check", "organ", "year", "version", "where", "expected", "found")
        return _there(
            {
                "reports": [dict(zip(("organ", "year", "version", "current"), row, strict=True)) for row in reports],
                "findings": [dict(zip(parts, row, strict=True)) for row in findings],
            }
        )


def _there(value: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in value.items() if each is not None and each != [] and each != {}}
