"""How sources fare: what they gave last, for how long they have not, and whether they have what their entries assert."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract.fetch.night.collect import Places
from extract.fetch.night.health import Health, health
from extract.fetch.night.history import History
from extract.fetch.sources import check
from flows import exit_status
from flows.exit_status import FINE, LOSSES
from tests.fetch.night.conftest import collect, listing, report, source
from tests.fetch.night.site import LoopbackSite


def fares(home: Path) -> dict[str, Health]:
    with History(Places(home).history) as history:
        return {each.source: each for each in health(history)}


def test_a_source_that_loses_reports_and_one_that_is_gone(site: LoopbackSite, tmp_path: Path) -> None:
    site.put("/one", listing(("/a", "2022年年度报告"), ("/b", "2023年年度报告")))
    site.put("/two", listing(("/c", "2023年年度报告")))
    for path in ("/a", "/b", "/c"):
        site.put(path, report(path, 2023))
    both = [source(site, "/one", name="one", expected=2), source(site, "/two", name="two", expected=3)]
    first = collect(tmp_path, both)
    assert first["short"] == [{"source": "two", "expected": 3, "found": 1, "is_new": True}]
    assert exit_status.of_collecting(first) == LOSSES
    assert [(each.nights, each.found, each.is_short) for each in fares(tmp_path).values()] == [
        (0, 2, False),
        (0, 1, True),
    ]
    well = fares(tmp_path)["two"].last

    del site.pages["/two"], site.pages["/b"]
    for nights in (1, 2):
        summary = collect(tmp_path, both)
        assert summary["short"][0] == {"source": "one", "expected": 2, "found": 1, "is_new": False}
        assert exit_status.of_collecting(summary) == (LOSSES if nights == 1 else FINE)  # what was lost is news once
        two = fares(tmp_path)["two"]
        assert (two.nights, two.last, two.found) == (nights, well, 1)
    alone = collect(tmp_path, both, names=["two"])
    assert alone["short"] == [{"source": "two", "expected": 3, "found": 1, "is_new": False}]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{min: 12}", None),
        ("12", None),
        ("{min: 0}", "the least number of reports"),
        ("{min: many}", "the least number of reports"),
        ("{max: 3}", "expected is {min: N}"),
        ("{min: 1, max: 3}", "expected is {min: N}"),
        ("{min: [1]}", "expected is {min: N}"),
    ],
)
def test_what_an_entry_asserts(tmp_path: Path, written: str, said: str | None) -> None:
    (tmp_path / "a.yaml").write_text(f"- name: 甲\n  listings: http://a.gov.cn/\n  expected: {written}\n", "utf-8")
    sources, problems = check(tmp_path)
    if said is None:
        assert problems == ()
        assert sources[0].expected == 12
    else:
        assert [problem.line for problem in problems] == [3]
        assert said in problems[0].message
