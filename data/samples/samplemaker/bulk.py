"""Random reports in any number, for benchmarks: real names of counties, made-up figures whose sums hold.

Report i is always the same for a seed. Six reports in a row are one organ's years 2019 to 2024, carried over from one
to the next; then the next organ follows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from samplemaker.catalogue import DOUBLE_YEAR, YEAR_FIRST
from samplemaker.document import Sample
from samplemaker.figures import series, with_blank_zeros, with_single_other
from samplemaker.layout import Layout

DIVISIONS = Path(__file__).resolve().parents[2] / "reference" / "divisions.csv"
YEARS = range(2019, 2025)
ORIGIN = "made up at random, consistent; not what this organ published"

DEPARTMENTS = (
    "", "发展和改革局", "教育局", "公安局", "民政局", "财政局", "自然资源局", "住房和城乡建设局", "交通运输局",
    "水利局", "农业农村局", "商务局", "卫生健康局", "审计局", "应急管理局", "市场监督管理局", "统计局", "信访局",
)  # fmt: skip
"""The county's own report, then those of its departments."""

_SHAPES = (
    {"page": "trs", "markup": "spans"},
    {"page": "trs", "markup": "styled", "requests": "page_break"},
    {"page": "jcms", "markup": "split"},
    {"page": "jcms", "markup": "styled", "proceedings": "rows"},
    {"page": "boda", "markup": "styled", "disclosure": "items"},
    {"page": "boda", "markup": "spans", "requests": "broken"},
    {"page": "plain", "markup": "word"},
    {"page": "plain", "markup": "styled", "wording": "worn", "charset": "gb18030", "declared": None},
    {"page": "nested", "markup": "spans", "charset": "gbk", "declared": "gb2312"},
    {"page": "xhtml", "markup": "styled", "requests": "subtotal"},
    {"page": "word", "markup": "word"},
    {"page": "wps", "markup": "split", "numbers": "thousands"},
)


class County(NamedTuple):
    """A county with the name that no other one has (its prefecture's in front)."""

    code: str
    name: str
    full_name: str


@cache
def counties() -> tuple[County, ...]:
    """The counties whose full name is unambiguous, in the order of their codes."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] in ("province", "prefecture", "county")]
    by_code = {row["code"]: row["name"] for row in rows}
    found = [row for row in rows if row["level"] == "county" and row["name"] != "市辖区"]
    full = {row["code"]: _above(row["parent_code"], by_code) + row["name"] for row in found}
    times: dict[str, int] = {}
    for name in full.values():
        times[name] = times.get(name, 0) + 1
    return tuple(County(r["code"], r["name"], full[r["code"]]) for r in found if times[full[r["code"]]] == 1)


def _above(parent: str, names: dict[str, str]) -> str:
    """The prefecture's name, or the province's where the prefecture is a mere bracket (市辖区, 县, 直辖)."""
    name = names.get(parent, "")
    if not name or name in ("市辖区", "县") or "直辖" in name:
        return names.get(parent[:2] + "0000", "")
    return name


def reports(count: int, seed: int = 1) -> Iterator[Sample]:
    """The first `count` reports of a seed."""
    places = list(counties())
    Random(f"{seed} order").shuffle(places)
    made = 0
    for n in range(len(places) * len(DEPARTMENTS)):
        for sample in _organ(places[n % len(places)], DEPARTMENTS[n // len(places)], n, seed):
            if made == count:
                return
            made += 1
            yield sample
    if made < count:
        raise ValueError(f"there are names for {made:,} reports, not for {count:,}")


def _organ(county: County, department: str, n: int, seed: int) -> Iterator[Sample]:
    random = Random(f"{seed} {n}")
    organ = county.full_name + (department or random.choice(("人民政府", "")))
    short = department or county.name
    size = int(4 + 300 * random.random() ** 3)
    shape = _SHAPES[(n + seed) % len(_SHAPES)]
    title = random.choice((Layout.title, DOUBLE_YEAR, YEAR_FIRST))
    single_other, blank = random.random() < 0.1, random.random() < 0.15
    layout = Layout(title=title, organ_source=organ, **shape)
    for figures in series(random, organ, short, YEARS, size, division_code=county.code, origin=ORIGIN):
        shown = with_single_other(figures) if single_other else figures
        shown = with_blank_zeros(shown) if blank else shown
        day = f"{figures.year + 1}-{random.randint(1, 3):02}-{random.randint(1, 28):02}"
        yield Sample(
            name=f"{county.code}-{n:05}-{figures.year}",
            key="",
            figures=shown,
            layout=layout,
            shows="bulk",
            published=day if layout.page != "word" else None,
            host=f"www.d{county.code}.example",
            site=county.name + "人民政府",
        )
