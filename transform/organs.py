"""dim_organ: the organs that reported, and the governments above them up to the province's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from extract.identify import history
from extract.identify.organ import government
from transform import frames
from transform.keys import organ_key
from transform.schema import TABLE


class KnownOrgan(NamedTuple):
    """One organ; `parent` is the identity of the government that it belongs to."""

    identity: str
    name: str
    canonical: str
    kind: str | None
    level: str | None
    division_code: str | None
    parent: str | None


def known(reported: Iterable[tuple[str, str, str, str | None, str | None, str | None, str | None]]) -> list[KnownOrgan]:
    """The organs of reports with all governments above them; one that reported itself counts as it reported."""
    organs = {row[0]: KnownOrgan(*row) for row in reported}
    waiting = [organ.parent for organ in organs.values()]
    while waiting:
        identity = waiting.pop()
        if identity is None or identity in organs:
            continue
        above = government(identity)
        if above is not None:
            organs[identity] = KnownOrgan(
                identity, above.canonical, above.canonical, above.kind, above.level, above.division_code, above.parent
            )
            waiting.append(above.parent)
    return list(organs.values())


def dim_organ(organs: list[KnownOrgan]) -> pd.DataFrame:
    """One row an organ, as TABLE["dim_organ"], by key."""
    there = {organ.identity for organ in organs}
    rows = sorted(
        (
            organ_key(organ.identity),
            organ.name,
            organ.canonical,
            organ.kind,
            organ.level,
            organ.division_code,
            organ_key(organ.parent) if organ.parent in there and organ.parent is not None else None,
            organ_key(compared_as(organ.identity)),
        )
        for organ in organs
    )
    schema = TABLE["dim_organ"].arrow
    return frames.frame({name: [row[n] for row in rows] for n, name in enumerate(schema.names)}, schema)


def compared_as(identity: str) -> str:
    """The identity under which an organ's years are compared: that of the same organ of what its division became."""
    code, bar, own = identity.partition("|")
    around, dash, zone = code.partition("-")
    return f"{history.current(around)}{dash}{zone}{bar}{own}"


def zones(organs: list[KnownOrgan]) -> Iterator[tuple[str, str]]:
    """The zones without a code of their own (code, level), in order."""
    found = {o.division_code: o.level or "county" for o in organs if o.division_code and "-" in o.division_code}
    yield from sorted(found.items())
