"""The samples that the project ships: which figures, in which layout, and what each is there to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from samplemaker.document import Sample
from samplemaker.figures import Figures, in_yuan, load, with_blank_zeros, with_single_other
from samplemaker.layout import Layout

YEAR_FIRST = "{year}年{organ}政府信息公开工作年度报告"
DOUBLE_YEAR = "{organ}{year}年度政府信息公开工作年度报告"
TWO_LINES = "{organ}{year}年政府信息公开\n工作年度报告"


def _html(
    name: str,
    shows: str,
    layout: Layout,
    published: str | None = None,
    change: Callable[[Figures], Figures] | None = None,
    **rest: Any,
) -> Callable[[Mapping[str, Figures]], Sample]:
    def make(figures: Mapping[str, Figures]) -> Sample:
        own = figures[name]
        return Sample(name, name, change(own) if change else own, layout, shows, published, **rest)

    return make


_REAL = (
    _html(
        "pingtan-2019",
        "TRS page; form 2019 in one table; the label of 三 stands twice; an amount with its unit in the cell",
        Layout(page="trs", markup="spans", requests="page_break", title=DOUBLE_YEAR, wording="broken"),
        "2020-01-20",
        host="www.pingtan.example",
        site="平潭综合实验区党工委管委会",
    ),
    _html(
        "pingtan-2022",
        "TRS page; numbers between spans of padding; empty spans after every paragraph",
        Layout(page="trs", markup="spans", title=DOUBLE_YEAR),
        "2023-02-20",
        host="www.pingtan.example",
        site="平潭综合实验区党工委管委会",
    ),
    _html(
        "pingtan-2024",
        "大汉 JCMS page; labels over several paragraphs, numbers over several spans, runs of &nbsp;",
        Layout(page="jcms", markup="split", title=DOUBLE_YEAR, organ_source="平潭综合实验区管委会办公室"),
        "2025-03-10",
        host="www.pingtan.example",
        site="平潭综合实验区",
    ),
    _html(
        "hongze-2023",
        "PDF by Chromium with ruled tables, broken inside （四）; 其他处理 in one row (mixed form); totals of table 四 published as 0",
        Layout(page="plain"),
        kind="chromium",
    ),
    _html(
        "qiyi-2023",
        "plain text with tab-separated tables; group labels once a group; two rows shifted to the left",
        Layout(),
        kind="text",
    ),
    _html(
        "shanghai-office-2019",
        "static page without meta tags; every zero left blank, most totals too; the year first in the title",
        Layout(page="static", markup="p", title=YEAR_FIRST, wording="broken"),
        "2020-01-31",
        site="上海",
    ),
)

_MADE_UP = (
    _html(
        "wuyi-2021",
        "博达 page; one table for each 项 of 二; the date as 2022年01月26日",
        Layout(page="boda", markup="styled", disclosure="items"),
        "2022-01-26",
        host="www.wuyi.example",
    ),
    _html(
        "wuyi-2022",
        "layout tables around the article, five deep",
        Layout(page="nested", markup="bare", declared="utf-8"),
        "2023-02-03",
    ),
    _html(
        "wuyi-2023",
        "Word's saved page: o:p, mso- styles, labels and numbers cut apart by language spans; no date",
        Layout(page="word", markup="word", declared="utf-8"),
    ),
    _html(
        "wuyi-2024",
        "PDF by LibreOffice; table 三 breaks over the page inside its heads: 自然人 and 总计 above, 商业企业 … below",
        Layout(page="word", markup="bare", extra=("各乡镇（街道）按季度报送更新情况，由县里统一核对后发布。",)),
        kind="libreoffice",
    ),
    _html(
        "zhengding-2019",
        "GB18030 with no declared charset, four-byte characters in it; form 2019; signed 本年增/减",
        Layout(
            page="plain",
            charset="gb18030",
            declared=None,
            signed=True,
            extra=("网站补做了生僻字的显示，“㮾”“䶮”等字都能查到。",),
        ),
        "2020-03-12",
    ),
    _html(
        "zhengding-2020",
        "GBK that calls itself gb2312, with a character that only GBK has; table 三 in two tables, the second without heads",
        Layout(
            page="nested", charset="gbk", declared="gb2312", requests="broken", extra=("新设查阅点一处，面积86㎡。",)
        ),
        "2021-02-25",
    ),
    _html(
        "zhengding-2021",
        "UTF-8 with a byte order mark; 其他处理 in one row on form 2021 (mixed)",
        Layout(page="boda", bom=True),
        "2022-03-01",
        with_single_other,
    ),
    _html(
        "kaiyang-2022",
        "XHTML with a time of page generation that is not the date; 四 in three rows",
        Layout(page="xhtml", proceedings="rows", title=YEAR_FIRST),
        "2023-01-19",
    ),
    _html(
        "kaiyang-2023",
        "a 小计 column in table 三; numbering 第一部分 …",
        Layout(page="jcms", requests="subtotal", numbering="parts"),
        "2024-01-25",
        host="www.kaiyang.example",
    ),
    _html(
        "xushui-2021",
        "hybrid: form 2019's first block before the blocks of form 2021; consolidated; prose in a ruled frame",
        Layout(page="trs", framed=(0, 4), organ_source="徐水区人民政府办公室"),
        "2022-03-30",
        host="www.xushui.example",
    ),
    _html(
        "xushui-2023",
        "worn labels: words lost, half-width brackets, spaces and breaks inside, 上年转结; no note of balance",
        Layout(page="plain", wording="worn", section_words={3: "因政府信息公开工作被申请行政复议、提起行政诉讼情况"}),
        "2024-03-29",
    ),
    _html(
        "poyang-2022",
        "one table for 二, 三 and 四 with the section headings as rows of it",
        Layout(page="static", together=True),
        "2023-01-30",
        site="鄱阳县人民政府",
    ),
    _html(
        "poyang-2024",
        "四 as three tables; numbering 1. 2. 3.",
        Layout(page="boda", proceedings="tables", numbering="arabic"),
        "2025-01-22",
    ),
    _html(
        "linzi-2019",
        "PDF by Chromium on form 2019",
        Layout(page="plain", wording="broken", title=DOUBLE_YEAR),
        kind="chromium",
    ),
    _html(
        "linzi-2020",
        "WPS export with an empty title tag; form 2019; head of amounts states 单位：元",
        Layout(page="wps", markup="split", amount_label="采购总金额（单位：元）", title=DOUBLE_YEAR),
        "2021-01-29",
    ),
    _html(
        "linzi-2021",
        "zeros left blank in five ways (empty, -, /, —, 无); fees in 元 by their head; numbering （一）",
        Layout(
            page="plain",
            numbering="brackets",
            blanks=("&nbsp;", "-", "/", "—", "无", ""),
            amount_label="本年收费金额（单位：元）",
            title=DOUBLE_YEAR,
        ),
        "2022-01-28",
        lambda figures: in_yuan(with_blank_zeros(figures)),
    ),
    _html(
        "dazu-2023",
        "full-width digits, thousands separators, an annotation in a cell, counters after numbers",
        Layout(
            page="jcms",
            numbers="mixed",
            title=DOUBLE_YEAR,
            cells={
                "disclosure.normative_documents.issued": "{}（其中修订3件）",
                "disclosure.licensing.decisions": "{}件",
                "proceedings.reconsideration.4": "{}件",
            },
        ),
        "2024-02-20",
        host="www.dazu.example",
    ),
    _html(
        "pingdingshan-2022",
        "title on two lines and no other; consolidated for the whole city; headings without numbers",
        Layout(page="static", title=TWO_LINES, numbering="none"),
        "2023-03-10",
        site="平顶山",
    ),
    _html(
        "miluo-jtj-2022",
        "a department whose name stands only in the page's information, not in the title",
        Layout(page="trs", title="{year}年政府信息公开工作年度报告", organ_source="汨罗市交通运输局"),
        "2023-01-12",
        host="www.miluo.example",
        site="汨罗市",
    ),
    _html(
        "dazu-fgw-2022",
        "fees with their unit in the cell; page without a title over the text",
        Layout(
            page="trs",
            markup="styled",
            title_in_body=False,
            organ_source="大足区发展改革委",
            cells={"disclosure.fees.amount": "{}万元"},
        ),
        "2023-01-18",
        host="www.dazu.example",
        site="重庆市大足区",
    ),
    _html(
        "lianhu-2024",
        "revision marks left in: struck-out numbers beside the valid ones",
        Layout(page="word", markup="revised", declared="utf-8"),
    ),
    _html(
        "jinrongjie-2023",
        "PDF by LibreOffice; prose of 一, 五 and 六 inside ruled frames; the page breaks inside （三）不予公开",
        Layout(page="word", markup="p", framed=(0, 4, 5)),
        kind="libreoffice",
    ),
    _html(
        "fengsan-2022",
        "plain text in GB18030, tab-separated",
        Layout(charset="gb18030"),
        kind="text",
    ),
    _html(
        "gongshu-2020",
        "a district in the last year before another one, 下城区, became part of it",
        Layout(page="static"),
        "2021-02-26",
    ),
    _html(
        "xiacheng-2020",
        "a district that no longer is, published a month after its neighbour: it keeps its year",
        Layout(page="boda", title=YEAR_FIRST),
        "2021-03-26",
    ),
    _html(
        "gongshu-2021",
        "the district with its predecessors' land: the year before is not compared",
        Layout(page="static"),
        "2022-03-18",
    ),
    _html(
        "shulan-2012",
        "a narrative report from before the national form: sections and sentences, no table",
        Layout(page="nested", charset="gbk", declared="gb2312", title=DOUBLE_YEAR),
        "2013-03-21",
        kind="narrative",
    ),
)


def samples() -> list[Sample]:
    """All samples, those with published figures first."""
    figures = load()
    return [make(figures) for make in (*_REAL, *_MADE_UP)]
