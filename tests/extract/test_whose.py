"""Whose report it is and of which year, told through `extract`: names in sentences, two reports in one document, stale years."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extract.model import Extraction, RawDocument
from extract.pipeline import extract

FAULTS = Path(__file__).parents[3] / "shared" / "faults"
BODY = (
    "一、总体情况\n全年主动公开政府信息若干条，依申请公开工作按规定办理，平台建设和监督保障工作有序推进，全年组织业务培训两次，未发生失泄密情况。\n"
    "二、主动公开政府信息情况\n{tables}\n五、存在的主要问题及改进情况\n公开内容不够丰富，业务能力有待提高，下一步将加强培训，完善机制。\n"
    "六、其他需要报告的事项\n本年度未收取信息处理费。\n"
)
TABLES = "第二十条第（一）项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t0\t0\n行政规范性文件\t{n}\t1\t12\n"


def of_text(head: str, tail: str = "", n: int = 3) -> Extraction:
    text = f"{head}\n{BODY.format(tables=TABLES.format(n=n))}{tail}"
    return extract(RawDocument("a.txt", "0" * 64, text.encode()), None, prose=True)


def of_html(head: str, body: str) -> Extraction:
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    return extract(RawDocument("a.html", "0" * 64, page.encode()), None)


def paragraphs(text: str) -> str:
    return "".join(f"<p>{line}</p>" for line in text.splitlines())


def fault(name: str) -> tuple[Extraction, dict[str, object]]:
    path = FAULTS / name
    if not path.exists():
        pytest.skip(f"the shared folder's {name} is not here")
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    return extract(RawDocument(name, "0" * 64, path.read_bytes()), None), expected


@pytest.mark.parametrize(
    "name",
    [
        "organ-sentence-office.html",
        "organ-sentence-announce.html",
        "organ-label-before-title.html",
        "organ-markdown-hash.md",
        "organ-text-before-site.html",
    ],
)
def test_a_sentence_a_label_and_a_mark_are_no_part_of_the_name(name: str) -> None:
    found, expected = fault(name)
    assert found.organ == expected["organ"]
    assert "title" not in expected or found.title == expected["title"]
    assert "year" not in expected or found.year == expected["year"]
    assert [f.check for f in found.findings if f.check == "reading.unknown_organ"] == (
        [] if expected["organ"] else ["reading.unknown_organ"]
    )
    assert set(expected.get("sections", ())) <= set(found.sections)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("head", "organ"),
    [
        ("按照有关规定，现将我局2022年政府信息公开工作年度报告如下：", None),
        ("为进一步保障公众知情权，现就本单位2022年政府信息公开工作情况报告如下。", None),
        ("依据《条例》第五十条，现公布青禾县水利局2022年政府信息公开工作年度报告", "青禾县水利局"),
        ("根据要求，特此向社会各界公布《青禾县财政局2022年度政府信息公开工作年度报告》。", "青禾县财政局"),
        ("【标题】：青禾县司法局2022年政府信息公开工作年度报告", "青禾县司法局"),
        ("文件名称:青禾县司法局2022年政府信息公开工作年度报告", "青禾县司法局"),
        ("##青禾县司法局2022年政府信息公开工作年度报告", "青禾县司法局"),
        ("严格落实各项工作2022年政府信息公开工作年度报告", None),
        ("将乐县人民政府2022年政府信息公开工作年度报告", "将乐县人民政府"),
        ("本溪市人民政府2022年政府信息公开工作年度报告", "本溪市人民政府"),
    ],
)
def test_the_organ_is_a_name_or_nothing(head: str, organ: str | None) -> None:
    found = of_text(head)
    assert (found.organ, found.year) == (organ, 2022)
    assert (organ is None) == any(f.check == "reading.unknown_organ" for f in found.findings)
