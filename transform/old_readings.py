"""Readings by other extractors that stand until this one has read their documents: after an upgrade no report leaves the warehouse.

They are told apart: their `category` is `old reading`, `read_by` names who gave them, and their ids are moved by a number of that
extractor's, as the same batch has the same ids with each. They give way to what this extractor says of a whole document; what ran out
of its time or memory gives way to them. Parts whose cells the forms of today do not have are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from transform.cell_codes import FACT_TABLE, POSITION, SURVEY_POSITION
from transform.engine import engine, view
from transform.keys import KEY_BITS, key
from transform.lake import Lake, folders
from transform.part_schema import OLD_READING, PARTS
from transform.schema import quoted
from transform.sealed import hashes, read_object

if TYPE_CHECKING:
    import duckdb


def parts(lake: Lake, extractor_version: str) -> list[str]:
    """All parts that a star is made from, as `version/part`: this extractor's, then those of others that can be read as its own."""
    own = [f"{extractor_version}/{part.name}" for part in lake.parts(lake.parts_of(extractor_version))]
    others = (folder.name for folder in folders(lake.extracted) if folder.name != extractor_version)
    return [*own, *(f"{v}/{part.name}" for v in others for part in _fitting(lake, v))]


def _fitting(lake: Lake, version: str) -> list[Path]:
    """The parts of another extractor, if each of their cells is one of today's forms and their columns are today's; else none. Parts
    without hashes are left out: nothing proves what they say.
    """
    found = [part for part in lake.parts(lake.parts_of(version)) if hashes(part) is not None]
    if not found:
        return []
    known = lake.state / f"fits-{version}.json"
    names = [part.name for part in found]
    asked = json.dumps({"parts": names, "forms": _FORMS})
    told = read_object(known)
    if told is None or told.get("asked") != asked or not isinstance(told.get("fits"), bool):
        told = {"asked": asked, "fits": _fits(lake, found)}
        lake.state.mkdir(parents=True, exist_ok=True)
        known.write_text(json.dumps(told), encoding="utf-8")
    return found if told["fits"] else []


_FORMS = key("forms", *(f"{table} {row} {column} {place}" for (table, row, column), place in POSITION.items()))


def _fits(lake: Lake, found: list[Path]) -> bool:
    for part in found:
        for name, schema in PARTS.items():
            file = part / f"{name}.parquet"
            if not file.is_file() or not set(pq.read_schema(file).names) <= set(schema.names):
                return False
    codes = ", ".join(
        f"('{FACT_TABLE[table]}', '{row}', '{column}', {place})" for (table, row, column), place in POSITION.items()
    )
    with lake.scratch() as scratch, engine(scratch) as con:
        view(con, "part_cell", [str(part / "cell.parquet") for part in found], PARTS["cell"], scratch, grown=True)
        strange = con.execute(
            f"select 1 from part_cell where position < {SURVEY_POSITION}"
            f" and (fact_table, row_code, column_code, position) not in ({codes}) limit 1"
        )
        return not strange.fetchall()


def relate(
    con: duckdb.DuckDBPyConnection,
    lake: Lake,
    extractor_version: str,
    table: str,
    names: Iterable[str],
    scratch: Path,
    called: str | None = None,
) -> None:
    """Let the rows of one table of some parts (as `parts` names them) be the relation `called` so, else `part_<table>`; of table `report`
    with a column `part`. Of other extractors only what is a report, moved and marked.
    """
    grouped: dict[str, list[str]] = {extractor_version: []}
    for name in sorted(names):
        version, _, part = name.partition("/")
        grouped.setdefault(version, []).append(str(lake.extracted / version / part / f"{table}.parquet"))
    located = table == "report"
    selected = []
    for number, (version, listed) in enumerate(grouped.items()):
        relation = f"part_{table}_{number}"
        view(con, relation, listed, PARTS[table], scratch, grown=True, located=located)
        replaced = [f"{quoted(version + '/')} || part as part"] if located else []
        if version == extractor_version:
            selected.append(f"select *{f' replace ({replaced[0]})' if replaced else ''} from {relation}")
            continue
        moved = f"(extraction_id + {key('extractor', version)}) % {2**KEY_BITS} as extraction_id"
        if located:
            told = f"'read by the extractor {version}; it waits to be read by this one'"
            replaced += [
                f"'{OLD_READING}' as category",
                f"coalesce(reason, {told}) as reason",
                f"coalesce(read_by, {quoted(version)}) as read_by",
            ]
        where = " where status = 'ok'" if located else ""
        selected.append(f"select * replace ({', '.join([moved, *replaced])}) from {relation}{where}")
    con.execute(f"create or replace view {called or f'part_{table}'} as " + " union all by name ".join(selected))
