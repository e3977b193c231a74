"""The main job without Prefect, as a script: HOME PATH... (what the tests kill)."""

from __future__ import annotations

import sys

from extract import extractor_version
from extract.workers import Workers
from flows import steps
from transform.build import BuildSummary, build


def plain_job(home: str, paths: list[str], batch_size: int = 2) -> BuildSummary:
    lake = steps.lake_at(home)
    with lake.lock(30):
        steps.look_through(lake)
        for found in steps.found_in(paths):
            steps.store_files(lake, found, 2**26)
        with Workers(2) as workers:
            for batch in steps.unread(lake, batch_size):
                steps.read_batch(lake, workers, batch)
        return build(lake, extractor_version())


if __name__ == "__main__":
    plain_job(sys.argv[1], sys.argv[2:])
