"""Crawl queue and re-check schedule in SQLite, so that millions of known addresses need no memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from extract.fetch.http.address_guard import host_of
from extract.fetch.model import Source
from extract.fetch.night.history import History
from extract.fetch.night.shards import WHOLE, Shard

DAY = 86_400.0
CONTINUED = DAY
"""A run that was cut short is continued within a day; later, its night is over."""
NEVER = 1e12  # seconds since 1970: a listing page that its source no longer names
LISTING, FRESH, KNOWN = (
    0,
    1,
    2,
)  # the order within a host: what may lead to new reports, new ones, those to look at again

_FILL = """
    insert or ignore into queue (host, rank, url)
    select u.host, case when u.lists then 0 when u.checked_at is null then 1 else 2 end, u.id
    from url u join source s on s.id = u.source
    where s.active and u.run is not :run
        and (u.next_at <= :now or :all and u.next_at < :never or u.next_at > :latest and u.next_at < :never)  -- a clock ahead put it off for years
        and (:since is null or u.lists or u.year is null or u.year >= :since)
        and (not :some or exists (select 1 from sighting g join chosen c on c.source = g.source where g.url = u.id))
        and (:whole or in_shard(u.host))
    order by 1, 2, 3
"""
_GIVE_UP = """
    insert into fetch (run, url, at, outcome, reason)
    select :run, url, :at, 'failed', :reason from queue where host = :host
"""
_GIVEN_UP = """
    update url set state = 'failed', reason = :reason, failures = failures + 1, run = :run,
        next_at = :now + :recheck * min(1 << min(failures, 5), 30)
    where id in (select url from queue where host = :host)
"""


@dataclass(frozen=True, slots=True)
class Recheck:
    """When a known address is asked again (seconds). `least` 0: every run asks all, whatever earlier runs put off.

    `now`: this run asks all, too; later ones as if it had been any other.
    """

    least: float = 20 * 3600.0
    most: float = 30 * DAY
    growth: float = 0.5  # of the age: what has long been as it is, is looked at more and more rarely
    now: bool = False

    def after(self, age: float, lists: bool, failures: int) -> float:
        """Seconds until the next look at an address known for `age` seconds."""
        if self.least <= 0:
            return 0.0
        if failures:
            return min(self.least * float(1 << min(failures - 1, 5)), self.most)
        return self.least if lists else min(max(self.least, age * self.growth), self.most)

    def longest(self) -> float:
        """Seconds for which no address is put off by a clock that is right."""
        return max(self.most, self.least * 32)


class Run(NamedTuple):
    """One night's run. `since`: no reports of years before. `shard`: which hosts it asks."""

    id: int
    started: datetime
    since: int | None
    continued: bool
    shard: Shard = WHOLE


class Wanted(NamedTuple):
    """One address to ask for."""

    id: int
    url: str
    host: str
    source: int
    lists: bool
    kind: str | None
    follow: bool
    etag: str | None
    modified: str | None
    reader: str | None
    sha256: str | None


def moment(at: datetime) -> str:
    """A time as the history has it: ISO 8601, UTC, seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def register(history: History, sources: Iterable[Source], at: datetime) -> int:
    """Enter the registry: new sources with their listing pages, changed ones, and those that are no longer there.

    Nothing is forgotten: the addresses of a source that is gone are asked again once a source has them. Gives the count.
    """

    def change(con: sqlite3.Connection) -> int:
        con.execute("create temp table if not exists given (name text primary key) without rowid")
        con.execute("delete from given")
        count = 0
        for source in sources:
            count += 1
            con.execute("insert into given values (?)", (source.name,))
            _enter(con, source, at)
        con.execute("update source set active = name in (select name from given)")
        con.execute(
            """update url set source = (select g.source from sighting g join source s on s.id = g.source
                                        where g.url = url.id and s.active order by g.source limit 1)
               where source in (select id from source where not active)
                 and exists (select 1 from sighting g join source s on s.id = g.source where g.url = url.id and s.active)"""
        )
        return count

    return history.change(change).result()


def _enter(con: sqlite3.Connection, source: Source, at: datetime) -> None:
    entry = json.dumps(asdict(source), ensure_ascii=False, sort_keys=True)
    known = con.execute("select id, entry from source where name = ?", (source.name,)).fetchone()
    if known is not None and known[1] == entry:
        return
    number = con.execute(
        "insert into source (name, active, entry) values (?, 1, ?)"
        " on conflict (name) do update set entry = excluded.entry, reached_limit = null returning id",
        (source.name, entry),
    ).fetchone()[0]
    con.execute(
        "update url set reader = null where source = ? and lists = 1", (number,)
    )  # what was refused may be wanted
    for dropped in set(json.loads(known[1])["listings"] if known else ()) - set(source.listings):
        con.execute("update url set next_at = ? where url = ? and source = ?", (NEVER, dropped, number))
    for listing in source.listings:
        add(con, listing, number, at, lists=True)
        con.execute("update url set next_at = 0 where url = ? and next_at = ?", (listing, NEVER))


def add(
    con: sqlite3.Connection, url: str, source: int, at: datetime, lists: bool = False, **link: object
) -> int | None:
    """Make an address known as one of a source's; gives its id if it is new, or now means more than it did."""
    found = con.execute("select id, lists, kind from url where url = ?", (url,)).fetchone()
    if found is None:
        values = {"url": url, "host": host_of(url), "source": source, "lists": lists, "first_seen": moment(at), **link}
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        number: int = con.execute(f"insert into url ({names}) values ({marks}) returning id", values).fetchone()[0]
        con.execute("insert into sighting values (?, ?)", (number, source))
        return number
    con.execute("insert or ignore into sighting values (?, ?)", (found[0], source))
    more = {name: value for name, value in link.items() if name in ("year", "organ", "published") and value is not None}
    for name, value in more.items():
        con.execute(f"update url set {name} = ? where id = ? and {name} is null", (value, found[0]))
    if (lists and not found[1]) or (link.get("kind") and not found[2]):
        con.execute(
            "update url set lists = max(lists, ?), kind = coalesce(kind, ?), etag = null, modified = null, next_at = 0"
            " where id = ?",
            (lists, link.get("kind"), found[0]),
        )
        return int(found[0])
    return None


