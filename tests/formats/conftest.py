"""What the tests of formats share: the reports, the workshop that writes them, and the workers that read them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NoReturn, Protocol

import pytest

from extract.read import ocr
from extract.workers import Stored, Workers
from tests.conftest import shared_path
from tests.formats.programs import Missing
from tests.formats.reports import Report, of_page, reports
from tests.formats.scoring import Score, score
from tests.formats.writers import FORMATS, Format, Workshop

TEXTS, PICTURES = 2, 1
"""Documents of each format; a recognised one takes seconds."""

SECONDS = 120.0  # for one document: a long scan on a busy machine


class ScoreOf(Protocol):
    """The fixture `score_of`."""

    def __call__(self, name: str, real: bool = False) -> Score: ...


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    with Workshop(tmp_path_factory.mktemp("formats")) as shop:
        yield shop


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with Workers(2, SECONDS) as pool:
        yield pool


@pytest.fixture(scope="session")
def score_of(workshop: Workshop, workers: Workers) -> ScoreOf:
    """The score of a format, by name: its documents are written and read once. `real`: of the real reports instead."""

    @cache
    def scored(name: str, real: bool = False) -> Score:
        format_ = FORMATS[name]
        if format_.recognised and not ocr.available():
            lacking(ocr.MISSING)
        written = published() if real else reports(PICTURES if format_.recognised else TEXTS)
        try:
            return _scored(format_, written, workshop, workers)
        except Missing as missing:
            lacking(str(missing))

    return scored


def published() -> list[Report]:
    """The real reports that are pages with the statutory tables."""
    folder = shared_path("reports")
    pages = {file.stem: file for file in sorted(folder.glob("*.html"))}
    truths = {name: folder / f"{name}.truth.json" for name in pages}
    known = {name: json.loads(file.read_text("utf-8")) for name, file in truths.items() if file.exists()}
    return [of_page(name, pages[name].read_bytes(), truth) for name, truth in known.items() if truth.get("requests")]


def lacking(what: str) -> NoReturn:
    """Skip where a person runs the tests; fail where the project's own checks do, which install everything."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def _scored(format_: Format, written: Sequence[Report], shop: Workshop, workers: Workers) -> Score:
    documents = format_.write(shop, written, shop.room(format_.folder))
    extractions = workers.read([Stored(str(d.path), d.path.name) for d in documents])
    parts = [score(d.path.name, d.truth, e) for d, e in zip(documents, extractions, strict=True)]
    return sum(parts, Score())
