"""The star that stands, as far as a build can go on from it: what it knew of each report, and which of its files stay.

A build compares each report that it looks at (`reach.py`) with what the build before knew of it. Only partitions in which a report
differs are written again, and checks across reports run where a report that they look at differs. What comes out is what a build from
nothing gives, to the byte.

Which partitions are checked again: those that changed, the year after them (each report is compared with the one before), all years
of a province where an organ that may speak for a division came, went or changed (whether it does hangs on all its years), and the
partitions of the same organ, should it have reported under two provinces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from transform import frames, standing_rows
from transform.lake import Lake
from transform.partitions import Partition, file_of
from transform.schema import CODE, FLAG, GROUP, KEY, MOMENT, TEXT, YEAR, quoted

if TYPE_CHECKING:
    import duckdb

STATE = "state/report.parquet"
FINGERPRINTS = "state/fingerprint.parquet"
TOGETHER = 6_000
"""Reports whose rows are put in order at once where partitions are merged: 1.2 million cells."""
STATE_COLUMNS = pa.schema(
    {
        "report_key": KEY,
        "organ_key": KEY,
        "extraction_id": KEY,
        "sha256": TEXT,
        "organ_identity": TEXT,
        "year": YEAR,
        "province": CODE,
        "division_code": CODE,
        "taken_in": MOMENT,
        "organ_line": KEY,
        "may_speak": FLAG,
        "told": TEXT,
        "context": TEXT,
    }
)
_SAID = pa.schema({"extraction_id": KEY, "said": TEXT})


class Before(NamedTuple):
    """The star to go on from: its folder and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    def kept(self, table: str, partition: Partition) -> Path | None:
        """The file of a partition of a table; None where it had no row."""
        name = file_of(table, partition)
        return self.folder / name if name in self.manifest["files"] else None


def before(lake: Lake, manifest: dict[str, Any] | None, code: str, extractor_version: str) -> Before | None:
    """The current star, of this `manifest`, where the same `code` made it of the same extractor's parts; else None: everything is made
    from the parts.
    """
    if manifest is None or (manifest.get("code"), manifest["extractor"]) != (code, extractor_version):
        return None
    return Before(lake.star.resolve(), manifest)


ZONE = "contains(division_key, '-')"  # all others are of the reference, which is the same while the code is
_NOW = """
    create temp table now as
    select report.report_key, report.organ_key, report.extraction_id, report.sha256, report.organ_identity,
        report."year", report.province, report.division_code, report.taken_in, organ.current_key as organ_line, coalesce(organ.kind = 'other', false) as may_speak,
        -- whatever the rows of its tables and its own findings depend on
        md5(concat_ws('|', report.extraction_id, coalesce(report.division_code, ''), coalesce(report.taken_in::varchar, ''), coalesce(corrected.lines, ''))) as told,
        -- whatever the checks see of it and of its organ beside its cells
        md5(to_json([
            report.form, report.scope, report.published::varchar, report.version::varchar, report.is_current::varchar,
            report.previous_report_key::varchar, report.correction, report.division_code, organ.name, organ.canonical_name, organ.kind,
            organ.level, organ.division_key, organ.parent_organ_key::varchar, organ.current_key::varchar
        ])) as context
    from report
    left join dim_organ as organ using (organ_key)
    left join (
        select extraction_id, md5(string_agg(to_json(judged)::varchar, chr(10) order by file, line)) as lines from judged
        where extraction_id is not null group by extraction_id
    ) as corrected using (extraction_id)
"""
_EVERYONE = """
    create temp view everyone as
    select {columns} from now union all select {columns} from untouched
""".format(columns='report_key, extraction_id, organ_line, "year", province, division_code, taken_in')
_DIFFERING = """
    create temp table differing as
    select
        coalesce(now.report_key, was.report_key) as report_key,
        now.told is distinct from was.told as is_told_otherwise,
        now."year" as year_now, now.province as province_now, now.organ_line as line_now, now.may_speak as speaks_now, now.report_key is not null as is_now,
        was."year" as year_was, was.province as province_was, was.organ_line as line_was, was.may_speak as speaks_was, was.report_key is not null as was_there
    from now full join was on now.report_key = was.report_key
    where now.told is distinct from was.told or now.context is distinct from was.context;
    create temp table touched as
    select "year", province, organ_line, may_speak, is_told_otherwise from (
        select year_now as "year", province_now as province, line_now as organ_line, speaks_now as may_speak, is_told_otherwise
        from differing where is_now
        union all
        select year_was, province_was, line_was, speaks_was, is_told_otherwise from differing where was_there
    );
    create temp table changed as select report_key from differing where is_told_otherwise;
    create temp table partition as
    with speaking as (select distinct province from touched where may_speak union select province from other_division),
    checked as (
        select "year", province from touched
        union select "year" + 1, province from touched
        union select everyone."year", everyone.province from everyone inner join touched
            on everyone.organ_line = touched.organ_line and everyone."year" between touched."year" and touched."year" + 1
        union select everyone."year", everyone.province from everyone inner join speaking on everyone.province = speaking.province
    ),
    written as (select distinct "year", province from touched where is_told_otherwise)
    select here.*, row_number() over (order by here."year" nulls first, here.province nulls first) as partition_no,
        written.is_there is not null as is_written, checked.is_there is not null or written.is_there is not null as is_checked
    from (select "year", province, count(*) as reports from everyone group by all) as here
    left join (select *, true as is_there from written) as written
        on here."year" is not distinct from written."year" and here.province is not distinct from written.province
    left join (select distinct *, true as is_there from checked) as checked
        on here."year" is not distinct from checked."year" and here.province is not distinct from checked.province;
    create temp table ordered as
    select report_key, extraction_id, partition_no,
        row_number() over (order by partition_no, division_code nulls first, report_key) as report_order
    from everyone inner join partition
        on everyone."year" is not distinct from partition."year" and everyone.province is not distinct from partition.province
    where is_written or is_checked
"""
"""Divisions without a code of their own come with the organs in them: `other_division` are the provinces in which one came or went."""


