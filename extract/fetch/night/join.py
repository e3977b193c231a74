"""Homes of shards → one lake: what each has stored, with its addresses, comes into the lake's store and history; what one shard has
met on another's hosts is handed over to it.

A version is known by its address, content and moment, so that a second time nothing comes twice. It is on the lake's disk before
the lake's history names it: a join that is ended goes on when it is made again.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from extract.fetch.night import queue
from extract.fetch.night.collect import Places, held
from extract.fetch.night.history import History
from extract.fetch.night.of_others import LEFT
from extract.fetch.night.shards import Shard, parsed
from extract.raw_store import RawStore

T = TypeVar("T")

AT_ONCE = 200
_OF_URL = ("lists", "kind", "follow", "text", "year", "organ", "published", "meta", "first_seen")
_NOW = ("etag", "modified", "reader", "state", "reason", "checked_at", "next_at", "failures")
_OF_FETCH = ("seconds", "attempts", "status", "outcome", "final_url", "redirects", "headers", "http", "bytes")
_VERSIONS = """
    select v.at, v.url, v.n, u.url, v.sha256 from version v join url u on u.id = v.url order by v.at, v.fetch
"""
_VERSION = f"""
    select v.at as version_at, v.sha256 as sha256, c.bytes as size, u.url as url, u.host as host,
        s.name as source, s.entry as entry, f.at as fetched, f.reason as said, r.started as started,
        r.ended as ended, r.selection as selection, r.since as since, u.sha256 is v.sha256 as stands,
        {", ".join(f"u.{name} as u_{name}" for name in (*_OF_URL, *_NOW))},
        {", ".join(f"f.{name} as f_{name}" for name in _OF_FETCH)}
    from version v join url u on u.id = v.url join fetch f on f.id = v.fetch join source s on s.id = u.source
        join run r on r.id = f.run join content c on c.sha256 = v.sha256
    where v.url = ? and v.n = ?
"""
_KNOWN = "select 1 from version v join url u on u.id = v.url where u.url = ? and v.sha256 = ? and v.at = ?"


class NotJoined(Exception):
    """Homes that cannot be joined as they were given; the message says why."""


@dataclass(slots=True)
class Joined:
    """What a join gave. `versions`: contents that are new to the lake; `late`: of them, those whose address has a later one there
    already: kept, and told as no news. `handed`: addresses that went to the shard that asks them; `unclaimed`: those whose shard is
    none of the homes'. `damaged`: documents, by the paths of their stores, that are not whole or not there.
    """

    homes: int = 0
    versions: int = 0
    late: int = 0
    handed: int = 0
    unclaimed: int = 0
    damaged: list[Path] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing stayed behind."""
        return not (self.damaged or self.unclaimed)


def join(places: Places, homes: Sequence[Path], watch: Callable[[], None] = lambda: None) -> Joined:
    """Bring what the homes have into the lake at `places`, which the caller holds, and hand over what they left to each other.

    `watch` is called for each version. Raises NotJoined, CollectBusy (one of the homes is collecting), OSError, sqlite3.Error.
    """
    given = [Places(home.absolute()) for home in homes]
    _must_be_several(places, given)
    with ExitStack() as stack:
        for one in given:
            stack.enter_context(held(one.home))
        store = places.store()
        store.sweep()
        lake = stack.enter_context(History(places.history, store.settle))
        histories = [stack.enter_context(History(one.history)) for one in given]
        shards = [_shard(history) for history in histories]
        _must_differ(given, shards)
        done = Joined(homes=len(given))
        _bring(lake, store, given, histories, done, watch)
        _hand_over(histories, shards, done)
        return done


def _must_be_several(places: Places, given: Sequence[Places]) -> None:
    seen = {places.home.resolve()}
    for one in given:
        if not one.history.exists():
            raise NotJoined(f"nothing was collected into {one.home} yet.")
        if one.home.resolve() in seen:
            raise NotJoined(f"{one.home} is given twice, or is the lake itself.")
        seen.add(one.home.resolve())


