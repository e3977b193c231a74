"""An imitation of publishers' sites: a real threaded HTTP server on loopback, with all that happens on such sites.

    with TestSite() as site:
        site.sources        # what the registry would hold
        site.reports()      # address → whose report, of which year: all that must be found tonight
        site.night = 3      # one report's page has changed, another has moved
        site.log            # what was asked, in order of arrival

Every answer has an ETag and Last-Modified and honours conditional requests; text is compressed where that is accepted.
robots.txt forbids /private/. `/endless/?page=1` names a next page for ever; `/bomb.html` unpacks to 200 MB.
"""

from __future__ import annotations

import gzip
import hashlib
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from extract.fetch.model import Source
from tests.fetch.hazards import bulk, every
from tests.fetch.reports import document, item, listing, title
from tests.fetch.shelves import HTML, Resource, Shelf, Wanted

ROBOTS = b"User-agent: *\nDisallow: /private/\n"
MODIFIED = {1: "Mon, 22 Jan 2024 02:30:00 GMT", 3: "Wed, 24 Jan 2024 02:30:00 GMT"}
BOMB = 200 * 2**20


class Request(NamedTuple):
    """One request as the server saw it. `time`: monotonic seconds; `host`: the Host header."""

    time: float
    host: str
    path: str
    headers: dict[str, str]
    status: int


class TestSite:
    """The site. `hosts`: how many servers (ports); the first has all shelves, all have `bulk` further reports each."""

    __test__ = False

    def __init__(self, hosts: int = 1, bulk: int = 0, pause: float = 0.02, retry_after: int = 1) -> None:
        self.night = 1
        self.visits: int | None = None  # a counter on every page with a title; None: there is none
        self.pause = pause  # seconds between the four parts of a slow body
        self.retry_after = retry_after
        self.log: list[Request] = []
        self._bulk = bulk
        self._asked: Counter[str] = Counter()
        self._servers = [_Server(self, number) for number in range(hosts)]

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def url(self, path: str, host: int = 0) -> str:
        """The absolute address of a path of one of the hosts."""
        return f"http://127.0.0.1:{self._servers[host].server_port}{path}"

    @property
    def sources(self) -> tuple[Source, ...]:
        """A source for each shelf."""
        return tuple(
            Source(shelf.name, (self.url(shelf.listing, host),), **shelf.source)
            for host, shelf in self._each(self.night)
        )

    def source(self, name: str) -> Source:
        """The source of one shelf."""
        return next(source for source in self.sources if source.name == name)

    def reports(self, name: str | None = None) -> dict[str, Wanted]:
        """Tonight's reports by the address that listings give (of one source, or all)."""
        return {
            self.url(path, host): wanted
            for host, shelf in self._each(self.night)
            if name in (None, shelf.name)
            for path, wanted in shelf.reports.items()
        }

    def files(self) -> dict[str, str]:
        """The files that reports' pages link → those pages."""
        return {self.url(f): self.url(p) for _, shelf in self._each(self.night) for f, p in shelf.files.items()}

    def refused(self) -> dict[str, str]:
        """Links that look like reports and must not become one → a word of the reason."""
        return {self.url(path): word for _, shelf in self._each(self.night) for path, word in shelf.refused.items()}

    def answer(self, host: int, path: str) -> Resource:
        """What lies at a path tonight."""
        if path == "/robots.txt":
            return Resource(ROBOTS, "text/plain")
        if path.startswith("/endless/"):
            return _endless(path)
        if path == "/mirror/list.html":
            return _mirror()
        if path == "/bomb.html":
            return Resource(b"", how="bomb")
        held = _resources(self.night, host, self._bulk)
        found = held.get(path) or (held.get(f"{path}index.html") if path.endswith("/") else None)
        if found is not None and self.visits is not None and found.kind.startswith("text/html"):
            counter = b"</h1><p>PV: <span>%d</span></p>" % self.visits
            return replace(found, body=found.body.replace(b"</h1>", counter))
        return found or Resource(document("404", "您访问的页面不存在").encode(), status=404)

    def first(self, path: str) -> bool:
        """Whether a path is asked for the first time; counts it."""
        self._asked[path] += 1
        return self._asked[path] == 1

    def _each(self, night: int) -> list[tuple[int, Shelf]]:
        return [(host, shelf) for host in range(len(self._servers)) for shelf in _shelves(night, host, self._bulk)]


