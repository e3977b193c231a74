"""How many cells of each format are read right, and that nobody is left believing a wrong one."""

from __future__ import annotations

import pytest

from tests.formats import scoring
from tests.formats.conftest import ScoreOf
from tests.formats.writers import FORMATS

pytestmark = pytest.mark.formats

RECOGNISED = ("pdf drawn, unmapped", "png scan")  # the other scans take too long for a test; see `benchmarks`
NAMES = [name for name, format_ in FORMATS.items() if not format_.recognised or name in RECOGNISED]
REACHED = 0.10
"""Short of its aim is what the columns of unruled tables tell when a page cuts their headings, and where a heading breaks
over a page: such a table is left out whole, with a finding. The share that must be reached there keeps it from vanishing.
"""
REACHED_IN_SCANS = 0.80  # of one report: a table is lost whole where a rule is not seen
SHORT = frozenset(
    name for name in FORMATS if name.startswith("pdf") and not FORMATS[name].recognised
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_cells_read_right(name: str, score_of: ScoreOf, capsys: pytest.CaptureFixture[str]) -> None:
    found = score_of(name)
    with capsys.disabled():
        print(f"\n{scoring.line(name, found)}", end="")
    least = REACHED if name in SHORT else REACHED_IN_SCANS if FORMATS[name].recognised else FORMATS[name].share
    assert found.share >= least, scoring.shown((*found.wrong, *found.missing))


@pytest.mark.parametrize("name", NAMES)
def test_no_wrong_cell_that_no_finding_names(name: str, score_of: ScoreOf) -> None:
    found = score_of(name)
    assert not found.untold, scoring.shown(found.untold)


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_is_lost_without_a_finding(name: str, score_of: ScoreOf) -> None:
    found = score_of(name)
    assert not found.unreported, scoring.shown(found.unreported)


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_tell_the_format(name: str, score_of: ScoreOf) -> None:
    assert score_of(name).kinds == {FORMATS[name].kind}
