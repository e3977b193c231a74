"""`ogi describe`: the words of the database's comments, without a warehouse."""

from __future__ import annotations

from tests.flows.conftest import run_ogi


def test_a_column_a_view_and_all() -> None:
    said = run_ogi("describe", "v_district_year.refusal_rate").stdout.decode()
    assert said.startswith("v_district_year.refusal_rate (DOUBLE)\ndenied / total.")
    view = run_ogi("describe", "v_district_year").stdout.decode()
    assert "nothing is added up" in view and "share, 1 = all" in view
    everything = run_ogi("describe").stdout.decode()
    assert "dim_report" in everything and "Do not add up over organs" in everything


def test_what_there_is_not() -> None:
    for wrong, said in (("v_distrct_year", "v_district_year"), ("v_report.organs", "organ"), ("xyz", "lists all")):
        done = run_ogi("describe", wrong)
        assert (done.returncode, done.stdout) == (2, b"")
        assert said in done.stderr.decode() and done.stderr.count(b"\n") == 1
