"""Going through tonight's hosts: each asked at its own pace, all at the same time, until nothing of them is left."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from extract.fetch.http.address_guard import Reach
from extract.fetch.http.client import Answer, Client, Session
from extract.fetch.http.errors import Elsewhere, Failed, HostDown, NotFetched
from extract.fetch.http.limits import Manners
from extract.fetch.http.rate_limit import Hosts
from extract.fetch.model import Found, Link, Page, Source
from extract.fetch.night import queue
from extract.fetch.night.history import History
from extract.fetch.night.page_processes import Apart
from extract.fetch.night.page_reader import Reading
from extract.fetch.night.queue import Recheck, Run, Wanted
from extract.fetch.night.record import Result, is_itself, record
from extract.fetch.night.shards import WHOLE, Shard
from extract.outside import whole
from extract.raw_store import RawStore

TAKEN = 40  # addresses of one host that are fetched from the queue at a time
LOOKUPS = 32  # names that are resolved at the same time: dead name servers block a thread each
SOURCES = 2_000  # sources that are kept at hand
GONE = frozenset({404, 410})
NO_RECORD = (ValueError, TypeError, OverflowError, sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError)
"""What a record raises that no row can hold; any other error of the history ends the night: the disk, or its file."""

Watch = Callable[[str], None]
"""Told the outcome of each address."""


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that a night's crawl works with; shared by all its batches."""

    history: History
    store: RawStore
    manners: Manners
    reach: Reach
    hosts: Hosts
    reading: Reading
    recheck: Recheck
    apart: Apart
    shard: Shard = WHOLE


def crawl(site: Site, run: Run, hosts: Sequence[str], watch: Watch = lambda _outcome: None) -> None:
    """Ask these hosts for everything that tonight's queue has of them. Raises OSError, sqlite3.Error (disk full)."""
    try:
        asyncio.run(_crawl(site, run, hosts, watch))
    except BaseExceptionGroup as group:  # of tasks within tasks: what went wrong first is what went wrong
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None


async def _crawl(site: Site, run: Run, hosts: Sequence[str], watch: Watch) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup"))
    waiting = deque(hosts)
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1), thread_name_prefix="page") as pages:
        async with Client(site.manners, site.reach, site.hosts, site.shard.has) as client, asyncio.TaskGroup() as group:
            for _ in range(min(len(waiting), site.manners.hosts_at_once)):
                group.create_task(_one_after_another(site, run, client, pages, waiting, watch))


async def _one_after_another(
    site: Site, run: Run, client: Client, pages: ThreadPoolExecutor, waiting: deque[str], watch: Watch
) -> None:
    while waiting:
        await Visit(site, run, client, pages, waiting.popleft(), watch).all()