@cache
def _shelves(night: int, host: int, count: int) -> tuple[Shelf, ...]:
    return (*(every(night) if host == 0 else ()), *((bulk(host, count),) if count else ()))


@cache
def _resources(night: int, host: int, count: int) -> dict[str, Resource]:
    return {path: resource for shelf in _shelves(night, host, count) for path, resource in shelf.resources.items()}


def _endless(path: str) -> Resource:
    """A listing that always has one more page; each links the same report and, by another address, itself."""
    page = int(parse_qs(urlsplit(path).query).get("page", ["1"])[0])
    rows = [item("/endless/t20240122_1.html", title("辰县人民政府", 2023), "2024-01-22")]
    more = (
        f"<div class='page'><a href='?page={page + 1}'>下一页</a><a href='?page={page}&amp;t={page}'>{page}</a></div>"
    )
    return Resource(listing(rows, more=more).encode())


def _mirror() -> Resource:
    """A hijacked copy: another site's pages, down to the tag that names its domain."""
    rows = [item("t20240122_1.html", title("巳县人民政府", 2023), "2024-01-22")]
    return Resource(listing(rows, head="<meta name='SiteDomain' content='www.sixian.gov.cn'>").encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, site: TestSite, number: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site, self.number = site, number

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        began, site = time.monotonic(), self.server.site
        resource = site.answer(self.server.number, self.path)
        status = self._status(resource)
        # before the answer: whoever has that finds the request in the log
        site.log.append(Request(began, self.headers.get("Host", ""), self.path, dict(self.headers.items()), status))
        self._send(resource, status)

    do_HEAD = do_GET

    def _status(self, resource: Resource) -> int:
        """The status, with what happens only once: too many requests, out of order."""
        if resource.how in ("limited", "flaky") and self.server.site.first(self.path):
            return 429 if resource.how == "limited" else 503
        if resource.status != 200:
            return resource.status
        given = self.headers.get("If-None-Match")
        unchanged = (
            given == _etag(resource) if given else self.headers.get("If-Modified-Since") == self._modified(resource)
        )
        return 304 if unchanged else 200

    def _modified(self, resource: Resource) -> str:
        before = _resources(1, self.server.number, self.server.site._bulk).get(self.path)
        return MODIFIED[1] if before is not None and before.body == resource.body else MODIFIED[3]

    def _send(self, resource: Resource, status: int) -> None:
        if resource.how == "bomb":
            self._explode()
            return
        body = b"" if status in (304, 429, 503) else resource.body
        packed = (
            len(body) > 500 and resource.kind.startswith("text/") and "gzip" in self.headers.get("Accept-Encoding", "")
        )
        body = gzip.compress(body, 1, mtime=0) if packed else body
        self.send_response(status)
        headers = {"Content-Type": resource.kind, "ETag": _etag(resource), "Last-Modified": self._modified(resource)}
        if packed:
            headers["Content-Encoding"] = "gzip"
        if resource.location is not None:
            headers["Location"] = resource.location
        if status == 429:
            headers["Retry-After"] = str(self.server.site.retry_after)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self._write(body, resource.how)

    def _write(self, body: bytes, how: str) -> None:
        """The body: whole, in slow parts, or (the first time) cut."""
        if how in ("reset", "short") and body and self.server.site.first(self.path):
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            if how == "reset":  # closing with a linger of 0 sends RST
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            self.close_connection = True
        elif how == "slow":
            for start in range(0, len(body), len(body) // 4 + 1):
                self.wfile.write(body[start : start + len(body) // 4 + 1])
                self.wfile.flush()
                time.sleep(self.server.site.pause)
        else:
            self.wfile.write(body)

    def _explode(self) -> None:
        body = _bomb()
        self.send_response(200)
        for name, value in {"Content-Type": HTML, "Content-Encoding": "gzip", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The log is kept, not printed."""


def _etag(resource: Resource) -> str:
    return f'"{hashlib.sha256(resource.body).hexdigest()[:16]}"'


@cache
def _bomb() -> bytes:
    return gzip.compress(b"\0" * BOMB, 9, mtime=0)
