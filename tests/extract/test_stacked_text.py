"""Text with one cell a line: read by order, proved by sums; a line that is lost moves no number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from extract.as_json import to_contract
from tests.conftest import read_bytes
from tests.extract.check.test_proof import sums
from tests.extract.pages import DISCLOSURE, DISCLOSURE_ROWS, OUTCOME_ROWS, PROCEEDINGS, PROCEEDINGS_ROWS


def stacked() -> list[str]:
    lines = ["某某县2023年政府信息公开工作年度报告", "一、总体情况", "本县依照条例推进公开工作，全年办理了申请。"]
    lines += ["二、主动公开政府信息情况", *cells(DISCLOSURE_ROWS), "三、收到和处理政府信息公开申请情况", "申请人情况"]
    lines += ["自然人", "法人或其他组织", "总计", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
    group = ""
    for code, own, label in OUTCOME_ROWS:
        lines += [own] if own and own != group else []
        group = own
        lines += [label, *map(str, sums()[code])]
    return [
        *lines,
        "四、政府信息公开行政复议、行政诉讼情况",
        *cells(PROCEEDINGS_ROWS),
        "五、存在的主要问题",
        "人手不足。",
    ]


def cells(rows: list[str]) -> list[str]:
    return [text for row in rows for text in re.findall(r"<td[^>]*>(.*?)</td>", row)]


WANTED: dict[str, Mapping[str, Any]] = {"disclosure": DISCLOSURE, "requests": sums(), "proceedings": PROCEEDINGS}


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n", "\n \n"])
def test_a_cell_a_line(between: str) -> None:
    found = to_contract(read_bytes(between.join(stacked()).encode(), "a.txt"))
    assert {table: found[table] for table in WANTED} == WANTED


@pytest.mark.parametrize("damage", ["lost", "doubled", "moved"])
def test_a_line_that_is_lost_moves_no_number(damage: str) -> None:
    lines = stacked()
    for at in range(3, len(lines) - 1):
        other = list(lines)
        if damage == "lost":
            del other[at]
        elif damage == "doubled":
            other.insert(at, lines[at])
        elif other[at].isdigit() == other[at + 1].isdigit():
            continue  # two numbers that change places are two other numbers; two labels, two other labels
        else:
            other[at : at + 2] = other[at + 1], other[at]
        found = to_contract(read_bytes("\n".join(other).encode(), "a.txt"))
        for table, rows in WANTED.items():
            for row, values in (found[table] or {}).items():
                said = values.values() if isinstance(values, dict) else values
                wanted = rows[row].values() if isinstance(rows[row], dict) else rows[row]
                assert all(a is None or a == b for a, b in zip(said, wanted, strict=False)), (lines[at], row)


def test_the_same_of_the_collection(shared: Callable[[str], Path]) -> None:
    import json

    given = shared("faults/text-cell-a-line.txt")
    wanted = json.loads(given.with_name("text-cell-a-line.expected.json").read_text("utf-8"))
    found = to_contract(read_bytes(given.read_bytes(), given.name))
    assert {table: found[table] for table in WANTED} == {table: wanted[table] for table in WANTED}
