"""Whether a run finds anything to do, told before Prefect is started: starting it costs more than to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from extract import extractor_version
from extract.archives import members
from extract.files import GivenFile, LeftOut, read
from extract.model import RawDocument
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
        for document in (document for item in found for document in _documents(item, max_bytes)):
            if not isinstance(document, LeftOut) and not lake.raw_store.holds(document.content, document.sha256):
                return None  # new, or its copy is lost or damaged: giving the file again makes that good
            rows.append(steps.registered(document))
        if len(given) + len(rows) > MOST or any_new(lake, rows):
            return None
        given += [steps.Given(row.path, row.sha256) for row in rows]
    return given


def _documents(item: steps.Found, max_bytes: int) -> list[RawDocument | LeftOut]:
    raw = read(item, max_bytes) if isinstance(item, GivenFile) else item
    return [raw] if isinstance(raw, LeftOut) else list(members(raw))