def _shard(history: History) -> Shard:
    """The shard that a home was last collected as."""
    rows = history.read("select shard from run where joined is null order by id desc limit 1")
    return parsed(rows[0][0] or "") if rows else parsed("")


def _must_differ(given: Sequence[Places], shards: Sequence[Shard]) -> None:
    known: dict[Shard, Path] = {}
    for one, shard in zip(given, shards, strict=True):
        if shard.count > 1 and shard in known:
            raise NotJoined(
                f"{known[shard]} and {one.home} were both collected as shard {shard}: each shard has one home."
            )
        known[shard] = one.home


def _bring(
    lake: History,
    store: RawStore,
    given: Sequence[Places],
    histories: Sequence[History],
    done: Joined,
    watch: Callable[[], None],
) -> None:
    """The versions of all homes, as of their moments, so that what an address gave last is its last one."""
    theirs = [one.store() for one in given]
    found = (_versions(history, number) for number, history in enumerate(histories))
    merged = heapq.merge(*found, key=lambda one: one.at)
    for some in _some(merged, AT_ONCE):
        entering: list[tuple[dict[str, Any], list[tuple[str, str]]]] = []
        for one in some:
            watch()
            if lake.read(_KNOWN, one.url, one.sha256, one.at):
                continue
            try:
                store.put(theirs[one.home].get(one.sha256), one.sha256)
            except (ValueError, FileNotFoundError):
                done.damaged.append(theirs[one.home].path(one.sha256))
                continue
            entering.append(_whole(histories[one.home], one))
        if entering:
            late = lake.change(lambda con, all_=tuple(entering): sum(_enter(con, *one) for one in all_)).result()  # type: ignore[misc]
            done.versions += len(entering)
            done.late += late


class _Version(NamedTuple):
    """A version in one of the homes."""

    home: int
    at: str
    number: int  # of its address there
    nth: int
    url: str
    sha256: str


def _versions(history: History, number: int) -> Iterator[_Version]:
    for row in history.reader().execute(_VERSIONS):
        yield _Version(number, *row)


def _whole(history: History, version: _Version) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """All that a home knows of a version and its address, and the sources that link it."""
    cursor = history.reader().execute(_VERSION, (version.number, version.nth))
    row = dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))
    linked = "select s.name, s.entry from sighting g join source s on s.id = g.source where g.url = ?"
    return row, history.read(linked, version.number)


def _enter(con: sqlite3.Connection, row: dict[str, Any], linked: Sequence[tuple[str, str]]) -> bool:
    """Write a version down, with its address, where it is from; gives whether a later one of its address is there already."""
    source = _source(con, row["source"], row["entry"])
    given = {"url": row["url"], "host": row["host"], "source": source, "next_at": row["u_next_at"]}
    given |= {name: row[f"u_{name}"] for name in _OF_URL}
    _insert(con, "url", given, "or ignore")
    (url,) = con.execute("select id from url where url = ?", (row["url"],)).fetchone()
    for name, entry in linked:
        con.execute("insert or ignore into sighting values (?, ?)", (url, _source(con, name, entry)))
    is_late = (
        con.execute("select 1 from version where url = ? and at > ?", (url, row["version_at"])).fetchone() is not None
    )
    outcome = _outcome(con, url, row)
    log = {"run": _run(con, row), "url": url, "at": row["fetched"], "sha256": row["sha256"], "reason": row["said"]}
    log |= {name: row[f"f_{name}"] for name in _OF_FETCH} | {"outcome": outcome}
    fetch = _insert(con, "fetch", log)
    con.execute("insert or ignore into content values (?, ?, ?)", (row["sha256"], row["size"], row["version_at"]))
    con.execute(
        "insert into version select ?1, coalesce(max(n), 0) + 1, ?2, ?3, ?4, ?5 from version where url = ?1",
        (url, row["sha256"], fetch, row["version_at"], outcome in ("moved", "unchanged") or is_late),
    )
    if row["stands"] and not is_late:
        now = {name: row[f"u_{name}"] for name in _NOW} | {"sha256": row["sha256"]}
        con.execute(
            f"update url set {', '.join(f'{name} = :{name}' for name in now)} where id = :id", now | {"id": url}
        )
    return is_late


