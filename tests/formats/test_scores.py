"""How many cells of each format are read right, and that nobody is left believing a wrong one."""

from __future__ import annotations

import pytest

from tests.formats import scoring
from tests.formats.conftest import ScoreOf
from tests.formats.writers import FORMATS

pytestmark = pytest.mark.formats

RECOGNISED = (
    "pdf drawn, unmapped",
    "png scan",
    "pdf scan",
)  # the other scans take too long for a test; see `benchmarks`
NAMES = [name for name, format_ in FORMATS.items() if not format_.recognised or name in RECOGNISED]
LEAST = {
    "pdf of a page by Chromium": 0.30,  # web pages printed as they are: their tables run off the paper
    "pdf drawn, repeated_heads": 0.98,  # the headings of one block repeated over rows of another: the rows are left out
}
"""Short of the aim, and why; every cell left out there is under a finding."""
LEAST_IN_SCANS = 0.995


LONG = ("pdf drawn, unmapped", "pdf scan")
"""Recognised as pictures, as a scan in PNG is, which the suite reads; these with the tests that take long."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.services] if name in LONG else []) for name in NAMES]
)
def test_a_format(name: str, score_of: ScoreOf, capsys: pytest.CaptureFixture[str]) -> None:
    """Its cells are read right, none is wrong or lost without a finding that names it, and the bytes tell the format.

    One test, since the suite runs on several cores and the documents of a format are written and read once.
    """
    found = score_of(name)
    with capsys.disabled():
        print(f"\n{scoring.line(name, found)}", end="")
    least = LEAST_IN_SCANS if FORMATS[name].recognised else LEAST.get(name, FORMATS[name].share)
    assert not found.untold, scoring.shown(found.untold)
    assert not found.unreported, scoring.shown(found.unreported)
    assert found.share >= least, scoring.shown((*found.wrong, *found.missing))
    assert found.kinds == {FORMATS[name].kind}
