"""Exit statuses of the commands, and which of them a night ends with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

FINE = 0
"""All as usual; what was lost in earlier nights and still is, is usual."""
LOSSES = 1
"""Something that was asked for is newly not there: an address, a file without a report, a report that left the warehouse."""
WRONG_USE = 2
"""An option, a setting, the registry of sources or a file of corrections cannot be used as it is."""
NOTHING_ASKED = 3
"""There are sources, and none of their addresses was asked for."""
BROKEN = 4
"""The run ended before its end, or found damage that it cannot heal."""

_WORST_FIRST = (WRONG_USE, BROKEN, NOTHING_ASKED, LOSSES)
TITLES = {
    FINE: "Completed",
    LOSSES: "NewLosses",
    WRONG_USE: "WrongUse",
    NOTHING_ASKED: "NothingAsked",
    BROKEN: "Broken",
}
"""How a status is named: in Prefect's states, in notifications and in artifacts."""


def worst(statuses: Iterable[int]) -> int:
    """The one of several that is told: wrong use before broken, nothing asked, losses."""
    given = set(statuses)
    return next((status for status in _WORST_FIRST if status in given), FINE)


def of_collecting(summary: dict[str, Any]) -> int:
    """The status of a night's summary (`extract.fetch.night.collect.summary`), or of one that has ended before its end."""
    if "error" in summary:
        return int(summary["exit_status"])
    if summary["asked"] == 0 and summary["registered"]:
        return NOTHING_ASKED
    news = summary["totals"]["newly_lost"] or any(source["is_new"] for source in summary["short"])
    return LOSSES if news else FINE


def of_main(record: dict[str, Any]) -> int:
    """What a run of the main job means for the night that it belongs to: documents lost in earlier nights are no news."""
    if "error" in record:
        return int(record["exit_status"])
    return LOSSES if record["left_out_count"] or record["newly_lost_count"] else FINE
