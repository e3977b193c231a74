"""Reading documents that are files by themselves beside reading the same from packs: `python benchmarks/packs.py [DOCUMENTS]`.

The documents are the samples' pages, each with a mark of its own; both stores lie side by side on one disk, warm, and are read in turns.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from extract.packing import pack
from extract.raw_store import RawStore

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples" / "reports"
ROUNDS = 5


def seconds(folder: Path, shas: list[str]) -> float:
    """What reading these documents once takes, from a store just opened."""
    store, began = RawStore(folder, folder), time.perf_counter()
    for sha in shas:
        store.get(sha)
    return time.perf_counter() - began


def main(count: int) -> None:
    pages = [file.read_bytes() for file in sorted(SAMPLES.iterdir()) if file.suffix in (".html", ".pdf", ".docx")]
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as top:
        loose, packed = (RawStore(Path(top) / name, Path(top) / "aside") for name in ("loose", "packed"))
        shas = [
            store.put(pages[n % len(pages)] + b"<!-- %d -->" % n) for n in range(count) for store in (loose, packed)
        ]
        shas = sorted(set(shas))
        began = time.perf_counter()
        done = pack(packed, 0, time.time() + 1)
        size = sum(len(loose.get(sha)) for sha in shas)
        print(
            f"{count:,} documents of {size / count / 1000:.0f} KB packed in {time.perf_counter() - began:.1f} s", end=""
        )
        print(f" into {done.packs} packs of {done.bytes / size:.0%} of the bytes")
        mixed = shas.copy()
        random.Random(1).shuffle(mixed)
        for order, given in (("by hash", shas), ("in no order", mixed)):
            best = [
                min(taken)
                for taken in zip(
                    *((seconds(loose.folder, given), seconds(packed.folder, given)) for _ in range(ROUNDS)), strict=True
                )
            ]
            each = [f"{1e6 * one / count:.0f} µs" for one in best]
            print(f"{order}: a file {each[0]}, from a pack {each[1]}: {best[1] / best[0]:.2f} times")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
