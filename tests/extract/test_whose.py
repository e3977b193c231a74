"""Whose report it is and of which year, told through `extract`: names in sentences, two reports in one document, stale years."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extract.model import Extraction, RawDocument
from extract.pipeline import extract
from tests.conftest import shared_path

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


def fault(name: str) -> tuple[Extraction, dict[str, Any]]:
    path = shared_path(f"faults/{name}")
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
    assert set(expected.get("sections", ())) <= set(found.sections)


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


PICTURES = BODY.format(tables="（图片）")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("青禾县水利局2023年政府信息公开工作年度报告", "青禾县水利局2022年政府信息公开工作年度报告"),
        ("青禾县水利局2023年政府信息公开工作年度报告", "青禾县财政局2023年政府信息公开工作年度报告"),
    ],
)
def test_figures_of_a_second_report_are_never_the_firsts(first: str, second: str) -> None:
    text = f"{first}\n{PICTURES}{second}\n{BODY.format(tables=TABLES.format(n=7))}"
    for found in (
        extract(RawDocument("a.txt", "0" * 64, text.encode()), None),
        of_html(f"<title>{first}</title>", paragraphs(text)),
        of_html(f"<title>{second}</title>", paragraphs(text)),
    ):
        assert found.cells == ()
        assert "reading.several_reports" in [f.check for f in found.findings]


def test_the_first_of_two_reports_keeps_its_own_figures() -> None:
    first, second = (f"青禾县水利局{year}年政府信息公开工作年度报告" for year in (2023, 2022))
    found = of_text(first, f"{second}\n{BODY.format(tables=TABLES.format(n=7))}", n=3)
    assert found.year == 2023
    assert [c.value for c in found.cells if c.row == "normative_documents"][:1] in ([3], [])
    assert 7 not in [c.value for c in found.cells]
    assert 3 in [c.value for c in found.cells]


def test_links_to_other_reports_and_a_title_printed_twice_are_no_second_report() -> None:
    title = "青禾县水利局2023年政府信息公开工作年度报告"
    found = of_text(
        f"{title}\n{title}",
        "上一篇\n青禾县水利局2022年政府信息公开工作年度报告\n青禾县财政局2023年政府信息公开工作年度报告\n",
    )
    assert found.cells
    assert "reading.several_reports" not in [f.check for f in found.findings]


def test_two_years_on_one_page() -> None:
    found, _ = fault("two-reports-years.html")
    assert (found.year, found.cells) == (2023, ())
    assert "reading.several_reports" in [f.check for f in found.findings]


def test_a_stale_period_loses_against_the_title() -> None:
    found, _ = fault("year-stale-period.html")
    assert found.year == 2023
    assert "reading.year_conflict" in [f.check for f in found.findings]


def test_two_further_statements_side_with_the_period() -> None:
    period = "本报告所列数据的统计期限自2021年1月1日起至2021年12月31日止。"
    said = "2021年，我局共主动公开政府信息145条。\n2021年度主动公开情况统计表"
    title = "青禾县水利局2022年政府信息公开工作年度报告"
    assert of_text(f"{title}\n{period}\n{said}").year == 2021
    assert of_text(f"{title}\n{period}\n与2021年相比，全年共减少3件。").year == 2022


DATES = (
    ("", "<table><tr><td>发文日期</td><td>2024-01-10</td><td>发布日期：</td><td>2024-01-19 15:47</td></tr></table>"),
    ("", "<dl><dt>发布时间：</dt><dd>2024年1月19日</dd></dl>"),
    ("<meta property='article:published_time' content='2024-01-19T08:00:00+08:00'>", ""),
    ('<script type="application/ld+json">{"@type": "Article", "datePublished": "2024-01-19"}</script>', ""),
)


@pytest.mark.parametrize(("head", "body"), DATES)
def test_dates_beside_their_labels_and_in_properties(head: str, body: str) -> None:
    title = "青禾县水利局2023年政府信息公开工作年度报告"
    found = of_html(head, f"{body}<h1>{title}</h1>" + paragraphs(PICTURES))
    assert str(found.published) == "2024-01-19"


def test_a_date_in_a_metadata_table() -> None:
    found, expected = fault("date-in-metadata-table.html")
    assert (str(found.published), found.year) == (expected["published"], expected["year"])


WITHOUT = BODY.format(tables="（图）")
WITH = BODY.format(tables=TABLES.format(n=7))
FIRST = "青禾县柳林镇人民政府2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "between",
    [
        "青禾县柳林镇人民政府\n2022年度\n政府信息公开工作年度报告\n",
        "青禾县城东镇人民政府\n2023年政府信息公开工作年度报告\n",
        "附件2：青禾县柳林镇人民政府2022年政府信息公开工作年度报告\n",
        "青禾县柳林镇人民政府办公室2023年政府信息公开工作年度报告\n",
        "",
    ],
)
def test_a_second_report_is_told_however_its_title_stands(between: str) -> None:
    text = f"{FIRST}\n{WITHOUT}{between}{WITH}"
    found = extract(RawDocument("a.txt", "0" * 64, text.encode()), None)
    assert (found.organ, found.year, found.cells) == ("青禾县柳林镇人民政府", 2023, ())
    assert [f.check for f in found.findings].count("reading.several_reports") == 1


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST}\n一、总体情况\n二、主动公开政府信息情况\n五、存在的主要问题及改进情况\n柳林镇2023年政府信息公开工作年度报告\n{WITH}",
        f"{FIRST}\n青禾县柳林镇人民政府2022年政府信息公开工作年度报告\n{WITH}",
        f"{FIRST}\n{WITH}青禾县柳林镇人民政府2022年政府信息公开工作年度报告\n青禾县柳林镇人民政府2021年政府信息公开工作年度报告\n",
    ],
)
def test_a_table_of_contents_and_links_are_no_second_report(text: str) -> None:
    found = extract(RawDocument("a.txt", "0" * 64, text.encode()), None)
    assert (found.year, len(found.cells)) == (2023, 6)
    assert "reading.several_reports" not in [f.check for f in found.findings]


@pytest.mark.parametrize(
    ("head", "organ"),
    [
        ("青禾县审计局现将2022年度政府信息公开情况报告如下：", "青禾县审计局"),
        ("由青禾县水利局编制的2022年政府信息公开工作年度报告", "青禾县水利局"),
        ("青禾县教育局关于印发青禾县卫生局2022年政府信息公开工作年度报告", "青禾县卫生局"),
        ("索引号X/2023-1青禾县教育局2022年政府信息公开工作年度报告", None),
        ("首页青禾县教育局2022年政府信息公开工作年度报告", None),
        ("下面是青禾县教育局2022年政府信息公开工作年度报告", None),
        ("现将青禾县各乡镇2022年政府信息公开工作年度报告公布如下", None),
    ],
)
def test_who_announces_and_what_only_stands_beside_a_name(head: str, organ: str | None) -> None:
    assert of_text(head).organ == organ


PERIOD = "统计期限自2022年1月1日起至2022年12月31日止。"


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("2022年，共主动公开信息12条。2022年，共受理申请3件。", 2023),  # one statement, made twice
        ("2022年，共主动公开信息12条。2022年9月，更新指南。", 2022),
        ("2022年，共主动公开信息12条。\n2022年度主动公开情况统计表", 2022),
        ("2022年，共主动公开信息12条。2023年9月，更新指南。", 2023),
    ],
)
def test_two_statements_of_different_kinds_outweigh_the_title(said: str, year: int) -> None:
    found = of_text(f"{FIRST}\n{PERIOD}", said)
    assert found.year == year
    assert "reading.year_conflict" in [f.check for f in found.findings]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", "<dl><dt>发 布 日 期：</dt><dd>2024-01-19</dd></dl>"),
        ("", "<table><tr><th>索引号</th><th>发布日期</th></tr><tr><td>X</td><td>2024年1月19日</td></tr></table>"),
        ("", "<table><tr><td>发布日期</td><td>20240119</td></tr></table>"),
        ("", "<time itemprop='datePublished' datetime='2024-01-19T08:00'>今天</time>"),
        ('<script type="application/ld+json">{"pubDate":"2024-01-19T09:00:00"}</script>', ""),
        ("<meta property='article:published_time' content='2024-01-18T17:00:00Z'>", ""),
    ],
)
def test_the_day_of_publication_where_pages_state_it(head: str, body: str) -> None:
    found = of_html(head, body + paragraphs(f"{FIRST}\n{WITHOUT}"))
    assert (str(found.published), found.year) == ("2024-01-19", 2023)
