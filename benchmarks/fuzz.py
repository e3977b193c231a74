"""What becomes of damaged documents: `python benchmarks/fuzz.py --count 1000 --slow 100 --seed 1 [--kinds html,pdf]`.

Valid documents of one report, of every kind that is read, are damaged at random and read in worker processes, as `ogi run`
does. Printed for each kind: how many ended in which status, how many broke or outlived their reader, and in how many a
number is wrong though the document is `ok` and no finding says so. Damage number n of a kind is the same for a seed.
Kinds that LibreOffice writes or converts, and pictures, need LibreOffice, a Chinese font and the extra `ocr`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the specimens are those of the tests

from extract.read import READERS  # noqa: E402
from extract.workers import Stored, Workers  # noqa: E402
from tests.extract import specimens, verdicts  # noqa: E402
from tests.extract.mutations import mutated  # noqa: E402
from tests.formats.programs import Missing  # noqa: E402
from tests.formats.writers import Workshop  # noqa: E402

SLOW = frozenset(["doc", "rtf", "odt", "ods", "wps", "docxml", "xlsb", "xlsxml", "image"])
BATCH = 50


def main() -> None:
    """Read the damaged documents and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="damaged documents of each kind read directly")
    parser.add_argument("--slow", type=int, help="of each kind that is converted or recognised (default: a tenth)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", help="only these, separated by commas")
    parser.add_argument("--seconds", type=float, default=60.0, help="for one document")
    parser.add_argument("--keep", type=Path, help="a folder for documents that broke a reader or are wrong")
    options = parser.parse_args()
    wanted = options.kinds.split(",") if options.kinds else list(READERS)
    print(f"| kind | documents | {' | '.join(verdicts.OUTCOMES)} | wrong ok | seconds |\n|---|{'---:|' * 8}")
    with tempfile.TemporaryDirectory() as scratch, Workers(2, options.seconds) as workers:
        folder = Path(scratch)
        for kind, documents in _specimens(folder, wanted):
            slow = options.count // 10 if options.slow is None else options.slow
            count = slow if kind in SLOW else options.count
            start = time.perf_counter()
            counts = fuzz(workers, folder, kind, documents, count, options)
            cells = [counts[name] for name in (*verdicts.OUTCOMES, "wrong")]
            seconds = time.perf_counter() - start
            print(f"| {kind} | {count} | {' | '.join(map(str, cells))} | {seconds:.0f} |", flush=True)


def _specimens(folder: Path, wanted: Sequence[str]) -> Iterator[tuple[str, list[bytes]]]:
    """Kind and valid documents, each kind made when its turn comes."""
    direct = {**specimens.FAST, "xlsb": specimens.binary, "wps": specimens.works, "image": specimens.scans}
    made: Mapping[str, list[bytes]] = {}
    if set(wanted) - set(direct):
        try:
            with Workshop(folder / "workshop") as shop:
                made = specimens.by_programs(shop)
        except Missing as missing:
            print(f"{missing}: the kinds that it writes are left out", file=sys.stderr)
    for kind in wanted:
        if kind in made:
            yield kind, made[kind]
        elif kind in direct:
            yield kind, direct[kind]()


def fuzz(
    workers: Workers, folder: Path, kind: str, documents: list[bytes], count: int, options: argparse.Namespace
) -> Counter[str]:
    """Outcomes of so many damaged documents, and under `wrong` how many are `ok` with a wrong number."""
    counts: Counter[str] = Counter()
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        files = [folder / f"{kind}-{number}" for number in numbers]
        for number, file in zip(numbers, files, strict=True):
            random = Random(f"{options.seed} {kind} {number}")
            file.write_bytes(mutated(random.choice(documents), kind, random))
        for file, extraction in zip(files, workers.read([Stored(str(f), f.name) for f in files]), strict=True):
            content = file.read_bytes()
            outcome = verdicts.outcome(extraction)
            counts[outcome] += 1
            wrong = verdicts.wrong(extraction, content) if outcome == "ok" else []
            counts["wrong"] += bool(wrong)
            if wrong or outcome in ("crash", "timeout"):
                print(f"{file.name}: {extraction.reason or wrong[:3]}", file=sys.stderr, flush=True)
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / file.name).write_bytes(content)
            file.unlink()
    return counts


if __name__ == "__main__":
    main()