def compare(con: duckdb.DuckDBPyConnection, standing: Before | None) -> None:
    """Make `now` (as STATE, of what is looked at), `everyone` (of all reports), `changed` (reports whose own rows differ), `partition`
    (`year`, `province`, `reports`, `partition_no`, `is_written`, `is_checked`) and `ordered` (reports of partitions that are written or
    checked: `partition_no`, and `report_order`, the order in which rows are written), from `report`, `judged`, `dim_organ`,
    `dim_division`, `was` and `untouched`, what the star that stands knew.
    """
    con.execute(_NOW)
    con.execute(_EVERYONE)
    if standing is None:
        con.execute("create temp table other_division as select null::varchar as province limit 0")
    else:
        stood = quoted(str(standing.folder / "dim_division.parquet"))
        con.execute(
            f"""
            create temp view zone_before as from read_parquet({stood}) where {ZONE};
            create temp table other_division as
            select distinct left(division_key, 2) || '0000' as province from (
                (from dim_division where {ZONE} except from zone_before) union all (from zone_before except from dim_division where {ZONE})
            )
            """
        )
    con.execute(_DIFFERING)


def keep_state(con: duckdb.DuckDBPyConnection, kept: Before | None, built: Path) -> None:
    """Write what this build knows of each report and of each document's text, for the next one; what it did not look at is that of the
    star that is `kept`.
    """
    (built / STATE).parent.mkdir(exist_ok=True)
    for name, schema, known, key, gone in (
        (STATE, STATE_COLUMNS, "now", "report_key", "select report_key from was"),
        (FINGERPRINTS, _SAID, "fingerprint", "extraction_id", "select extraction_id from part_report"),
    ):
        found = con.sql(f"from {known} order by {key}")
        batches: Iterable[pa.Table | pa.RecordBatch] = (
            found.to_arrow_reader(GROUP)
            if kept is None
            else standing_rows.among(con, kept.folder / name, [key], (key, gone), found, schema)
        )
        with pq.ParquetWriter(built / name, schema, compression="zstd") as writer:
            for rows in standing_rows.grouped(batches, GROUP):
                writer.write_table(frames.typed(rows, schema), row_group_size=GROUP)


def partitions(con: duckdb.DuckDBPyConnection, which: str = "true") -> dict[int, Partition]:
    """The partitions for which `which`, a condition on `partition`, holds, by their numbers."""
    found = con.execute(f'select partition_no, "year", province from partition where {which} order by partition_no')
    return {number: Partition(*row) for number, *row in found.fetchall()}


def together(con: duckdb.DuckDBPyConnection, found: Mapping[int, Partition]) -> list[tuple[dict[int, Partition], int]]:
    """Partitions that are merged at once, and of how many reports: so many that their rows can be put in order within the engine's
    memory.
    """
    sizes = dict(con.execute("select partition_no, reports from partition").fetchall())
    groups: list[tuple[dict[int, Partition], int]] = []
    for number, partition in found.items():
        if not groups or groups[-1][1] + sizes[number] > TOGETHER:
            groups.append(({}, 0))
        some, reports = groups[-1]
        some[number] = partition
        groups[-1] = (some, reports + sizes[number])
    return groups
