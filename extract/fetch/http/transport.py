"""How a request travels: HTTP/1.1, or HTTP/2 where offered, over TLS as the site has it, to checked addresses only."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterable, AsyncIterator
from functools import cache
from typing import Literal

import httpcore
import httpx

from extract.fetch.http.address_guard import Connecting, Reach

KEEP_ALIVE = 30.0  # seconds that an idle connection is kept for the next page
OLD_CIPHERS = "DEFAULT:@SECLEVEL=0"


@cache
def tls(kind: Literal["modern", "old"]) -> ssl.SSLContext:
    """The TLS settings. Certificates are verified in both; `old` also takes protocols, ciphers and keys of the past."""
    context = httpx.create_ssl_context()
    if kind == "old":
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers(OLD_CIPHERS)
        context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context


class Transport(httpx.AsyncBaseTransport):
    """httpx over a pool of checked connections. Raises httpcore's exceptions as they are, and Refused, HostDown."""

    def __init__(self, reach: Reach, kind: Literal["modern", "old"], connections: int) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls(kind),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=KEEP_ALIVE,
            http2=True,
            network_backend=Connecting(reach),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body of the answer is read by the caller, as it was sent (not decompressed)."""
        url = request.url
        sent = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            extensions=request.extensions,
        )
        response = await self._pool.handle_async_request(sent)
        assert isinstance(response.stream, AsyncIterable)
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response.stream), extensions=response.extensions
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()
