"""How star and database grow: a lake of made-up reports, and what a build, one more report and a night cost in it.

    python benchmarks/scale.py make HOME --reports 100000     parts straight from figures, no documents
    python benchmarks/scale.py build HOME                     star and database, whole
    python benchmarks/scale.py night HOME --reports 200       so many reports more, then a build
    python benchmarks/scale.py kills HOME --reports 100       so many nights of one report, each build killed at some moment; then one
                                                              that is not, and what it gives beside a build from nothing

Each step tells its seconds of processor time and its largest memory, of itself and of processes it waited for. The reports are
departments' of all counties for 2008 to 2024, in the figures of two samples, told apart by a factor; their parts hold them in
random order, as hashes order them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extract import RawDocument, extract_document
from extract.identify.divisions import all_listed
from transform.build import build
from transform.dimensions import DIVISIONS
from transform.keys import key
from transform.lake import Lake
from transform.part_schema import PARTS
from transform.parts import part_frames
from transform.register import INTAKE
from transform.sealed import sha256_of

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples" / "reports"
FORM_2019, FORM_2021 = SAMPLES / "xiacheng-2020.html", SAMPLES / "gongshu-2021.html"
YEARS = range(2008, 2025)
DEPARTMENTS = (
    *("教育局", "公安局", "民政局", "司法局", "财政局", "自然资源局", "住房和城乡建设局", "交通运输局", "水利局"),
    *("农业农村局", "商务局", "卫生健康局", "审计局", "应急管理局", "市场监督管理局", "统计局", "医疗保障局"),
    *(
        "发展和改革局",
        "科学技术局",
        "工业和信息化局",
        "人力资源和社会保障局",
        "文化和旅游局",
        "退役军人事务局",
        "信访局",
    ),
    *("行政审批局", "城市管理局", "林业局", "乡村振兴局"),
)
BATCH = 5_000
EXTRACTOR = "scale"
TAKEN_IN = datetime(2025, 4, 1)


def main() -> None:
    """Make, build, or add a night; one line of JSON each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("make", "build", "night", "kills"))
    parser.add_argument("home", type=Path)
    parser.add_argument("--reports", type=int, default=10_000)
    options = parser.parse_args()
    lake = Lake(options.home)
    if options.step == "kills":
        print(json.dumps(killed(lake, options.reports)))
        return
    told: dict[str, object] = {"step": options.step}
    with lake.lock(0):
        before = time.process_time(), time.perf_counter()
        if options.step == "make":
            make(lake, options.reports)
        elif options.step == "night":
            add(lake, options.reports)
            told["made"] = round(time.process_time() - before[0], 2)
            before = time.process_time(), time.perf_counter()
        if options.step != "make":
            summary = build(lake, EXTRACTOR, lake.home / "corrections")
            told |= {"reports": summary.reports, "cells": summary.cells, "findings": summary.findings}
        told["processor seconds"] = round(time.process_time() - before[0], 2)
        told["wall seconds"] = round(time.perf_counter() - before[1], 2)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told["largest MB"] = round(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024)
    if lake.database.is_file():
        told["database bytes a report"] = round(lake.database.stat().st_size / int(str(told.get("reports", 1))))
        star = sum(file.stat().st_size for file in lake.star.resolve().rglob("*.parquet"))
        told["star bytes a report"] = round(star / int(str(told.get("reports", 1))))
    print(json.dumps(told))


def killed(lake: Lake, kills: int) -> dict[str, object]:
    """So many builds killed at random moments of theirs; whether each left what can be read, and the last one what is right."""
    moments, unreadable, ended = random.Random(0), 0, 0
    command = [sys.executable, __file__, "build", str(lake.home)]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    whole = time.perf_counter() - started
    for _ in range(kills):
        with lake.lock(10):
            add(lake, 1)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.2, 1.1) * whole)
        ended += process.poll() is not None
        process.kill()
        process.wait()
        try:
            with duckdb.connect(str(lake.database), read_only=True) as con:
                con.execute("select count(*) from v_report").fetchall()
            unreadable += lake.star_manifest() is None
        except duckdb.Error:
            unreadable += 1
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory(dir=lake.home.parent) as folder:
        fresh = Lake(Path(folder))
        for kind in (lake.intake, lake.extracted):
            shutil.copytree(kind, fresh.home / kind.name)
        subprocess.run([*command[:-1], folder], check=True, stdout=subprocess.DEVNULL)
        one, other = hashes(lake), hashes(fresh)
    return {
        "kills": kills,
        "builds that had ended": ended,
        "unreadable": unreadable,
        "files": len(one),
        "files that differ from a build from nothing": len(set(one.items()) ^ set(other.items())),
    }


def hashes(lake: Lake) -> dict[str, str]:
    """The hash of each file of the star."""
    star = lake.star.resolve()
    return {str(file.relative_to(star)): sha256_of(file) for file in star.rglob("*.parquet")}


def counties() -> list[str]:
    """The codes of all counties."""
    return [d.code for d in all_listed(DIVISIONS) if d.level == "county" and len(d.code) == 6]


