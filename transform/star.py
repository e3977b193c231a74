"""All parts of one extractor → the star: sorted Parquet, the same bytes for the same inputs.

DuckDB joins and sorts in bounded memory; the rows leave it in a total order and are cut into row groups of a fixed
size, so neither the batches in which reports came nor their number shows in the files or in the memory used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from extract.version import code_digest
from transform import addresses, apply_corrections, checks, corrections, dimensions, due, findings, frames, organs
from transform.cell_codes import SURVEY_POSITION
from transform.editions import READING, REPORT
from transform.engine import engine, first, view
from transform.keys import organ_key, report_key
from transform.lake import Lake, folders
from transform.part_schema import PARTS
from transform.register import INTAKE
from transform.schema import KEY, TABLE, TABLES, Table
from transform.unchanged_refetches import ECHO

_KEYS = pa.schema({"extraction_id": KEY, "organ_key": KEY, "report_key": KEY})
_ROOM = Path(__file__).parent
_CODE = (
    *sorted(_ROOM.glob("*.py")),
    *sorted(checks.CHECKS.glob("*.sql")),
    *(checks.VIEWS / f"{view}.sql" for check in checks.checks() for view in check.needs),
    _ROOM.parent / "extract" / "forms" / "vocabulary.py",
    *sorted(_ROOM.parent.joinpath("extract", "identify").glob("*.py")),
    *sorted(dimensions.DIVISIONS.parent.glob("*.csv")),
)
_AFTER_CHECKS = ("dim_report", "fact_finding")  # these say what the checks found; the checks see all the others
_BEFORE_CHECKS = tuple(table.name for table in TABLES if table.name not in _AFTER_CHECKS)

# what the checks see of the reports before their quality is known
_DRAFT = """
    create temp view dim_report as
    select report_key, organ_key, division_code as division_key, year, form, scope, null::varchar as quality, published, version::smallint as version,
        is_current, previous_report_key, correction
    from report
"""

_ORGANS = """
    select organ_identity, coalesce(organ, organ_identity), coalesce(organ_canonical, organ, organ_identity), organ_kind, organ_level,
        division_code, organ_parent
    from report where organ_key is not null
    qualify row_number() over (partition by organ_key order by year desc nulls last, published desc nulls last, sha256) = 1
"""

_INDICATORS = """
    select row_code, column_code, min(fact_unit) from part_cell
    where position >= $first and fact_table = 'fact_disclosure' group by all order by min(position), row_code, column_code
