"""What a shard's home knows of hosts that other shards ask: how much was left to them, and which sources are spread over several."""

from __future__ import annotations

from extract.fetch.night.history import History
from extract.fetch.night.shards import Shard

LEFT = "u.parent is not null and u.run is null and u.state is null and s.active"
"""Of `url u join source s`: an address that was found on the way and not asked for; on a host of another shard it is left to that."""


def left(history: History, shard: Shard) -> int:
    """How many addresses were found on hosts of other shards, and have not been handed over to them."""
    if shard.count == 1:
        return 0
    sql = f"select u.host, count(*) from url u join source s on s.id = u.source where {LEFT} group by u.host"
    return sum(count for host, count in history.read(sql) if not shard.has(host))


def spread(history: History, shard: Shard) -> set[str]:
    """The sources some of whose addresses other shards ask: how many reports they have only the joined lake can tell."""
    if shard.count == 1:
        return set()
    hosts = history.read("select distinct s.name, u.host from url u join source s on s.id = u.source where s.active")
    return {name for name, host in hosts if not shard.has(host)}


def listed(history: History, shard: Shard) -> set[str]:
    """The registered sources of which this shard asks a listing page."""
    hosts = history.read("select s.name, u.host from url u join source s on s.id = u.source where s.active and u.lists")
    return {name for name, host in hosts if shard.has(host)}
