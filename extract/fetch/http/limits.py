"""Crawler limits and User-Agent."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from extract.files import MAX_BYTES

ROBOT = "OGI-reports"
"""The name to which robots.txt can speak."""


def _version() -> str:
    try:
        return version("ogi-reports")
    except PackageNotFoundError:
        return "0"


@dataclass(frozen=True, slots=True)
class Manners:
    """The limits of fetching. Times in seconds, sizes in bytes."""

    contact: str  # where a site's owner reaches whoever runs this: an address of mail or of a page
    rate: float = 1.0  # requests a second to one host; 0: without limit
    per_host: int = 2  # requests to one host at the same time
    hosts_at_once: int = 64  # of one batch
    attempts: int = 4  # for one address, the first included
    backoff: float = 2.0  # before the second attempt at most; doubles with each
    longest_backoff: float = 120.0
    longest_pause: float = 600.0  # a site that asks (Retry-After) for more is left for another night
    slowest: float = 60.0  # the same for a Crawl-delay
    connect_seconds: float = 20.0
    silence_seconds: float = 30.0  # without a byte
    whole_seconds: float = 180.0  # for one answer
    max_bytes: int = MAX_BYTES  # of one answer, decompressed
    max_redirects: int = 8
    page_seconds: float = 15.0  # of processor time, for reading one page; the largest listings take 2
    failures: int = 5  # one after another, until a host is left alone for `cool_down`
    cool_down: float = 30.0  # doubles with each time
    cool_downs: int = 2  # then the host is given up for tonight

    @property
    def user_agent(self) -> str:
        """The honest User-Agent."""
        return f"{ROBOT}/{_version()} (+{self.contact})"

    @property
    def interval(self) -> float:
        """Seconds between two requests to one host."""
        return 1 / self.rate if self.rate > 0 else 0.0
