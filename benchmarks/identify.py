"""How many titles a second `ogi identify` reads on one core, and how many of the shared list it gets right:
`python benchmarks/identify.py --count 20000`.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path
from random import Random

from extract.identify.divisions import index
from extract.identify.identity import identify

ROOT = Path(__file__).resolve().parents[1]
TITLES = ROOT.parent / "shared" / "spec" / "titles.csv"
OWN = ("", "教育局", "人民政府办公室", "卫健委", "市场监督管理局")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    random = Random(1)
    divisions = sorted(index().by_code.values())
    lines = [
        (
            f"{random.choice(divisions).name}{random.choice(OWN)}{random.randrange(2008, 2026)}年政府信息公开工作年度报告",
            f"http://www.example{n}.gov.cn/zfxxgknb/{n}.html",
        )
        for n in range(options.count)
    ]
    identify(*lines[0])
    begun = time.perf_counter()
    found = [identify(*line) for line in lines]
    took = time.perf_counter() - begun
    placed = sum(identity.division_code is not None for identity in found)
    print(
        f"{len(lines):,} different titles in {took:.2f} s: {len(lines) / took:,.0f} a second; {placed / len(found):.1%} placed"
    )
    if TITLES.is_file():
        _real()


def _real() -> None:
    with TITLES.open(encoding="utf-8", newline="") as file:
        rows = [(row, identify(row["title"], row["url"])) for row in csv.DictReader(file)]
    years = sum(str(found.year) == row["year"] for row, found in rows)
    organs = sum(found.organ == row["organ"] for row, found in rows)
    named = sum(
        row["organ"] in (found.organ, found.organ_canonical) or (found.organ_canonical or "").endswith(row["organ"])
        for row, found in rows
    )
    given = [(row["division"], found.division) for row, found in rows if row["division"]]
    right = sum(found is not None and found.startswith(said) for said, found in given)
    wrong = sum(found is not None and not found.startswith(said) for said, found in given)
    print(
        f"shared list, {len(rows)} titles: year {years}, organ to the letter {organs}, organ or its canonical name {named}"
    )
    print(f"division given for {len(given)}: right {right}, wrong {wrong}, unresolved {len(given) - right - wrong}")


if __name__ == "__main__":
    main()