def _outcome(con: sqlite3.Connection, url: int, row: dict[str, Any]) -> str:
    """What came of the request, as the lake sees it: what is new to a shard need not be new to the lake."""
    last = con.execute("select sha256 from version where url = ? order by n desc limit 1", (url,)).fetchone()
    if last is not None:
        return "unchanged" if last[0] == row["sha256"] else "changed"
    known = con.execute("select 1 from content where sha256 = ?", (row["sha256"],)).fetchone()
    return "new" if known is None else "moved"


def _insert(con: sqlite3.Connection, table: str, values: dict[str, Any], otherwise: str = "") -> int:
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    return int(con.execute(f"insert {otherwise} into {table} ({names}) values ({marks})", values).lastrowid or 0)


def _source(con: sqlite3.Connection, name: str, entry: str) -> int:
    con.execute("insert or ignore into source (name, active, entry) values (?, 1, ?)", (name, entry))
    return int(con.execute("select id from source where name = ?", (name,)).fetchone()[0])


def _run(con: sqlite3.Connection, row: dict[str, Any]) -> int:
    """The shard's run, as one of the lake's that is over."""
    values = (row["started"], row["selection"], row["since"])
    known = con.execute(
        "select id from run where started = ? and selection = ? and since is ? and joined", values
    ).fetchone()
    if known is not None:
        return int(known[0])
    run = {name: row[name] for name in ("started", "selection", "since")}
    return _insert(con, "run", run | {"ended": row["ended"] or row["started"], "joined": 1})


def _hand_over(histories: Sequence[History], shards: Sequence[Shard], done: Joined) -> None:
    """What a shard has met on hosts of another becomes known to that one, which asks for it the next night."""
    for history, own in zip(histories, shards, strict=True):
        if own.count == 1:
            continue
        rows = history.read(
            f"""select u.id, u.url, u.host, s.name, s.entry, u.lists, u.kind, u.follow, u.text, u.year, u.organ, u.published
                from url u join source s on s.id = u.source where {LEFT} order by u.id"""
        )
        for number, shard in enumerate(shards):
            theirs = [row for row in rows if not own.has(row[2]) and shard.count == own.count and shard.has(row[2])]
            said = f"handed over to shard {shard}"
            for some in _some(theirs, AT_ONCE):
                histories[number].change(lambda con, some=some: _take_over(con, some)).result()  # type: ignore[misc]
                history.change(lambda con, some=some, said=said: _handed(con, some, said)).result()  # type: ignore[misc]
            done.handed += len(theirs)
        claimed = [shard for shard in shards if shard.count == own.count]
        done.unclaimed += sum(not any(shard.has(row[2]) for shard in claimed) for row in rows)


def _take_over(con: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    now = datetime.now(UTC)
    for _, url, _, name, entry, lists, kind, follow, text, year, organ, published in rows:
        link = {"text": text, "year": year, "organ": organ, "published": published, "follow": follow, "parent": 0}
        queue.add(con, url, _source(con, name, entry), now, lists=bool(lists), kind=kind, **link)


def _handed(con: sqlite3.Connection, rows: Sequence[tuple[Any, ...]], said: str) -> None:
    con.executemany("update url set state = 'left', reason = ? where id = ?", [(said, row[0]) for row in rows])


def _some(found: Iterable[T], most: int) -> Iterator[list[T]]:
    rest = iter(found)
    while some := list(islice(rest, most)):
        yield some
