"""What a run lists of all its documents, kept in a file rather than in memory: a run may be given a million."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from transform.frames import written

BATCH = 20_000
"""Rows that are held until they are written."""


class Spool:
    """Rows of text columns in a Parquet file that grows until `close`."""

    def __init__(self, file: Path, columns: Sequence[str]) -> None:
        self.file = file
        self.rows = 0
        self._schema = pa.schema([(name, pa.string()) for name in columns])
        self._writer = pq.ParquetWriter(file, self._schema)
        self._held: list[tuple[str | None, ...]] = []

    def add(self, rows: Iterable[tuple[str | None, ...]]) -> None:
        """Append rows, each a value a column."""
        for row in rows:
            self._held.append(tuple(row))
            self.rows += 1
            if len(self._held) >= BATCH:
                self._write()

    def close(self) -> Path:
        """Write what is held; gives the file."""
        if self._held:
            self._write()
        self._writer.close()
        return self.file

    def _write(self) -> None:
        columns = [
            pa.array([row[n] and written(str(row[n])) for row in self._held], pa.string())
            for n in range(len(self._schema.names))
        ]
        self._writer.write_table(pa.table(columns, schema=self._schema))
        self._held = []
