"""Tab-separated tables with tabs lost, doubled or cells blanked: no number comes out under another's label.

A line is damaged once: a number lost and a tab doubled in the same line leave nothing but the row's sum to tell.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from extract.as_json import to_contract
from tests.conftest import read_bytes
from tests.extract.pages import OUTCOME_ROWS, PROCEEDINGS, RESULTS, figures

HEAD = [
    ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "", "", "申请人情况"],
    ["", "", "", "自然人", "法人或其他组织", "", "", "", "", "总计"],
    ["", "", "", "", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", ""],
]
PROCEEDINGS_HEAD = [
    ["行政复议", "", "", "", "", "行政诉讼"],
    [*RESULTS, "未经复议直接起诉", "", "", "", "", "复议后起诉", "", "", "", ""],
    ["", "", "", "", "", *RESULTS, *RESULTS],
]


def requests_lines() -> list[list[str]]:
    lines = [list(line) for line in HEAD]
    for code, group, label in OUTCOME_ROWS:
        labels = (
            [label, "", ""]
            if not group and code in ("new", "carried_in", "carried_out")
            else ["", group, label]
            if group
            else ["", label, ""]
        )
        lines.append([*labels, *map(str, figures()[code])])
    return lines


def text(requests: list[list[str]], proceedings: list[list[str]]) -> bytes:
    parts = ["某某县2023年政府信息公开工作年度报告", "", "三、收到和处理政府信息公开申请情况", ""]
    parts += ["\t".join(line) for line in requests] + ["", "四、政府信息公开行政复议、行政诉讼情况", ""]
    parts += ["\t".join(line) for line in proceedings]
    return "\n".join(parts).encode()


def wrong(content: bytes) -> list[str]:
    found = to_contract(read_bytes(content, "report.txt"))
    out = []
    for name, want in (("requests", figures()), ("proceedings", PROCEEDINGS)):
        for code, row in (found[name] or {}).items():
            out += [f"{name}.{code}[{i}] = {v}" for i, v in enumerate(row) if v is not None and v != want[code][i]]
    return out


def proceedings_lines() -> list[list[str]]:
    return [*map(list, PROCEEDINGS_HEAD), [str(v) for row in PROCEEDINGS.values() for v in row]]


def test_undamaged_text_is_read_whole() -> None:
    found = to_contract(read_bytes(text(requests_lines(), proceedings_lines()), "report.txt"))
    assert (found["requests"], found["proceedings"]) == (figures(), PROCEEDINGS)


@settings(max_examples=400, deadline=None)
@given(st.data(), st.integers(1, 2))
def test_damage_moves_no_number(data: st.DataObject, times: int) -> None:
    requests, proceedings = requests_lines(), proceedings_lines()
    both = requests + proceedings
    for line in data.draw(
        st.lists(st.sampled_from(range(len(both))), min_size=times, max_size=times, unique=True).map(
            lambda at: [both[i] for i in at]
        )
    ):
        at = data.draw(st.integers(0, len(line) - 1), label="cell")
        kind = data.draw(st.sampled_from(["drop", "insert blank", "blank"]), label="kind")
        if kind == "drop":
            del line[at]
        elif kind == "insert blank":
            line.insert(at, "")
        else:
            line[at] = ""
    assert wrong(text(requests, proceedings)) == []
