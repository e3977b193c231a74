"""A release: an immutable folder with the star, the database, a data package, and what changed since the release before.

    releases/2026.11/star/            the star as Parquet
    releases/2026.11/ogi.duckdb       the same with views
    releases/2026.11/package/         the data package: CSV, Parquet, panel.csv.gz and panel.parquet
    releases/2026.11/CHANGES.md, changes.parquet, changes.atom
    releases/2026.11/CITATION.cff
    releases/2026.11/manifest.json    the SHA-256 and size of every other file

It is built aside and moved into place whole; a name that is taken is refused.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows import changes_told, exporting, warehouse
from transform import changes
from transform.lake import Lake
from transform.load import is_loaded
from transform.sealed import MANIFEST, read_object, sha256_of

NAME = re.compile(r"\d{4}\.(?:0[1-9]|1[0-2])")


class NotReleased(Exception):
    """The release cannot be made; the message is one line that says what to do."""


def release(lake: Lake, name: str) -> Path:
    """Make the release `name` (YYYY.MM) of what the warehouse holds; gives its folder. The caller holds the lake's lock.

    Raises NotReleased for a bad or taken name, one before the newest, a warehouse that is empty, damaged or of another version,
    a damaged release before; NoWarehouse where there is none; OSError where the disk is full: then nothing is left behind.
    """
    before = _before(lake, name)
    star = _star(lake)
    with lake.scratch() as scratch:
        folder = scratch / name
        folder.mkdir()
        _copy(lake, star, folder)
        with warehouse.connect(folder / lake.database.name) as con:
            if con.execute("select count(*) from dim_report").fetchall() == [(0,)]:
                raise NotReleased("the warehouse has no report: `ogi run PATH…` first.")
            exporting.export(con, folder / "package", ["csv", "parquet", "package"])
        made = datetime.now(UTC)
        work = scratch / "work"
        work.mkdir()
        _changes(folder, before, made, work)
        (folder / "CITATION.cff").write_text(citation(name, made), encoding="utf-8")
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        described = {
            "release": name,
            "previous": before.name if before else None,
            "made": made.isoformat(timespec="seconds"),
            "build_id": star["build_id"],
            "extractor": star["extractor"],
            "files": {
                file.relative_to(folder).as_posix(): {"sha256": sha256_of(file), "bytes": file.stat().st_size}
                for file in files
            },
        }
        (folder / MANIFEST).write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        for file in [*files, folder / MANIFEST]:
            file.chmod(0o444)
        return lake.publish_release(folder)


def _before(lake: Lake, name: str) -> Path | None:
    """The newest release. Raises NotReleased where `name` cannot follow it, or it is damaged."""
    if not NAME.fullmatch(name):
        raise NotReleased(f"{name} is no name of a release: year and month, as in 2026.11.")
    if (lake.releases / name).exists():
        raise NotReleased(f"release {name} exists in {lake.releases}: a release is never changed; name another month.")
    known = sorted(p for p in lake.releases.iterdir() if NAME.fullmatch(p.name)) if lake.releases.is_dir() else []
    if not known:
        return None
    newest = known[-1]
    if newest.name > name:
        raise NotReleased(
            f"release {newest.name} is newer than {name}: releases follow each other; name a later month."
        )
    if lost := damage(newest):
        raise NotReleased(f"{newest / lost} is not as it was released: put it back, changes cannot be told without it.")
    return newest


def damage(folder: Path) -> str | None:
    """The first file of a release that is lost, or not as its manifest says; None where all are whole."""
    manifest = read_object(folder / MANIFEST) or {}
    named = manifest.get("files")
    if not isinstance(named, dict) or not named:
        return MANIFEST
    for name, stated in named.items():
        file = folder / name
        if not file.is_file() or not isinstance(stated, dict) or sha256_of(file) != stated.get("sha256"):
            return str(name)
    return None


def _star(lake: Lake) -> dict[str, Any]:
    star = lake.star_manifest()
    if not lake.database.exists():
        warehouse.connect(lake.database)  # says what to do
    if star is None or not is_loaded(lake, star):
        raise NotReleased("database and star are not of one build of this version: `ogi run` makes them so.")
    return star


def _copy(lake: Lake, star: dict[str, Any], folder: Path) -> None:
    """Copy star and database, and look whether what was copied is what was published."""
    (folder / "star").mkdir()
    for name in [*star["files"], MANIFEST]:
        (folder / "star" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(lake.star / name, folder / "star" / name)
    shutil.copyfile(lake.database, folder / lake.database.name)
    damaged = [name for name, known in star.get("sha256", {}).items() if sha256_of(folder / "star" / name) != known]
    if sha256_of(folder / lake.database.name) not in lake.known_databases():
        damaged.append(lake.database.name)
    if damaged:
        raise NotReleased(f"{', '.join(damaged)} is damaged: `ogi run` makes it again.")


def _changes(folder: Path, before: Path | None, made: datetime, scratch: Path) -> None:
    import pyarrow.parquet as pq

    table = changes.changes(folder / "star", before / "star" if before else None, scratch)
    schema = table.schema
    for place, field in enumerate(schema):
        schema = schema.set(place, field.with_metadata({"description": changes.COLUMNS[field.name]}))
    pq.write_table(table.cast(schema), folder / "changes.parquet", compression="zstd")
    rows, earlier = table.to_pylist(), before.name if before else None
    (folder / "CHANGES.md").write_text(changes_told.page(folder.name, earlier, rows), encoding="utf-8")
    (folder / "changes.atom").write_bytes(changes_told.feed(folder.name, earlier, rows, made))


def citation(name: str, made: datetime) -> str:
    """CITATION.cff (Citation File Format 1.2.0) of a release."""
    return "\n".join(
        [
            "cff-version: 1.2.0",
            "message: If you use these figures, please cite the release that you took them from.",
            "type: dataset",
            "title: China's annual reports on open government information (政府信息公开工作年度报告)",
            "authors:",
            "  - name: The OGI reports founders",
            f'version: "{name}"',
            f"date-released: {made:%Y-%m-%d}",
            "license: MIT",
            "keywords: [open government information, China, 政府信息公开]",
            "",
        ]
    )
