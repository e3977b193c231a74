"""Three nights at an imitation of publishers' sites, with the project's own discovery."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from extract.fetch.model import Source
from extract.fetch.night.collect import Places, UnknownSource, collecting, night
from extract.fetch.night.history import History
from extract.fetch.night.page_reader import reading
from extract.fetch.night.queue import Recheck
from flows import exit_status
from flows.exit_status import FINE, LOSSES, NOTHING_ASKED
from tests.fetch.night.conftest import ALL, HASTY, LOOPBACK, collect, listing, report, source
from tests.fetch.night.site import LoopbackSite
from tests.fetch.site import TestSite


def held(home: Path) -> dict[str, int]:
    """Addresses whose content is held → how many versions."""
    with History(Places(home).history) as history:
        return dict(history.read("select u.url, count(*) from version v join url u on u.id = v.url group by u.url"))


def a_night(home: Path, sources: tuple[Source, ...]) -> dict[str, Any]:
    with collecting(home, HASTY, reading(), LOOPBACK, ALL) as opened:
        return night(opened, sources)


def test_three_nights_at_all_families_of_sites(tmp_path: Path) -> None:
    with TestSite(pause=0.01, retry_after=0) as site:
        wanted = set(site.reports()) | set(site.files())
        first = a_night(tmp_path, site.sources)
        assert held(tmp_path) == dict.fromkeys(wanted, 1)
        assert first["totals"]["new"] == len(wanted)
        whole = Counter(request.path for request in site.log if request.status == 200)
        twice = {path for path, count in whole.items() if count > 1 and path != "/robots.txt"}
        assert twice == {"/plain/reset.html", "/plain/short.html"}  # whose first answers were cut
        refused = {line["source"]: line["refused"] + line["gone"] + line["failed"] for line in first["sources"]}
        assert refused == {name: 12 if name == "refused" else 0 for name in refused}

        site.log.clear()
        second = a_night(tmp_path, site.sources)
        assert second["totals"]["unchanged"] == len(wanted)
        assert second["totals"]["new"] == second["totals"]["changed"] == second["totals"]["moved"] == 0
        again = {request.path for request in site.log if request.status == 200}
        never_stored = {"/robots.txt"} | {path for path in again if path.startswith("/refused/")}
        assert again == never_stored, "what is held is asked for on condition only"

        site.night = 3
        third = a_night(tmp_path, site.sources)
        assert (third["totals"]["changed"], third["totals"]["moved"], third["totals"]["new"]) == (1, 1, 0)
        versions = held(tmp_path)
        assert Counter(versions.values()) == {1: len(wanted), 2: 1}
        assert set(site.reports()) | set(site.files()) <= set(versions)


def test_a_changed_page_is_a_version_and_the_old_one_stays(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing(("/r.html", "2023年年度报告")))
    old = site.put("/r.html", report("某区", 2023, "17"), etag='"1"').body
    collect(tmp_path, [source(site)])
    new = site.put("/r.html", report("某区", 2023, "18"), etag='"2"').body
    summary = collect(tmp_path, [source(site)])
    assert (summary["totals"]["changed"], summary["totals"]["new"]) == (1, 0)
    with History(Places(tmp_path).history) as history:
        shas = [sha for (sha,) in history.read("select sha256 from version order by n")]
    store = Places(tmp_path).store()
    assert [store.get(sha) for sha in shas] == [old, new]


def test_a_column_that_shows_the_newest_report_in_place(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", "in place" + report("某区", 2022))
    assert collect(tmp_path, [source(site)])["totals"]["new"] == 1
    site.put("/", "in place" + report("某区", 2023))
    assert collect(tmp_path, [source(site)])["totals"]["changed"] == 1
    assert site.asked() == ["/", "/"], "one request gives the list and the report"


def test_what_was_lost_before_is_no_news(site: LoopbackSite, tmp_path: Path) -> None:
    """The first night that an address fails ends with 1, the next ones with 0, until something else fails."""
    site.put("/", listing(("/a.html", "2022年年度报告"), ("/b.html", "2023年年度报告")))
    site.put("/a.html", report("某区", 2022))
    summaries = [collect(tmp_path, [source(site)]) for _ in range(2)]
    site.put("/a.html", "", status=404)
    summaries += [collect(tmp_path, [source(site)]) for _ in range(2)]
    assert [summary["totals"]["newly_lost"] for summary in summaries] == [1, 0, 1, 0]
    assert [summary["totals"]["gone"] for summary in summaries] == [1, 1, 2, 2]
    assert [exit_status.of_collecting(summary) for summary in summaries] == [LOSSES, FINE, LOSSES, FINE]
    assert [summary["sources"][0]["waiting"] for summary in summaries] == [1, 1, 1, 1]


def test_a_night_in_which_nothing_is_due(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing())
    day = Recheck(86_400)
    first, second = (collect(tmp_path, [source(site)], recheck=day) for _ in range(2))
    none = collect(tmp_path / "other", [], recheck=day)
    found = [(s["registered"], s["asked"], exit_status.of_collecting(s)) for s in (first, second, none)]
    assert found == [(1, 1, FINE), (1, 0, NOTHING_ASKED), (0, 0, FINE)]


def test_since_leaves_older_years_for_another_night(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing(("/a", "2019年年度报告"), ("/b", "2023年年度报告"), ("/c", "年度报告")), etag='"1"')
    for path in ("/a", "/b", "/c"):
        site.put(path, report(path, 2023))
    assert collect(tmp_path, [source(site)], since=2020)["totals"]["new"] == 2
    assert "/a" not in site.asked()
    assert collect(tmp_path, [source(site)])["totals"]["new"] == 1, "found again although the list has not changed"


def test_one_source_alone(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/one", listing(("/1", "2023年年度报告")))
    site.put("/two", listing(("/2", "2023年年度报告")))
    both = [source(site, "/one", name="one"), source(site, "/two", name="two")]
    collect(tmp_path, both, names=["two"])
    assert site.asked() == ["/2", "/two"]
    with pytest.raises(UnknownSource, match="three"):
        collect(tmp_path, both, names=["three"])


def test_what_was_asked_lately_is_not_asked_again(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing(("/a", "2023年年度报告"), ("/gone", "2022年年度报告")))
    site.put("/a", report("某区", 2023))
    collect(tmp_path, [source(site)], recheck=Recheck())
    site.clear()
    assert collect(tmp_path, [source(site)], recheck=Recheck())["asked"] == 0
    assert site.hits() == []


@pytest.mark.parametrize("asks", [ALL, Recheck(now=True)], ids=["every run asks all", "this run asks all"])
def test_all_is_asked_though_a_night_before_put_it_off(site: LoopbackSite, tmp_path: Path, asks: Recheck) -> None:
    site.put("/", listing(("/a", "2023年年度报告"), ("/gone", "2022年年度报告")))
    site.put("/other", listing(("/b", "2023年年度报告")))
    for path in ("/a", "/b"):
        site.put(path, report(path, 2023))
    both = [source(site), source(site, "/other", name="other")]
    collect(tmp_path, both, recheck=Recheck())
    site.clear()
    collect(tmp_path, both, recheck=asks, names=["某区"])
    assert site.asked() == ["/", "/a", "/gone"]
    site.clear()
    collect(tmp_path, both, recheck=asks)
    assert site.asked() == ["/", "/a", "/b", "/gone", "/other"]
    site.clear()
    collect(tmp_path, both, recheck=Recheck())
    assert (site.asked() == []) is asks.now, "what was asked at once is put off as ever"


def test_what_a_clock_ahead_put_off_for_years_is_asked(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing(("/a", "2023年年度报告")))
    site.put("/a", report("某区", 2023))
    collect(tmp_path, [source(site)], recheck=Recheck())
    assert collect(tmp_path, [source(site)], recheck=Recheck())["asked"] == 0
    with History(Places(tmp_path).history) as history:
        history.change(lambda con: con.execute("update url set next_at = next_at + 5 * 365 * 86400")).result()
    assert collect(tmp_path, [source(site)], recheck=Recheck())["asked"] == 2


def test_what_has_long_been_as_it_is_is_looked_at_more_rarely() -> None:
    recheck, day = Recheck(), 86_400.0
    waits = [recheck.after(age * day, False, 0) for age in (0, 1, 4, 20, 4000)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (20 * 3600, 30 * day)
    assert recheck.after(4000 * day, True, 0) == 20 * 3600, "a listing page is looked at every night"
    failing = [recheck.after(0, True, failures) for failures in range(1, 50)]
    assert failing == sorted(failing)
    assert 20 * day < failing[-1] <= 30 * day


def test_a_source_that_leaves_the_registry_hands_its_addresses_on(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/one", listing(("/r", "2023年年度报告")))
    site.put("/two", listing(("/r", "2023年年度报告"), ("/s", "2022年年度报告")))
    for path in ("/r", "/s"):
        site.put(path, report(path, 2023))
    one, two = source(site, "/one", name="one"), source(site, "/two", name="two")
    collect(tmp_path, [one, two])
    site.clear()
    collect(tmp_path, [two])
    assert site.asked() == ["/r", "/s", "/two"]
    site.clear()
    collect(tmp_path, [])
    assert site.asked() == []


def test_a_listing_is_read_anew_when_the_reading_or_the_source_changes(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing((site.url("/r", "127.0.0.2"), "2023年年度报告")), etag='"1"')
    site.put("/r", report("某区", 2023), etag='"2"')
    first = collect(tmp_path, [source(site)])
    assert [(link["url"], link["reason"]) for link in first["refused_links"]] == [
        (site.url("/r", "127.0.0.2"), "foreign host")
    ]
    assert collect(tmp_path, [source(site)])["totals"]["new"] == 0
    assert site.hits("/")[-1].status == 304
    assert collect(tmp_path, [source(site, hosts=("127.0.0.2",))])["totals"]["new"] == 1


def test_bodies_without_validators_are_told_by_their_content(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing(("/a", "2023年年度报告")))
    site.put("/a", report("某区", 2023))
    collect(tmp_path, [source(site)])
    assert collect(tmp_path, [source(site)])["totals"]["unchanged"] == 1
    assert site.hits("/a")[-1].status == 200


def test_a_listing_that_never_ends_comes_to_its_limit(
    site: LoopbackSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.fetch.night.record.MAX_LISTINGS", 5)
    for number in range(20):
        site.put(f"/{number}", listing((f"/{number + 1}", "下一页")))
    summary = collect(tmp_path, [source(site, "/0")])
    assert len(site.asked()) == 5
    assert "more than 5 listing pages" in summary["limits"][0]
