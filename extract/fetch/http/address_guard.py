"""SSRF guard: resolves a host once, checks its addresses and pins the connection to the checked one.

A name is resolved once, what it resolves to is checked, and the connection is made to the checked address itself: a
name that resolves to something else a moment later gains nothing. This holds for every connection, so for redirects too.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import httpcore
import httpx

from extract.fetch.http.errors import HostDown, Refused

MAX_LENGTH = 8_000  # characters of an address
WEB_PORTS = frozenset({443, *range(80, 100)})
_CLOSED = tuple(  # which older Pythons take for public
    ip_network(network) for network in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16")
)
_NAT64 = IPv6Network("64:ff9b::/96")
_OLD_EMBEDDED = IPv6Network("::/96")  # ::a.b.c.d, and :: and ::1 themselves

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Awaitable[list[str]]]
"""(name, port) → addresses as text; raises OSError where there are none."""


def checked(url: str | httpx.URL) -> httpx.URL:
    """The address, if it is one that may be asked for at all. Raises Refused."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise Refused(f"its address is damaged ({error})") from None
    if parsed.scheme not in ("http", "https"):
        raise Refused(f"its scheme is {parsed.scheme or 'missing'}: only http and https are fetched")
    if not parsed.host:
        raise Refused("its address names no host")
    if parsed.userinfo:
        raise Refused("its address carries a user name")
    if parsed.port is not None and parsed.port < 1024 and parsed.port not in WEB_PORTS:
        raise Refused(f"port {parsed.port} is not one of the web")
    if len(str(parsed)) > MAX_LENGTH:
        raise Refused("its address is too long")
    return parsed


def host_of(url: httpx.URL | str) -> str:
    """What politeness, robots.txt and the queue call a host: its name, with the port where that is not the scheme's."""
    parsed = httpx.URL(url)
    name = parsed.raw_host.decode("ascii")
    name = f"[{name}]" if ":" in name else name.rstrip(".")
    return name if parsed.port is None else f"{name}:{parsed.port}"


def why_not(address: Address, loopback: bool = False) -> str | None:
    """Why this machine must not be reached; None if it may. `loopback` permits this very machine, for tests."""
    if isinstance(address, IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return why_not(inner, loopback)
    if address.is_loopback:
        return None if loopback else "leads to this machine itself (loopback)"
    if address.is_link_local:
        return "leads to a link-local address (where clouds keep their metadata)"
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return "leads to a private or reserved address"
    if any(address in network for network in _CLOSED):
        return "leads to a private or reserved address"
    return None


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo, NAT64."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or (address in _OLD_EMBEDDED and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


async def resolve(name: str, port: int) -> list[str]:
    """The addresses of a name, as the system's resolver gives them."""
    found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be connected to. `loopback` is the tests' switch: it opens this machine and nothing else."""

    loopback: bool = False
    lookup: Lookup = resolve

    async def addresses(self, name: str, port: int) -> list[str]:
        """Those addresses of a host that may be reached, in the resolver's order. Raises Refused, HostDown, OSError."""
        try:
            given = [str(ip_address(name.strip("[]")))]
        except ValueError:
            try:
                given = await self.lookup(name, port)
            except (socket.gaierror, UnicodeError) as error:
                if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
                    raise OSError(error.errno, "its name could not be resolved just now") from None
                raise HostDown(name, "its name does not resolve") from None
        reasons = {address: why_not(ip_address(address.partition("%")[0]), self.loopback) for address in given}
        open_ones = [address for address, reason in reasons.items() if reason is None]
        if not open_ones:
            raise Refused(next((reason for reason in reasons.values() if reason), "its name has no address"))
        return open_ones


class Connecting(httpcore.AsyncNetworkBackend):
    """The network as the HTTP library sees it: every connection goes to an address that was checked."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's permitted addresses that answers; `timeout` (s) holds for all together."""
        try:
            async with asyncio.timeout(timeout):
                return await self._first(await self._reach.addresses(host, port), port, local_address, socket_options)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"no connection within {timeout:g} s") from None
        except OSError as error:
            raise httpcore.ConnectError(error.strerror or str(error)) from None

    async def _first(
        self,
        addresses: list[str],
        port: int,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        failure: httpcore.ConnectError | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(
                    address, port, local_address=local_address, socket_options=socket_options
                )
            except httpcore.ConnectError as error:
                failure = error
        raise failure or httpcore.ConnectError("its name has no address")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Never: a site is no socket of this machine."""
        raise Refused("a socket of this machine is not fetched from")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
