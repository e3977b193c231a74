"""The imitation site itself: what a collector is tested against really happens there."""

from __future__ import annotations

import gzip
import hashlib
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.fetch.reports import report
from tests.fetch.site import BOMB, TestSite


@pytest.fixture
def site() -> Iterator[TestSite]:
    with TestSite(pause=0.001) as running:
        yield running


def path_of(site: TestSite, word: str) -> str:
    return next(url for url in site.reports() if word in url)


def test_conditional_requests(site: TestSite) -> None:
    url = path_of(site, "/trs/")
    first = httpx.get(url)
    for name, header in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        again = httpx.get(url, headers={name: first.headers[header]})
        assert (again.status_code, again.content) == (304, b"")
    assert httpx.get(url, headers={"If-None-Match": '"other"'}).status_code == 200
    assert [request.status for request in site.log] == [200, 304, 304, 200]


def test_the_third_night(site: TestSite) -> None:
    nights: dict[int, dict[str, str]] = {}
    with httpx.Client(follow_redirects=True) as client:
        for night in (1, 2, 3):
            site.night = night
            nights[night] = {
                url: "" if "/plain/" in url else hashlib.sha256(client.get(url).content).hexdigest()
                for url in site.reports()
            }
        assert nights[1] == nights[2]
        (gone,), (came,) = nights[1].keys() - nights[3].keys(), nights[3].keys() - nights[1].keys()
        assert (client.get(gone).status_code, client.get(came).status_code) == (404, 200)
        changed = [url for url in nights[1].keys() & nights[3].keys() if nights[1][url] != nights[3][url]]
        assert len(changed) == 1
        assert "一、总体情况" in client.get(changed[0]).text


def test_what_happens_only_the_first_time(site: TestSite) -> None:
    limited = path_of(site, "limited")
    answer = httpx.get(limited)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert httpx.get(limited).status_code == 200
    assert [httpx.get(path_of(site, "flaky")).status_code for _ in range(2)] == [503, 200]
    for word in ("reset", "short"):
        with pytest.raises(httpx.TransportError):
            httpx.get(path_of(site, word))
        assert "总体情况" in httpx.get(path_of(site, word)).text


def test_a_reset_is_a_reset(site: TestSite) -> None:
    port = int(site.url("/").split(":")[2].strip("/"))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /plain/reset.html HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            while connection.recv(65536):
                pass


def test_bodies(site: TestSite) -> None:
    slow = httpx.get(path_of(site, "slow"))
    assert slow.text == report("丑县审计局", 2023, 700)
    assert slow.headers["Content-Encoding"] == "gzip"
    plain = httpx.get(path_of(site, "slow"), headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    wrong = httpx.get(path_of(site, "gbk"))
    assert wrong.headers["Content-Type"].endswith("utf-8")
    assert "总体情况" in wrong.content.decode("gb18030")
    with httpx.stream("GET", site.url("/bomb.html")) as bomb:
        packed = b"".join(bomb.iter_raw())
    assert len(packed) < BOMB // 500
    assert gzip.decompress(packed).count(b"\0") == BOMB


def test_redirects_and_robots(site: TestSite) -> None:
    moved = httpx.get(path_of(site, "old.html"), follow_redirects=True)
    assert moved.url.path == "/plain/new.html"
    assert "总体情况" in moved.text
    targets = {
        httpx.get(site.url(f"/refused/{name}.html")).headers["Location"] for name in ("inward", "metadata", "scheme")
    }
    assert targets == {"http://10.0.0.1/report.html", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"}
    assert "Disallow: /private/" in httpx.get(site.url("/robots.txt")).text


def test_the_log_says_what_was_asked(site: TestSite) -> None:
    httpx.get(site.url("/robots.txt"), headers={"User-Agent": "me", "Host": "a.example"})
    (request,) = site.log
    assert (
        request.host,
        request.path,
        request.status,
        request.headers["user-agent" if "user-agent" in request.headers else "User-Agent"],
    ) == ("a.example", "/robots.txt", 200, "me")


def test_many_hosts_with_many_reports() -> None:
    with TestSite(hosts=3, bulk=120) as site:
        bulk = [source for source in site.sources if source.name.startswith("bulk")]
        assert len({source.listings[0].split("/")[2] for source in bulk}) == 3
        urls = list(site.reports("bulk2"))
        assert len(urls) == 120
        with httpx.Client() as client:
            assert len({client.get(url).content for url in urls[:30]}) == 30
