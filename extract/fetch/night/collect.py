"""The door of collecting: one night over registered sources, from their listing pages to new versions in the raw store.

home/raw/ab/<sha256>           what sites sent
home/fetch/history.sqlite      the history of every address
home/fetch/unfinished/         what is being written
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from extract.fetch.http.address_guard import Reach
from extract.fetch.http.limits import Manners
from extract.fetch.http.rate_limit import Hosts
from extract.fetch.model import Source
from extract.fetch.night import queue
from extract.fetch.night.crawl import Site, Watch, crawl
from extract.fetch.night.health import health
from extract.fetch.night.history import History
from extract.fetch.night.of_others import left, listed, spread
from extract.fetch.night.page_processes import Apart
from extract.fetch.night.page_reader import Reading
from extract.fetch.night.queue import Recheck, Run
from extract.fetch.night.shards import WHOLE, Shard
from extract.raw_store import RawStore

HOSTS_A_BATCH = 64
LISTED = 1_000  # links that were refused tonight and are listed in the summary
REASONS = 3  # of a source that are told; the history has all

Crawl = Callable[[Run, Sequence[Sequence[str]]], None]
"""Goes through batches of hosts, each with `crawl`."""


class CollectBusy(Exception):
    """Another process collects into the same home; the message says so."""


class UnknownSource(Exception):
    """A source that was asked for is not registered; the message names it."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where collecting keeps things in a home folder."""

    home: Path

    @property
    def history(self) -> Path:
        """The history of every address."""
        return self.home / "fetch" / "history.sqlite"

    @property
    def prefect(self) -> Path:
        """The home of Prefect's server, where it is started for one run."""
        return self.home / "fetch" / "prefect"

    @property
    def served_prefect(self) -> Path:
        """The home of Prefect's server, where it starts runs by the clock."""
        return self.home / "fetch" / "prefect-serve"

    def store(self) -> RawStore:
        """The raw store."""
        return RawStore(self.home / "raw", self.home / "fetch" / "unfinished")


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold a home against other processes that collect into it. Raises CollectBusy."""
    file = Places(home).history.with_name("collect.lock")
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file, thread_local=False, is_singleton=True)  # this process may hold it within itself
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CollectBusy(f"another process collects into {home} right now: wait for it to end.") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def collecting(
    home: Path,
    manners: Manners,
    reading: Reading,
    reach: Reach | None = None,
    recheck: Recheck | None = None,
    shard: Shard = WHOLE,
) -> Iterator[Site]:
    """Everything for a night, held against other processes that collect into the same home. Raises CollectBusy.

    `shard`: the hosts that are asked; what lies on others is written down and left to who asks them.
    """
    with held(home):
        places = Places(home.absolute())
        store = places.store()
        store.sweep()
        with History(places.history, store.settle) as history, Apart(manners.page_seconds) as apart:
            hosts, known = Hosts(manners), recheck or Recheck()
            yield Site(history, store, manners, reach or Reach(), hosts, reading, known, apart, shard)


def night(
    site: Site,
    sources: Iterable[Source],
    names: Sequence[str] = (),
    since: int | None = None,
    go: Crawl | None = None,
    watch: Watch = lambda _outcome: None,
) -> dict[str, Any]:
    """Collect from the registered sources (of them, those with `names`) and give the summary.

    A night that was cut short is continued. `go` goes through the batches of hosts in its own way; None: one after
    another, here. Raises UnknownSource, OSError and sqlite3.Error (disk full; everything finished until then is kept).
    """
    queue.register(site.history, sources, datetime.now(UTC))
    _must_be_registered(site.history, names)
    run = queue.begin(site.history, names, since, datetime.now(UTC), site.recheck, site.shard)

    def here(run: Run, batches: Sequence[Sequence[str]]) -> None:
        for batch in batches:
            crawl(site, run, batch, watch)

    while batches := queue.batches(site.history, HOSTS_A_BATCH):  # again for hosts that were only found on the way
        before = asked(site.history, run)
        (go or here)(run, batches)
        if asked(site.history, run) == before:
            raise RuntimeError("the queue of tonight does not get shorter")
    queue.end(site.history, run, datetime.now(UTC))
    return summary(site.history, run)


def asked(history: History, run: Run) -> int:
    """How many addresses a run has been through."""
    return int(history.read("select count(*) from fetch where run = ?", run.id)[0][0])


def _must_be_registered(history: History, names: Sequence[str]) -> None:
    for name in names:
        if not history.read("select 1 from source where name = ? and active", name):
            raise UnknownSource(f"there is no source {name!r}: `ogi sources list` shows all.")


class Line(NamedTuple):
    """What a night gave of one source, in addresses of reports and attachments.

    `asked`: addresses that the night has been through, listing pages too. `moved`: content that is held already, met at another
    address. `refused`: what the site gave is no report (a login, a
    page that says "not found"), or must not be asked for. `gone`, `refused` and `failed` count listing pages, too, but a
    further page that is not there only if the source names it. `newly_lost`: of gone, refused and failed, those that were not so
    the time before. `waiting`: stored versions that the lake has not taken in. `why`: the commonest reasons.
    """

    source: str
    asked: int
    new: int
    changed: int
    unchanged: int
    moved: int
    gone: int
    refused: int
    failed: int
    newly_lost: int
    waiting: int
    why: str


_LINES = """
    with outcome as (
        select u.source, f.outcome, f.reason, u.kind, u.failures
        from fetch f join url u on u.id = f.url
        where f.run = ? and not (f.outcome = 'gone' and u.kind is null and u.parent is not null)
    ), not_taken_in as (
        select u.source, count(*) as versions from version v join url u on u.id = v.url where v.taken_in = 0 group by u.source
    )
    select s.name, count(*),
        count(*) filter (where outcome = 'new'), count(*) filter (where outcome = 'changed'),
        count(*) filter (where outcome = 'unchanged' and kind is not null), count(*) filter (where outcome = 'moved'),
        count(*) filter (where outcome = 'gone'), count(*) filter (where outcome = 'refused'),
        count(*) filter (where outcome = 'failed'),
        count(*) filter (where outcome in ('gone', 'refused', 'failed') and failures = 1),
        coalesce(max(w.versions), 0)
    from outcome o join source s on s.id = o.source left join not_taken_in w on w.source = s.id
    group by s.id order by s.name
