"""Selects what a build looks at: the documents that came since the star that stands, and whatever is judged together with them.

Editions are counted among the reports of an organ, repetitions among the documents of an address: with a document go the others of its
addresses, of its organs, and theirs in turn. All others give the rows that they gave. Where more may differ than came (parts that are
gone, a clock that was wrong, an organ that left), everything is looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from transform import clock, corrections
from transform.engine import first, view
from transform.lake import MERGED, Lake
from transform.part_schema import REPORT_PART
from transform.partitions import rows
from transform.register import INTAKE
from transform.schema import quoted
from transform.sealed import MANIFEST, read_object
from transform.star_before import STATE, STATE_COLUMNS, Before

if TYPE_CHECKING:
    import duckdb

STAMPS, LATEST, AHEAD = "parts", "latest", "is ahead"
"""What the manifest of a star says of what it was made from: the parts, the last moment that one of them names, and whether that was in
the future."""
MOST = 50_000
"""Documents, or their addresses, whose rows are put among those that stand: they are held in memory."""


class LookWider(Exception):
    """Rows of documents that were not looked at may differ."""


class News(NamedTuple):
    """The parts that came: names in the register's folder, and of readings as `old_readings.parts` names them."""

    intake: list[str]
    extracted: list[str]


class Given(NamedTuple):
    """What a star is made from: the names of the parts (`old_readings.parts`), the folder of corrections, the star that stands, and what
    came since; None where everything is looked at.
    """

    lake: Lake
    extractor_version: str
    folder: Path
    parts: list[str]
    standing: Before | None
    came: News | None

    @property
    def kept(self) -> Before | None:
        """The star of which whatever is not looked at stays as it is."""
        return None if self.came is None else self.standing


def stamps(lake: Lake, extracted: Sequence[str]) -> dict[str, str]:
    """What each part is sealed with, by `intake/name` and `extracted/version/name`."""
    places = {f"intake/{part.name}": part for part in lake.parts(lake.intake)}
    places |= {f"extracted/{name}": lake.extracted / name for name in extracted}
    return {name: _stamp(part / MANIFEST) for name, part in places.items()}


