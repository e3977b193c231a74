"""Of several things that a night could end with, the one that is told."""

from __future__ import annotations

from itertools import permutations

import pytest

from flows.exit_status import BROKEN, FINE, LOSSES, NOTHING_ASKED, WRONG_USE, of_main, worst

ORDER = (WRONG_USE, BROKEN, NOTHING_ASKED, LOSSES, FINE)


@pytest.mark.parametrize("count", range(1, 6))
def test_the_first_of_the_order_that_is_there(count: int) -> None:
    for given in permutations(ORDER, count):
        assert worst(given) == min(given, key=ORDER.index)


def test_documents_that_were_lost_before_are_no_news() -> None:
    record = {"left_out_count": 0, "lost_count": 3, "newly_lost_count": 0, "exit_status": 1}
    assert of_main(record) == FINE
    assert of_main(record | {"newly_lost_count": 1}) == LOSSES
    assert of_main({"error": "no room", "exit_status": BROKEN}) == BROKEN
