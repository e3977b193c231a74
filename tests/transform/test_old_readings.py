"""After an upgrade no report leaves the warehouse: what another extractor read stands until this one has read its document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from extract.model import Extraction
from tests.transform.given_reports import NOW, VERSION, built, full_report, report, requests, sha, star_bytes
from transform.build import build
from transform.heal import heal
from transform.lake import Lake
from transform.parts import write_part
from transform.register import Intake, pending, take_in
from transform.sealed import seal

NEW = "test-2"
REPORTS = [full_report(n) for n in range(4)]


def ask(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(lake.database), read_only=True) as con:
        return con.sql(sql).fetchall()


def test_what_is_not_read_yet_stays_and_says_by_whom_it_was_read(tmp_path: Path) -> None:
    lake, _ = built(tmp_path, REPORTS)
    cells = ask(lake, "select * from v_cell order by all")
    with lake.lock():
        assert sum(map(len, pending(lake, NEW))) == 4
        assert build(lake, NEW).reports == 4
        assert ask(lake, "select extractor, count(*) from dim_report group by all") == [(VERSION, 4)]
        assert ask(lake, "select * from v_cell order by all") == cells
        assert ask(lake, "select distinct status, category, reason from document") == [
            ("ok", "old reading", f"read by the extractor {VERSION}; it waits to be read by this one")
        ]
        # the same batch, and the same ids, with other numbers
        changed = replace(REPORTS[0], cells=tuple(c._replace(value=c.value and 5) for c in REPORTS[0].cells))
        write_part(lake, NEW, [changed], NOW)
        assert build(lake, NEW).reports == 4
        assert ask(lake, "select extractor, count(*) from dim_report group by all order by all") == [
            (VERSION, 3),
            (NEW, 1),
        ]
        assert sum(map(len, pending(lake, NEW))) == 3
        write_part(lake, NEW, [*REPORTS[1:]], NOW)
        build(lake, NEW)
        assert ask(lake, "select distinct extractor from dim_report") == [(NEW,)]
    fresh, _ = built(tmp_path / "fresh", REPORTS)  # of nothing old
    with lake.lock():
        write_part(lake, NEW, [REPORTS[0]], NOW.replace(year=2026), again=True)
        build(lake, NEW)
    names = [
        name
        for name in star_bytes(fresh)
        if name.startswith(("fact_request", "cell_source", "fact_finding", "dim_organ"))
    ]
    assert [name for name in names if star_bytes(lake)[name] != star_bytes(fresh)[name]] == []


def test_this_extractors_word_counts_unless_it_ran_out_of_time(tmp_path: Path) -> None:
    one, two = (
        report(name, requests({"new": [1, 0, 0, 0, 0, 0, 1]}), year=year) for name, year in (("a", 2022), ("b", 2023))
    )
    lake, _ = built(tmp_path, [one, two])
    slow = Extraction(two.path, sha("b"), None, "unreadable", "it took too long", "limits")
    none = Extraction(one.path, sha("a"), "html", "not_a_report", "no table")
    with lake.lock():
        write_part(lake, NEW, [none, slow], NOW)
        build(lake, NEW)
    assert ask(lake, "select sha256, extractor from dim_report") == [(sha("b"), VERSION)]
    assert ask(lake, "select sha256, status from document order by status") == [
        (sha("a"), "not_a_report"),
        (sha("b"), "ok"),
    ]


def test_a_part_whose_cells_no_form_has_is_passed_over(tmp_path: Path) -> None:
    lake, _ = built(tmp_path, REPORTS)
    (part,) = lake.parts(lake.parts_of(VERSION))
    cells = pq.read_table(part / "cell.parquet")
    strange = pc.if_else(pc.equal(cells["row_code"], "new"), "former", cells["row_code"])
    place = cells.schema.get_field_index("row_code")
    pq.write_table(
        cells.set_column(place, cells.schema.field("row_code"), strange.cast(pa.string())), part / "cell.parquet"
    )
    (part / "manifest.json").unlink()
    seal(part)
    with lake.lock():
        assert build(lake, NEW).reports == 0


def test_the_newest_years_are_read_first_and_what_is_new_before_them(tmp_path: Path) -> None:
    years = {"a": 2020, "b": 2023, "c": 2021}
    lake, _ = built(tmp_path, [report(name, year=year) for name, year in years.items()])
    new = report("d", year=2019)
    with lake.lock():
        take_in(lake, [Intake(new.path, new.sha256, 1000)], NOW)
    found = [Path(w.path).stem for batch in pending(lake, NEW, batch=2, order="newest") for w in batch]
    assert found == ["d", "b", "c", "a"]


@pytest.mark.services
def test_a_damaged_part_of_another_extractor_is_set_aside_and_a_damaged_note_made_again(tmp_path: Path) -> None:
    lake, _ = built(tmp_path, REPORTS)
    with lake.lock():
        assert build(lake, NEW).reports == 4
        (note,) = lake.state.glob("fits-*.json")
        note.write_text("no note", encoding="utf-8")
        write_part(lake, NEW, [REPORTS[0]], NOW)
        assert build(lake, NEW).reports == 4
    (part,) = lake.parts(lake.parts_of(VERSION))
    content = bytearray((part / "cell.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (part / "cell.parquet").write_bytes(content)
    with lake.lock():
        heal(lake, NEW)
        (said,) = lake.healed
        assert "has damaged bytes in cell.parquet" in said
        assert build(lake, NEW).reports == 1
