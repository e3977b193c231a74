"""Asking for one address: politely, with another attempt where a failure may pass, and never beyond the limits."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Literal, Self

import httpcore
import httpx

from extract.fetch.http import body, robots
from extract.fetch.http.address_guard import Reach, checked, host_of
from extract.fetch.http.errors import Elsewhere, Failed, HostDown, Passing, Refused
from extract.fetch.http.limits import Manners
from extract.fetch.http.rate_limit import Hosts
from extract.fetch.http.transport import Transport

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.3",
    "Accept-Encoding": body.ACCEPTED,
}

Tls = Literal["modern", "old"]
Permit = Callable[[str], bool]
"""Whether a source may be fetched from this address (its host)."""

Mine = Callable[[str], bool]
"""Whether a host (with its port) is one that this collector asks: of several, each has its share."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site sent. `content` is decompressed; `redirects` are (status, address that was left for another)."""

    url: str  # after redirects
    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    redirects: tuple[tuple[int, str], ...]
    http: str  # HTTP/1.1, HTTP/2
    at: datetime  # when the request went out, UTC
    seconds: float
    attempts: int

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for key, value in self.headers if key.lower() == name), None)


class Client:
    """Fetches. One client belongs to one event loop; `hosts` is shared by all of a process."""

    def __init__(self, manners: Manners, reach: Reach, hosts: Hosts, mine: Mine = lambda _host: True) -> None:
        self.manners = manners
        self.mine = mine
        self._hosts = hosts
        self._reach = reach
        self._rules: dict[str, asyncio.Task[robots.Rules]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._rules.values():
            task.cancel()

    def session(self, tls: Tls = "modern") -> Session:
        """A visit to one host: its cookies and connections live as long as the session (`async with`)."""
        # a pool of connections for each host: with one for all, every request would look through all connections
        return Session(self, Transport(self._reach, tls, self.manners.per_host + 1))

    def forget(self, origin: str) -> None:
        """A host was visited to the end: its rules need not be kept."""
        task = self._rules.pop(origin, None)
        if task is not None:
            task.cancel()

    async def rules(self, url: httpx.URL, session: Session) -> robots.Rules:
        """The rules of an address's host, asked for once. Raises HostDown where they cannot be had."""
        origin = f"{url.scheme}://{host_of(url)}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._read_rules(origin, session))
        return await asyncio.shield(self._rules[origin])

    async def _read_rules(self, origin: str, session: Session) -> robots.Rules:
        name = host_of(origin)
        try:
            answer = await session.plainly(f"{origin}/robots.txt", robots.MAX_BYTES)
        except Refused as error:
            raise HostDown(name, error.reason) from None
        except HostDown:
            raise
        except Elsewhere as error:  # that host's pace is kept by another collector, which this one cannot ask
            raise HostDown(name, f"its robots.txt redirects to {error.host}, which another shard asks") from None
        except Failed as error:
            raise HostDown(name, f"its robots.txt cannot be read: {error.reason}") from None
        found = robots.rules(answer.content if answer.status == 200 else b"")
        if found.delay > self.manners.slowest:
            raise HostDown(name, f"its robots.txt asks for {found.delay:g} s between two requests")
        self._hosts.slow_down(name, found.delay)
        return found

    async def turn(self, name: str) -> None:
        """Wait until the host may be asked. Raises HostDown."""
        await asyncio.sleep(self._hosts.reserve(name))
        while (rest := self._hosts.begin(name)) > 0:
            await asyncio.sleep(rest)

    async def persist(self, name: str, attempt: Callable[[int], asyncio.Future[Answer]]) -> Answer:
        """Make up to `attempts` attempts at a host. Raises Failed when all were in vain, Refused, HostDown."""
        for number in range(1, self.manners.attempts + 1):
            try:
                answer = await attempt(number)
            except Passing as failure:
                self._hosts.failed(name, failure.reason)
                if failure.retry_after is not None:
                    self._hosts.pause(name, failure.retry_after)
                if number == self.manners.attempts:
                    raise Failed(f"{failure.reason} ({number} attempts)" if number > 1 else failure.reason) from None
                most = min(self.manners.backoff * 2 ** (number - 1), self.manners.longest_backoff)
                await asyncio.sleep(random.uniform(most / 2, most))
            else:
                self._hosts.answered(name)
                return answer
        raise AssertionError("attempts is at least 1")


class Session:
    """Asking one host for one address after another, as one visitor."""

    def __init__(self, client: Client, transport: Transport) -> None:
        self._client = client
        self._manners = client.manners
        self._http = httpx.AsyncClient(
            transport=transport,
            headers={**_HEADERS, "User-Agent": client.manners.user_agent},
            timeout=httpx.Timeout(
                client.manners.silence_seconds,
                connect=client.manners.connect_seconds,
                pool=None,  # a host's turn is what waits, not the pool
            ),
            trust_env=False,  # a proxy would connect to addresses that nobody checked
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def get(
        self, url: str, permit: Permit, etag: str | None = None, modified: str | None = None, limit: int | None = None
    ) -> Answer:
        """The answer to a GET of `url`, redirects followed where `permit` allows their hosts and robots.txt their paths.

        With `etag` or `modified` (its Last-Modified) the site is asked for the page only if it changed: status 304.
        Any status that no other attempt would change is an answer. Raises Refused, Failed, HostDown, Elsewhere.
        """
        headers = {"If-None-Match": etag} if etag else {}
        if modified:
            headers["If-Modified-Since"] = modified
        most = limit or self._manners.max_bytes

        async def attempt(number: int) -> Answer:
            return await self._follow(url, headers, most, number, permit)

        return await self._client.persist(host_of(checked(url)), attempt)  # type: ignore[arg-type]

    async def plainly(self, url: str, limit: int) -> Answer:
        """A GET without asking robots.txt (it is what is asked for); what stands beyond `limit` is cut."""

        async def attempt(number: int) -> Answer:
            return await self._follow(url, {}, limit, number, None)

        return await self._client.persist(host_of(checked(url)), attempt)  # type: ignore[arg-type]

    async def _follow(
        self, url: str, headers: dict[str, str], limit: int, number: int, permit: Permit | None
    ) -> Answer:
        request = self._http.build_request("GET", checked(url), headers=headers)
        redirects: list[tuple[int, str]] = []
        at, began = datetime.now(UTC), time.monotonic()
        while True:
            await self._admit(request.url, permit, bool(redirects))
            try:
                async with asyncio.timeout(self._manners.whole_seconds):
                    response = await self._http.send(request, stream=True)
                    try:
                        onward = response.next_request
                        content = b"" if onward else await self._read(response, limit, cut=permit is None)
                    finally:
                        await response.aclose()
            except (httpcore.TimeoutException, TimeoutError) as error:
                raise Passing(_late(error, self._manners)) from None
            except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError) as error:
                raise self._broken(request.url, error) from None
            except HostDown as error:
                raise HostDown(host_of(request.url), error.reason) from None
            if onward is None:
                return Answer(
                    url=str(request.url),
                    status=response.status_code,
                    headers=tuple(
                        (key.decode("latin-1"), value.decode("latin-1")) for key, value in response.headers.raw
                    ),
                    content=content,
                    redirects=tuple(redirects),
                    http=response.http_version,
                    at=at,
                    seconds=time.monotonic() - began,
                    attempts=number,
                )
            redirects.append((response.status_code, str(request.url)))
            if len(redirects) > self._manners.max_redirects:
                raise Failed(f"it redirects more than {self._manners.max_redirects} times")
            request = onward

    async def _admit(self, url: httpx.URL, permit: Permit | None, redirected: bool) -> None:
        """Everything that must hold before a request goes out. Raises Refused, HostDown, Elsewhere."""
        checked(url)
        led = f"it redirects to {url.copy_with(query=None)}, " if redirected else ""
        if permit is not None and not permit(str(url)):
            raise Refused(
                f"{led}but this host is neither under .gov.cn nor one that the source names"
                if led
                else "its host is neither under .gov.cn nor one that the source names"
            )
        if not self._client.mine(host_of(url)):
            raise Elsewhere(str(url), host_of(url))
        if permit is not None:
            rules = await self._client.rules(url, self)
            if not rules.allow(str(url)):
                raise Refused(f"{led}which robots.txt forbids" if led else "robots.txt forbids it")
        await self._client.turn(host_of(url))

    async def _read(self, response: httpx.Response, limit: int, cut: bool) -> bytes:
        if response.status_code in RETRIED:
            raise Passing(f"answers {response.status_code}", _retry_after(response))
        return await body.read(response, limit, cut)

    def _broken(self, url: httpx.URL, error: Exception) -> Failed:
        """What a broken connection is: one that may work in a moment, or TLS that this host cannot do."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return HostDown(host_of(url), f"its certificate is not valid: {cause.verify_message}")
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
                old = "its TLS is not understood; if it is of the past, set `tls: old` for the source"
                return HostDown(host_of(url), f"{old} ({cause.reason or cause})")
            cause = cause.__cause__ or cause.__context__
        return Passing(_plain(error))


def _late(error: BaseException, manners: Manners) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return f"no connection within {manners.connect_seconds:g} s"
    if isinstance(error, httpcore.TimeoutException):
        return f"silent for {manners.silence_seconds:g} s"
    return f"not finished within {manners.whole_seconds:g} s"


def _plain(error: Exception) -> str:
    """A broken connection in plain words."""
    said = str(error).strip()
    if "without sending complete message body" in said or "InvalidBodyLength" in said:
        return "its body is shorter than announced"
    if isinstance(error, httpcore.ConnectError):
        return f"no connection ({said or 'refused'})"
    if isinstance(error, httpcore.ReadError | httpcore.WriteError):
        return "the connection was reset"
    return f"the connection broke ({said[:120] or type(error).__name__})"


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds to stay away as the site says, as a number or as a date."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    with suppress(ValueError):  # no date either: it says nothing that can be followed
        moment = parsedate_to_datetime(said) if said else None
        if moment is not None:
            return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    return None