class Visit:
    """One host, from the first address that is wanted of it to the last."""

    def __init__(
        self, site: Site, run: Run, client: Client, pages: ThreadPoolExecutor, host: str, watch: Watch
    ) -> None:
        self._site, self._run, self._client, self._pages = site, run, client, pages
        self._host, self._watch = host, watch
        self._ready: deque[Wanted] = deque()
        self._busy: set[int] = set()  # asked for, and not yet written down
        self._changed = asyncio.Condition()
        self._sources: dict[int, Source] = {}
        self._sessions: dict[str, Session] = {}
        self._down: str | None = None
        self._open = AsyncExitStack()

    async def all(self) -> None:
        """Ask for everything; where the host is down, write down that the rest was not to be had."""
        async with AsyncExitStack() as self._open, asyncio.TaskGroup() as group:
            for _ in range(max(1, self._site.manners.per_host)):
                group.create_task(self._work())
        if self._down is not None:
            give_up = partial(queue.give_up, self._site.history, self._run, self._host, self._down)
            count = await asyncio.to_thread(give_up, datetime.now(UTC), self._site.recheck)
            for _ in range(count):
                self._watch("failed")
        for scheme in ("http", "https"):
            self._client.forget(f"{scheme}://{self._host}")

    async def _work(self) -> None:
        while (wanted := await self._next()) is not None:
            try:
                result = await self._ask(wanted)
            except HostDown as failure:
                if failure.host == self._host:
                    self._down = failure.reason
                    await self._written(wanted)
                    continue
                result = Result(failure.outcome, failure.reason)
            except Elsewhere as failure:
                result = Result(failure.outcome, failure.reason, left_to=failure.url)
            except NotFetched as failure:
                result = Result(failure.outcome, failure.reason)
            self._watch(await self._record(wanted, result))
            await self._written(wanted)

    async def _record(self, wanted: Wanted, result: Result) -> str:
        """Write a result down; one that cannot be written is a failure of this address alone. Gives the outcome."""
        try:
            return await self._change(wanted, result)
        except NO_RECORD as error:
            said = f"what it gave cannot be written down: {type(error).__name__}: {whole(str(error))[:200]}"
            return await self._change(wanted, Result("failed", said))

    async def _change(self, wanted: Wanted, result: Result) -> str:
        change = partial(record, run=self._run, wanted=wanted, result=result, recheck=self._site.recheck)
        return await asyncio.wrap_future(self._site.history.change(change))

    async def _next(self) -> Wanted | None:
        """The next address; waits while what is being asked for may still give some. None at the end."""
        async with self._changed:
            while self._down is None:
                if self._ready:
                    return self._ready.popleft()
                found = queue.take(self._site.history, self._host, TAKEN, self._busy)
                if found:
                    self._ready.extend(found)
                    self._busy.update(wanted.id for wanted in found)
                elif self._busy:
                    await self._changed.wait()
                else:
                    return None
            return None

    async def _written(self, wanted: Wanted) -> None:
        async with self._changed:
            self._busy.discard(wanted.id)
            self._changed.notify_all()

    async def _ask(self, wanted: Wanted) -> Result:
        source = self._source(wanted.source)
        session = await self._session(source)
        fresh = (wanted.lists or wanted.follow) and wanted.reader != self._site.reading.version
        answer = await session.get(
            wanted.url,
            lambda url: self._site.reading.allowed(url, source),
            etag=None if fresh else wanted.etag,
            modified=None if fresh else wanted.modified,
        )
        work = partial(self._read, wanted, source, answer)
        return await asyncio.get_running_loop().run_in_executor(self._pages, work)

    async def _session(self, source: Source) -> Session:
        if source.tls not in self._sessions:
            session = self._sessions[source.tls] = self._client.session(source.tls)
            await self._open.enter_async_context(session)
        if source.rate is not None:
            self._site.hosts.set_rate(self._host, source.rate)
        return self._sessions[source.tls]

    def _source(self, number: int) -> Source:
        found = self._sources.get(number)
        if found is None:
            if len(self._sources) >= SOURCES:
                self._sources.clear()
            found = self._sources[number] = queue.source(self._site.history, number, self._run.since)
        return found

    def _read(self, wanted: Wanted, source: Source, answer: Answer) -> Result:
        """What an answer is; keeps what is to be kept. Runs in a thread."""
        reading, light = self._site.reading, replace(answer, content=b"")
        if answer.status == 304:
            return Result("unchanged", answer=light)
        if answer.status in GONE:
            return Result("gone", f"answers {answer.status}", light)
        page = Page(answer.url, answer.content, answer.header("content-type"))
        try:
            seen = self._site.apart.call(look, reading, wanted, source, page, light)
        except Failed as failure:
            return Result("failed", failure.reason, light)
        if seen.reason is not None:
            return Result("refused", seen.reason, light, found=seen.found)
        if answer.status != 200:
            return Result("failed", f"answers {answer.status}", light)
        if not answer.content:
            return Result("failed", "its body is empty", light)
        sha256 = size = None
        if seen.shown or wanted.kind is not None:
            sha256, size = self._site.store.put(answer.content), len(answer.content)
        return Result("fetched", None, light, sha256, size, seen.found, seen.files, reading.version)


class Seen(NamedTuple):
    """What an answer with a body is. `reason`: why it is no content; `shown`: a listing page that is a report itself."""

    found: Found | None
    reason: str | None
    shown: bool
    files: tuple[Link, ...]


def look(reading: Reading, wanted: Wanted, source: Source, page: Page, answer: Answer) -> Seen:
    """Read an answer, in whatever process; `answer` without its content, which is the page's."""
    found = reading.discover(page, source) if wanted.lists and answer.status == 200 else None
    leads_on = found is not None and (found.reports or found.pages)  # whatever else such a page looks like
    reason = None if leads_on else reading.refusal(page, answer.status)
    foreign = reading.mismatch(page, source) if reason is None and wanted.kind is not None else None
    reason = foreign.reason if foreign is not None else reason
    shown = found is not None and any(is_itself(link, wanted, answer) for link in found.reports)
    keeps = reason is None and answer.status == 200 and (wanted.follow or shown) and (shown or wanted.kind is not None)
    return Seen(found, reason, shown, reading.attachments(page, source) if keeps else ())
