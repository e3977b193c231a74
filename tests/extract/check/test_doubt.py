"""Two readings of a table: what both give is the document's, what they differ in waits for a person."""

from __future__ import annotations

import errno
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from extract import RawDocument, extract_document
from extract.as_json import to_contract
from extract.check import arithmetic
from extract.check.second_reading import DOUBT_BELOW, Weighed, weigh
from extract.forms.match import match
from extract.model import Cell, Document, Grid
from extract.outcomes import OutOfTime, Unreadable
from extract.read import READERS, html
from tests.conftest import ROOT, read_bytes
from tests.extract.pages import figures, report, requests_rows, table

SAMPLES = ROOT / "data" / "samples" / "reports"


def changed(document: Document, old: str, new: str) -> Document:
    """The document with every cell that says `old` saying `new`."""
    blocks = tuple(
        replace(b, cells=tuple(c._replace(text=new) if c.text == old else c for c in b.cells))
        if isinstance(b, Grid)
        else b
        for b in document.blocks
    )
    return replace(document, blocks=blocks)


def judged(document: Document) -> tuple[tuple[Cell, ...], Weighed]:
    cells = tuple(match(document, "html").collected.settle())
    return cells, weigh(document, "html", cells, arithmetic.check(cells))


def test_a_sum_that_the_document_itself_gets_wrong_is_the_publishers() -> None:
    extraction = read_bytes(report())  # the figures of this page are all different: no sum holds
    failed = [f for f in extraction.findings if f.severity == "error"]
    assert failed
    assert {f.origin for f in failed} == {"publisher"}
    assert extraction.doubted == ()


def test_a_table_whose_readings_differ_is_not_loaded() -> None:
    document = html.read(report())
    other = changed(document, "32", "99")
    cells, weighed = judged(replace(document, rereadings=(lambda _: other,)))
    assert {c.table for c in weighed.cells} == {"disclosure", "proceedings"} & {c.table for c in cells}
    assert {c.table for c in weighed.doubted} == {"requests"}
    assert {f.origin for f in weighed.findings if f.check.startswith("requests.") and f.result == "failed"} == {
        "extraction"
    }
    (finding,) = [f for f in weighed.findings if f.check == "reading.disagreement" and f.where == "requests"]
    assert "32 / 99" in finding.message


def test_one_further_reading_that_confirms_is_enough() -> None:
    document = html.read(report())
    other = changed(document, "32", "99")
    cells, weighed = judged(replace(document, rereadings=(lambda _: other, lambda _: document)))
    assert [c._replace(proof="labels") for c in weighed.cells] == list(cells)
    assert {c.table: c.proof for c in weighed.cells} == {
        "disclosure": "labels",
        "requests": "second reading",
        "proceedings": "labels",
    }
    assert weighed.doubted == ()


def test_a_further_reading_that_fails_confirms_nothing() -> None:
    def fails(_: frozenset[int]) -> Document:
        raise Unreadable("it is gone")

    _, weighed = judged(replace(html.read(report()), rereadings=(fails,)))
    assert any("it is gone" in f.message for f in weighed.findings)
    assert not any(c.table == "requests" for c in weighed.cells)


def test_what_is_told_by_position_needs_two_readings_where_no_sum_proves_it() -> None:
    document = html.read(report())
    other = Document("html", ())
    _, weighed = judged(replace(document, by_position=True, rereadings=(lambda _: other,)))
    assert not any(c.table == "disclosure" for c in weighed.cells)
    _, weighed = judged(replace(document, by_position=True, rereadings=(lambda _: document,)))
    assert any(c.table == "disclosure" for c in weighed.cells)


