"""Whole nights on a site of this machine, killed at random moments, with a derived file damaged between: is the end as if nothing had been?

    python benchmarks/kills.py [KILLS [SEED [NIGHTS]]]

A night collects, reads, builds and publishes, by the steps that the flow takes, in a process of its own. Killed with SIGKILL up to
four times, then let come to its end, its lake is compared with one that nothing happened to: history, raw store, every table of the
star, what the database holds. Then NIGHTS in a row at a site that gives random faults: none may stop, nothing may be lost.
"""

from __future__ import annotations

import json
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

from extract import extractor_version
from extract.fetch.archive.verify import verify
from extract.fetch.http.address_guard import Reach
from extract.fetch.http.limits import Manners
from extract.fetch.night.collect import Places, collecting, night
from extract.fetch.night.page_reader import reading
from extract.fetch.night.queue import Recheck
from extract.fetch.sources import load
from flows.job import job
from flows.settings import settings
from tests.fetch.shelves import Resource
from tests.fetch.site import TestSite
from transform import partitions
from transform.heal import damages
from transform.lake import Lake
from transform.schema import TABLES

SHELVES = ("jcms",)
HASTY = Manners(
    "https://example.org",
    rate=0,
    attempts=3,
    backoff=0.01,
    silence_seconds=1,
    whole_seconds=3,
    page_seconds=5,
    cool_down=0.2,
)
MOMENTS = {"extracted_at", "fetched_at", "since"}
"""Columns that no two runs have in common."""


def one_night(home: Path, registry: Path) -> None:
    """Everything that a night does, without Prefect."""
    with collecting(home, HASTY, reading(), Reach(loopback=True), Recheck(0)) as site:
        night(site, load(registry))
    job(settings(home=home, workers=2, batch_size=5, corrections=registry / "no-corrections"), [], collected=True)


