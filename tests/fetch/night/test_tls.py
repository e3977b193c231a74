"""TLS as sites have it: HTTP/2 where offered, certificates verified, protocols of the past only where a source says so."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.fetch.http import transport
from extract.fetch.http.client import Answer, Client, Tls
from extract.fetch.http.errors import Failed, HostDown
from extract.fetch.http.rate_limit import Hosts
from tests.fetch.night.conftest import HASTY, LOOPBACK
from tests.fetch.night.tls_site import BODY, certificate, serving


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A certificate that the machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    transport.tls.cache_clear()
    yield pem
    transport.tls.cache_clear()


def get(url: str, kind: Tls = "modern") -> Answer:
    async def ask() -> Answer:
        async with Client(HASTY, LOOPBACK, Hosts(HASTY)) as client, client.session(kind) as session:
            return await session.get(f"{url}/r", lambda _url: True)

    return asyncio.run(ask())


@pytest.mark.parametrize(("offered", "spoken"), [(("h2", "http/1.1"), "HTTP/2"), (("http/1.1",), "HTTP/1.1")])
def test_http2_where_offered(trusted: Path, offered: tuple[str, ...], spoken: str) -> None:
    with serving(trusted, *offered) as url:
        answer = get(url)
    assert (answer.http, answer.content) == (spoken, BODY)


@pytest.mark.parametrize("protocol", ["h2", "http/1.1"])
def test_a_short_body_is_not_whole_in_either(trusted: Path, protocol: str) -> None:
    with (
        serving(trusted, protocol, short=True) as url,
        pytest.raises(Failed, match=r"shorter than announced \(4 attempts\)"),
    ):
        get(url)


def test_a_certificate_that_nobody_vouches_for_is_refused(pem: Path) -> None:
    with serving(pem) as url, pytest.raises(HostDown, match="its certificate is not valid: self"):
        get(url)


def test_tls_of_the_past_only_where_a_source_says_so(trusted: Path) -> None:
    with serving(trusted, old=True) as url:
        with pytest.raises(HostDown, match="set `tls: old` for the source"):
            get(url)
        try:
            assert get(url, "old").content == BODY
        except HostDown:
            if not ssl.HAS_TLSv1_1:
                pytest.skip("this machine's OpenSSL was built without TLS 1.1")
            raise
