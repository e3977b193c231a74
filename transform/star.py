"""All parts of one extractor → the star: sorted Parquet, the same bytes for the same inputs, however many builds it took.

DuckDB joins and sorts in bounded memory. A build looks at what is new and what is judged with it (`reach.py`); what was built before
stays where no report differs (`star_before.py`). `partitions.py` says where the files are.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from extract.version import code_digest
from transform import (
    addresses,
    apply_corrections,
    checks,
    checks_run,
    corrections,
    dimensions,
    frames,
    indicators_printed,
    old_readings,
    organs,
    partitions_written,
    reach,
    rewritten,
    star_before,
    tables_written,
)
from transform.compaction import compact
from transform.editions import READING, REPORT
from transform.engine import engine, first, memory, view
from transform.keys import organ_key, report_key
from transform.lake import Lake
from transform.part_schema import PARTS
from transform.partitions import files, rows
from transform.reach import Given
from transform.register import INTAKE
from transform.schema import DIMENSIONS, KEY, TABLE, TABLES, quoted
from transform.star_before import Before
from transform.star_queries import FINDINGS, JUDGED_AGAIN, PARTITIONED
from transform.unchanged_refetches import ASKED, ECHO

_KEYS = pa.schema({"extraction_id": KEY, "organ_key": KEY, "report_key": KEY})
_ROOM = Path(__file__).parent
_CODE = (
    *sorted(_ROOM.glob("*.py")),
    *sorted(checks.CHECKS.glob("*.sql")),
    *(checks.VIEWS / f"{view}.sql" for view in checks.views(checks.checks())),
    _ROOM.parent / "extract" / "forms" / "vocabulary.py",
    *sorted(_ROOM.parent.joinpath("extract", "identify").glob("*.py")),
    *sorted(dimensions.DIVISIONS.parent.glob("*.csv")),
)


@cache
def code_version() -> str:
    """A stable name of the code and reference data that make the star."""
    return code_digest(_CODE)


def build_id(lake: Lake, extractor_version: str, folder: Path) -> str:
    """The name of the star that the lake's parts give: the same parts, corrections and code, the same name."""
    names = [*old_readings.parts(lake, extractor_version), *(part.name for part in lake.parts(lake.intake))]
    return hashlib.sha256(
        "\n".join(
            [
                code_version(),
                extractor_version,
                corrections.digest(folder),
                addresses.digest(addresses.history(lake.home)),
                *names,
            ]
        ).encode()
    ).hexdigest()[:24]


def build_star(lake: Lake, extractor_version: str, folder: Path) -> tuple[dict[str, Any], bool]:
    """Make the star of all parts the current one, unless it is already; the caller holds the lake's lock.

    Gives its manifest (`build_id`, `extractor`, `rows` by table, `documents` by status) and whether it was built now.
    Raises ValueError if a report's document is not in the register, CorrectionsWrong for a file of corrections (in
    `folder`) that cannot be used.
    """
    current = lake.star_manifest()
    if current is not None and current["build_id"] == build_id(lake, extractor_version, folder):
        return current, False
    compact(lake, extractor_version, (current or {}).get(reach.STAMPS))
    wanted = build_id(lake, extractor_version, folder)
    parts = old_readings.parts(lake, extractor_version)
    made_from = reach.stamps(lake, parts)
    standing = star_before.before(lake, current, code_version(), extractor_version)
    came = reach.news(lake, standing, made_from)
    said = {"build_id": wanted, "extractor": extractor_version, "code": code_version(), reach.STAMPS: made_from}
    said["intake"] = [part.name for part in lake.parts(lake.intake)]
    given = Given(lake, extractor_version, folder, parts, standing, came)
    try:
        _build(given, said)
    except reach.LookWider:
        _build(given._replace(came=None), said)
    manifest = lake.star_manifest()
    assert manifest is not None
    return manifest, True


def _build(given: Given, said: dict[str, Any]) -> None:
    """Make and publish the star; `said`: what its manifest says beside what it holds."""
    lake = given.lake
    with lake.scratch() as scratch, engine(scratch) as con:
        _relate(con, given, scratch)
        built = scratch / "star"
        built.mkdir()
        _write_star(con, given, built)
        star_before.keep_state(con, given.kept, built)
        rows = {table.name: sum(pq.read_metadata(f).num_rows for f in files(built, table.name)) for table in TABLES}
        (looked_at,) = first(con, "select count(*) from reading") or (0,)
        document = con.sql("select status, count(*) from document group by all order by all").fetchall()
        told = {"rows": rows, "documents": dict(document), "looked at": looked_at} | reach.moments(con, given)
        lake.publish_star(built, said | told)


