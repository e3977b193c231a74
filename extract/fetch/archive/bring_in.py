"""From archives of the web to the raw store and the history: of what others captured, the reports and the files they link.

Nothing is asked of anybody. What is no report, or of no site that could be collected from, is counted and not kept. A second
import of an archive adds nothing; one that is ended goes on when it is given again.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from extract.fetch.archive import captures
from extract.fetch.archive.captures import Held
from extract.fetch.archive.opened import DAMAGED, Given, archives, opened
from extract.fetch.archive.payload import Capture, Unusable, capture, where
from extract.fetch.archive.recognise import Hosts, Recognised, recognised, refused
from extract.fetch.archive.records import LOOKED_AT, NoArchive, Record, records
from extract.fetch.archive.unpacked import Cut
from extract.fetch.http.errors import Failed
from extract.fetch.model import Page, Source
from extract.fetch.night import collect
from extract.fetch.night.collect import Places
from extract.fetch.night.history import History
from extract.fetch.night.page_processes import Apart
from extract.files import LeftOut
from extract.raw_store import RawStore

SECONDS = 30.0  # of processor time, for telling what one capture is
NAMED = 50  # records that are named with what is wrong with them
OK = 200


@dataclass(slots=True)
class Brought:
    """What an import gave. `records`: of responses, resources and revisits, each of which is counted once in what follows.

    `imported`, `attachments`: captures that are new, of reports and of their files. `known`: an import had brought them before.
    `other_sites`, `other_answers` (redirects, errors), `no_report`: not kept. `revisits`: they refer to what is not held.
    `damaged`: by reason, records that cannot be used; `unsure`: it could not be told in time what they are. `named`: addresses of
    these two, with reasons. `left_out`: archives, or their rest, that cannot be read.
    """

    archives: int = 0
    records: int = 0
    imported: int = 0
    attachments: int = 0
    known: int = 0
    other_sites: int = 0
    other_answers: int = 0
    no_report: int = 0
    revisits: int = 0
    unsure: int = 0
    damaged: Counter[str] = field(default_factory=Counter)
    named: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was given could be looked at."""
        return not (self.left_out or self.damaged or self.unsure)

    def name(self, url: str, reason: str) -> None:
        """Name a record that was lost; of very many the first."""
        if len(self.named) < NAMED:
            self.named.append((url, reason))


def bring_in(
    places: Places,
    paths: Iterable[str | os.PathLike[str]],
    sources: Iterable[Source],
    watch: Callable[[], None] = lambda: None,
    seconds: float = SECONDS,
) -> Brought:
    """Import archives and folders of them. The caller holds the home (`collect.held`). `watch` is called for each record.

    Raises OSError, sqlite3.Error where the store or the history cannot be written; what was finished until then is kept.
    """
    store = places.store()
    store.sweep()
    with History(places.history, store.settle) as history, Apart(seconds) as apart:
        work = _Import(history, store, Hosts(sources), apart, watch)
        for found in archives(paths):
            if isinstance(found, LeftOut):
                work.brought.left_out.append(found)
            else:
                work.brought.archives += 1
                work.given.append(found)
                work.first(found)
        if work.brought.revisits or work.unseen_links():
            for given in work.given:
                work.second(given)
        return work.brought


def any_waiting(places: Places) -> bool:
    """Whether anything that was fetched or imported has not been taken in by the lake."""
    if not places.history.exists():
        return False
    with History(places.history) as history:
        return bool(collect.waiting(history, 1) or captures.waiting(history, 1))