"""
_WHY = """
    select s.name, rtrim(coalesce(f.reason, f.outcome), '.。') as why, count(*) as times, min(u.url)
    from fetch f join url u on u.id = f.url join source s on s.id = u.source
    where f.run = ? and f.outcome in ('gone', 'failed', 'refused')
        and not (f.outcome = 'gone' and u.kind is null and u.parent is not null)
    group by s.id, why order by s.name, times desc, why
"""


def summary(history: History, run: Run) -> dict[str, Any]:
    """What a night gave: a line for each source that it was about (see `Line`), totals, links that were left out, and sources
    with fewer reports than their entries assert.
    """
    why = _why(history, run)
    lines = [Line._make([name, *counts, why.get(name, "")]) for name, *counts in history.read(_LINES, run.id)]
    elsewhere = spread(history, run.shard)
    counted = [name for name in Line._fields if name not in ("source", "why")]
    return {
        "run": run.id,
        "since": run.since,
        "continued": run.continued,
        "registered": _registered(history, run),
        "asked": asked(history, run),
        "sources": [line._asdict() for line in lines],
        "totals": {name: sum(getattr(line, name) for line in lines) for name in counted},
        "refused_links": [
            {"source": name, "url": url, "reason": reason}
            for name, url, reason in history.read(_REFUSED, run.id, LISTED)
        ],
        "refused_links_count": history.read("select count(*) from refusal where run = ?", run.id)[0][0],
        "short": [
            {"source": each.source, "expected": each.expected, "found": each.found, "is_new": each.asked == 1}
            for each in health(history, run.id)
            if each.is_short and each.source not in elsewhere
        ],
        "shard": str(run.shard),
        "left": left(history, run.shard),
        "limits": [
            f"{name}: {limit}"
            for name, limit in history.read(
                "select name, reached_limit from source where active and reached_limit is not null order by name"
            )
        ],
    }


def _registered(history: History, run: Run) -> int:
    """How many registered sources the night was for."""
    (selection,) = history.read("select selection from run where id = ?", run.id)[0]
    names = json.loads(selection)
    if run.shard.count > 1:
        return len({name for name in listed(history, run.shard) if not names or name in names})
    return len(names) or int(history.read("select count(*) from source where active")[0][0])


def _why(history: History, run: Run) -> dict[str, str]:
    """The reasons of every source where something went wrong, the commonest first."""
    found = {}
    for name, group in groupby(history.reader().execute(_WHY, (run.id,)), itemgetter(0)):
        told = [f"{f'{times} × ' if times > 1 else ''}{reason} ({example})" for _, reason, times, example in group]
        more = f"; and {len(told) - REASONS} other reasons" if len(told) > REASONS else ""
        found[name] = "; ".join(told[:REASONS]) + more
    return found


_REFUSED = """
    select s.name, r.url, r.reason from refusal r join source s on s.id = r.source
    where r.run = ? order by s.name, r.url limit ?
"""


class Version(NamedTuple):
    """A stored content that the lake has not taken in yet. `key` names it for `taken_in`."""

    key: tuple[int, int]
    url: str
    final_url: str
    sha256: str


def waiting(history: History, most: int) -> list[Version]:
    """The next versions for the lake, the oldest first, at most one of each address: an address has one content at a time."""
    rows = history.read(
        """
        select v.url, v.n, u.url, coalesce(f.final_url, u.url), v.sha256
        from version v join url u on u.id = v.url join fetch f on f.id = v.fetch
        where v.taken_in = 0
            and not exists (select 1 from version e where e.url = v.url and e.taken_in = 0 and e.n < v.n)
        order by v.fetch limit ?
        """,
        most,
    )
    return [Version((url, n), *rest) for url, n, *rest in rows]


def left_waiting(home: Path) -> dict[str, int]:
    """Of each source, how many stored versions the lake has not taken in; sources without one are left out."""
    with History(Places(home).history) as history:
        return dict(
            history.read(
                """select s.name, count(*) from version v join url u on u.id = v.url join source s on s.id = u.source
                   where v.taken_in = 0 group by s.id order by s.name"""
            )
        )


def taken_in(history: History, versions: Sequence[Version]) -> None:
    """The lake has these."""
    keys = [version.key for version in versions]
    history.change(
        lambda con: con.executemany("update version set taken_in = 1 where url = ? and n = ?", keys)
    ).result()
