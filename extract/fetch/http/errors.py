"""The ways in which an address gives nothing. Raised where known; the history and the summary of a run say why.

Reasons are clauses for the operator, without the address, which stands beside them.
"""

from __future__ import annotations


class NotFetched(Exception):
    """Nothing was fetched; `outcome` is what the history will say, `reason` why."""

    outcome = "failed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(NotFetched):
    """We do not ask for it: a private address, a foreign host, robots.txt; asking again would change nothing."""

    outcome = "refused"


class Elsewhere(NotFetched):
    """It leads to an address that another collector asks for; `url` is that address."""

    outcome = "left"

    def __init__(self, url: str, host: str) -> None:
        super().__init__(f"it redirects to {host}, which another shard asks")
        self.url = url
        self.host = host


class Failed(NotFetched):
    """We asked and got nothing that could be kept."""


class Passing(Failed):
    """A failure that may have passed in a moment: worth another attempt, after `retry_after` seconds if the site says so."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class HostDown(Failed):
    """A whole host gives nothing tonight: what else is wanted of `host` need not be asked for."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(reason)
        self.host = host
