"""Cells with numbers in pictures: what two recognisers and the form of the ink say, and that no mark becomes a digit."""

from __future__ import annotations

import numpy as np
import pytest

from extract import RawDocument, extract_document
from extract.read import ocr
from tests.conftest import shared_path

pytest.importorskip("cv2", reason="the extra `ocr` is not installed")

import cv2

from extract.read.ocr.ink import without_rests
from extract.read.ocr.numbers import Said
from extract.read.ocr.strokes import DASH, LEANING, SLASH, mark
from extract.read.ocr.values import verdict


def said(text: str, confidence: float = 0.97) -> Said:
    return Said(text, confidence, text, confidence)


def drawn(*lines: tuple[int, int, int, int]) -> np.ndarray:
    ink = np.zeros((60, 60), np.uint8)
    for x0, y0, x1, y1 in lines:
        cv2.line(ink, (x0, y0), (x1, y1), 255, 3)
    return ink


def test_marks_are_told_by_their_form() -> None:
    assert mark(drawn((35, 10, 20, 45))) == SLASH
    assert mark(drawn((15, 30, 40, 30))) == DASH
    assert mark(drawn((10, 30, 25, 30), (32, 30, 47, 30))) == DASH
    assert mark(drawn((30, 10, 30, 45))) is None  # upright
    assert mark(drawn((30, 10, 30, 45), (22, 16, 30, 10))) is None  # with the flag of a 1
    assert mark(drawn((15, 10, 40, 10), (40, 10, 25, 45))) is None  # a 7
    assert mark(np.zeros((20, 20), np.uint8)) is None


def leaning(aside: int, flag: bool) -> np.ndarray:
    """A stroke of 24 rows, three pixels wide, that goes aside by so many; with the flag of a 1 at its head."""
    ink = np.zeros((40, 40), np.uint8)
    for row in range(24):
        left = 12 + round(aside * (23 - row) / 23)
        ink[8 + row, left : left + 3] = 255
        if flag and 2 <= row <= 5:
            ink[8 + row, left - 5 + row - 2 : left] = 255
    return ink


@pytest.mark.parametrize("aside", [6, 7, 8])
def test_a_slash_has_even_sides_and_a_leaning_1_a_flag(aside: int) -> None:
    """Also a steep slash is one; a 1 in italics never is."""
    assert mark(leaning(aside, flag=False)) == SLASH
    assert mark(leaning(aside, flag=True)) is None


def test_a_stroke_that_leans_a_little_may_be_either() -> None:
    assert mark(leaning(4, flag=False)) == LEANING


def test_what_is_left_of_a_rule_along_a_cell_is_no_ink_of_it() -> None:
    ink = leaning(8, flag=False)
    ink[:3] = 255
    ink[3, 10:20] = 255
    assert mark(ink) is None
    assert mark(without_rests(ink)) == SLASH
    assert without_rests(ink[:0]).size == without_rests(ink[:, :0]).size == 0
    filling = leaning(0, flag=False)[8:32, 12:30]  # the stem of a 1, as high as its cell and at its side
    assert (without_rests(filling) == filling).all()


def test_a_short_dash_whose_corners_are_rounded_is_one() -> None:
    ink = np.zeros((40, 40), np.uint8)
    ink[20, 12:19], ink[21, 10:20], ink[22, 12:18] = 255, 255, 255  # 10 wide, of 3 rows: 23 of 30
    ink[23, 13] = 255
    assert mark(ink) == DASH
    high = np.zeros((40, 60), np.uint8)
    cv2.ellipse(high, (30, 20), (12, 7), 0, 0, 360, 255, 3)  # as wide, but with paper inside: figures run together
    assert mark(high) is None


@pytest.mark.parametrize("read", ["1", "l", "|", "/", ""])
def test_a_slash_that_both_recognisers_take_for_a_digit_is_blank(read: str) -> None:
    told = verdict(read, 0.99, said("1", 0.99), SLASH)
    assert (told.text, told.confidence) == ("/", 1.0)


def test_a_dash_is_never_a_digit() -> None:
    assert verdict("一", 0.9, said("1"), DASH).text == "-"
    assert verdict("1", 0.99, said("1"), DASH).confidence == 0.0


def test_what_both_say_is_as_sure_as_the_surer() -> None:
    assert verdict("123", 0.6, said("123", 0.95), None) == ("123", 0.95, "123")
    assert verdict("123", 0.95, said("123", 0.1), None).confidence == pytest.approx(0.1)


def test_what_they_say_differently_waits_with_both() -> None:
    told = verdict("17", 0.99, said("11", 0.99), None)
    assert (told.text, told.confidence, told.other) == ("17", 0.0, "11")


@pytest.mark.services
@pytest.mark.skipif(not ocr.available(), reason="the extra `ocr` is not installed")
def test_a_page_of_narrow_columns_is_not_turned_on_its_side() -> None:
    file = shared_path("faults/scan-label-touches-rule.png")
    found = extract_document(RawDocument(file.name, "", file.read_bytes()))
    assert found.status == "ok"
    assert sum(c.table == "requests" for c in found.cells) == 175
    assert {c.value for c in found.cells if (c.row, c.column) == ("total", "natural_person")} == {17}


@pytest.mark.services
@pytest.mark.skipif(not ocr.available(), reason="the extra `ocr` is not installed")
def test_without_the_second_recogniser_numbers_wait_and_one_finding_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    file = shared_path("faults/scan-label-touches-rule.png")
    monkeypatch.setattr(ocr, "number_model", lambda: None)
    found = extract_document(RawDocument(file.name, "", file.read_bytes()))
    assert found.status == "ok"
    assert not [c for c in found.cells if c.value is not None]
    assert sum(c.table == "requests" for c in found.doubted) >= 170
    (said,) = [f.message for f in found.findings if f.check == "reading.unread"]
    assert "ogi-reports[ocr]" in said
