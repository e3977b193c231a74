"""Several collectors: each host is asked by one of them, and what they have becomes one lake."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from extract.fetch.discover.address import same_site
from extract.fetch.night.collect import CollectBusy, Places, held
from extract.fetch.night.history import History
from extract.fetch.night.join import NotJoined, join
from extract.fetch.night.shards import Shard, parsed, share
from tests.fetch.night.conftest import collect, listing, report, source
from tests.fetch.night.site import LoopbackSite, Served

HOSTS = [f"127.0.0.{n}" for n in range(1, 25)]


def test_each_host_is_in_one_shard_and_all_hosts_of_a_site_in_the_same() -> None:
    names = [f"{front}x{n}.gov.cn" for n in range(400) for front in ("", "www.", "jyj.", "zwgk.")]
    names += ["[::1]:8080", "122.137.242.24:8080", "www.example.com.cn", "gov.cn", "a"]
    for count in (1, 2, 3, 16):
        shards = [Shard(number, count) for number in range(1, count + 1)]
        assert all(sum(shard.has(name) for shard in shards) == 1 for name in names)
        assert max(Counter(share(name, count) for name in names).values()) < 1.6 * len(names) / count
    for one, other in itertools.pairwise(names):
        if same_site(one, other):
            assert share(one, 7) == share(other, 7)
    assert share("www.x1.gov.cn:8080", 7) == share("X1.gov.cn", 7)
    assert [share(f"x{n}.gov.cn", 5) for n in range(8)] == [2, 4, 3, 1, 3, 5, 2, 3]  # for ever: homes hang on it


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1/0", "1", "1/3/3", "1/1001", "-1/3", "1 /3", "１/3", "01/3"])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(ValueError, match="one of several"):
        parsed(text)


def of_shard(number: int, count: int = 3) -> list[str]:
    return [host for host in HOSTS if share(host, count) == number]


def world(site: LoopbackSite) -> list[Any]:
    """A source on each of 24 hosts, one of which lists a report on a host of another shard, links to a page there, and redirects."""
    for host in HOSTS:
        links = [("/2022.html", "2022年度报告"), ("/2023.html", "2023年度报告")]
        for path, year in (("/2022.html", 2022), ("/2023.html", 2023)):
            site.only[host, path] = Served(report(host, year).encode())
        if host == of_shard(1)[0]:
            there, further = of_shard(2)[0], of_shard(3)[0]
            links += [(site.url("/guest.html", there), "2021年度报告"), (site.url("/more", further), "下一页")]
            links += [("/gone-over.html", "2020年度报告")]
            site.only[host, "/gone-over.html"] = Served(
                b"", status=302, headers={"Location": site.url("/over.html", there)}
            )
            site.only[there, "/guest.html"] = Served(report("客", 2021).encode())
            site.only[there, "/over.html"] = Served(report("过", 2020).encode())
            site.only[further, "/more"] = Served(listing(("/last.html", "2019年度报告")).encode())
            site.only[further, "/last.html"] = Served(report("末", 2019).encode())
        site.only[host, "/"] = Served(listing(*links).encode())
    return [source(site, name=host, host=host, hosts=tuple(HOSTS)) for host in HOSTS]


def stored(home: Path) -> set[tuple[str, str]]:
    """Address and content of every version in a home's history, each of which is in its store."""
    with History(Places(home).history) as history:
        found = set(history.read("select u.url, v.sha256 from version v join url u on u.id = v.url"))
    assert all(Places(home).store().check(sha) is None for _, sha in found)
    return found


def asked(site: LoopbackSite) -> dict[str, int]:
    counts = Counter(hit.host for hit in site.hits())
    site.clear()
    return dict(counts)


def test_nights_of_three_shards_are_one_lake(tmp_path: Path, site: LoopbackSite) -> None:
    sources = world(site)
    whole = collect(tmp_path / "whole", sources)
    assert (whole["totals"]["new"], whole["left"], whole["shard"]) == (51, 0, "1/1")
    everything = {sha for _, sha in stored(tmp_path / "whole")}
    site.clear()
    homes = [tmp_path / f"shard-{number}" for number in (1, 2, 3)]
    for night in (1, 2):
        visited: Counter[str] = Counter()
        for number, home in enumerate(homes, 1):
            summary = collect(home, sources, shard=Shard(number, 3))
            hosts = asked(site)
            assert set(hosts) == set(
                of_shard(number)
            )  # no request at all to a host of another, robots.txt and redirects too
            visited.update(set(hosts))
            assert summary["registered"] >= len(hosts)
            assert summary["left"] == (3 if (night, number) == (1, 1) else 0)
            assert (summary["totals"]["failed"], summary["totals"]["newly_lost"]) == (0, 0)
        assert visited == dict.fromkeys(HOSTS, 1)
        with held(tmp_path / "lake"):
            done = join(Places(tmp_path / "lake"), homes)
            assert (done.versions, done.handed) == ((48, 3) if night == 1 else (3, 0))
            again = join(Places(tmp_path / "lake"), homes)
            assert (again.versions, again.handed, again.is_whole) == (0, 0, True)
    assert {sha for _, sha in stored(tmp_path / "lake")} == everything


