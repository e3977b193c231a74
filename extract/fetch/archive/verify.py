"""Whether the raw store still is what was put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from extract import archived
from extract.fetch.night.collect import Places
from extract.fetch.night.history import History
from extract.raw_store import Damaged, RawStore

URLS = 5  # addresses that are named for one damaged document


@dataclass(slots=True)
class Verified:
    """What a verification found. `damaged`: each with the addresses that gave it (none for a file given by a user)."""

    documents: int = 0
    damaged: list[tuple[Damaged, tuple[str, ...]]] = field(default_factory=list)


def verify(places: Places, watch: Callable[[], None] = lambda: None) -> Verified:
    """Hash every document of the store again, an archive once, and look for those that the history names and the store lacks. Of a
    damaged archive each document is named that is lost with it.

    What the last request of an address gave and is damaged is asked for in whole the next night, so that a publisher
    who still has it restores it; what was imported, importing its archive again restores. `watch` is called for each document.
    """
    store, found = places.store(), Verified()
    found.damaged += [(damaged, ()) for damaged in (*store.damaged_packs(), *archived.damaged_lists(store))]
    archives = store.inside.archives()
    with ExitStack() as stack:
        history = stack.enter_context(History(places.history)) if places.history.exists() else None
        for sha256 in _all(store, history):
            found.documents += 1
            watch()
            damaged = store.check(sha256)
            if damaged is not None:
                lost = archived.lost_with(store, sha256) if sha256 in archives else ()
                urls = _addresses(history, sha256) if history else ()
                found.damaged += [(each, urls) for each in (damaged, *lost)]
    return found


def _all(store: RawStore, history: History | None) -> Iterator[str]:
    """Every document that is there, then every one that should be."""
    yield from store.names()
    missing = {archive for archive in store.inside.archives() if store.kept(archive) is None}
    yield from sorted(missing)
    if history is not None:
        for (sha256,) in history.reader().execute("select sha256 from content union select sha256 from capture"):
            if sha256 not in missing and store.kept(sha256) is None:
                yield sha256


def _addresses(history: History, sha256: str) -> tuple[str, ...]:
    """Who gave a document; has those that give it now asked without conditions."""
    history.change(
        lambda con: con.execute(
            "update url set etag = null, modified = null, next_at = min(next_at, 0)"
            " where id in (select url from version where sha256 = ?1) and sha256 = ?1",
            (sha256,),
        )
    ).result()
    rows = history.read(
        "select u.url from url u where u.id in (select url from version where sha256 = ?1)"
        " union select url from capture where sha256 = ?1 order by 1 limit ?2",
        sha256,
        URLS,
    )
    return tuple(url for (url,) in rows)
