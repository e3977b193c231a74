"""The indicators of the 2014 statistics sheets that reports print, with their units and places: what dim_measure is made from.

They are kept by partition beside the star, so that a build looks at the sheets of changed partitions only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from transform.cell_codes import FACT_TABLE, POSITION, SURVEY_POSITION
from transform.partitions import Partition, file_of, rows
from transform.schema import quoted
from transform.star_before import Before

if TYPE_CHECKING:
    import duckdb

STATE = "state/indicator.parquet"
_LAST = 2**15 - 1

_OF_FORM = ", ".join(
    f"('{row}', '{column}')" for table, row, column in POSITION if FACT_TABLE[table] == "fact_disclosure"
)
_PRINTED = """
    select everyone."year", everyone.province, source.row_code, source.column_code, min(fact.unit) as unit,
        min(least({first} + 8 * row_index + least(column_index, 7), {last})) as position
    from {sources} as source
    join everyone using (report_key)
    left join {facts} as fact
        on source.report_key = fact.report_key and fact.measure_key = source.row_code || '.' || source.column_code
    where fact_table = 'fact_disclosure' and (source.row_code, source.column_code) not in ({of_form})
    group by all
"""


def keep(
    con: duckdb.DuckDBPyConnection, standing: Before | None, built: Path, written: Mapping[int, Partition]
) -> None:
    """Make `indicator` (`year`, `province`, `row_code`, `column_code`, `unit`, `position`) and write it into `built`."""
    here: dict[str, str] = {}
    for table in ("cell_source", "fact_disclosure"):
        found = [built / file_of(table, partition) for partition in written.values()]
        here[table] = rows([file for file in found if file.exists()], table)
    new = _PRINTED.format(
        first=SURVEY_POSITION, last=_LAST, sources=here["cell_source"], facts=here["fact_disclosure"], of_form=_OF_FORM
    )
    con.execute(f"create temp table indicator as {new}")
    if standing is not None:
        con.execute(
            f"""
            insert into indicator select kept.* from read_parquet({quoted(str(standing.folder / STATE))}) as kept
            join partition on kept."year" is not distinct from partition."year"
                and kept.province is not distinct from partition.province
            where not is_written
            """
        )
    (built / STATE).parent.mkdir(exist_ok=True)
    con.execute(
        f"copy (from indicator order by all) to {quoted(str(built / STATE))} (format parquet, compression zstd)"
    )


def printed(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str | None]]:
    """(row code, column code, unit) of each indicator, in the order of the sheets."""
    return con.execute(
        "select row_code, column_code, min(unit) from indicator group by all order by min(position), row_code, column_code"
    ).fetchall()
