"""Random histories of a lake: what comes, is corrected, changes and leaves, a build after each step."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from extract.model import Extraction
from tests.transform.given_reports import NOW, VERSION, cell, full_report, report, requests, sha
from transform import corrections, summaries
from transform.build import build
from transform.lake import Lake, folders
from transform.parts import write_part
from transform.register import Intake, take_in
from transform.schema import TABLES

# identity, kind, level, division, scope: governments and their parts in three provinces, two zones, one organ of no division, one under
# an organ that is no government and may come later
ORGANS = (
    *(("320500|", "government", "prefecture", "320500", "consolidated"), ("320506|", "government", "county", "320506", "own")),
    *(("320506|教育局", "department", "county", "320506", "own"), ("320506|公安局", "department", "county", "320506", "own")),
    *(("320506-某经济开发区|", "other", "county", "320506-某经济开发区", "consolidated"), ("320506|某管委会", "other", "county", "320506", "consolidated")),
    *(("110105|", "government", "county", "110105", "consolidated"), ("110105|教育局", "department", "county", "110105", "own")),
    *(("330103|", "government", "county", "330103", "own"), ("330105|", "government", "county", "330105", "unknown")),
    ("320506|某中心", "other", "county", "320506", "own"),
    *((None, None, None, None, "unknown"), ("|某部", "department", "national", None, "own")),
)  # fmt: skip
YEARS = (None, 2013, 2021, 2022, 2023, 2024)


class History:
    """A lake, what was taken into it, and the chance by which it goes on. Its lock is held by the caller."""

    def __init__(self, home: Path, seed: int) -> None:
        self.lake, self.random, self.step = Lake(home / "lake"), random.Random(seed), 0
        self.folder = home / "corrections"
        self.folder.mkdir(parents=True)
        self.taken: list[Extraction] = []
        self.version = VERSION

    def go_on(self) -> str:
        """One step and a build; gives the step's name."""
        steps: list[Callable[[], Any]] = [self.comes, self.comes, self.comes]
        if self.taken:
            steps += [self.is_edited, self.is_fetched_again, self.is_corrected, self.is_moved, self.leaves]
        if self.step > 3:
            steps += [self.is_withdrawn, self.is_read_by_another]
        chosen = self.random.choice(steps)
        self.step += 1
        chosen()
        self.build()
        return chosen.__name__

    def build(self) -> None:
        build(self.lake, self.version, self.folder)

    # -- what can happen ------------------------------------------------------------------------------------------

    def comes(self) -> None:
        self._take([self._report() for _ in range(self.random.randint(1, 4))])

    def is_edited(self) -> None:
        old = self.random.choice(self.taken)
        new = replace(
            self._report(), **{name: getattr(old, name) for name in _WHO}, published=date(2025, 3, self.step % 28 + 1)
        )
        self._take([replace(new, correction=self.random.choice([None, "更正"]))])

    def is_fetched_again(self) -> None:
        old = self.random.choice(self.taken)
        again = replace(old, sha256=sha(f"again {self.step} {self.random.random()}"))
        self._take([again if self.random.random() < 0.7 else replace(again, title="其他标题")])

    def is_corrected(self) -> None:
        chosen = self.random.choice([e for e in self.taken if e.cells] or self.taken)
        assert chosen.sha256 is not None
        changed = {
            "sha256": chosen.sha256,
            "decision": "value",
            "unit": "",
            "who": "A. Reader",
            "when": "2026-01-02",
            "why": "seen",
        }
        if self.random.random() < 0.3:
            changed |= {"table": "report", "row": "year", "column": "", "value": "2022", "was": chosen.title or ""}
        else:
            one = self.random.choice([c for c in chosen.cells if c.table == "requests"])
            changed |= {
                "table": "requests",
                "row": one.row,
                "column": one.column,
                "value": "77",
                "was": self.random.choice([one.raw, "99"]),
            }
        line = ",".join(changed[name] for name in corrections.COLUMNS)
        text = ",".join(corrections.COLUMNS) + "\n" + line + "\n"
        (self.folder / f"{chosen.sha256[:12]}.csv").write_text(text, encoding="utf-8")

    def is_withdrawn(self) -> None:
        for file in sorted(self.folder.glob("*.csv"))[:1]:
            file.unlink()

    def is_moved(self) -> None:
        old = self.random.choice(self.taken)
        self._enter([Intake(old.path, old.sha256, 1000, f"https://other.example.invalid/{self.step}")])

    def leaves(self) -> None:
        parts = folders(self.lake.parts_of(self.version))
        if len(parts) > 1:
            shutil.rmtree(self.random.choice(parts))

    def is_read_by_another(self) -> None:
        self.version = f"test-{self.step}"
        write_part(self.lake, self.version, self.taken, NOW)

    # -----------------------------------------------------------------------------------------------------------

    def _report(self) -> Extraction:
        identity, kind, level, division, scope = self.random.choice(ORGANS)
        year, n = self.random.choice(YEARS), self.random.randrange(1000)
        name = f"{self.step} {n} {self.random.random()}"
        cells = [c._replace(value=c.value and c.value * (n % 3)) for c in full_report(n).cells]
        made = report(
            name,
            requests({"new": [n % 7] * 7, "carried_in": [n % 2] * 7, "carried_out": [n % 3] * 7}) if n % 2 else cells,
            full_report(n).findings,
            organ=identity,
            organ_identity=identity,
            organ_kind=kind,
            organ_level=level,
            organ_parent=self._parent(identity),
            division_code=division,
            year=year,
            scope=scope,
            published=date(2025, 1, n % 28 + 1) if n % 3 else None,
            sections={"1": f"第{n}份。"},
        )
        if n % 5 == 0:
            made = replace(
                made,
                doubted=tuple(
                    cell("proceedings", "reconsideration", "total", v)._replace(reading=r)
                    for v, r in ((1, "pdf"), (3, "lines"))
                ),
            )
        return made

    def _parent(self, identity: str | None) -> str | None:
        if identity == "320506|某中心":
            return self.random.choice(["320506|某管委会", "320506|"])
        code, _, own = (identity or "").partition("|")
        return f"{code}|" if own and code else None

    def _take(self, found: list[Extraction]) -> None:
        self._enter([Intake(e.path, e.sha256, 1000) for e in found])
        write_part(self.lake, self.version, found, NOW + timedelta(days=self.step))
        self.taken += found

    def _enter(self, files: list[Intake]) -> None:
        take_in(self.lake, files, NOW + timedelta(days=self.step))