def begin(
    history: History,
    names: Sequence[str],
    since: int | None,
    at: datetime,
    recheck: Recheck,
    shard: Shard = WHOLE,
) -> Run:
    """Begin tonight's run over these sources (none: all), or go on with the one that was cut short, and fill the queue, with
    hosts of the shard alone.

    What is put off for longer than `recheck` puts anything off is due: the clock was ahead when it was put off.
    """
    selection = json.dumps(sorted(names), ensure_ascii=False)

    def change(con: sqlite3.Connection) -> Run:
        last = con.execute(
            "select id, started from run where ended is null and selection = ? and since is ?"
            " and id = (select max(id) from run)",
            (selection, since),
        ).fetchone()
        continued = last is not None and (at - datetime.fromisoformat(last[1])).total_seconds() < CONTINUED
        if not continued:
            con.execute("delete from queue")
            last = con.execute(
                "insert into run (started, selection, since) values (?, ?, ?) returning id, started",
                (moment(at), selection, since),
            ).fetchone()
        con.execute("update run set shard = ? where id = ?", (str(shard) if shard.count > 1 else None, last[0]))
        con.create_function("in_shard", 1, shard.has, deterministic=True)
        if shard.count > 1:  # the run that was cut short may have been another shard's
            con.execute("delete from queue where not in_shard(host)")
        con.execute("create temp table if not exists chosen (source integer primary key)")
        con.execute("delete from chosen")
        con.executemany(
            "insert or ignore into chosen select id from source where name = ?", [(name,) for name in names]
        )
        values = {
            "now": at.timestamp(),
            "latest": at.timestamp() + recheck.longest() + DAY,
            "never": NEVER,
            "all": recheck.now or recheck.least <= 0,
            "run": last[0],
            "since": since,
            "some": bool(names),
            "whole": shard.count == 1,
        }
        con.execute(_FILL, values)
        return Run(last[0], datetime.fromisoformat(last[1]), since, continued, shard)

    return history.change(change).result()


def end(history: History, run: Run, at: datetime) -> None:
    """The night is over: nothing is left in the queue."""
    history.change(lambda con: con.execute("update run set ended = ? where id = ?", (moment(at), run.id))).result()


def left(history: History) -> int:
    """How many addresses are still to be asked for tonight."""
    return int(history.read("select count(*) from queue")[0][0])


def batches(history: History, size: int) -> list[list[str]]:
    """The hosts with something left, about `size` to a batch; each batch has large hosts and small ones, large ones first."""
    hosts = [host for (host,) in history.read("select host from queue group by host order by count(*) desc, host")]
    count = -(-len(hosts) // size)
    return [hosts[start::count] for start in range(count)]


def take(history: History, host: str, most: int, busy: Iterable[int]) -> list[Wanted]:
    """The next addresses of a host, without those that are being asked for right now."""
    rows = history.read(
        """
        select u.id, u.url, u.host, u.source, u.lists, u.kind, u.follow, u.etag, u.modified, u.reader, u.sha256
        from queue q join url u on u.id = q.url
        where q.host = ? and q.url not in (select value from json_each(?))
        order by q.rank, q.url limit ?
        """,
        host,
        json.dumps(list(busy)),
        most,
    )
    wanted = map(Wanted._make, rows)
    return [each._replace(lists=bool(each.lists), follow=bool(each.follow)) for each in wanted]


def give_up(history: History, run: Run, host: str, reason: str, at: datetime, recheck: Recheck) -> int:
    """Nothing more is asked of a host tonight: what is left of it failed, for this reason. Gives how many."""
    values = {
        "run": run.id,
        "host": host,
        "reason": reason,
        "at": moment(at),
        "now": at.timestamp(),
        "recheck": max(recheck.least, 0.0),
    }

    def change(con: sqlite3.Connection) -> int:
        con.execute(_GIVE_UP, values)
        con.execute(_GIVEN_UP, values)
        return con.execute("delete from queue where host = :host", values).rowcount

    return history.change(change).result()


def source(history: History, number: int, since: int | None) -> Source:
    """A registered source, as discovery takes it; with `since`, only these years are enumerated."""
    entry: dict[str, Any] = json.loads(history.read("select entry from source where id = ?", number)[0][0])
    for name in ("listings", "hosts"):
        entry[name] = tuple(entry[name])
    if entry["years"] is not None:
        entry["years"] = tuple(entry["years"])
    found = Source(**entry)
    if since is not None and found.years is not None:
        first = max(since, found.years[0])
        found = replace(found, years=(first, max(first, found.years[1])))
    return found
