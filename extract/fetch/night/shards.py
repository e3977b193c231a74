"""Which of several collectors asks which host: a share of the hosts, told by a hash of the site that a host belongs to.

Nothing is agreed on: number and count tell a shard all that it needs. All hosts of one site (`jyj.x.gov.cn`, `www.x.gov.cn`) are
in one shard, since they redirect and link to each other; a host that is registered later moves no other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

MOST = 1_000
_WRITTEN = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")
_NUMBERS = re.compile(r"[\d.]+|\[.*|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]*")


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`th of `count` shares, from 1. The only one of 1 has every host."""

    number: int = 1
    count: int = 1

    def has(self, host: str) -> bool:
        """Whether a host, with or without a port, is in it."""
        return self.count == 1 or share(host, self.count) == self.number

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


WHOLE = Shard()


def parsed(text: str) -> Shard:
    """`2/3`; nothing is the only shard of 1. Raises ValueError, which says what is wrong."""
    if not text:
        return WHOLE
    match = _WRITTEN.fullmatch(text)
    if match is None or int(match[2]) > MOST or int(match[1]) > int(match[2]):
        raise ValueError(f"a shard is one of several, as in 1/3, 2/3 and 3/3, of {MOST:,} at most")
    return Shard(int(match[1]), int(match[2]))


@lru_cache(200_000)
def share(host: str, count: int) -> int:
    """In which of `count` shares a host is, from 1."""
    return int.from_bytes(sha256(site(host).encode()).digest()[:8], "big") % count + 1


def site(host: str) -> str:
    """What stands for all hosts of one publisher: the last three labels of a name, without `www.`; a number as it is."""
    name = host.lower()
    name = name if name.count(":") > 1 and not name.startswith("[") else re.sub(r":\d+$", "", name)
    if _NUMBERS.fullmatch(name):
        return name
    return ".".join(name.rstrip(".").removeprefix("www.").split(".")[-3:])