def make(lake: Lake, reports: int) -> None:
    """A lake of so many reports."""
    codes = counties()
    organs = [(code, department) for department in DEPARTMENTS for code in codes]
    wanted = -(-reports // len(YEARS))
    if wanted > len(organs):
        raise SystemExit(f"at most {len(organs) * len(YEARS):,} reports")
    step = len(organs) / wanted
    chosen = [organs[int(n * step)] for n in range(wanted)]
    numbers = np.random.default_rng(0).permutation(wanted * len(YEARS))[:reports]
    for batch in np.array_split(numbers, -(-reports // BATCH)):
        write(lake, [(*chosen[n // len(YEARS)], YEARS[n % len(YEARS)], int(n)) for n in batch])


def add(lake: Lake, reports: int) -> None:
    """So many reports of organs that have none yet, of the last year, all over the country."""
    codes = counties()
    step, night = max(1, len(codes) // reports), len(list(lake.intake.iterdir()))
    chosen = [codes[(n * step) % len(codes)] for n in range(reports)]
    write(lake, [(code, f"档案馆{night}", YEARS[-1], 10_000_000 + night * 10_000 + n) for n, code in enumerate(chosen)])


def write(lake: Lake, reports: list[tuple[str, str, int, int]]) -> None:
    """One part of extractions and one of the register. Each report: county, department, year, number."""
    shas = [hashlib.sha256(f"report {number}".encode()).hexdigest() for *_, number in reports]
    name = hashlib.sha256("\n".join(sorted(shas)).encode()).hexdigest()[:24]
    tables: dict[str, list[pa.Table]] = {table: [] for table in PARTS}
    for file, is_new in ((FORM_2019, False), (FORM_2021, True)):
        given = [(report, sha) for report, sha in zip(reports, shas, strict=True) if (report[2] >= 2021) is is_new]
        if given:
            for table, rows in repeated(file, given, name):
                tables[table].append(rows)
    with lake.scratch() as scratch:
        part, register = scratch / "part", scratch / "register"
        part.mkdir()
        register.mkdir()
        for table, schema in PARTS.items():
            rows = pa.concat_tables([found.select(schema.names).cast(schema) for found in tables[table]])
            pq.write_table(rows.combine_chunks(), part / f"{table}.parquet", compression="zstd")
        nothing = dict.fromkeys(INTAKE.names, [None] * len(shas))
        taken = nothing | {
            "path": [f"/made/{sha}.html" for sha in shas],
            "sha256": shas,
            "bytes": [20_000] * len(shas),
            "fetched_at": [TAKEN_IN] * len(shas),
        }
        pq.write_table(pa.table(taken, schema=INTAKE), register / "document.parquet", compression="zstd")
        lake.publish_part(register, lake.intake, name)
        lake.publish_part(part, lake.parts_of(EXTRACTOR), name)


def repeated(
    file: Path, given: list[tuple[tuple[str, str, int, int], str]], name: str
) -> Iterator[tuple[str, pa.Table]]:
    """The frames of a sample's report, once for each of the given reports, with their organs and years and other figures."""
    content = file.read_bytes()
    read = extract_document(RawDocument(file.name, hashlib.sha256(content).hexdigest(), content))
    frames = {table: pa.Table.from_pandas(rows) for table, rows in part_frames([read], name, TAKEN_IN).items()}
    ids = pa.array([key("extraction", sha, name) for _, sha in given])
    report = frames["report"].take([0] * len(given))
    identities = [f"{code}|{department}" for (code, department, *_), _ in given]
    for column, values in {
        "extraction_id": ids,
        "sha256": [sha for _, sha in given],
        "organ": [department for (_, department, *_), _ in given],
        "organ_identity": identities,
        "organ_kind": ["department"] * len(given),
        "organ_canonical": identities,
        "organ_parent": [f"{code}|" for (code, *_), _ in given],
        "division_code": [code for (code, *_), _ in given],
        "year": [year for (_, _, year, _), _ in given],
        "scope": ["own"] * len(given),
    }.items():
        place = report.schema.get_field_index(column)
        report = report.set_column(place, column, pa.array(values, PARTS["report"].field(column).type))
    yield "report", report
    cells = frames["cell"]
    places = np.tile(np.arange(len(cells)), len(given))
    many = cells.take(places)
    owners = ids.take(np.repeat(np.arange(len(given)), len(cells)))
    factor = np.array([number % 97 for (*_, number), _ in given])
    # carried over and in force are the same each year, so that the years agree with each other
    still = pc.is_in(cells["row_code"], pa.array(["carried_in", "carried_out", "rules", "normative_documents"]))
    moves = np.tile((~still.to_numpy(zero_copy_only=False)).astype(int), len(given))
    count = pc.multiply(many["count"], pa.array(np.repeat(factor, len(cells)) * moves))
    many = many.set_column(many.schema.get_field_index("extraction_id"), "extraction_id", owners)
    many = many.set_column(many.schema.get_field_index("count"), "count", count)
    many = many.set_column(many.schema.get_field_index("raw"), "raw", pc.coalesce(count.cast(pa.string()), many["raw"]))
    yield "cell", many
    for table in ("section", "finding"):
        yield table, frames[table].slice(0, 0)


if __name__ == "__main__":
    main()
