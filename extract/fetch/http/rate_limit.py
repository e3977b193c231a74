"""When the next request to a host may go out: its rate, its pauses, and the breaker that leaves a failing host alone.

One `Hosts` is shared by everything in a process that fetches, so that two batches never add up to more than the limit.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from extract.fetch.http.errors import HostDown
from extract.fetch.http.limits import Manners

MARGIN = 1.02
"""An interval is kept a little longer, so that requests that overtake each other on the way still keep the limit."""


class Host:
    """One host. All times are those of `clock`."""

    __slots__ = ("cool_downs", "down", "failures", "interval", "last", "next_at", "paused_until")

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.last = float("-inf")  # when a request went out
        self.next_at = 0.0  # when the next turn begins that nobody has taken
        self.paused_until = 0.0
        self.failures = 0
        self.cool_downs = 0
        self.down: str | None = None


class Hosts:
    """All hosts that were asked for anything in this process."""

    def __init__(self, manners: Manners, clock: Callable[[], float] = time.monotonic) -> None:
        self._manners = manners
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, Host] = {}

    def _host(self, name: str) -> Host:
        return self._hosts.setdefault(name, Host(self._manners.interval))

    def slow_down(self, name: str, interval: float) -> None:
        """Let at least `interval` seconds pass between two requests; never less than was asked for before."""
        with self._lock:
            host = self._host(name)
            host.interval = max(host.interval, interval)

    def set_rate(self, name: str, rate: float) -> None:
        """The rate that a source states for its hosts, in place of the default; the strictest of all sources holds."""
        with self._lock:
            if name in self._hosts:
                self._hosts[name].interval = max(self._hosts[name].interval, 1 / rate)
            else:
                self._hosts[name] = Host(1 / rate)

    def reserve(self, name: str) -> float:
        """Take the next turn: the seconds to wait before the request goes out. Raises HostDown."""
        with self._lock:
            host = self._host(name)
            if host.down is not None:
                raise HostDown(name, host.down)
            now = self._clock()
            start = max(now, host.next_at, host.paused_until)
            host.next_at = start + host.interval * MARGIN
            return start - now

    def begin(self, name: str) -> float:
        """Go, when a turn has come: 0, or the seconds still to wait, because the request before went out late or the host
        has asked for a pause meanwhile.
        """
        with self._lock:
            host, now = self._host(name), self._clock()
            rest = max(host.paused_until, host.last + host.interval * MARGIN) - now
            if rest <= 0:
                host.last = now
            return max(0.0, rest)

    def pause(self, name: str, seconds: float) -> None:
        """The host asked to be left alone for so long; longer than is bearable, it is given up for tonight."""
        with self._lock:
            host = self._host(name)
            if seconds > self._manners.longest_pause:
                host.down = f"it asks to come back after {seconds:,.0f} s"
            host.paused_until = max(host.paused_until, self._clock() + seconds)

    def answered(self, name: str) -> None:
        """The host works."""
        with self._lock:
            host = self._host(name)
            host.failures = host.cool_downs = 0

    def failed(self, name: str, reason: str) -> None:
        """A request failed. After several in a row the host rests, then one request decides; after some rests it is down."""
        with self._lock:
            host = self._host(name)
            host.failures += 1
            if host.failures < self._manners.failures:
                return
            if host.cool_downs >= self._manners.cool_downs:
                host.down = f"the host does not answer as it should ({reason})"
                return
            host.failures = self._manners.failures - 1
            rest = self._manners.cool_down * 2**host.cool_downs
            host.cool_downs += 1
            host.paused_until = max(host.paused_until, self._clock() + rest)
