"""The history of every address, in SQLite beside the store: what is known, what was asked when, and what came of it.

Every change is made by one thread, many in one transaction; a change is told as made only when it is on disk. So
whatever ends a run, an address was either recorded with all that it gave (its version, its links), or will be asked again.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")
Change = Callable[[sqlite3.Connection], T]
_Asked = tuple[Change[Any], Future[Any]]

MOST_AT_ONCE = 500  # changes of one transaction
CACHE = 64_000  # KB that a connection may keep of the database

SCHEMA = """
create table source (  -- the registry as it was given last
    id integer primary key,
    name text not null unique,
    active integer not null,
    entry text not null,  -- JSON of extract.fetch.model.Source
    reached_limit text  -- why not all of its listing pages are looked through
);
create table url (  -- one known address
    id integer primary key,
    url text not null unique,
    host text not null,
    source integer not null references source (id),  -- the source that found it first and still has it
    lists integer not null default 0,  -- a page that lists reports
    kind text,  -- report | attachment; null for a page that only lists
    follow integer not null default 0,  -- its page may itself only link the report
    parent integer,  -- the address that linked it first
    text text, year integer, organ text, published text,  -- what the link said
    meta text,  -- JSON: standard tags of a listing page
    etag text, modified text, reader text,  -- what makes the next request conditional; which discovery read the page
    sha256 text,  -- its content now
    state text, reason text,  -- what came of the last request
    first_seen text not null, checked_at text,
    next_at real not null default 0,  -- seconds since 1970: not asked before
    failures integer not null default 0,  -- in a row
    run integer  -- the run that asked last
);
create index url_listing on url (source) where lists = 1;
create index url_source on url (source);
create table sighting (  -- which sources link an address
    url integer not null references url (id),
    source integer not null references source (id),
    primary key (url, source)
) without rowid;
create table fetch (  -- the log: one row for each time that an address was asked for, or given up
    id integer primary key,
    run integer not null references run (id),
    url integer not null references url (id),
    at text not null,
    seconds real, attempts integer,
    status integer,  -- of HTTP
    outcome text not null,  -- new | changed | unchanged | moved | listed | gone | failed | refused | left
    reason text,
    final_url text, redirects text, headers text, http text,
    sha256 text, bytes integer
);
create index fetch_run on fetch (run);
create index fetch_url on fetch (url);
create table content (sha256 text primary key, bytes integer not null, at text not null) without rowid;
create table version (  -- the contents of an address, one after another
    url integer not null references url (id),
    n integer not null,
    sha256 text not null,
    fetch integer not null references fetch (id),
    at text not null,
    taken_in integer not null default 0,
    primary key (url, n)
) without rowid;
create index version_waiting on version (fetch) where taken_in = 0;
create table refusal (  -- links that look like reports and are not followed
    source integer not null references source (id), url text not null, reason text not null, run integer not null, at text not null,
    primary key (source, url)
) without rowid;
create table run (id integer primary key, started text not null, ended text, selection text not null, since integer);
create table queue (  -- what is left of tonight
    host text not null, rank integer not null, url integer not null,
    primary key (host, rank, url)
) without rowid;
pragma user_version = 1;
"""
CAPTURES = """
create table capture (  -- what others captured: an address gave this content at that moment, so it existed by then
    id integer primary key,
    url text not null,
    at text not null,
    sha256 text not null,
    bytes integer not null,
    digest text not null,  -- of its payload, by which revisits refer to it
    kind text not null,  -- report | attachment
    archive text not null,  -- the file that told it first
    imported text not null,
    in_register integer not null default 0,
    unique (url, at, sha256)
);
create index capture_sha on capture (sha256);
create index capture_digest on capture (digest);
create table capture_link (  -- the files that captured reports' pages link: captures of them are attachments
    url text primary key, page text not null
) without rowid;
pragma user_version = 2;
"""
"""Kept apart from what was asked for: no night looks at captures, and they change no address's own history."""
SHARDS = """
alter table run add column shard text;  -- as which of several collectors, 2/3; null: as the only one
alter table run add column joined integer;  -- 1: it was made in another home, from which `ogi join` brought what it gave
pragma user_version = 3;
"""


