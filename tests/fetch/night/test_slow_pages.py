"""Pages that cost a reader too much, or its process: a named failure of theirs, while all others are read."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extract.fetch.http.errors import Failed
from extract.fetch.model import Found, Page, Source
from extract.fetch.night.collect import Places, collecting, night
from extract.fetch.night.history import History
from extract.fetch.night.page_processes import Apart
from tests.fetch.night.conftest import ALL, HASTY, LOOPBACK, listing, report, source
from tests.fetch.night.site import LoopbackSite
from tests.fetch.night.standin import READING, discover, refusal

BRIEF = replace(HASTY, page_seconds=0.5)


def busy() -> None:
    while True:
        sum(range(100_000))


def slow(page: Page, given: Source) -> Found:
    if b"costly" in page.content:
        busy()
    return discover(page, given)


def deadly(page: Page, given: Source) -> Found:
    if b"costly" in page.content:
        os.kill(os.getpid(), signal.SIGSEGV)
    return discover(page, given)


def hungry(page: Page, status: int) -> str | None:
    if b"costly" in page.content:
        bytearray(8 * 2**30)
    return refusal(page, status)


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (replace(READING, discover=slow), "reading it took more than 0.5 s of processor time"),
        (replace(READING, discover=deadly), "reading it ended its process (SIGSEGV)"),
        (replace(READING, refusal=hungry), "reading it failed: MemoryError"),
    ],
)
def test_a_page_costs_itself_alone(site: LoopbackSite, tmp_path: Path, reading: Any, said: str) -> None:
    for number in range(4):
        site.put(f"/slow{number}", "costly")
    site.put("/", listing(("/r", "2023年年度报告"), *((f"/slow{number}", "栏目") for number in range(4))))
    site.put("/r", report("某区", 2023))
    began = time.monotonic()
    with collecting(tmp_path, BRIEF, reading, LOOPBACK, ALL) as opened:
        summary = night(opened, [source(site)])
    assert (summary["totals"]["new"], summary["totals"]["failed"]) == (1, 4)
    assert time.monotonic() - began < 60
    with History(Places(tmp_path).history) as history:
        rows = history.read("select distinct state, reason from url where url like '%/slow_'")
    assert rows[0][0] == "failed"
    assert [reason for _, reason in rows if not reason.startswith(said)] == []


def test_a_page_that_sleeps_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.watch.WALL_TIMES", 2)
    with Apart(0.5) as apart:
        with pytest.raises(Failed, match="had not ended after 1 s on the clock"):
            apart.call(time.sleep, 600)
        assert apart.call(os.getpid) != os.getpid()


def test_a_process_that_somebody_ends_is_replaced() -> None:
    with Apart(5) as apart:
        first = apart.call(os.getpid)
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while Path(f"/proc/{first}/stat").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert apart.call(os.getpid) != first
        with pytest.raises(Failed, match="reading it failed: TypeError"):
            apart.call(json.dumps, {"no", "JSON"})
