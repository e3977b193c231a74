"""Merges the many small parts of a lake into few, so that a night's build opens as many files after years as in the first month.

A merged part names those that it replaces, and stands beside them for a moment: whoever lists parts (`Lake.parts`) passes over what
is replaced. So whatever ends a merge, each row stands in the lake once. What is replaced is deleted afterwards, or by the next build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from shutil import rmtree

import pyarrow as pa
import pyarrow.parquet as pq

from transform.lake import MERGED, Lake
from transform.part_schema import PARTS
from transform.register import INTAKE

SMALL, MANY = 4_000, 50
"""So many parts with fewer documents than that are merged."""
MOST = 20_000
"""Documents in a merged part, about: a damaged one costs their reading."""
_BATCH = 50_000


def compact(lake: Lake, extractor_version: str, known: Container[str] | None = None) -> int:
    """Merge small parts of the register and of an extractor, where there are many; the caller holds the lake's lock. Gives how many
    were merged. `known`: the parts of the star that stands, by their places in the lake; others are left, so that a build sees what is new.
    """
    kinds: tuple[tuple[Path, Mapping[str, pa.Schema]], ...] = (
        (lake.intake, {"document": INTAKE}),
        (lake.parts_of(extractor_version), PARTS),
    )
    return sum(_compact(lake, kind, schemas, known) for kind, schemas in kinds)


def _compact(lake: Lake, kind: Path, schemas: Mapping[str, pa.Schema], known: Container[str] | None) -> int:
    for name in lake.replaced(kind):
        rmtree(kind / name, ignore_errors=True)  # of a merge that was ended here; what stays is passed over
    sizes = {part: pq.read_metadata(part / f"{next(iter(schemas))}.parquet").num_rows for part in lake.parts(kind)}
    small = [
        part
        for part, rows in sizes.items()
        if rows < SMALL and (known is None or part.relative_to(lake.home).as_posix() in known)
    ]
    if len(small) < MANY:
        return 0
    groups: list[list[Path]] = [[]]
    for part in small:
        if sum(sizes[p] for p in groups[-1]) >= MOST:
            groups.append([])
        groups[-1].append(part)
    for group in groups:
        if len(group) > 1:
            _merge(lake, kind, schemas, group)
    return len(small)


def _merge(lake: Lake, kind: Path, schemas: Mapping[str, pa.Schema], group: Sequence[Path]) -> None:
    names = [part.name for part in group]
    with lake.scratch() as scratch:
        built = scratch / "part"
        built.mkdir()
        for table, schema in schemas.items():
            with pq.ParquetWriter(built / f"{table}.parquet", schema, compression="zstd") as writer:
                for part in group:
                    for batch in pq.ParquetFile(part / f"{table}.parquet").iter_batches(_BATCH):
                        writer.write_batch(_grown(batch, schema))
        name = MERGED + hashlib.sha256("\n".join(names).encode()).hexdigest()[:17]
        lake.publish_part(built, kind, name, replaces=names)
    for part in group:
        rmtree(part)


def _grown(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """A batch with the columns of today: parts of before lack the last ones, which are NULL there."""
    there = batch.schema.names
    columns = [
        batch.column(field.name).cast(field.type) if field.name in there else pa.nulls(len(batch), field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
