"""The writer of the history: whoever goes away, and whatever fails, the next change is made."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extract.fetch.night.collect import Places, collecting, night
from extract.fetch.night.crawl import crawl
from extract.fetch.night.history import Change, History
from extract.fetch.night.queue import batches, begin, register
from tests.fetch.night.conftest import ALL, HASTY, LOOPBACK, collect, listing, report, source
from tests.fetch.night.site import LoopbackSite
from tests.fetch.night.standin import READING

SECONDS = 20


def enter(name: str) -> Change[int]:
    return lambda con: con.execute("insert into source (name, active, entry) values (?, 1, '{}')", (name,)).rowcount


def names(history: History) -> list[str]:
    return [name for (name,) in history.read("select name from source order by id")]


def test_a_change_is_made_though_its_waiter_goes_away(tmp_path: Path) -> None:
    held = threading.Event()

    def settle() -> None:
        held.wait()

    with History(tmp_path / "history.sqlite", settle) as history:

        async def visit() -> None:
            first = asyncio.ensure_future(asyncio.wrap_future(history.change(enter("first"))))
            second = asyncio.ensure_future(asyncio.wrap_future(history.change(enter("second"))))
            await asyncio.sleep(0.05)  # the first is with the writer, the second waits
            first.cancel()
            second.cancel()
            await asyncio.gather(first, second, return_exceptions=True)

        asyncio.run(visit())
        held.set()
        assert history.change(enter("third")).result(SECONDS) == 1
        assert names(history) == ["first", "second", "third"]


def test_what_ends_a_transaction_is_told_to_all_and_the_next_is_made(tmp_path: Path) -> None:
    trouble: list[Exception] = [RuntimeError("no such disk"), OSError(28, "No space left on device")]

    def settle() -> None:
        if trouble:
            raise trouble.pop()

    with History(tmp_path / "history.sqlite", settle) as history:
        with pytest.raises(OSError, match="No space left"):
            history.change(enter("first")).result(SECONDS)
        with pytest.raises(RuntimeError, match="no such disk"):
            history.change(enter("second")).result(SECONDS)
        history.change(enter("third")).result(SECONDS)
        assert names(history) == ["third"]


def test_a_history_that_cannot_be_opened_hangs_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "fetch"
    with History(folder / "history.sqlite") as history:
        folder.rename(tmp_path / "away")
        with pytest.raises(sqlite3.OperationalError):
            history.change(enter("first")).result(SECONDS)
        (tmp_path / "away").rename(folder)
        history.change(enter("second")).result(SECONDS)
        assert names(history) == ["second"]


def test_a_crawl_that_ends_early_stops_no_other_one(site: LoopbackSite, tmp_path: Path) -> None:
    """A watcher fails while other addresses of its host are being written down; the hosts beside it go on, on one history."""
    site.put("/", listing(*((f"/{number}", f"{number}年年度报告") for number in range(2000, 2020))))
    for number in range(2000, 2020):
        site.put(f"/{number}", report("某区", number))
    sources = [source(site, name=host, host=host) for host in ("127.0.0.1", "127.0.0.2")]

    with collecting(tmp_path, HASTY, READING, LOOPBACK, ALL) as opened:
        register(opened.history, sources, datetime.now(UTC))
        run = begin(opened.history, (), None, datetime.now(UTC), ALL)

        [[one, two]] = batches(opened.history, 64)

        def fails(outcome: str) -> None:
            if outcome == "new":
                raise RuntimeError("the one who watches is gone")

        for _ in range(3):
            with pytest.raises(RuntimeError, match="is gone"):
                crawl(opened, run, [one], fails)
        other = threading.Thread(target=crawl, args=(opened, run, [two]), daemon=True)
        other.start()
        other.join(SECONDS)
        assert not other.is_alive()
        assert batches(opened.history, 64) == [[one]]
        assert night(opened, sources)["continued"]
    assert Places(tmp_path).history.exists()
    assert collect(tmp_path, sources)["totals"]["unchanged"] == 40
