"""Finds what is damaged among the derived things of a lake, sets it aside and has it made again from what is not derived.

Derived is everything but `raw/`, the corrections and the history of addresses. A damaged part of extractions is moved away, and
its documents are read again; a damaged star or database is built again; a damaged part of the register is written again from
the rest of the register, the star, the history and the names in `raw/` (`rewritten.py`). Everything is told by the hashes that
were written with it; parts from before there were hashes are told by whether they can be read, and get theirs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from transform import clock, rewritten
from transform.lake import Lake, folders
from transform.part_schema import PARTS
from transform.register import INTAKE
from transform.sealed import MANIFEST, fault, hashes, read_object, seal, sha256_of
from transform.trusted import Trusted

REGISTER = {"document": INTAKE}
RUNS = 60
"""So many of the last runs' records are looked at: more than any page or trend shows."""


class Damage(NamedTuple):
    """One derived thing that is not what was written. `why` goes on from its name: "has lost cell.parquet"."""

    path: Path
    why: str


def heal(lake: Lake, extractor_version: str) -> None:
    """Set aside what is damaged, so that the run that now begins makes it again; the caller holds the lake's lock.

    What was done stands in `lake.healed`, a line each. Once a lock: a second call looks at nothing. Raises OSError where
    something may not be read or moved.
    """
    if lake.is_looked_through:
        return
    trusted = Trusted(lake)
    lost = list(register_damages(lake, trusted))
    if lost or missing_register(lake):
        lake.healed += rewritten.rewrite(lake, extractor_version, {damage.path for damage in lost})
    parts = [*part_damages(lake, extractor_version, trusted), *_old_part_damages(lake, extractor_version, trusted)]
    for damage in [*lost, *parts, *other_damages(lake, trusted)]:
        lake.set_aside(damage.path, damage.why)
        if damage.path.parent == lake.builds and lake.star.is_symlink():
            lake.star.unlink()
    lake.healed += clock.ahead(lake, extractor_version)
    for kind in (lake.intake, lake.parts_of(extractor_version)):
        for part in lake.parts(kind):
            if not (part / MANIFEST).exists():
                seal(part)
    trusted.save()
    lake.is_looked_through = True


def damages(lake: Lake, extractor_version: str) -> list[Damage]:
    """Everything derived that is damaged, also parts of other extractors; nothing is changed."""
    versions = sorted({extractor_version, *(folder.name for folder in folders(lake.extracted))})
    found = [*register_damages(lake), *(d for version in versions for d in part_damages(lake, version))]
    return [*found, *other_damages(lake)]


def missing_register(lake: Lake) -> list[str]:
    """Parts of the register that the current star was made with and that are gone."""
    manifest = lake.star_manifest()
    named = (manifest or {}).get("intake")
    if not isinstance(named, list):
        return []
    replaced = lake.replaced(lake.intake)
    return [name for name in named if name not in replaced and not (lake.intake / str(name)).exists()]


def register_damages(lake: Lake, trusted: Trusted | None = None) -> Iterator[Damage]:
    """Damaged parts of the register."""
    return _parts(lake, lake.intake, REGISTER, trusted)


def part_damages(lake: Lake, extractor_version: str, trusted: Trusted | None = None) -> Iterator[Damage]:
    """Damaged parts of what an extractor gave."""
    return _parts(lake, lake.parts_of(extractor_version), PARTS, trusted)


def _old_part_damages(lake: Lake, extractor_version: str, trusted: Trusted) -> Iterator[Damage]:
    """Damaged parts of other extractors whose readings may stand (`old_readings.py`, which passes over those without hashes)."""
    for version in folders(lake.extracted):
        if version.name != extractor_version:
            yield from (found for found in part_damages(lake, version.name, trusted) if hashes(found.path) is not None)


def other_damages(lake: Lake, trusted: Trusted | None = None) -> Iterator[Damage]:
    """A damaged star, database or record of a run; what lies in the place of one."""
    yield from _star(lake, trusted)
    yield from _database(lake, trusted)
    for kind in (lake.intake, lake.extracted, lake.builds, lake.runs, lake.state, lake.home / "scratch"):
        if os.path.lexists(kind) and not kind.is_dir():
            yield Damage(kind, "is no folder")
    for run in folders(lake.runs)[-RUNS:]:
        for name in ("run.json", "quality.json"):
            if (run / name).exists() and read_object(run / name) is None:
                yield Damage(run / name, "is no record")
        for name in ("findings.parquet", "divisions.parquet"):
            if (run / name).exists() and _unreadable(run / name):
                yield Damage(run / name, "cannot be read")


def _parts(lake: Lake, kind: Path, schemas: dict[str, pa.Schema], trusted: Trusted | None) -> Iterator[Damage]:
    wanted = [f"{name}.parquet" for name in schemas]
    for part in lake.parts(kind):
        named = hashes(part)
        if named is not None:
            why = fault(part, named, wanted, trusted)
        elif (part / MANIFEST).exists():
            why = "has a damaged list of its files"
        else:
            why = _unsealed(part, schemas)
        if why:
            yield Damage(part, why)


def _unsealed(part: Path, schemas: dict[str, pa.Schema]) -> str | None:
    """What is wrong with a part that has no hashes."""
    for name, schema in schemas.items():
        file = part / f"{name}.parquet"
        if not file.is_file():
            return f"has lost {file.name}"
        if _unreadable(file):
            return f"has damaged bytes in {file.name}"
        if not set(pq.read_schema(file).names) <= set(schema.names):
            return f"has other columns in {file.name}"
    return None


def _unreadable(file: Path) -> bool:
    """Whether a file is no Parquet file that can be read to its end."""
    try:
        pq.read_table(file)
    except PermissionError:
        raise
    except (pa.ArrowException, OSError):  # what Arrow cannot decode is one or the other
        return True
    return False


def _star(lake: Lake, trusted: Trusted | None) -> Iterator[Damage]:
    if not os.path.lexists(lake.star):
        return
    if not lake.star.is_symlink():
        yield Damage(lake.star, "is no link to a build")
        return
    build = lake.builds / lake.star.readlink().name
    if not build.is_dir():
        yield Damage(lake.star, "leads nowhere")
        return
    manifest = lake.star_manifest()
    if manifest is None:
        yield Damage(build, "has a damaged list of its files, or files that are missing or cut")
        return
    named = hashes(build)
    if named is None:  # from before there were hashes
        named = {}
    if why := fault(build, named, (), trusted):
        yield Damage(build, why)


def _database(lake: Lake, trusted: Trusted | None) -> Iterator[Damage]:
    if lake.foreign_log.exists():
        yield Damage(lake.foreign_log, "was left by somebody who wrote into the database")
    if not os.path.lexists(lake.database):
        return
    if not lake.database.is_file():
        yield Damage(lake.database, "is no file")
    elif (known := lake.known_databases()) and not (trusted and trusted.is_whole(lake.database)):
        if sha256_of(lake.database) in known:
            if trusted:
                trusted.found_whole(lake.database)
            return
        yield Damage(lake.database, "has damaged or changed bytes")
