"""Loading refuses what is lost, doubled or orphaned, and creates views in the order in which they need each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.transform.given_reports import VERSION, built, full_report
from transform import dimensions, partitions, star
from transform.build import build
from transform.empty_warehouse import LoadFailed, create_tables, create_views
from transform.lake import Lake
from transform.load import load, loaded_build, verify
from transform.schema import TABLE, TABLES


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        create_tables(connection)
        yield connection


def test_a_doubled_key_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into fact_request values (1, 'new', 'total', 3), (1, 'new', 'total', 4)")
    with pytest.raises(LoadFailed, match=r"fact_request: the key \(1, 'new', 'total'\)"):
        verify(con, TABLE["fact_request"])


def test_an_orphan_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into fact_proceeding values (1, 'reconsideration.upheld', 3)")
    with pytest.raises(LoadFailed, match=r"fact_proceeding\.report_key: 1 is not in dim_report\.report_key"):
        verify(con, TABLE["fact_proceeding"])


def test_a_null_reference_is_no_orphan(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into dim_organ values (1, 'x', 'x', null, null, null, null, 1)")
    verify(con, TABLE["dim_organ"])


def test_every_reference_names_a_key() -> None:
    for table in TABLES:
        for column in table.columns:
            if column.references:
                parent, name = column.references.split(".")
                assert TABLE[parent].key == (name,)


def test_views_may_need_each_other_in_any_order(con: duckdb.DuckDBPyConnection) -> None:
    create_views(
        con,
        {
            "v_a": "create or replace view v_a as select * from v_b",
            "v_b": "create or replace view v_b as select * from v_c",
            "v_c": "create or replace view v_c as select 1 as one",
        },
    )
    assert con.execute("from v_a").fetchall() == [(1,)]


def test_a_view_that_does_not_stand_is_named(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(LoadFailed, match=r"v_a: .*nowhere"):
        create_views(
            con, {"v_a": "create view v_a as select * from nowhere", "v_b": "create view v_b as select 1 as one"}
        )


def test_lost_rows_are_refused_and_the_old_database_stays(tmp_path: Path) -> None:
    lake, summary = built(tmp_path, [full_report(1), full_report(2)])
    manifest = lake.star_manifest()
    assert manifest is not None
    with lake.lock(), pytest.raises(LoadFailed, match=r"fact_request: \(350,\) rows of 351"):
        load(lake, {**manifest, "build_id": "next", "rows": {**manifest["rows"], "fact_request": 351}})
    facts = partitions.files(lake.star, "fact_request")[0]
    pq.write_table(pq.ParquetFile(facts).read().slice(1), facts)
    lake.known_database.write_text(json.dumps({"sha256": lake.known_databases()}))  # of before: it is loaded whole
    with lake.lock(), pytest.raises(LoadFailed, match=r"fact_request: \(349,\) rows of 350"):
        load(lake, {**manifest, "build_id": "next"})
    held = loaded_build(Lake(tmp_path))
    assert held is not None
    assert held[0] == summary.build_id


def test_new_views_are_a_reason_to_load_again(tmp_path: Path) -> None:
    lake, _ = built(tmp_path / "lake", [full_report(1)])
    manifest = lake.star_manifest()
    assert manifest is not None
    views = tmp_path / "views"
    views.mkdir()
    (views / "v_one.sql").write_text("create or replace view v_one as select count(*) as reports from dim_report;")
    with lake.lock():
        assert load(lake, manifest, views)
        assert not load(lake, manifest, views)
    with duckdb.connect(str(lake.database), read_only=True) as con:
        assert con.execute("from v_one").fetchall() == [(1,)]


def test_summaries_are_told_anew_where_the_form_has_other_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def summaries(lake: Lake) -> list[tuple[object, ...]]:
        with duckdb.connect(str(lake.database), read_only=True) as con:
            return con.execute("from request_summary order by report_key").fetchall()

    lake, _ = built(tmp_path / "one", [full_report(1), full_report(2)])
    before = summaries(lake)
    outcomes = dimensions.dim_outcome()
    outcomes["group_code"] = outcomes["group_code"].replace("denied", "unavailable")
    monkeypatch.setattr(dimensions, "dim_outcome", lambda: outcomes)
    monkeypatch.setattr(star, "code_version", lambda: "of other groups")
    with lake.lock():
        build(lake, VERSION)
    fresh, _ = built(tmp_path / "other", [full_report(1), full_report(2)])
    assert summaries(lake) == summaries(fresh) != before
