"""Nothing silent: a wrong number where the form protects its cells by sums never passes; and the measure of it is honest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import damaged, mutation
from extract.check.arithmetic import check
from extract.forms.vocabulary import APPLICANT_CODES, CHANNELS, OUTCOMES, RESULT_CODES
from extract.model import Cell
from tests.conftest import ROOT, read_bytes

LEAVES = [o.code for o in OUTCOMES if o.is_leaf and "2021" in o.forms]
SMALL = st.integers(min_value=0, max_value=10**9)


def cell(table: str, row: str, column: str, value: int) -> Cell:
    return Cell(table, row, column, value, str(value), None, 0, 0, 0, None, None, "html")


@st.composite
def whole_tables(draw: st.DrawFn) -> tuple[Cell, ...]:
    """Tables 三 and 四 without a blank, whose sums hold, of any figures."""
    rows = {code: draw(st.lists(SMALL, min_size=6, max_size=6)) for code in LEAVES}
    rows["total"] = [sum(row[n] for row in rows.values()) for n in range(6)]
    rows["carried_out"] = draw(st.lists(SMALL, min_size=6, max_size=6))
    due = [a + b for a, b in zip(rows["total"], rows["carried_out"], strict=True)]
    rows["carried_in"] = [draw(st.integers(0, n)) for n in due]
    rows["new"] = [n - m for n, m in zip(due, rows["carried_in"], strict=True)]
    requests = [
        cell("requests", r, c, v)
        for r, vs in rows.items()
        for c, v in zip(APPLICANT_CODES, [*vs, sum(vs)], strict=True)
    ]
    proceedings = []
    for channel in CHANNELS:
        results = draw(st.lists(SMALL, min_size=4, max_size=4))
        proceedings += [
            cell("proceedings", channel, r, v) for r, v in zip(RESULT_CODES, [*results, sum(results)], strict=True)
        ]
    return (*requests, *proceedings)


@settings(max_examples=60, deadline=None)
@given(whole_tables(), st.data())
def test_one_wrong_cell_of_a_whole_table_never_passes(cells: tuple[Cell, ...], data: st.DataObject) -> None:
    assert check(cells) == []
    n = data.draw(st.integers(0, len(cells) - 1))
    wrong = data.draw(SMALL.filter(lambda value: value != cells[n].value))
    found = check((*cells[:n], cells[n]._replace(value=wrong), *cells[n + 1 :]))
    assert any(f.severity == "error" and f.result == "failed" for f in found)
    assert all(f.where.startswith(cells[n].table) for f in found)


@settings(max_examples=30, deadline=None)
@given(whole_tables(), st.data())
def test_one_lost_cell_is_told(cells: tuple[Cell, ...], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(cells) - 1))
    found = check((*cells[:n], cells[n]._replace(value=None), *cells[n + 1 :]))
    assert {f.check for f in found} >= {"blank_cells"}
    assert any(f.result == "not_applicable" for f in found)


SAMPLES = sorted(p for p in (ROOT / "data" / "samples" / "reports").glob("*-202[23].html"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_inner_cell_of_a_sample_is_protected(path: Path) -> None:
    """All of them, one by one, off by one: the least that a misread digit changes."""
    cells = read_bytes(path.read_bytes(), path.name).cells
    known = {(f.check, f.where) for f in check(cells)}
    tables = {table: [n for n, c in enumerate(cells) if c.table == table] for table in ("requests", "proceedings")}
    for places in tables.values():
        assert places
        if any(cells[n].value is None for n in places):
            continue
        for n in places:
            wrong = cells[n]._replace(value=(cells[n].value or 0) + 1)
            found = check((*cells[:n], wrong, *cells[n + 1 :]))
            assert {(f.check, f.where) for f in found if f.result == "failed"} - known, cells[n][:3]


def test_the_measure_through_the_whole_build(tmp_path: Path) -> None:
    """Corruptions between reading and loading, judged by the star: all inner cells of whole tables are caught."""
    reports = mutation.read([*(ROOT / "data" / "samples" / "reports").glob("wuyi-202[123].html")])
    verdicts = mutation.judge(reports, 60, 1, tmp_path)
    assert len(verdicts) == 60
    wrong = [v for v in verdicts if v.corruption.kind != "blank"]
    protected = [v for v in wrong if v.corruption.before.table != "disclosure"]
    assert len(protected) > 20
    assert all(v.checks for v in protected)
    assert all(v.told for v in verdicts if v.corruption.kind == "blank")
    assert "| requests, inner cells |" in mutation.summary(verdicts)


def test_no_damaged_table_is_proved_into_a_wrong_one() -> None:
    """The long run is `python benchmarks/mutation.py --damaged 20000`."""
    found = damaged.measure(1_000, 17)
    assert found["damaged"] == 1_000
    assert found["proved"] > 200
    assert found["wrong"] == 0