def _stamp(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else ""


def news(lake: Lake, standing: Before | None, stamped: Mapping[str, str]) -> News | None:
    """What came since the star that stands; None where everything is to be looked at."""
    if standing is None:
        return None
    before = standing.manifest.get(STAMPS)
    if not isinstance(before, dict) or standing.manifest[AHEAD] or _is_ahead(standing.manifest[LATEST]):
        return None  # what is dated in the future takes another place once that is past
    came = {name for name, stamp in stamped.items() if before.get(name) != stamp}
    gone = {name for name, stamp in before.items() if stamped.get(name) != stamp}
    for name in sorted(came):
        merged = _merged(lake, name)
        if merged and merged <= before.keys():
            came.discard(name)
        gone -= merged
    if gone:
        return None
    intake, extracted = (
        [n.removeprefix(k) for n in sorted(came) if n.startswith(k)] for k in ("intake/", "extracted/")
    )
    return News(intake, extracted)


def _merged(lake: Lake, name: str) -> set[str]:
    """The parts whose rows a merged one holds, named as it is."""
    above, _, own = name.rpartition("/")
    if not own.startswith(MERGED):
        return set()
    return {f"{above}/{part}" for part in (read_object(lake.home / name / MANIFEST) or {}).get("replaces", [])}


_EVERYTHING = """
    create temp view seen_file as from every_file;
    create temp view part_report as from every_report;
    create temp view untouched as from was limit 0;
    create temp view kept_report as from {report} limit 0
"""
_SOME = """
    create temp view seen_file as from every_file semi join looked_at_path using (path);
    create temp table part_report as from every_report semi join looked_at_sha using (sha256);
    create temp table was as from {state} semi join looked_at_sha using (sha256);
    create temp view untouched as from {state} anti join was using (report_key);
    create temp view kept_report as from {report} anti join was using (report_key)
"""
_SEEDS = """
    create temp table looked_at_sha (sha256 varchar);
    create temp table looked_at_path (path varchar);
    create temp table looked_at_organ (organ_identity varchar);
    create temp table next_path as select distinct path from came_file;
    create temp table next_organ as select distinct organ_identity from corrected where organ_identity is not null;
    create temp table next_sha as
    select distinct sha256 from (
        select sha256 from came_file union all select sha256 from came_report union all select sha256 from corrected
        union all select sha256 from {corrections}
    ) where sha256 is not null
"""
_FARTHER = (
    "insert into looked_at_sha from next_sha",
    "insert into next_path select distinct path from every_file semi join next_sha using (sha256)",
    """
    insert into next_organ select distinct organ_identity from (
        select organ_identity from every_report semi join next_sha using (sha256)
        union all select organ_identity from {state} semi join next_sha using (sha256)
    ) where organ_identity is not null
    """,
    "create or replace temp table next_path as select distinct path from next_path anti join looked_at_path using (path)",
    "create or replace temp table next_organ as"
    " select distinct organ_identity from next_organ anti join looked_at_organ using (organ_identity)",
    "insert into looked_at_path from next_path",
    "insert into looked_at_organ from next_organ",
)
_HOW_MANY = "select count(*) from looked_at_sha union all select count(*) from looked_at_path"
_OF_PATHS = "select sha256 from every_file semi join next_path using (path) where sha256 is not null"
_OF_ORGANS = """
    select sha256 from every_report semi join next_organ using (organ_identity)
    union all select sha256 from {state} semi join next_organ using (organ_identity)
"""


def select(con: duckdb.DuckDBPyConnection, given: Given, scratch: Path) -> None:
    """Make `seen_file` and `part_report`, the register and the readings of what is looked at, from `every_file` and `every_report`; `was`,
    what the star that stands knew of it; and of all else `untouched` (as STATE) and `kept_report` (as dim_report). Raises LookWider
    where it is more than MOST.
    """
    standing, came = given.standing, given.came
    files = {"state": STATE, "report": "dim_report.parquet", "corrections": "correction.parquet"}
    if standing is None:
        con.register("nobody", STATE_COLUMNS.empty_table())
        con.execute("create temp table was as from nobody")
        con.execute(_EVERYTHING.format(report=rows([], "dim_report")))
        return
    named = {name: f"read_parquet({quoted(str(standing.folder / file))})" for name, file in files.items()}
    if came is None:
        con.execute(f"create temp table was as from {named['state']}")
        con.execute(_EVERYTHING.format(**named))
        return
    _relate_what_came(con, given.lake, came, given.folder, scratch)
    con.execute(_SEEDS.format(**named))
    while first(con, "from next_sha union all from next_path union all from next_organ"):
        for statement in _FARTHER:
            con.execute(statement.format(**named))
        con.execute(
            f"create or replace temp table next_sha as select distinct sha256 from ({_found(con, named)}) anti join looked_at_sha using (sha256)"
        )
        con.execute("delete from next_path; delete from next_organ")
        if max(con.execute(_HOW_MANY).fetchall())[0] > MOST:
            raise LookWider("so many documents are looked at that all may be")
    con.execute(_SOME.format(**named))


def _relate_what_came(con: duckdb.DuckDBPyConnection, lake: Lake, came: News, folder: Path, scratch: Path) -> None:
    """`came_file` and `came_report`, the rows of the parts that came, and `corrected`, what people say now."""
    registers = [str(lake.intake / name / "document.parquet") for name in came.intake]
    view(con, "came_file", registers, INTAKE, scratch, grown=True)
    readings = [str(lake.extracted / name / "report.parquet") for name in came.extracted]
    view(con, "came_report", readings, REPORT_PART, scratch, grown=True)
    said = [(c.sha256, c.organ.identity if c.organ else None) for c in corrections.read(folder)]
    columns = {"sha256": [sha for sha, _ in said], "organ_identity": [organ for _, organ in said]}
    con.register("corrected", pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()}))


def _found(con: duckdb.DuckDBPyConnection, named: Mapping[str, str]) -> str:
    """The documents of the addresses and organs that are new: a query that passes over nothing for which there are none."""
    queries = {"next_path": _OF_PATHS, "next_organ": _OF_ORGANS.format(**named)}
    asked = [query for table, query in queries.items() if first(con, f"from {table}")]
    return " union all ".join(asked) or "select null::varchar as sha256 limit 0"


def moments(con: duckdb.DuckDBPyConnection, given: Given) -> dict[str, Any]:
    """What the manifest says of moments: the last that the register or a reading names (ISO format), and whether it is ahead."""
    asked = "select max(fetched_at) from seen_file union all select max(extracted_at) from part_report"
    found = [row[0].isoformat() for row in con.execute(asked).fetchall() if row[0] is not None]
    if given.kept is not None and (before := given.kept.manifest[LATEST]) is not None:
        found.append(before)
    last = max(found, default=None)
    return {LATEST: last, AHEAD: _is_ahead(last)}


def _is_ahead(moment: str | None) -> bool:
    return moment is not None and datetime.fromisoformat(moment) > clock.limit()
