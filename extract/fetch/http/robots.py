"""What a site's robots.txt asks for (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from extract.fetch.http.limits import ROBOT

MAX_BYTES = 512 * 2**10
"""More of a robots.txt is not read; the standard asks for 500 KiB at least."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules for us. `delay`: seconds between two requests."""

    parsed: Protego
    delay: float

    def allow(self, url: str) -> bool:
        """Whether this address may be asked for."""
        return bool(self.parsed.can_fetch(url, ROBOT))


def rules(content: bytes) -> Rules:
    """Rules from the bytes of a robots.txt; what is no rule in it (a web page, say) forbids nothing."""
    parsed = Protego.parse(content.decode("utf-8-sig", "replace"))
    delay = parsed.crawl_delay(ROBOT) or 0.0
    rate = parsed.request_rate(ROBOT)
    if rate is not None and rate.requests > 0:
        delay = max(delay, rate.seconds / rate.requests)
    return Rules(parsed, float(delay))