def test_a_night_that_was_cut_short_goes_on_as_another_shard(tmp_path: Path, site: LoopbackSite) -> None:
    sources = world(site)

    def stop(_outcome: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect(tmp_path, sources, shard=Shard(1, 3), watch=stop)
    site.clear()
    summary = collect(tmp_path, sources, shard=Shard(2, 3))
    assert set(asked(site)) == set(of_shard(2))
    assert summary["continued"]


def test_a_history_of_before_there_were_shards_goes_on(tmp_path: Path, site: LoopbackSite) -> None:
    collect(tmp_path, world(site))
    file = Places(tmp_path).history
    with closing(sqlite3.connect(file)) as con:
        con.executescript(
            "alter table run drop column shard; alter table run drop column joined; pragma user_version = 2"
        )
    site.clear()
    assert collect(tmp_path, world(site), shard=Shard(2, 3))["totals"]["unchanged"] > 0
    assert set(asked(site)) == set(of_shard(2))


def test_robots_that_lie_with_another_shard_are_not_asked_for(tmp_path: Path, site: LoopbackSite) -> None:
    here, there = of_shard(1)[0], of_shard(2)[0]
    site.only[here, "/robots.txt"] = Served(b"", status=301, headers={"Location": site.url("/robots.txt", there)})
    site.only[here, "/"] = Served(listing(("/a.html", "2022年度报告")).encode())
    summary = collect(tmp_path, [source(site, host=here)], shard=Shard(1, 3))
    assert set(asked(site)) == {here}
    assert "another shard asks" in summary["sources"][0]["why"]


def test_what_cannot_be_joined_is_said(tmp_path: Path, site: LoopbackSite) -> None:
    sources = world(site)
    for name in ("a", "b"):
        collect(tmp_path / name, sources[:2], shard=Shard(share(HOSTS[0], 3), 3))
    lake = Places(tmp_path / "lake")
    for homes, said in [
        (["a", "b"], "both collected as shard"),
        (["a", "a"], "given twice"),
        (["a", "lake"], "or is the lake itself"),
        (["nowhere"], "nothing was collected"),
    ]:
        with pytest.raises(NotJoined, match=said):
            join(lake, [tmp_path / name for name in homes])
    assert not (tmp_path / "nowhere").exists()


def test_a_home_that_collects_is_not_joined(tmp_path: Path, site: LoopbackSite) -> None:
    collect(tmp_path / "a", world(site)[:2])
    script = (
        "import sys; from pathlib import Path; from extract.fetch.night.collect import held\n"
        "with held(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, tmp_path / "a"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(CollectBusy, match="collects into"):
            join(Places(tmp_path / "lake"), [tmp_path / "a"])
        process.communicate()


def test_a_damaged_document_is_named_and_comes_with_a_later_join(tmp_path: Path, site: LoopbackSite) -> None:
    sources = world(site)[:1]
    collect(tmp_path / "a", sources)
    store = Places(tmp_path / "a").store()
    sha = next(iter(sorted(sha for _, sha in stored(tmp_path / "a"))))
    content = store.get(sha)
    store.path(sha).write_bytes(content[:-1])
    done = join(Places(tmp_path / "lake"), [tmp_path / "a"])
    assert (done.damaged, done.is_whole) == ([store.path(sha)], False)
    store.path(sha).write_bytes(content)
    assert join(Places(tmp_path / "lake"), [tmp_path / "a"]).versions == 1
    assert stored(tmp_path / "lake") == stored(tmp_path / "a")


def test_a_content_that_an_address_has_again_is_its_last_whoever_asked(tmp_path: Path, site: LoopbackSite) -> None:
    """As its host had moved to another home meanwhile, to which the content is new."""
    sources = world(site)[:1]
    page = site.only[HOSTS[0], "/2022.html"]
    first, then = page.body, report(HOSTS[0], 2022, "更正").encode()
    for number, (home, body) in enumerate((("old", first), ("old", then), ("new", first)), 2020):
        page.body = body
        collect(tmp_path / home, sources)
        with History(Places(tmp_path / home).history) as history:
            at = f"{number}-01-01T00:00:00+00:00"
            history.change(partial(_dated, at)).result()
    lake = Places(tmp_path / "lake")
    join(lake, [tmp_path / "new", tmp_path / "old"])
    with History(lake.history) as history:
        rows = history.read(
            "select v.sha256, v.taken_in from version v join url u on u.id = v.url where u.url like '%/2022.html' order by v.n"
        )
        (now,) = history.read("select sha256 from url where url like '%/2022.html'")
    shas = [hashlib.sha256(body).hexdigest() for body in (first, then, first)]
    assert rows == [(sha, 0) for sha in shas]
    assert now == (shas[0],)


def test_an_older_content_that_comes_late_is_kept_and_no_news(tmp_path: Path, site: LoopbackSite) -> None:
    """A host moves to another home when there are more shards; the old home may be joined after the new one."""
    sources = world(site)[:1]
    collect(tmp_path / "old", sources)
    with History(Places(tmp_path / "old").history) as history:
        history.change(lambda con: con.execute("update version set at = '2020-01-01T00:00:00+00:00'")).result()
    page = site.only[HOSTS[0], "/2022.html"]
    page.body = report(HOSTS[0], 2022, "更正").encode()
    collect(tmp_path / "new", sources)
    lake = Places(tmp_path / "lake")
    join(lake, [tmp_path / "new"])
    done = join(lake, [tmp_path / "old"])
    assert done.late == done.versions > 0
    with History(lake.history) as history:
        waiting = history.read("select v.at from version v where not taken_in")
        assert all(at > "2021" for (at,) in waiting)
        now = history.read("select sha256 from url where url like '%2022.html'")
    assert now == [(hashlib.sha256(page.body).hexdigest(),)]


def _dated(at: str, con: sqlite3.Connection) -> None:
    con.execute("update version set at = ? where at > '2025'", (at,))
