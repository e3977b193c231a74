"""Titles of pictures: a menu, a column of characters and a second line at the same height make no wrong one."""

from __future__ import annotations

import pytest

from extract.identify import title
from extract.identify.title import Title
from extract.model import Document, Prose
from extract.read.layout.blocks import blocks
from extract.read.layout.page import Glyph, Page

REST = ("2021年政府信息公开工作年度报告", 30.0, 362.0)


def printed(text: str, x: float, top: float, size: float = 20.0, sure: float = 1.0) -> list[Glyph]:
    return [Glyph(c, x + n * size, top, x + (n + 1) * size, top + size, sure) for n, c in enumerate(text)]


def column(text: str, x: float = 741.0, top: float = 38.0, step: float = 27.0, wide: int = 1) -> list[list[Glyph]]:
    parts = [text[n : n + wide] for n in range(0, len(text), wide)]
    return [printed(part, x, top + n * step) for n, part in enumerate(parts)]


def read(*lines: list[Glyph]) -> Title | None:
    page = Page(1, 800, 1100, tuple(glyph for line in lines for glyph in line))
    prose = [block for block in blocks(page, "ocr", struck=False) if isinstance(block, Prose)]
    return title.choose(Document("image", tuple(prose)), prose)


def told(found: Title | None) -> tuple[str | None, int | None]:
    return (found.organ, found.year) if found is not None else (None, None)


def test_a_heading_that_a_narrow_column_breaks_is_whole() -> None:
    found = read(*column("海东市平安区人民政府"), printed(REST[0], 30, 305))
    assert told(found) == ("海东市平安区人民政府", 2021)


def test_a_heading_goes_on_far_below_a_column_that_floats_narrow() -> None:
    found = read(*column("海东市平安区人民政府", step=30), printed(REST[0], 30, 410))
    assert told(found) == ("海东市平安区人民政府", 2021)
    assert told(read(*column("海东市平安区人民政府", step=30), printed(REST[0], 30, 470)))[0] is None


def test_what_was_seen_once_more_inside_a_character_is_no_text() -> None:
    lines = column("海东市平安区人民政府")
    lines[2].append(Glyph("币", 745, lines[2][0].top, 751, lines[2][0].top + 6, 0.3))
    assert told(read(*lines, printed(REST[0], 30, 305))) == ("海东市平安区人民政府", 2021)


@pytest.mark.parametrize(
    "above",
    [
        [*column("海东市平安")[:-1], printed("安", 741, 146, sure=0.4), *column("区人民政府", top=173)],
        column("海东市平安区人民政府", wide=2, top=173),
    ],
    ids=["one character is not sure", "two characters wide: it may be a menu"],
)
def test_a_heading_that_cannot_be_put_together_is_none(above: list[list[Glyph]]) -> None:
    found = read(*above, printed(REST[0], 30, above[-1][0].bottom + 4))
    assert found is None


def test_a_menu_in_the_corner_is_no_part_of_the_heading() -> None:
    found = read(*column("政府信息公开年报", wide=2), printed(REST[0], 30, 600))
    assert found is not None
    assert found.text == REST[0]


@pytest.mark.parametrize("lower", [3.0, 6.0])
def test_two_lines_at_one_height_are_not_mixed(lower: float) -> None:
    menu = printed("首页政府信息公开工作年度报告", 120, 100, size=14)
    heading = printed("海东市平安区2021年政府信息公开工作年度报告", 130, 100 + lower)
    assert told(read(menu, heading)) == ("海东市平安区", 2021)


def test_a_menu_beside_the_heading_whose_underlines_make_its_lines_as_high_is_another_line() -> None:
    menu = [glyph._replace(top=96.0, bottom=119.0) for glyph in printed("办事大厅", 20, 98, size=14)]
    heading = printed("2021年海东市平安区人民政府政府信息公开工作年度报告", 170, 97, size=22)
    assert told(read(menu, heading)) == ("海东市平安区人民政府", 2021)


def test_what_stands_wide_apart_in_other_print_is_another_line() -> None:
    menu = printed("信息公开年报", 20, 104, size=12)
    heading = printed("海东市平安区2021年政府信息公开工作年度报告", 160, 100)
    found = read(menu, heading)
    assert found is not None
    assert found.text == "海东市平安区2021年政府信息公开工作年度报告"
