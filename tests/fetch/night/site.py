"""A site on loopback: a real HTTP server whose pages a test writes, changes, breaks and moves, and which logs all."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


@dataclass
class Served:
    """What stands at a path. `faults` are what goes wrong, one a request, before it is served well."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    modified: str | None = None
    faults: list[str] = field(default_factory=list)


class Hit(NamedTuple):
    """One request in the server's log."""

    at: float  # monotonic, when its head had been read
    host: str
    path: str
    headers: dict[str, str]
    status: int


class LoopbackSite:
    """Pages by path, the same on every 127.0.0.x; `only` has pages of single hosts."""

    def __init__(self) -> None:
        self.pages: dict[str, Served] = {}
        self.only: dict[tuple[str, str], Served] = {}
        self.log: list[Hit] = []
        self.at_once: dict[str, int] = {}
        self.most_at_once: dict[str, int] = {}
        self.pause = 0.0  # seconds before each answer
        self._lock = threading.Lock()
        self._server = _Server(("0.0.0.0", 0), type("Handler", (_Handler,), {"site": self}))
        self.port = self._server.server_address[1]

    @contextmanager
    def serving(self) -> Iterator[LoopbackSite]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, path: str, body: str | bytes, **more: Any) -> Served:
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = Served(content, **more)
        return self.pages[path]

    def hits(self, path: str | None = None) -> list[Hit]:
        with self._lock:
            return [hit for hit in self.log if path in (None, hit.path)]

    def asked(self) -> list[str]:
        """The paths asked for since the log was cleared, without robots.txt, sorted."""
        return sorted(hit.path for hit in self.hits() if hit.path != "/robots.txt")

    def clear(self) -> None:
        with self._lock:
            self.log.clear()

    def note(self, hit: Hit) -> None:
        with self._lock:
            self.log.append(hit)

    @contextmanager
    def counted(self, host: str) -> Iterator[None]:
        with self._lock:
            self.at_once[host] = now = self.at_once.get(host, 0) + 1
            self.most_at_once[host] = max(now, self.most_at_once.get(host, 0))
        try:
            yield
        finally:
            with self._lock:
                self.at_once[host] -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """A client that goes away in the middle is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: LoopbackSite

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        at, host = time.monotonic(), self.headers.get("Host", "")
        name = host.partition(":")[0]
        with self.site.counted(name):
            time.sleep(self.site.pause)
            served = (
                self.site.only.get((name, self.path)) or self.site.pages.get(self.path) or Served(b"404", status=404)
            )
            fault = served.faults.pop(0) if served.faults else None
            status = int(fault.split()[0]) if fault and fault[0].isdigit() else served.status
            if fault is None and self._is_known(served):
                status = 304
            self.site.note(Hit(at, name, self.path, {k.lower(): v for k, v in self.headers.items()}, status))
            if fault and not fault[0].isdigit():
                self._break(fault, served)
            else:
                self._answer(served, status, fault)

    def _is_known(self, served: Served) -> bool:
        if served.etag and self.headers.get("If-None-Match") == served.etag:
            return True
        return bool(served.modified) and self.headers.get("If-Modified-Since") == served.modified

    def _answer(self, served: Served, status: int, fault: str | None) -> None:
        body = b"" if status == 304 else served.body if fault is None else b"trouble"
        self.send_response_only(status)
        if fault and " " in fault:
            self.send_header("Retry-After", fault.partition(" ")[2])
        for name, value in {"ETag": served.etag, "Last-Modified": served.modified, **served.headers}.items():
            if value is not None and fault is None:
                self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Type", served.kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _break(self, fault: str, served: Served) -> None:
        """reset: in the middle of the body; short: less than announced; slow: a byte at a time; hang: nothing."""
        self.close_connection = True
        if fault == "hang":
            time.sleep(3)
            return
        self.send_response_only(200)
        self.send_header("Content-Type", served.kind)
        self.send_header("Content-Length", str(len(served.body)))
        self.end_headers()
        half = served.body[: len(served.body) // 2]
        if fault == "slow":
            for byte in half:
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    return
                time.sleep(0.1)
            return
        self.wfile.write(half)
        self.wfile.flush()
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
