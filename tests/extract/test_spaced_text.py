"""Tables of a text whose tabs became single spaces: read by order where sums prove them; what lost a cell is left out."""

from __future__ import annotations

from extract.as_json import to_contract
from tests.conftest import read_bytes
from tests.extract.check.test_proof import sums
from tests.extract.pages import APPLICANTS, OUTCOME_ROWS


def text(drop: str | None = None) -> bytes:
    lines = ["某某县2023年政府信息公开工作年度报告", "一、总体情况", "本县依照条例推进公开工作。"]
    lines += ["三、收到和处理政府信息公开申请情况", "自然人 法人或其他组织 总计", " ".join(APPLICANTS[1:6])]
    group = ""
    for code, own, label in OUTCOME_ROWS:
        words = [own, label] if own and own != group else [label]
        group = own
        values = list(map(str, sums()[code]))
        lines.append(" ".join([*words, *(values[:2] + values[3:] if code == drop else values)]))
    return "\n".join(lines).encode()


def test_single_spaces() -> None:
    assert to_contract(read_bytes(text(), "a.txt"))["requests"] == sums()


def test_a_blank_that_was_lost_moves_no_number() -> None:
    found = to_contract(read_bytes(text("granted"), "a.txt"))["requests"] or {}
    assert "granted" not in found
    assert all(row == sums()[code] for code, row in found.items())


def test_a_sentence_with_numbers_is_no_table() -> None:
    page = "某某县2023年政府信息公开工作年度报告\n一、总体情况\n本县 2023 年公开 12 条。\n" * 4
    assert read_bytes(page.encode(), "a.txt").cells == ()
