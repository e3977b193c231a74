"""Which links are reports: by text and place. The titles are of the kinds that the sites have."""

from __future__ import annotations

import pytest

from tests.fetch.pages import column, found

ARTICLE = "/zwgk/202401/t20240122_1.html"


def links(text: str, *, inside: bool, href: str = ARTICLE, day: str = "2024-01-22") -> list[int | None]:
    """The years of the reports that one link gives."""
    item = f"<ul><li><a href='{href}'>{text}</a><span>{day}</span></li><li><a href='/x/1.html'>别的</a></li></ul>"
    markup = column(item) if inside else f"<html><head><title>通知公告</title></head><body>{item}</body></html>"
    return [link.year for link in found(markup).reports]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("平顶山市人民政府2022年政府信息公开工作年度报告", 2022),
        ("2024年鄱阳县莲湖乡政府信息公开工作年度报告", 2024),
        ("高新区(新市区)政府2020年信息公开工作年度报告", 2020),
        ("底张街道办事处2023年度政府信息公开工作年度报告", 2023),
        ("2020度政府信息公开工作报告", 2020),
        ("海南省生态环境厅2022政府信息公开工作年度报告", 2022),
        ("2022年汨罗市交通运输局信息公开工作年度报告", 2022),
        ("舒兰市市场监督管理局2016年政务信息公开年度报告", 2016),
        ("(文字版)2015年芜湖市政府信息公开工作年度报告", 2015),
        ("衡水市水利局 2023年政府信息公开工作年度 报 告", 2023),
        ("城南办事处、城南园区2024年政府信息公开工作年度报告", 2024),
        ("现公布中山市人民政府2017年政府信息公开工作年度报告", 2017),
        ("特向社会公布2017年度我乡政府信息公开年度报告", 2017),
        ("天津市2017年政府信息公开年度报告", 2017),
        ("二〇二三年甲县政府信息公开工作年度报告", 2023),
        ("２０２３年甲县政府信息公开工作年度报告", 2023),
        ("学院路街道办事处2023年政府信息公开工作年度报告", 2023),
        ("甲县委编制委员会办公室2023年政府信息公开工作年度报告", 2023),
        ("国家统计局甲县调查队2023年政府信息公开工作年度报告", 2023),
        ("甲县环境质量监测站2023年政府信息公开工作年度报告", 2023),
        ("甲县财政局2023年政府信息公开工作年度报告.docx", 2023),
        ("· 1.甲县财政局2023年政府信息公开工作年度报告 2024-01-22", 2023),
        ("[部门年报] 甲县财政局2023年政府信息公开工作年度报告 01-22", 2023),
        ("2023年政府信息公开工作年度报告(甲县财政局)", 2023),
        ("2023年政府信息公开工作年度报告——甲县财政局", 2023),
        ("关于公布甲县2023年政府信息公开工作年度报告的公告", 2023),
    ],
)
def test_a_full_title_counts_anywhere(text: str, year: int) -> None:
    assert links(text, inside=False) == [year]
    assert links(text, inside=True) == [year]


@pytest.mark.parametrize(
    "text",
    [
        "我市发布2023年政府信息公开工作年度报告",
        "甲县2023年政府信息公开工作年度报告发布",
        "甲县2023年政府信息公开年度报告出炉",
        "甲县召开2023年政府信息公开年度报告编制工作会",
        "甲县圆满完成2023年度政府信息公开工作年度报告发布工作",
        "关于做好2023年政府信息公开工作年度报告编制工作的通知",
        "转发关于编写2023年政府信息公开工作年度报告的函",
        "《甲县2023年政府信息公开工作年度报告》解读",
        "一图读懂甲县2023年政府信息公开工作年度报告",
        "图解:甲县2023年政府信息公开工作年度报告",
        "甲县2023年政府信息公开工作年度报告的问答解读",
        "甲大学2022-2023学年信息公开工作年度报告",
        "甲县职业技术学院2023年信息公开年度报告",
        "政府网站工作年度报表（2023年度）",
        "甲县2023年法治政府建设年度报告",
        "甲县2023年政府信息公开工作年度报告统计表",
        "政府信息公开年度报告制度",
        "政府信息公开指南",
        "甲县2023年政务信息采用情况通报",
        "甲县2023年度部门决算公开报告",
        "甲县财政局2023年国民经济统计公报",
        "恩格贝生态示范区召开2020年度工作会暨党风廉政建设会议",
        "2023年甲县政府信息公开工作年度报告格式",
    ],
)
def test_what_is_about_reports_or_of_another_kind_is_none(text: str) -> None:
    assert links(text, inside=False) == []
    assert links(text, inside=True) == []


@pytest.mark.parametrize(
    ("text", "year"),
    [("2023年", 2023), ("2023年度", 2023), ("2023年年报", 2023), ("2023年度报告", 2023), ("甲县财政局2023年年度报告", 2023),
     ("2022年度甲县财政局年报", 2022), ("2023年度工作报告", None)],
)  # fmt: skip
def test_short_texts_count_in_a_column_of_reports_only(text: str, year: int | None) -> None:
    assert links(text, inside=False) == []
    assert links(text, inside=True) in ([year], [2023])


def test_a_bare_title_needs_an_item_of_a_list() -> None:
    """The same words are the column's name in a menu."""
    text = "政府信息公开工作年度报告"
    assert links(text, inside=True) == [None]
    menu = found(column(f"<ul><li><a href='/zfxxgknb/'>{text}</a></li></ul>"))
    assert menu.reports == ()


def test_text_cut_by_the_page_is_read_from_the_title() -> None:
    item = f"<li><a href='{ARTICLE}' title='甲县财政局2023年政府信息公开工作年度报告'>甲县财政局2023年政府信…</a></li>"
    (link,) = found(column(item)).reports
    assert link.text == "甲县财政局2023年政府信息公开工作年度报告"
    assert link.year == 2023


def test_the_year_over_a_list_is_not_taken_where_it_may_be_that_of_publication() -> None:
    item = "<h3>2024年</h3><ul><li><a href='/a/t1.html'>甲县政府信息公开工作年度报告</a><span>{}</span></li></ul>"
    assert [link.year for link in found(column(item.format("2024-01-22"))).reports] == [None]
    assert [link.year for link in found(column(item.format("2025-01-22"))).reports] == [2024]


def test_the_year_of_a_folder_is_never_taken() -> None:
    """Seen: zfxxgknb/2022n/art/2024/… is the report of 2023."""
    item = (
        "<li><a href='/zfxxgknb/2022n/art/2024/art_1.html'>甲县政府信息公开工作年度报告</a><span>2024-01-22</span></li>"
    )
    assert [link.year for link in found(column(item)).reports] == [None]


def test_a_link_to_a_file_is_a_report_that_needs_no_following() -> None:
    item = "<li><a href='W020240122.pdf'>甲县2023年政府信息公开工作年度报告</a></li><li><a href='t1_1.html'>甲县2022年政府信息公开工作年度报告</a></li>"
    assert [(link.year, link.follow, link.attachment) for link in found(column(item)).reports] == [
        (2023, False, False),
        (2022, True, False),
    ]
