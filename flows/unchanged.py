"""Whether a run finds anything to do, told before Prefect is started: starting it costs more than to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from extract import archived, extractor_version
from extract.archives import members
from extract.files import GivenFile, LeftOut, read
from flows import record, steps
from flows.settings import Settings
from transform.lake import Lake
from transform.load import is_loaded
from transform.register import any_new, pending
from transform.star import build_id

MOST = 10_000
"""Of more files than these each is not read twice: Prefect's start is little beside reading them once."""


def unchanged(lake: Lake, paths: list[str], chosen: Settings, reread: str | None = None) -> dict[str, Any] | None:
    """The record of a run of the main job (see `main_job`) that has nothing to do, written where runs are recorded; None where
    there is something to do: then nothing has been written. The caller holds the lake's lock.
    """
    if not lake.database.exists():
        return None
    given = _known(lake, paths, int(chosen.max_megabytes * 2**20))
    version = extractor_version()
    if given is None or any(pending(lake, version, 1, reread)):
        return None
    manifest = lake.star_manifest()
    if manifest is None or manifest["build_id"] != build_id(lake, version, chosen.corrections):
        return None
    if not is_loaded(lake, manifest):
        return None
    with record.recording(lake, paths) as run:
        run.looks_back(lake)
        run.give(given)
    return run.summary


def _known(lake: Lake, paths: Sequence[str], max_bytes: int) -> list[steps.Given] | None:
    """All documents that `paths` mean, where the lake has each as it is now."""
    given: list[steps.Given] = []
    for found in steps.found_in(paths):
        rows = []
        for item in found:
            raw = read(item, max_bytes) if isinstance(item, GivenFile) else item
            documents = [raw] if isinstance(raw, LeftOut) else members(raw)
            if not isinstance(raw, LeftOut) and not archived.holds(lake.raw_store, raw, documents):
                return None  # new, or its copy is lost or damaged: giving the file again makes that good
            rows += [steps.registered(document) for document in documents]
        if len(given) + len(rows) > MOST or any_new(lake, rows):
            return None
        given += [steps.Given(row.path, row.sha256) for row in rows]
    return given