class History:
    """The history in `file`. Reading from any thread; one process at a time may change it.

    `settle` is called before changes become lasting: what they speak of is then on disk.
    """

    def __init__(self, file: Path, settle: Callable[[], None] = lambda: None) -> None:
        self.file = file
        self._settle = settle
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._waiting: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._starting = threading.Lock()

    def __enter__(self) -> Self:
        file = self.file
        file.parent.mkdir(parents=True, exist_ok=True)
        with _connection(file) as con:
            (version,) = con.execute("pragma user_version").fetchone()
            if version == 0:
                con.execute("pragma journal_mode = wal")
            if missing := (SCHEMA, CAPTURES, SHARDS)[version:]:
                con.executescript(f"begin; {' '.join(missing)} commit;")
        con.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._waiting.put(None)
            self._writer.join()
            self._writer = None
        for con in self._open:
            con.close()
        self._open.clear()
        self._local = threading.local()

    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query, as they are in the last transaction that was finished."""
        return self.reader().execute(sql, values).fetchall()

    def reader(self) -> sqlite3.Connection:
        """This thread's connection for reading."""
        con: sqlite3.Connection | None = getattr(self._local, "con", None)
        if con is None:
            con = _connection(self.file)
            con.execute("pragma query_only = true")
            self._local.con = con
            self._open.append(con)
        return con

    def change(self, change: Change[T]) -> Future[T]:
        """Have a change made; the future has its result once it is on disk, or the error for which it was undone.

        It is made whether or not anybody still waits for it: the future cannot be cancelled.
        """
        done: Future[T] = Future()
        done.set_running_or_notify_cancel()  # a waiter that is cancelled would take the writer's word away
        with self._starting:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="history", daemon=True)
                self._writer.start()
            self._waiting.put((change, done))
        return done

    def _write(self) -> None:
        con: sqlite3.Connection | None = None
        ended = False
        while not ended:
            batch: list[_Asked] = []
            item = self._waiting.get()
            while item is not None:
                batch.append(item)
                if len(batch) == MOST_AT_ONCE or self._waiting.empty():
                    break
                item = self._waiting.get()
            ended = item is None
            if batch:
                try:
                    con = con or _connection(self.file)
                    _commit(con, batch, self._settle)
                except Exception as error:  # noqa: BLE001 -- told to everyone who waits: this thread is there for the next
                    if con is not None:
                        with suppress(sqlite3.Error):  # a file that is gone cannot be closed in order, either
                            con.close()
                        con = None  # of what was begun nothing holds
                    for _, done in batch:
                        if not done.done():
                            done.set_exception(error)
        if con is not None:
            con.close()


def _connection(file: Path) -> sqlite3.Connection:
    con = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    con.execute("pragma synchronous = normal")  # a power cut can cost the last moments, which are then asked again
    con.execute(f"pragma cache_size = -{CACHE}")
    con.execute("pragma temp_store = file")
    return con


def _commit(con: sqlite3.Connection, batch: Sequence[_Asked], settle: Callable[[], None]) -> None:
    """Make the changes in one transaction; one that fails is undone alone. Then tell everyone.

    Errors: those of the transaction (a full disk, say): then nothing of the batch holds, and nobody has been told.
    """
    results: list[Callable[[], None]] = []
    con.execute("begin immediate")
    for change, done in batch:
        con.execute("savepoint one")
        try:
            result = change(con)
        except Exception as error:  # noqa: BLE001 -- told to whoever asked for the change
            con.execute("rollback to one")
            results.append(lambda done=done, error=error: done.set_exception(error))  # type: ignore[misc]
        else:
            results.append(lambda done=done, result=result: done.set_result(result))  # type: ignore[misc]
        con.execute("release one")
    settle()
    con.execute("commit")
    for tell in results:
        tell()
