"""What a report's sentences count, against its tables. The sentences are such as reports write; their figures are made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.check.list_totals import enumerations
from extract.check.prose_counts import narrative
from extract.forms.vocabulary import APPLICANT_CODES, CHANNELS, OUTCOMES, RESULT_CODES
from extract.identify.correction import correction
from extract.model import Cell, Prose
from extract.prose.counts import whole_number
from tests.conftest import ROOT, read_bytes

ROWS = {
    "new": [71, 3, 0, 0, 0, 0, 74],
    "carried_in": [1, 0, 0, 0, 0, 0, 1],
    "granted": [21, 0, 0, 0, 0, 0, 21],
    "partially_granted": [8, 1, 0, 0, 0, 0, 9],
    "denied.internal_affairs": [4, 0, 0, 0, 0, 0, 4],
    "unavailable.not_held": [37, 0, 0, 0, 0, 0, 37],
    "other.other": [0, 2, 0, 0, 0, 0, 2],
    "total": [70, 3, 0, 0, 0, 0, 73],
    "carried_out": [2, 0, 0, 0, 0, 0, 2],
}
PROCEEDINGS = {
    "reconsideration": [0, 1, 1, 0, 2],
    "litigation_direct": [1, 0, 0, 0, 1],
    "litigation_after_reconsideration": [3, 0, 0, 0, 3],
}
DISCLOSURE = {
    ("normative_documents", "issued"): 88,
    ("normative_documents", "repealed"): 5,
    ("normative_documents", "in_force"): 470,
    ("licensing", "decisions"): 550,
    ("penalties", "decisions"): 4119,
}


def cell(table: str, row: str, column: str, value: Any) -> Cell:
    return Cell(table, row, column, value, str(value), None, 0, 0, 0, None, None, "html")


def report(**changed: list[Any]) -> list[Cell]:
    rows = {o.code: [0] * 7 for o in OUTCOMES if "2021" in o.forms} | ROWS
    rows |= {name: values for name, values in changed.items() if name not in CHANNELS}
    channels = PROCEEDINGS | {name: values for name, values in changed.items() if name in CHANNELS}
    return [
        *(cell("requests", row, c, v) for row, vs in rows.items() for c, v in zip(APPLICANT_CODES, vs, strict=True)),
        *(
            cell("proceedings", row, c, v)
            for row, vs in channels.items()
            for c, v in zip(RESULT_CODES, vs, strict=True)
        ),
        *(cell("disclosure", row, column, v) for (row, column), v in DISCLOSURE.items()),
    ]


def failed(text: str, cells: list[Cell] | None = None, section: str = "1") -> list[tuple[Any, ...]]:
    found = narrative(report() if cells is None else cells, {section: text}, 2023, "某某县人民政府")
    assert all(f.evidence and f.evidence in text for f in found if f.result == "failed")
    return [(f.severity, f.where, f.expected, f.found) for f in found if f.result == "failed"]


AGREES = [
    "2023年，共新收政府信息公开申请74件，上年结转1件，结转下年度办理2件。",
    "全年收到政府信息公开申请75件（含上年结转1件），办结73件，另有2件申请按规定顺延到下年度答复。",
    "全年办理政府信息公开申请73件。",
    "受理依申请公开74件，其中予以公开21件，部分公开9件，不予公开4件，无法提供37件，不予处理0件，其他处理2件。",
    "2023年收到政府信息公开申请七十四件，答复申请中予以公开二十一件，不予处理零件。",
    "收到政府信息公开申请74件，予以公开及部分公开30件，占41.1%；不予公开4件（占5.4%）。",
    "共收到政府信息公开申请７４件，其中自然人71件、商业企业3件。",
    "因政府信息公开被申请行政复议2件，被提起行政诉讼4件。",
    "集中公开现行有效行政规范性文件470件，本年度制发规范性文件88件，全年废止规范性文件5件。",
    "2023年作出行政许可决定550件、作出行政处罚决定4,119件。",
]
WRONG: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("集中公开现行有效行政规范性文件393件。", [("warning", "disclosure.normative_documents.in_force", 470, 393)]),
    ("2023年新收政府信息公开申请75件。", [("warning", "requests.new.total", 74, 75)]),
    ("2023年全县共收到政府信息公开申请80件。", [("warning", "requests.new.total", 74, 80)]),
    ("2023年，我县未收到政府信息公开申请。", [("warning", "requests.new.total", 74, 0)]),
    ("全年收到政府信息公开申请74件，上年结转3件。", [("warning", "requests.carried_in.total", 1, 3)]),
    ("收到政府信息公开申请74件，结转下年办理5件。", [("warning", "requests.carried_out.total", 2, 5)]),
    ("收到申请公开政府信息的申请74件，其中予以公开20件。", [("warning", "requests.granted.total", 21, 20)]),
    ("收到政府信息公开申请74件，部分公开九件，予以公开十二件。", [("warning", "requests.granted.total", 21, 12)]),
    (
        "办理政府信息公开申请73件，予以公开21件，占88.8%。",
        [("warning", "requests.granted.total", "28.8%", "88.8%")],
    ),
    ("政府信息公开行政复议3件，行政诉讼4件。", [("warning", "proceedings.reconsideration.total", 2, 3)]),
    (
        "因政府信息公开引起行政复议2件，均获维持。",
        [
            (
                "warning",
                "proceedings.reconsideration.corrected,proceedings.reconsideration.other,proceedings.reconsideration.pending",
                2,
                0,
            )
        ],
    ),
    (
        "没有发生一起因政府信息公开引起的行政复议案件。",
        [("warning", "proceedings.reconsideration.total", 2, 0)],
    ),
    (
        "收到政府信息公开申请74件，较2022年增加5件，其中自然人申请30件。",
        [("warning", "requests.new.natural_person", 71, 30)],
    ),
    (
        "我县未发生因政府信息公开引起的行政复议。",
        [("warning", "proceedings.reconsideration.total", 2, 0)],
    ),
]
AMBIGUOUS: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("2023年，全县收到政府信息公开申请75件。", [("info", "requests.new.total", 74, 75)]),
    ("2023年，全县收到政府信息公开申请73件。", [("info", "requests.new.total", 74, 73)]),
    (
        "信息公开类行政诉讼1件。",
        [("info", "proceedings.litigation_direct.total,proceedings.litigation_after_reconsideration.total", 4, 1)],
    ),
]
SILENT = [
    "2022年收到政府信息公开申请52件。",
    "较2022年（52件）增加，去年收到政府信息公开申请52件。",
    "2008年以来累计收到政府信息公开申请1520件。",
    "收到政府信息公开申请近80件，受理政府信息公开申请70余件。",
    "其中区住建局收到政府信息公开申请12件。",
    "县自然资源局收到政府信息公开申请12件。",
    "共收到行政许可申请1200件，受理听证申请5件。",
    "不予受理零件。",
    "办理人大建议30件，对政协提案予以公开12件。",
    "县司法局审理行政复议案件56件，办理行政诉讼应诉案件31件。",
    "未发生行政复议被纠错情况，无行政诉讼败诉案件。",
    "当面申请2件，信函申请40件，网络申请70件。",
    "行政复议维持1件。",
    "主动公开政府信息14571条，转发政策文件20件。",
    "县政府办公室制定规范性文件3件。",
    "无法提供公开出版物。",
    "收到政府信息公开申请一二件。",
    "网站累计收到政府信息公开申请5件；信件收到政府信息公开申请3件。",
    "收到政府信息公开申请74件，办结依申请公开12件，上年结转政府信息公开申请1件。",
    "县公安局作出行政处罚决定120件。",
    "区政府办公室办理依申请公开12件。",
]


@pytest.mark.parametrize("text", AGREES)
def test_sentences_that_agree(text: str) -> None:
    assert failed(text) == []


@pytest.mark.parametrize(("text", "expected"), WRONG + AMBIGUOUS)
def test_sentences_that_differ(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert failed(text) == expected


@pytest.mark.parametrize("text", SILENT)
def test_sentences_that_speak_of_something_else(text: str) -> None:
    assert failed(text) == []


def test_a_part_beside_the_whole_is_no_contradiction() -> None:
    part = "依法受理政府信息公开申请40件。"
    assert failed(f"全县收到政府信息公开申请74件。{part}") == []
    assert failed(part) == [("warning", "requests.new.total", 74, 40)]
    assert failed(f"{part}另外收到政府信息公开申请34件。") == []


def test_blank_cells_are_a_lower_bound() -> None:
    blank = report(granted=[21, None, None, None, None, None, None])
    assert failed("收到政府信息公开申请74件，予以公开25件。", blank) == []
    assert failed("收到政府信息公开申请74件，予以公开20件。", blank) == [
        ("warning", "requests.granted.total", "≥ 21", 20)
    ]
    found = narrative(blank, {"1": "收到政府信息公开申请74件，予以公开25件。"}, 2023, None)
    assert [(f.check, f.result, f.found) for f in found] == [("narrative", "not_applicable", 1)]


def test_without_tables_nothing_is_compared() -> None:
    assert narrative([], {"1": "收到政府信息公开申请74件。"}, 2023, None) == []


def test_under_the_heading_on_proceedings_every_count_is_about_them() -> None:
    assert failed("全年发生行政复议5件。", section="4") == [("warning", "proceedings.reconsideration.total", 2, 5)]
    assert failed("全年发生行政复议5件。", section="1") == []


def test_lists_that_end_in_other_add_up() -> None:
    wrong = "全年公布政府信息100条（其中机构职能类20条，规划类30条，其他信息40条）。"
    (finding,) = enumerations({"1": wrong})
    assert (finding.check, finding.where, finding.expected, finding.found) == ("narrative", "section.1", 90, 100)
    for fine in (wrong.replace("40", "50"), wrong.replace("其他信息", "政策类"), "共20条，规划类30条，其他信息40条。"):
        assert enumerations({"1": fine}) == []


@given(st.integers(min_value=0, max_value=9999))
def test_chinese_numerals(number: int) -> None:
    assert whole_number(_chinese(number)) == number
    assert whole_number(f"{number:,}") == number


def _chinese(number: int) -> str:
    out, zero = "", False
    for power, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            out += ("零" if zero and out else "") + "零一二三四五六七八九"[digit] + sign
            zero = False
        else:
            zero = True
    return out or "零"


@pytest.mark.parametrize(
    ("text", "number"), [("十", 10), ("十二", 12), ("两百零三", 203), ("〇", 0), ("一百五十", 150)]
)
def test_numerals_as_written(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hongze-2023.pdf", set()),
        ("pingtan-2017.html", set()),
        ("pingtan-2019.html", {("warning", "section.1", 2533, 2599)}),
        (
            "pingtan-2022.html",
            {("info", "requests.new.total", 74, 75), ("info", "requests.new.natural_person", 71, 72)},
        ),
        ("pingtan-2024.html", set()),
        ("qiyi-2023.txt", set()),
        (
            "shanghai-office-2019.html",
            {
                ("warning", "requests.granted", "≥ 275", 258),
                ("warning", "requests.granted", "≥ 34.2%", "33.9%"),
                ("warning", "requests.unavailable", "≥ 337", 265),
                ("warning", "proceedings.reconsideration", "≥ 2", 0),
                ("warning", "proceedings.litigation_direct", "≥ 1", 0),
            },
        ),
    ],
)
def test_real_reports_have_the_differences_that_people_found(name: str, expected: set[Any], real_reports: Path) -> None:
    """The notes of the truth files, read from the pages by people, name each of these and no other between text and table."""
    found = read_bytes((real_reports / name).read_bytes(), name).findings
    compared = {
        (f.severity, f.where, f.expected, f.found) for f in found if f.check == "narrative" and f.result == "failed"
    }
    if name.startswith("shanghai"):
        compared = {(s, ".".join(where.split(",")[0].split(".")[:2]), e, f) for s, where, e, f in compared}
    assert compared == expected
    assert all(f.origin == "publisher" for f in found if f.check == "narrative" and f.result == "failed")


CORRECTS = [
    ("某县2023年政府信息公开工作年度报告（更正版）", "", "年度报告(更正版)"),
    ("某县2023年政府信息公开工作年度报告(修订稿)", "", "年度报告(修订稿)"),
    ("某县2023年政府信息公开工作年度报告更正", "", "年度报告更正"),
    ("某县2023年政府信息公开工作年度报告", "更正说明：原表二行政处罚数量有误。", "更正说明：原表二行政处罚数量有误"),
    (
        "某县2023年政府信息公开工作年度报告",
        "因统计口径调整，原年度报告部分数据有误，现予以更正。",
        "因统计口径调整，原年度报告部分数据有误，现予以更正",
    ),
]
SAYS_NOTHING = [
    "认真贯彻落实新修订的《中华人民共和国政府信息公开条例》。",
    "及时更正错误信息，修订完善政府信息公开指南。",
    "报告格式根据修订后的办法编制。",
    "对发现的差错已进行更正。",
    "更新政府信息公开目录，修订主动公开基本目录。",
]


@pytest.mark.parametrize(("title", "text", "expected"), CORRECTS)
def test_documents_that_say_that_they_correct(title: str, text: str, expected: str) -> None:
    assert correction(title, (), [Prose(text)]) == expected


@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_words_of_correction_alone_say_nothing(text: str) -> None:
    assert correction("某县2023年政府信息公开工作年度报告", ("关于修订《条例》的报告",), [Prose(text)]) is None


def test_a_sentence_of_a_page_against_its_table() -> None:
    """As Pingtan's report for 2023 has it: its text counts 393 documents in force, its table 470."""
    page = (ROOT / "data" / "samples" / "reports" / "pingtan-2022.html").read_text(encoding="utf-8")
    assert page.count(">698<") == 1
    sentence = "设立规范性文件库，集中公开现行有效行政规范性文件393件，动态更新"
    changed = page.replace(">698<", ">470<").replace("（一）", f"{sentence}。（一）", 1)
    found = [f for f in read_bytes(changed.encode(), "pingtan-2023-like.html").findings if f.check == "narrative"]
    assert [(f.severity, f.where, f.expected, f.found, f.origin, f.evidence) for f in found] == [
        ("warning", "disclosure.normative_documents.in_force", 470, 393, "publisher", sentence)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "收到政府信息公开申请" + "共计" * 900,
        "收到政府信息公开申请" * 20_000,
        "公开1条其中" * 20_000,
        "未收到" * 30_000 + "行政复议",
        "局" * 100_000 + "收到政府信息公开申请5件",
        "本报告系" * 30_000 + "更正",
    ],
    ids=lambda text: text[:12],
)
def test_text_without_end_is_answered_at_once(text: str) -> None:
    """Linear in the text: each takes a part of a second; a pattern that runs away would take hours."""
    assert narrative(report(), {"1": text}, 2023, None) is not None
    assert enumerations({"1": text}) == []
    assert correction("某县年度报告", (), [Prose(text)]) is None