class _Import:
    """One import: a first way through the archives, and a second for what stood before the page that links it."""

    def __init__(
        self, history: History, store: RawStore, hosts: Hosts, apart: Apart, watch: Callable[[], None]
    ) -> None:
        self._history, self._store, self._hosts, self._apart, self._watch = history, store, hosts, apart, watch
        self._now = datetime.now(UTC)
        self.given: list[Given] = []
        self.brought = Brought()

    def unseen_links(self) -> bool:
        """Whether a page links files of which there is no capture yet."""
        unseen = "select 1 from capture_link where url not in (select url from capture) limit 1"
        return bool(self._history.read(unseen))

    def first(self, given: Given) -> None:
        """Look at every record."""
        brought = self.brought
        for record in self._records(given, brought.left_out):
            if record.type not in LOOKED_AT:
                continue
            brought.records += 1
            self._watch()
            url = where(record)
            source = self._hosts.source(url) if url is not None else None
            if url is None or source is None:
                brought.other_sites += 1
                continue
            try:
                found = capture(record, url, self._now)
            except Unusable as unusable:
                brought.damaged[str(unusable)] += 1
                brought.name(url, str(unusable))
                continue
            if found.status != OK:
                brought.other_answers += 1
            elif found.content is None:
                if not self._revisit(given, found):
                    brought.revisits += 1
            elif found.content.strip():
                self._response(given, found, found.content, source)
            else:
                brought.no_report += 1

    def second(self, given: Given) -> None:
        """Look again at revisits, and at files that a page links: what they belong to may have come after them."""
        brought = self.brought
        for record in self._records(given, []):
            url = where(record) if record.type in LOOKED_AT else None
            source = self._hosts.source(url) if url is not None else None
            if url is None or source is None or not (record.type == "revisit" or self._is_linked(url)):
                continue
            try:
                found = capture(record, url, self._now)
            except Unusable:
                continue  # told the first time
            if found.content is None:
                if self._revisit(given, found, again=True):
                    brought.revisits -= 1
            elif found.status == OK and found.content.strip() and not self._knows(found, found.content):
                before = brought.attachments
                self._response(given, found, found.content, source)
                brought.no_report -= brought.attachments - before

    def _records(self, given: Given, left_out: list[LeftOut]) -> Iterator[Record]:
        """The records of an archive; how it ends before its end is left out by name."""
        number = 0
        try:
            with opened(given) as file, closing(records(file)) as found:
                for record in found:
                    number += 1
                    yield record
        except NoArchive as wrong:
            left_out.append(LeftOut(given.name, str(wrong), category="unsupported"))
        except Cut as cut:
            left_out.append(LeftOut(given.name, f"{cut}; the {number:,} records before were looked at"))
        except DAMAGED as error:
            why = f"its stored bytes are damaged ({type(error).__name__})"
            left_out.append(LeftOut(given.name, f"{why}; the {number:,} records before were looked at"))

    def _knows(self, found: Capture, content: bytes) -> bool:
        sha256 = hashlib.sha256(content).hexdigest()
        return captures.is_known(self._history, found, sha256) and self._store.holds(content, sha256)

    def _is_linked(self, url: str) -> bool:
        return captures.is_linked(self._history, url)

    def _revisit(self, given: Given, found: Capture, again: bool = False) -> bool:
        """Enter what a revisit refers to; gives whether it is held (`again`: and was not entered the first time)."""
        held = captures.by_reference(self._history, found)
        if held is None:
            return False
        if captures.is_known(self._history, found, held.sha256):
            self.brought.known += not again
            return not again
        self._enter(given, found, held, ())
        return True

    def _response(self, given: Given, found: Capture, content: bytes, source: Source) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        if self._knows(found, content):
            self.brought.known += 1
            return
        seen = self._seen(found, content, sha256, source)
        if seen.kind is None:
            if seen.unsure:
                self.brought.unsure += 1
                self.brought.name(found.url, seen.reason or "")
            else:
                self.brought.no_report += 1
            return
        self._store.put(content, sha256)
        self._enter(given, found, Held(sha256, len(content), seen.kind), seen.files)

    def _seen(self, found: Capture, content: bytes, sha256: str, source: Source) -> Recognised:
        """What a capture is; what is held already was told before."""
        held = captures.by_content(self._history, sha256)
        if held is not None:
            return Recognised(held.kind)
        page = Page(found.url, content, found.content_type)
        try:
            if self._is_linked(found.url):
                reason = self._apart.call(refused, page, found.status, source)
                return Recognised("attachment" if reason is None else None, reason)
            return self._apart.call(recognised, page, found.status, source)
        except Failed as failure:
            return Recognised(None, failure.reason, unsure=True)

    def _enter(self, given: Given, found: Capture, held: Held, files: tuple[str, ...]) -> None:
        is_new = captures.add(self._history, found, held, found.digest or "", given.name, files)
        self.brought.known += not is_new
        self.brought.imported += is_new and held.kind == "report"
        self.brought.attachments += is_new and held.kind == "attachment"