def registered(site: TestSite, folder: Path, names: tuple[str, ...]) -> Path:
    """The site's sources as files of a registry."""
    entries: list[dict[str, Any]] = []
    for source in site.sources:
        if source.name in names:
            entry = {name: value for name, value in asdict(source).items() if value not in (None, ())}
            entry |= {name: list(entry[name]) for name in ("listings", "hosts") if name in entry}
            entries.append(entry | ({"years": f"{source.years[0]}-{source.years[1]}"} if source.years else {}))
    folder.mkdir()
    (folder / "sources.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return folder


def started(home: Path, registry: Path) -> subprocess.Popen[bytes]:
    """A night as a process of its own."""
    command = [sys.executable, __file__, "--night", str(home), str(registry)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def held(home: Path) -> dict[str, Any]:
    """What a lake holds, without moments: equal for equal lakes."""
    with closing(sqlite3.connect(Places(home).history)) as con:
        versions = con.execute(
            "select u.url, v.sha256 from version v join url u on u.id = v.url order by 1, 2"
        ).fetchall()
        waiting = con.execute("select count(*) from queue").fetchall()
    found: dict[str, Any] = {"versions": versions, "waiting": waiting, "raw": sorted(Places(home).store().names())}
    for table in TABLES:
        frame = partitions.table(home / "star", table.name).to_pandas()
        found[table.name] = frame.drop(columns=list(MOMENTS & set(frame)))
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        for table in TABLES:
            found[f"{table.name} in the database"] = con.sql(f'select count(*) from "{table.name}"').fetchall()
    return found


def differences(here: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """The names of what is not equal."""
    equal: Callable[[Any, Any], bool] = lambda a, b: a.equals(b) if isinstance(a, pd.DataFrame) else a == b  # noqa: E731
    return [name for name in there if not equal(here[name], there[name])]


def damage(home: Path, rng: random.Random) -> str | None:
    """Flip, cut, empty or remove one derived file, or leave something foreign; gives what was done."""
    kinds = (
        "intake/*/*",
        "extracted/*/*/*",
        "builds/*/*",
        "runs/*/*",
        "ogi.duckdb",
        "ogi.duckdb.known.json",
        "lake.holder.json",
    )
    files = sorted(file for kind in kinds for file in home.glob(kind) if file.is_file())
    how = rng.choice(("flip", "flip", "cut", "empty", "remove", "foreign log", "no link", "empty part"))
    if how == "foreign log":
        (home / "ogi.duckdb.wal").write_bytes(rng.randbytes(500))
    elif how == "no link":
        (home / "star").unlink(missing_ok=True)
        (home / "star").write_bytes(b"") if rng.random() < 0.5 else None
    elif how == "empty part":
        (home / "intake" / f"{rng.getrandbits(32):x}").mkdir(parents=True)
    elif not files:
        return None
    else:
        file = rng.choice(files)
        size = file.stat().st_size
        if how == "remove":
            file.unlink()
        elif how == "flip" and size:
            with file.open("r+b") as opened:
                opened.seek(rng.randrange(size))
                opened.write(rng.randbytes(min(size, 64)))
        else:
            with file.open("r+b") as opened:
                opened.truncate(0 if how == "empty" else size // 2)
        return f"{how} {file.relative_to(home)}"
    return how


def kills(count: int, seed: int, top: Path) -> list[str]:
    """Kill nights so often; gives what went wrong."""
    rng, wrong = random.Random(seed), []
    with TestSite(pause=0.01, retry_after=0) as site:
        registry = registered(site, top / "sources", SHELVES)
        began = time.monotonic()
        clean = started(top / "clean", registry)
        assert clean.wait() == 0, clean.stderr.read().decode() if clean.stderr else ""
        whole, wanted, done, lake = time.monotonic() - began, held(top / "clean"), 0, 0
        print(
            f"a clean night takes {whole:.1f} s: {len(wanted['versions'])} versions, {len(wanted['dim_report'])} reports",
            flush=True,
        )
        while done < count:
            lake += 1
            home, story = top / f"lake{lake}", list[str]()
            if rng.random() < 0.5:  # a lake with a night behind it; else an empty one
                shutil.copytree(top / "clean", home, symlinks=True)
            for _ in range(min(count - done, rng.randint(3, 8))):
                run, moment = started(home, registry), whole * rng.uniform(0.1, 1.1)
                try:
                    code = run.wait(moment)
                    ended = f"ended with {code}" if code else "came to its end"
                    if code:
                        wrong.append(f"lake {lake} {story}: {run.communicate()[1].decode()[-600:]}")
                except subprocess.TimeoutExpired:
                    run.kill()
                    run.wait()
                    ended = "killed"
                    done += 1
                story.append(f"{ended} after {moment:.1f} s")
                if home.is_dir() and (what := damage(home, rng)):
                    story.append(what)
            began, last = time.monotonic(), started(home, registry)
            said = last.communicate()[1].decode()
            whole = (whole + time.monotonic() - began) / 2  # how busy the machine is changes
            if last.returncode:
                wrong.append(f"lake {lake} {story}: the last night ended with {last.returncode}: {said[-600:]}")
            elif (
                (unlike := differences(held(home), wanted))
                or damages(Lake(home), extractor_version())
                or verify(Places(home)).damaged
            ):
                wrong.append(f"lake {lake} {story}: {unlike or 'something is damaged'}")
            else:
                shutil.rmtree(home)
            print(f"{done} kills, {lake} lakes, {len(wrong)} wrong", flush=True)
    return wrong


class Faulty(TestSite):
    """The site with faults that are others every night: what answers, lies, stalls and overflows."""

    def __init__(self, seed: int) -> None:
        super().__init__(pause=0.4, retry_after=0)
        self.seed, self.tonight, self.share, self.faults = seed, 0, 0.15, Counter[str]()

    def answer(self, host: int, path: str) -> Resource:
        """What lies at a path, or a fault."""
        found = super().answer(host, path)
        rng = random.Random(f"{self.seed} {self.tonight} {path}")
        if rng.random() >= self.share:
            return found
        how = rng.choice(tuple(FAULTS))
        self.faults[how] += 1
        return FAULTS[how](found)


FAULTS: dict[str, Callable[[Resource], Resource]] = {
    "soft 404": lambda r: Resource("<title>提示信息</title><p>抱歉，您访问的页面不存在或已删除</p>".encode()),
    "500": lambda r: Resource(b"", status=500),
    "404": lambda r: Resource(b"gone", status=404),
    "stall": lambda r: replace(r, how="slow"),
    "garbage": lambda r: Resource(random.Random(len(r.body)).randbytes(5000)),
    "half": lambda r: replace(r, body=r.body[: len(r.body) // 2]),
    "many attributes": lambda r: Resource(b"<p " + b" ".join(b"a%d=1" % n for n in range(40_000)) + b">" + r.body),
    "deep": lambda r: Resource(b"<div>" * 20_000 + r.body),
    "half a character": lambda r: Resource(
        b'{"rows":[{"title":"\\ud8002023","url":"/x\\udfff.html"}]}', "application/json"
    ),
    "endless redirect": lambda r: Resource(b"", status=302, location="/refused/round.html"),
    "inward": lambda r: Resource(b"", status=302, location="http://169.254.169.254/"),
    "other site": lambda r: replace(r, body=b"<meta name='SiteDomain' content='www.other.gov.cn'>" + r.body),
    "other type": lambda r: replace(r, kind="application/pdf"),
    "cut name": lambda r: replace(r, kind="text/html; charset=no-such"),
}


def nights(count: int, seed: int, top: Path) -> list[str]:
    """Nights in a row with random faults, then one without; gives what went wrong."""
    wrong, sizes = [], []
    with Faulty(seed) as site:
        registry = registered(site, top / "sources of nights", ("trs", "plain", "jcms", "refused"))
        home = top / "nights"
        ever: set[tuple[str, str]] = set()
        for number in range(count + 1):
            site.tonight, site.share = number, 0 if number == count else 0.15
            began = time.monotonic()
            run = started(home, registry)
            told, said = (text.decode() for text in run.communicate())
            if run.returncode:
                wrong.append(f"night {number} ended with {run.returncode}: {said[-600:]}")
                continue
            now = held(home)
            if lost := ever - set(now["versions"]):
                wrong.append(f"night {number} lost {sorted(lost)[:3]}")
            ever |= set(now["versions"])
            sizes.append(sum(f.lstat().st_size for f in home.rglob("*") if f.is_file() and "runs" not in f.parts))
            print(
                f"night {number}: {time.monotonic() - began:.0f} s, {len(ever)} versions, {sizes[-1] / 2**20:.1f} MB,"
                f" {told.strip()} MB of memory",
                flush=True,
            )
        if missing := set(site.reports("trs")) - {url for url, _ in ever}:
            wrong.append(f"never collected: {sorted(missing)[:3]}")
        if verify(Places(home)).damaged or damages(Lake(home), extractor_version()):
            wrong.append("something of the lake is damaged")
        print(json.dumps(site.faults, ensure_ascii=False), flush=True)
    return wrong


def main(count: int = 200, seed: int = 1, in_a_row: int = 20) -> int:
    """Both; prints what went wrong and gives the exit status."""
    with tempfile.TemporaryDirectory(prefix="ogi-kills-", ignore_cleanup_errors=True) as folder:
        wrong = [*kills(count, seed, Path(folder)), *(nights(in_a_row, seed, Path(folder)) if in_a_row else [])]
    print("\n".join(wrong) or "nothing went wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--night"]:
        one_night(Path(sys.argv[2]), Path(sys.argv[3]))
        print(max(resource.getrusage(of).ru_maxrss for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024)
    else:
        raise SystemExit(main(*map(int, sys.argv[1:])))