_WHO = (
    "path",
    "organ",
    "organ_identity",
    "organ_kind",
    "organ_level",
    "organ_parent",
    "division_code",
    "year",
    "scope",
)


def star_files(lake: Lake) -> dict[str, bytes]:
    """All files of the star, what it knows of its parts among them; without the moments of its manifest."""
    star = lake.star.resolve()
    return {str(file.relative_to(star)): file.read_bytes() for file in sorted(star.rglob("*.parquet"))}


def tables_differ(one: Lake, other: Lake) -> list[str]:
    """The tables of two databases that hold other rows."""
    with duckdb.connect() as con:
        for name, lake in (("one", one), ("other", other)):
            con.execute(f"attach '{lake.database}' as {name} (read_only)")
        return [
            name
            for name in (*(table.name for table in TABLES), *summaries.FACTS)
            if con.execute(
                f"select count(*) from ((from one.{name} except all from other.{name})"
                f" union all (from other.{name} except all from one.{name}))"
            ).fetchall()
            != [(0,)]
        ]


def anew(lake: Lake, version: str, folder: Path, home: Path) -> Lake:
    """Star and database of the same parts from nothing, in a lake of its own."""
    for name in ("intake", "extracted", "raw", "fetch"):
        if (lake.home / name).exists():
            shutil.copytree(lake.home / name, home / name)
    fresh = Lake(home)
    with fresh.lock():
        build(fresh, version, folder)
    return fresh