"""

_CELLS = "told_cell join report using (extraction_id)"

QUERIES = {
    "dim_report": f"""
        select report_key, organ_key, division_code as division_key, year, form, scope, scope_phrase, organ_evidence, year_from, title,
            published, published_from, {due.DUE} as due, {due.DUE_BASIS} as due_basis, source_url,
            sha256, format, version::smallint as version, is_current, previous_report_key, correction,
            case when is_partial or organ_key is null then 'partial' when is_flawed then 'publisher_findings' else 'clean' end as quality,
            extracted_at, coalesce(read_by, $extractor) as extractor
        from report left join verdict using (report_key) order by report_order
    """,
    "fact_request": f"""
        select report_key, row_code as outcome_key, column_code as applicant_key, count
        from {_CELLS} where fact_table = 'fact_request' and loadable
        order by report_order, position
    """,
    "fact_disclosure": f"""
        select report_key, row_code || '.' || column_code as measure_key, value, fact_unit as unit
        from {_CELLS} where fact_table = 'fact_disclosure' and loadable
        order by report_order, position
    """,
    "fact_proceeding": f"""
        select report_key, row_code || '.' || column_code as proceeding_key, count
        from {_CELLS} where fact_table = 'fact_proceeding' and loadable
        order by report_order, position
    """,
    "fact_section": """
        select report_key, section, heading, text from part_section join report using (extraction_id)
        order by report_order, section
    """,
    "fact_finding": """
        select report_key, check_code, severity, origin, result, "where", expected, found, message, evidence,
            other_report_key, since
        from finding
        order by report_order, check_code, "where", result, severity, origin, expected, found, message, evidence,
            other_report_key
    """,
    "cell_source": f"""
        select report_key, fact_table, row_code, column_code, raw, unit, table_index, row_index, column_index, page, bbox,
            reading, confidence, proof
        from {_CELLS} where not doubted
        order by report_order, position
    """,
    "doubted_cell": f"""
        select report_key, fact_table, row_code, column_code, reading, coalesce(count, value) as value, fact_unit as unit, raw, table_index, row_index,
            column_index, page, bbox, confidence
        from {_CELLS} where doubted
        order by report_order, position, reading
    """,
    "correction": """
        select file, line, judged.sha256, fact_table, row_code, column_code, decision, typed as value, judged.unit, was, who, decided, why,
            holds as is_applied, report_key
        from judged left join report on judged.extraction_id = report.extraction_id
        order by file, line
    """,
    # a path that cannot be opened is shown only while that is the last that was seen of it
    "document": """
        with seen as (
            select *,
                min(fetched_at) over (partition by path, sha256) as first_fetched_at,
                row_number() over (partition by path order by told_at(fetched_at) desc, sha256 desc nulls last) as age,
                row_number() over (partition by path, sha256 order by told_at(fetched_at) desc, status, reason, bytes, source_url) as row_age
            from intake
        )
        select seen.sha256, path, seen.source_url, first_fetched_at as fetched_at, reading.format, bytes,
            case when reading.sha256 is null then coalesce(seen.status, 'pending')
                when held.extraction_id is not null then 'quarantined' else reading.status end as status,
            case when reading.sha256 is null then seen.reason else coalesce(reading.reason, case when held.extraction_id is not null then reading.waiting end) end as reason,
            case when reading.sha256 is null then seen.category else reading.category end as category,
            report_key
        from seen left join reading using (sha256) left join echo using (sha256)
        left join reading as speaks on speaks.sha256 = coalesce(echo.original, seen.sha256)
        left join report on report.sha256 = speaks.sha256
        left join (select distinct extraction_id from told_cell where doubted) as held
            on speaks.extraction_id = held.extraction_id
        where row_age = 1 and (seen.sha256 is not null or age = 1)
        order by path, seen.sha256 nulls first
    """,
}


_UNREAD = f"""
    select sha256, path, source_url, status, reason from ({QUERIES["document"]})
    where sha256 is not null and report_key is null and status in ('unreadable', 'quarantined', 'pending')
    order by all
"""


@cache
def code_version() -> str:
    """A stable name of the code and reference data that make the star."""
    return code_digest(_CODE)


def build_id(lake: Lake, extractor_version: str, folder: Path) -> str:
    """The name of the star that the lake's parts give: the same parts, corrections and code, the same name."""
    parts = lake.part_files(lake.parts_of(extractor_version), "report.parquet")
    intake = lake.part_files(lake.intake, "document.parquet")
    names = [Path(file).parent.name for file in [*parts, *intake]]
    return hashlib.sha256(
        "\n".join(
            [code_version(), extractor_version, corrections.digest(folder), addresses.digest(_history(lake)), *names]
        ).encode()
    ).hexdigest()[:24]


def _history(lake: Lake) -> Path:
    """Where collecting keeps what it knows of every address."""
    return lake.home / "fetch" / "history.sqlite"


def build_star(lake: Lake, extractor_version: str, folder: Path) -> tuple[dict[str, Any], bool]:
    """Make the star of all parts the current one, unless it is already; the caller holds the lake's lock.

    Gives its manifest (`build_id`, `extractor`, `rows` by table, `documents` by status) and whether it was built now.
    Raises ValueError if a report's document is not in the register, CorrectionsWrong for a file of corrections (in
    `folder`) that cannot be used.
    """
    wanted = build_id(lake, extractor_version, folder)
    current = lake.star_manifest()
    if current is not None and current["build_id"] == wanted:
        return current, False
    with lake.scratch() as scratch, engine(scratch) as con:
        _relate(con, lake, extractor_version, scratch, folder)
        built = scratch / "star"
        built.mkdir()
        rows = {
            name: _write(TABLE[name], _chunks(con, TABLE[name], extractor_version, lake), built)
            for name in _BEFORE_CHECKS
        }
        _check(con, built)
        rows |= {
            name: _write(TABLE[name], _chunks(con, TABLE[name], extractor_version, lake), built)
            for name in _AFTER_CHECKS
        }
        document = con.sql(f"select status, count(*) from ({QUERIES['document']}) group by all order by all").fetchall()
        said = {"build_id": wanted, "extractor": extractor_version, "rows": rows, "documents": dict(document)}
        lake.publish_star(built, said | {"intake": [folder.name for folder in folders(lake.intake)]})
    manifest = lake.star_manifest()
    assert manifest is not None
    return manifest, True


