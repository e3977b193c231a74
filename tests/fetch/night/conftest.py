"""What the tests of fetching share: a loopback site, and a night of collecting from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from extract.fetch.http.address_guard import Reach
from extract.fetch.http.limits import Manners
from extract.fetch.model import Source
from extract.fetch.night.collect import collecting, night
from extract.fetch.night.queue import Recheck
from extract.fetch.night.shards import WHOLE, Shard
from tests.fetch.night.site import LoopbackSite
from tests.fetch.night.standin import READING

HASTY = Manners(
    contact="https://example.org/reports",
    rate=0,
    backoff=0.01,
    longest_backoff=0.05,
    connect_seconds=2,
    silence_seconds=1,
    whole_seconds=2,
    cool_down=0.05,
)
LOOPBACK = Reach(loopback=True)
ALL = Recheck(least=0)  # every night asks for everything that is known

Night = Callable[..., dict[str, Any]]


@pytest.fixture
def site() -> Iterator[LoopbackSite]:
    with LoopbackSite().serving() as site:
        yield site


def source(site: LoopbackSite, *listings: str, name: str = "某区", host: str = "127.0.0.1", **more: Any) -> Source:
    return Source(name, tuple(site.url(path, host) for path in listings or ("/",)), **more)


def collect(
    home: Path,
    sources: Sequence[Source],
    manners: Manners = HASTY,
    reach: Reach = LOOPBACK,
    recheck: Recheck = ALL,
    shard: Shard = WHOLE,
    **more: Any,
) -> dict[str, Any]:
    """One night, without Prefect."""
    with collecting(home, manners, READING, reach, recheck, shard) as opened:
        return night(opened, sources, **more)


def report(organ: str, year: int, more: str = "") -> str:
    return f"<html><h1>{organ}{year}年政府信息公开工作年度报告</h1><p>{more}</p></html>"


def listing(*links: tuple[str, str]) -> str:
    return "<html>" + "".join(f'<li><a href="{href}">{text}</a></li>' for href, text in links) + "</html>"
