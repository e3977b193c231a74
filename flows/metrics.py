"""Writes what a night gave, a source at a time, for machines that watch trends: `runs/metrics.prom`, in the text format of Prometheus.

Its node exporter reads such files (collector "textfile"); every other reader finds one number a line.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

FILE = "metrics.prom"
OUTCOMES = ("asked", "new", "changed", "unchanged", "moved", "gone", "refused", "failed", "newly_lost", "waiting")


def write(home: Path, flow: str, record: dict[str, Any]) -> Path:
    """Replace `home/runs/metrics.prom` by the numbers of this run. Raises OSError."""
    registry = CollectorRegistry()
    collected, main = record.get("collected", record), record.get("main", {})
    addresses = Gauge(
        "ogi_addresses",
        "Addresses of a source in the last night, by what became of them; waiting: stored versions not in the warehouse",
        ["source", "outcome"],
        registry=registry,
    )
    for line in collected.get("sources", ()):
        for name in OUTCOMES:
            addresses.labels(line["source"], name).set(line[name])
    status = Gauge("ogi_exit_status", "Exit status of the last night", ["flow"], registry=registry)
    status.labels(flow).set(record["exit_status"])
    ended = Gauge("ogi_last_end_timestamp_seconds", "When it ended, seconds since 1970", ["flow"], registry=registry)
    ended.labels(flow).set(time.time())
    if "error" not in main and main:
        warehouse = Gauge("ogi_warehouse", "What the warehouse holds", ["what"], registry=registry)
        for name in ("reports", "cells"):
            warehouse.labels(name).set(main["warehouse"][name])
        lost = Gauge("ogi_documents_lost", "Documents whose stored copy is damaged or gone", registry=registry)
        lost.set(main["lost_count"])
    target = home.absolute() / "runs" / FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(target), registry)  # beside it first, then renamed over it
    return target
