"""What `ogi warc` writes, an import reads into an equal lake; captures come before what was fetched, and are its editions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract import extractor_version
from extract.fetch.archive.bring_in import bring_in
from extract.fetch.archive.warc import export
from extract.fetch.night.collect import Places, held
from extract.fetch.night.history import History
from extract.workers import Workers
from flows import steps
from flows.exit_status import NOTHING_ASKED
from tests.fetch.archive.warcs import HOST, Writer, page
from tests.fetch.night.conftest import collect, listing, source
from tests.fetch.night.site import LoopbackSite
from tests.flows.conftest import run_ogi
from transform.lake import Lake
from transform.load import load
from transform.register import Intake, take_in
from transform.schema import MOMENT, TABLES
from transform.star import build_star


def brought_up(home: Path) -> Lake:
    """The warehouse of what a home has collected and imported, without Prefect."""
    lake = Lake(home)
    with lake.lock(), Workers(1) as workers:
        steps.store_collected(lake)
        for batch in steps.unread(lake, 100):
            steps.read_batch(lake, workers, batch)
        manifest, _ = build_star(lake, extractor_version(), home / "corrections")
        load(lake, manifest)
    return lake


def asked(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(lake.database), read_only=True) as con:
        return con.sql(sql).fetchall()


def tables_differ(one: Lake, other: Lake) -> list[str]:
    """The tables of two warehouses that hold other rows, but for the moments at which things were done."""
    differ = []
    for table in TABLES:
        names = ", ".join(f'"{column.name}"' for column in table.columns if column.type != MOMENT)
        sql = f"select {names} from {table.name} order by all"
        if asked(one, sql) != asked(other, sql):
            differ.append(table.name)
    return differ


@pytest.fixture
def site() -> Any:
    with LoopbackSite().serving() as site:
        yield site


@pytest.mark.services
def test_what_was_written_is_read_into_an_equal_lake(site: LoopbackSite, tmp_path: Path) -> None:
    """A page that changes and changes back, one that stays, a page with its file."""
    site.put("/", listing(("/a", "2021年年度报告"), ("/b", "2020年年度报告"), ("/c", "2019年年度报告")))
    site.put("/b", page(2020).decode(), etag='"b"')
    attached = "<h1>平潭综合实验区2019年政府信息公开工作年度报告</h1><a href='/c.pdf'>平潭综合实验区2019年政府信息公开工作年度报告.pdf</a>"
    site.put("/c", f"<html><body>{attached}</body></html>")
    site.put("/c.pdf", b"%PDF-1.4 damaged", kind="application/pdf")
    for count in (5, 6, 5):
        site.put("/a", page(2021, count).decode())
        collect(tmp_path / "one", [source(site)])
    with History(Places(tmp_path / "one").history) as history:  # nights are not a second apart
        apart = "update fetch set at = strftime('%Y-%m-%dT%H:%M:%S+00:00', at, (10 * run) || ' seconds')"
        history.change(lambda con: con.execute(apart)).result()
    done = export(Places(tmp_path / "one"), tmp_path / "warc")
    assert done.revisits > 0
    brought = bring_in(Places(tmp_path / "other"), [tmp_path / "warc"], [source(site)])
    assert brought.is_whole, brought
    assert brought.no_report == brought.revisits == 0
    one, other = brought_up(tmp_path / "one"), brought_up(tmp_path / "other")
    assert tables_differ(one, other) == []
    assert asked(one, "select count(*) from dim_report") == [(3,)]


@pytest.mark.services
def test_a_capture_comes_before_what_was_fetched_since(tmp_path: Path) -> None:
    """Its moment is no day of publication; what an address gives now stays its current edition; what it gave again is no new one."""
    lake, url = Lake(tmp_path / "home"), f"{HOST}/2021.html"
    with lake.lock():
        sha256 = lake.raw_store.put(now := page(2021, 9))
        take_in(lake, [Intake(url, sha256, len(now), url)], datetime.now(UTC))
    warc = Writer()
    for at, count in (("2022-03-01", 5), ("2022-04-01", 6), ("2022-05-01", 6), ("2022-06-01", 5)):
        warc.response(url, page(2021, count), f"{at}T00:00:00Z")
    bring_in(Places(lake.home), [warc.save(tmp_path / "a.warc.gz")], [])
    brought_up(lake.home)
    moments = asked(
        lake, "select strftime(fetched_at, '%Y-%m'), sha256 = '" + sha256 + "' from document order by fetched_at"
    )
    assert [moment for moment, _ in moments[:2]] == ["2022-03", "2022-04"]
    assert [is_now for _, is_now in moments] == [False, False, True]
    [(version, published)] = asked(lake, "select version, published from dim_report where is_current")
    assert (version, published) == (3, None)
    again = bring_in(Places(lake.home), [tmp_path / "a.warc.gz"], [])
    assert (again.imported, again.known) == (0, 4)
    assert steps.store_collected(lake) == []


def test_captures_are_taken_in_again_where_the_register_is_lost(tmp_path: Path) -> None:
    lake, warc = Lake(tmp_path / "home"), Writer()
    warc.response(f"{HOST}/2021.html", page())
    bring_in(Places(lake.home), [warc.save(tmp_path / "a.warc.gz")], [])
    with lake.lock():
        [given] = steps.store_collected(lake)
        assert steps.store_collected(lake) == []
        [part] = lake.part_files(lake.intake, "document.parquet")
        Path(part).write_bytes(b"damaged")
        steps.look_through(lake)
        assert steps.store_collected(lake) == [given]


@pytest.mark.services
def test_the_command(tmp_path: Path) -> None:
    warc = Writer()
    warc.response(f"{HOST}/2021.html", page())
    file = warc.save(tmp_path / "a.warc.gz")
    chosen = {"OGI_HOME": str(tmp_path / "home")}
    done = run_ogi("import", file, "--json", **chosen)
    record = json.loads(done.stdout)
    assert (done.returncode, record["imported"]["imported"], record["main"]["reports"]["all"]) == (0, 1, 1)
    file.write_bytes(file.read_bytes()[:-20])
    again = run_ogi("import", file, **chosen)
    assert again.returncode == 1
    assert "left out: a.warc.gz: it ends in the middle of a record" in again.stdout.decode()


def test_mistakes_are_one_line(tmp_path: Path) -> None:
    done = run_ogi("import", tmp_path / "nowhere.warc.gz", OGI_HOME=str(tmp_path / "home"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"there is no file or folder" in done.stderr
    with held(tmp_path / "home"):
        busy = run_ogi("import", tmp_path, OGI_HOME=str(tmp_path / "home"))
    assert (busy.returncode, busy.stdout) == (NOTHING_ASKED, b"")
    assert b"another process collects" in busy.stderr
