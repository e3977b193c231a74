"""How readers bear damage: `python -m benchmarks.fuzz --count 1000 --seed 1 [--kind html]`, counts by kind of document.

Valid documents of one report in which all numbers differ (tests/extract/specimens.py) are damaged (tests/extract/mutations.py)
and read. Counted: what became of them, documents that raised or took longer than `SLOW` seconds, and cells that are wrong
without a finding though what is left of the document does not print them so (tests/extract/verdicts.py).
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.extract import fuzzing, specimens

SLOW = 5.0  # seconds


def main() -> None:
    """Read and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="damaged documents of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=sorted(specimens.FAST), help="one kind only")
    parser.add_argument("--keep", type=Path, help="a folder for documents that raised, were slow or untold")
    options = parser.parse_args()
    print("| kind | documents | ok | not a report | unreadable | raised | slow | slowest, s | wrong cells unreported |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind in [options.kind] if options.kind else sorted(specimens.FAST):
        print("| " + " | ".join(map(str, _row(kind, options.count, options.seed, options.keep))) + " |", flush=True)


def _row(kind: str, count: int, seed: int, keep: Path | None) -> list[object]:
    random = Random(f"{kind}{seed}")
    seen: Counter[str] = Counter()
    slowest = 0.0
    for _ in range(count):
        content = fuzzing.damaged(kind, random)
        begun = time.perf_counter()
        verdict = fuzzing.judge(content)
        took = time.perf_counter() - begun
        slowest = max(slowest, took)
        seen[verdict.status] += 1
        seen["slow"] += took > SLOW
        seen["untold"] += len(verdict.untold)
        if keep is not None and (verdict.status == "raised" or verdict.untold or took > SLOW):
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{hashlib.sha256(content).hexdigest()[:16]}.{kind}").write_bytes(content)
    names = ("ok", "not_a_report", "unreadable", "raised", "slow")
    return [kind, count, *(seen[name] for name in names), f"{slowest:.2f}", seen["untold"]]


if __name__ == "__main__":
    main()
