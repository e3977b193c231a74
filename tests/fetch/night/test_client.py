"""One address asked for: what passes is tried again, what is cut or swells is never taken for whole."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.fetch.fetch_one import fetch
from extract.fetch.http import body
from extract.fetch.http.client import Answer, Client
from extract.fetch.http.errors import Failed, HostDown, NotFetched, Refused
from extract.fetch.http.limits import Manners
from extract.fetch.http.rate_limit import Hosts
from tests.fetch.night.conftest import HASTY, LOOPBACK
from tests.fetch.night.site import LoopbackSite


def get(site: LoopbackSite, path: str, manners: Manners = HASTY, **more: Any) -> Answer:
    async def ask() -> Answer:
        async with Client(manners, LOOPBACK, Hosts(manners)) as client, client.session() as session:
            return await session.get(site.url(path), lambda _url: True, **more)

    return asyncio.run(ask())


def test_says_who_asks_and_what_it_takes(site: LoopbackSite) -> None:
    site.put("/", "hello")
    answer = get(site, "/")
    assert (answer.status, answer.content, answer.http) == (200, b"hello", "HTTP/1.1")
    for hit in site.hits():
        assert hit.headers["user-agent"].startswith("OGI-reports/")
        assert "(+https://example.org/reports)" in hit.headers["user-agent"]
    assert site.hits("/")[0].headers["accept-encoding"] == "gzip, deflate, br"


@pytest.mark.parametrize("fault", ["503", "500", "502", "504", "429", "408", "reset", "short", "hang", "slow"])
def test_what_passes_is_tried_again(site: LoopbackSite, fault: str) -> None:
    site.put("/", "x" * 100, faults=[fault])
    answer = get(site, "/", replace(HASTY, silence_seconds=0.3, whole_seconds=0.6))
    assert answer.content == b"x" * 100
    assert answer.attempts == len(site.hits("/")) == 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("503", "answers 503"),
        ("reset", "reset"),
        ("short", "shorter than announced"),
        ("hang", "silent"),
        ("slow", "not finished"),
    ],
)
def test_attempts_come_to_an_end(site: LoopbackSite, fault: str, reason: str) -> None:
    site.put("/", "x" * 100, faults=[fault] * 9)
    with pytest.raises(Failed, match=rf"{reason}.*\(3 attempts\)"):
        get(site, "/", replace(HASTY, attempts=3, silence_seconds=0.3, whole_seconds=0.6))
    assert len(site.hits("/")) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 412, 451, 521])
def test_what_no_attempt_would_change_is_an_answer(site: LoopbackSite, status: int) -> None:
    site.put("/", "no", status=status)
    assert get(site, "/").status == status
    assert len(site.hits("/")) == 1


def test_retry_after_is_honoured(site: LoopbackSite) -> None:
    site.put("/", "x", faults=["429 1"])
    get(site, "/")
    first, second = (hit.at for hit in site.hits("/"))
    assert second - first >= 1


def test_retry_after_may_be_a_date(site: LoopbackSite) -> None:
    site.put("/", "x", faults=["503 " + formatdate(time.time() + 9000, usegmt=True)])
    with pytest.raises(HostDown, match=r"come back after [89],\d\d\d s"):
        get(site, "/")


def test_a_site_that_wants_to_be_left_alone_for_long_is(site: LoopbackSite) -> None:
    site.put("/", "x", faults=["429 86400"])
    with pytest.raises(HostDown, match="come back after 86,400 s"):
        get(site, "/")
    assert len(site.hits("/")) == 1


def test_conditional_requests(site: LoopbackSite) -> None:
    site.put("/", "x", etag='"e"', modified="Mon, 22 Jan 2024 02:30:00 GMT")
    first = get(site, "/")
    etag, modified = first.header("etag"), first.header("last-modified")
    assert get(site, "/", etag=etag).status == 304
    assert get(site, "/", modified=modified).status == 304
    assert get(site, "/", etag='"other"').status == 200


def test_redirects_are_followed_and_kept_and_end(site: LoopbackSite) -> None:
    for number in range(20):
        site.put(f"/{number}", b"", status=301, headers={"Location": f"/{number + 1}"})
    site.put("/20", "there")
    answer = get(site, "/15")
    assert (answer.url, answer.content) == (site.url("/20"), b"there")
    assert answer.redirects == tuple((301, site.url(f"/{number}")) for number in range(15, 20))
    with pytest.raises(Failed, match="redirects more than 8 times"):
        get(site, "/0")


def test_cookies_stay_with_their_visit(site: LoopbackSite) -> None:
    site.put("/", b"", status=302, headers={"Location": "/in", "Set-Cookie": "visit=1"})
    site.put("/in", "in")
    get(site, "/")
    assert site.hits("/in")[0].headers["cookie"] == "visit=1"
    get(site, "/in")
    assert "cookie" not in site.hits("/in")[1].headers


def test_robots_forbid_also_behind_redirects(site: LoopbackSite) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private/\n\nUser-agent: other\nDisallow: /\n", kind="text/plain")
    site.put("/private/x", "x")
    site.put("/open", b"", status=302, headers={"Location": "/private/x"})
    for path in ("/private/x", "/open"):
        with pytest.raises(Refused, match=r"robots\.txt"):
            get(site, path)
    assert site.hits("/private/x") == []


@pytest.mark.parametrize(
    "rules", ["User-agent: OGI-reports\nDisallow: /", "User-agent: ogi-reports\nDisallow: /", "\ufeffUser-Agent: *\nDisallow:/"]
)  # fmt: skip
def test_robots_may_speak_to_us_by_name(site: LoopbackSite, rules: str) -> None:
    site.put("/robots.txt", rules, kind="text/plain")
    with pytest.raises(Refused):
        get(site, "/")
    assert site.asked() == []


def test_a_missing_robots_allows_and_a_broken_one_does_not(site: LoopbackSite) -> None:
    site.put("/", "x")
    assert get(site, "/").status == 200
    site.put("/robots.txt", "<html>您访问的页面不存在</html>")
    assert get(site, "/").status == 200
    site.put("/robots.txt", b"", status=503)
    with pytest.raises(HostDown, match=r"robots\.txt cannot be read: answers 503"):
        get(site, "/")
    assert len(site.asked()) == 2


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=2),
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
    "identity": lambda data: data,
}


@pytest.mark.parametrize("coding", PACKED)
def test_compressed_bodies(site: LoopbackSite, coding: str) -> None:
    content = "政府信息公开工作年度报告".encode() * 5000
    site.put("/", PACKED[coding](content), headers={"Content-Encoding": coding})
    assert get(site, "/").content == content


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "gzip, gzip"])
def test_a_bomb_costs_no_more_than_the_limit(site: LoopbackSite, coding: str) -> None:
    site.put("/", PACKED[coding](bytes(300 * 2**20)), headers={"Content-Encoding": coding})
    tracemalloc.start()
    with pytest.raises(Failed, match="more than 4 MB"):
        get(site, "/", limit=4 * 2**20)
    assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    tracemalloc.stop()


def test_a_plain_body_beyond_the_limit(site: LoopbackSite) -> None:
    site.put("/", bytes(3 * 2**20))
    with pytest.raises(Failed, match="more than 1 MB"):
        get(site, "/", limit=2**20)
    assert len(get(site, "/", limit=3 * 2**20).content) == 3 * 2**20


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate"])
def test_a_compressed_body_that_ends_early_is_not_whole(site: LoopbackSite, coding: str) -> None:
    packed = PACKED[coding](bytes(range(256)) * 100)
    site.put("/", packed[:-9], headers={"Content-Encoding": coding})
    with pytest.raises(NotFetched, match=r"cut off|damaged"):
        get(site, "/")


@pytest.mark.parametrize(("coding", "reason"), [("zstd", "compressed as 'zstd'"), ("gzip", "damaged")])
def test_what_cannot_be_unpacked_is_said(site: LoopbackSite, coding: str, reason: str) -> None:
    site.put("/", "plain", headers={"Content-Encoding": coding})
    with pytest.raises(Failed, match=reason):
        get(site, "/")


@given(st.binary(max_size=5000), st.sampled_from(sorted(PACKED)), st.integers(1, 700))
@settings(max_examples=60, deadline=None)
def test_bodies_come_back_whole_however_they_are_cut_up(content: bytes, coding: str, step: int) -> None:
    import httpx

    packed = PACKED[coding](content)

    async def parts() -> Any:
        for start in range(0, len(packed), step):
            yield packed[start : start + step]

    async def read() -> bytes:
        return await body.read(httpx.Response(200, headers={"Content-Encoding": coding}, content=parts()), 10_000)

    assert asyncio.run(read()) == content


def test_a_failing_host_is_left_alone() -> None:
    now = [0.0]
    hosts = Hosts(replace(HASTY, failures=3, cool_down=30, cool_downs=2), lambda: now[0])
    for _ in range(2):
        hosts.failed("a", "answers 500")
    assert hosts.reserve("a") == 0
    hosts.answered("a")
    for _ in range(3):
        hosts.failed("a", "answers 500")
    assert hosts.reserve("a") == 30
    now[0] = 31
    hosts.failed("a", "answers 500")  # the one request after the rest
    assert hosts.reserve("a") == 60
    now[0] = 92
    hosts.failed("a", "answers 500")
    with pytest.raises(HostDown, match="answers 500"):
        hosts.reserve("a")
    assert hosts.reserve("b") == 0


def test_one_page_for_a_person(site: LoopbackSite) -> None:
    site.put("/", "page")
    assert fetch(site.url("/"), HASTY, LOOPBACK).content == b"page"
    with pytest.raises(OSError, match="status 404"):
        fetch(site.url("/none"), HASTY, LOOPBACK)
    with pytest.raises(OSError, match="loopback"):
        fetch(site.url("/"), HASTY)
