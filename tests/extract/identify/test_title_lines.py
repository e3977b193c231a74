"""A title printed over lines: put together, and nothing of the text that follows it."""

from __future__ import annotations

import pytest

from extract import RawDocument, extract_document
from tests.extract.pages import figures, page, requests_rows, table


@pytest.mark.parametrize(
    "lines",
    [
        ["洪泽区人民政府", "2023年政府信息公开工作年度报告", "本报告由洪泽区人民政府办公室编制"],
        ["洪泽区人民政府2023年政府信息公开工作年度报", "告", "全年工作如下"],
        ["洪泽区人民政府", "2023年政府信息公开", "工作年度报告"],
        ["洪泽区人民政府2023年政府信息公开工作年度报告", "本报告按条例要求编制"],
        ["洪泽区", "人民政府2023年", "政府信息公开工作年度报告", "一年的工作"],
    ],
)
def test_a_title_over_lines(lines: list[str]) -> None:
    opening = "".join(f"<p>{line}</p>" for line in lines)
    content = page(opening, table(requests_rows(figures())), title="信息公开")
    found = extract_document(RawDocument("report.html", "0" * 64, content))
    assert (found.title, found.organ, found.year) == (
        "洪泽区人民政府2023年政府信息公开工作年度报告",
        "洪泽区人民政府",
        2023,
    )