@pytest.mark.parametrize(("confidence", "loaded"), [(DOUBT_BELOW - 0.01, False), (DOUBT_BELOW, True)])
def test_a_recognised_number_of_little_confidence_waits(confidence: float, loaded: bool) -> None:
    values = {code: [0] * 7 for code in figures()}
    document = html.read(report(requests=table(requests_rows(values))))
    blocks = tuple(
        replace(b, cells=tuple(c._replace(confidence=confidence) if c.text == "0" else c for c in b.cells))
        if isinstance(b, Grid)
        else b
        for b in document.blocks
    )
    _, weighed = judged(replace(document, blocks=blocks))
    assert any(c.table == "requests" for c in weighed.cells) is loaded
    assert any(f.check == "reading.low_confidence" and f.origin == "extraction" for f in weighed.findings) is not loaded


def test_every_cell_of_a_recognised_row_whose_sum_fails_waits() -> None:
    values = {code: [0] * 7 for code in figures()}
    values["granted"] = [1, 0, 0, 0, 0, 0, 0]
    document = html.read(report(requests=table(requests_rows(values))))
    blocks = tuple(
        replace(b, cells=tuple(c._replace(confidence=0.99) for c in b.cells)) if isinstance(b, Grid) else b
        for b in document.blocks
    )
    _, weighed = judged(replace(document, blocks=blocks))
    waiting = {(c.row, c.column) for c in weighed.doubted if c.table == "requests"}
    assert {("granted", "natural_person"), ("granted", "total"), ("total", "natural_person")} <= waiting
    assert ("new", "research") not in waiting


def test_doubted_cells_are_named_in_the_contract_and_not_in_its_tables() -> None:
    found = to_contract(read_bytes((SAMPLES / "hongze-2023.pdf").read_bytes(), "report.pdf"))
    assert found["doubted"] == []
    assert {f["origin"] for f in found["findings"] if f["check"] == "proceedings.total"} == {"publisher"}


def test_nothing_catches_the_alarm() -> None:
    def endless(_: frozenset[int]) -> Document:
        try:
            raise OutOfTime("it took too long")
        except Exception as error:
            raise Unreadable("a library wraps whatever it catches") from error

    with pytest.raises(OutOfTime):
        judged(replace(html.read(report()), rereadings=(endless,)))


def test_the_alarm_counts_processor_time_and_ends_a_reader_that_goes_on_after_failures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def endless(_content: bytes, _prose: bool = False) -> Document:
        while True:
            with suppress(Exception):
                sum(range(1000))

    def sleepy(_content: bytes, _prose: bool = False) -> Document:
        time.sleep(0.5)
        raise Unreadable("there is nothing")

    given = RawDocument("page.html", "0" * 64, b"<p>text</p>")
    monkeypatch.setitem(READERS, "html", endless)
    found = extract_document(given, seconds=0.3)
    assert (found.status, found.category) == ("unreadable", "limits")
    assert "0.3 s of processor time" in (found.reason or "")
    monkeypatch.setitem(READERS, "html", sleepy)
    assert extract_document(given, seconds=0.3).reason == "there is nothing"


def test_a_library_that_got_no_memory_says_nothing_about_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def starved(_content: bytes, _prose: bool = False) -> Document:
        try:
            raise MemoryError
        except MemoryError:
            raise RuntimeError("Traceback (most recent call last):\n  File x\nError: bad") from None

    def full(_content: bytes, _prose: bool = False) -> Document:
        raise OSError(errno.ENOSPC, "No space left on device")

    def broken(_content: bytes, _prose: bool = False) -> Document:
        raise RuntimeError("Traceback (most recent call last):\n  File x\nError: bad")

    given = RawDocument("page.html", "0" * 64, b"<p>text</p>")
    found = {}
    for reader in (starved, full, broken):
        monkeypatch.setitem(READERS, "html", reader)
        found[reader] = extract_document(given)
    assert [e.category for e in found.values()] == ["limits", "limits", "damaged"]
    assert "memory" in (found[starved].reason or "")
    assert "room" in (found[full].reason or "")
    assert not any("Traceback" in (e.reason or "") for e in found.values())
