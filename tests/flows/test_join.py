"""`ogi join`: the homes of two shards are the lake that one collector would have made."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from extract.fetch.http.address_guard import Reach
from extract.fetch.http.limits import Manners
from extract.fetch.model import Source
from extract.fetch.night.collect import collecting, night
from extract.fetch.night.page_reader import reading
from extract.fetch.night.shards import Shard, share
from flows.job import job
from flows.settings import settings
from tests.fetch.night.site import LoopbackSite, Served
from tests.flows.conftest import SAMPLES, run_ogi

PAGES = {2022: "pingtan-2022.html", 2024: "pingtan-2024.html", 2019: "pingtan-2019.html"}
CELLS = """
    select r.source_url, r.organ_key, r.year, f.outcome_key, f.applicant_key, f.count
    from fact_request f join dim_report r using (report_key) order by all
"""


def served(site: LoopbackSite, hosts: list[str]) -> list[Source]:
    """A listing on each host with one report, the last of them on the host before."""
    own = ("www.pingtan.example", *hosts)
    for number, (host, (year, page)) in enumerate(zip(hosts, PAGES.items(), strict=True)):
        where = hosts[0] if number == 2 else host
        link = f"<li><a href='{site.url(f'/r{number}.html', where)}'>平潭综合实验区{year}年政府信息公开工作年度报告</a></li>"
        site.only[host, "/"] = Served(f"<html><title>政府信息公开年报</title><ul>{link}</ul></html>".encode())
        site.only[where, f"/r{number}.html"] = Served((SAMPLES / page).read_bytes())
    return [Source(f"源{host}", (site.url("/", host),), hosts=own) for host in hosts]


def collected(home: Path, sources: list[Source], shard: Shard) -> None:
    manners = Manners(contact="https://example.org", rate=0)
    with collecting(home, manners, reading(), Reach(loopback=True), shard=shard) as opened:
        assert night(opened, sources)["totals"]["refused"] == 0


def cells(home: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "ogi.duckdb"), read_only=True) as con:
        return con.sql(CELLS).fetchall()


@pytest.mark.services
def test_two_homes_are_one_lake(tmp_path: Path) -> None:
    every = [f"127.0.0.{n}" for n in range(2, 40)]
    hosts = [next(host for host in every if share(host, 2) == number) for number in (1, 2)]
    hosts.append(next(host for host in every if share(host, 2) == 2 and host not in hosts))
    with LoopbackSite().serving() as site:
        sources = served(site, hosts)
        collected(tmp_path / "whole", sources, Shard())
        homes = [tmp_path / "first", tmp_path / "second"]
        for number, home in enumerate(homes, 1):
            collected(home, sources, Shard(number, 2))
        first = run_ogi("join", *homes, "--home", tmp_path / "lake")
        assert (first.returncode, first.stderr) == (0, b"")
        assert b"2 homes: 2 stored contents are new to the lake" in first.stdout
        assert b"1 addresses were handed over" in first.stdout
        collected(homes[0], sources, Shard(1, 2))
        second = run_ogi("join", *homes, "--home", tmp_path / "lake", "--json")
        assert (second.returncode, second.stderr) == (0, b"")
        assert b'"versions": 1' in second.stdout
    job(settings(home=str(tmp_path / "whole"), workers=1), [], collected=True)
    assert len(cells(tmp_path / "whole")) > 200
    assert cells(tmp_path / "lake") == cells(tmp_path / "whole")


def test_homes_that_cannot_be_joined_are_one_sentence(tmp_path: Path) -> None:
    done = run_ogi("join", tmp_path / "nowhere", "--home", tmp_path / "lake")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().strip() == f"ogi: nothing was collected into {tmp_path / 'nowhere'} yet."
