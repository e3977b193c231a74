"""Every document below this folder gives what the expectation beside it says; every reader, family and check has one.

CONTRIBUTING.md, "An example", says how one is added.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extract.fetch.discover.families import FAMILIES
from extract.read import READERS, ocr
from extract.read.converted import converter
from tests.examples import kinds
from tests.examples.example import HERE, Example, examples, written
from tests.examples.seen import Warehouse, document, extracted, listed, seen
from tests.fetch.pages import reads
from tests.formats.conftest import lacking

EXAMPLES = examples()
CONVERTED = frozenset({"ods", "doc", "rtf", "odt", "docxml", "xlsb", "xlsxml"})


def named(example: Example) -> str:
    return f"{example.kind}/{example.path.name}"


def held(example: Example, found: dict[str, Any]) -> None:
    """Fail where what is found is not what is expected. Without an expectation: write a draft, and say what to do with it.

    `fault` and `given` of an expectation tell and are not compared; of a `reason`, its words must stand in what is said.
    """
    if not example.expected.exists():
        given = example.noted().get("given")
        draft = {"fault": "…", **({"given": given} if given else {}), **found}
        example.draft.write_text(written(draft), encoding="utf-8")
        pytest.fail(
            f"{named(example)} has no expectation. {example.draft.name} says what the program makes of it: check every value "
            f"against the document, say in `fault` what goes wrong where it goes wrong, and rename it to {example.expected.name}."
        )
    expected = {name: value for name, value in example.noted().items() if name not in ("fault", "given")}
    if expected.get("reason", "-") in found.get("reason", ""):
        expected["reason"] = found["reason"]
    assert found == expected


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Warehouse]:
    """Built when the first example asks for it."""
    folders = [example.path for example in EXAMPLES if example.path.is_dir()]
    return cache(lambda: Warehouse(tmp_path_factory.mktemp("examples") / "home", folders))


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_an_example_gives_what_is_expected(example: Example, warehouse: Callable[[], Warehouse]) -> None:
    if example.kind in CONVERTED and converter() is None:
        lacking("LibreOffice is not installed")
    if example.path.suffix == ".png" and not ocr.available():
        lacking(ocr.MISSING)
    held(example, seen(example, example.noted().get("given", {}), warehouse))


def test_every_reader_family_and_check_has_an_example() -> None:
    """A finding is shown by any example that expects it: a picture in small print shows two."""
    told = {finding["check"] for example in EXAMPLES for finding in example.noted().get("findings", ())}
    without = sorted(kinds.KINDS - told - {example.kind for example in EXAMPLES})
    assert without == [], f"put a document into {HERE}/{without[0]}/ (CONTRIBUTING.md, An example)"


def test_every_folder_is_named_like_a_reader_a_family_or_a_check() -> None:
    assert {example.kind for example in EXAMPLES} - kinds.KINDS == set()


def test_names_tell_examples_apart_and_nothing_is_left_beside_them() -> None:
    assert [name for name, count in Counter(example.expected for example in EXAMPLES).items() if count > 1] == []
    beside = {file for folder in HERE.iterdir() if folder.is_dir() for file in folder.glob("*.expected.json")}
    assert beside - {example.expected for example in EXAMPLES} == set(), "an expectation without its document"
    assert [example.path for example in EXAMPLES if not example.documents] == []


def shown(example: Example) -> bool:
    """Whether the example is of what its folder names."""
    noted = example.noted()
    if example.kind in READERS:
        return bool(noted.get("format") == example.kind)
    if example.kind in FAMILIES:
        return reads(example.kind, *listed(example.path, noted.get("given", {})))
    return any(finding["check"] == example.kind for finding in noted.get("findings", ()))


def test_each_listing_is_of_the_family_of_its_folder() -> None:
    """What every page with links gives shows nothing of a family."""
    lists = [example for example in EXAMPLES if example.kind in FAMILIES and example.expected.exists()]
    assert [named(example) for example in lists if not shown(example)] == []


def test_what_is_given_is_what_an_example_asks_for() -> None:
    """A misspelt field would be passed over."""
    given = {example.path: set(example.noted().get("given", {})) for example in EXAMPLES}
    asked = {e.path: {"url", "type", "years"} if e.kind in FAMILIES else {"url", "seconds"} for e in EXAMPLES}
    assert {str(path): more for path, names in given.items() if (more := names - asked[path])} == {}
    assert [named(example) for example in EXAMPLES if example.noted().get("reason", "-").strip() == ""] == []


def test_what_is_loaded_together_is_of_a_county_of_its_own() -> None:
    """All folders stand in one warehouse: of one county, the reports of one would be the parts, or editions, of another's."""
    told: dict[str, set[str]] = {}
    for example in (each for each in EXAMPLES if each.path.is_dir()):
        for report in example.noted().get("reports", ()):
            county = re.match(r".+?[县区市旗]", report["organ"] or "")
            told.setdefault(county[0] if county else "no county", set()).add(named(example))
    assert {county: folders for county, folders in told.items() if len(folders) > 1} == {}


def test_each_is_shown_by_an_example_of_its_folder() -> None:
    told = {example.kind for example in EXAMPLES if example.expected.exists() and shown(example)}
    assert {example.kind for example in EXAMPLES if example.expected.exists()} - told == set()
    assert [named(e) for e in EXAMPLES if e.expected.exists() and len(e.noted().get("fault", "")) < 20] == []


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Example]:
    """An example without its expectation, elsewhere."""
    origin = next(example for example in EXAMPLES if example.kind == "csv")
    folder = tmp_path / "csv"
    folder.mkdir()
    yield Example(Path(shutil.copy(origin.path, folder)))


def test_an_example_without_an_expectation_fails_with_a_draft_that_becomes_one(copied: Example) -> None:
    found = document(extracted(copied.path, {}))
    with pytest.raises(pytest.fail.Exception, match=r"check every value against the document.*rename it to"):
        held(copied, found)
    copied.draft.rename(copied.expected)
    held(copied, found)
    copied.expected.write_text(copied.expected.read_text(encoding="utf-8").replace("2023", "2022"), encoding="utf-8")
    with pytest.raises(AssertionError):
        held(copied, found)
