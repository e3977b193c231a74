"""How often a site is asked, as the site's own log has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.fetch.night.conftest import HASTY, collect, listing, report, source
from tests.fetch.night.site import LoopbackSite


def fill(site: LoopbackSite, count: int) -> None:
    site.put("/", listing(*((f"/{n}", f"{2000 + n}年年度报告") for n in range(count))))
    for n in range(count):
        site.put(f"/{n}", report("某区", 2000 + n))


def pace(site: LoopbackSite, host: str = "127.0.0.1") -> float:
    """Requests a second, from the second one on: the first, for robots.txt, arrives late by what connecting takes."""
    times = [hit.at for hit in site.hits() if hit.host == host][1:]
    return (len(times) - 1) / (max(times) - min(times))


def test_never_more_than_the_limit_to_one_host(site: LoopbackSite, tmp_path: Path) -> None:
    fill(site, 18)
    hosts = [source(site, name=f"site {n}", host=f"127.0.0.{n}") for n in (1, 2, 3)]
    collect(tmp_path, hosts, replace(HASTY, rate=20, per_host=4))
    for n in (1, 2, 3):
        assert pace(site, f"127.0.0.{n}") <= 20
    assert len(site.hits()) == 3 * 20


def test_two_sources_on_one_host_share_its_limit(site: LoopbackSite, tmp_path: Path) -> None:
    fill(site, 10)
    site.put("/two", listing(("/a", "2023年年度报告"), ("/b", "2022年年度报告")))
    collect(tmp_path, [source(site, name="one"), source(site, "/two", name="two")], replace(HASTY, rate=20))
    assert pace(site) <= 20


def test_a_source_may_be_slower_than_the_rest(site: LoopbackSite, tmp_path: Path) -> None:
    fill(site, 4)
    collect(tmp_path, [source(site, rate=10.0)])
    assert pace(site) <= 10.5  # the clock of the log is not that of the client


def test_a_crawl_delay_is_kept(site: LoopbackSite, tmp_path: Path) -> None:
    fill(site, 4)
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.1\nDisallow: /2\n", kind="text/plain")
    summary = collect(tmp_path, [source(site)])
    assert site.hits("/2") == []
    assert (summary["totals"]["new"], summary["totals"]["refused"]) == (3, 1)
    after_robots = [hit.at for hit in site.hits()][1:]
    assert (len(after_robots) - 1) / (after_robots[-1] - after_robots[0]) <= 10


def test_a_crawl_delay_beyond_bearing_is_said(site: LoopbackSite, tmp_path: Path) -> None:
    fill(site, 2)
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 3600\n", kind="text/plain")
    summary = collect(tmp_path, [source(site)])
    assert "asks for 3600 s between two requests" in summary["sources"][0]["why"]
    assert site.asked() == []


def test_never_more_at_once_than_the_limit(site: LoopbackSite, tmp_path: Path) -> None:
    fill(site, 30)
    collect(tmp_path, [source(site)], replace(HASTY, per_host=3))
    assert site.most_at_once["127.0.0.1"] <= 3


def test_a_pause_that_one_page_asks_for_holds_for_the_host(site: LoopbackSite, tmp_path: Path) -> None:
    fill(site, 6)
    site.pages["/3"].faults = ["429 1"]
    collect(tmp_path, [source(site)], replace(HASTY, per_host=1))
    refused = next(hit.at for hit in site.hits("/3"))
    assert all(hit.at - refused >= 1 for hit in site.hits() if hit.at > refused)


def test_a_dead_host_costs_a_few_requests_and_harms_no_other(site: LoopbackSite, tmp_path: Path) -> None:
    fill(site, 40)
    for n in range(40):
        site.only["127.0.0.2", f"/{n}"] = replace(site.pages[f"/{n}"], status=500, faults=["500"] * 99)
    summary = collect(tmp_path, [source(site, name="dead", host="127.0.0.2"), source(site, name="alive")])
    dead, alive = sorted(summary["sources"], key=lambda line: line["new"])
    assert (dead["failed"], alive["new"]) == (40, 40)
    assert "answers 500" in dead["why"]
    assert len([hit for hit in site.hits() if hit.host == "127.0.0.2"]) < 20
