"""One cell's text → a number, a blank, or words; never another number than the one printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.forms.numbers import MAX_VALUE, heading_unit, read_number

FULL_WIDTH = str.maketrans("0123456789,.", "０１２３４５６７８９，．")


@given(st.integers(0, MAX_VALUE))
def test_every_whole_number_is_read_back(value: int) -> None:
    for printed in (str(value), f"{value:,}", str(value).translate(FULL_WIDTH), f"  {value}　", f"{value}件"):
        reading = read_number(printed)
        assert (reading.kind, reading.value, reading.unit) == ("number", value, None), printed


@given(
    st.decimals(0, 10**9, places=4, allow_nan=False, allow_infinity=False), st.sampled_from(["元", "万元", "亿元", ""])
)
def test_every_amount_is_read_back_with_its_unit(value: object, unit: str) -> None:
    reading = read_number(f"{value}{unit}")
    assert reading.value == float(str(value))
    assert reading.unit == (unit or None)


@given(st.text(max_size=12))
def test_any_text_is_a_number_only_if_its_digits_are_the_number(text: str) -> None:
    reading = read_number(text)
    if reading.kind == "number" and reading.value:
        import unicodedata

        folded = unicodedata.normalize("NFKC", text).split("(")[0]
        digits = "".join(c for c in folded if c.isascii() and c.isdigit())
        assert digits
        assert float(digits) == float(str(abs(reading.value)).replace(".", "")) or "." in folded


@given(st.integers(0, 999), st.integers(0, 999), st.sampled_from(["\n", " ", "/", "、", "-", "\t", "；", "~"]))
def test_two_numbers_are_never_one(a: int, b: int, between: str) -> None:
    assert read_number(f"{a}{between}{b}").kind == "text"


@pytest.mark.parametrize("blank", ["", " ", "\xa0", "　", "-", "—", "——", "/", "／", "无", "空", "N/A", "\u200b"])
def test_blanks(blank: str) -> None:
    assert read_number(blank).kind == "blank"


@pytest.mark.parametrize(
    ("printed", "value"), [("+4", 4), ("-2", -2), ("－2", -2), ("增3", 3), ("减少1", -1), ("新增 ", None)]
)
def test_signed_changes(printed: str, value: int | None) -> None:
    reading = read_number(printed)
    assert reading.value == value
    assert reading.signed == (value is not None)


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("本年收费金额（单位：万元）", "万元"),
        ("本年收费金额(元)", "元"),
        ("采购总金额", None),
        ("单位：亿元", "亿元"),
        ("收费金额（单位: 萬元）", "万元"),
    ],
)
def test_units_in_headings(heading: str, unit: str | None) -> None:
    assert heading_unit(heading) == unit
