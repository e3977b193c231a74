"""dim_organ: the organs that reported, and the governments above them up to the province's."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from extract.identify import history
from extract.identify.organ import government
from transform import frames
from transform.engine import first
from transform.keys import organ_key
from transform.reach import LookWider
from transform.schema import TABLE, quoted
from transform.star_before import Before

if TYPE_CHECKING:
    import duckdb

_REPORTED = """
    select organ_identity, coalesce(organ, organ_identity), coalesce(organ_canonical, organ, organ_identity), organ_kind, organ_level,
        division_code, organ_parent
    from report where organ_key is not null
    qualify row_number() over (partition by organ_key order by year desc nulls last, published desc nulls last, sha256) = 1
"""


class KnownOrgan(NamedTuple):
    """One organ; `parent` is the identity of the government that it belongs to."""

    identity: str
    name: str
    canonical: str
    kind: str | None
    level: str | None
    division_code: str | None
    parent: str | None


def known(reported: Iterable[KnownOrgan], stood: Container[int] = frozenset()) -> list[KnownOrgan]:
    """The organs of reports with all governments above them, up to those whose keys `stood` there before; one that reported itself counts
    as it reported.
    """
    organs = {organ.identity: organ for organ in reported}
    waiting = [organ.parent for organ in organs.values()]
    while waiting:
        identity = waiting.pop()
        if identity is None or identity in organs or organ_key(identity) in stood:
            continue
        above = government(identity)
        if above is not None:
            organs[identity] = KnownOrgan(
                identity, above.canonical, above.canonical, above.kind, above.level, above.division_code, above.parent
            )
            waiting.append(above.parent)
    return list(organs.values())


def dim_organ(organs: Iterable[KnownOrgan], there: Container[int]) -> pa.Table:
    """One row an organ, as TABLE["dim_organ"]; `there` are the keys of all organs that there are."""
    rows = (
        (
            own := organ_key(organ.identity),
            organ.name,
            organ.canonical,
            organ.kind,
            organ.level,
            organ.division_code,
            above if organ.parent is not None and (above := organ_key(organ.parent)) in there else None,
            own if (line := compared_as(organ.identity)) == organ.identity else organ_key(line),
        )
        for organ in organs
    )
    schema, found = TABLE["dim_organ"].arrow, list(rows)
    columns = {name: [row[n] for row in found] for n, name in enumerate(schema.names)}
    return frames.table(frames.frame(columns, schema), schema)


def relate(con: duckdb.DuckDBPyConnection, kept: Before | None) -> None:
    """Make `dim_organ`, by key, from `report`; where that holds some reports only (`reach.py`), from the rows of the star that
    is `kept` and from `was`, too. Raises LookWider where the row of an organ that was not looked at may differ.
    """
    reported = [KnownOrgan(*row) for row in con.execute(_REPORTED).fetchall()]
    if kept is None:
        there = {organ_key(organ.identity): organ for organ in known(reported)}
        con.register("organ_now", dim_organ(there.values(), there))
        con.register("dim_organ", con.sql("from organ_now order by organ_key").to_arrow_table())
        return
    stood = f"read_parquet({quoted(str(kept.folder / 'dim_organ.parquet'))})"
    parents = dict(con.execute(f"select organ_key, parent_organ_key from {stood}").fetchall())
    there = {organ_key(organ.identity): organ for organ in known(reported, parents)}
    new = {key: organ for key, organ in there.items() if key not in parents}
    made = dim_organ(there.values(), parents.keys() | there)
    if first(
        con,
        "select organ_key from was where organ_key not in (select organ_key from report where organ_key is not null)",
    ):
        raise LookWider("an organ left, and perhaps governments above it")
    above = zip(made["organ_key"].to_pylist(), made["parent_organ_key"].to_pylist(), strict=True)
    if any(parents.get(key) not in (None, parent) for key, parent in above):
        raise LookWider("an organ is under another one")
    strangers = [organ.identity for organ in new.values() if government(organ.identity) is None]
    con.register("stranger", pa.table({"organ_parent": pa.array(strangers, pa.string())}))
    if first(con, "from every_report semi join stranger using (organ_parent) anti join looked_at_sha using (sha256)"):
        raise LookWider("an organ came that others had named above them")
    con.register("organ_now", made)
    whole = f"select * from {stood} anti join organ_now using (organ_key) union all by name from organ_now order by organ_key"
    con.register("dim_organ", con.sql(whole).to_arrow_table())


def compared_as(identity: str) -> str:
    """The identity under which an organ's years are compared: that of the same organ of what its division became."""
    code, bar, own = identity.partition("|")
    around, dash, zone = code.partition("-")
    return f"{history.current(around)}{dash}{zone}{bar}{own}"


def zones(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """The zones without a code of their own in which organs of `dim_organ` are (code, level), in order."""
    return con.execute(
        "select division_key, min(coalesce(level, 'county')) from dim_organ where contains(division_key, '-') group by all order by all"
    ).fetchall()
