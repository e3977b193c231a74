"""Private machines are out of reach: by address, by name, by redirect, and when a name changes its mind."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from pathlib import Path

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.fetch.http.address_guard import Connecting, Reach, checked, host_of, why_not
from extract.fetch.http.errors import HostDown, Refused
from tests.fetch.night.conftest import LOOPBACK, collect, listing, source
from tests.fetch.night.site import LoopbackSite

INWARD = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1",
    "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:0:0:0:0:0:f5ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", INWARD)
def test_inward_addresses_are_refused(address: str) -> None:
    assert why_not(ip_address(address)) is not None


@pytest.mark.parametrize("address", ["202.96.128.86", "2400:3200::1", "::ffff:202.96.128.86", "64:ff9b::ca60:8056"])
def test_public_addresses_are_not(address: str) -> None:
    assert why_not(ip_address(address)) is None


@pytest.mark.parametrize("address", [address for address in INWARD if not ip_address(address).is_loopback])
def test_the_tests_switch_opens_this_machine_alone(address: str) -> None:
    inner = ip_address(address)
    mapped = (isinstance(inner, IPv6Address) and "7f00" in inner.exploded.replace(":", "")) or "127.0.0.1" in address
    assert (why_not(inner, loopback=True) is None) == bool(mapped)


PRIVATE = [
    IPv4Network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
]


@given(st.sampled_from(PRIVATE), st.integers(0, 2**32 - 1))
def test_no_way_of_writing_a_private_address_helps(network: IPv4Network, number: int) -> None:
    inner = IPv4Address(int(network.network_address) | number & int(network.hostmask))
    for written in (inner, IPv6Address(f"::ffff:{inner}"), IPv6Address(0x20020000 << 96 | int(inner) << 80)):
        assert why_not(written) is not None


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.gov.cn/", "gopher://a.gov.cn/", "//a.gov.cn/", "http:///x", "http://u:p@a.gov.cn/",
     "http://a.gov.cn:22/", "http://a.gov.cn:25/", "http://a.gov.cn/" + "x" * 9000, "javascript:1"],
)  # fmt: skip
def test_only_plain_addresses_of_the_web(url: str) -> None:
    with pytest.raises(Refused):
        checked(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [("http://A.gov.cn/x", "a.gov.cn"), ("http://a.gov.cn.:80/", "a.gov.cn"), ("https://a.gov.cn:443/", "a.gov.cn"),
     ("http://a.gov.cn:8080/", "a.gov.cn:8080"), ("http://[2400::1]:81/", "[2400::1]:81")],
)  # fmt: skip
def test_one_host_has_one_name(url: str, host: str) -> None:
    assert host_of(url) == host


def named(**names: list[str]) -> Reach:
    async def lookup(name: str, _port: int) -> list[str]:
        if name.split(".")[0] not in names:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return names[name.split(".")[0]]

    return Reach(lookup=lookup)


def test_names_are_what_they_resolve_to() -> None:
    reach = named(inward=["10.0.0.1"], mixed=["10.0.0.1", "202.96.128.86"], none=[])
    with pytest.raises(Refused, match="private"):
        asyncio.run(reach.addresses("inward.gov.cn", 80))
    assert asyncio.run(reach.addresses("mixed.gov.cn", 80)) == ["202.96.128.86"]
    with pytest.raises(Refused):
        asyncio.run(reach.addresses("none.gov.cn", 80))
    with pytest.raises(HostDown, match="resolve"):
        asyncio.run(reach.addresses("unknown.gov.cn", 80))


def test_the_connection_is_made_to_the_address_that_was_checked(site: LoopbackSite) -> None:
    """A name that changes between looking and connecting gains nothing: there is one look."""
    looks: list[str] = []

    async def lookup(name: str, _port: int) -> list[str]:
        looks.append(name)
        return ["127.0.0.7"] if len(looks) == 1 else ["10.0.0.1"]

    async def connect() -> str:
        stream = await Connecting(Reach(True, lookup)).connect_tcp("changing.gov.cn", site.port, 5)
        peer: str = stream.get_extra_info("server_addr")[0]
        await stream.aclose()
        return peer

    assert asyncio.run(connect()) == "127.0.0.7"
    assert looks == ["changing.gov.cn"]


def test_without_the_switch_this_machine_is_never_asked(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing(("/r", "2023年年度报告")))
    summary = collect(tmp_path, [source(site), source(site, name="by name", host="localhost")], reach=Reach())
    assert site.hits() == []
    assert all("loopback" in line["why"] for line in summary["sources"])


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:10.0.0.1]/", "file:///etc/passwd",
               "http://127.0.0.1:22/"],
)  # fmt: skip
def test_redirects_inward_are_refused_even_from_hosts_that_a_source_names(
    site: LoopbackSite, tmp_path: Path, target: str
) -> None:
    site.put("/", listing(("/r", "2023年年度报告")))
    site.put("/r", b"", status=302, headers={"Location": target})
    hosts = ("10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")
    summary = collect(tmp_path, [source(site, hosts=hosts)])
    assert summary["totals"]["refused"] + summary["totals"]["failed"] == 1
    assert summary["totals"]["new"] == 0


def test_redirects_to_foreign_hosts_are_refused(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/", listing(("/r", "2023年年度报告")))
    site.put("/r", b"", status=302, headers={"Location": site.url("/r", "127.0.0.9")})
    summary = collect(tmp_path, [source(site)])
    assert summary["totals"]["refused"] == 1
    assert "neither under .gov.cn" in summary["sources"][0]["why"]
    assert {hit.host for hit in site.hits()} == {"127.0.0.1"}


def test_sockets_of_this_machine_are_no_sites() -> None:
    with pytest.raises(Refused):
        asyncio.run(Connecting(LOOPBACK).connect_unix_socket("/run/some.sock"))
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(Connecting(LOOPBACK).connect_tcp("127.0.0.1", 1, 5))
