"""Extractions written by hand: small reports in the shape that real ones have, with figures of our own."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from extract.forms.vocabulary import APPLICANT_CODES, MEASURES, OUTCOMES, RESULT_CODES
from extract.model import Cell, Extraction, Finding
from transform.build import BuildSummary, build
from transform.lake import Lake
from transform.partitions import files
from transform.parts import write_part
from transform.register import Intake, take_in
from transform.schema import TABLES

NOW = datetime(2025, 2, 1, 8, 30, tzinfo=UTC)
VERSION = "test-1"


def sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def cell(table: str, row: str, column: str, value: Any, raw: str | None = None, unit: str | None = None) -> Cell:
    text = ("" if value is None else str(value)) if raw is None else raw
    return Cell(table, row, column, value, text, unit, 1, 2, 3, None, None, "html")


def requests(rows: Mapping[str, Sequence[Any]]) -> list[Cell]:
    return [
        cell("requests", row, applicant, value)
        for row, values in rows.items()
        for applicant, value in zip(APPLICANT_CODES, values, strict=True)
    ]


def proceedings(rows: Mapping[str, Sequence[Any]]) -> list[Cell]:
    return [
        cell("proceedings", row, result, value)
        for row, values in rows.items()
        for result, value in zip(RESULT_CODES, values, strict=True)
    ]


def disclosure(rows: dict[str, dict[str, Any]]) -> list[Cell]:
    return [cell("disclosure", row, column, value) for row, values in rows.items() for column, value in values.items()]


def report(
    name: str,
    cells: Iterable[Cell] = (),
    findings: Iterable[Finding] = (),
    organ: str | None = "平潭县",
    **changes: Any,
) -> Extraction:
    given: dict[str, Any] = {
        "path": f"/reports/{name}.html",
        "sha256": sha(name),
        "format": "html",
        "status": "ok",
        "title": f"{organ}2023年政府信息公开工作年度报告",
        "organ": organ,
        "organ_identity": organ,
        "organ_kind": "government",
        "organ_level": "county",
        "division_code": "350128",
        "year": 2023,
        "form": "2021",
        "scope": "own",
        "cells": tuple(cells),
        "findings": tuple(findings),
    }
    return Extraction(**{**given, **changes})


def full_report(n: int) -> Extraction:
    """Report `n` of many: every cell of form 2021, figures that depend on n only."""
    rows = {
        o.code: [(n * 7 + i * 3 + j) % 11 if (n + i + j) % 13 else None for j in range(7)]
        for i, o in enumerate(OUTCOMES)
        if "2021" in o.forms
    }
    measures = [cell("disclosure", m.row, m.column, (n + i) % 50) for i, m in enumerate(MEASURES) if "2021" in m.forms]
    channels = {c: [n % 3, 0, 1, 0, n % 3 + 1] for c in ("reconsideration", "litigation_direct")}
    return report(
        f"many-{n}",
        [*measures, *requests(rows), *proceedings(channels)],
        [Finding("proceedings.total", "error", "proceedings.reconsideration", 2, n % 5)] if n % 4 == 0 else [],
        organ=f"机关{n // 3}",
        year=2021 + n % 3,
        sections={"1": f"第{n}份报告的总体情况。", "5": "存在的主要问题。"},
        headings={"1": "一、总体情况"},
    )


def fill(lake: Lake, batches: Iterable[Sequence[Extraction]], version: str = VERSION) -> None:
    """Take documents in and keep their extractions, one part a batch. A lake without a star begins with an empty one: to go on from
    it takes a third less than to build from nothing, which `test_incremental` compares.
    """
    if not lake.builds.exists() and version == VERSION:
        begin(lake)
    for batch in batches:
        take_in(lake, [Intake(e.path, e.sha256, 1000) for e in batch], NOW)
        write_part(lake, version, batch, NOW)


@cache
def _empty() -> Lake:
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    lake = Lake(Path(folder.name) / "lake")
    with lake.lock():
        build(lake, VERSION)
    return lake


def begin(lake: Lake) -> None:
    """Give a lake the star and the database of an empty one."""
    empty = _empty()
    shutil.copytree(empty.builds, lake.builds)
    lake.star.symlink_to(Path(lake.builds.name) / empty.star.resolve().name)
    for file in (empty.database, empty.known_database):
        shutil.copyfile(file, lake.home / file.name)


def built(home: Path, *batches: Sequence[Extraction]) -> tuple[Lake, BuildSummary]:
    lake = Lake(home)
    with lake.lock():
        fill(lake, batches)
        return lake, build(lake, VERSION)


def star_bytes(lake: Lake) -> dict[str, bytes]:
    """The files of all tables; what a build knows of its parts for the next one is not among them."""
    tables = (file for table in TABLES for file in files(lake.star, table.name))
    return {str(file.relative_to(lake.star)): file.read_bytes() for file in tables}