def _relate(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    extractor_version: str,
    scratch: Path,
    folder: Path,
) -> None:
    """The parts as relations, and from them `reading` (a document) and `report` (a report, with keys and order)."""
    view(con, "intake", lake.part_files(lake.intake, "document.parquet"), INTAKE, scratch, grown=True)
    for name, schema in PARTS.items():
        files = lake.part_files(lake.parts_of(extractor_version), f"{name}.parquet")
        view(con, f"part_{name}", files, schema, scratch, grown=name == "report")
    con.execute(f"create temp table reading as {READING}")
    apply_corrections.apply(con, folder)
    _write_keys(con, scratch / "key.parquet")
    view(con, "part_key", [str(scratch / "key.parquet")], _KEYS, scratch)
    con.execute(ECHO)
    con.execute(REPORT)
    stray = first(con, "select sha256 from report anti join intake using (sha256)")
    if stray:
        raise ValueError(f"The document {stray[0]} was read but never taken in: the register has no path for it.")


def _check(con: duckdb.DuckDBPyConnection, built: Path) -> None:
    """Run the checks across reports over the tables that stand in `built`; makes `finding` and `verdict`."""
    for name in _BEFORE_CHECKS:
        file = str(built / f"{name}.parquet").replace("'", "''")
        con.execute(f"create temp view {name} as select * from read_parquet('{file}')")
    con.execute(_DRAFT)
    checks.run(con)
    con.execute(findings.FINDING)
    con.execute(findings.QUALITY)


def _write_keys(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    reports = con.execute("select extraction_id, organ_identity, year, sha256 from reading where status = 'ok'")
    with pq.ParquetWriter(path, _KEYS) as writer:
        while rows := reports.fetchmany(50_000):
            columns = {
                "extraction_id": [i for i, *_ in rows],
                "organ_key": [organ_key(organ) if organ else None for _, organ, *_ in rows],
                "report_key": [report_key(*identity) for _, *identity in rows],
            }
            writer.write_table(frames.table(frames.frame(columns, _KEYS), _KEYS))


def _chunks(con: duckdb.DuckDBPyConnection, table: Table, extractor_version: str, lake: Lake) -> Iterator[pd.DataFrame]:
    """The rows of one table in their order, in frames of one row group each (the last may be shorter)."""
    if table.name not in QUERIES:
        yield _static(con, table.name, lake)
        return
    parameters = {"extractor": extractor_version} if "$extractor" in QUERIES[table.name] else None
    with con.sql(QUERIES[table.name], params=parameters).to_arrow_reader(table.row_group) as batches:
        held: list[pa.RecordBatch] = []
        for batch in batches:
            held.append(batch)
            if sum(map(len, held)) >= table.row_group:
                rows = pa.Table.from_batches(held)
                yield frames.from_arrow(rows.slice(0, table.row_group))
                held = rows.slice(table.row_group).to_batches()
        if held:
            yield frames.from_arrow(pa.Table.from_batches(held))


def _static(con: duckdb.DuckDBPyConnection, name: str, lake: Lake) -> pd.DataFrame:
    if name == "dim_year":
        years = first(con, "select min(year), max(year) from report")
        return dimensions.dim_year(*(years or (None, None)))
    if name == "dim_measure":
        printed = con.execute(_INDICATORS, {"first": SURVEY_POSITION}).fetchall()
        return dimensions.dim_measure(printed)
    if name == "address":
        unread = con.execute(_UNREAD).fetchall()
        return addresses.known(_history(lake), map(addresses.Unread._make, unread))
    if name in ("dim_organ", "dim_division"):
        found = organs.known(con.execute(_ORGANS).fetchall())
        if name == "dim_organ":
            return organs.dim_organ(found)
        return dimensions.dim_division(zones=organs.zones(found))
    static = {
        "dim_applicant": dimensions.dim_applicant,
        "dim_outcome": dimensions.dim_outcome,
        "dim_proceeding": dimensions.dim_proceeding,
        "dim_territory": dimensions.dim_territory,
    }
    return static[name]()


def _write(table: Table, chunks: Iterator[pd.DataFrame], folder: Path) -> int:
    """Write one table of the star; gives its rows."""
    rows = 0
    options: dict[str, Any] = {"compression": "zstd", "use_dictionary": table.dictionary}
    with pq.ParquetWriter(folder / f"{table.name}.parquet", table.arrow, **options) as writer:
        for chunk in chunks:
            writer.write_table(frames.table(chunk, table.arrow), row_group_size=table.row_group)
            rows += len(chunk)
    return rows
