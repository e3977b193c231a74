"""Damaged documents of every kind: no reader raises, and what was cut off is never made up. Counts: benchmarks/fuzz.py."""

from __future__ import annotations

from random import Random

import pytest

from tests.extract import fuzzing, specimens

KINDS = sorted(specimens.FAST)
FEWER = {"pdf": 12, "ofd": 12, "docx": 25}
"""Examples of kinds that take long to read; of the others `EXAMPLES`."""
EXAMPLES = 40


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_damage_raises_nothing(kind: str) -> None:
    random = Random(f"{kind} damaged")
    for _ in range(FEWER.get(kind, EXAMPLES)):
        content = fuzzing.damaged(kind, random)
        verdict = fuzzing.judge(content)
        assert verdict.status != "raised", verdict.reason
        assert not verdict.untold


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_cut_off_is_not_made_up(kind: str) -> None:
    random = Random(f"{kind} cut")
    for content in fuzzing.whole(kind):
        for _ in range(4 if kind in FEWER else 10):
            verdict = fuzzing.judge(content[: random.randrange(len(content))])
            assert verdict.status != "raised", verdict.reason
            assert not verdict.untold


@pytest.mark.parametrize("kind", KINDS)
def test_the_undamaged_is_read_whole(kind: str) -> None:
    for content in fuzzing.whole(kind):
        verdict = fuzzing.judge(content)
        assert (verdict.status, verdict.untold) == ("ok", ())
