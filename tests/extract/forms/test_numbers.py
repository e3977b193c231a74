"""One cell's text → a number, a blank, or words; never another number than the one printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.forms.labels import MEASURES, OUTCOMES
from extract.forms.numbers import MAX_VALUE, STRANGE, heading_unit, read_number, unit_over

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
        ("金额（单位：件、万元）", "万元"),
        ("收费金额（单位：元/万元）", STRANGE),
        ("收费金额（美元）", STRANGE),
        ("本年处理决定数量（万件）", STRANGE),
        ("本年处理决定数量（件）", None),
        ("单位：云岭县清溪镇人民政府", None),
    ],
)
def test_units_in_headings(heading: str, unit: str | None) -> None:
    assert heading_unit(heading) == unit


@pytest.mark.parametrize(
    "printed", ["22①", "22²", "②", "㉒", "½", "86（万件）", "86（万）", "4（减）", "4(-)", "5元（元）", "3（美元）"]
)
def test_marks_and_notes_that_change_a_number(printed: str) -> None:
    assert read_number(printed).kind == "text"


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [
        ("160.5（万元）", 160.5, "万元"),
        ("32500（元）", 32500, "元"),
        ("22（件）", 22, None),
        ("22（注①）", 22, None),
        ("4（增）", 4, None),
    ],
)
def test_notes_that_say_the_unit(printed: str, value: float, unit: str | None) -> None:
    reading = read_number(printed)
    assert (reading.value, reading.unit) == (value, unit)


def test_units_over_tables() -> None:
    assert unit_over("（单位：元）") == "元"
    assert unit_over("单位：万件") == STRANGE
    assert unit_over("单位：清溪镇人民政府办公室") is None
    assert unit_over("本单位收费以元计算") is None


@pytest.mark.parametrize(
    "text",
    [
        "上年处理决定数量",
        "累计处理决定数量",
        "本年制发件数（其中：规章）",
        "上年制发件数",
        "未制发件数",
        "本年处理决定数量86",
    ],
)
def test_words_that_make_another_label(text: str) -> None:
    assert MEASURES.nearest(text) is None


def test_misprints_are_still_told() -> None:
    assert MEASURES.nearest("年处理决定数量") == "decisions"
    assert MEASURES.nearest("本年处理決定数量") == "decisions"
    assert OUTCOMES.nearest("结转本年度继续办理") is None
    assert OUTCOMES.nearest("结转下年度继续办埋") == "carried_out"
