"""Tables in plain text: frames, Markdown, columns set with spaces. Every number is different: one that moved is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.as_json import to_contract
from extract.model import Grid
from extract.outcomes import Unreadable
from extract.read import html, text
from tests.conftest import read_bytes
from tests.extract import text_tables
from tests.extract.pages import (
    APPLICANTS,
    DISCLOSURE,
    OUTCOME_ROWS,
    PROCEEDINGS,
    PROCEEDINGS_ROWS,
    RESULTS,
    figures,
    report,
    requests_rows,
    table,
    td,
)

WAYS: dict[str, Callable[[Grid], str]] = {
    "frame": text_tables.framed,
    "narrow frame": partial(text_tables.framed, ambiguous=1),
    "counted frame": partial(text_tables.framed, ambiguous=0),
    "double frame": partial(text_tables.framed, signs=text_tables.DOUBLE),
    "plus and minus": partial(text_tables.framed, ambiguous=1, signs=text_tables.ASCII),
    "markdown": text_tables.markdown,
    "spaces": text_tables.spaced,
    "spaces, left": partial(text_tables.spaced, right=False),
    "narrow spaces": partial(text_tables.spaced, ambiguous=1),
    "counted spaces": partial(text_tables.spaced, ambiguous=0),
    "wide spaces": partial(text_tables.spaced, pad="\u3000"),
}


def flat(values: dict[str, list[Any]]) -> str:
    """Table 三 without merged cells, as a table set with spaces can be."""
    rows = [td("项目") + "".join(td(name) for name in APPLICANTS)]
    rows += [td(label) + "".join(td(v) for v in values[code]) for code, _, label in OUTCOME_ROWS if code in values]
    return table(rows)


def by_channel(values: dict[str, list[Any]]) -> str:
    rows = [td("") + "".join(td(name) for name in RESULTS)]
    labels = ("行政复议", "未经复议直接起诉", "复议后起诉")
    rows += [td(label) + "".join(td(v) for v in values[code]) for label, code in zip(labels, values, strict=True)]
    return table(rows)


def as_text(content: bytes, way: str) -> bytes:
    return text_tables.written(html.read(content), WAYS[way]).encode()


def contract(content: bytes) -> dict[str, Any]:
    return to_contract(read_bytes(content, "report.txt"))


def balanced() -> dict[str, list[int]]:
    """Rows whose sums hold: six different numbers and their sum."""
    return {code: [*row[:6], sum(row[:6])] for code, row in figures().items() if code != "other.other"}


@pytest.mark.parametrize("way", [way for way in WAYS if "spaces" not in way])
def test_the_forms_own_layout(way: str) -> None:
    found = contract(as_text(report(), way))
    assert (found["disclosure"], found["requests"], found["proceedings"]) == (DISCLOSURE, figures(), PROCEEDINGS)
    assert set(found["sections"]) == {"1", "5", "6"}


@pytest.mark.parametrize("way", [way for way in WAYS if "spaces" in way])
def test_columns_set_with_spaces(way: str) -> None:
    values = balanced()
    found = contract(as_text(report(requests=flat(values), proceedings=by_channel(PROCEEDINGS)), way))
    assert (found["disclosure"], found["proceedings"]) == (DISCLOSURE, PROCEEDINGS)
    for code, row in (found["requests"] or {}).items():
        assert row == values[code]


@pytest.mark.parametrize("way", [way for way in WAYS if "spaces" in way])
@settings(max_examples=25, deadline=None)
@given(blank=st.sets(st.tuples(st.integers(0, 23), st.integers(0, 6)), max_size=30), zeros=st.booleans())
def test_blanks_in_columns_set_with_spaces_move_no_number(way: str, blank: set[tuple[int, int]], zeros: bool) -> None:
    values: dict[str, list[Any]] = {code: list(row) for code, row in balanced().items()}
    for row, column in blank:
        values[list(values)[row]][column] = "" if not zeros else 0
    content = as_text(report(requests=flat(values), proceedings=by_channel(PROCEEDINGS)), way)
    extraction = read_bytes(content, "report.txt")
    want = {(code, n): v for code, row in values.items() for n, v in enumerate(row)}
    columns = ("natural_person", "enterprise", "research", "welfare", "legal_service", "other_org", "total")
    for cell in extraction.cells:
        if cell.table == "requests":
            assert cell.value == (
                want[cell.row, columns.index(cell.column)] if want[cell.row, columns.index(cell.column)] != "" else None
            )


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from([way for way in WAYS if way != "markdown"]))
def test_damaged_lines_move_no_number(data: st.DataObject, way: str) -> None:
    """A character lost, doubled or replaced by a space in a few lines: a number is its own, or not there.

    A digit lost or doubled makes another number; only what is no digit is touched.
    """
    source = report() if "spaces" not in way else report(requests=flat(balanced()), proceedings=by_channel(PROCEEDINGS))
    lines = as_text(source, way).decode().split("\n")
    long = [n for n, line in enumerate(lines) if len(line) > 10]
    for number in data.draw(st.lists(st.sampled_from(long), min_size=1, max_size=3, unique=True)):
        at = data.draw(st.integers(0, len(lines[number]) - 1))
        if lines[number][at].isdigit():
            continue
        kind = data.draw(st.sampled_from(["lose", "double", "blank"]))
        between = re.search(r"\d", lines[number][at + 1 : at + 2]) and re.search(
            r"\d", lines[number][max(0, at - 1) : at]
        )
        new = {"lose": "", "double": 2 * lines[number][at], "blank": " "}[kind]
        if not between or new:
            lines[number] = lines[number][:at] + new + lines[number][at + 1 :]
    found = contract("\n".join(lines).encode())
    want = figures() if "spaces" not in way else balanced()
    for name, truth in (("requests", want), ("proceedings", PROCEEDINGS)):
        for code, row in (found[name] or {}).items():
            assert [v for v, t in zip(row, truth[code], strict=True) if v is not None and v != t] == []


def test_rows_that_no_line_parts() -> None:
    """Only the heading is parted from the rows: each line with its label is a row."""
    lines = text_tables.framed(
        next(b for b in html.read(flat(balanced()).encode()).blocks if isinstance(b, Grid)), 2
    ).split("\n")
    kept = [line for n, line in enumerate(lines) if n <= 2 or n == len(lines) - 1 or not re.match(r"[├─┼┤]+$", line)]
    found = contract(("某某县2023年政府信息公开工作年度报告\n\n" + "\n".join(kept)).encode())
    for code, row in (found["requests"] or {}).items():
        assert row == balanced()[code]
    assert len(found["requests"]) >= 15


def test_two_numbers_in_one_framed_cell_are_not_one() -> None:
    frame = "┌────┬──────┐\n│信息内容│本年处理决定数量│\n├────┼──────┤\n│行政许可│1     │\n│    │2     │\n└────┴──────┘"
    (grid,) = (block for block in text.blocks(frame) if isinstance(block, Grid))
    assert [cell.text for cell in grid.cells][-1] in ("1\n2", "2")
    assert "12" not in [cell.text for cell in grid.cells]


@pytest.mark.parametrize(
    ("row", "texts"),
    [
        ("| 规章 | **12** | `3` | a\\|b |", ["规章", "12", "3", "a|b"]),
        ("| 规章 | 1<br>2 | &nbsp; | ~~4~~ |", ["规章", "1\n2", "", "4"]),
        ("|规章||  |3|", ["规章", "", "", "3"]),
        ("| 规章 | \\* | \\_1\\_ | +4 |", ["规章", "*", "_1_", "+4"]),
    ],
)
def test_markdown_cells(row: str, texts: list[str]) -> None:
    (grid,) = text.blocks(f"| a | b | c | d |\n|:--|--:|:-:|---|\n{row}\n")
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells if cell.row == 1] == texts


def test_markdown_without_bars_at_the_sides() -> None:
    (grid,) = text.blocks("信息内容 | 本年处理决定数量\n--- | ---\n行政许可 | 7\n")
    assert isinstance(grid, Grid)
    assert [(cell.row, cell.text) for cell in grid.cells] == [
        (0, "信息内容"),
        (0, "本年处理决定数量"),
        (1, "行政许可"),
        (1, "7"),
    ]


def test_prose_with_signs_is_prose() -> None:
    prose = "—— 说明 ——\n收到 3 件，办结 2 件\na | b\n- 一\n1 + 2 = 3\n=====\n"
    assert not any(isinstance(block, Grid) for block in text.blocks(prose))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="┌─┬┐│├┼┤└┴┘+-=| \t　1 2件规章行政“”\n", max_size=400))
def test_any_drawing_gives_blocks(drawing: str) -> None:
    for block in text.blocks(drawing):
        if isinstance(block, Grid):
            assert all(cell.row < block.height and cell.column < block.width for cell in block.cells)


def test_frames_beyond_all_bounds() -> None:
    wide = "┌─┐\n" + "\n".join(["│" + "1│" * 1_500] * 3)
    (grid,) = (block for block in text.blocks(wide) if isinstance(block, Grid))
    assert (grid.ragged, grid.width) == (True, 1_500)
    with pytest.raises(Unreadable, match="cells"):
        text.blocks("\n".join(["│" + "1│" * 1_500] * 60))


def test_proceedings_in_one_row_of_fifteen() -> None:
    found = contract(
        as_text(report(proceedings=table(PROCEEDINGS_ROWS), requests=table(requests_rows(figures()))), "frame")
    )
    assert found["proceedings"] == PROCEEDINGS