def _relate(con: duckdb.DuckDBPyConnection, given: Given, scratch: Path) -> None:
    """The parts as relations, and from them `reading` (a document) and `report` (a report, with keys and order) of what is looked at;
    and what of them differs from the star that stands.
    """
    lake, standing, folder = given.lake, given.standing, given.folder
    view(con, "every_file", lake.part_files(lake.intake, "document.parquet"), INTAKE, scratch, grown=True)
    old_readings.relate(con, lake, given.extractor_version, "report", given.parts, scratch, called="every_report")
    reach.select(con, given, scratch)
    con.execute(rewritten.NAMED)
    con.execute(f"create temp table reading as {READING}")
    needed = set(given.parts) if standing is None else _parts_of_corrected(con, folder)
    _relate_parts(con, given, scratch, needed)
    apply_corrections.apply(con, folder)
    known = "(select null::bigint as extraction_id, null::varchar as said limit 0)"
    if standing is not None:
        known = f"(from read_parquet({quoted(str(standing.folder / star_before.FINGERPRINTS))}))"
    con.execute(ASKED.format(known=known))
    if standing is not None:
        needed |= _parts(con, "select distinct part from asked anti join known_fingerprint using (extraction_id)")
        _relate_parts(con, given, scratch, needed)
    con.execute(ECHO)
    _write_keys(con, scratch / "key.parquet")
    view(con, "part_key", [str(scratch / "key.parquet")], _KEYS, scratch)
    con.execute(REPORT)
    stray = first(con, "select sha256 from report anti join intake using (sha256)")
    if stray:
        raise ValueError(f"The document {stray[0]} was read but never taken in: the register has no path for it.")
    organs.relate(con, given.kept)
    _relate_divisions(con, standing)
    star_before.compare(con, standing)
    if standing is not None:
        needed |= _parts(
            con,
            "select distinct part from reading where extraction_id in (select extraction_id from now semi join changed using (report_key))",
        )
        _relate_parts(con, given, scratch, needed)


def _relate_parts(con: duckdb.DuckDBPyConnection, given: Given, scratch: Path, names: set[str]) -> None:
    """Cells, sections and findings of these parts; those of others are not needed, and are many."""
    for table in PARTS:
        if table != "report":
            old_readings.relate(con, given.lake, given.extractor_version, table, names, scratch)


def _relate_divisions(con: duckdb.DuckDBPyConnection, standing: Before | None) -> None:
    """`dim_division`, with the zones of `dim_organ`: the file that stands, where it has the same."""
    zones = organs.zones(con)
    if standing is not None:
        stood = f"read_parquet({quoted(str(standing.folder / 'dim_division.parquet'))})"
        named = f"select division_key, level from {stood} where {star_before.ZONE} order by all"
        if con.execute(named).fetchall() == zones:
            con.execute(f"create temp view dim_division as from {stood}")
            return
    con.register("dim_division", frames.table(dimensions.dim_division(zones=zones), TABLE["dim_division"].arrow))


def _parts_of_corrected(con: duckdb.DuckDBPyConnection, folder: Path) -> set[str]:
    con.register(
        "corrected_document", pa.table({"sha256": pa.array([c.sha256 for c in corrections.read(folder)], pa.string())})
    )
    return _parts(con, "select distinct part from reading semi join corrected_document using (sha256)")


def _parts(con: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    return {part for (part,) in con.execute(sql).fetchall()}


def _write_keys(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The keys of every reading that is a report; those that the star before knows are not made again."""
    con.execute(
        """
        create temp table keyed as
        select reading.extraction_id, reading.organ_identity, reading.year, reading.sha256, was.organ_key, was.report_key
        from reading left join was on reading.extraction_id = was.extraction_id
            and reading.organ_identity is not distinct from was.organ_identity and reading.year is not distinct from was.year
        where reading.status = 'ok'
        """
    )
    reports = con.execute("select extraction_id, organ_identity, year, sha256 from keyed where report_key is null")
    with pq.ParquetWriter(path, _KEYS) as writer:
        while found := reports.fetchmany(50_000):
            columns = {
                "extraction_id": [i for i, *_ in found],
                "organ_key": [organ_key(organ) if organ else None for _, organ, *_ in found],
                "report_key": [report_key(*identity) for _, *identity in found],
            }
            writer.write_table(frames.table(frames.frame(columns, _KEYS), _KEYS))
        with con.sql(
            "select extraction_id, organ_key, report_key from keyed where report_key is not null"
        ).to_arrow_reader(100_000) as old:
            for batch in old:
                writer.write_batch(batch.cast(_KEYS))


def _write_star(con: duckdb.DuckDBPyConnection, given: Given, built: Path) -> None:
    """All tables into `built`, and what the checks across reports find."""
    standing = given.standing
    (known,) = first(con, "select count(*) from report") or (0,)
    written, same = star_before.partitions(con, "is_written"), star_before.partitions(con, "not is_written")
    groups = star_before.together(con, written)
    if standing is None:
        groups, limit = [(written, known)], memory(known, known)
    else:
        limit = memory(0, known, max((reports for _, reports in groups), default=0))
    con.execute(f"set memory_limit = '{limit}'")
    for name, found in PARTITIONED.items():
        for some, _ in groups:
            kept = None if standing is None else [f for p in some.values() if (f := standing.kept(name, p))]
            sql = partitions_written.merged(found, TABLE[name], kept, some)
            partitions_written.write(con, sql, TABLE[name], some, built)
        if standing is not None:
            partitions_written.link(standing, TABLE[name], same, built)
    indicators_printed.keep(con, standing, built, written)
    con.execute(f"create temp view doubted_cell as from {rows(files(built, 'doubted_cell'), 'doubted_cell')}")
    tables_written.write(con, TABLE["document"], built, given)
    con.execute(f"create temp view document as from {rows(files(built, 'document'), 'document')}")
    for table in DIMENSIONS:
        if table.name != "dim_report":
            tables_written.write(con, table, built, given)
    checks_run.run(con, built, standing)
    con.execute(JUDGED_AGAIN)
    partitions_written.write(con, FINDINGS, TABLE["fact_finding"], star_before.partitions(con, "is_checked"), built)
    if standing is not None:
        partitions_written.link(standing, TABLE["fact_finding"], star_before.partitions(con, "not is_checked"), built)
    for table in TABLES:
        if not table.is_partitioned and (table.name == "dim_report" or table not in (*DIMENSIONS, TABLE["document"])):
            tables_written.write(con, table, built, given)
